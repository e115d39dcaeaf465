"""Whether a queue settles: its steady wait without the warm-up, or a warning that it grows without limit.

Only open programmes have a steady state. Weeks are those of referral; the last, which is seldom a whole one,
is left out. Trends and demand are judged over the second half of them, when the queue has had time to settle.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.precision import FloatArray, mean_and_error
from sim.analysis.present_values import Arms, arms, of_scenario
from sim.analysis.warm_up import SHORTEST, warm_up_length
from sim.results import Results

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95
"""A trend or an excess counts as one when its one-sided interval of this level leaves zero out."""
LEAST_RISE_DAYS = 1.0
"""A rise over the second half of the weeks by less than this is no growth worth a warning."""
LEVEL_RISE = 0.2
"""A rise over the second half of the weeks by less than this share of the mean wait counts as level."""
LEAST_LEAVING = 0.01
"""Share of the referred who must give up before giving up can be what holds a queue."""
STEPS = {"screening": "screening_queue_days", "start": "start_queue_days"}
Row = dict[str, Any]


class Queue(StrEnum):
    """What becomes of the queue of a strategy."""

    STEADY = "steady"
    """Waits settle."""
    GROWING = "growing"
    """More is wanted than offered, and waits or work left over grow for as long as referrals come."""
    HELD_BY_LEAVING = "held_by_leaving"
    """More is wanted than offered; waits settle only because patients give up."""
    RISING = "rising"
    """Waits still rose at the end though no more is wanted than offered: the run is too short to tell."""


@dataclass(frozen=True, slots=True)
class Trend:
    """By how much something rises: mean over replications, standard error and lower limit."""

    mean: float
    error: float
    low: float


@dataclass(frozen=True, slots=True)
class Weeks:
    """Waits by week of referral of one strategy.

    Parameters
    ----------
    days : mapping
        By step, mean days beyond the wished day, shape (n_replications, n_weeks); nan where nobody is.
    referrals, left : ndarray, shape (n_replications, n_weeks)
        Number referred, and the share who gave up waiting.
    """

    days: dict[str, FloatArray]
    referrals: FloatArray
    left: FloatArray

    @property
    def n_weeks(self) -> int:
        """Number of whole weeks with referrals."""
        return int(self.referrals.shape[1])


def queue_of(results: Results, scenario: str, strategy: str) -> Row | None:
    """Return what becomes of the queue of one strategy.

    Parameters
    ----------
    results : Results
        Results of a run.
    scenario, strategy : str
        Names.

    Returns
    -------
    dict or None
        ``kind`` (a `Queue`), ``referral_weeks``; ``resource`` most wanted for what it offers, its ``demand``
        (minutes wanted over minutes offered) and ``demand_se``; ``step`` (screening or start) whose waits
        rise most, ``growth_days_per_week`` and ``growth_days_per_week_se``; ``left_share`` of those referred
        in the second half; ``warm_up_weeks`` cut by `sim.analysis.warm_up` and, without them,
        ``steady_screening_days`` and ``steady_start_days`` with errors: None without a steady state. None
        at all when referrals last for fewer than ten whole weeks, as in a closed cohort.
    """
    found = arms(results, scenario)
    weeks = _weeks(of_scenario(results.curves, scenario), found, strategy)
    if weeks.n_weeks < SHORTEST:
        return None
    half = weeks.n_weeks // 2
    step, growth = max(
        ((step, _trend(days[:, half:])) for step, days in weeks.days.items()),
        key=lambda pair: -np.inf if np.isnan(pair[1].mean) else pair[1].mean,
    )
    resource, demand = _demand(
        of_scenario(results.utilization, scenario), found, strategy, range(half, weeks.n_weeks)
    )
    among = weeks.referrals[:, half:]
    left = float(np.nansum(weeks.left[:, half:] * among) / among.sum())
    rise = growth.mean * (weeks.n_weeks - half)
    is_rising = growth.low > 0 and rise >= LEAST_RISE_DAYS
    usual = np.nan_to_num(mean_and_error(weeks.days[step][:, half:].ravel())[0])
    is_level = not rise > max(LEAST_RISE_DAYS, LEVEL_RISE * float(usual))
    return {
        "kind": _kind(demand, left, is_rising=is_rising, is_level=is_level),
        "referral_weeks": weeks.n_weeks,
        "resource": resource,
        "demand": _plain(demand.mean),
        "demand_se": _plain(demand.error),
        "step": step,
        "growth_days_per_week": _plain(growth.mean),
        "growth_days_per_week_se": _plain(growth.error),
        "left_share": left,
        **_steady(weeks),
    }


def demand_by_resource(use: pd.DataFrame, found: Arms, strategy: str, weeks: range) -> dict[str, FloatArray]:
    """Return minutes wanted over minutes offered of each resource with a limit, in some weeks.

    Parameters
    ----------
    use : pandas.DataFrame
        Utilization of one scenario.
    found : Arms
        Strategies and replications.
    strategy : str
        One of them.
    weeks : range
        Weeks from day 0.

    Returns
    -------
    dict
        Ratio by resource, shape (n_replications,).
    """
    chosen = use[(use["strategy"] == strategy) & use["week"].between(weeks.start, weeks.stop - 1)]
    groups = chosen.groupby(["resource", "replication"], observed=True, sort=True)
    minutes = groups[["wanted_minutes", "offered_minutes"]].sum(min_count=1).dropna()
    minutes = minutes[minutes["offered_minutes"] > 0]
    ratio = (minutes["wanted_minutes"] / minutes["offered_minutes"]).unstack("replication")
    ratio = ratio.reindex(columns=found.replications)
    return {str(name): ratio.loc[name].to_numpy(dtype=np.float64) for name in ratio.index}


def _kind(demand: Trend, left: float, *, is_rising: bool, is_level: bool) -> Queue:
    is_too_much = demand.low > 1
    if is_rising:
        return Queue.GROWING if demand.mean > 1 else Queue.RISING
    if is_too_much:
        return Queue.HELD_BY_LEAVING if is_level and left >= LEAST_LEAVING else Queue.GROWING
    return Queue.STEADY


def _weeks(curves: pd.DataFrame, found: Arms, strategy: str) -> Weeks:
    """Put the curves by week of referral into tables, without the last week."""
    own = curves[curves["strategy"] == strategy]

    def table(measure: str, n_weeks: int | None = None) -> FloatArray:
        rows = own[own["measure"] == measure]
        width = int(rows["week"].max()) + 1 if len(rows) else 0
        values = np.full((len(found.replications), width), np.nan)
        values[np.searchsorted(found.replications, rows["replication"]), rows["week"]] = rows["value"]
        if n_weeks is None:
            return values
        fitted = np.full((len(values), n_weeks), np.nan)
        fitted[:, : min(width, n_weeks)] = values[:, :n_weeks]
        return fitted

    referrals = table("referrals")
    known = ~np.isnan(referrals)
    n_weeks = max(int(known.sum(axis=1).min(initial=referrals.shape[1])) - 1, 0)
    return Weeks(
        {step: table(measure, n_weeks) for step, measure in STEPS.items()},
        np.nan_to_num(referrals[:, :n_weeks]),
        table("left_waiting", n_weeks),
    )


def _trend(days: FloatArray) -> Trend:
    """Fit a line by least squares to each replication [days per week]."""
    fits = [_slope(values) for values in days]
    slopes = np.array([slope for slope, _ in fits])
    return _limits(slopes, fits[0][1], max(int((~np.isnan(days[0])).sum()) - 2, 1))


def _slope(values: FloatArray) -> tuple[float, float]:
    """Return the slope over the weeks that are known, and its standard error from the residuals."""
    week = np.flatnonzero(~np.isnan(values))
    if len(week) <= 2:
        return float("nan"), float("nan")
    spread, known = week - week.mean(), values[week]
    slope = float(spread @ known / (spread @ spread))
    residual = known - known.mean() - slope * spread
    return slope, float(np.sqrt(residual @ residual / (len(week) - 2) / (spread @ spread)))


def _demand(use: pd.DataFrame, found: Arms, strategy: str, weeks: range) -> tuple[str | None, Trend]:
    """Return the resource most wanted for what it offers, and the ratio."""
    ratios = demand_by_resource(use, found, strategy, weeks)
    limits = {name: _limits(ratio, 0.0, 1) for name, ratio in ratios.items()}
    if not limits:
        return None, Trend(np.nan, np.nan, np.nan)
    name = max(limits, key=lambda key: limits[key].mean)
    return name, limits[name]


def _limits(values: FloatArray, single_error: float, single_freedom: int) -> Trend:
    """Return mean, error and lower limit over replications; of one replication, by the error given."""
    from scipy.special import stdtrit  # noqa: PLC0415

    mean, error = (float(number) for number in mean_and_error(values))
    freedom = np.count_nonzero(~np.isnan(values)) - 1
    if freedom < 1:
        return Trend(mean, np.nan, mean - single_error * float(stdtrit(single_freedom, LEVEL)))
    return Trend(mean, error, mean - error * float(stdtrit(freedom, LEVEL)))


def _steady(weeks: Weeks) -> Row:
    """Return the weeks to cut and the mean waits of the others, weighted by referrals."""
    cuts = [warm_up_length(mean_and_error(days.T)[0]) for days in weeks.days.values()]
    names = {step: f"steady_{step}_days" for step in weeks.days}
    if any(cut is None for cut in cuts):
        nothing = dict.fromkeys(part for name in names.values() for part in (name, f"{name}_se"))
        return {"warm_up_weeks": None, **nothing}
    cut = max(cut for cut in cuts if cut is not None)
    row: Row = {"warm_up_weeks": cut}
    for step, days in weeks.days.items():
        kept, among = days[:, cut:], weeks.referrals[:, cut:] * ~np.isnan(days[:, cut:])
        number = among.sum(axis=1)
        means = np.divide(
            np.nansum(kept * among, axis=1), number, out=np.full(len(number), np.nan), where=number > 0
        )
        mean, error = mean_and_error(means)
        row |= {names[step]: _plain(float(mean)), f"{names[step]}_se": _plain(float(error))}
    return row


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else value
