"""Book screening, first sessions, further sessions: where a patient meets the clinic's calendar.

The wished day is the first one on which everything needed is open; the booked day is the first
with room. Waiting is the time between the two, so closed weekends are nobody's queue.
"""

from __future__ import annotations

from sim.domain.events import Event
from sim.engine.appointments import NO_DAY, Needs, book, first_free_day, first_open_day, give_back
from sim.engine.event_log import EventLog, record
from sim.engine.hazards import GIVING_UP, PREPARATION, SCREENING, SESSION, Clinic, plan_of, wake_at
from sim.engine.patient import Patient
from sim.engine.plan import TreatmentPlan, interval_days
from sim.units import MINUTES_PER_DAY


def day_of(time: int) -> int:
    """Return the day a time falls in."""
    return time // MINUTES_PER_DAY


def day_from(time: int) -> int:
    """Return the first day that begins at or after a time."""
    return (time + MINUTES_PER_DAY - 1) // MINUTES_PER_DAY


def book_screening(patient: Patient, now: int, clinic: Clinic, log: EventLog, earliest: int) -> int:
    """Book the screening appointment and return the next wake-up."""
    patience = patient.screening_patience[screening_attempt(patient, clinic)]
    return reserve(patient, now, clinic, log, day_from(earliest), SCREENING, int(patience))


def screening_attempt(patient: Patient, clinic: Clinic) -> int:
    """Return the number of the present screening attempt, by which its luck is addressed."""
    return patient.screenings * clinic.care.most_misses + patient.misses


def session_attempt(patient: Patient, clinic: Clinic) -> int:
    """Return the number of the present session attempt, by which its luck is addressed."""
    return patient.sessions_held * clinic.care.most_misses + patient.misses


def book_course(patient: Patient, now: int, clinic: Clinic, log: EventLog, earliest: int) -> int:
    """Begin a course: book its preparation visit, or else its first session."""
    plan = plan_of(patient, clinic)
    patient.course += 1
    patient.session, patient.target_sessions = 0, plan.sessions
    patient.extended, patient.in_maintenance = False, False
    patient.overdue_length, patient.last_day, patient.integrated_session = 0, -1, -1
    patient.course_start_day = -1
    if plan.has_preparation and clinic.care.has_preparation:
        patience = int(patient.course_patience[patient.course])
        return reserve(patient, now, clinic, log, day_from(earliest), PREPARATION, patience)
    return book_session(patient, now, clinic, log, earliest)


def book_session(patient: Patient, now: int, clinic: Clinic, log: EventLog, earliest: int) -> int:
    """Book the next session of the course, not before ``earliest`` nor before its day in the schedule."""
    plan = plan_of(patient, clinic)
    day = max(day_from(earliest), due_day(patient, plan))
    patience = int(patient.course_patience[patient.course])
    if patient.session > 0:
        patience = max(patience, interval_of(patient, plan))
    if patient.in_maintenance:
        note_due_day(patient, clinic, plan, due_day(patient, plan))
    return reserve(patient, now, clinic, log, day, SESSION, patience)


def due_day(patient: Patient, plan: TreatmentPlan) -> int:
    """Return the day the schedule wants the next session: by the start of the course, or after the last."""
    if patient.session == 0:
        return 0
    interval = interval_of(patient, plan)
    after_last = patient.last_day + interval_days(interval)
    if patient.in_maintenance:
        return after_last
    by_start = day_of(patient.course_start_day * MINUTES_PER_DAY + patient.session * plan.interval)
    return max(by_start, after_last)


def interval_of(patient: Patient, plan: TreatmentPlan) -> int:
    """Return the present interval between sessions."""
    if not patient.in_maintenance:
        return plan.interval
    step = 0
    while step < plan.n_limited_steps and patient.maintained >= plan.step_end[step]:
        step += 1
    return int(plan.step_interval[step] * patient.interval_ratio)


def note_due_day(patient: Patient, clinic: Clinic, plan: TreatmentPlan, due: int) -> None:
    """Remember from when on maintenance is overdue and how fast its protection fades."""
    wished = first_open_day(clinic.books, plan.needs, due)
    patient.overdue_after = max(wished, due) * MINUTES_PER_DAY
    patient.overdue_length = max(interval_of(patient, plan), MINUTES_PER_DAY)


def needs_of(patient: Patient, clinic: Clinic, visit: int) -> Needs:
    """Return what a visit takes from the books."""
    if visit == SCREENING:
        return clinic.care.screening_needs
    if visit == PREPARATION:
        return clinic.care.preparation_needs
    if visit == SESSION:
        return plan_of(patient, clinic).needs
    return clinic.care.integration_needs


def reserve(
    patient: Patient, now: int, clinic: Clinic, log: EventLog, day: int, visit: int, patience: int
) -> int:
    """Book the first day with room and return the wake-up: the visit, or giving up before it."""
    needs = needs_of(patient, clinic, visit)
    wished = first_open_day(clinic.books, needs, day)
    last_day = day_of(patient.horizon)
    booked = NO_DAY if wished == NO_DAY else first_free_day(clinic.books, needs, wished, last_day)
    patient.wished_day, patient.booked_visit = max(wished, day), visit
    gives_up = max(patient.wished_day * MINUTES_PER_DAY + patience, now)
    if booked == NO_DAY:
        patient.booked_day = -1
        if patient.wished_day <= last_day:
            record(
                log, now, patient.number, Event.NO_PLACE, patient.treatment, patient.course, patient.session
            )
        return wake_at(patient, now, clinic, gives_up, GIVING_UP)
    book(clinic.books, needs, booked)
    patient.booked_day = booked
    at = booked * MINUTES_PER_DAY
    if gives_up < at:
        return wake_at(patient, now, clinic, gives_up, GIVING_UP)
    return wake_at(patient, now, clinic, at, visit)


def release(patient: Patient, clinic: Clinic) -> None:
    """Give a booked place back."""
    if patient.booked_day >= 0:
        give_back(clinic.books, needs_of(patient, clinic, patient.booked_visit), patient.booked_day)
        patient.booked_day = -1
