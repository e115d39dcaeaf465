"""The kinds of appointment of a scenario, numbered, and what each takes from every resource.

Screening, preparation and integration visits come first, then the sessions of each treatment.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.domain.clinic import Visit
from sim.domain.events import Event
from sim.domain.remembered import remembered
from sim.domain.scenario import Scenario
from sim.outcomes.follow_up import day_of
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.totals import counts

SCREENING, PREPARATION, INTEGRATION, FIRST_SESSION = range(4)
_KIND_OF_EVENT = {
    Event.SCREENED: SCREENING,
    Event.SCREENING_MISSED: SCREENING,
    Event.PREPARED: PREPARATION,
    Event.INTEGRATED: INTEGRATION,
}


def visits_by_kind(scenario: Scenario) -> list[Visit | None]:
    """Return the visit of each kind; None where the programme has none."""
    care = scenario.care
    sessions = [treatment.session for treatment in scenario.treatments.values()]
    return [care.screening, care.preparation, care.integration, *sessions]


@remembered
def needs_by_kind(scenario: Scenario) -> FloatArray:
    """Return the minutes a visit of each kind takes of each resource, shape (n_resources, n_kinds)."""
    needs = [visit.whole_minutes if visit else {} for visit in visits_by_kind(scenario)]
    minutes = [[need.get(name, 0) for need in needs] for name in scenario.resources]
    return np.array(minutes, dtype=np.float64).reshape(len(scenario.resources), len(needs))


def needs_of(scenario: Scenario, names: Sequence[str]) -> FloatArray:
    """Return the minutes a visit of each kind takes from some resources, shape (n_names, n_kinds)."""
    order = list(scenario.resources)
    return needs_by_kind(scenario)[[order.index(name) for name in names]]


def visits_by_day(history: History, n_treatments: int, n_days: int) -> tuple[FloatArray, FloatArray]:
    """Count appointments, missed ones included, by kind and by the day they were, and were wished to be.

    Parameters
    ----------
    history : History
        Events by patient.
    n_treatments : int
        Treatments of the scenario.
    n_days : int
        Days from day 0 to the end of follow-up.

    Returns
    -------
    tuple of ndarray, shape (n_kinds, n_days)
        By the day held or missed, and by the wished day.
    """
    rows = [history.rows_of[event] for event in _KIND_OF_EVENT]
    kinds = np.repeat(list(_KIND_OF_EVENT.values()), [len(chosen) for chosen in rows])
    sessions = np.concatenate([history.rows_of[Event.SESSION], history.rows_of[Event.SESSION_MISSED]])
    kind = np.concatenate([kinds, FIRST_SESSION + history.treatment[sessions]])
    chosen = np.concatenate([*rows, sessions])
    shape = (FIRST_SESSION + n_treatments, n_days)

    def by_day(minutes: IntArray) -> FloatArray:
        return counts(kind * n_days + day_of(minutes, n_days), shape[0] * n_days).reshape(shape)

    return by_day(history.time[chosen]), by_day(history.until[chosen])
