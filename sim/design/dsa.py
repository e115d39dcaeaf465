"""Deterministic sensitivity analysis: which numbers are varied, and at which points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.design.points import Point
from sim.domain.cross_checks import not_found
from sim.domain.parameters import Curve, Parameter
from sim.domain.plain_names import name_of
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import PAYERS, bounds_at
from sim.domain.unknowns import Uncertain, Unknown, figures
from sim.errors import ScenarioError

INTERVAL = 0.95
"""Part of a distribution that stands for its range where none is given."""


@dataclass(frozen=True, slots=True)
class Lever:
    """A figure that is varied, in all places where it stands.

    Parameters
    ----------
    path : str
        Dotted path of its first place.
    paths : tuple of str
        All places.
    label, unit : str
        In words.
    value, low, high : float
        As it is, and the ends of its range.
    """

    path: str
    paths: tuple[str, ...]
    label: str
    unit: str
    value: float
    low: float
    high: float


def levers(scenario: Scenario, asked: Sequence[str] = (), option: str = "--parameter") -> list[Lever]:
    """Return the figures that can be varied.

    Parameters
    ----------
    scenario : Scenario
        Where they stand.
    asked : sequence of str
        Only these paths; any place of a figure stands for it.
    option : str
        The option they stand in, for messages.

    Returns
    -------
    list of Lever
        In file order. A range is the stated one, else the middle 95 % of the distribution.

    Raises
    ------
    ScenarioError
        If a path asked for is no parameter with a range; tells every mistake.
    """
    found = [lever for unknown in figures(_with_range(scenario)) for lever in _levers(scenario, unknown)]
    if not asked:
        return found
    by_path = {path: lever for lever in found for path in lever.paths}
    missing = [path for path in asked if path not in by_path]
    if missing:
        raise ScenarioError(
            "\n".join(f"{option}: {not_found(path, 'parameter with a range', by_path)}" for path in missing)
        )
    chosen = {by_path[path].path for path in asked}
    return [lever for lever in found if lever.path in chosen]


def point(scenario: Scenario, lever: Lever, value: float) -> Point:
    """Return the point at which a figure has another value; shares of other payers give way.

    Parameters
    ----------
    scenario : Scenario
        Where it stands.
    lever : Lever
        What is varied.
    value : float
        Its value.

    Returns
    -------
    mapping
        Value by dotted path.
    """
    values = dict.fromkeys(lever.paths, value)
    key = lever.path.removeprefix(f"{PAYERS}.")
    if key not in scenario.population.payers:
        return values
    shares = {name: share.value for name, share in scenario.population.payers.items()}
    others = 1 - shares[key]
    rest = {
        f"{PAYERS}.{name}": share * (1 - value) / others if others else (1 - value) / (len(shares) - 1)
        for name, share in shares.items()
        if name != key
    }
    return rest | values


def one_way(scenario: Scenario, chosen: Sequence[Lever]) -> list[Point]:
    """Return the scenario as it is, then the low and the high end of each figure."""
    ends = [point(scenario, lever, end) for lever in chosen for end in (lever.low, lever.high)]
    return [{}, *ends]


def line(scenario: Scenario, lever: Lever, values: Sequence[float]) -> list[Point]:
    """Return points along one figure."""
    return [point(scenario, lever, value) for value in values]


def grid(scenario: Scenario, across: Lever, up: Lever, steps: int) -> list[Point]:
    """Return points over the ranges of two figures, the second running fastest."""
    return [
        {**point(scenario, across, x), **point(scenario, up, y)}
        for x in steps_of(across, steps)
        for y in steps_of(up, steps)
    ]


def steps_of(lever: Lever, steps: int) -> list[float]:
    """Return so many evenly spaced values over the range of a figure.

    Raises
    ------
    ScenarioError
        If there are fewer than two steps.
    """
    check_steps(steps)
    values: list[float] = np.linspace(lever.low, lever.high, steps).tolist()
    return values


def check_steps(steps: int) -> None:
    """Check how many values a range is cut into.

    Raises
    ------
    ScenarioError
        If there are fewer than two steps.
    """
    if steps <= 1:
        raise ScenarioError(f"--steps must be at least 2, got {steps}")


def _with_range(scenario: Scenario) -> Iterator[tuple[str, Uncertain]]:
    """Yield what has a range or a distribution."""
    for path, atom in scenario.atoms():
        if isinstance(atom, Parameter | Curve) and (atom.range or atom.distribution):
            yield path, atom


def _levers(scenario: Scenario, unknown: Unknown) -> Iterator[Lever]:
    """Yield the lever of a figure, unless its range is a point."""
    low, high = _range_of(scenario, unknown)
    if low < high:
        atom = unknown.atom
        label, unit = name_of(scenario, unknown), str(atom.unit)
        yield Lever(unknown.path, unknown.paths, label, unit, atom.value, low, high)


def _range_of(scenario: Scenario, unknown: Unknown) -> tuple[float, float]:
    atom = unknown.atom
    if atom.range is not None:
        return atom.range
    if atom.distribution is None:
        return atom.value, atom.value
    tail = (1 - INTERVAL) / 2
    ends = atom.distribution.kind.ppf(np.array([tail, 1 - tail]))
    bounds = bounds_at(scenario, unknown.path)
    low, high = np.clip(ends, bounds.low, bounds.high).tolist()
    return low, high
