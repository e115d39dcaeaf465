"""Both clocks write the same log, to the bit: on every shipped scenario, and on generated ones of all kinds."""

from __future__ import annotations

import copy
import os
from importlib.util import find_spec
from types import ModuleType

import pytest
from as_shipped import STUDIES, scenarios_of, study
from builders import Tree, atom, curve, set_value, unequal_logs
from hypothesis import given, reject, settings
from varied_scenarios import varied_trees

from sim.domain.events import Event
from sim.domain.scenario import Scenario
from sim.engine.clocks import COMPILED
from sim.engine.records import USUAL, USUAL_NUMBERS, USUAL_RESOURCES, USUAL_SESSIONS
from sim.engine.simulate import _care_record, _policy_records, event_log, prepare
from sim.engine.widths import widths
from sim.scenario_io.shipped import names

ENOUGH_TO_QUEUE = 300


@pytest.mark.skipif("CI" not in os.environ, reason="an install by hand may do without Numba")
def test_the_gate_has_both_clocks() -> None:
    assert find_spec("numba") is not None


@pytest.mark.parametrize("name", names())
def test_both_clocks_write_the_same_logs_of_a_shipped_scenario(name: str, compiled_clock: ModuleType) -> None:
    before = len(compiled_clock.run_borrowed.signatures)
    variants = [scenario.with_changes({"run.n_patients": ENOUGH_TO_QUEUE}) for scenario in scenarios_of(name)]
    assert [unequal_logs(prepare(scenario, 1)) for scenario in variants] == [{}] * len(variants)
    assert len(compiled_clock.run_borrowed.signatures) == before  # nothing had to be compiled again


@pytest.mark.parametrize("name", STUDIES)
def test_both_clocks_write_the_same_logs_of_a_study(name: str, compiled_clock: ModuleType) -> None:
    before = len(compiled_clock.run_borrowed.signatures)
    assert unequal_logs(prepare(study(name).with_changes({"run.n_patients": 60}), 0)) == {}
    assert len(compiled_clock.run_borrowed.signatures) == before


@pytest.mark.slow
def test_both_clocks_write_the_same_logs_of_200_generated_scenarios(
    tiny_tree: Tree, compiled_clock: ModuleType
) -> None:
    before, told = len(compiled_clock.run_borrowed.signatures), set[int]()

    @settings(max_examples=200, derandomize=True)
    @given(tree=varied_trees(tiny_tree))
    def logs_are_equal(tree: Tree) -> None:
        try:
            prepared = prepare(Scenario.model_validate(tree), 0)
        except ValueError:
            reject()  # some clinics never open
        assert unequal_logs(prepared) == {}
        told.update(event_log(prepared, "three", COMPILED)["event"].tolist())

    logs_are_equal()
    assert [event.name for event in Event if event not in told] == []
    assert len(compiled_clock.run_borrowed.signatures) == before


@pytest.mark.slow
@pytest.mark.usefixtures("compiled_clock")
def test_both_clocks_write_the_same_logs_beyond_the_usual_lengths(tiny_tree: Tree) -> None:
    tree = beyond_usual_lengths(tiny_tree)
    prepared = prepare(Scenario.model_validate(tree), 0)
    assert widths(prepared.scenario).sessions > USUAL_SESSIONS
    assert unequal_logs(prepared) == {}
    log = event_log(prepared, "long", COMPILED)
    assert log["treatment"].max() == USUAL
    assert log["session"].max() > USUAL_NUMBERS
    assert log["reason"][log["event"] == Event.SESSION].max() >= 1 << USUAL


def beyond_usual_lengths(tree: Tree) -> Tree:
    """Return a scenario with more treatments, sessions, harms and resources than arrays have room for."""
    tree |= {"horizon_years": 2.5}
    tree["run"]["n_patients"] = 30
    chairs, infusion = tree["resources"]["chairs"], tree["treatments"]["infusion"]
    tree["resources"] = {f"garden_{number}": copy.deepcopy(chairs) for number in range(USUAL_RESOURCES)}
    tree["resources"]["chairs"] = chairs
    harm = infusion["harms"]["nausea"]
    infusion["harms"] = {f"harm_{number}": copy.deepcopy(harm) for number in range(USUAL + 1)}
    infusion["effect"]["onset"] = curve([0.5, 1], "ratio")
    infusion["tolerance"] = tree["treatments"]["infusion"]["tolerance"] | {"share": atom(1, "probability")}
    infusion["maintenance"]["steps"] = [{"interval": atom(2, "days")}]
    set_value(infusion, "induction.sessions", USUAL_NUMBERS + 1)
    set_value(infusion, "harms.harm_0.stops", 0)
    others = {
        f"tablets_{number}": copy.deepcopy(tree["treatments"]["tablets"]) for number in range(USUAL - 1)
    }
    infusion["effect"]["basis"] = "assessed"
    tree["treatments"] = {"tablets": tree["treatments"]["tablets"]} | others | {"infusion": infusion}
    lines = [{"treatment": "infusion"}, *({"treatment": name} for name in others)]
    tree["strategies"]["long"] = {"label": "Everything", "lines": lines}
    return tree


@pytest.mark.usefixtures("compiled_clock")
def test_rules_that_replications_share_stay_as_they_are() -> None:
    [scenario] = scenarios_of("small_clinic")
    small = scenario.with_changes({"run.n_patients": ENOUGH_TO_QUEUE})
    before = [_shared(small), *_first_logs(small)]
    event_log(prepare(small, 1), next(iter(small.strategies)), COMPILED)
    assert [_shared(small), *_first_logs(small)] == before


def _shared(scenario: Scenario) -> list[bytes]:
    policies = _policy_records(scenario).values()
    return [record.tobytes() for record in (_care_record(scenario), *policies)]


def _first_logs(scenario: Scenario) -> list[bytes]:
    prepared = prepare(scenario, 0)
    return [event_log(prepared, strategy, COMPILED).tobytes() for strategy in scenario.strategies]
