"""What may change when a run goes on, what is refused, and how replications follow a precision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from stored_directories import table_file

from sim.analysis.replications_needed import largest_error
from sim.batch import filling, stored_runs
from sim.batch.filling import Ways
from sim.batch.merging import merge
from sim.batch.psa import Sampling
from sim.batch.run import simulate
from sim.batch.stored_psa import run_psa_into
from sim.batch.stored_runs import StoredRunAsked, run_into
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError, ScenarioError
from sim.results import Results
from sim.scenario_io.recipes import recipes_of

SIMPY = Ways(engine="simpy", workers=1)


@pytest.fixture(scope="module")
def small(tiny: Scenario) -> Scenario:
    return tiny.with_changes({"run.n_patients": 6, "run.replications": 2})


def asked(*scenarios: Scenario, **more) -> StoredRunAsked:
    return StoredRunAsked(list(recipes_of(scenarios)), **more)


@pytest.fixture
def path(small: Scenario, tmp_path: Path) -> Path:
    return run_into(tmp_path / "run", asked(small), SIMPY)


def test_a_finished_run_may_be_asked_for_again(small: Scenario, path: Path) -> None:
    before = table_file(path, "flows").stat().st_mtime_ns
    run_into(path, asked(small), SIMPY, resume=True)
    assert table_file(path, "flows").stat().st_mtime_ns == before
    assert Results.load(path).manifest["resumed"] == 1


def test_without_resume_a_full_directory_is_left_alone(small: Scenario, path: Path) -> None:
    with pytest.raises(AnalysisError, match="must be a new or empty directory, got a full one"):
        run_into(path, asked(small), SIMPY)


def test_resume_begins_what_is_not_there(small: Scenario, tmp_path: Path) -> None:
    assert Results.load(run_into(tmp_path / "new", asked(small), SIMPY, resume=True)).manifest["resumed"] == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"run.seed": 7},
            "must hold the same scenarios, seed and patients to go on with it, got 'tiny' there",
        ),
        ({"run.n_patients": 7}, "must hold the same scenarios, seed and patients to go on with it"),
        ({"horizon_years": 2}, "must hold the same scenarios, seed and patients to go on with it"),
        (
            {"run.replications": 1},
            "replications of 'tiny' must be at least 2, as before, got 1; ask for as many",
        ),
    ],
)
def test_another_scenario_does_not_go_on(small: Scenario, path: Path, change: dict, message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        run_into(path, asked(small.with_changes(change)), SIMPY, resume=True)


def test_another_model_does_not_go_on(small: Scenario, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = filling.model_identity() | {"source_sha256": "f" * 64}
    monkeypatch.setattr(filling, "model_identity", lambda: other)
    with pytest.raises(
        AnalysisError,
        match=r"must be of the same model to go on, got one of treatpath .* \(source [0-9a-f]{12}, numpy .*\) "
        r"and this is treatpath .* \(source ffffffffffff, .*\); choose a new directory",
    ):
        run_into(path, asked(small), SIMPY, resume=True)


def test_single_patients_cannot_be_added_later(small: Scenario, path: Path) -> None:
    with pytest.raises(
        AnalysisError, match="--patient-totals must be as before to go on, got False there and True"
    ):
        run_into(path, asked(small, patients=True), SIMPY, resume=True)


def test_draws_do_not_go_on_as_a_run(small: Scenario, path: Path) -> None:
    with pytest.raises(AnalysisError, match="must hold probabilistic results, got 'replications'"):
        run_psa_into(path, [small], Sampling(2, 1, 3), SIMPY, resume=True)


@pytest.mark.parametrize(
    ("sampling", "message"),
    [
        (Sampling(3, 1, 3), "--draws must be as before to go on, got 2 there and 3 now; repeat the command"),
        (Sampling(2, 2, 3), "--inner must be as before to go on, got 1 there and 2 now"),
        (
            Sampling(2, 1, 3, is_stratified=False),
            "--sampling must be as before to go on, got 'latin hypercube'",
        ),
    ],
)
def test_other_draws_do_not_go_on(small: Scenario, tmp_path: Path, sampling: Sampling, message: str) -> None:
    run_psa_into(tmp_path / "draws", [small], Sampling(2, 1, 3), SIMPY)
    with pytest.raises(AnalysisError, match=message):
        run_psa_into(tmp_path / "draws", [small], sampling, SIMPY, resume=True)


def test_many_names_are_not_all_told(small: Scenario, tmp_path: Path) -> None:
    many = [small.with_changes({"name": f"s{number}", "run.n_patients": 2}) for number in range(5)]
    run_into(tmp_path / "run", asked(*many), SIMPY)
    with pytest.raises(AnalysisError, match="got 's0', 's1', 's2' and 2 more there and 'tiny' now"):
        run_into(tmp_path / "run", asked(small), SIMPY, resume=True)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"precision": 0.0}, "--precision: must be above 0, got 0.0"),
        ({"precision": float("nan")}, "--precision: must be above 0, got nan"),
        ({"precision": 5.0, "shard": (1, 2)}, "--shard: must come without --precision"),
    ],
)
def test_an_impossible_question_is_refused(small: Scenario, more: dict, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        asked(small, **more)


def test_no_scenario_and_two_of_one_name_are_refused(small: Scenario) -> None:
    with pytest.raises(ScenarioError, match="run: scenarios must hold at least one, got none"):
        asked()
    with pytest.raises(ScenarioError, match="run: names of scenarios must differ, got tiny more than once"):
        asked(small, small)


def test_replications_follow_the_precision(small: Scenario, tmp_path: Path) -> None:
    first = largest_error(simulate(small, replications=10, workers=1, engine="simpy"), "tiny", 10)
    directory = run_into(tmp_path / "run", asked(small, precision=first * 0.7), SIMPY)
    results = Results.load(directory)
    [told] = results.manifest["scenarios"]
    assert 10 < told["replications"] <= 40
    assert largest_error(results, "tiny", told["replications"]) <= first * 0.7
    plain = small.with_changes({"run.replications": told["replications"]})
    same = simulate(plain, workers=1, engine="simpy")
    assert all(frame.equals(same.frames[name]) for name, frame in results.frames.items())
    assert (results.settings, told["digest"]) == (same.settings, plain.digest)


def test_a_precision_that_is_reached_at_once_takes_ten_replications(small: Scenario, tmp_path: Path) -> None:
    directory = run_into(tmp_path / "run", asked(small, precision=1e9), SIMPY)
    assert Results.load(directory).manifest["scenarios"][0]["replications"] == 10


def test_a_finer_precision_goes_on_from_a_coarse_one(small: Scenario, tmp_path: Path) -> None:
    run_into(tmp_path / "run", asked(small, precision=1e9), SIMPY)
    first = largest_error(Results.load(tmp_path / "run"), "tiny", 10)
    run_into(tmp_path / "run", asked(small, precision=first * 0.9), SIMPY, resume=True)
    assert Results.load(tmp_path / "run").manifest["scenarios"][0]["replications"] > 10


def test_a_precision_out_of_reach_ends_with_a_warning(
    small: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_runs, "MOST", 10)
    monkeypatch.setattr("sim.analysis.replications_needed.MOST", 10)
    directory = run_into(tmp_path / "run", asked(small, precision=1e-9), SIMPY)
    assert Results.load(directory).manifest["warnings"] == [
        "scenario 'tiny': stopped at 10 replications, short of the precision asked for"
    ]


def shard(directory: Path, *scenarios: Scenario, share: tuple[int, int]) -> Path:
    return run_into(directory, asked(*scenarios, shard=share), SIMPY)


def test_shards_of_other_runs_are_not_mixed(small: Scenario, tmp_path: Path) -> None:
    first = shard(tmp_path / "1", small, share=(1, 2))
    second = shard(tmp_path / "2", small.with_changes({"run.seed": 9}), share=(2, 2))
    with pytest.raises(
        AnalysisError, match=r"2: must be of the same run and model as .*1, got another; merge"
    ):
        merge([first, second], tmp_path / "whole")
    assert not (tmp_path / "whole").exists()


def test_missing_replications_are_named(small: Scenario, tmp_path: Path) -> None:
    other = small.with_changes({"name": "other"})
    first = shard(tmp_path / "1", small, other, share=(1, 2))
    with pytest.raises(
        AnalysisError,
        match="merge: shards must hold every replication together, missing 'other' replications 0, "
        "'other' replications 1; run what is missing, with --resume",
    ):
        merge([first], tmp_path / "whole")


def test_a_damaged_shard_is_told(small: Scenario, tmp_path: Path) -> None:
    first = shard(tmp_path / "1", small, share=(1, 1))
    table_file(first, "health").write_bytes(b"x")
    with pytest.raises(AnalysisError, match=r"health.*: is damaged \(not the file that was written\)"):
        merge([first], tmp_path / "whole")
    assert not (tmp_path / "whole" / "manifest.json").exists()


def test_a_job_that_two_shards_hold_counts_once(small: Scenario, tmp_path: Path) -> None:
    first = shard(tmp_path / "1", small, share=(1, 1))
    merge([first, first], tmp_path / "whole")
    assert len(Results.load(tmp_path / "whole").clinical) == 6


def test_nothing_to_merge_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="merge: directories must be at least one, got none"):
        merge([], tmp_path / "whole")


def test_progress_counts_replications(small: Scenario, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    ways = replace(SIMPY, on_progress=lambda done, total: told.append((done, total)))
    run_into(tmp_path / "run", asked(small, small.with_changes({"name": "other"})), ways)
    assert told == [(2, 4), (4, 4)]


def test_each_scenario_is_shown_when_all_are_done(small: Scenario, tmp_path: Path) -> None:
    seen: list[str] = []
    run_into(tmp_path / "run", asked(small), SIMPY, on_results=lambda results: seen.extend(results.settings))
    assert seen == ["tiny"]
