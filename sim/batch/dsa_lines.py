"""Switch points along one figure, and the best strategy over a grid of two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from sim.analysis.one_way import best_and_lead
from sim.analysis.precision import FloatArray, mean_and_error, plain
from sim.analysis.thresholds import SwitchPoint, switch_points
from sim.batch.dsa_question import Runner, grid_levers
from sim.design import dsa as design
from sim.design.dsa import Lever
from sim.worlds.sums import Worlds

REFINED = 5
"""Points between two neighbors that a switch point lies between."""


@dataclass(frozen=True, slots=True)
class _Line:
    """Points along one figure, impossible ones left out.

    Parameters
    ----------
    values : ndarray, shape (n_points,)
        Values of the figure.
    response : ndarray, shape (n_points, n_treatments)
        Expected share of starters who respond.
    net_benefit : ndarray, shape (n_points, n_replications, n_strategies)
        Net benefit [currency].
    """

    values: FloatArray
    response: FloatArray
    net_benefit: FloatArray


def thresholds(runner: Runner, searched: Sequence[Lever], pair: tuple[int, int]) -> list[dict[str, Any]]:
    """Look for switch points along figures, then once more between the neighbors of each.

    Parameters
    ----------
    runner : Runner
        Runs the points: all lines at once, then all that is looked at again.
    searched : sequence of Lever
        The figures.
    pair : tuple of int
        Positions of two strategies whose break-even is told as well.

    Returns
    -------
    list of dict
        Plain values by figure: ``path, label, unit, value``, ``switch_points`` (another strategy becomes the
        best), ``break_even`` (the two of the pair change places) and ``line`` (net benefit along the figure).
    """
    if not searched:
        return []
    steps = [(lever, design.steps_of(lever, runner.question.steps)) for lever in searched]
    worlds, lines = _lines(runner, steps)
    sides = {"switch_points": [*range(len(worlds.strategies))], "break_even": sorted(pair)}
    coarse = [{name: _by_interval(line, among) for name, among in sides.items()} for line in lines]
    again = [
        (number, right)
        for number, found in enumerate(coarse)
        for right in sorted(
            {right for intervals in found.values() for right, inside, _ in intervals if inside}
        )
    ]
    asked = [(searched[number], _between(lines[number].values, right)) for number, right in again]
    finer = dict(zip(again, _lines(runner, asked)[1] if asked else [], strict=True))
    return [
        {"path": lever.path, "label": lever.label, "unit": lever.unit, "value": lever.value}
        | {
            name: [
                _switch_row(worlds, near, switch, among)
                for near, switch in _refined(number, line, coarse[number][name], finer, among)
            ]
            for name, among in sides.items()
        }
        | {"line": _line_rows(worlds, line)}
        for number, (lever, line) in enumerate(zip(searched, lines, strict=True))
    ]


def _lines(runner: Runner, wanted: Sequence[tuple[Lever, Sequence[float]]]) -> tuple[Worlds, list[_Line]]:
    """Run points along several figures together."""
    points = [point for lever, values in wanted for point in design.line(runner.scenario, lever, values)]
    worlds, net_benefit = runner.run(points)
    response = worlds.response[:: worlds.n_inner]
    lines, first = [], 0
    for _, values in wanted:
        held = (worlds.numbers >= first) & (worlds.numbers < first + len(values))
        numbers = worlds.numbers[held] - first
        lines.append(_Line(np.array(values)[numbers], response[held], net_benefit[held]))
        first += len(values)
    return worlds, lines


def _by_interval(line: _Line, among: list[int]) -> list[tuple[int, list[SwitchPoint], list[SwitchPoint]]]:
    """Return switch points by interval: its right end, those inside it and those at its right end."""
    switches = switch_points(line.values, line.net_benefit[..., among])
    intervals = []
    for right, within in groupby(switches, key=lambda switch: _right_of(line.values, switch.value)):
        found = list(within)
        inside = [switch for switch in found if switch.value < line.values[right]]
        intervals.append((right, inside, found[len(inside) :]))
    return intervals


def _refined(
    number: int,
    line: _Line,
    coarse: list[tuple[int, list[SwitchPoint], list[SwitchPoint]]],
    finer: Mapping[tuple[int, int], _Line],
    among: list[int],
) -> Iterator[tuple[_Line, SwitchPoint]]:
    """Yield switch points, each with the line it was found on; the finer one where it shows any."""
    for right, inside, at_end in coarse:
        near = finer.get((number, right), line)
        nearer = switch_points(near.values, near.net_benefit[..., among]) if inside else []
        yield from ((near, switch) for switch in nearer) if nearer else ((line, switch) for switch in inside)
        yield from ((line, switch) for switch in at_end)


def _right_of(values: FloatArray, value: float) -> int:
    """Return the position of the neighbor at or above a value."""
    return int(np.clip(np.searchsorted(values, value), 1, len(values) - 1))


def _between(values: FloatArray, right: int) -> list[float]:
    """Return points from one neighbor to the next, told by its position."""
    spaced: list[float] = np.linspace(values[right - 1], values[right], REFINED).tolist()
    return spaced


def _switch_row(worlds: Worlds, line: _Line, switch: SwitchPoint, among: list[int]) -> dict[str, Any]:
    moves = np.ptp(line.response, axis=0) > 0
    return {
        "value": switch.value,
        "value_se": plain(switch.error),
        "from": worlds.strategies[among[switch.former]],
        "to": worlds.strategies[among[switch.latter]],
        "response": {
            key: float(np.interp(switch.value, line.values, line.response[:, place]))
            for place, key in enumerate(worlds.treatments)
            if moves[place]
        },
    }


def _line_rows(worlds: Worlds, line: _Line) -> list[dict[str, Any]]:
    mean, error = mean_and_error(line.net_benefit.transpose(0, 2, 1))
    return [
        {
            "value": float(value),
            "strategy": key,
            "nmb": float(mean[row, column]),
            "nmb_se": plain(error[row, column]),
        }
        for row, value in enumerate(line.values)
        for column, key in enumerate(worlds.strategies)
    ]


def two_way(runner: Runner) -> dict[str, Any] | None:
    """Say over a grid of two figures which strategy is best, and by how much."""
    if runner.question.two_way is None:
        return None
    across, up = grid_levers(runner.scenario, runner.question.two_way)
    steps = runner.question.steps
    points = [(x, y) for x in design.steps_of(across, steps) for y in design.steps_of(up, steps)]
    worlds, net_benefit = runner.run(design.grid(runner.scenario, across, up, steps))
    best, lead, error = best_and_lead(net_benefit)
    rows = [
        {
            "x": points[number][0],
            "y": points[number][1],
            "strategy": worlds.strategies[best[row]],
            "lead": float(lead[row]),
            "lead_se": plain(error[row]),
        }
        for row, number in enumerate(worlds.numbers.tolist())
    ]
    return {
        "x": {"path": across.path, "label": across.label, "unit": across.unit, "value": across.value},
        "y": {"path": up.path, "label": up.label, "unit": up.unit, "value": up.value},
        "rows": rows,
    }
