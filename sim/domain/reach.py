"""What a strategy can draw on: its treatments, their visits, and the resources that serve each step."""

from __future__ import annotations

from collections.abc import Iterable

from sim.domain.clinic import Visit
from sim.domain.scenario import Scenario
from sim.domain.strategies import Line

SCREENING, START = "screening", "start"
"""Steps that patients wait for before their treatment begins."""


def lines_of(scenario: Scenario, strategy: str) -> list[Line]:
    """Return the lines of a strategy, or of all parts of a mix.

    Parameters
    ----------
    scenario : Scenario
        Where it is defined.
    strategy : str
        Key of the strategy.

    Returns
    -------
    list of Line
        In file order; none of usual care.
    """
    chosen = scenario.strategies[strategy]
    parts = [chosen] if chosen.mix is None else [scenario.strategies[name] for name in chosen.mix]
    return [line for part in parts for line in part.lines or ()]


def treatments_of(scenario: Scenario, strategy: str) -> list[str]:
    """Return the treatments a strategy can come to, by lines, routes or instead of waiting; in file order."""
    named = {
        name
        for line in lines_of(scenario, strategy)
        for name in (line.treatment, line.route_to, line.instead_of_waiting)
    }
    return [name for name in scenario.treatments if name in named]


def visits_of(scenario: Scenario, strategy: str) -> list[Visit]:
    """Return the visits a strategy can come to; none of usual care."""
    if not treatments_of(scenario, strategy):
        return []
    integration = _in_courses(scenario, strategy, scenario.care.integration)
    return [scenario.care.screening, *_visits_to_start(scenario, strategy), *integration]


def resources_by_step(scenario: Scenario, strategy: str) -> dict[str, list[str]]:
    """Return the resources that take part in each step of a strategy.

    Parameters
    ----------
    scenario : Scenario
        Where it is defined.
    strategy : str
        Key of the strategy.

    Returns
    -------
    dict
        Of `SCREENING` and `START` (preparation visits and sessions), keys of resources in file order.
    """
    screening = [scenario.care.screening] if treatments_of(scenario, strategy) else []
    return {
        SCREENING: _taken(scenario, screening),
        START: _taken(scenario, _visits_to_start(scenario, strategy)),
    }


def _visits_to_start(scenario: Scenario, strategy: str) -> list[Visit]:
    sessions = [scenario.treatments[name].session for name in treatments_of(scenario, strategy)]
    return [*_in_courses(scenario, strategy, scenario.care.preparation), *sessions]


def _in_courses(scenario: Scenario, strategy: str, visit: Visit | None) -> list[Visit]:
    """Return a visit that belongs to courses with preparation, if the strategy has such courses."""
    prepares = any(scenario.treatments[name].preparation for name in treatments_of(scenario, strategy))
    return [visit] if visit is not None and prepares else []


def _taken(scenario: Scenario, visits: Iterable[Visit]) -> list[str]:
    taken = {name for visit in visits for name, minutes in visit.whole_minutes.items() if minutes}
    return [name for name in scenario.resources if name in taken]
