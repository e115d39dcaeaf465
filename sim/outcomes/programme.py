"""What the clinic's resources did: minutes used and offered by day, and what idle ones cost.

Only resources that the strategy's pathway can draw on are counted: a programme that treats at home is
not charged for another programme's empty theater. Those are kept open, and idle minutes charged, from
day 0 until the follow-up of the last patient ends, however little is asked of them by then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.domain.reach import visits_of
from sim.domain.remembered import remembered
from sim.domain.scenario import Scenario
from sim.outcomes.fillable import fillable_minutes
from sim.outcomes.follow_up import whole
from sim.outcomes.history import FloatArray
from sim.outcomes.openings import offered_minutes
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
    fillable : ndarray, shape (n_resources, n_days)
        Those that whole visits of the strategy can fill; nan for a resource without a limit.
    idle_cost : ndarray, shape (n_days,)
        Cost of the minutes offered and not used [currency].
    """

    names: tuple[str, ...]
    used: FloatArray
    offered: FloatArray
    fillable: FloatArray
    idle_cost: FloatArray


def resource_use(used: FloatArray, scenario: Scenario, strategy: str) -> ResourceUse:
    """Set the minutes used on each day against those offered.

    Parameters
    ----------
    used : ndarray, shape (n_resources, n_days)
        Minutes used by all patients together.
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
    by_resource = dict(zip(scenario.resources, offered_minutes(scenario, n_days), strict=True))
    by_filling = fillable_minutes(scenario, n_days)[strategy]
    offered, fillable = np.full(used.shape, np.nan), np.full(used.shape, np.nan)
    idle_cost = np.zeros(n_days)
    for row, name in enumerate(names):
        resource = scenario.resources[name]
        if resource.units is not None:
            offered[row], fillable[row] = by_resource[name], by_filling[name]
            per_minute = scenario.economics.in_prices_of_year(resource.cost) / MINUTES_PER_HOUR
            idle_cost += np.maximum(offered[row] - used[row], 0) * per_minute
    return ResourceUse(names, used, offered, fillable, idle_cost)


def resource_names(scenario: Scenario, strategy: str) -> tuple[str, ...]:
    """Return the resources a strategy can draw on, in file order."""
    return _resource_names(scenario)[strategy]


def weekly(daily: FloatArray) -> FloatArray:
    """Add up days of shape (n, n_days) to weeks from day 0; a begun last week counts its days."""
    n_rows, n_days = daily.shape
    n_weeks = whole(n_days, DAYS_PER_WEEK)
    padded = np.zeros((n_rows, n_weeks * DAYS_PER_WEEK))
    padded[:, :n_days] = daily
    weeks: FloatArray = padded.reshape(n_rows, n_weeks, DAYS_PER_WEEK).sum(axis=2)
    return weeks


@remembered
def _resource_names(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return the resources each strategy can draw on."""
    reachable = {
        strategy: {name for visit in visits_of(scenario, strategy) for name in visit.minutes_taken}
        for strategy in scenario.strategies
    }
    return {
        strategy: tuple(name for name in scenario.resources if name in reached)
        for strategy, reached in reachable.items()
    }
