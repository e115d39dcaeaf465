"""Staffings as levels: what one step more of a resource is, what it costs, and the scenario it makes.

A resource that is open on all working days of its programme is stepped by units. One that is not, such
as a theater open on three mornings a week, first gets one more day a week, then more units.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.batch.settings import with_settings
from sim.domain.clinic import MOST_UNITS, Resource
from sim.domain.scenario import Scenario
from sim.errors import ScenarioError
from sim.units import DAYS_PER_WEEK, DAYS_PER_YEAR, MINUTES_PER_HOUR

HALF_POST = 0.5
WORKING_DAYS = range(5)
"""Monday to Friday."""
UNIT, DAY = "unit", "day a week"
MOST_TRIES = 400
TINY = 1e-9
Staffing = Mapping[str, "Rung"]


@dataclass(frozen=True, slots=True)
class Rung:
    """How much of a resource there is.

    Parameters
    ----------
    units : float
        Units in parallel.
    open_minutes : tuple of float
        Minutes open per unit, Monday to Sunday.
    """

    units: float
    open_minutes: tuple[float, ...]

    @property
    def days(self) -> int:
        """Days a week on which it is open."""
        return sum(minutes > 0 for minutes in self.open_minutes)


@dataclass(frozen=True)
class Ladder:
    """The levels of one resource, from the fewest up.

    Parameters
    ----------
    resource : str
        Its key.
    today : Rung
        As in the scenario.
    more_days : tuple of int
        Weekdays on which it is closed and its programme is not; none = stepped by units only.
    step : float
        Units of one step of the search.
    unit : float
        Units of one more, for what capacity is worth.
    """

    resource: str
    today: Rung
    more_days: tuple[int, ...]
    step: float
    unit: float

    @cached_property
    def _days(self) -> tuple[int, ...]:
        """Weekdays in the order in which they are opened."""
        opened = [day for day in range(DAYS_PER_WEEK) if self.today.open_minutes[day] > 0]
        return (*opened, *self.more_days)

    def rung(self, level: int) -> Rung:
        """Return what there is at a level, from 1 on."""
        if not self.more_days:
            return Rung(self._units(level), self.today.open_minutes)
        extra = max(level - len(self._days), 0)
        return Rung(self.today.units + extra * self.step, self._opened(level))

    @property
    def today_level(self) -> int:
        """Level of today's staffing, which is always on the ladder."""
        if self.more_days:
            return len(self._days) - len(self.more_days)
        return math.ceil(self.today.units / self.step - TINY)

    def level_of(self, units: float) -> int:
        """Return the lowest level with so many units, of a resource stepped by units only."""
        if units <= self.today.units:
            below = math.ceil(units / self.step - TINY)
            return max(1, min(below, self.today_level))
        return math.ceil(units / self.step - TINY) + (not self._is_regular)

    @property
    def _is_regular(self) -> bool:
        """Whether today's units are a whole number of steps."""
        return abs(self.today.units - round(self.today.units / self.step) * self.step) <= TINY

    def _units(self, level: int) -> float:
        """Return whole numbers of steps, with today's units among them."""
        if level == self.today_level:
            return self.today.units
        between = level > self.today_level and not self._is_regular
        return (level - between) * self.step

    def more(self, rung: Rung) -> tuple[Rung, str]:
        """Return one more day a week while there is one, else one more unit, and which of both it is."""
        closed = [day for day in self.more_days if rung.open_minutes[day] == 0]
        if closed:
            days = [day for day in range(DAYS_PER_WEEK) if rung.open_minutes[day] > 0]
            return Rung(rung.units, self._on({*days, closed[0]})), DAY
        return Rung(rung.units + self.unit, rung.open_minutes), UNIT

    def _opened(self, n_days: int) -> tuple[float, ...]:
        return self._on(set(self._days[:n_days]))

    def _on(self, days: set[int]) -> tuple[float, ...]:
        """Return open minutes on some weekdays; a new one is as long as the longest."""
        hours = max(self.today.open_minutes)
        return tuple(
            (self.today.open_minutes[day] or hours) if day in days else 0.0 for day in range(DAYS_PER_WEEK)
        )


def ladders(
    scenario: Scenario, searched: Sequence[str], reachable: Iterable[str], steps: Mapping[str, float]
) -> list[Ladder]:
    """Return the ladder of each resource.

    Parameters
    ----------
    scenario : Scenario
        Today's staffing.
    searched : sequence of str
        Resources with a limit.
    reachable : iterable of str
        All resources the programme draws on.
    steps : mapping
        Units of one step by resource; left out = one, in the search half where the scenario counts in
        parts of a unit.

    Returns
    -------
    list of Ladder
        In the order of ``searched``.

    Raises
    ------
    ScenarioError
        If one more would be more than a scenario allows.
    """
    open_by_any = {
        day for key in reachable for day in WORKING_DAYS if scenario.resources[key].open_minutes[day] > 0
    }
    found = []
    for key in searched:
        resource = scenario.resources[key]
        today = rung_of(resource)
        closed = tuple(day for day in sorted(open_by_any) if resource.open_minutes[day] == 0)
        usual = 1.0 if today.units.is_integer() else HALF_POST
        ladder = Ladder(key, today, closed, steps.get(key, usual), steps.get(key, 1.0))
        check_room(scenario, ladder, today.units + ladder.unit)
        found.append(ladder)
    return found


def rung_of(resource: Resource) -> Rung:
    """Return how much there is of a resource with a limit."""
    return Rung(float(resource.units or 0), tuple(float(minutes) for minutes in resource.open_minutes))


def staffed(scenario: Scenario, staffing: Staffing) -> Scenario:
    """Return a scenario with another staffing; planned changes of units move along.

    Parameters
    ----------
    scenario : Scenario
        The original.
    staffing : mapping
        Rung by resource.

    Returns
    -------
    Scenario
        Validated.

    Raises
    ------
    ScenarioError
        If some visit can never take place.
    """
    changes: dict[str, object] = {}
    for key, rung in staffing.items():
        resource = scenario.resources[key]
        changes[f"resources.{key}.units"] = rung.units
        changes[f"resources.{key}.open_minutes"] = list(rung.open_minutes)
        changes[f"resources.{key}.changes"] = _moved(resource, rung)
    return with_settings(scenario, changes)


def is_possible(scenario: Scenario, staffing: Staffing) -> bool:
    """Tell whether every visit can take place under a staffing."""
    try:
        staffed(scenario, staffing)
    except ScenarioError:
        return False
    return True


def lowest_level(scenario: Scenario, ladder: Ladder) -> int:
    """Return the lowest level at which every visit can take place, with all else as it is.

    Raises
    ------
    ScenarioError
        If a step is so small that none is found.
    """
    for level in range(1, MOST_TRIES + 1):
        if is_possible(scenario, {ladder.resource: ladder.rung(level)}):
            return level
    raise ScenarioError(
        f"--step: {ladder.resource} must have a step that soon makes room for a visit, got {ladder.step:g}"
    )


def check_room(scenario: Scenario, ladder: Ladder, units: float) -> None:
    """Refuse a ladder that leads beyond what a scenario allows.

    Parameters
    ----------
    scenario : Scenario
        Today's staffing.
    ladder : Ladder
        Of one resource.
    units : float
        Most units that are to be simulated.

    Raises
    ------
    ScenarioError
        If they, or planned changes moved along with them, are too many.
    """
    moved = _moved(scenario.resources[ladder.resource], Rung(units, ladder.today.open_minutes))
    most = max(units, *(change["units"] for change in moved), 0.0)
    if most > MOST_UNITS:
        planned = ", planned changes included" if most > units else ""
        raise ScenarioError(
            f"--step: {ladder.resource} must stay at or below {MOST_UNITS:,} units in all staffings "
            f"tried{planned}, got {most:,.10g} with steps of {ladder.step:g}; take a smaller step or fewer "
            "units"
        )


def level_with(ladder: Ladder, weekly_minutes: float) -> int:
    """Return the lowest level that offers so many minutes in a week."""
    if not ladder.more_days:
        return ladder.level_of(weekly_minutes / sum(ladder.today.open_minutes))
    level = 1
    while _weekly(ladder.rung(level)) < weekly_minutes:
        level += 1
    return level


def yearly_cost(scenario: Scenario, key: str, rung: Rung, n_days: int) -> float:
    """Return what the paid hours of a resource cost, on average over the run.

    Parameters
    ----------
    scenario : Scenario
        Closures, planned changes, prices.
    key : str
        The resource.
    rung : Rung
        How much of it there is.
    n_days : int
        Days from day 0, at least a week; only whole weeks are counted.

    Returns
    -------
    float
        Undiscounted, in prices of the scenario's year [currency/year].
    """
    resource = scenario.resources[key]
    changed = resource.model_copy(
        update={
            "units": rung.units,
            "open_minutes": rung.open_minutes,
            "changes": tuple(
                change.model_copy(update={"units": moved["units"]})
                for change, moved in zip(resource.changes, _moved(resource, rung), strict=True)
            ),
        }
    )
    whole_weeks = max(n_days // DAYS_PER_WEEK, 1) * DAYS_PER_WEEK
    minutes = changed.minutes_by_day(whole_weeks, scenario.care.holidays).mean()
    per_minute = scenario.economics.in_prices_of_year(resource.cost) / MINUTES_PER_HOUR
    return float(minutes * DAYS_PER_YEAR * per_minute)


def _moved(resource: Resource, rung: Rung) -> list[dict[str, float]]:
    """Return the planned changes, each with as many units more or fewer as there are today."""
    more = rung.units - (resource.units or 0.0)
    return [
        {"from_day": change.from_day, "units": max(change.units + more, 0.0)} for change in resource.changes
    ]


def _weekly(rung: Rung) -> float:
    return rung.units * sum(rung.open_minutes)
