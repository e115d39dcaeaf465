"""Whether a queue settles: its steady wait without the warm-up, or a warning that it grows without limit.

Only open programmes have a steady state. Weeks are those of referral; the last, which is seldom a whole one,
is left out. Trends and demand are judged over the second half of them, when the queue has had time to settle;
what is wanted is held against what whole visits can fill of the minutes offered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.precision import FloatArray, mean_and_error
from sim.analysis.present_values import Arms, arms, of_scenario
from sim.analysis.trends import Estimate, level, trend
from sim.analysis.warm_up import SHORTEST, warm_up_length
from sim.results import Results

if TYPE_CHECKING:
    import pandas as pd

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
    """More is wanted than can be given, and waits or work left over grow for as long as referrals come."""
    HELD_BY_LEAVING = "held_by_leaving"
    """More is wanted than can be given; waits settle only because patients give up."""
    RISING = "rising"
    """Waits still rose at the end though no more is wanted than can be given: too short a run to tell."""


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


@dataclass(frozen=True, slots=True)
class _Verdict:
    """One step: by how much its waits rise, and the resource most asked for among those that serve it."""

    step: str
    growth: Estimate
    rise: float
    resource: str | None
    demand: Estimate

    @property
    def is_rising(self) -> bool:
        """Waits rise, beyond chance and by enough to matter."""
        return self.growth.low > 0 and self.rise >= LEAST_RISE_DAYS

    @property
    def is_overfull(self) -> bool:
        """More is asked of a resource that serves the step than it can give."""
        return self.demand.mean > 1


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
        ``kind`` (a `Queue`), ``referral_weeks``; ``step`` (screening or start) that tells most, with
        ``growth_days_per_week`` and ``growth_days_per_week_se`` of its waits and ``rise_days`` over the
        second half; ``resource`` most wanted of those that serve this step, its ``demand`` (minutes wanted
        over those that whole visits can fill) and ``demand_se``; ``overfull``, the same three of every
        resource of which more is wanted, beyond chance, than it can give, most wanted first; ``left_share``
        of those referred in the second half; ``warm_up_weeks`` cut by `sim.analysis.warm_up` and, without
        them, ``steady_screening_days`` and ``steady_start_days`` with errors: None without a steady state.
        None at all when referrals last for fewer than ten whole weeks, as in a closed cohort.

    Notes
    -----
    Each step is judged with the resources that serve it: rising waits are growth where one of those is
    asked for too much. Work that piles up is judged over all resources. The step told is one that rises and
    whose resources are asked for too much; else, where work piles up, one that such a resource serves; else
    one that rises; among equals the one that rises most.
    """
    found = arms(results, scenario)
    weeks = _weeks(of_scenario(results.curves, scenario), found, strategy)
    if weeks.n_weeks < SHORTEST:
        return None
    later = range(weeks.n_weeks // 2, weeks.n_weeks)
    weekly = demand_by_resource(of_scenario(results.utilization, scenario), found, strategy, later)
    demands = {name: level(values) for name, values in weekly.items()}
    overfull = {name: demand for name, demand in demands.items() if demand.low > 1}
    told = max(
        _verdicts(weeks, later, demands, results.settings[scenario].needed[strategy]),
        key=lambda one: (
            one.is_rising and one.is_overfull, bool(overfull) and one.is_overfull, one.is_rising,
            -np.inf if np.isnan(one.growth.mean) else one.growth.mean,
        ),
    )  # fmt: skip
    among = weeks.referrals[:, later.start :]
    left = float(np.nansum(weeks.left[:, later.start :] * among) / among.sum())
    usual = np.nan_to_num(mean_and_error(weeks.days[told.step][:, later.start :].ravel())[0])
    is_level = not told.rise > max(LEAST_RISE_DAYS, LEVEL_RISE * float(usual))
    return {
        "kind": _kind(told, piles_up=bool(overfull), is_held=is_level and left >= LEAST_LEAVING),
        "referral_weeks": weeks.n_weeks,
        "step": told.step,
        "growth_days_per_week": _plain(told.growth.mean),
        "growth_days_per_week_se": _plain(told.growth.error),
        "rise_days": _plain(told.rise),
        **_demand(told.resource, told.demand),
        "overfull": [_demand(name, overfull[name]) for name in _most_wanted_first(overfull)],
        "left_share": left,
        **_steady(weeks),
    }


def demand_by_resource(use: pd.DataFrame, found: Arms, strategy: str, weeks: range) -> dict[str, FloatArray]:
    """Return how much is wanted of each resource with a limit, relative to what it can give.

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
        By resource, minutes wanted each week over the mean weekly minutes that whole visits can fill, shape
        (n_replications, n_weeks): the mean is the ratio of the sums. None of resources that no visit fits.
    """
    chosen = use[(use["strategy"] == strategy) & use["week"].between(weeks.start, weeks.stop - 1)]
    by_resource = {}
    for name, rows in chosen.groupby("resource", observed=True, sort=True):
        wanted, fillable = (
            _by_week(rows, column, found, weeks) for column in ("wanted_minutes", "fillable_minutes")
        )
        mean = mean_and_error(fillable)[0][:, np.newaxis]
        if (mean > 0).any():
            ratio = np.divide(wanted, mean, out=np.full(wanted.shape, np.nan), where=mean > 0)
            by_resource[str(name)] = ratio
    return by_resource


def _by_week(rows: pd.DataFrame, column: str, found: Arms, weeks: range) -> FloatArray:
    """Put a column into a table, shape (n_replications, n_weeks)."""
    values = np.full((len(found.replications), len(weeks)), np.nan)
    values[np.searchsorted(found.replications, rows["replication"]), rows["week"] - weeks.start] = rows[
        column
    ]
    return values


def _verdicts(
    weeks: Weeks, later: range, demands: dict[str, Estimate], needed: Mapping[str, Sequence[str]]
) -> list[_Verdict]:
    """Judge each step with the resources that serve it."""
    verdicts = []
    for step, days in weeks.days.items():
        growth = trend(days[:, later.start :])
        serving = {name: demands[name] for name in needed[step] if name in demands}
        name = next(iter(_most_wanted_first(serving)), None)
        demand = Estimate(np.nan, np.nan, np.nan) if name is None else serving[name]
        verdicts.append(_Verdict(step, growth, growth.mean * len(later), name, demand))
    return verdicts


def _most_wanted_first(demands: Mapping[str, Estimate]) -> list[str]:
    return sorted(demands, key=lambda name: demands[name].mean, reverse=True)


def _demand(resource: str | None, demand: Estimate) -> Row:
    return {"resource": resource, "demand": _plain(demand.mean), "demand_se": _plain(demand.error)}


def _kind(told: _Verdict, *, piles_up: bool, is_held: bool) -> Queue:
    if told.is_rising and told.is_overfull:
        return Queue.GROWING
    if piles_up:
        return Queue.HELD_BY_LEAVING if is_held else Queue.GROWING
    return Queue.RISING if told.is_rising else Queue.STEADY


def _weeks(curves: pd.DataFrame, found: Arms, strategy: str) -> Weeks:
    """Put the curves by week of referral into tables, without the last week."""
    own = curves[curves["strategy"] == strategy]

    def table(measure: str, n_weeks: int | None = None) -> FloatArray:
        rows = own[own["measure"] == measure]
        if n_weeks is None:
            n_weeks = int(rows["week"].max()) + 1 if len(rows) else 0
        return _by_week(rows[rows["week"] < n_weeks], "value", found, range(n_weeks))

    referrals = table("referrals")
    known = ~np.isnan(referrals)
    n_weeks = max(int(known.sum(axis=1).min(initial=referrals.shape[1])) - 1, 0)
    return Weeks(
        {step: table(measure, n_weeks) for step, measure in STEPS.items()},
        np.nan_to_num(referrals[:, :n_weeks]),
        table("left_waiting", n_weeks),
    )


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
