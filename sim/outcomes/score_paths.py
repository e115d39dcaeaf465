"""The depression score as a path of straight pieces, and what is integrated along it.

A SCORE row sends the score straight to its target, where it stays until the next SCORE row. Times are in
days from day 0. Integrals are exact: no time step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.domain.events import Event
from sim.domain.illness import Definitions
from sim.outcomes.history import FloatArray, History, IntArray
from sim.units import MINUTES_PER_DAY

_NEARLY_FLAT = 1e-6


@dataclass(frozen=True, slots=True)
class ScorePaths:
    """One stretch for every SCORE row: the score moves straight, then rests, until the next row.

    Parameters
    ----------
    patient : ndarray of int64, shape (n_stretches,)
        Patient of each stretch; those of a patient follow each other.
    start, bend, stop : ndarray, shape (n_stretches,)
        When it begins, comes to rest and ends, ``start <= bend <= stop`` [days from day 0].
    score, rest : ndarray, shape (n_stretches,)
        Score at the start, and from the bend on [MADRS points].
    slope : ndarray, shape (n_stretches,)
        Change of the score before the bend [MADRS points per day].
    """

    patient: IntArray
    start: FloatArray
    bend: FloatArray
    stop: FloatArray
    score: FloatArray
    rest: FloatArray
    slope: FloatArray

    def changes(self) -> ScoreChanges:
        """Return where the score changes: at the start and bend of stretches, and at the end of paths."""
        first = np.append(True, self.patient[1:] != self.patient[:-1])[: len(self.patient)]
        last = np.append(first[1:], True)[: len(first)]
        before = np.append(0.0, self.rest[:-1])[: len(first)]
        before[first] = 0
        moving = np.flatnonzero(self.slope)
        return ScoreChanges(
            patient=np.concatenate([self.patient, self.patient[moving], self.patient[last]]),
            at=np.concatenate([self.start, self.bend[moving], self.stop[last]]),
            jump=np.concatenate([self.score - before, np.zeros(len(moving)), -self.rest[last]]),
            bend=np.concatenate([self.slope, -self.slope[moving], np.zeros(np.count_nonzero(last))]),
        )


class ScoreChanges(NamedTuple):
    """Moments at which the score, or how fast it changes, changes.

    Parameters
    ----------
    patient : ndarray of int64, shape (n_changes,)
        Whose score.
    at : ndarray, shape (n_changes,)
        When [days from day 0].
    jump : ndarray, shape (n_changes,)
        Change of the score [MADRS points].
    bend : ndarray, shape (n_changes,)
        Change of its slope [MADRS points per day].
    """

    patient: IntArray
    at: FloatArray
    jump: FloatArray
    bend: FloatArray


def score_paths(history: History) -> ScorePaths:
    """Return the stretches of the score of every patient.

    Parameters
    ----------
    history : History
        Events by patient.

    Returns
    -------
    ScorePaths
        In order of patient and time.
    """
    rows = history.rows(Event.SCORE)
    value, target = history.value[rows], history.target[rows]
    start = history.time[rows] / MINUTES_PER_DAY
    stop = history.score_ends / MINUTES_PER_DAY
    turn = history.until[rows] / MINUTES_PER_DAY
    moving = turn > start
    slope = np.divide(target - value, turn - start, out=np.zeros(len(rows)), where=moving)
    bend = np.clip(turn, start, stop)
    score = np.where(moving, value, target)
    return ScorePaths(
        patient=history.patient[rows], start=start, bend=bend, stop=stop,
        score=score, rest=score + slope * (bend - start), slope=slope,
    )  # fmt: skip


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
    moving, at_rest = free_days(paths, definitions)
    return float(moving.sum() + at_rest.sum())


def free_days(paths: ScorePaths, definitions: Definitions) -> tuple[FloatArray, FloatArray]:
    """Return the depression-free days of each stretch, as `depression_free_days` defines them.

    Parameters
    ----------
    paths : ScorePaths
        Scores of the patients.
    definitions : Definitions
        Scores that count as free of depression and as fully symptomatic.

    Returns
    -------
    moving, at_rest : ndarray, shape (n_stretches,)
        Before and after the bend of each stretch [days].
    """
    low, high = definitions.depression_free.value, definitions.fully_symptomatic.value
    at_rest = np.clip((high - paths.rest) / (high - low), 0, 1)
    change = paths.rest - paths.score
    middle = (paths.score + paths.rest) / 2
    weight = np.clip((high - middle) / (high - low), 0, 1)
    area = _weight_area(paths.rest, low, high) - _weight_area(paths.score, low, high)
    np.divide(area, change, out=weight, where=np.abs(change) > _NEARLY_FLAT)
    weight *= paths.bend - paths.start
    at_rest *= paths.stop - paths.bend
    return weight, at_rest


def score_days(paths: ScorePaths, first: float, last: float) -> FloatArray:
    """Integrate the score of each stretch over a period of time.

    Parameters
    ----------
    paths : ScorePaths
        Scores of the patients.
    first, last : float
        Ends of the period, ``first <= last`` [days from day 0].

    Returns
    -------
    ndarray, shape (n_stretches,)
        0 for stretches outside the period [MADRS points times days].
    """
    since, until = np.clip(first, paths.start, paths.bend), np.clip(last, paths.start, paths.bend)
    middle = paths.score + paths.slope * ((since + until) / 2 - paths.start)
    at_rest = np.clip(last, paths.bend, paths.stop) - np.clip(first, paths.bend, paths.stop)
    area: FloatArray = middle * (until - since) + paths.rest * at_rest
    return area


def _weight_area(score: FloatArray, low: float, high: float) -> FloatArray:
    """Integrate the depression-free weight over the score, up to a constant."""
    between = np.clip(score, low, high)
    area: FloatArray = np.minimum(score, low) - (high - between) ** 2 / (2 * (high - low))
    return area
