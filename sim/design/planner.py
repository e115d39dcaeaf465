"""What a planner moves: a few figures with their plausible ranges, units of resources, referrals, mixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np

from sim.design.dsa import Lever, levers
from sim.domain.reach import treatments_of, visits_of
from sim.domain.scenario import Scenario
from sim.domain.unknowns import TREATMENTS

CARE, PRICES = "Care", "Prices"
PATTERNS = {
    CARE: (
        "treatments.*.effect.odds_ratio",
        "treatments.*.maintenance.steps.0.interval",
        "treatments.*.session.needs.guide",
        "care.session_no_show",
        "care.patience",
    ),
    PRICES: ("treatments.*.prices.drug_session", "treatments.*.session.price", "care.screening.price"),
}
"""Paths of figures a planner decides or doubts, by heading; those with a label of their own are offered."""
MOST_TIMES = 4
"""Units and referrals can be moved up to so many times today's."""
FEWEST_AT_MOST = 4
"""Units and referrals can always be moved up to here."""
STEP, SMALL_STEP = 0.5, 0.1
"""Of units and referrals; the small one below 1."""
STEPS = 50
TEN = 10.0
NICE = (1, 2, 5, 10)
ROUNDING, DIGITS = 1e-9, 12


@dataclass(frozen=True, slots=True)
class Amount:
    """A plain number of a scenario that a planner decides: no evidence, no range.

    Parameters
    ----------
    path : str
        Dotted path.
    label : str
        In words, with its unit.
    value : float or None
        As it is; None = no limit.
    high : float
        Largest value offered; the smallest is one step.
    step : float
        From one value to the next.
    """

    path: str
    label: str
    value: float | None
    high: float
    step: float


def planner_levers(scenario: Scenario) -> dict[str, list[Lever]]:
    """Return the figures offered to a planner, by heading.

    Parameters
    ----------
    scenario : Scenario
        As its file gives it: a changed figure has no range any more.

    Returns
    -------
    dict
        Those with a label and a range, of treatments that some strategy gives.
    """
    given = _treatments_given(scenario)
    labeled = {path for path, atom in scenario.atoms() if atom.label is not None}
    offered = [lever for lever in levers(scenario) if lever.path in labeled and _is_given(lever.path, given)]
    return {
        heading: [lever for pattern in patterns for lever in offered if fnmatchcase(lever.path, pattern)]
        for heading, patterns in PATTERNS.items()
    }


def lever_names(scenario: Scenario, offered: Sequence[Lever]) -> dict[str, str]:
    """Return the name of each figure by path: its label, with its treatments only where labels repeat.

    Parameters
    ----------
    scenario : Scenario
        Where they stand.
    offered : sequence of Lever
        As `planner_levers` returns them.

    Returns
    -------
    dict
        In words, without units.
    """
    atoms = dict(scenario.atoms())
    labels = {lever.path: atoms[lever.path].label or lever.label for lever in offered}
    repeated = Counter(labels[lever.path] for lever in offered)
    return {
        lever.path: lever.label if repeated[labels[lever.path]] > 1 else labels[lever.path]
        for lever in offered
    }


def capacities(scenario: Scenario) -> list[Amount]:
    """Return the units of the resources that visits of the scenario's strategies need."""
    visits = [visit for strategy in scenario.strategies for visit in visits_of(scenario, strategy)]
    needed = {key for visit in visits for key in visit.minutes_taken}
    return [
        Amount(f"resources.{key}.units", resource.label, resource.units, *_span(resource.units))
        for key, resource in scenario.resources.items()
        if key in needed
    ]


def referrals(scenario: Scenario) -> list[Amount]:
    """Return how many people are referred a week; none in a cohort that starts on one day."""
    return [
        Amount(
            f"population.arrivals.{place}.per_week",
            "Referrals a week"
            if arrivals.from_day == 0
            else f"Referrals a week from day {arrivals.from_day}",
            arrivals.per_week,
            *_span(arrivals.per_week),
        )
        for place, arrivals in enumerate(scenario.population.arrivals or ())
    ]


def mixes(scenario: Scenario) -> dict[str, dict[str, float]]:
    """Return the share of patients by strategy, for each strategy that is a mix."""
    return {key: dict(strategy.mix) for key, strategy in scenario.strategies.items() if strategy.mix}


def shares_of(parts: Mapping[str, float]) -> dict[str, float]:
    """Return parts divided by their sum, which is above 0, so that they add up to 1.

    Examples
    --------
    >>> shares_of({"ect": 30, "ssri": 90})
    {'ect': 0.25, 'ssri': 0.75}
    """
    total = sum(parts.values())
    return {key: part / total for key, part in parts.items()}


def step_of(low: float, high: float) -> float:
    """Return a round step that cuts a range into some 50 parts.

    Examples
    --------
    >>> step_of(0.3, 1.3), step_of(54, 250), step_of(0, 10)
    (0.02, 5.0, 0.2)
    """
    least = (high - low) / STEPS
    power = TEN ** np.floor(np.log10(least))
    fitting = (nice * power for nice in NICE if nice * power >= least * (1 - ROUNDING))
    return round(float(next(fitting)), DIGITS)


def _span(value: float | None) -> tuple[float, float]:
    """Return the largest value offered and the step, for a plain number."""
    high = max(FEWEST_AT_MOST, MOST_TIMES * (value or 1))
    return float(high), SMALL_STEP if (value or 1) < 1 else STEP


def _treatments_given(scenario: Scenario) -> set[str]:
    return {key for strategy in scenario.strategies for key in treatments_of(scenario, strategy)}


def _is_given(path: str, given: set[str]) -> bool:
    steps = path.split(".")
    return steps[0] != TREATMENTS or steps[1] in given
