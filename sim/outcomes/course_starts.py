"""How each course came to begin: when it was decided, when the first session was held, what was waited."""

from __future__ import annotations

from dataclasses import dataclass

from sim.domain.events import Event
from sim.outcomes.history import BoolArray, IntArray
from sim.outcomes.service import Service
from sim.units import MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class CourseStarts:
    """First sessions of all courses, in order of patient and time.

    Parameters
    ----------
    is_first : ndarray of bool, shape (n_sessions,)
        Which of all sessions held are these.
    step : ndarray of int64, shape (n_courses,)
        Position of the first session among the steps of the service.
    days_waited : ndarray of int64, shape (n_courses,)
        Days beyond the wished days of the preparation visit and of the first session [days].
    days_since_decision : ndarray of int64, shape (n_courses,)
        From the day the treatment was decided to that of the first session [days].
    """

    is_first: BoolArray
    step: IntArray
    days_waited: IntArray
    days_since_decision: IntArray


def course_starts(service: Service) -> CourseStarts:
    """Return how each course that began came to begin.

    Parameters
    ----------
    service : Service
        Steps of all patients.

    Returns
    -------
    CourseStarts
        Nothing of courses that never began.
    """
    sessions = service.steps(Event.SESSION)
    is_first = service.event[sessions - 1] == Event.COURSE_STARTED
    first = sessions[is_first]
    starts = first - 1
    decided = service.until(starts)
    prepared = service.preparation(first, service.latest_of(service.decisions, first))
    return CourseStarts(
        is_first=is_first,
        step=first,
        days_waited=service.history.session_delays[is_first] + service.days_for_preparation(prepared),
        days_since_decision=service.time(starts) // MINUTES_PER_DAY - decided // MINUTES_PER_DAY,
    )
