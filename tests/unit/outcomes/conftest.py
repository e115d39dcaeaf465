"""Fixtures for literal logs: rows in words, a cohort of equal patients, helpers-free histories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.domain.cohort import Cohort
from sim.domain.events import LOG_DTYPE, NO_TREATMENT, Event
from sim.outcomes.history import History, read_history

MINUTES_PER_DAY = 1440
Row = tuple[Any, ...]


def _log(rows: list[Row]) -> np.ndarray:
    """Build a log of (day, patient, event, columns) rows; ``until`` is given in days too."""
    log = np.zeros(len(rows), dtype=LOG_DTYPE)
    log["treatment"] = NO_TREATMENT
    for position, (day, patient, event, *columns) in enumerate(rows):
        log[position]["time"] = round(day * MINUTES_PER_DAY)
        log[position]["patient"] = patient
        log[position]["event"] = event
        for name, value in (columns[0] if columns else {}).items():
            log[position][name] = round(value * MINUTES_PER_DAY) if name == "until" else value
    return log[np.argsort(log["time"], kind="stable")]


@pytest.fixture
def make_log() -> Callable[[list[Row]], np.ndarray]:
    """Return a function from rows (day, patient, event, {column: value}) to a log in order of time."""
    return _log


@pytest.fixture
def make_history() -> Callable[[list[Row]], History]:
    """Return a function from rows to a history."""

    def make(rows: list[Row]) -> History:
        return read_history(_log(rows), max(row[1] for row in rows) + 1)

    return make


@pytest.fixture
def make_cohort() -> Callable[..., Cohort]:
    """Return a function that makes equal patients who live 15 miles from the clinic."""

    def make(n_patients: int, *, referral_days: list[float] | None = None) -> Cohort:
        days = np.zeros(n_patients) if referral_days is None else np.array(referral_days)
        return Cohort(
            referral_minutes=np.round(days * MINUTES_PER_DAY).astype(np.int64),
            age_years=np.full(n_patients, 40.0),
            is_female=np.zeros(n_patients, dtype=np.bool_),
            severity=np.full(n_patients, 30.0),
            failed_trials=np.full(n_patients, 3),
            distance_miles=np.full(n_patients, 15.0),
            payer=np.zeros(n_patients, dtype=np.int64),
            conditions=np.zeros(n_patients, dtype=np.int64),
        )

    return make


@pytest.fixture
def infusion_course() -> list[Row]:
    """Return one patient's life: two infusions, remission, relapse after 60 days, followed for 100 days."""
    infusion = {"treatment": 1}
    return [
        (0, 0, Event.REFERRED, {"value": 30.0, "target": 2.0}),
        (0, 0, Event.SCORE, {"value": 30.0, "target": 30.0}),
        (7.4, 0, Event.SCREENED, {"until": 7}),
        (7.4, 0, Event.ELIGIBLE, infusion),
        (10.4, 0, Event.PREPARED, {"until": 10}),
        (14.4, 0, Event.COURSE_STARTED, infusion | {"until": 7}),
        (14.4, 0, Event.SESSION, infusion | {"value": 1.0, "reason": 1, "until": 12}),
        (14.4, 0, Event.SCORE, {"value": 30.0, "target": 20.0, "until": 15.4}),
        (18.4, 0, Event.SESSION_MISSED, infusion | {"until": 18}),
        (19.4, 0, Event.SESSION, infusion | {"value": 1.5, "session": 1, "until": 19}),
        (19.4, 0, Event.SCORE, {"value": 20.0, "target": 5.0, "until": 20.4}),
        (22.4, 0, Event.INTEGRATED, {"until": 22}),
        (24.4, 0, Event.ASSESSED, infusion | {"value": 5.0, "target": 0.83, "reason": 3}),
        (60.4, 0, Event.RELAPSED, infusion | {"value": 5.0}),
        (60.4, 0, Event.SCORE, {"value": 5.0, "target": 30.0, "until": 88.4}),
        (74.4, 0, Event.USUAL_CARE),
        (100, 0, Event.HORIZON),
    ]
