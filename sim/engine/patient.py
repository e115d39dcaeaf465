"""The record of one patient during a run: luck, fixed before, and state, changed by visits only.

The visits read and write plain attributes, so that a row of a structured array can take the
place of this object in compiled code.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.domain.cohort import Cohort
from sim.engine.luck import Luck

Row = Sequence[float]


class Patient:
    """One patient; times in minutes, -1 where a number means "none"."""

    __slots__ = (
        "acceptance",
        "allocation",
        "approval_luck",
        "background_death",
        "booked_day",
        "booked_visit",
        "conditions",
        "course",
        "course_patience",
        "course_start_day",
        "decided_at",
        "deferred_line",
        "dose",
        "dropout_luck",
        "episode",
        "extended",
        "frailty",
        "harm_luck",
        "harm_stop_luck",
        "has_left",
        "horizon",
        "improvement",
        "in_course",
        "in_maintenance",
        "integrated_session",
        "interval_ratio",
        "is_barred",
        "is_firm",
        "is_listed",
        "is_tolerant",
        "last_day",
        "line",
        "line_sessions",
        "maintained",
        "maintenance_since",
        "misses",
        "natural_episode",
        "natural_improvement",
        "natural_left",
        "natural_threshold",
        "no_show_luck",
        "number",
        "overdue_after",
        "overdue_length",
        "pathway",
        "planned_visit",
        "rebooks_luck",
        "referral",
        "rehold",
        "reinductions",
        "relapse_left",
        "relapse_threshold",
        "resolvable",
        "resolved",
        "responded_at",
        "score_from",
        "score_since",
        "score_target",
        "score_until",
        "screening_no_show_luck",
        "screening_patience",
        "screening_rebooks_luck",
        "screenings",
        "session",
        "session_death_luck",
        "sessions_held",
        "severity",
        "speed",
        "state",
        "suicide_left",
        "target_sessions",
        "tolerance_luck",
        "treatment",
        "uptake_luck",
        "wished_day",
    )  # fmt: skip

    # Luck and attributes, fixed before the clock starts.
    number: int
    referral: int
    horizon: int
    severity: float
    conditions: int
    resolvable: int
    allocation: float
    tolerance_luck: float
    speed: float
    background_death: int
    screening_no_show_luck: Row
    screening_rebooks_luck: Row
    screening_patience: Row
    course_patience: Row
    uptake_luck: Row
    acceptance: Row
    approval_luck: Row
    improvement: memoryview
    natural_improvement: Row
    natural_threshold: Row
    relapse_threshold: Row
    frailty: Row
    no_show_luck: Row
    rebooks_luck: Row
    dropout_luck: Row
    session_death_luck: Row
    harm_luck: memoryview
    harm_stop_luck: Row

    def __init__(self) -> None:
        self.pathway = 0
        self.planned_visit = 0
        self.state = 0
        self.line = -1
        self.treatment = -1
        self.course = -1
        self.session = 0
        self.target_sessions = 0
        self.line_sessions = 0
        self.sessions_held = 0
        self.misses = 0
        self.screenings = 0
        self.reinductions = 0
        self.episode = 0
        self.natural_episode = 0
        self.deferred_line = -1
        self.resolved = 0
        self.extended = False
        self.has_left = False
        self.is_listed = False
        self.in_course = False
        self.is_barred = False
        self.integrated_session = -1
        self.in_maintenance = False
        self.is_tolerant = False
        self.is_firm = 0
        self.maintained = 0
        self.maintenance_since = 0
        self.dose = 1.0
        self.interval_ratio = 1.0
        self.rehold = 1.0
        self.decided_at = 0
        self.course_start_day = -1
        self.last_day = -1
        self.wished_day = -1
        self.booked_day = -1
        self.booked_visit = 0
        self.responded_at = 0
        self.overdue_after = 0
        self.overdue_length = 0
        self.relapse_left = 0.0
        self.natural_left = 0.0
        self.suicide_left = 0.0
        self.score_from = 0.0
        self.score_target = 0.0
        self.score_since = 0
        self.score_until = 0


LuckRows = dict[str, list[memoryview]]
"""Attribute of a patient → one row of luck for each patient."""


def luck_rows(luck: Luck) -> LuckRows:
    """Return views of each patient's rows of luck that yield plain floats; no number is copied."""
    return {
        attribute: [memoryview(row) for row in np.ascontiguousarray(getattr(luck, name))]
        for attribute, name in LUCK_NAMES.items()
    }


def admit(cohort: Cohort, luck: Luck, rows: LuckRows, horizon_minutes: int) -> list[Patient]:
    """Return one record per patient, with luck attached and state at referral."""
    columns = zip(
        cohort.referral_minutes.tolist(), cohort.severity.tolist(), cohort.conditions.tolist(),
        luck.resolvable.tolist(), luck.allocation.tolist(), luck.tolerance.tolist(),
        luck.background_death.tolist(), luck.suicide_threshold.tolist(), luck.speed.tolist(), strict=True,
    )  # fmt: skip
    patients = []
    for number, (
        referral,
        severity,
        conditions,
        resolvable,
        allocation,
        tolerance,
        death,
        suicide,
        speed,
    ) in enumerate(columns):
        patient = Patient()
        patient.number = number
        patient.referral = referral
        patient.horizon = referral + horizon_minutes
        patient.severity = severity
        patient.conditions = conditions
        patient.resolvable = resolvable
        patient.allocation = allocation
        patient.tolerance_luck = tolerance
        patient.background_death = death
        patient.suicide_left = suicide
        patient.speed = speed
        for attribute, row in rows.items():
            setattr(patient, attribute, row[number])
        patient.natural_left = patient.natural_threshold[0]
        patients.append(patient)
    return patients


LUCK_NAMES = {
    "screening_no_show_luck": "screening_no_show",
    "screening_rebooks_luck": "screening_rebooks",
    "screening_patience": "screening_patience",
    "course_patience": "course_patience",
    "uptake_luck": "uptake",
    "acceptance": "acceptance",
    "approval_luck": "approval",
    "improvement": "improvement",
    "natural_improvement": "natural_improvement",
    "natural_threshold": "natural_threshold",
    "relapse_threshold": "relapse_threshold",
    "frailty": "frailty",
    "no_show_luck": "session_no_show",
    "rebooks_luck": "session_rebooks",
    "dropout_luck": "session_dropout",
    "session_death_luck": "session_death",
    "harm_luck": "harm",
    "harm_stop_luck": "harm_stop",
}
"""Attribute of a patient → array of `Luck` it is a row of."""
