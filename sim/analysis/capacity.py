"""Waits and the use of scarce resources: who waits how long, and which resource is the bottleneck."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from sim.analysis.breakdown import clinical_means, mean_utilization
from sim.analysis.comparison import to_rows
from sim.analysis.output_settings import output_settings
from sim.analysis.precision import mean_and_error
from sim.analysis.present_values import arms, present_values
from sim.analysis.queues import queue_of
from sim.domain.columns import CAPACITY_VALUES
from sim.domain.economics import Perspective
from sim.results import Results
from sim.units import MINUTES_PER_HOUR

if TYPE_CHECKING:
    import pandas as pd

WAITS = (
    "median_screening_wait_days", "p90_screening_wait_days", "median_wait_days", "p90_wait_days",
    "left_before_start_share", "maintenance_delay_days", *CAPACITY_VALUES,
)  # fmt: skip
"""Clinical columns that queues move; the first four are counted from referral."""
NEARLY_FULL = 0.8
"""Share used of what whole visits can fill in a week from which on patients wait: visits of several kinds do
not fit together to the last minute."""
BUSY = 0.85
"""Share of the offered minutes used from which on queues lengthen steeply."""
MOST_PERIODS = 10
"""Columns of a table of use over time that can be read on a telephone."""
_KEYS = ["scenario", "strategy"]
_LOAD = ("resource", "utilization", "peak_utilization", "peak_fullness", "full_weeks", "idle_hours")
Row = dict[str, Any]


def capacity_rows(
    results: Results,
    *,
    scenario: str | None = None,
    discount_rate_costs: float | None = None,
    price_year: int | None = None,
) -> list[Row]:
    """Return waits and use of resources of each strategy, in scenarios that limit some resource.

    Parameters
    ----------
    results : Results
        Results of a run.
    scenario : str, optional
        Only this scenario; left out = all.
    discount_rate_costs : float, optional
        Annual effective rate for ``programme_cost``; left out = the scenario's own.
    price_year : int, optional
        Year in whose prices that cost is shown; left out = the scenario's own.

    Returns
    -------
    list of dict
        Keys ``scenario, strategy``, the columns `WAITS` with their errors; ``programme_cost`` with its
        error: discounted mean per referred patient from the programme's perspective, idle hours included;
        ``busiest`` and ``bottleneck`` (a resource or None); ``resources``: per resource with a limit its
        ``utilization``, ``peak_utilization`` in its busiest week, ``full_weeks`` (weeks in which it is
        nearly full) and ``idle_hours`` (offered, not used), all from day 0 until the follow-up of the last
        patient ends; and ``queue``, what `sim.analysis.queues.queue_of` tells of an open programme. Plain
        values, None where undefined.

    Notes
    -----
    The busiest resource is the one that is nearly full for most weeks, then the one with the highest
    peak; it is called the bottleneck when it is nearly full in some week.
    """
    loads = to_rows(_loads(mean_utilization(results, scenario=scenario)))
    limited = {load["scenario"] for load in loads}
    rows = to_rows(clinical_means(results, scenario=scenario)[[*_KEYS, *_with_errors(WAITS)]])
    costs = {name: _programme_costs(results, name, discount_rate_costs, price_year) for name in limited}
    return [
        _with_loads(row, loads)
        | costs[row["scenario"]][row["strategy"]]
        | {"queue": queue_of(results, row["scenario"], row["strategy"])}
        for row in rows
        if row["scenario"] in limited
    ]


def _programme_costs(
    results: Results, scenario: str, rate: float | None, price_year: int | None
) -> dict[str, Row]:
    """Return what the programme itself pays, by strategy."""
    settings = output_settings(
        results.settings[scenario], perspective=Perspective.PROGRAMME.value, discount_rate_costs=rate,
        price_year=price_year,
    )  # fmt: skip
    found = arms(results, scenario)
    mean, error = mean_and_error(present_values(results, found, settings).cost)
    return {
        strategy: {
            "programme_cost": cost,
            "programme_cost_se": None if isnan(cost_error) else cost_error,
        }
        for strategy, cost, cost_error in zip(found.strategies, mean.tolist(), error.tolist(), strict=True)
    }


def use_by_period(use: pd.DataFrame, strategy: str, *, most: int = MOST_PERIODS) -> pd.DataFrame:
    """Return how busy each resource with a limit is over time, in periods of equally many weeks.

    Parameters
    ----------
    use : pandas.DataFrame
        Mean utilization of one scenario, from `sim.analysis.breakdown.mean_utilization`.
    strategy : str
        Key of the strategy.
    most : int
        Periods at most.

    Returns
    -------
    pandas.DataFrame
        Columns ``resource, first_week, last_week, utilization, peak, weeks, busy_weeks``: minutes used of
        those offered over the period, in its busiest week, weeks that offer some, and those of them in which
        more than `BUSY` is used. Weeks count from 1; periods in which a resource offers nothing are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"strategy": "a", "resource": "chair", "week": 0, "used_minutes": 9.0, "offered_minutes": 10.0}
    >>> use = pd.DataFrame([row | {"utilization": 0.9, "fullness": 0.9}])
    >>> use_by_period(use, "a")[["first_week", "last_week", "utilization", "busy_weeks"]].values.tolist()
    [[1.0, 1.0, 0.9, 1.0]]
    """
    own = use[(use["strategy"] == strategy) & (use["offered_minutes"] > 0)]
    n_weeks = int(own["week"].max()) + 1 if len(own) else 0
    length = max(1, -(-n_weeks // most))
    first = own["week"] // length * length
    own = own.assign(
        first_week=first + 1,
        last_week=(first + length).clip(upper=n_weeks),
        busy_weeks=(own["utilization"] > BUSY).astype(int),
        resource=own["resource"].astype(str),
    )
    groups = own.groupby(["resource", "first_week", "last_week"], sort=True)
    summed = groups[["used_minutes", "offered_minutes", "busy_weeks"]].sum()
    return summed.assign(
        utilization=summed["used_minutes"] / summed["offered_minutes"],
        peak=groups["utilization"].max(),
        weeks=groups.size(),
    ).reset_index()[["resource", "first_week", "last_week", "utilization", "peak", "weeks", "busy_weeks"]]


def _with_errors(columns: tuple[str, ...]) -> list[str]:
    return [name for column in columns for name in (column, f"{column}_se")]


def _loads(use: pd.DataFrame) -> pd.DataFrame:
    """Sum up the weekly use of each resource with a limit."""
    limited = use[use["offered_minutes"].notna()]
    idle = (limited["offered_minutes"] - limited["used_minutes"]).clip(lower=0) / MINUTES_PER_HOUR
    limited = limited.assign(full_weeks=(limited["fullness"] >= NEARLY_FULL).astype(int), idle_hours=idle)
    groups = limited.groupby([*_KEYS, "resource"], observed=True, sort=True)
    summed = groups[["used_minutes", "offered_minutes", "full_weeks", "idle_hours"]].sum()
    return summed.assign(
        utilization=summed["used_minutes"] / summed["offered_minutes"],
        peak_utilization=groups["utilization"].max(),
        peak_fullness=groups["fullness"].max(),
    ).reset_index()


def _with_loads(row: Row, loads: list[Row]) -> Row:
    """Add the resources of a strategy to its row, and name the busiest."""
    own = [
        {name: load[name] for name in _LOAD}
        for load in loads
        if all(load[key] == row[key] for key in _KEYS) and load["utilization"] is not None
    ]
    busiest = max(own, key=lambda load: (load["full_weeks"], load["peak_fullness"] or 0.0), default=None)
    name = busiest["resource"] if busiest else None
    return row | {
        "busiest": name,
        "bottleneck": name if busiest and busiest["full_weeks"] else None,
        "resources": own,
    }
