"""Waits and the use of scarce resources: who waits how long, and which resource is the bottleneck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.breakdown import clinical_means, mean_utilization
from sim.analysis.comparison import to_rows
from sim.results import Results

if TYPE_CHECKING:
    import pandas as pd

WAITS = (
    "median_screening_wait_days", "p90_screening_wait_days", "median_wait_days", "p90_wait_days",
    "left_before_start_share", "maintenance_delay_days",
)  # fmt: skip
"""Clinical columns that queues move; waits are counted from referral."""
NEARLY_FULL = 0.8
"""Utilization of a week from which on patients wait: visits do not split, so the last minutes stay unused."""
_KEYS = ["scenario", "strategy"]
Row = dict[str, Any]


def capacity_rows(results: Results, *, scenario: str | None = None) -> list[Row]:
    """Return waits and use of resources of each strategy, in scenarios that limit some resource.

    Parameters
    ----------
    results : Results
        Results of a run.
    scenario : str, optional
        Only this scenario; left out = all.

    Returns
    -------
    list of dict
        Keys ``scenario, strategy``, the columns `WAITS` with their errors, ``busiest`` and
        ``bottleneck`` (a resource or None), and ``resources``: per resource with a limit its
        ``utilization`` over the whole follow-up, ``peak_utilization`` in its busiest week and
        ``full_weeks`` (weeks in which it is nearly full). Plain values, None where undefined.

    Notes
    -----
    The busiest resource is the one that is nearly full for most weeks, then the one with the highest
    peak; it is called the bottleneck when it is nearly full in some week.
    """
    loads = to_rows(_loads(mean_utilization(results, scenario=scenario)))
    limited = {load["scenario"] for load in loads}
    rows = to_rows(clinical_means(results, scenario=scenario)[[*_KEYS, *_with_errors(WAITS)]])
    return [_with_loads(row, loads) for row in rows if row["scenario"] in limited]


def _with_errors(columns: tuple[str, ...]) -> list[str]:
    return [name for column in columns for name in (column, f"{column}_se")]


def _loads(use: pd.DataFrame) -> pd.DataFrame:
    """Sum up the weekly use of each resource with a limit."""
    limited = use[use["offered_minutes"].notna()]
    limited = limited.assign(full_weeks=(limited["utilization"] >= NEARLY_FULL).astype(int))
    groups = limited.groupby([*_KEYS, "resource"], observed=True, sort=True)
    summed = groups[["used_minutes", "offered_minutes", "full_weeks"]].sum()
    return summed.assign(
        utilization=summed["used_minutes"] / summed["offered_minutes"],
        peak_utilization=groups["utilization"].max(),
    ).reset_index()


def _with_loads(row: Row, loads: list[Row]) -> Row:
    """Add the resources of a strategy to its row, and name the busiest."""
    own = [
        {name: load[name] for name in ("resource", "utilization", "peak_utilization", "full_weeks")}
        for load in loads
        if all(load[key] == row[key] for key in _KEYS) and load["utilization"] is not None
    ]
    busiest = max(own, key=lambda load: (load["full_weeks"], load["peak_utilization"]), default=None)
    name = busiest["resource"] if busiest else None
    return row | {
        "busiest": name,
        "bottleneck": name if busiest and busiest["full_weeks"] else None,
        "resources": own,
    }
