"""What may change when a run goes on, what is refused, and how replications follow a precision."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from stored_directories import table_file

from sim.analysis.replications_needed import largest_error
from sim.batch import filling, stored_jobs
from sim.batch.filling import Ways
from sim.batch.merging import merge
from sim.batch.psa import Sampling
from sim.batch.run import simulate
from sim.batch.stored_psa import run_psa_into
from sim.batch.stored_runs import StoredRunAsked, run_into
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError, ScenarioError
from sim.results import Results
from sim.results.stored import StoredResults
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
        ({"precision": 0.0}, "--precision: must be above 0 and finite, got 0.0"),
        ({"precision": float("nan")}, "--precision: must be above 0 and finite, got nan"),
        ({"precision": float("inf")}, "--precision: must be above 0 and finite, got inf"),
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


@pytest.fixture(scope="module")
def finer(small: Scenario) -> float:
    """Return a precision that takes more than ten replications."""
    return 0.7 * largest_error(simulate(small, replications=10, workers=1, engine="simpy"), "tiny", 10)


@pytest.fixture(scope="module")
def precise(small: Scenario, finer: float, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of that precision."""
    return run_into(tmp_path_factory.mktemp("precise") / "run", asked(small, precision=finer), SIMPY)


def n_replications(directory: Path) -> int:
    [told] = Results.load(directory).manifest["scenarios"]
    return told["replications"]


def assert_same_run(directory: Path, other: Path) -> None:
    """Hold what a directory says and what it holds against another one, to the bit."""
    results, same = Results.load(directory), Results.load(other)
    assert [name for name, frame in results.frames.items() if not frame.equals(same.frames[name])] == []
    assert results.manifest["scenarios"] == same.manifest["scenarios"]
    texts = sorted(path.relative_to(other) for path in other.glob("s*/*"))
    for name in ("summary.csv", *texts):
        assert (directory / name).read_bytes() == (other / name).read_bytes(), name


def test_replications_follow_the_precision(
    small: Scenario, finer: float, precise: Path, tmp_path: Path
) -> None:
    assert 10 < n_replications(precise) <= 40
    assert largest_error(Results.load(precise), "tiny", n_replications(precise)) <= finer
    plain = small.with_changes({"run.replications": n_replications(precise)})
    assert_same_run(precise, run_into(tmp_path / "plain", asked(plain), SIMPY))


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
    monkeypatch.setattr("sim.analysis.replications_needed.MOST", 10)
    directory = run_into(tmp_path / "run", asked(small, precision=1e-9), SIMPY)
    assert Results.load(directory).manifest["warnings"] == [
        "scenario 'tiny': stopped at 10 replications, short of the precision asked for"
    ]


@pytest.fixture
def short_jobs(small: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each replication be a job."""
    monkeypatch.setattr(stored_jobs, "ARMS_PER_JOB", small.run.n_patients * len(small.strategies))


class StopError(Exception):
    """Raised in the middle of a run."""


def stopped(directory: Path, question: StoredRunAsked, n_jobs: int, *, resume: bool = False) -> None:
    """Run into a directory and stop after some jobs."""

    def stop(done: int, _total: int) -> None:
        told.append(done)
        if len(told) == n_jobs:
            raise StopError

    told: list[int] = []
    with pytest.raises(StopError):
        run_into(directory, question, replace(SIMPY, on_progress=stop), resume=resume)


def assert_is_plain_run(directory: Path, small: Scenario, n_replications: int) -> None:
    """Hold a directory against a run in memory with a number of replications of its own."""
    results, plain = Results.load(directory), small.with_changes({"run.replications": n_replications})
    same = simulate(plain, workers=1, engine="simpy")
    assert [name for name, frame in results.frames.items() if not frame.equals(same.frames[name])] == []
    assert results.settings == same.settings
    [told] = results.manifest["scenarios"]
    assert (told["replications"], told["digest"]) == (n_replications, plain.digest)
    assert results.manifest["warnings"] == []


def test_a_coarser_precision_keeps_what_a_finer_one_ran(
    small: Scenario, precise: Path, tmp_path: Path
) -> None:
    directory = shutil.copytree(precise, tmp_path / "run")
    run_into(directory, asked(small, precision=1e9), SIMPY, resume=True)
    assert_same_run(directory, precise)


def test_a_search_for_precision_that_stopped_takes_the_same_steps_again(
    small: Scenario, finer: float, precise: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_jobs, "ARMS_PER_JOB", 4 * small.run.n_patients * len(small.strategies))
    stopped(tmp_path / "run", asked(small, precision=finer), 5)
    clinical = StoredResults.open(tmp_path / "run", incomplete=True).results("tiny").clinical
    assert 10 < clinical["replication"].nunique() < n_replications(precise)
    run_into(tmp_path / "run", asked(small, precision=finer), SIMPY, resume=True)
    assert_same_run(tmp_path / "run", precise)


@pytest.mark.usefixtures("short_jobs")
def test_gaps_that_a_finer_precision_left_are_filled(small: Scenario, finer: float, tmp_path: Path) -> None:
    stopped(tmp_path / "run", asked(small, precision=finer), 13)
    journal = tmp_path / "run" / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join([*lines[:10], *lines[12:]]))
    run_into(tmp_path / "run", asked(small, precision=1e9), SIMPY, resume=True)
    assert_is_plain_run(tmp_path / "run", small, 13)


@pytest.mark.usefixtures("short_jobs")
def test_what_a_search_for_precision_ran_is_not_left_out_by_a_number(small: Scenario, tmp_path: Path) -> None:
    stopped(tmp_path / "run", asked(small, precision=1e-9), 4)
    with pytest.raises(
        AnalysisError, match="replications of 'tiny' must be at least 4, as before, got 2; ask"
    ):
        run_into(tmp_path / "run", asked(small), SIMPY, resume=True)
    more = small.with_changes({"run.replications": 5})
    run_into(tmp_path / "run", asked(more), SIMPY, resume=True)
    assert_is_plain_run(tmp_path / "run", small, 5)


@pytest.mark.usefixtures("short_jobs")
def test_a_finished_run_that_stops_growing_is_unfinished_and_readable(
    small: Scenario, path: Path, tmp_path: Path
) -> None:
    before, many = Results.load(path), small.with_changes({"run.replications": 5})
    stopped(path, asked(many), 2, resume=True)
    with pytest.raises(AnalysisError, match="got one of which 4 jobs are done; go on with --resume"):
        Results.load(path)
    clinical = StoredResults.open(path, incomplete=True).results("tiny").clinical
    assert clinical["replication"].nunique() == 4
    assert clinical[clinical["replication"] < 2].reset_index(drop=True).equals(before.clinical)
    run_into(path, asked(many), SIMPY, resume=True)
    assert_is_plain_run(path, small, 5)


def test_a_number_of_its_own_that_is_precise_enough_is_no_shortfall(
    small: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.analysis.replications_needed.MOST", 10)
    many = small.with_changes({"run.replications": 12})
    run_into(tmp_path / "run", asked(many, precision=1e9), SIMPY)
    assert_is_plain_run(tmp_path / "run", small, 12)
    directory = run_into(tmp_path / "short", asked(many, precision=1e-9), SIMPY)
    assert Results.load(directory).manifest["warnings"] == [
        "scenario 'tiny': stopped at 12 replications, short of the precision asked for"
    ]


def test_another_share_does_not_go_on(small: Scenario, path: Path) -> None:
    with pytest.raises(
        AnalysisError, match=r"--shard must be as before to go on, got None there and \[1, 2\]"
    ):
        run_into(path, asked(small, shard=(1, 2)), SIMPY, resume=True)


def test_results_stored_whole_do_not_go_on_and_are_not_merged(small: Scenario, tmp_path: Path) -> None:
    simulate(small, workers=1, engine="simpy").save(tmp_path / "run")
    with pytest.raises(AnalysisError, match="same model to go on, got one of an unknown one and this is tr"):
        run_into(tmp_path / "run", asked(small), SIMPY, resume=True)
    with pytest.raises(
        AnalysisError, match="run: must hold the jobs of a run, got results stored whole; run with --shard"
    ):
        merge([tmp_path / "run"], tmp_path / "whole")


def test_what_a_killed_beginning_left_in_the_directory_is_begun_anew(small: Scenario, tmp_path: Path) -> None:
    [recipe] = asked(small).recipes
    left = tmp_path / "run" / "scenarios" / f"{recipe.folder}.yaml"
    left.parent.mkdir(parents=True)
    left.write_bytes(recipe.text)
    with pytest.raises(AnalysisError, match="must be a new or empty directory"):
        run_into(tmp_path / "run", asked(small), SIMPY)
    run_into(tmp_path / "run", asked(small), SIMPY, resume=True)
    assert_is_plain_run(tmp_path / "run", small, 2)


def test_a_second_run_into_a_directory_is_kept_out(small: Scenario, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")

    def run_again(*_: int) -> None:
        with pytest.raises(AnalysisError, match="must have one run at a time writing to it, got another"):
            run_into(tmp_path / "run", asked(small), SIMPY, resume=True)
        tried.append(True)

    tried: list[bool] = []
    run_into(tmp_path / "run", asked(small), replace(SIMPY, on_progress=run_again))
    assert tried == [True]
    assert_is_plain_run(tmp_path / "run", small, 2)


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
