r"""Health lost on the waiting list: what the days waited would have been worth in treatment.

A course that began w days after its wished days would, without a queue, have begun w days earlier and put
its own first w days in the place of the last w days of waiting.

Notes
-----
For a course that began at :math:`t` after :math:`w` days beyond the wished days of screening, preparation
and first session, with :math:`u` the utility at the patient's score,

.. math:: L = \int_0^{w} \bigl[u(t + s) - u(t - w + s)\bigr]\,ds,

cut at the end of follow-up. As utility is a line in the score, only scores are integrated. The loss is
shared out to the steps by the days each of them took. Who gave up waiting lost, for each day waited, what
the days of that step cost on average: those of all who were screened, also of those for whom no treatment
followed and whose wait for screening cost nothing; and those of all who began a course. Not counted: what
they lose by going without treatment afterwards, harms of sessions, deaths, and waits after an appointment
was missed. Undiscounted. Negative where the first days in treatment are worse than those before.
"""

from __future__ import annotations

import numpy as np

from sim.domain.events import Event, Leaving
from sim.domain.illness import UtilityLine
from sim.outcomes.course_starts import CourseStarts
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.service import Service
from sim.outcomes.tally import Counted
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY

_STEPS = ("screening", "start")


def waiting_health_counted(service: Service, starts: CourseStarts) -> Counted:
    """Add up the days waited and what they cost in points of the score.

    Parameters
    ----------
    service : Service
        Steps of all patients.
    starts : CourseStarts
        How courses began.

    Returns
    -------
    Counted
        For each step ``<step>_point_days`` (score while waiting minus score in treatment, times days),
        ``<step>_days_waited`` by those who were served, and ``<step>_days_given_up`` by those who left.
    """
    days = {
        "screening": _screening_days(service, starts.step),
        "start": starts.days_waited.astype(np.float64),
    }
    waited = days["screening"] + days["start"]
    some = np.flatnonzero(waited > 0)
    share = _point_days(service, starts.step[some], waited[some]) / waited[some]
    served = {"screening": service.screening_delays.sum(), "start": starts.days_waited.sum()}
    gave_up = {
        "screening": service.leaving(Leaving.WAITING_FOR_SCREENING),
        "start": service.given_up.steps,
    }
    counts = {}
    for step in _STEPS:
        counts[f"{step}_point_days"] = float((share * days[step][some]).sum())
        counts[f"{step}_days_waited"] = float(served[step])
        counts[f"{step}_days_given_up"] = float(service.days_given_up(gave_up[step]).sum())
    return Counted(counts=counts)


def waiting_health_columns(counted: Counted, utility: UtilityLine, n_patients: float) -> dict[str, float]:
    """Return the QALYs lost on the waiting list.

    Parameters
    ----------
    counted : Counted
        What `waiting_health_counted` found, of the whole cohort.
    utility : UtilityLine
        Utility by score.
    n_patients : float
        Referred patients.

    Returns
    -------
    dict
        ``waiting_qaly_loss``: mean per referred patient, undiscounted [QALY].
    """
    points = 0.0
    for step in _STEPS:
        lost, days = counted.counts[f"{step}_point_days"], counted.counts[f"{step}_days_waited"]
        points += lost
        if days:
            points += lost / days * counted.counts[f"{step}_days_given_up"]
    return {"waiting_qaly_loss": -utility.per_point.value * points / DAYS_PER_YEAR / n_patients}


def _screening_days(service: Service, first_sessions: IntArray) -> FloatArray:
    """Return the days waited for screening that led to each course, since the course before."""
    screened, patient = service.steps(Event.SCREENED), service.patient(first_sessions)
    summed = np.concatenate([[0], np.cumsum(service.screening_delays)])
    until = np.searchsorted(screened, first_sessions)
    since = np.searchsorted(service.patient(screened), patient)
    follows = np.flatnonzero(patient[1:] == patient[:-1]) + 1
    since[follows] = until[follows - 1]
    return np.asarray(summed[until] - summed[since], dtype=np.float64)


def _point_days(service: Service, first_sessions: IntArray, waited: FloatArray) -> FloatArray:
    """Integrate the score of the last days of waiting minus that of as many first days of treatment."""
    history, patient = service.history, service.patient(first_sessions)
    begun = service.time(first_sessions).astype(np.float64)
    length = np.minimum(waited * MINUTES_PER_DAY, history.end[patient] - begun)
    before, middle, after = _score_until(history, patient, np.stack([begun - length, begun, begun + length]))
    return np.asarray((2 * middle - before - after) / MINUTES_PER_DAY)


def _score_until(history: History, patient: IntArray, minutes: FloatArray) -> FloatArray:
    """Integrate scores up to some moments, from a beginning common to all [points x minutes].

    Parameters
    ----------
    history : History
        Events by patient.
    patient : ndarray of int64, shape (n,)
        Patients in order; one may be asked for several times.
    minutes : ndarray, shape (n_moments, n)
        Moments of each patient [minutes from day 0].

    Returns
    -------
    ndarray, shape (n_moments, n)
        Only differences between moments of the same patient mean something.
    """
    concerned = np.zeros(history.n_patients, dtype=np.bool_)
    concerned[patient] = True
    rows = history.rows(Event.SCORE)
    chosen = np.flatnonzero(concerned[history.patient[rows]])
    rows = rows[chosen]
    areas = np.cumsum(_area(history, rows, history.score_ends[chosen].astype(np.float64)))
    width = float(history.end.max(initial=0) + 1)
    key = history.patient[rows] * width + history.time[rows]
    at = np.maximum(np.searchsorted(key, patient * width + minutes, side="right") - 1, 0)
    return np.asarray(np.where(at > 0, areas[at - 1], 0) + _area(history, rows[at], minutes))


def _area(history: History, rows: IntArray, stop: FloatArray) -> FloatArray:
    """Integrate the score from SCORE rows to some moments before the next [points x minutes]."""
    start, value, target = history.time[rows], history.value[rows], history.target[rows]
    turn = np.maximum(history.until[rows], start)
    moving = np.minimum(turn, stop) - start
    length = np.maximum(turn - start, 1)
    moved = value * moving + (target - value) * moving**2 / (2 * length)
    return np.asarray(moved + target * np.maximum(stop - turn, 0))
