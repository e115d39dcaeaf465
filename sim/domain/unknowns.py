"""The unknowns of a scenario: one figure is one unknown, wherever it is written.

A figure taken for several treatments stands in the file several times. If it is wrong, it is wrong
everywhere, so its copies are drawn together and count as one when the worth of learning it is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from sim.domain.parameters import Curve, Parameter
from sim.domain.scenario_parts import ScenarioParts

TREATMENTS = "treatments"
Uncertain = Parameter | Curve
"""What can carry a distribution; that of a curve is about its first number, with which the others move."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """One figure nobody knows exactly.

    Parameters
    ----------
    path : str
        Dotted path where it stands first in the file; its name everywhere.
    paths : tuple of str
        All places where it stands.
    atom : Parameter or Curve
        What is said about it there.
    """

    path: str
    paths: tuple[str, ...]
    atom: Uncertain


def uncertain_atoms(scenario: ScenarioParts) -> Iterator[tuple[str, Uncertain]]:
    """Yield each parameter or curve with a distribution and its dotted path, in file order."""
    for path, atom in scenario.atoms():
        if isinstance(atom, Parameter | Curve) and atom.distribution is not None:
            yield path, atom


def unknowns(scenario: ScenarioParts) -> dict[str, Unknown]:
    """Return what is unknown in a scenario.

    Parameters
    ----------
    scenario : ScenarioParts
        Any scenario.

    Returns
    -------
    dict
        By path of its first place, in file order.

    Notes
    -----
    Two places hold the same figure when they are called alike and agree in value, unit, price year,
    distribution, source and locator. Notes may differ. With a locator, to be called alike is to end alike:
    one wage serves two posts. Without one, only the treatment may differ: equal guesses about two harms or
    two diseases are a coincidence.
    """
    return {unknown.path: unknown for unknown in figures(uncertain_atoms(scenario))}


def figures(atoms: Iterable[tuple[str, Uncertain]], *, by_range: bool = False) -> list[Unknown]:
    """Return figures, each with all places where it stands.

    Parameters
    ----------
    atoms : iterable of (str, Parameter or Curve)
        Places and what they hold.
    by_range : bool
        True: places that state different ranges hold different figures.

    Returns
    -------
    list of Unknown
        In the order of their first places.
    """
    places: defaultdict[Hashable, list[str]] = defaultdict(list)
    found = dict(atoms)
    for path, atom in found.items():
        places[_figure(path, atom), atom.range if by_range else None].append(path)
    return [Unknown(paths[0], tuple(paths), found[paths[0]]) for paths in places.values()]


def _figure(path: str, atom: Uncertain) -> Hashable:
    """Return what tells one figure from another."""
    numbers = (atom.values, atom.at) if isinstance(atom, Curve) else (atom.value, atom.price_year)
    return _called(path, atom), numbers, atom.unit, atom.distribution, atom.source, atom.locator


def _called(path: str, atom: Uncertain) -> tuple[str, ...]:
    """Return what a figure is called: the end of its path, or all of it but the treatment for a guess."""
    steps = path.split(".")
    if atom.locator is not None:
        return (steps[-1],)
    return tuple(step for place, step in enumerate(steps) if place != 1 or steps[0] != TREATMENTS)
