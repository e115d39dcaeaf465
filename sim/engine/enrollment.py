"""Offer a line of treatment: screening rules, routing, deferral, acceptance and approval."""

from __future__ import annotations

from sim.domain.events import NEVER, NO_TREATMENT, Event
from sim.engine.booking import book_course, book_screening, stop_getting_worse
from sim.engine.draws import APPROVAL, UPTAKE, uniform
from sim.engine.event_log import EventLog, record
from sim.engine.hazards import NOTHING, Clinic, wake_at
from sim.engine.patient import Patient
from sim.engine.plan import TreatmentPlan

WAITS = -2
"""Answer of `eligible_treatment` when the patient must be screened again later."""


def offer_line(patient: Patient, now: int, clinic: Clinic, log: EventLog, first: int) -> int:
    """Find the first line from ``first`` that the patient may have and wants; else usual care."""
    pathway = clinic.policy.pathways[patient.pathway]
    for line in range(first, pathway.n_lines):
        if line != patient.line:
            patient.line, patient.reinductions, patient.line_sessions = line, 0, 0
            if line > 0:
                record(
                    log,
                    now,
                    patient.number,
                    Event.NEXT_LINE,
                    pathway.treatments[line],
                    patient.course,
                    0,
                    line,
                )
        chosen = eligible_treatment(patient, now, clinic, log, pathway.treatments[line], pathway.routes[line])
        if chosen == WAITS:
            return book_screening(patient, now, clinic, log, now + clinic.care.deferral)
        if chosen == NO_TREATMENT:
            continue
        plan = clinic.care.treatments[chosen]
        if takes_up(patient, now, clinic, log, plan, UPTAKE, APPROVAL):
            begin_line(patient, now, chosen)
            return book_course(
                patient, now, clinic, log, now + clinic.care.start_lead + plan.approval_minutes
            )
    return usual_care(patient, now, clinic, log)


def begin_line(patient: Patient, now: int, treatment: int) -> None:
    """Take up a treatment; what earlier treatments left behind does not carry over."""
    patient.treatment, patient.decided_at = treatment, now
    patient.is_tolerant, patient.is_barred = False, False
    patient.rehold, patient.dose, patient.interval_ratio = 1.0, 1.0, 1.0


def eligible_treatment(
    patient: Patient, now: int, clinic: Clinic, log: EventLog, treatment: int, route_to: int
) -> int:
    """Return the treatment the screening rules allow in a line, WAITS, or NO_TREATMENT."""
    plan = clinic.care.treatments[treatment]
    has = patient.conditions & ~patient.resolved
    if has & plan.route and not has & plan.exclude:
        reason = lowest_bit(has & plan.route)
        if route_to == NO_TREATMENT:
            return refuse(patient, now, log, treatment, reason)
        if patient.deferred_line != patient.line:
            record(log, now, patient.number, Event.ROUTED, route_to, patient.course, 0, reason)
        treatment, plan = route_to, clinic.care.treatments[route_to]
    barred = has & (plan.exclude | plan.route)
    if barred:
        return refuse(patient, now, log, treatment, lowest_bit(barred))
    pending = has & plan.defer
    was_deferred = patient.deferred_line == patient.line
    if pending and not was_deferred:
        patient.deferred_line = patient.line
        record(
            log, now, patient.number, Event.DEFERRED, treatment, patient.course, 0, lowest_bit(pending),
            0.0, 0.0, now + clinic.care.deferral,
        )  # fmt: skip
        return WAITS
    if pending:
        patient.resolved |= pending & patient.resolvable
        pending &= ~patient.resolvable
        if pending:
            return refuse(patient, now, log, treatment, lowest_bit(pending))
    record(log, now, patient.number, Event.ELIGIBLE, treatment, patient.course, 0, int(was_deferred))
    return treatment


def refuse(patient: Patient, now: int, log: EventLog, treatment: int, reason: int) -> int:
    """Note why a treatment is not possible; return NO_TREATMENT."""
    record(log, now, patient.number, Event.INELIGIBLE, treatment, patient.course, 0, reason)
    return NO_TREATMENT


def lowest_bit(bits: int) -> int:
    """Return the position of the lowest set bit."""
    position = 0
    while not bits & 1:
        bits >>= 1
        position += 1
    return position


def takes_up(
    patient: Patient, now: int, clinic: Clinic, log: EventLog, plan: TreatmentPlan, uptake: int, approval: int
) -> bool:
    """Return True when the patient accepts and the insurer approves; note a refusal of either."""
    draw = uniform(clinic.draws, patient.number, uptake, patient.line)
    chance = clinic.fates[patient.number, clinic.care.columns.acceptance + plan.number]
    if draw >= chance:
        record(log, now, patient.number, Event.DECLINED, plan.number, patient.course, 0, 0, draw, chance)
        return False
    draw = uniform(clinic.draws, patient.number, approval, patient.line)
    if draw >= plan.approval:
        record(
            log,
            now,
            patient.number,
            Event.NOT_APPROVED,
            plan.number,
            patient.course,
            0,
            0,
            draw,
            plan.approval,
        )
        return False
    return True


def usual_care(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Follow the natural course: no (further) treatment from this programme."""
    stop_getting_worse(patient, now, log)
    patient.treatment, patient.in_maintenance = NO_TREATMENT, False
    patient.rehold, patient.is_tolerant, patient.overdue_length = 1.0, False, 0
    patient.is_listed, patient.in_course = False, False
    record(log, now, patient.number, Event.USUAL_CARE, NO_TREATMENT, patient.course, 0)
    return wake_at(patient, now, clinic, NEVER, NOTHING)
