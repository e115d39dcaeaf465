"""THE pathway: one function a visit, each returning the next wake-up.

A visit says what happens when this patient arrives at this point, changes the patient's record
and the clinic's books, writes the log, and nothing else. Written in the common subset of Python
and compiled code: plain numbers, attributes of a record, + - x / and comparisons; no draw is
made here, all luck was fixed before the clock.
"""

from __future__ import annotations

from sim.domain.events import NEVER, NO_TREATMENT, Event, Leaving, Outcome
from sim.engine.booking import (
    book_course,
    book_screening,
    book_session,
    release,
    screening_attempt,
    session_attempt,
    stop_getting_worse,
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
    DEPRESSED,
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
    REMITTED,
    RESPONDING,
    SCREENING,
    SESSION,
    Clinic,
    plan_of,
    wake_at,
)
from sim.engine.leaving import death, drop_out, end_line, fail_line, give_up, leave_books
from sim.engine.patient import Patient
from sim.engine.plan import SWITCH
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
        return wait_for_call(patient, now, clinic)
    if planned == CANCELLATION:
        return cancellation(patient, now, clinic, log)
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
    patient.misses = 0
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
    patient.misses += 1
    return draw >= clinic.care.rebooks or patient.misses >= clinic.care.most_misses


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
    """Cancel an appointment ahead, so that its place is free again; then as after a missed one."""
    release(patient, clinic)
    care, number = clinic.care, patient.number
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
        0, draw, care.cancels, patient.wished_day * MINUTES_PER_DAY,
    )  # fmt: skip
    if is_discharged(patient, clinic, again):
        return drop_out(patient, now, clinic, log, reason, again, care.rebooks)
    if patient.booked_visit == SCREENING:
        return book_screening(patient, now, clinic, log, now + MINUTES_PER_DAY)
    return book_session(patient, now, clinic, log, now + MINUTES_PER_DAY)


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


def respond(patient: Patient, now: int, clinic: Clinic, log: EventLog, outcome: int) -> int:
    """Begin the time in response: fresh relapse threshold, maintenance where there is one.

    Without maintenance, a response to very few sessions does not hold: it begins to fade at once.
    """
    begin_response(patient, now, clinic, outcome, score_now(patient, now))
    if not plan_of(patient, clinic).has_maintenance:
        if patient.session < plan_of(patient, clinic).holds_after:
            return relapse(patient, now, clinic, log)
        return wake_at(patient, now, clinic, NEVER, NOTHING)
    patient.in_maintenance, patient.maintained, patient.maintenance_since = True, 0, now
    record(
        log,
        now,
        patient.number,
        Event.MAINTENANCE_STARTED,
        patient.treatment,
        patient.course,
        patient.session,
    )
    return book_session(patient, now, clinic, log, now)


def begin_response(patient: Patient, now: int, clinic: Clinic, outcome: int, score: float) -> None:
    """Set the state, the firmness and the relapse threshold of a new response."""
    patient.state = REMITTED if outcome == Outcome.REMISSION else RESPONDING
    patient.is_firm = int(score <= clinic.care.low_score)
    patient.responded_at = now
    episode = min(patient.episode, clinic.care.n_episodes - 1)
    patient.relapse_left = clinic.fates[patient.number, clinic.care.columns.relapse_threshold + episode]
    patient.episode += 1
    patient.overdue_length = 0


def relapse(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Lose the response: the score returns; treatment again once it is noticed."""
    release(patient, clinic)
    record(
        log, now, patient.number, Event.RELAPSED, patient.treatment, patient.course, patient.session,
        int(patient.in_maintenance), score_now(patient, now),
    )  # fmt: skip
    if patient.in_maintenance:
        patient.rehold = plan_of(patient, clinic).after_relapse_on_treatment
    patient.state, patient.in_maintenance, patient.overdue_length = DEPRESSED, False, 0
    patient.in_course = False
    move_score(patient, now, patient.severity, now + clinic.care.relapse_minutes, log)
    if patient.has_left or not patient.is_listed:
        return usual_care(patient, now, clinic, log)
    if patient.treatment == NO_TREATMENT:
        return book_screening(patient, now, clinic, log, now + clinic.care.relapse_noticed)
    return wake_at(patient, now, clinic, now + clinic.care.relapse_noticed, RELAPSE_NOTICED)


def relapse_noticed(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Decide after a relapse: the same treatment again, or the next line."""
    plan = plan_of(patient, clinic)
    must_switch = patient.is_barred or (patient.is_tolerant and plan.tolerance_answer == SWITCH)
    if (
        must_switch
        or patient.reinductions >= clinic.policy.pathways[patient.pathway].max_reinductions[patient.line]
    ):
        return end_line(patient, now, clinic, log)
    patient.reinductions += 1
    patient.decided_at = now
    record(
        log,
        now,
        patient.number,
        Event.REINDUCTION,
        patient.treatment,
        patient.course,
        0,
        patient.reinductions,
    )
    return book_course(patient, now, clinic, log, now + clinic.care.start_lead)


def forget_course(patient: Patient, clinic: Clinic) -> None:
    """Give back what is booked; a course that never started does not count."""
    release(patient, clinic)
    if patient.treatment != NO_TREATMENT and patient.course_start_day < 0:
        patient.course -= 1
    patient.treatment, patient.course_start_day = NO_TREATMENT, 0


def natural_improvement(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Respond without treatment; who was waiting for one leaves the list until a relapse."""
    forget_course(patient, clinic)
    stop_getting_worse(patient, now, log)
    columns = clinic.care.columns
    improvement = clinic.fates[patient.number, columns.natural_improvement + patient.natural_episode]
    target = patient.severity * (1.0 - improvement)
    patient.natural_episode += 1
    if patient.natural_episode < clinic.care.n_natural_episodes:
        patient.natural_left = clinic.fates[
            patient.number, columns.natural_threshold + patient.natural_episode
        ]
    else:
        patient.natural_left = float(NEVER)
    outcome = Outcome.REMISSION if target <= clinic.care.remission else Outcome.RESPONSE
    record(log, now, patient.number, Event.IMPROVED_NATURALLY, NO_TREATMENT, patient.course, 0, outcome)
    move_score(patient, now, target, now + clinic.care.improvement_minutes, log)
    begin_response(patient, now, clinic, outcome, target)
    return wake_at(patient, now, clinic, NEVER, NOTHING)
