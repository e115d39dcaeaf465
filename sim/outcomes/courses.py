"""One course of each patient: its first session, last assessment, maintenance, and how it was left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.domain.events import Event, Leaving, Outcome
from sim.outcomes.history import BoolArray, FloatArray, History, IntArray

NO_ROW = -1
NO_COURSE = -2
_BEFORE_A_COURSE = (
    Leaving.WAITING_FOR_SCREENING,
    Leaving.WAITING_FOR_TREATMENT,
    Leaving.MISSED_SCREENING,
)


@dataclass(frozen=True, slots=True)
class Courses:
    """One course of each patient who had it.

    Parameters
    ----------
    number : ndarray of int64, shape (n_patients,)
        Number of the course.
    start : ndarray, shape (n_patients,)
        First session; nan for those who did not have the course [minutes from day 0].
    assessed : ndarray of int64, shape (n_patients,)
        Row of the last assessment, `NO_ROW` without one.
    outcome : ndarray of int64, shape (n_patients,)
        `Outcome` of that assessment; NO_RESPONSE without one.
    maintained : ndarray, shape (n_patients,)
        Start of maintenance; nan without [minutes from day 0].
    left : ndarray, shape (n_patients,)
        When it was left, of the patient's own accord or for a harm; nan otherwise [minutes from day 0].
    """

    number: IntArray
    start: FloatArray
    assessed: IntArray
    outcome: IntArray
    maintained: FloatArray
    left: FloatArray

    @property
    def started(self) -> BoolArray:
        """Who had a session of it, shape (n_patients,)."""
        return ~np.isnan(self.start)


def first_courses(history: History) -> Courses:
    """Return the first course of every patient."""
    return courses(history, np.zeros(history.n_patients, dtype=np.int64))


def courses(history: History, number: IntArray) -> Courses:
    """Return one course of each patient.

    Parameters
    ----------
    history : History
        Events by patient.
    number : ndarray of int64, shape (n_patients,)
        Which course, from 0; `NO_COURSE` = none.

    Returns
    -------
    Courses
        What the log says of it.

    Notes
    -----
    Who leaves a waiting list has not left a course: these rows carry the number of the course before.
    """
    sessions = rows_of_course(history, number, Event.SESSION)
    assessments = rows_of_course(history, number, Event.ASSESSED)
    assessed = np.full(history.n_patients, NO_ROW)
    assessed[history.patient[assessments]] = assessments
    outcome = np.full(history.n_patients, int(Outcome.NO_RESPONSE))
    outcome[history.patient[assessments]] = history.reason[assessments]
    return Courses(
        number=number,
        start=history.first_time(sessions),
        assessed=assessed,
        outcome=outcome,
        maintained=history.first_time(rows_of_course(history, number, Event.MAINTENANCE_STARTED)),
        left=history.first_time(_leavings(history, number, sessions)),
    )


def rows_of_course(history: History, number: IntArray, *events: Event) -> IntArray:
    """Return the rows of some events that belong to each patient's course of a number."""
    rows = history.rows(*events)
    return np.asarray(rows[history.course[rows] == number[history.patient[rows]]])


def with_follow_up(history: History, until: FloatArray) -> BoolArray:
    """Return who died or was followed up to a moment, shape (n_patients,); nan asks for nothing."""
    return ~(history.end < until) | history.has(history.rows(Event.DIED))


def _leavings(history: History, number: IntArray, sessions: IntArray) -> IntArray:
    """Return the rows by which a course was left, after its first session."""
    rows = rows_of_course(history, number, Event.DROPPED_OUT, Event.STOPPED_FOR_HARM)
    waits = (history.event[rows] == Event.DROPPED_OUT) & np.isin(history.reason[rows], _BEFORE_A_COURSE)
    first = np.full(history.n_patients, len(history.time))
    first[history.patient[sessions[::-1]]] = sessions[::-1]
    return np.asarray(rows[~waits & (rows > first[history.patient[rows]])])
