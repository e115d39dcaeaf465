"""How each course came to begin: when it was decided, when the first session was held, what was waited."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.domain.events import Event, Leaving
from sim.outcomes.history import IntArray
from sim.outcomes.service import NO_STEP, Service
from sim.units import MINUTES_PER_DAY

BEFORE_CHANGE = 2
"""A change of pathway comes right after the other treatment was found eligible, which ends no wait."""
_NOT_TAKEN_UP = (Event.DECLINED, Event.NOT_APPROVED)


@dataclass(frozen=True, slots=True)
class CourseStarts:
    """First sessions of all courses, in order of patient and time.

    Parameters
    ----------
    step : ndarray of int64, shape (n_courses,)
        Position of the first session among the steps of the service.
    days_waited : ndarray of int64, shape (n_courses,)
        Days beyond the wished days of the preparation visit and of the first session [days].
    days_since_decision : ndarray of int64, shape (n_courses,)
        From the day the treatment was decided to that of the first session [days].
    """

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
    sessions = sessions[service.event_before(sessions) == Event.COURSE_STARTED]
    starts = sessions - 1
    decided = service.until(starts)
    return CourseStarts(
        step=sessions,
        days_waited=service.days_late(sessions) + days_for_preparation(service, sessions),
        days_since_decision=service.time(starts) // MINUTES_PER_DAY - decided // MINUTES_PER_DAY,
    )


def decisions(service: Service) -> IntArray:
    """Return the steps in which a treatment was decided: found eligible and taken up, or given again."""
    eligible = service.steps(Event.ELIGIBLE)
    following = service.event[np.minimum(eligible + 1, len(service.rows) - 1)]
    refused = (following == _NOT_TAKEN_UP[0]) | (following == _NOT_TAKEN_UP[1])
    return np.sort(np.concatenate([eligible[~refused], service.steps(Event.REINDUCTION)]))


def given_up(service: Service) -> tuple[IntArray, IntArray]:
    """Return the steps in which the wait for a course was given up, and the last step of that wait.

    Patients leave, or change to another treatment, which is found eligible just before.
    """
    left = service.leaving(Leaving.WAITING_FOR_TREATMENT)
    changed = service.steps(Event.CHANGED_PATHWAY)
    steps = np.concatenate([left, changed])
    order = np.argsort(steps)
    return steps[order], np.concatenate([left, changed - BEFORE_CHANGE])[order]


def days_for_preparation(service: Service, steps: IntArray) -> IntArray:
    """Return the days waited for the preparation visit that belongs to some steps; 0 without one."""
    prepared = service.latest(steps, Event.PREPARED)
    belongs = (prepared != NO_STEP) & (prepared > service.latest_of(decisions(service), steps))
    days = np.zeros(len(steps), dtype=np.int64)
    days[belongs] = service.days_late(prepared[belongs])
    return days
