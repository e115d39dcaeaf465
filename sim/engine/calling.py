"""Mornings of a clinic with a waiting list: give out the places of the day."""

from __future__ import annotations

from collections.abc import Sequence

from sim.engine.appointments import first_free_day
from sim.engine.booking import needs_of, take_place
from sim.engine.hazards import Clinic, wake_at
from sim.engine.patient import Patient
from sim.engine.waiting_list import NOT_LISTED, NUMBERS, first_kind, leave_list
from sim.units import MINUTES_PER_DAY


def call_patients(patients: Sequence[Patient], clinic: Clinic, day: int) -> None:
    """Call as many as the day has room for, and note them in the list; their visits are today.

    Who would cancel ahead says so when called, and the place goes to the next.
    """
    waiting, now = clinic.waiting, day * MINUTES_PER_DAY
    waiting.state.n_called = 0
    for kind in range(waiting.state.n_kinds):
        waiting.state.is_full[kind] = 0
    kind = first_kind(waiting)
    while kind != NOT_LISTED:
        patient = patients[waiting.slots[0].keys[kind] % NUMBERS]
        visit = patient.booked_visit
        needs = needs_of(patient, clinic, visit)
        if first_free_day(clinic.books, needs, day, day) != day:
            waiting.state.is_full[kind] = 1
        else:
            leave_list(waiting, kind, patient.number)
            wake_now(patient, now, clinic, take_place(patient, clinic, visit, day))
            waiting.slots[waiting.state.n_called].called = patient.number
            waiting.state.n_called += 1
        kind = first_kind(waiting)


def wake_now(patient: Patient, now: int, clinic: Clinic, visit: int) -> None:
    """Plan a visit for now in place of the wake-up that was planned for later.

    Thresholds were used up until then; they are set back and used up until now.
    """
    patient.relapse_left, patient.natural_left = patient.relapse_before, patient.natural_before
    patient.suicide_left = patient.suicide_before
    wake_at(patient, patient.planned_at, clinic, now, visit)
