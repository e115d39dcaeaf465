"""Staffings that were simulated: which are worth looking at, and how sure the cheapest one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.precision import FloatArray
from sim.analysis.staffing_targets import Target
from sim.analysis.staffing_values import Measurements, clinical_values
from sim.streams import Streams

RESAMPLES = 2_000
LOW, HIGH = 0.025, 0.975
RESAMPLING = "staffing_resampling"


@dataclass(frozen=True, slots=True)
class Tried:
    """A staffing that was simulated in every replication.

    Parameters
    ----------
    cost : float
        What its paid hours cost [currency/year].
    measurements : sequence of Measurement
        One per replication.
    """

    cost: float
    measurements: Measurements


def frontier(tried: Sequence[Tried], column: str) -> list[int]:
    """Return the positions of the staffings that no cheaper one beats, from the cheapest on.

    Parameters
    ----------
    tried : sequence of Tried
        What was simulated.
    column : str
        Clinical column of the wait: less is better.

    Returns
    -------
    list of int
        Rising in cost, falling in mean wait; staffings without a defined wait are left out.
    """
    waits = np.array([clinical_values(one.measurements, column).mean() for one in tried])
    costs = np.array([one.cost for one in tried])
    chosen: list[int] = []
    for position in np.lexsort((waits, costs)).tolist():
        if np.isnan(waits[position]) or (chosen and waits[position] >= waits[chosen[-1]]):
            continue
        chosen.append(position)
    return chosen


def certainty(tried: Sequence[Tried], answer: int, targets: Sequence[Target], seed: int) -> dict[str, Any]:
    """Tell how much the answer depends on the replications that happened to be drawn.

    Parameters
    ----------
    tried : sequence of Tried
        Staffings simulated in every replication.
    answer : int
        Position of the cheapest that meets the targets.
    targets : sequence of Target
        What must be met, on average over replications.
    seed : int
        Of the resampling.

    Returns
    -------
    dict
        ``chance_same``: share of resamples of the replications in which the same staffing is the cheapest
        that meets all targets; ``cost_low, cost_high``: 95 % interval of the cheapest cost over them, and
        ``chance_none``: share of them in which none of these staffings does. None with one replication.

    Notes
    -----
    A bootstrap over replications among the staffings simulated; staffings given up early as clear
    misses have no part in it.
    """
    n_replications = len(tried[answer].measurements)
    if n_replications == 1:
        return dict.fromkeys(("chance_same", "cost_low", "cost_high", "chance_none"))
    uniforms = Streams(seed, 0).uniforms(RESAMPLING, RESAMPLES * n_replications)
    drawn = np.floor(uniforms * n_replications).astype(np.int64).reshape(RESAMPLES, n_replications)
    met = np.array([_met(one.measurements, targets, drawn) for one in tried])
    costs = np.array([one.cost for one in tried])
    # Among equals in cost the answer goes first.
    order = np.lexsort((np.arange(len(tried)) != answer, costs))
    any_met = met.any(axis=0)
    first = order[np.argmax(met[order], axis=0)]
    cheapest: FloatArray = costs[first[any_met]]
    return {
        "chance_same": float((any_met & (first == answer)).mean()),
        "cost_low": float(np.quantile(cheapest, LOW)) if len(cheapest) else None,
        "cost_high": float(np.quantile(cheapest, HIGH)) if len(cheapest) else None,
        "chance_none": float(1 - any_met.mean()),
    }


def _met(
    measurements: Measurements, targets: Sequence[Target], drawn: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell in which resamples all targets are met on average."""
    met = np.ones(len(drawn), dtype=bool)
    for target in targets:
        met &= target.is_met(clinical_values(measurements, target.column)[drawn].mean(axis=1))
    return met
