"""The depression score asked for: what it is at a moment, and when it first reaches a level.

Both are exact on the straight pieces the SCORE rows give. Times are in minutes from day 0, as in the log.
"""

from __future__ import annotations

import numpy as np

from sim.domain.events import Event
from sim.domain.measures import Criterion
from sim.outcomes.history import BoolArray, FloatArray, History, IntArray


def score_at(history: History, patient: IntArray, minutes: FloatArray) -> FloatArray:
    """Return the score of some patients at some moments.

    Parameters
    ----------
    history : History
        Events by patient.
    patient : ndarray of int64, shape (n,)
        Patients; one may be asked for several times.
    minutes : ndarray, shape (n,)
        Moments [minutes from day 0]; after the end of follow-up the path is continued.

    Returns
    -------
    ndarray, shape (n,)
        Score [MADRS points]; nan before a patient's first SCORE row, and at nan.
    """
    rows = history.rows(Event.SCORE)
    asked = patient * history.moments + np.clip(np.nan_to_num(minutes, nan=-1), -1, history.moments - 1)
    position = np.searchsorted(history.score_moments, asked, side="right") - 1
    score = np.full(len(patient), np.nan)
    known = position >= 0
    known[known] = history.patient[rows[position[known]]] == patient[known]
    row = rows[position[known]]
    score[known] = _on_piece(history, row, minutes[known])
    return score


def meets(criterion: Criterion, score: FloatArray, referral: FloatArray) -> BoolArray:
    """Return which scores meet a criterion; an unknown score does not.

    Parameters
    ----------
    criterion : Criterion
        All it gives must hold.
    score : ndarray, shape (n,)
        Scores, nan where unknown [MADRS points].
    referral : ndarray, shape (n,)
        Scores of the same patients at referral [MADRS points].

    Returns
    -------
    ndarray of bool, shape (n,)
        True where met.
    """
    return np.asarray(score <= highest_meeting(criterion, referral))


def highest_meeting(criterion: Criterion, referral: FloatArray) -> FloatArray:
    """Return the highest score of each patient that meets a criterion [MADRS points]."""
    level = np.full(len(referral), np.inf)
    if criterion.improvement is not None:
        level = np.minimum(level, referral * (1 - criterion.improvement))
    if criterion.score is not None:
        level = np.minimum(level, criterion.score)
    return level


def first_rise(history: History, rows: IntArray, level: FloatArray) -> FloatArray:
    """Return when each patient's score is first at or above a level, on some pieces of its path.

    Parameters
    ----------
    history : History
        Events by patient.
    rows : ndarray of int64, shape (n,)
        SCORE rows whose pieces are searched, in increasing order.
    level : ndarray, shape (n_patients,)
        Level of each patient [MADRS points].

    Returns
    -------
    ndarray, shape (n_patients,)
        Moments [minutes from day 0]; nan where it is never reached.
    """
    return _first_reach(history, rows, level, sign=1)


def first_fall(history: History, rows: IntArray, level: FloatArray) -> FloatArray:
    """Return when each patient's score is first at or below a level; otherwise as `first_rise`."""
    return _first_reach(history, rows, level, sign=-1)


def _first_reach(history: History, rows: IntArray, level: FloatArray, *, sign: int) -> FloatArray:
    """Search pieces for the first moment at which sign times the score reaches sign times the level."""
    start, stop = history.time[rows], _piece_ends(history, rows)
    missing = sign * (level[history.patient[rows]] - history.value[rows])
    change = sign * (history.target[rows] - history.value[rows])
    reached = missing <= np.maximum(change, 0)
    share = np.divide(missing, change, out=np.zeros(len(rows)), where=reached & (missing > 0))
    minutes = start + share * np.maximum(history.until[rows] - start, 0)
    hits = np.flatnonzero(reached & (minutes <= stop))[::-1]
    first = np.full(history.n_patients, np.nan)
    first[history.patient[rows[hits]]] = minutes[hits]
    return first


def _piece_ends(history: History, rows: IntArray) -> IntArray:
    """Return when the piece of each SCORE row is followed by the next, or by the end of follow-up."""
    every = history.rows(Event.SCORE)
    ends: IntArray = history.score_ends[np.searchsorted(every, rows)]
    return ends


def _on_piece(history: History, row: IntArray, minutes: FloatArray) -> FloatArray:
    """Return the score on the piece of a SCORE row."""
    value, target = history.value[row], history.target[row]
    start, turn = history.time[row], history.until[row]
    moving = minutes < turn
    part = np.divide(minutes - start, turn - start, out=np.ones(len(row)), where=moving)
    return np.where(moving, value + (target - value) * part, target)
