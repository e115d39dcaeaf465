"""Both clocks write the same log, to the bit: on every shipped scenario, and on generated ones of all kinds."""

from __future__ import annotations

import os
from importlib.util import find_spec
from types import ModuleType

import pytest
from builders import Tree, atom, curve, set_value, unequal_logs
from hypothesis import given, reject, settings
from varied_scenarios import varied_trees

from sim import load_all
from sim.domain.events import Event
from sim.domain.scenario import Scenario
from sim.engine.clocks import COMPILED, SIMPY
from sim.engine.records import USUAL, USUAL_NUMBERS, USUAL_SESSIONS
from sim.engine.simulate import event_log, prepare
from sim.engine.widths import widths
from sim.scenario_io.shipped import names, validation_directory

ENOUGH_TO_QUEUE = 300
STUDIES = sorted(path.stem for path in validation_directory().glob("*.yaml") if path.stem != "targets")


def with_patients(scenario: Scenario, n_patients: int) -> Scenario:
    return scenario.with_changes({"run.n_patients": n_patients})


@pytest.mark.skipif("CI" not in os.environ, reason="where tests are installed by hand Numba may be missing")
def test_the_gate_compares_the_clocks() -> None:
    assert find_spec("numba") is not None


@pytest.mark.usefixtures("compiled_clock")
@pytest.mark.parametrize("name", names())
def test_both_clocks_write_the_same_logs_of_a_shipped_scenario(name: str) -> None:
    variants = [with_patients(scenario, ENOUGH_TO_QUEUE) for scenario in load_all(name)]
    assert [unequal_logs(scenario, replication=1) for scenario in variants] == [{}] * len(variants)


@pytest.mark.usefixtures("compiled_clock")
@pytest.mark.parametrize("name", STUDIES)
def test_both_clocks_write_the_same_logs_of_a_study(name: str) -> None:
    (study,) = load_all(str(validation_directory() / f"{name}.yaml"))
    assert unequal_logs(with_patients(study, 60)) == {}


@pytest.mark.usefixtures("compiled_clock")
def test_both_clocks_write_the_same_logs_of_200_generated_scenarios(tiny_tree: Tree) -> None:
    told: set[int] = set()

    @settings(max_examples=200, derandomize=True)
    @given(tree=varied_trees(tiny_tree))
    def logs_are_equal(tree: Tree) -> None:
        try:
            scenario = Scenario.model_validate(tree)
        except ValueError:
            reject()  # by then the clinic has closed
        told.update(event_log(prepare(scenario, 0), "three")["event"].tolist())
        assert unequal_logs(scenario) == {}

    logs_are_equal()
    assert [event.name for event in Event if event not in told] == []
