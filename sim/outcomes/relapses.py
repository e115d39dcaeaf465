"""When a response is lost by definition: the score, on its way up, reaches what counts as relapse."""

from __future__ import annotations

import numpy as np

from sim.domain.events import Event
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.score_times import first_rise


def relapse_minutes(history: History, origin: IntArray, relapse_score: float) -> FloatArray:
    """Return when patients relapsed, counted from a row of theirs.

    Parameters
    ----------
    history : History
        Events by patient.
    origin : ndarray of int64, shape (n_origins,)
        Rows from which relapse is looked for, at most one of each patient.
    relapse_score : float
        Score at or above which a patient who responded has relapsed [MADRS points].

    Returns
    -------
    ndarray, shape (n_origins,)
        Moment of relapse [minutes from day 0]; nan for those who keep their response, die or are
        followed no longer before the score is reached.

    Notes
    -----
    The score is looked at from the patient's next RELAPSED row on. One whose score at referral was lower
    than ``relapse_score`` relapses on reaching that; one who is already there relapses with the row.
    """
    ends = history.rows(Event.RELAPSED, Event.DIED, Event.HORIZON)
    onset = ends[np.searchsorted(ends, origin)]
    patient = history.patient[origin]
    level = np.minimum(history.referral_scores, relapse_score)
    since = np.full(history.n_patients, len(history.time))
    since[patient] = onset
    rows = history.rows(Event.SCORE)
    rising = rows[rows > since[history.patient[rows]]]
    reached = first_rise(history, rising, level)[patient]
    at_once = history.value[onset] >= level[patient]
    minutes = np.where(at_once, history.time[onset], reached)
    return np.where(history.event[onset] == Event.RELAPSED, minutes, np.nan)
