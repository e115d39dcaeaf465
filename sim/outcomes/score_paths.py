"""The depression score as a path of straight pieces, and what is integrated along it.

A SCORE row sends the score straight to its target, where it stays until the next SCORE row. Times are in
days from day 0. Integrals are exact: no time step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.domain.events import Event
from sim.domain.illness import Definitions
from sim.outcomes.history import FloatArray, History, IntArray
from sim.units import MINUTES_PER_DAY

_NEARLY_FLAT = 1e-6


@dataclass(frozen=True, slots=True)
class ScorePaths:
    """Straight pieces of all patients' scores, without gaps from referral to the end.

    Parameters
    ----------
    patient : ndarray of int64, shape (n_pieces,)
        Patient of each piece.
    start, stop : ndarray, shape (n_pieces,)
        Ends of each piece, ``start < stop`` [days from day 0].
    score : ndarray, shape (n_pieces,)
        Score at the start [MADRS points].
    slope : ndarray, shape (n_pieces,)
        Change of the score [MADRS points per day].
    """

    patient: IntArray
    start: FloatArray
    stop: FloatArray
    score: FloatArray
    slope: FloatArray


def score_paths(history: History) -> ScorePaths:
    """Return the pieces of the score of every patient.

    Parameters
    ----------
    history : History
        Events by patient.

    Returns
    -------
    ScorePaths
        Pieces in no particular order.
    """
    rows = history.rows(Event.SCORE)
    value, target = history.value[rows], history.target[rows]
    start = history.time[rows] / MINUTES_PER_DAY
    stop = history.until_next(rows) / MINUTES_PER_DAY
    turn = history.until[rows] / MINUTES_PER_DAY
    sloping = turn > start
    slope = np.divide(target - value, turn - start, out=np.zeros(len(rows)), where=sloping)
    bend = np.clip(turn, start, stop)
    patient = history.patient[rows]
    moves, rests = bend > start, stop > bend
    return ScorePaths(
        patient=np.concatenate([patient[moves], patient[rests]]),
        start=np.concatenate([start[moves], bend[rests]]),
        stop=np.concatenate([bend[moves], stop[rests]]),
        score=np.concatenate([value[moves], target[rests]]),
        slope=np.concatenate([slope[moves], np.zeros(np.count_nonzero(rests))]),
    )


def depression_free_days(paths: ScorePaths, definitions: Definitions) -> float:
    r"""Return the depression-free days of all patients together.

    Parameters
    ----------
    paths : ScorePaths
        Scores of the patients.
    definitions : Definitions
        Scores that count as free of depression and as fully symptomatic.

    Returns
    -------
    float
        Undiscounted days, summed over patients [days].

    Notes
    -----
    A moment counts 1 at or below ``depression_free``, 0 at or above ``fully_symptomatic`` and
    proportionally between [1]_. With :math:`W` the antiderivative of that weight over the score, a piece
    from score :math:`x` to :math:`y` counts :math:`(W(y) - W(x)) / (y - x)` of its length.

    References
    ----------
    .. [1] Lave JR, Frank RG, Schulberg HC, Kamlet MS. Cost-effectiveness of treatments for major
       depression in primary care practice. Arch Gen Psychiatry 1998;55:645-651.
       doi:10.1001/archpsyc.55.7.645
    """
    low, high = definitions.depression_free.value, definitions.fully_symptomatic.value
    length = paths.stop - paths.start
    change = paths.slope * length
    reached = paths.score + change
    steep = np.abs(change) > _NEARLY_FLAT
    middle = (paths.score + reached) / 2
    weight = np.clip((high - middle) / (high - low), 0, 1)
    area = _weight_area(reached, low, high) - _weight_area(paths.score, low, high)
    np.divide(area, change, out=weight, where=steep)
    return float(weight @ length)


def _weight_area(score: FloatArray, low: float, high: float) -> FloatArray:
    """Integrate the depression-free weight over the score, up to a constant."""
    between = np.clip(score, low, high)
    area: FloatArray = np.minimum(score, low) - (high - between) ** 2 / (2 * (high - low))
    return area
