"""The depression score as a path of straight stretches: where it is now, where it moves to."""

from __future__ import annotations

from sim.domain.events import Event
from sim.engine.event_log import EventLog, record
from sim.engine.patient import Patient


def score_now(patient: Patient, now: int) -> float:
    """Return the score at a time, straight between the ends of the present stretch."""
    if now >= patient.score_until:
        return patient.score_target
    part = (now - patient.score_since) / (patient.score_until - patient.score_since)
    return patient.score_from + (patient.score_target - patient.score_from) * part


def move_score(patient: Patient, now: int, target: float, until: int, log: EventLog) -> None:
    """Let the score move in a straight line to a target, from now on."""
    patient.score_from = score_now(patient, now)
    patient.score_since, patient.score_target, patient.score_until = now, target, until
    record(
        log, now, patient.number, Event.SCORE, patient.treatment, patient.course, patient.session,
        0, patient.score_from, target, until,
    )  # fmt: skip
