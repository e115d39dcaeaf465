"""THE pathway: one function a visit, each returning the next wake-up.

A visit says what happens when this patient arrives at this point, changes the patient's record
and the clinic's books, writes the log, and nothing else. Written in the common subset of Python
and compiled code: plain numbers, attributes of a record, + - x / and comparisons; draws are
looked up by address, so no order of visits can change one.
"""

from __future__ import annotations

from sim.domain.events import NO_TREATMENT, Event, Leaving, Outcome
from sim.engine.booking import (
    book_screening,
    book_session,
    day_of,
    get_worse,
    release,
    screening_attempt,
    session_attempt,
    wait_for_call,
)
from sim.engine.draws import (
    CANCELS_SCREENING,
    CANCELS_SESSION,
    SCREENING_NO_SHOW,
    SCREENING_REBOOKS,
    SESSION_DROPOUT,
    SESSION_REBOOKS,
    uniform,
)
from sim.engine.enrollment import offer_line, usual_care
from sim.engine.event_log import EventLog, record
from sim.engine.hazards import (
    ASSESSMENT,
    CANCELLATION,
    GIVING_UP,
    HORIZON,
    INTEGRATION,
    LISTING,
    NATURAL_IMPROVEMENT,
    NOTHING,
    PREPARATION,
    REFERRAL,
    RELAPSE,
    RELAPSE_NOTICED,
    SCREENING,
    SESSION,
    WORSENING,
    Clinic,
    plan_of,
    wake_at,
)
from sim.engine.leaving import death, drop_out, fail_line, give_up, leave_books
from sim.engine.patient import Patient
from sim.engine.responding import natural_improvement, relapse, relapse_noticed, respond
from sim.engine.scores import move_score, score_now
from sim.engine.sessions import after_session, hold_session, session_is_missed
from sim.units import MINUTES_PER_DAY


def visit(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Carry out the visit the patient was woken for and return the next wake-up, or NEVER."""
    planned = patient.planned_visit
    if planned == SESSION:
        return session(patient, now, clinic, log)
    if planned == INTEGRATION:
        return integration(patient, now, clinic, log)
    if planned == ASSESSMENT:
        return assessment(patient, now, clinic, log)
    if planned == HORIZON:
        record(log, now, patient.number, Event.HORIZON, patient.treatment, patient.course, patient.session)
        return leave_books(patient, clinic)
    if planned == RELAPSE:
        return relapse(patient, now, clinic, log)
    if planned == RELAPSE_NOTICED:
        return relapse_noticed(patient, now, clinic, log)
    if planned == REFERRAL:
        return referral(patient, now, clinic, log)
    if planned == SCREENING:
        return screening(patient, now, clinic, log)
    if planned == PREPARATION:
        return preparation(patient, now, clinic, log)
    if planned == NATURAL_IMPROVEMENT:
        return natural_improvement(patient, now, clinic, log)
    if planned == GIVING_UP:
        return give_up(patient, now, clinic, log)
    if planned == LISTING:
        return wait_for_call(patient, now, clinic, log)
    if planned == CANCELLATION:
        return cancellation(patient, now, clinic, log)
    if planned == WORSENING:
        get_worse(patient, now, clinic, log)
        return wake_at(patient, now, clinic, patient.next_at, patient.next_visit)
    return death(patient, now, clinic, log, planned)


def referral(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Enter the programme: choose the pathway of a mix and book the screening appointment."""
    while (
        patient.allocation >= clinic.policy.pathways[patient.pathway].share
        and patient.pathway + 1 < clinic.policy.n_pathways
    ):
        patient.pathway += 1
    n_lines = clinic.policy.pathways[patient.pathway].n_lines
    record(
        log, now, patient.number, Event.REFERRED, NO_TREATMENT, -1, 0, patient.pathway, patient.severity,
        float(n_lines),
    )  # fmt: skip
    patient.score_target = patient.severity
    move_score(patient, now, patient.severity, now, log)
    if n_lines == 0:
        return usual_care(patient, now, clinic, log)
    patient.is_listed = True
    return book_screening(patient, now, clinic, log, now + clinic.care.referral_lead)


def screening(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Hold the screening appointment, or note that the patient did not come."""
    patient.booked_day = -1
    attempt = screening_attempt(patient, clinic)
    draw = uniform(clinic.draws, patient.number, SCREENING_NO_SHOW, attempt)
    chance = clinic.care.screening_no_show
    if draw < chance:
        record(
            log, now, patient.number, Event.SCREENING_MISSED, NO_TREATMENT, -1, 0, 0, draw, chance,
            patient.wished_day * MINUTES_PER_DAY,
        )  # fmt: skip
        again = uniform(clinic.draws, patient.number, SCREENING_REBOOKS, attempt)
        if is_discharged(patient, clinic, again):
            return drop_out(patient, now, clinic, log, Leaving.MISSED_SCREENING, again, clinic.care.rebooks)
        return book_screening(patient, now, clinic, log, now + MINUTES_PER_DAY)
    patient.screening_misses = 0
    patient.screenings += 1
    record(
        log, now, patient.number, Event.SCREENED, NO_TREATMENT, -1, 0, 0, 0.0, 0.0,
        patient.wished_day * MINUTES_PER_DAY,
    )  # fmt: skip
    return offer_line(patient, now, clinic, log, line_after_screening(patient, clinic))


def line_after_screening(patient: Patient, clinic: Clinic) -> int:
    """Return the line to offer: the first, the one deferred, or for who comes back the same or the next."""
    if patient.line < 0 or patient.line_sessions == 0:
        return max(patient.line, 0)
    if patient.reinductions >= clinic.policy.pathways[patient.pathway].max_reinductions[patient.line]:
        return patient.line + 1
    patient.reinductions += 1
    return patient.line


def is_discharged(patient: Patient, clinic: Clinic, draw: float) -> bool:
    """Count a miss; return True when the patient books no other, or has missed too many in a row."""
    if patient.booked_visit == SCREENING:
        patient.screening_misses += 1
        misses = patient.screening_misses
    else:
        patient.misses += 1
        misses = patient.misses
    return draw >= clinic.care.rebooks or misses >= clinic.care.most_misses


def preparation(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Hold the preparation visit and book the first session."""
    patient.booked_day = -1
    record(
        log, now, patient.number, Event.PREPARED, patient.treatment, patient.course, 0, 0, 0.0, 0.0,
        patient.wished_day * MINUTES_PER_DAY,
    )  # fmt: skip
    return book_session(patient, now, clinic, log, now + 1)


def session(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Hold a session of induction or maintenance, or deal with an empty chair."""
    patient.booked_day = -1
    plan = plan_of(patient, clinic)
    if session_is_missed(patient, now, clinic, log):
        again = uniform(clinic.draws, patient.number, SESSION_REBOOKS, session_attempt(patient, clinic))
        if is_discharged(patient, clinic, again):
            return drop_out(patient, now, clinic, log, Leaving.MISSED_SESSION, again, clinic.care.rebooks)
        return book_session(patient, now, clinic, log, now + MINUTES_PER_DAY)
    stopped = hold_session(patient, now, clinic, log, plan)
    if stopped == Event.DIED:
        return death(patient, now, clinic, log, NOTHING)
    if stopped == Event.STOPPED_FOR_HARM:
        return fail_line(patient, now, clinic, log)
    leaving = Leaving.MAINTENANCE if patient.in_maintenance else Leaving.INDUCTION
    chance = plan.dropout_maintenance if patient.in_maintenance else plan.dropout_induction
    draw = uniform(clinic.draws, patient.number, SESSION_DROPOUT, patient.sessions_held - 1)
    is_last = not patient.in_maintenance and patient.session == patient.target_sessions
    if draw < chance and not is_last:
        return drop_out(patient, now, clinic, log, leaving, draw, chance)
    return after_session(patient, now, clinic, log)


def cancellation(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Cancel an appointment ahead, so that its place is free again; then as after having missed it."""
    care, number = clinic.care, patient.number
    day = max(patient.booked_day, day_of(now))
    release(patient, clinic)
    if patient.booked_visit == SCREENING:
        attempt = screening_attempt(patient, clinic)
        draw = uniform(clinic.draws, number, CANCELS_SCREENING, attempt)
        again, reason = uniform(clinic.draws, number, SCREENING_REBOOKS, attempt), Leaving.MISSED_SCREENING
    else:
        attempt = session_attempt(patient, clinic)
        draw = uniform(clinic.draws, number, CANCELS_SESSION, attempt)
        again, reason = uniform(clinic.draws, number, SESSION_REBOOKS, attempt), Leaving.MISSED_SESSION
    record(
        log, now, number, Event.CANCELLED, patient.treatment, patient.course, patient.session,
        day - day_of(now), draw, care.cancels, patient.wished_day * MINUTES_PER_DAY,
    )  # fmt: skip
    if is_discharged(patient, clinic, again):
        return drop_out(patient, now, clinic, log, reason, again, care.rebooks)
    earliest = (day + 1) * MINUTES_PER_DAY
    if patient.booked_visit == SCREENING:
        return book_screening(patient, now, clinic, log, earliest)
    return book_session(patient, now, clinic, log, earliest)


def integration(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Hold an integration visit, then go on with the course."""
    patient.booked_day = -1
    record(
        log, now, patient.number, Event.INTEGRATED, patient.treatment, patient.course, patient.session,
        0, 0.0, 0.0, patient.wished_day * MINUTES_PER_DAY,
    )  # fmt: skip
    return after_session(patient, now, clinic, log)


def assessment(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Judge the course: remission, response, partial response (extend once) or none."""
    care, plan = clinic.care, plan_of(patient, clinic)
    score = score_now(patient, now)
    improvement = 1.0 - score / patient.severity
    outcome = Outcome.NO_RESPONSE
    if score <= care.remission:
        outcome = Outcome.REMISSION
    elif improvement >= care.response:
        outcome = Outcome.RESPONSE
    elif improvement >= care.partial_response:
        outcome = Outcome.PARTIAL_RESPONSE
    record(
        log, now, patient.number, Event.ASSESSED, patient.treatment, patient.course, patient.session,
        outcome, score, improvement,
    )  # fmt: skip
    if outcome >= Outcome.RESPONSE:
        return respond(patient, now, clinic, log, outcome)
    if outcome == Outcome.PARTIAL_RESPONSE and plan.extension > 0 and not patient.extended:
        patient.extended = True
        patient.target_sessions = plan.sessions + plan.extension
        record(log, now, patient.number, Event.EXTENDED, patient.treatment, patient.course, patient.session)
        return book_session(patient, now, clinic, log, now)
    return fail_line(patient, now, clinic, log)
