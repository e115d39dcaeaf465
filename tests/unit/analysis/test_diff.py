"""What changed between two stored runs, read from their directories."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.analysis.diff import diff
from sim.batch.filling import Ways
from sim.batch.stored_runs import StoredRunAsked, run_into
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError
from sim.replication import replicate
from sim.results import Results
from sim.scenario_io.recipes import recipes_of
from sim.worlds.stored import ProbabilisticResults

WAYS = Ways(engine="simpy", workers=1)
Tree = dict[str, Any]


def changed(tiny: Scenario, changes: Tree, name: str = "tiny") -> Scenario:
    tree = tiny.with_changes({"run.n_patients": 20, "run.replications": 3, **changes}).model_dump(mode="json")
    return Scenario.model_validate(tree | {"name": name})


@pytest.fixture(scope="module")
def store(tiny: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a function that runs scenarios into a directory, each set only once."""
    made: dict[str, Path] = {}

    def run(*scenarios: Scenario) -> Path:
        chosen = scenarios or (changed(tiny, {}),)
        key = repr([one.digest for one in chosen])
        if key not in made:
            made[key] = tmp_path_factory.mktemp("run") / "results"
            run_into(made[key], StoredRunAsked(list(recipes_of(chosen))), WAYS)
        return made[key]

    return run


def test_the_same_run_is_identical_to_the_bit(store: Callable[..., Path]) -> None:
    told = diff(store(), store())
    [one] = told["scenarios"]
    assert (told["inputs"], told["results"], told["notes"], told["manifest"]["differences"]) == (
        [],
        [],
        [],
        [],
    )
    assert (one["is_identical"], one["is_paired"], one["n_changed"]) == (True, True, 0)
    assert one["n_compared"] > 200


def test_a_run_cut_into_other_jobs_is_identical_to_the_bit(
    tiny: Scenario, store: Callable[..., Path], tmp_path: Path
) -> None:
    first = StoredRunAsked(list(recipes_of([changed(tiny, {"run.replications": 1})])))
    run_into(tmp_path / "grown", first, WAYS)
    run_into(tmp_path / "grown", StoredRunAsked(list(recipes_of([changed(tiny, {})]))), WAYS, resume=True)
    assert len(list((tmp_path / "grown").glob("flows/*/*.parquet"))) == 2
    [one] = diff(store(), tmp_path / "grown")["scenarios"]
    assert (one["is_identical"], one["n_changed"]) == (True, 0)


def test_a_changed_number_moves_paired_results_of_the_strategy_that_it_concerns(
    tiny: Scenario, store: Callable[..., Path]
) -> None:
    new = store(changed(tiny, {"treatments.tablets.session.price.value": 130.0}))
    told = diff(store(), new)
    [change], [one] = told["inputs"], told["scenarios"]
    assert (change["path"], change["old"], change["new"]) == (
        "treatments.tablets.session.price",
        120.0,
        130.0,
    )
    assert (change["old_source"], change["new_grade"]) == ("assumption", "assumption")
    assert {row["strategy"] for row in told["results"]} == {"tablets", "infusion"}
    assert {row["column"] for row in told["results"] if row["is_clear"]} >= {
        "nmb",
        "cost",
        "incremental_cost",
    }
    assert [row for row in told["results"] if not row["is_paired"] and row["se"] is not None] == []
    assert (one["is_identical"], one["why_not_paired"]) == (False, None)
    json.dumps(told, allow_nan=False)


def test_output_settings_move_results_of_what_is_identical(
    tiny: Scenario, store: Callable[..., Path]
) -> None:
    told = diff(store(), store(changed(tiny, {"economics.wtp": 50_000})))
    [one] = told["scenarios"]
    assert one["is_identical"] is True
    assert {row["column"] for row in told["results"]} == {"nmb", "incremental_nmb"}


def test_another_seed_is_not_paired_and_is_told_as_an_input(
    tiny: Scenario, store: Callable[..., Path]
) -> None:
    told = diff(store(), store(changed(tiny, {"run.seed": 9})))
    [one] = told["scenarios"]
    assert (one["is_paired"], one["why_not_paired"]) == (False, "seeds differ (0 and 9)")
    assert [(row["path"], row["old"], row["new"]) for row in told["inputs"]] == [("run.seed", 0, 9)]
    assert {row["is_paired"] for row in told["results"]} <= {False, None}


def test_scenarios_are_matched_by_name_and_the_rest_by_position_with_a_note(
    tiny: Scenario, store: Callable[..., Path]
) -> None:
    old = store(changed(tiny, {}, "same"), changed(tiny, {}, "first"), changed(tiny, {}, "gone"))
    new = store(changed(tiny, {}, "second"), changed(tiny, {}, "same"))
    told = diff(old, new)
    assert [(one["old"], one["new"], one["matched_by"]) for one in told["scenarios"]] == [
        ("first", "second", "position"), ("same", "same", "name"),
    ]  # fmt: skip
    assert told["notes"] == [
        "scenario 'second' is held against 'first' because of its position: neither name is in both",
        "scenario 'gone' is only in the old run",
    ]
    assert (told["inputs"], told["results"]) == ([], [])
    assert [one["is_identical"] for one in told["scenarios"]] == [True, True]


def test_a_single_scenario_of_each_run_is_held_against_the_other(
    tiny: Scenario, store: Callable[..., Path]
) -> None:
    told = diff(store(), store(changed(tiny, {}, "renamed")))
    assert [(one["matched_by"], one["is_identical"]) for one in told["scenarios"]] == [("only ones", True)]
    assert told["notes"] == []


def test_one_scenario_may_be_asked_for_by_its_new_name(tiny: Scenario, store: Callable[..., Path]) -> None:
    both = store(changed(tiny, {}, "first"), changed(tiny, {}, "second"))
    told = diff(both, both, scenario="second")
    assert [one["new"] for one in told["scenarios"]] == ["second"]
    with pytest.raises(
        AnalysisError, match="scenario: 'third' is not a scenario of the new results; known: first"
    ):
        diff(both, both, scenario="third")


def test_a_strategy_of_one_run_only_is_named(tiny: Scenario, store: Callable[..., Path]) -> None:
    tree = changed(tiny, {}).model_dump(mode="json")
    del tree["strategies"]["infusion"]
    told = diff(store(), store(Scenario.model_validate(tree)))
    [one] = told["scenarios"]
    assert (one["only_old"], one["only_new"]) == (["infusion"], [])
    assert [(row["path"], row["change"], row["new"]) for row in told["inputs"]] == [
        ("strategies.infusion", "removed", None)
    ]


def test_results_without_their_scenarios_are_compared_by_output_settings(
    tiny: Scenario, tmp_path: Path
) -> None:
    small = changed(tiny, {"run.replications": 1})
    results = replicate(small, 0)
    results.save(tmp_path / "old")
    settings = {"tiny": replace(results.settings["tiny"], wtp=5.0, digest="0" * 64)}
    Results(**results.frames, settings=settings, manifest={}).save(tmp_path / "new")
    told = diff(tmp_path / "old", tmp_path / "new")
    assert [(row["path"], row["old"], row["new"]) for row in told["inputs"]] == [("wtp", 100_000.0, 5.0)]
    assert told["notes"] == [
        "only output settings and sizes could be compared: results were stored without their scenarios"
    ]


def test_draws_are_compared_by_draw(tiny_draws: ProbabilisticResults, tmp_path: Path) -> None:
    one = tiny_draws.scenarios["tiny"]
    dearer = replace(one, drawn=replace(one.drawn, cost_discounted=one.drawn.cost_discounted * 1.1))
    tiny_draws.save(tmp_path / "old")
    ProbabilisticResults({"tiny": dearer}, tiny_draws.manifest).save(tmp_path / "new")
    told = diff(tmp_path / "old", tmp_path / "new")
    [scenario] = told["scenarios"]
    assert (told["kind"], scenario["unit"], scenario["is_paired"]) == ("probabilistic", "draw", True)
    assert scenario["n_draws"] == {"old": 100, "new": 100}
    found = {(row["strategy"], row["column"]): row for row in told["results"]}
    assert {column for _, column in found} == {"cost", "nmb", "incremental_cost", "incremental_nmb"}
    cost = found["tablets", "cost"]
    assert cost["difference"] == pytest.approx(0.1 * cost["old"])
    assert cost["se"] == pytest.approx(0.1 * cost["old_se"])
    [same] = diff(tmp_path / "old", tmp_path / "old")["scenarios"]
    assert (same["is_identical"], same["n_changed"]) == (True, 0)


def test_a_run_and_draws_are_not_compared(
    store: Callable[..., Path], tiny_draws: ProbabilisticResults, tmp_path: Path
) -> None:
    tiny_draws.save(tmp_path / "draws")
    with pytest.raises(
        AnalysisError,
        match=r"diff: directories must hold results of the same kind, got replications in .*results and "
        r"probabilistic in .*draws; compare two runs, or two probabilistic analyses",
    ):
        diff(store(), tmp_path / "draws")


def test_what_is_no_directory_of_results_is_told(store: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="nothing: must be a directory of stored results, got none"):
        diff(store(), tmp_path / "nothing")


def test_a_scenario_file_that_is_not_the_one_written_is_told(
    tiny: Scenario, store: Callable[..., Path], tmp_path: Path
) -> None:
    small = changed(tiny, {"run.replications": 1, "economics.wtp": 7.0})
    run_into(tmp_path / "run", StoredRunAsked(list(recipes_of([small]))), WAYS)
    [file] = (tmp_path / "run" / "scenarios").iterdir()
    file.write_text(file.read_text(encoding="utf-8").replace("wtp: 7", "wtp: 8"), encoding="utf-8")
    with pytest.raises(AnalysisError, match=r"0001-\w+\.yaml: is damaged \(not the file that was written\)"):
        diff(store(), tmp_path / "run")
