"""The record of one patient during a run: attributes, fixed before, and state, changed by visits only.

The visits read and write plain attributes, so that a row of a structured array can take the place of this
object in compiled code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.engine.luck import Luck


@dataclass(slots=True)
class Patient:
    """One patient; times in minutes, -1 where a number means "none"."""

    # Attributes and luck, fixed before the clock starts.
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
    # What is left of thresholds.
    suicide_left: float
    natural_left: float
    relapse_left: float = 0.0
    # The same when the present wake-up was planned, should it be planned anew.
    planned_at: int = 0
    suicide_before: float = 0.0
    natural_before: float = 0.0
    relapse_before: float = 0.0
    wake: int = 0
    # Where in the programme.
    pathway: int = 0
    planned_visit: int = 0
    state: int = 0
    line: int = -1
    treatment: int = -1
    course: int = -1
    session: int = 0
    target_sessions: int = 0
    line_sessions: int = 0
    sessions_held: int = 0
    misses: int = 0
    screening_misses: int = 0
    screenings: int = 0
    reinductions: int = 0
    episode: int = 0
    natural_episode: int = 0
    deferred_line: int = -1
    changed_line: int = -1
    resolved: int = 0
    extended: bool = False
    has_left: bool = False
    is_listed: bool = False
    in_course: bool = False
    is_barred: bool = False
    integrated_session: int = -1
    in_maintenance: bool = False
    is_tolerant: bool = False
    is_firm: int = 0
    maintained: int = 0
    maintenance_since: int = 0
    dose: float = 1.0
    interval_ratio: float = 1.0
    rehold: float = 1.0
    # Appointments.
    decided_at: int = 0
    course_start_day: int = -1
    last_day: int = -1
    wished_day: int = -1
    booked_day: int = -1
    booked_visit: int = 0
    gives_up_at: int = 0
    gets_worse: bool = False
    next_at: int = 0
    next_visit: int = 0
    # Response and its protection.
    responded_at: int = 0
    overdue_after: int = 0
    overdue_length: int = 0
    # The score's present stretch.
    score_from: float = 0.0
    score_target: float = 0.0
    score_since: int = 0
    score_until: int = 0


def admit(cohort: Cohort, luck: Luck, horizon_minutes: int) -> list[Patient]:
    """Return one record per patient, with luck attached and state at referral."""
    columns = at_referral(cohort, luck, horizon_minutes)
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [Patient(**dict(zip(columns, row, strict=True))) for row in rows]


def at_referral(cohort: Cohort, luck: Luck, horizon_minutes: int) -> dict[str, NDArray[Any]]:
    """Return what differs between patients when they are referred, by attribute, one element per patient."""
    return {
        "number": np.arange(cohort.n_patients),
        "referral": cohort.referral_minutes,
        "wake": cohort.referral_minutes,
        "horizon": cohort.referral_minutes + horizon_minutes,
        "severity": cohort.severity,
        "conditions": cohort.conditions,
        "resolvable": luck.resolvable,
        "allocation": luck.allocation,
        "tolerance_luck": luck.tolerance,
        "speed": luck.speed,
        "background_death": luck.background_death,
        "suicide_left": luck.suicide_threshold,
        "natural_left": luck.first_natural_threshold,
    }
