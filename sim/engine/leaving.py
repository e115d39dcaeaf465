"""Leave a line or the programme: failure, drop-out, giving up a wait, death, end of follow-up."""

from __future__ import annotations

from sim.domain.events import NEVER, NO_TREATMENT, Death, Event, Leaving
from sim.engine.booking import book_course, release
from sim.engine.draws import APPROVAL_INSTEAD, UPTAKE_INSTEAD
from sim.engine.enrollment import begin_line, lowest_bit, offer_line, refuse, takes_up, usual_care
from sim.engine.event_log import EventLog, record
from sim.engine.hazards import BACKGROUND_DEATH, DEPRESSED, SUICIDE, Clinic
from sim.engine.patient import Patient
from sim.engine.scores import move_score
from sim.engine.sessions import stay_without_sessions
from sim.units import MINUTES_PER_DAY


def fail_line(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """End a line: what improved is lost again unless the patient still responds."""
    if patient.state == DEPRESSED:
        move_score(patient, now, patient.severity, now + clinic.care.relapse_minutes, log)
        return end_line(patient, now, clinic, log)
    return stay_without_sessions(patient, now, clinic)


def end_line(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Go to the next line, or to usual care when there is none."""
    patient.treatment, patient.in_maintenance, patient.overdue_length = NO_TREATMENT, False, 0
    patient.in_course = False
    return offer_line(patient, now, clinic, log, patient.line + 1)


def drop_out(
    patient: Patient, now: int, clinic: Clinic, log: EventLog, reason: int, draw: float, chance: float
) -> int:
    """Leave by own decision; those who respond keep their response for as long as it lasts."""
    record(
        log, now, patient.number, Event.DROPPED_OUT, patient.treatment, patient.course, patient.session,
        reason, draw, chance,
    )  # fmt: skip
    patient.has_left = True
    if patient.state != DEPRESSED:
        return stay_without_sessions(patient, now, clinic)
    if patient.score_target < patient.severity:
        move_score(patient, now, patient.severity, now + clinic.care.relapse_minutes, log)
    return usual_care(patient, now, clinic, log)


def give_up(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Take another pathway, or leave, because the wait is too long; the booked place is given back."""
    release(patient, clinic)
    waited_days = (now - patient.wished_day * MINUTES_PER_DAY) / MINUTES_PER_DAY
    reason = Leaving.WAITING_FOR_SCREENING
    if patient.treatment != NO_TREATMENT:
        reason = Leaving.WAITING_FOR_TREATMENT if patient.session == 0 else Leaving.WAITING_FOR_SESSION
    if reason == Leaving.WAITING_FOR_TREATMENT and not patient.has_left:
        other = other_treatment(patient, now, clinic, log)
        if other != NO_TREATMENT:
            return change_pathway(patient, now, clinic, log, other, waited_days)
    return drop_out(patient, now, clinic, log, reason, waited_days, waited_days)


def other_treatment(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Return the treatment that is taken instead of waiting, or NO_TREATMENT."""
    other = clinic.policy.pathways[patient.pathway].instead[patient.line]
    if other == NO_TREATMENT or other == patient.treatment:  # noqa: PLR1714  a set is not compiled
        return NO_TREATMENT
    plan = clinic.care.treatments[other]
    barred = patient.conditions & ~patient.resolved & (plan.exclude | plan.route | plan.defer)
    if barred:
        return refuse(patient, now, log, other, lowest_bit(barred))
    record(log, now, patient.number, Event.ELIGIBLE, other, patient.course, 0)
    if takes_up(patient, now, clinic, log, plan, UPTAKE_INSTEAD, APPROVAL_INSTEAD):
        return other
    return NO_TREATMENT


def change_pathway(
    patient: Patient, now: int, clinic: Clinic, log: EventLog, treatment: int, waited_days: float
) -> int:
    """Begin another treatment; the course that was waited for never was."""
    patient.course -= 1
    if patient.changed_line != patient.line:
        patient.changed_line, patient.line_sessions, patient.reinductions = patient.line, 0, 0
    begin_line(patient, now, treatment)
    record(
        log,
        now,
        patient.number,
        Event.CHANGED_PATHWAY,
        treatment,
        patient.course,
        0,
        0,
        waited_days,
        waited_days,
    )
    earliest = now + clinic.care.start_lead + clinic.care.treatments[treatment].approval_minutes
    return book_course(patient, now, clinic, log, earliest)


def death(patient: Patient, now: int, clinic: Clinic, log: EventLog, visit: int) -> int:
    """Die: of the background causes, by suicide, or from a procedure."""
    reason = Death.PROCEDURE
    if visit == SUICIDE:
        reason = Death.SUICIDE
    elif visit == BACKGROUND_DEATH:
        reason = Death.BACKGROUND
    record(log, now, patient.number, Event.DIED, patient.treatment, patient.course, patient.session, reason)
    return leave_books(patient, clinic)


def leave_books(patient: Patient, clinic: Clinic) -> int:
    """Give back what is booked at the end of follow-up."""
    release(patient, clinic)
    return NEVER
