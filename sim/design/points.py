"""Points of a deterministic analysis: chosen values in place of those of the scenario."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from sim.domain.scenario import Scenario
from sim.domain.uncertainty import value_at, with_values

Point = Mapping[str, float]
"""Value by dotted path; nothing = the scenario as it is."""


@dataclass(frozen=True, slots=True)
class Points:
    """Points that follow each other.

    Parameters
    ----------
    first : int
        Number of the first one, from 0.
    values : tuple of mapping
        What is changed at each.
    """

    first: int
    values: tuple[Point, ...]

    @property
    def name(self) -> str:
        """What messages call them."""
        return f"points {self.first} to {self.first + len(self.values) - 1}"

    @property
    def numbers(self) -> range:
        """Numbers of the points, possible or not."""
        return range(self.first, self.first + len(self.values))

    def worlds(self, scenario: Scenario) -> Iterator[tuple[int, Scenario]]:
        """Yield the number of each point and the scenario with its values.

        Parameters
        ----------
        scenario : Scenario
            What the values are put into.

        Yields
        ------
        tuple of int and Scenario
            As valid as the scenario given; remission ratios that are not varied give way, see
            `sim.domain.uncertainty`. A point that contradicts other values, or would have to give way itself,
            is left out; `contradiction` tells why.
        """
        for number, point in enumerate(self.values, start=self.first):
            with contextlib.suppress(ValueError):
                yield number, _at(scenario, point)


def contradiction(scenario: Scenario, point: Point) -> str | None:
    """Tell why a point is impossible.

    Parameters
    ----------
    scenario : Scenario
        What the values are put into.
    point : mapping
        Value by dotted path.

    Returns
    -------
    str or None
        What contradicts what; None for a possible point.
    """
    try:
        _at(scenario, point)
    except ValidationError as error:
        return "; ".join(mistake["msg"].removeprefix("Value error, ") for mistake in error.errors())
    except ValueError as error:
        return str(error)
    return None


def _at(scenario: Scenario, point: Point) -> Scenario:
    """Return the scenario with exactly the values of a point; ValueError when one of them gives way."""
    world = with_values(scenario, point)
    for path, value in point.items():
        settled = value_at(world, path)
        if not math.isclose(settled, value):
            rule = "at least" if settled > value else "at most"
            raise ValueError(f"{path}: must be {rule} {settled:.4g} beside the other values, got {value:g}")
    return world
