"""When the schedule of a course wants its next session: the wished day of sessions that never came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.domain.events import Event
from sim.domain.scenario import Scenario
from sim.outcomes.history import BoolArray, FloatArray, IntArray
from sim.outcomes.openings import first_open_days, opening
from sim.outcomes.service import NO_STEP, Service
from sim.outcomes.visit_kinds import FIRST_SESSION
from sim.units import MINUTES_PER_DAY, minutes_from_days

_MISSED = (Event.SESSION_MISSED, Event.CANCELLED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far courses have come at some steps after their first sessions.

    Parameters
    ----------
    step : ndarray of int64, shape (n,)
        The steps.
    phase : ndarray of int64, shape (n,)
        Step with which the induction or, in maintenance, the maintenance began.
    in_maintenance : ndarray of bool, shape (n,)
        Which of the two it is.
    number : ndarray of int64, shape (n,)
        Sessions held since then.
    """

    step: IntArray
    phase: IntArray
    in_maintenance: BoolArray
    number: IntArray

    def among(self, chosen: IntArray | BoolArray) -> Progress:
        """Return some of them."""
        return Progress(
            self.step[chosen], self.phase[chosen], self.in_maintenance[chosen], self.number[chosen]
        )


def progress_of(service: Service, steps: IntArray) -> Progress:
    """Return how far courses have come.

    Parameters
    ----------
    service : Service
        Steps of all patients.
    steps : ndarray of int64, shape (n,)
        Positions of steps in courses that have begun.

    Returns
    -------
    Progress
        At these steps.
    """
    phase = service.latest(steps, Event.COURSE_STARTED, Event.MAINTENANCE_STARTED)
    sessions = service.steps(Event.SESSION)
    held = np.searchsorted(sessions, steps, side="right") - np.searchsorted(sessions, phase, side="right")
    return Progress(steps, phase, service.event[phase] == Event.MAINTENANCE_STARTED, held)


def scheduled_days(service: Service, progress: Progress, scenario: Scenario, n_days: int) -> IntArray:
    """Return the first open day on which the next session can be, and the schedule wants it.

    Parameters
    ----------
    service : Service
        Steps of all patients.
    progress : Progress
        The steps after which a session is awaited.
    scenario : Scenario
        Schedules and calendars.
    n_days : int
        Days of follow-up.

    Returns
    -------
    ndarray of int64, shape (n,)
        Wished days.
    """
    step = progress.step
    treatment, event = service.treatment(step), service.event[step]
    held = service.latest(step, Event.SESSION)
    last = service.time(np.where(held == NO_STEP, step, held)) // MINUTES_PER_DAY
    interval = _intervals(scenario, treatment, progress) * _interval_ratio(service, progress)
    due = last + np.maximum(interval.astype(np.int64) // MINUTES_PER_DAY, 1)
    first = service.time(progress.phase) // MINUTES_PER_DAY
    by_start = first + progress.number * interval.astype(np.int64) // MINUTES_PER_DAY
    due = np.where(progress.in_maintenance, due, np.maximum(due, by_start))
    missed = (event == _MISSED[0]) | (event == _MISSED[1])
    earliest = np.where(missed, service.next_possible(step), service.time(step))
    from_minute = np.maximum(due * MINUTES_PER_DAY, earliest)
    return opening(first_open_days(scenario, n_days), FIRST_SESSION + treatment, from_minute)


def _intervals(scenario: Scenario, treatment: IntArray, progress: Progress) -> IntArray:
    """Return the planned interval before the next session [minutes]."""
    interval = np.zeros(len(treatment), dtype=np.int64)
    for position, plan in enumerate(scenario.treatments.values()):
        own = treatment == position
        interval[own & ~progress.in_maintenance] = minutes_from_days(plan.induction.interval.value)
        chosen = np.flatnonzero(own & progress.in_maintenance)
        if len(chosen) and plan.maintenance is not None:
            steps = plan.maintenance.steps
            ends = np.cumsum([round(step.sessions.value) if step.sessions else 0 for step in steps])[:-1]
            minutes = np.array([minutes_from_days(step.interval.value) for step in steps])
            interval[chosen] = minutes[np.searchsorted(ends, progress.number[chosen], side="right")]
    return interval


def _interval_ratio(service: Service, progress: Progress) -> FloatArray:
    """Return by how much maintenance was shortened in answer to tolerance, in this line of treatment."""
    history, step = service.history, progress.step
    shortened = history.rows(Event.INTERVAL_SHORTENED)
    ratio = np.ones(len(step))
    if not len(shortened):
        return ratio
    row = service.rows[np.minimum(step + 1, len(service.rows) - 1)]
    found = np.searchsorted(shortened, row) - 1
    last = shortened[np.maximum(found, 0)]
    decided = service.latest(step, Event.REFERRED, Event.ELIGIBLE)
    valid = (found >= 0) & (decided != NO_STEP) & (last > service.rows[np.maximum(decided, 0)])
    valid &= progress.in_maintenance
    ratio[valid] = history.value[last[valid]]
    return ratio
