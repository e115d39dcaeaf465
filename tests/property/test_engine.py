"""What must hold for every log: order, conservation, common random numbers, capacity."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from builders import Tree, log_of, rows, set_value, unlimited, without_chance_events
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.events import Event, Outcome
from sim.domain.scenario import Scenario
from sim.engine.simulate import event_log, prepare

ENDS = (Event.DIED, Event.HORIZON)
small = st.floats(0.05, 0.95)


def varied(
    tree: Tree, *, response: float, dropout: float, missed: float, prone: float, units: int, seed: int
) -> Tree:
    set_value(tree, "treatments.infusion.effect.response", response / 3)
    set_value(tree, "treatments.infusion.dropout.per_maintenance_session", dropout / 5)
    set_value(tree, "care.session_no_show", missed / 4)
    set_value(tree, "treatments.infusion.tolerance.share", prone)
    tree["resources"]["chairs"]["units"] = units
    tree["run"] |= {"seed": seed, "n_patients": 60}
    return tree


@given(
    response=small,
    dropout=small,
    missed=small,
    prone=small,
    units=st.integers(1, 6),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_log_is_in_order_and_every_patient_enters_and_ends_once(
    tiny_tree: Tree, response: float, dropout: float, missed: float, prone: float, units: int, seed: int
) -> None:
    tree = varied(
        copy.deepcopy(tiny_tree),
        response=response,
        dropout=dropout,
        missed=missed,
        prone=prone,
        units=units,
        seed=seed,
    )
    log = log_of(tree, "infusion")
    assert (np.diff(log["time"]) >= 0).all()
    assert sorted(rows(log, Event.REFERRED)["patient"]) == list(range(60))
    ends = log[np.isin(log["event"], ENDS)]
    assert sorted(ends["patient"]) == list(range(60))
    last = {int(row["patient"]): int(row["event"]) for row in log}
    assert set(last.values()) <= set(ENDS)
    scores = rows(log, Event.SCORE)
    assert (scores["until"] >= scores["time"]).all()
    assert np.isfinite(scores["value"]).all()
    assert scores["value"].min() >= 0


@given(units=st.integers(1, 3), seed=st.integers(0, 2**32 - 1))
def test_no_day_holds_more_minutes_than_the_clinic_offers(tiny_tree: Tree, units: int, seed: int) -> None:
    tree = copy.deepcopy(tiny_tree)
    tree["resources"]["chairs"]["units"] = units
    tree["run"] |= {"seed": seed, "n_patients": 80}
    log = log_of(tree, "infusion")
    held = (
        Event.SCREENED,
        Event.SCREENING_MISSED,
        Event.PREPARED,
        Event.SESSION,
        Event.SESSION_MISSED,
        Event.INTEGRATED,
    )
    days = log[np.isin(log["event"], held)]["time"] // 1440
    used = np.bincount(days) * 60
    assert used.max() <= units * 480
    assert not used[5::7].any()


def strategy_logs(tree: Tree, strategies: list[str]) -> list[bytes]:
    scenario = Scenario.model_validate(tree)
    prepared = prepare(scenario, 1)
    names = list(scenario.treatments)
    logs = []
    for strategy in strategies:
        log = event_log(prepared, strategy)
        named = [names[number] if number >= 0 else "" for number in log["treatment"]]
        columns = [log[column].tobytes() for column in log.dtype.names if column != "treatment"]
        logs.append(b"".join(columns) + "".join(named).encode())
    return logs


KEPT = ["usual_care", "tablets", "infusion"]


def test_a_new_strategy_leaves_every_other_log_bit_identical(tiny_tree: Tree) -> None:
    before = strategy_logs(tiny_tree, KEPT)
    other = copy.deepcopy(tiny_tree["treatments"]["infusion"]) | {"label": "Another"}
    tiny_tree["treatments"] = {"another": other} | tiny_tree["treatments"]
    lines = {
        "label": "Another",
        "lines": [{"treatment": "another", "max_reinductions": 5}, {"treatment": "tablets"}],
    }
    tiny_tree["strategies"] = {"another": lines} | tiny_tree["strategies"]
    assert strategy_logs(tiny_tree, KEPT) == before


def test_a_new_adverse_event_of_one_treatment_leaves_the_others_bit_identical(tiny_tree: Tree) -> None:
    before = strategy_logs(tiny_tree, ["usual_care", "tablets"])
    harms = tiny_tree["treatments"]["infusion"]["harms"]
    tiny_tree["treatments"]["infusion"]["harms"] = {"headache": copy.deepcopy(harms["nausea"])} | harms
    assert strategy_logs(tiny_tree, ["usual_care", "tablets"]) == before


def test_a_new_adverse_event_that_stops_nobody_changes_only_the_harms_of_a_session(tiny_tree: Tree) -> None:
    before = log_of(tiny_tree, "infusion", 1)
    harm = copy.deepcopy(tiny_tree["treatments"]["infusion"]["harms"]["nausea"])
    set_value(harm, "stops", 0)
    tiny_tree["treatments"]["infusion"]["harms"]["headache"] = harm
    after = log_of(tiny_tree, "infusion", 1)
    for column in ("time", "patient", "event", "value", "target", "until"):
        assert np.array_equal(after[column], before[column])


def test_a_new_resource_and_a_new_condition_nobody_minds_leave_every_log_bit_identical(
    tiny_tree: Tree,
) -> None:
    before = strategy_logs(tiny_tree, KEPT)
    tiny_tree["resources"] = {"garden": copy.deepcopy(tiny_tree["resources"]["chairs"])} | tiny_tree[
        "resources"
    ]
    conditions = tiny_tree["population"]["conditions"]
    conditions["asthma"] = {
        "label": "asthma",
        "prevalence": copy.deepcopy(conditions["psychosis"]["prevalence"]),
    }
    assert strategy_logs(tiny_tree, KEPT) == before


@pytest.mark.parametrize("strategy", KEPT)
def test_unlimited_capacity_equals_very_large_capacity_patient_by_patient(
    tiny_tree: Tree, strategy: str
) -> None:
    tiny_tree["resources"]["chairs"]["units"] = 90_000
    large = log_of(tiny_tree, strategy)
    tiny_tree["resources"]["chairs"].pop("units")
    assert log_of(tiny_tree, strategy).tobytes() == large.tobytes()


def test_a_larger_cohort_leaves_the_first_patients_untouched_when_places_are_unlimited(
    tiny_tree: Tree,
) -> None:
    tree = unlimited(tiny_tree)
    few = log_of(tree, "infusion")
    tree["run"]["n_patients"] = 300
    many = log_of(tree, "infusion")
    assert many[many["patient"] < 200].tobytes() == few.tobytes()


def test_one_more_place_makes_nobody_wait_longer_in_a_single_first_come_stage(tiny_tree: Tree) -> None:
    tree = without_chance_events(tiny_tree)
    tree["population"]["arrivals"] = [{"from_day": 0, "per_week": 40}]
    tree["run"]["n_patients"] = 400
    for treatment in tree["treatments"].values():
        set_value(treatment, "uptake.accepts", 0)
    waits = []
    for units in (1, 2, 3):
        tree["resources"]["chairs"] |= {"units": units, "open_minutes": [180] * 5 + [0, 0]}
        screened = rows(log_of(tree, "infusion"), Event.SCREENED)
        wait = np.full(400, 2**60)
        wait[screened["patient"]] = screened["time"] - screened["until"]
        waits.append(wait)
    assert (waits[1] <= waits[0]).all()
    assert (waits[2] <= waits[1]).all()
    assert (waits[1] < waits[0]).any()


def test_a_higher_response_only_adds_responders(tiny_tree: Tree) -> None:
    tree = unlimited(tiny_tree)
    responders = []
    for response in (0.3, 0.4):
        set_value(tree, "treatments.infusion.effect.response", response)
        assessed = rows(log_of(tree, "infusion"), Event.ASSESSED, course=0)
        responders.append(set(assessed[assessed["reason"] >= Outcome.RESPONSE]["patient"].tolist()))
    assert responders[0] < responders[1]
