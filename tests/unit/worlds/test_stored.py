"""Stored draws come back exactly, and what is damaged or of another kind is told so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from stored_directories import forge, named_file, settings_file, table_file

from sim.batch.manifest import now
from sim.batch.psa import Sampling, probabilistic_results, psa
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError
from sim.replication import replicate
from sim.results import Results
from sim.worlds.stored import ProbabilisticResults
from sim.worlds.sums import Worlds

SAMPLING = Sampling(n_draws=3, n_inner=2, n_patients=8)


@pytest.fixture(scope="module")
def stored(request: pytest.FixtureRequest) -> ProbabilisticResults:
    """Two scenarios that share no strategy but one, of different length; one asks about research."""
    tiny: Scenario = request.getfixturevalue("tiny")
    tree: dict[str, Any] = tiny.model_dump() | {"name": "other, longer", "horizon_years": 2.2}
    tree["strategies"] = {
        "tablets": tree["strategies"]["tablets"],
        "infusion_only": {"label": "Infusion only", "lines": [{"treatment": "infusion"}]},
    }
    tree["economics"]["comparator"] = "tablets"
    tree["care"]["preparation"]["price"]["distribution"] = None
    people = {"value": 100, "unit": "people per year", "range": [1, 200]}
    said = {"source": "assumption", "grade": "assumption"}
    years = {"value": 5, "unit": "years", "range": [1, 9]} | said
    money = {"value": 580, "unit": "USD", "range": [0, 900], "price_year": 2023} | said
    tree["research"] = {
        "people_per_year": people | said, "decision_years": years,
        "trials": {"first": {
            "label": "First", "arms": ["tablets", "infusion"], "sizes": [10, 20], "fixed_cost": money,
            "cost_per_person": money, "years": years,
        }},
    }  # fmt: skip
    scenarios = [tiny, Scenario.model_validate(tree)]
    found = {one.name: psa(one, SAMPLING, workers=1) for one in scenarios}
    return probabilistic_results(found, scenarios, SAMPLING, started=now(), workers=1, engine="simpy")


@pytest.fixture
def directory(stored: ProbabilisticResults, tmp_path: Path) -> Path:
    stored.save(tmp_path / "draws")
    return tmp_path / "draws"


def unequal(first: Worlds, second: Worlds) -> list[str]:
    """Name what differs between two sets of worlds, in a single bit."""
    names = [
        name for name in ("parameters", "strategies", "treatments")
        if getattr(first, name) != getattr(second, name)
    ]  # fmt: skip
    arrays = second.arrays()
    return names + [
        name
        for name, array in first.arrays().items()
        if array.dtype != arrays[name].dtype
        or not np.array_equal(array, arrays[name], equal_nan=name == "clinical")
    ]


def test_draws_come_back_to_the_bit(stored: ProbabilisticResults, directory: Path) -> None:
    again = ProbabilisticResults.load(directory)
    assert list(again.scenarios) == ["tiny", "other, longer"]
    assert {name: again.manifest[name] for name in stored.manifest if name != "files"} == {
        name: value for name, value in stored.manifest.items() if name != "files"
    }
    for name, one in stored.scenarios.items():
        other = again.scenarios[name]
        assert (other.settings, other.unknowns, other.n_fixed, other.research) == (
            one.settings, one.unknowns, one.n_fixed, one.research,
        )  # fmt: skip
        assert unequal(one.drawn, other.drawn) == []
        assert unequal(one.base, other.base) == []


def test_scenarios_keep_strategies_and_years_of_their_own(stored: ProbabilisticResults) -> None:
    tiny, other = stored.scenarios.values()
    assert other.drawn.strategies == ("tablets", "infusion_only")
    assert (tiny.drawn.qaly.shape[-1], other.drawn.qaly.shape[-1]) == (1, 3)
    assert len(tiny.drawn.parameters) == len(other.drawn.parameters) + 1
    assert np.isnan(tiny.drawn.clinical).any()


def test_a_directory_says_what_it_holds(directory: Path) -> None:
    assert sorted(path.name for path in directory.iterdir()) == [
        "clinical", "health", "journal.jsonl", "manifest.json", "money", "parameters", "response", "run.json",
        "settings",
    ]  # fmt: skip
    money = pd.read_parquet(directory / "money")
    assert not (money[["cost", "covered"]] == 0).all(axis=1).any()


def test_stored_draws_are_not_overwritten(stored: ProbabilisticResults, directory: Path) -> None:
    with pytest.raises(AnalysisError, match="must be a new or empty directory, got a full one"):
        stored.save(directory)


def test_what_is_no_directory_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        AnalysisError, match="must be a directory of stored results, got none; make some with 'treatpath psa"
    ):
        ProbabilisticResults.load(tmp_path / "nothing")


@pytest.mark.parametrize("name", ["run.json", "settings", "health", "parameters"])
def test_a_missing_file_is_named(directory: Path, name: str) -> None:
    path = named_file(directory, name)
    path.unlink()
    with pytest.raises(AnalysisError, match=rf"{path}: is missing; these are no complete results, run again"):
        ProbabilisticResults.load(directory)


@pytest.mark.parametrize("name", ["manifest.json", "settings", "health", "money"])
def test_a_file_cut_short_is_named(directory: Path, name: str) -> None:
    path = named_file(directory, name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(AnalysisError, match=rf"{path}: is damaged"):
        ProbabilisticResults.load(directory)


@pytest.mark.parametrize("key", ["settings", "unknowns", "n_fixed", "research", "treatments"])
def test_settings_that_lack_something_are_damaged(directory: Path, key: str) -> None:
    path = settings_file(directory)
    content = json.loads(path.read_text())
    del content[key]
    forge(directory, path, json.dumps(content))
    with pytest.raises(AnalysisError, match=r"draws: is damaged \(.*\); run again"):
        ProbabilisticResults.load(directory)


@pytest.mark.parametrize("name", ["parameters", "response", "health", "clinical"])
@pytest.mark.parametrize("damage", [lambda frame: frame.iloc[1:], lambda frame: frame.drop(columns="world")])
def test_a_table_that_lacks_rows_or_columns_is_damaged(directory: Path, name: str, damage: Any) -> None:
    path = table_file(directory, name, part="drawn")
    forge(directory, path, damage(pd.read_parquet(path)))
    with pytest.raises(AnalysisError, match=r"(?s)is damaged \(.*\); run again"):
        ProbabilisticResults.load(directory)


def test_a_table_of_another_run_is_damaged(directory: Path) -> None:
    path = table_file(directory, "parameters", part="drawn")
    forge(directory, path, pd.read_parquet(path).assign(parameter="care.nothing"))
    with pytest.raises(AnalysisError, match=r"draws: is damaged"):
        ProbabilisticResults.load(directory)


def test_results_of_a_run_are_no_draws(tiny: Scenario, tmp_path: Path) -> None:
    replicate(tiny.with_changes({"run.n_patients": 5}), 0).save(tmp_path / "run")
    with pytest.raises(
        AnalysisError,
        match=r"run\.json: must hold probabilistic results, got 'replications'; "
        r"give them to 'treatpath compare', or make others with 'treatpath psa FILE --out DIR'",
    ):
        ProbabilisticResults.load(tmp_path / "run")


def test_draws_are_no_results_of_a_run(directory: Path) -> None:
    with pytest.raises(
        AnalysisError,
        match=r"run\.json: must hold replications results, got 'probabilistic'; give them to 'treatpath voi'",
    ):
        Results.load(directory)


def test_draws_of_another_format_are_refused(directory: Path) -> None:
    path = directory / "run.json"
    path.write_text(path.read_text().replace('"format_version": 6', '"format_version": 99'))
    with pytest.raises(
        AnalysisError,
        match=r"run\.json: format_version must be 6, got 99; run again with this version",
    ):
        ProbabilisticResults.load(directory)


@pytest.mark.parametrize("name", ["money", "health", "parameters"])
def test_a_readable_file_that_is_not_the_one_written_is_told(directory: Path, name: str) -> None:
    path = table_file(directory, name, part="drawn")
    frame = pd.read_parquet(path)
    column = frame.columns[-1]
    frame.assign(**{column: frame[column] * 2}).to_parquet(path)
    with pytest.raises(
        AnalysisError,
        match=rf"{path}: is damaged \(not the file that was written\); run again",
    ):
        ProbabilisticResults.load(directory)
