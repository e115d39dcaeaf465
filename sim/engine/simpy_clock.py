"""The reference clock: one SimPy process per patient. The only module that speaks SimPy."""

from __future__ import annotations

import gc
from collections.abc import Generator, Sequence

import simpy

from sim.domain.events import NEVER
from sim.engine.calling import call_patients
from sim.engine.event_log import EventLog
from sim.engine.hazards import Clinic
from sim.engine.patient import Patient
from sim.engine.visits import visit
from sim.units import MINUTES_PER_DAY

FIRST_PRIORITY = 2
"""SimPy keeps 0 and 1 for its own urgent and normal events."""


class WakeUp(simpy.Event):
    """A timeout whose ties are broken by patient number, so that every clock agrees on the order."""

    def __init__(self, env: simpy.Environment, delay: int, patient: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, priority=FIRST_PRIORITY + patient, delay=delay)  # type: ignore[arg-type]


class Morning(simpy.Event):
    """A timeout that comes before all patients' wake-ups of the same minute."""

    def __init__(self, env: simpy.Environment, delay: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, priority=FIRST_PRIORITY - 1, delay=delay)  # type: ignore[arg-type]


def follow(
    env: simpy.Environment, patient: Patient, clinic: Clinic, log: EventLog
) -> Generator[simpy.Event, None, None]:
    """Wake the patient for one visit after another until nothing is left to do.

    A call from the waiting list interrupts: the patient is then woken at once, in turn with others.
    """
    wake = patient.referral
    while wake != NEVER:
        try:
            yield WakeUp(env, wake - int(env.now), patient.number)
        except simpy.Interrupt:
            wake = int(env.now)
            continue
        wake = visit(patient, wake, clinic, log)


def call_each_morning(
    env: simpy.Environment, patients: Sequence[Patient], processes: Sequence[simpy.Process], clinic: Clinic
) -> Generator[simpy.Event, None, None]:
    """Call patients from the waiting list on every day of the books."""
    for day in range(clinic.books.rules.n_days):
        yield Morning(env, day * MINUTES_PER_DAY - int(env.now))
        call_patients(patients, clinic, day)
        for position in range(clinic.waiting.state.n_called):
            processes[clinic.waiting.slots[position].called].interrupt()


def run_clock(patients: Sequence[Patient], clinic: Clinic) -> EventLog:
    """Run all patients to the end of their follow-up and return the log.

    Parameters
    ----------
    patients : sequence of Patient
        Records as `sim.engine.patient.admit` makes them; they are used up.
    clinic : Clinic
        The clinic they share.

    Returns
    -------
    list of tuple
        Events in order of time, ties by patient number.
    """
    env, log = simpy.Environment(), EventLog()
    was_collecting = gc.isenabled()
    gc.disable()  # millions of small live objects make each collection costly, and none is garbage
    try:
        processes = [env.process(follow(env, patient, clinic, log)) for patient in patients]
        if clinic.care.has_waiting_list:
            env.process(call_each_morning(env, patients, processes, clinic))
        env.run()
    finally:
        if was_collecting:
            gc.enable()
    return log
