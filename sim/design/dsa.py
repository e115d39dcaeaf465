"""Deterministic sensitivity analysis: which numbers are varied, and at which points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.design.points import Point
from sim.domain.cross_checks import not_found
from sim.domain.parameters import Curve, Parameter
from sim.domain.plain_names import name_of, theme_of, unit_of
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import PAYERS, bounds_at
from sim.domain.unknowns import Uncertain, Unknown, figures
from sim.errors import ScenarioError

WITHOUT_EFFECT = frozenset({"budget", "correlations", "research"})
"""Sections whose numbers change no outcome of a run."""
MAIN_THEMES = frozenset(
    {
        "effect of treatments", "durability of treatments", "induction of treatments",
        "maintenance of treatments", "session of treatments", "prices of treatments", "dropout of treatments",
        "illness utility", "illness relapse", "illness improvement",
    }
)  # fmt: skip
"""What figures are about that are varied first: effects, courses and prices of treatments, the illness."""
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
        In words; the unit names the year of prices where it is not that of results.
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


def levers(scenario: Scenario, asked: Sequence[str] = (), *, option: str = "--parameter") -> list[Lever]:
    """Return the figures that can be varied.

    Parameters
    ----------
    scenario : Scenario
        Where they stand.
    asked : sequence of str
        Only these paths; any place of a figure stands for it.
    option : str
        What messages call the option that asks.

    Returns
    -------
    list of Lever
        In file order. A range is the stated one, else the middle 95 % of the distribution. Places that state
        different ranges are varied apart; sections that change no outcome are left out.

    Raises
    ------
    ScenarioError
        If a path asked for is no parameter with a range; tells every mistake.
    """
    places = figures(_with_range(scenario), by_range=True)
    found = [lever for unknown in places for lever in _levers(scenario, unknown)]
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


def by_theme(found: Sequence[Lever]) -> dict[str, list[Lever]]:
    """Return figures by what they are about, the largest theme first.

    Parameters
    ----------
    found : sequence of Lever
        From `levers`.

    Returns
    -------
    dict
        Theme from `sim.domain.plain_names.theme_of`, then its figures in the same order.
    """
    themes: dict[str, list[Lever]] = {}
    for lever in found:
        themes.setdefault(theme_of(lever.path), []).append(lever)
    return dict(sorted(themes.items(), key=lambda theme: -len(theme[1])))


def main_levers(found: Sequence[Lever]) -> list[Lever]:
    """Return the figures that change a choice most often, by `MAIN_THEMES`; all where there are none."""
    return [lever for lever in found if theme_of(lever.path) in MAIN_THEMES] or list(found)


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
    return _point(scenario, [(lever, value)])


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
        _point(scenario, [(across, x), (up, y)]) for x in steps_of(across, steps) for y in steps_of(up, steps)
    ]


def steps_of(lever: Lever, steps: int) -> list[float]:
    """Return so many evenly spaced values over the range of a figure.

    Raises
    ------
    ScenarioError
        If there are fewer than two steps.
    """
    if steps <= 1:
        raise ScenarioError(f"--steps must be at least 2, got {steps}")
    values: list[float] = np.linspace(lever.low, lever.high, steps).tolist()
    return values


def _point(scenario: Scenario, chosen: Sequence[tuple[Lever, float]]) -> Point:
    """Return values of some figures; payers that are not among them share what those leave."""
    values = {path: value for lever, value in chosen for path in lever.paths}
    shares = {f"{PAYERS}.{key}": share.value for key, share in scenario.population.payers.items()}
    others = {path: share for path, share in shares.items() if path not in values}
    if len(others) == len(shares):
        return values
    left = max(1 - sum(values[path] for path in shares if path in values), 0.0)
    whole = sum(others.values())
    rest = {path: left * (share / whole if whole else 1 / len(others)) for path, share in others.items()}
    return rest | values


def _with_range(scenario: Scenario) -> Iterator[tuple[str, Uncertain]]:
    """Yield what has a range or a distribution."""
    for path, atom in scenario.atoms():
        if not isinstance(atom, Parameter | Curve) or path.partition(".")[0] in WITHOUT_EFFECT:
            continue
        if atom.range or atom.distribution:
            yield path, atom


def _levers(scenario: Scenario, unknown: Unknown) -> Iterator[Lever]:
    """Yield the lever of a figure, unless its range is a point."""
    low, high = _range_of(scenario, unknown)
    if low < high:
        atom = unknown.atom
        label, unit = name_of(scenario, unknown), unit_of(scenario, atom)
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
