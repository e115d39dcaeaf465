"""What the clinic's resources did: minutes used and offered by day, and what idle ones cost.

Only resources that the strategy's pathway can draw on are counted: a programme that treats at home is
not charged for another programme's empty theater. Those are kept open, and idle minutes charged, from
day 0 until the follow-up of the last patient ends, however little is asked of them by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.domain.clinic import Visit
from sim.domain.events import Event
from sim.domain.scenario import Scenario
from sim.domain.strategies import Strategy
from sim.outcomes.follow_up import day_of, whole
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.totals import counts
from sim.units import DAYS_PER_WEEK, MINUTES_PER_HOUR


@dataclass(frozen=True, slots=True)
class ResourceUse:
    """Minutes of each resource by day.

    Parameters
    ----------
    names : tuple of str
        Resources the strategy can draw on, in file order.
    used : ndarray, shape (n_resources, n_days)
        Minutes used, missed appointments included.
    offered : ndarray, shape (n_resources, n_days)
        Minutes offered; nan for a resource without a limit.
    idle_cost : ndarray, shape (n_days,)
        Cost of the minutes offered and not used [currency].
    """

    names: tuple[str, ...]
    used: FloatArray
    offered: FloatArray
    idle_cost: FloatArray


def resource_use(used: FloatArray, scenario: Scenario, strategy: str) -> ResourceUse:
    """Set the minutes used on each day against those offered.

    Parameters
    ----------
    used : ndarray, shape (n_resources, n_days)
        Minutes used by all patients together, as `used_minutes` counts them.
    scenario : Scenario
        Hours and costs of resources.
    strategy : str
        Key of the strategy that was simulated.

    Returns
    -------
    ResourceUse
        Undiscounted.
    """
    names = resource_names(scenario, strategy)
    n_days = used.shape[1]
    offered = np.full(used.shape, np.nan)
    idle_cost = np.zeros(n_days)
    for row, name in enumerate(names):
        resource = scenario.resources[name]
        if resource.units is not None:
            offered[row] = scenario.minutes_by_day(name, n_days)
            per_minute = scenario.economics.in_prices_of_year(resource.cost) / MINUTES_PER_HOUR
            idle_cost += np.maximum(offered[row] - used[row], 0) * per_minute
    return ResourceUse(names, used, offered, idle_cost)


def resource_names(scenario: Scenario, strategy: str) -> tuple[str, ...]:
    """Return the resources a strategy can draw on, in file order."""
    reachable = _reachable(scenario, strategy)
    return tuple(name for name in scenario.resources if name in reachable)


def weekly(daily: FloatArray) -> FloatArray:
    """Add up days of shape (n, n_days) to weeks from day 0; a begun last week counts its days."""
    n_rows, n_days = daily.shape
    n_weeks = whole(n_days, DAYS_PER_WEEK)
    padded = np.zeros((n_rows, n_weeks * DAYS_PER_WEEK))
    padded[:, :n_days] = daily
    weeks: FloatArray = padded.reshape(n_rows, n_weeks, DAYS_PER_WEEK).sum(axis=2)
    return weeks


def _reachable(scenario: Scenario, strategy: str) -> set[str]:
    """Name the resources that some visit of the strategy needs."""
    pathways = _pathways(scenario, strategy)
    treatments = {
        name
        for pathway in pathways
        for line in pathway.lines or ()
        for name in (line.treatment, line.route_to, line.instead_of_waiting)
        if name
    }
    if not treatments:
        return set()
    care = scenario.care
    prepares = any(scenario.treatments[name].preparation for name in treatments)
    visits = [care.screening, *(scenario.treatments[name].session for name in treatments)]
    visits += [visit for visit in (care.preparation, care.integration) if visit is not None and prepares]
    return {resource for visit in visits for resource in visit.minutes_taken}


def _pathways(scenario: Scenario, strategy: str) -> list[Strategy]:
    """Return the strategies with lines behind a strategy: itself, or the parts of a mix."""
    chosen = scenario.strategies[strategy]
    return [chosen] if chosen.mix is None else [scenario.strategies[name] for name in chosen.mix]


def used_minutes(history: History, scenario: Scenario, strategy: str, n_days: int) -> FloatArray:
    """Multiply the number of visits of each kind and day by the minutes they need.

    Parameters
    ----------
    history : History
        Events by patient.
    scenario : Scenario
        Needs of visits and sessions.
    strategy : str
        Key of the strategy that was simulated.
    n_days : int
        Days from day 0 to the end of follow-up.

    Returns
    -------
    ndarray, shape (n_resources, n_days)
        Minutes of the resources of `resource_names`, missed appointments included.
    """
    return minutes_by_day(history, history.time, scenario, resource_names(scenario, strategy), n_days)


def minutes_by_day(
    history: History, moment: IntArray, scenario: Scenario, names: Sequence[str], n_days: int
) -> FloatArray:
    """Add up what visits take from some resources by a day of theirs.

    Parameters
    ----------
    history : History
        Events by patient.
    moment : ndarray of int64, shape (n_rows,)
        A moment of each row that tells the day, such as when it was held [minutes from day 0].
    scenario : Scenario
        Needs of visits and sessions.
    names : sequence of str
        Resources.
    n_days : int
        Days from day 0 to the end of follow-up.

    Returns
    -------
    ndarray, shape (n_resources, n_days)
        Minutes, missed appointments included.
    """
    care = scenario.care
    held: list[tuple[Visit, tuple[Event, ...]]] = [(care.screening, (Event.SCREENED, Event.SCREENING_MISSED))]
    held += [
        (visit, (event,))
        for visit, event in ((care.preparation, Event.PREPARED), (care.integration, Event.INTEGRATED))
        if visit is not None
    ]
    number = np.zeros((len(held) + len(scenario.treatments), n_days))
    for row, (_, events) in enumerate(held):
        number[row] = counts(day_of(moment[history.rows(*events)], n_days), n_days)
    sessions = history.rows(Event.SESSION, Event.SESSION_MISSED)
    cell = history.treatment[sessions] * n_days + day_of(moment[sessions], n_days)
    n_treatments = len(scenario.treatments)
    number[len(held) :] = counts(cell, n_treatments * n_days).reshape(n_treatments, n_days)
    visits = [*(visit for visit, _ in held), *(t.session for t in scenario.treatments.values())]
    return needs_of(visits, names) @ number


def needs_of(visits: Sequence[Visit], names: Sequence[str]) -> FloatArray:
    """Return the minutes each visit takes from each resource, shape (n_resources, n_visits)."""
    needs = [visit.whole_minutes for visit in visits]
    minutes = [[need.get(name, 0) for need in needs] for name in names]
    return np.array(minutes, dtype=np.float64).reshape(len(names), len(needs))
