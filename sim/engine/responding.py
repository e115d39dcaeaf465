"""Respond and relapse: after an assessment, when the score returns, and by nature alone."""

from __future__ import annotations

from sim.domain.events import NEVER, NO_TREATMENT, Event, Outcome
from sim.engine.booking import book_course, book_screening, book_session, release, stop_getting_worse
from sim.engine.enrollment import usual_care
from sim.engine.event_log import EventLog, record
from sim.engine.hazards import (
    DEPRESSED,
    NOTHING,
    RELAPSE_NOTICED,
    REMITTED,
    RESPONDING,
    Clinic,
    plan_of,
    wake_at,
)
from sim.engine.leaving import end_line
from sim.engine.patient import Patient
from sim.engine.plan import SWITCH
from sim.engine.scores import move_score, score_now


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
    return wake_at(patient, now, clinic, now + clinic.care.relapse_noticed, RELAPSE_NOTICED)


def relapse_noticed(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Decide after a relapse: the same treatment again, the next line, or screening for who has none."""
    if patient.treatment == NO_TREATMENT:
        return book_screening(patient, now, clinic, log, now)
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
