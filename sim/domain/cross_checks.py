"""Checks between the parts of a scenario: names that must exist, numbers that must fit together.

Each check yields (dotted path, message) pairs, so that all mistakes are told at once.
"""

from __future__ import annotations

import difflib
import itertools
import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from sim.domain.clinic import Visit
from sim.domain.effects import full_onset, improvement_of, natural_improvement_of
from sim.domain.evidence import UNSOURCED
from sim.domain.parameters import Curve, Parameter
from sim.domain.patients import LONGEST_ARRIVALS_DAYS
from sim.domain.scenario_parts import ScenarioParts
from sim.domain.treatments import ScreeningRule
from sim.domain.unknowns import unknowns
from sim.units import DAYS_PER_WEEK, MINUTES_PER_DAY, MONEY_UNITS

Problem = tuple[str, str]
FEW = 10
SMALLEST_CONCENTRATION = 2


def cross_check(scenario: ScenarioParts) -> list[Problem]:
    """Return every contradiction between the parts of a scenario, as (path, message)."""
    return list(_contradictions(scenario)) or list(_improvements(scenario))


def cross_check_values(scenario: ScenarioParts) -> list[Problem]:
    """Return the contradictions that other numbers can bring into a valid scenario, as (path, message)."""
    checks = (_needs, _onsets, _reports, _definitions, _shape)
    found = list(itertools.chain.from_iterable(check(scenario) for check in checks))
    return found or list(_improvements(scenario))


def _contradictions(scenario: ScenarioParts) -> Iterator[Problem]:
    checks = (
        _names,
        _needs,
        _screening,
        _effects,
        _onsets,
        _reports,
        _sources,
        _price_years,
        _definitions,
        _shape,
        _arrivals,
        _correlations,
        _coverage,
    )
    return itertools.chain.from_iterable(check(scenario) for check in checks)


def not_found(name: str, kind: str, known: Iterable[str]) -> str:
    """Say that a name is unknown, with the nearest match and, if short, the whole list."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    choice = f"; known: {', '.join(names) or 'none'}" if len(names) <= FEW else ""
    return f"'{name}' is not a {kind}{hint}{choice}"


def _names(scenario: ScenarioParts) -> Iterator[Problem]:
    strategies, treatments = scenario.strategies, scenario.treatments
    if scenario.economics.comparator not in strategies:
        yield "economics.comparator", not_found(scenario.economics.comparator, "strategy", strategies)
    for key, strategy in strategies.items():
        for position, line in enumerate(strategy.lines or ()):
            for field in ("treatment", "route_to", "instead_of_waiting"):
                name = getattr(line, field)
                if name is not None and name not in treatments:
                    yield (
                        f"strategies.{key}.lines.{position}.{field}",
                        not_found(name, "treatment", treatments),
                    )
            if line.instead_of_waiting == line.treatment:
                yield (
                    f"strategies.{key}.lines.{position}.instead_of_waiting",
                    f"must be another treatment than that of the line, got '{line.treatment}'",
                )
        for name in strategy.mix or {}:
            if name not in strategies:
                yield f"strategies.{key}.mix.{name}", not_found(name, "strategy", strategies)
            elif strategies[name].lines is None:
                yield f"strategies.{key}.mix.{name}", "must be a strategy with lines, got another mix"


def _correlations(scenario: ScenarioParts) -> Iterator[Problem]:
    """Find correlations that name no parameter, or that contradict each other.

    One that is certain (after a what-if, say), or in a part that is left out, has no effect.
    """
    if not scenario.correlations:
        return
    known = {path: path for path, atom in scenario.atoms() if isinstance(atom, Parameter | Curve)}
    known |= {path: unknown.path for unknown in unknowns(scenario).values() for path in unknown.paths}
    followers: set[str] = set()
    for name, pair in scenario.correlations.items():
        for field, path in (("of", pair.of), ("to", pair.to)):
            if path not in known and not _is_left_out(scenario, path):
                yield f"correlations.{name}.{field}", not_found(path, "parameter", known)
        follower, lead = known.get(pair.of, pair.of), known.get(pair.to, pair.to)
        if follower == lead:
            yield f"correlations.{name}", f"must be between two different figures, got '{lead}' twice"
        elif follower in followers:
            yield f"correlations.{name}.of", f"must follow one other only, got '{pair.of}' again"
        followers.add(follower)
    for name, pair in scenario.correlations.items():
        if known.get(pair.to, pair.to) in followers:
            yield (
                f"correlations.{name}.to",
                f"must not itself follow another (stand under 'of'), got '{pair.to}'",
            )


def _is_left_out(scenario: ScenarioParts, path: str) -> bool:
    """Tell whether a path leads into an optional part that this scenario does not have."""
    part: Any = scenario
    for step in path.split("."):
        part = part.get(step, path) if isinstance(part, dict) else getattr(part, step, path)
        if part is None or part is path:
            return part is None
    return False


def _needs(scenario: ScenarioParts) -> Iterator[Problem]:
    care = scenario.care
    visits: dict[str, Visit | None] = {
        "care.screening": care.screening,
        "care.preparation": care.preparation,
        "care.integration": care.integration,
    }
    visits |= {
        f"treatments.{key}.session": treatment.session for key, treatment in scenario.treatments.items()
    }
    for path, visit in visits.items():
        if visit is None:
            continue
        unknown = [
            (f"{path}.{section}.{name}", not_found(name, "resource", scenario.resources))
            for section, names in (("needs", visit.needs), ("shared", visit.shared))
            for name in names
            if name not in scenario.resources
        ]
        yield from unknown or _possible(scenario, path, visit)


def _possible(scenario: ScenarioParts, path: str, visit: Visit) -> Iterator[Problem]:
    """Find needs that no day of the follow-up can meet, one by one or all together."""
    n_days = _first_follow_up(scenario)
    has_room = np.ones(n_days, dtype=bool)
    for name, minutes in visit.whole_minutes.items():
        offered = scenario.minutes_by_day(name, n_days)
        has_room &= offered >= minutes
        if minutes > offered.max():
            yield (
                f"{path}.{'needs' if name in visit.needs else 'shared'}.{name}",
                f"{minutes} minutes can never be had: '{name}' offers at most {offered.max()} minutes "
                "a day; raise its units or open_minutes",
            )
            return
    if not has_room.any():
        yield (
            f"{path}.needs",
            "no day on which all needed resources are open; "
            "change open_minutes, closures, changes or care.holidays",
        )


def _arrivals(scenario: ScenarioParts) -> Iterator[Problem]:
    for position, period in enumerate(scenario.population.arrivals or ()):
        days = period.from_day + scenario.run.n_patients / period.per_week * DAYS_PER_WEEK
        if position + 1 == len(scenario.population.arrivals or ()) and days > LONGEST_ARRIVALS_DAYS:
            yield (
                f"population.arrivals.{position}.per_week",
                f"must bring all {scenario.run.n_patients} patients within {LONGEST_ARRIVALS_DAYS} days, "
                f"got {period.per_week:g} a week, which takes {days:.0f} days",
            )


def _first_follow_up(scenario: ScenarioParts) -> int:
    """Return the days from day 0 to the end of the follow-up of a patient of the last arrival period."""
    arrivals = scenario.population.arrivals
    follow_up = max(math.ceil(scenario.horizon_minutes / MINUTES_PER_DAY), DAYS_PER_WEEK)
    return follow_up + (arrivals[-1].from_day if arrivals else 0)


def _screening(scenario: ScenarioParts) -> Iterator[Problem]:
    conditions = scenario.population.conditions
    for key, treatment in scenario.treatments.items():
        for name, rule in treatment.screening.items():
            path = f"treatments.{key}.screening.{name}"
            if name not in conditions:
                yield path, not_found(name, "condition", conditions)
            elif rule is ScreeningRule.DEFER and conditions[name].resolves is None:
                yield path, f"to defer needs population.conditions.{name}.resolves; give it, or exclude"


def _effects(scenario: ScenarioParts) -> Iterator[Problem]:
    for key, treatment in scenario.treatments.items():
        other = treatment.effect.relative_to
        path = f"treatments.{key}.effect.relative_to"
        if other is None:
            continue
        if other not in scenario.treatments:
            yield path, not_found(other, "treatment", scenario.treatments)
        elif scenario.treatments[other].effect.response is None:
            yield path, f"'{other}' must have a response of its own, got one relative to another treatment"


def _onsets(scenario: ScenarioParts) -> Iterator[Problem]:
    for key, treatment in scenario.treatments.items():
        if full_onset(treatment) <= 0:
            yield f"treatments.{key}.effect.onset", "must be above 0 at the end of the induction, got 0"


def _reports(scenario: ScenarioParts) -> Iterator[Problem]:
    """Find a share of harms reported by which a rate of spontaneous reports cannot be divided."""
    if scenario.care.reported_unasked.value > 0:
        return
    waited = [
        f"treatments.{key}.harms.{name}"
        for key, treatment in scenario.treatments.items()
        for name, harm in treatment.harms.items()
        if not harm.asked
    ]
    if waited:
        yield "care.reported_unasked", f"must be above 0 where a harm was not asked for ({waited[0]}), got 0"


def _coverage(scenario: ScenarioParts) -> Iterator[Problem]:
    population = scenario.population
    named = {"economics.visit_covered_by": scenario.economics.visit_covered_by}
    named |= {
        f"treatments.{key}.prices.covered_by": treatment.prices.covered_by
        for key, treatment in scenario.treatments.items()
    }
    for path, shares in named.items():
        for payer in shares or {}:
            if payer not in population.payers:
                yield f"{path}.{payer}", not_found(payer, "payer of the population", population.payers)
            elif payer in population.self_pay:
                yield (
                    f"{path}.{payer}",
                    f"must be left out: population.self_pay says that '{payer}' pays for nothing",
                )


def _sources(scenario: ScenarioParts) -> Iterator[Problem]:
    for path, atom in scenario.atoms():
        if atom.source not in UNSOURCED and atom.source not in scenario.sources:
            yield f"{path}.source", not_found(atom.source, "listed source", scenario.sources)


def _price_years(scenario: ScenarioParts) -> Iterator[Problem]:
    index = scenario.economics.price_index
    years = {round(year) for year in index.at or ()}
    if scenario.economics.price_year not in years:
        yield (
            "economics.price_year",
            f"must be a year of economics.price_index, got {scenario.economics.price_year}",
        )
    for path, atom in scenario.atoms():
        if isinstance(atom, Parameter) and atom.unit in MONEY_UNITS and atom.price_year not in years:
            yield f"{path}.price_year", f"must be a year of economics.price_index, got {atom.price_year}"


def _definitions(scenario: ScenarioParts) -> Iterator[Problem]:
    definitions = scenario.illness.definitions
    if not definitions.partial_response.value <= definitions.response.value:
        yield (
            "illness.definitions.partial_response",
            f"must be at most response {definitions.response.value:g}, "
            f"got {definitions.partial_response.value:g}",
        )
    if not definitions.depression_free.value < definitions.fully_symptomatic.value:
        yield (
            "illness.definitions.fully_symptomatic",
            f"must be above depression_free {definitions.depression_free.value:g}, "
            f"got {definitions.fully_symptomatic.value:g}",
        )
    if not definitions.remission.value < definitions.relapse.value:
        yield (
            "illness.definitions.relapse",
            f"must be above remission {definitions.remission.value:g}, got {definitions.relapse.value:g}",
        )
    severity = scenario.population.severity
    if not severity.lowest < severity.highest:
        yield (
            "population.severity.lowest",
            f"must be below highest {severity.highest:g}, got {severity.lowest:g}",
        )


def _shape(scenario: ScenarioParts) -> Iterator[Problem]:
    improvement, response = scenario.illness.improvement, scenario.illness.definitions.response.value
    low, high = improvement.unimproved_low.value, improvement.unimproved_high.value
    if improvement.improver_concentration.value < SMALLEST_CONCENTRATION:
        yield (
            "illness.improvement.improver_concentration",
            f"must be at least {SMALLEST_CONCENTRATION}, got {improvement.improver_concentration.value:g}",
        )
    if not 0 < response < 1:
        yield "illness.definitions.response", f"must lie strictly between 0 and 1, got {response:g}"
    if not -1 <= low < high <= response:
        yield (
            "illness.improvement.unimproved_high",
            f"must lie above unimproved_low {low:g} and at most at response {response:g}, got {high:g}",
        )


def _improvements(scenario: ScenarioParts) -> Iterator[Problem]:
    try:
        natural_improvement_of(scenario)
    except ValueError as error:
        yield "illness.natural.remission_ratio", str(error)
    for key in scenario.treatments:
        try:
            improvement = improvement_of(scenario, key)
        except ValueError as error:
            yield f"treatments.{key}.effect", str(error)
            continue
        if not 0 <= improvement.mean < 1:
            yield (
                f"treatments.{key}.effect",
                f"mean improvement must lie in [0, 1), got {improvement.mean:.2f}; "
                "check response and remission_ratio",
            )
