"""Waits that were cut short: wished days worked out from the rules must be those that the engine booked."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sim.domain.events import Event, Leaving
from sim.domain.scenario import Scenario
from sim.engine.simulate import simulate_strategy
from sim.outcomes.history import read_history
from sim.outcomes.pending import pending_of
from sim.outcomes.service import service_of
from sim.units import MINUTES_PER_DAY

N_DAYS = 1_000
APPOINTMENTS = (
    Event.SCREENED, Event.SCREENING_MISSED, Event.PREPARED, Event.SESSION, Event.SESSION_MISSED,
    Event.CANCELLED,
)  # fmt: skip
BEYOND_PATIENCE = (
    Leaving.WAITING_FOR_SCREENING, Leaving.WAITING_FOR_TREATMENT, Leaving.WAITING_FOR_SESSION,
)  # fmt: skip
CUTTING = (Event.IMPROVED_NATURALLY, Event.RELAPSED, Event.DIED, Event.HORIZON)


def atom(value, unit):
    return {
        "value": value, "unit": unit, "source": "assumption", "grade": "assumption", "note": "illustrative",
        "range": [value / 2, value],
    }  # fmt: skip


@pytest.fixture
def busy_tree(tiny_tree):
    """Return a clinic with queues in which whatever ends a wait or moves a wished day happens."""
    tiny_tree["resources"]["chairs"]["units"] = 1.5
    tiny_tree["run"]["n_patients"] = 300
    tiny_tree["care"]["session_no_show"] = atom(0.2, "probability")
    tiny_tree["care"]["cancels"] = atom(0.5, "probability")
    tiny_tree["care"]["cancel_notice"] = atom(2, "days")
    tiny_tree["illness"]["natural"]["improvement_hazard"] = atom(2, "per year")
    tiny_tree["illness"]["mortality"]["suicide"]["depressed"] = atom(0.2, "per year")
    infusion = tiny_tree["treatments"]["infusion"]
    infusion["induction"]["extension_sessions"] = atom(2, "sessions")
    infusion["uptake"]["approval"] = atom(0.9, "probability")
    infusion["uptake"]["approval_days"] = atom(9, "days")
    infusion["tolerance"]["share"] = atom(0.9, "probability")
    infusion["tolerance"]["after_sessions"] = atom(3, "sessions")
    return tiny_tree


def truncated(log, day):
    """Return a log as if the follow-up of all patients had ended in the middle of a day."""
    moment = day * MINUTES_PER_DAY + MINUTES_PER_DAY // 2
    kept = log[log["time"] < moment]
    gone = kept["patient"][np.isin(kept["event"], [Event.DIED, Event.HORIZON])]
    ends = np.zeros(len(np.setdiff1d(kept["patient"], gone)), dtype=log.dtype)
    ends["time"], ends["patient"] = moment, np.setdiff1d(kept["patient"], gone)
    ends["event"], ends["treatment"] = Event.HORIZON, -1
    return np.concatenate([kept, ends])


def came_next(log, n_patients, day):
    """Return by patient the event of the next appointment after a day, and the wished day it had."""
    service = service_of(read_history(log, n_patients))
    steps = np.arange(len(service.rows))
    found = {}
    for step in steps[service.time(steps) >= day * MINUTES_PER_DAY + MINUTES_PER_DAY // 2][::-1]:
        event, patient = Event(int(service.event[step])), int(service.patient(steps[step : step + 1])[0])
        row = service.rows[step]
        if event in APPOINTMENTS:
            found[patient] = (event, service.history.until[row] // MINUTES_PER_DAY)
        elif event == Event.DROPPED_OUT and service.history.reason[row] in BEYOND_PATIENCE:
            waited = service.history.value[row] * MINUTES_PER_DAY
            found[patient] = (event, round(service.history.time[row] - waited) // MINUTES_PER_DAY)
        elif event not in {Event.COURSE_STARTED, Event.ELIGIBLE}:
            found[patient] = (event, None)
    return found


@pytest.mark.parametrize("has_list", [False, True])
def test_wished_days_of_cut_waits_are_those_the_engine_would_have_booked(busy_tree, has_list):
    if has_list:
        busy_tree["care"]["waiting_list"] = {"order": []}
    scenario = Scenario.model_validate(busy_tree)
    log, cohort = simulate_strategy(scenario, "infusion", 0)
    compared, kinds = Counter(), set(log["event"].tolist())
    assert {Event.EXTENDED, Event.INTERVAL_SHORTENED, Event.INTEGRATED, Event.CANCELLED} <= kinds
    for day in range(5, 340, 4):
        cut_log = truncated(log, day)
        service = service_of(read_history(cut_log, cohort.n_patients))
        pending = pending_of(service, scenario, N_DAYS)
        coming = came_next(log, cohort.n_patients, day)
        predicted = {}
        for name in ("screening", "start", "induction", "maintenance"):
            cut = getattr(pending, name)
            of_horizon = service.event[cut.steps] == Event.HORIZON
            late = of_horizon & (service.time(cut.steps) == day * MINUTES_PER_DAY + MINUTES_PER_DAY // 2)
            chosen = cut.among(late & (cut.days >= 0))
            predicted |= {
                int(patient): (name, int(wished))
                for patient, wished in zip(service.patient(chosen.steps), chosen.wished, strict=True)
            }
        for patient, (event, wished) in coming.items():
            if wished is not None and wished <= day:
                assert predicted[patient][1] == wished, (day, patient, event, predicted[patient])
                compared[predicted[patient][0]] += 1
        strangers = {patient for patient in predicted if patient not in coming}
        assert not strangers
        assert {coming[p][0] for p in predicted if coming[p][1] is None} <= set(CUTTING)
    assert all(compared[step] > 50 for step in ("screening", "start", "induction", "maintenance")), compared
