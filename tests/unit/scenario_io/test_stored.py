"""Scenarios of stored results are those that ran, or are refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.batch.filling import Ways
from sim.batch.stored_runs import StoredRunAsked, run_into
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError
from sim.results.stored import KIND, MADE_BY
from sim.scenario_io.recipes import recipes_of
from sim.scenario_io.stored import StoredScenarios
from sim.stored.stored_run import StoredRun


@pytest.fixture(scope="module")
def pair(tiny: Scenario) -> list[Scenario]:
    changes = {"run.n_patients": 2, "run.replications": 1}
    return [
        tiny.with_changes(changes),
        tiny.with_changes(changes | {"name": "other", "care.patience.value": 61}),
    ]


@pytest.fixture
def path(pair: list[Scenario], tmp_path: Path) -> Path:
    asked = StoredRunAsked(list(recipes_of(pair)))
    return run_into(tmp_path / "run", asked, Ways(engine="simpy", workers=1))


def found(path: Path, name: str) -> Scenario:
    loaded = StoredScenarios(StoredRun.open(path, KIND, MADE_BY)).find(name)
    assert loaded is not None
    return loaded.scenario


def test_scenarios_are_read_back_equal(pair: list[Scenario], path: Path) -> None:
    assert [found(path, scenario.name).digest for scenario in pair] == [scenario.digest for scenario in pair]


@pytest.mark.parametrize("number", [0, 1])
def test_a_scenario_that_was_changed_or_stands_on_a_changed_one_is_told(path: Path, number: int) -> None:
    file = sorted(path.glob("scenarios/*"))[number]
    file.write_text(file.read_text().replace("value: 6", "value: 7"))
    with pytest.raises(
        AnalysisError, match=rf"{file}: is damaged \(not the file that was written\); run again"
    ):
        found(path, "other")


def test_a_scenario_that_is_gone_is_told(path: Path) -> None:
    file = sorted(path.glob("scenarios/*"))[0]
    file.unlink()
    with pytest.raises(AnalysisError, match=rf"{file}: is missing; these are no complete results, run again"):
        found(path, "other")
