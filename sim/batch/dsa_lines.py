"""Switch points along one figure, and the best strategy over a grid of two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.analysis.one_way import best_and_lead
from sim.analysis.precision import FloatArray, mean_and_error
from sim.analysis.thresholds import SwitchPoint, switch_points
from sim.batch.dsa_question import Runner
from sim.design import dsa as design
from sim.design.dsa import Lever
from sim.worlds.sums import Worlds

REFINED = 5
"""Points between two neighbors that a switch point lies between."""


def threshold(runner: Runner, lever: Lever, pair: tuple[int, int]) -> dict[str, Any]:
    """Look for switch points along a figure, then once more between the neighbors of each.

    Parameters
    ----------
    runner : Runner
        Runs the points.
    lever : Lever
        The figure.
    pair : tuple of int
        Positions of two strategies whose break-even is told as well.

    Returns
    -------
    dict
        Plain values: ``path, label, unit, value``, ``switch_points`` (another strategy becomes the best),
        ``break_even`` (the two of the pair change places) and ``line`` (net benefit along the figure).
    """
    values, worlds, net_benefit = _along(runner, lever, design.steps_of(lever, runner.question.steps))
    both = [*sorted(pair)]
    return {
        "path": lever.path,
        "label": lever.label,
        "unit": lever.unit,
        "value": lever.value,
        "switch_points": _switches(
            runner, lever, (values, worlds, net_benefit), [*range(net_benefit.shape[2])]
        ),
        "break_even": _switches(runner, lever, (values, worlds, net_benefit), both),
        "line": _line_rows(worlds, values, net_benefit),
    }


def _switches(
    runner: Runner, lever: Lever, line: tuple[FloatArray, Worlds, FloatArray], among: list[int]
) -> list[dict[str, Any]]:
    """Return where the best of some strategies changes."""
    values, worlds, net_benefit = line
    rows = []
    for switch in switch_points(values, net_benefit[..., among]):
        nearby, _, nearby_benefit = _along(runner, lever, _between(values, switch.value))
        nearer = switch_points(nearby, nearby_benefit[..., among])
        rows += [
            _switch_row(worlds, values, one, among) for one in (nearer if len(nearer) == 1 else [switch])
        ]
    return rows


def _along(runner: Runner, lever: Lever, wanted: Sequence[float]) -> tuple[FloatArray, Worlds, FloatArray]:
    """Run points along a figure; impossible ones are left out."""
    worlds, net_benefit = runner.run(design.line(runner.scenario, lever, wanted))
    return np.array(wanted)[worlds.numbers], worlds, net_benefit


def _between(values: FloatArray, value: float) -> list[float]:
    """Return points from one neighbor of a value to the other."""
    right = int(np.clip(np.searchsorted(values, value), 1, len(values) - 1))
    spaced: list[float] = np.linspace(values[right - 1], values[right], REFINED).tolist()
    return spaced


def _switch_row(worlds: Worlds, values: FloatArray, switch: SwitchPoint, among: list[int]) -> dict[str, Any]:
    response = worlds.response[:: worlds.n_inner]
    moves = np.ptp(response, axis=0) > 0
    return {
        "value": switch.value,
        "value_se": finite(switch.error),
        "from": worlds.strategies[among[switch.former]],
        "to": worlds.strategies[among[switch.latter]],
        "response": {
            key: float(np.interp(switch.value, values, response[:, place]))
            for place, key in enumerate(worlds.treatments)
            if moves[place]
        },
    }


def _line_rows(worlds: Worlds, values: FloatArray, net_benefit: FloatArray) -> list[dict[str, Any]]:
    mean, error = mean_and_error(net_benefit.transpose(0, 2, 1))
    return [
        {
            "value": float(value),
            "strategy": key,
            "nmb": float(mean[row, column]),
            "nmb_se": finite(float(error[row, column])),
        }
        for row, value in enumerate(values)
        for column, key in enumerate(worlds.strategies)
    ]


def two_way(runner: Runner) -> dict[str, Any] | None:
    """Say over a grid of two figures which strategy is best, and by how much."""
    if runner.question.two_way is None:
        return None
    across, up = (design.levers(runner.scenario, [path])[0] for path in runner.question.two_way)
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
            "lead_se": finite(float(error[row])),
        }
        for row, number in enumerate(worlds.numbers.tolist())
    ]
    return {
        "x": {"path": across.path, "label": across.label, "unit": across.unit, "value": across.value},
        "y": {"path": up.path, "label": up.label, "unit": up.unit, "value": up.value},
        "rows": rows,
    }


def finite(value: float) -> float | None:
    """Return a number, or None where it is undefined."""
    return value if np.isfinite(value) else None
