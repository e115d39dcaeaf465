"""Book screening, first sessions, further sessions: where a patient meets the clinic's calendar.

The wished day is the first one on which everything needed is open; the booked day is the first
with room. Waiting is the time between the two, so closed weekends are nobody's queue.
"""

from __future__ import annotations

from sim.domain.events import Event
from sim.domain.parameters import HIGHEST_SCORE
from sim.engine.appointments import (
    NO_DAY,
    Needs,
    book,
    first_free_day,
    first_open_day,
    give_back,
    interval_days,
)
from sim.engine.draws import (
    CANCELS_SCREENING,
    CANCELS_SESSION,
    SCREENING_NO_SHOW,
    SESSION_NO_SHOW,
    uniform,
)
from sim.engine.event_log import EventLog, record
from sim.engine.hazards import (
    CANCELLATION,
    DEPRESSED,
    GIVING_UP,
    LISTING,
    PREPARATION,
    SCREENING,
    SESSION,
    WORSENING,
    Clinic,
    plan_of,
    wake_at,
)
from sim.engine.patient import Patient
from sim.engine.plan import MAINTENANCE_FIRST, REINDUCTION_FIRST, TreatmentPlan
from sim.engine.scores import move_score, score_now
from sim.engine.waiting_list import NOT_LISTED, join_list, leave_list
from sim.units import MINUTES_PER_DAY


def day_of(time: int) -> int:
    """Return the day a time falls in."""
    return time // MINUTES_PER_DAY


def day_from(time: int) -> int:
    """Return the first day that begins at or after a time."""
    return (time + MINUTES_PER_DAY - 1) // MINUTES_PER_DAY


def book_screening(patient: Patient, now: int, clinic: Clinic, log: EventLog, earliest: int) -> int:
    """Book the screening appointment and return the next wake-up."""
    patience = clinic.fates[patient.number, clinic.care.columns.screening_patience + patient.screenings]
    return reserve(patient, now, clinic, log, day_from(earliest), SCREENING, int(patience))


def screening_attempt(patient: Patient, clinic: Clinic) -> int:
    """Return the number of the present screening attempt, by which its luck is addressed."""
    return patient.screenings * clinic.care.most_misses + patient.screening_misses


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
        return reserve(
            patient, now, clinic, log, day_from(earliest), PREPARATION, patience_in_course(patient, clinic)
        )
    return book_session(patient, now, clinic, log, earliest)


def book_session(patient: Patient, now: int, clinic: Clinic, log: EventLog, earliest: int) -> int:
    """Book the next session of the course, not before ``earliest`` nor before its day in the schedule."""
    plan = plan_of(patient, clinic)
    day = max(day_from(earliest), due_day(patient, plan))
    patience = patience_in_course(patient, clinic)
    if patient.session > 0:
        patience = max(patience, interval_of(patient, plan))
    if patient.in_maintenance:
        note_due_day(patient, clinic, plan, due_day(patient, plan))
    return reserve(patient, now, clinic, log, day, SESSION, patience)


def patience_in_course(patient: Patient, clinic: Clinic) -> int:
    """Return how long the patient accepts to wait in this course."""
    return int(clinic.fates[patient.number, clinic.care.columns.course_patience + patient.course])


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
    """Book the first day with room and return the wake-up: the visit, or leaving the place before it."""
    get_worse(patient, now, clinic, log)
    needs = needs_of(patient, clinic, visit)
    wished = first_open_day(clinic.books, needs, day)
    last_day = day_of(patient.horizon)
    patient.wished_day, patient.booked_visit, patient.booked_day = max(wished, day), visit, NO_DAY
    gives_up = max(patient.wished_day * MINUTES_PER_DAY + patience, now)
    patient.gives_up_at = gives_up
    if clinic.care.has_waiting_list and wished != NO_DAY:
        return wait_for_call(patient, now, clinic, log)
    booked = NO_DAY if wished == NO_DAY else first_free_day(clinic.books, needs, wished, last_day)
    if booked == NO_DAY:
        if patient.wished_day <= last_day:
            record(
                log, now, patient.number, Event.NO_PLACE, patient.treatment, patient.course, patient.session
            )
        return wait_until(patient, now, clinic, gives_up, GIVING_UP)
    book(clinic.books, needs, booked)
    patient.booked_day = booked
    at = booked * MINUTES_PER_DAY
    if clinic.care.cancels > 0.0 and cancels_ahead(patient, clinic, visit):
        at, visit = max(at - clinic.care.cancel_notice, now), CANCELLATION
    if gives_up < at:
        return wait_until(patient, now, clinic, gives_up, GIVING_UP)
    return wait_until(patient, now, clinic, at, visit)


def wait_until(patient: Patient, now: int, clinic: Clinic, at: int, visit: int) -> int:
    """Wait for a visit; where waiting makes worse, first come to rest from what moves the score now."""
    if clinic.care.worsening > 0.0 and may_get_worse(patient) and now < patient.score_until < at:
        patient.next_at, patient.next_visit = at, visit
        return wake_at(patient, now, clinic, patient.score_until, WORSENING)
    return wake_at(patient, now, clinic, at, visit)


def wait_for_call(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Join the waiting list on the eve of the wished day, until called or weary.

    Who becomes due after the morning's calls takes what is left of the day, if it is enough.
    """
    get_worse(patient, now, clinic, log)
    eve = patient.wished_day * MINUTES_PER_DAY - 1
    if eve > now:
        return wait_until(patient, now, clinic, eve, LISTING)
    today, visit = day_of(now), patient.booked_visit
    needs = needs_of(patient, clinic, visit)
    if patient.wished_day == today and first_free_day(clinic.books, needs, today, today) == today:
        return wake_at(patient, now, clinic, now, take_place(patient, clinic, visit, today))
    kind = kind_of(patient, clinic, visit)
    join_list(clinic.waiting, kind, rank_of(patient, now, clinic), patient.wished_day, patient.number)
    return wait_until(patient, now, clinic, patient.gives_up_at, GIVING_UP)


def take_place(patient: Patient, clinic: Clinic, visit: int, day: int) -> int:
    """Book a place of today and return the visit, or its cancellation by who says now not to come."""
    if cancels_ahead(patient, clinic, visit):
        return CANCELLATION
    book(clinic.books, needs_of(patient, clinic, visit), day)
    patient.booked_day = day
    return visit


def kind_of(patient: Patient, clinic: Clinic, visit: int) -> int:
    """Return the kind of a visit on the waiting list: sessions by treatment, then the others."""
    if visit == SESSION:
        return patient.treatment
    if visit == PREPARATION:
        return clinic.care.natural
    return clinic.care.natural + 1


def rank_of(patient: Patient, now: int, clinic: Clinic) -> int:
    """Return the rank by the rules of priority: lower is called first."""
    rank = 0
    for position in range(clinic.care.n_rules):
        rule = clinic.care.rules[position]
        if rule == MAINTENANCE_FIRST:
            holds = patient.in_maintenance
        elif rule == REINDUCTION_FIRST:
            holds = patient.reinductions > 0 and not patient.in_maintenance
        else:
            holds = score_now(patient, now) >= clinic.care.severe_from
        rank = 2 * rank + (0 if holds else 1)
    return rank


def cancels_ahead(patient: Patient, clinic: Clinic, visit: int) -> bool:
    """Return True when the patient will not come to this appointment and says so in time."""
    care = clinic.care
    if care.cancels <= 0.0:
        return False
    if visit == SCREENING:
        attempt = screening_attempt(patient, clinic)
        missed = uniform(clinic.draws, patient.number, SCREENING_NO_SHOW, attempt) < care.screening_no_show
        return missed and uniform(clinic.draws, patient.number, CANCELS_SCREENING, attempt) < care.cancels
    if visit == SESSION:
        attempt = session_attempt(patient, clinic)
        missed = uniform(clinic.draws, patient.number, SESSION_NO_SHOW, attempt) < care.session_no_show
        return missed and uniform(clinic.draws, patient.number, CANCELS_SESSION, attempt) < care.cancels
    return False


def release(patient: Patient, clinic: Clinic) -> None:
    """Give a booked place back, and leave the waiting list."""
    if patient.booked_day >= 0:
        give_back(clinic.books, needs_of(patient, clinic, patient.booked_visit), patient.booked_day)
        patient.booked_day = NO_DAY
    if clinic.care.has_waiting_list and clinic.waiting.slots[patient.number].place != NOT_LISTED:
        leave_list(clinic.waiting, kind_of(patient, clinic, patient.booked_visit), patient.number)


def get_worse(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> None:
    """Let the score rise while a depressed patient waits for treatment, until `stop_getting_worse`."""
    if clinic.care.worsening <= 0.0 or not may_get_worse(patient):
        return
    if now < patient.score_until or score_now(patient, now) >= HIGHEST_SCORE:
        return
    patient.gets_worse = True
    score, worsening = score_now(patient, now), clinic.care.worsening
    minutes = min((HIGHEST_SCORE - score) / worsening, float(patient.horizon - now))
    move_score(patient, now, score + worsening * minutes, now + int(minutes) + 1, log)


def may_get_worse(patient: Patient) -> bool:
    """Return True for a depressed patient out of treatment whose score does not rise already."""
    return patient.state == DEPRESSED and not patient.in_course and not patient.gets_worse


def stop_getting_worse(patient: Patient, now: int, log: EventLog) -> None:
    """Hold the score where waiting has brought it; from here on it counts as the score before treatment."""
    if patient.gets_worse:
        patient.gets_worse = False
        patient.severity = score_now(patient, now)
        move_score(patient, now, patient.severity, now, log)
