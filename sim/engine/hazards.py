"""What can befall a patient between visits: relapse, spontaneous response, death, end of follow-up.

Each hazard runs against a unit-exponential threshold fixed before the clock (its frailty
included), over stretches of constant hazard, so that only + - x / and comparisons are needed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.domain.events import NEVER, NO_TREATMENT
from sim.engine.appointments import Books
from sim.engine.draws import Draws
from sim.engine.patient import Patient
from sim.engine.plan import CarePlan, Policy, TreatmentPlan
from sim.engine.waiting_list import WaitingList

DEPRESSED, RESPONDING, REMITTED = 0, 1, 2
RAMP_STEPS = 4
"""Stretches of constant protection while a maintenance session is overdue."""

REFERRAL, SCREENING, PREPARATION, SESSION, INTEGRATION, ASSESSMENT = 0, 1, 2, 3, 4, 5
RELAPSE, RELAPSE_NOTICED, GIVING_UP, NATURAL_IMPROVEMENT = 6, 7, 8, 9
SUICIDE, BACKGROUND_DEATH, HORIZON, NOTHING = 10, 11, 12, 13
CANCELLATION, LISTING, WORSENING = 14, 15, 16


@dataclass(frozen=True, slots=True)
class Clinic:
    """Everything a visit may look at besides the patient.

    Parameters
    ----------
    care : CarePlan
        Rules of the programme, illness and treatments.
    policy : Policy
        Pathways of the strategy.
    books : Books
        Appointment books, shared by all patients of the strategy.
    waiting : WaitingList
        Who waits to be called, where nobody is booked ahead.
    fates : memoryview
        Luck by patient and column, see `sim.engine.widths.Columns`.
    draws : Draws
        Draws that recur, by patient, purpose and occurrence.
    """

    care: CarePlan
    policy: Policy
    books: Books
    waiting: WaitingList
    fates: memoryview
    draws: Draws


def plan_of(patient: Patient, clinic: Clinic) -> TreatmentPlan:
    """Return the plan of the patient's present treatment, or of the natural course."""
    if patient.treatment == NO_TREATMENT:
        return clinic.care.treatments[clinic.care.natural]
    return clinic.care.treatments[patient.treatment]


def wake_at(patient: Patient, now: int, clinic: Clinic, planned: int, visit: int) -> int:
    """Plan the next visit and return the next wake-up: the visit, or what comes before it.

    Uses up the thresholds of relapse, spontaneous response and suicide until then.
    """
    if clinic.care.has_waiting_list:
        patient.planned_at, patient.suicide_before = now, patient.suicide_left
        patient.natural_before, patient.relapse_before = patient.natural_left, patient.relapse_left
    wake, patient.planned_visit = planned, visit
    if patient.horizon <= wake:
        wake, patient.planned_visit = patient.horizon, HORIZON
    if patient.background_death < wake:
        wake, patient.planned_visit = max(patient.background_death, now), BACKGROUND_DEATH
    if patient.state != DEPRESSED:
        relapse = relapse_before(patient, now, wake, clinic)
        if relapse < wake:
            wake, patient.planned_visit = relapse, RELAPSE
    elif not patient.in_course:
        improvement = improvement_before(patient, now, wake, clinic)
        if improvement < wake:
            wake, patient.planned_visit = improvement, NATURAL_IMPROVEMENT
    rate = clinic.care.suicide[patient.state]
    used = rate * (wake - now)
    if patient.suicide_left < used:
        wake, patient.planned_visit = min(now + int(patient.suicide_left / rate) + 1, wake), SUICIDE
    patient.suicide_left -= used
    return wake


def improvement_before(patient: Patient, start: int, stop: int, clinic: Clinic) -> int:
    """Return the minute of a spontaneous response between start and stop, or NEVER."""
    used = clinic.care.natural_hazard * (stop - start)
    if patient.natural_left < used:
        minute = start + int(patient.natural_left / clinic.care.natural_hazard) + 1
        patient.natural_left = 0.0
        return minute
    patient.natural_left -= used
    return NEVER


def relapse_before(patient: Patient, start: int, stop: int, clinic: Clinic) -> int:
    """Return the minute of relapse between start and stop, or NEVER; uses up the threshold."""
    plan = plan_of(patient, clinic)
    frailty = clinic.fates[patient.number, clinic.care.columns.frailty + plan.number]
    scale = frailty * patient.rehold * plan.relative_hazard[patient.is_firm]
    time = start
    while time < stop:
        piece = hazard_piece(plan, time - patient.responded_at)
        end = stop
        if piece + 1 < plan.n_hazards:
            end = min(end, patient.responded_at + plan.hazard_start[piece + 1])
        end = min(end, protection_changes(patient, time))
        rate = plan.hazard[piece] * scale * protection(patient, plan, time)
        used = rate * (end - time)
        if patient.relapse_left < used:
            minute = min(time + int(patient.relapse_left / rate) + 1, end)
            patient.relapse_left = 0.0
            return minute
        patient.relapse_left -= used
        time = end
    return NEVER


def hazard_piece(plan: TreatmentPlan, since: int) -> int:
    """Return the position of the stretch of hazard at a time since response."""
    piece = 0
    while piece + 1 < plan.n_hazards and plan.hazard_start[piece + 1] <= since:
        piece += 1
    return piece


def protection(patient: Patient, plan: TreatmentPlan, time: int) -> float:
    """Return the hazard ratio that maintenance gives at a time.

    Full protection while on time; it fades to none over one overdue interval. In those whose
    tolerance showed, only what the clinic's answer restored is left.
    """
    if patient.overdue_length == 0:
        return 1.0
    ratio = plan.protection[patient.is_firm]
    if patient.is_tolerant:
        ratio = 1.0 - plan.restores * (1.0 - ratio)
    if time < patient.overdue_after:
        return ratio
    step = (time - patient.overdue_after) * RAMP_STEPS // patient.overdue_length
    if step >= RAMP_STEPS:
        return 1.0
    return ratio + (1.0 - ratio) * (2 * step + 1) / (2 * RAMP_STEPS)


def protection_changes(patient: Patient, time: int) -> int:
    """Return the next time at which the protection of maintenance changes, or NEVER."""
    if patient.overdue_length == 0:
        return NEVER
    if time < patient.overdue_after:
        return patient.overdue_after
    step = (time - patient.overdue_after) * RAMP_STEPS // patient.overdue_length
    if step >= RAMP_STEPS:
        return NEVER
    return patient.overdue_after + ((step + 1) * patient.overdue_length + RAMP_STEPS - 1) // RAMP_STEPS
