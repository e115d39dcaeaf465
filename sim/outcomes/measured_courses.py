"""What happened in the first course: sessions held, leaving, maintenance, harms.

Where a measure asks by a day, those whose follow-up ended before it do not count; those who died do.
"""

from __future__ import annotations

import numpy as np

from sim.domain.events import Event
from sim.domain.measures import Among, HarmSeen, Left, Maintained, Phase, SessionsHeld, StoppedForHarm
from sim.domain.scenario import Scenario
from sim.outcomes.courses import NO_ROW, rows_of_course, with_follow_up
from sim.outcomes.estimates import Arm, Estimate, share
from sim.outcomes.history import BoolArray, FloatArray, History, IntArray
from sim.outcomes.totals import counts
from sim.units import MINUTES_PER_DAY


def sessions_held_share(measure: SessionsHeld, arm: Arm) -> Estimate:
    """Return the share of starters with at least so many sessions."""
    history = arm.history
    rows = _sessions(history, None)
    start = history.first_time(rows)
    until = _days_after(start, measure.within_days)
    rows = rows[~(history.time[rows] > until[history.patient[rows]])]
    held = counts(history.patient[rows], history.n_patients)
    return share(held >= measure.at_least, ~np.isnan(start) & with_follow_up(history, until))


def left_share(measure: Left, arm: Arm) -> Estimate:
    """Return the share who left of their own accord or for a harm.

    Notes
    -----
    Maintenance begins when its first session is booked; who leaves before that session leaves in
    maintenance, on day 0 of it.
    """
    history, course = arm.history, arm.first_course
    maintained = ~np.isnan(course.maintained)
    has_left, counted, start = ~np.isnan(course.left), course.started, course.start
    if measure.phase is Phase.INDUCTION:
        has_left &= ~maintained
    if measure.phase is Phase.MAINTENANCE:
        counted = counted & maintained
        start = history.first_time(_sessions(history, Phase.MAINTENANCE))
    until = _days_after(start, measure.within_days)
    has_left &= ~(course.left > until)
    return share(has_left != measure.stays, counted & with_follow_up(history, until))


def maintained_share(measure: Maintained, arm: Arm) -> Estimate:
    """Return the share of starters who went on to maintenance."""
    course = arm.first_course
    return share(~np.isnan(course.maintained) != measure.is_not, course.started)


def harm_seen_share(measure: HarmSeen, arm: Arm) -> Estimate:
    """Return the share of patients or sessions with a harm."""
    history = arm.history
    rows = _sessions(history, measure.phase)
    patient, time = history.patient[rows], history.time[rows]
    start = history.first_time(rows)
    until = _days_after(start, measure.within_days)
    chosen = ~(time > until[patient])
    if measure.sessions is not None:
        chosen &= np.arange(len(rows)) - np.searchsorted(patient, patient) < measure.sessions
    if measure.after_days is not None:
        chosen &= time >= _days_after(start, measure.after_days)[patient]
    harmed = _harmed(history, rows, measure.harm, arm.scenario)
    if measure.per_session:
        return share(harmed, chosen)
    if measure.phase is Phase.MAINTENANCE or measure.after_days is not None:
        counted = history.has(rows[chosen])
    else:
        counted = history.has(_sessions(history, None))
    if measure.among is Among.ASSESSED:
        counted &= arm.first_course.assessed != NO_ROW
    return share(history.has(rows[chosen & harmed]), counted & with_follow_up(history, until))


def stopped_for_harm_share(measure: StoppedForHarm, arm: Arm) -> Estimate:
    """Return the share of starters whose first course ended for a harm."""
    history = arm.history
    start = history.first_time(_sessions(history, None))
    rows = rows_of_course(history, _first(history), Event.STOPPED_FOR_HARM)
    until = _days_after(start, measure.within_days)
    stopped = history.has(rows[~(history.time[rows] > until[history.patient[rows]])])
    return share(stopped, ~np.isnan(start) & with_follow_up(history, until))


def _sessions(history: History, phase: Phase | None) -> IntArray:
    """Return the sessions of the first course, of one phase or of both."""
    rows = rows_of_course(history, _first(history), Event.SESSION)
    if phase is None:
        return rows
    return np.asarray(rows[(history.target[rows] > 0) == (phase is Phase.MAINTENANCE)])


def _first(history: History) -> IntArray:
    """Return the number of the first course, for every patient."""
    return np.zeros(history.n_patients, dtype=np.int64)


def _days_after(start: FloatArray, days: float | None) -> FloatArray:
    """Return the moments some days after a start [minutes]; nan without a number of days."""
    if days is None:
        return np.full(len(start), np.nan)
    return start + days * MINUTES_PER_DAY


def _harmed(history: History, rows: IntArray, harm: str | None, scenario: Scenario) -> BoolArray:
    """Return which sessions had a harm, or any."""
    if harm is None:
        return np.asarray(history.reason[rows] != 0)
    bits = np.zeros(len(scenario.treatments), dtype=np.int64)
    for position, treatment in enumerate(scenario.treatments.values()):
        if harm in treatment.harms:
            bits[position] = 1 << list(treatment.harms).index(harm)
    return np.asarray((history.reason[rows] & bits[history.treatment[rows]]) != 0)
