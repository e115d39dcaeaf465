"""The same scenario and seed give the same results to the bit, however and wherever they are run."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.batch import stored_jobs
from sim.batch.executors import InlineExecutor
from sim.batch.filling import Ways
from sim.batch.merging import merge
from sim.batch.psa import Sampling, psa
from sim.batch.run import simulate
from sim.batch.stored_psa import run_psa_into
from sim.batch.stored_runs import StoredRunAsked, run_into
from sim.domain.scenario import Scenario
from sim.results import Results
from sim.scenario_io.load import load
from sim.scenario_io.recipes import recipes_of
from sim.worlds.stored import ProbabilisticResults, ProbabilisticScenario

SIMPY = Ways(engine="simpy", workers=1)
SAMPLING = Sampling(n_draws=21, n_inner=2, n_patients=3)


class StopError(Exception):
    """Raised in the middle of a run."""


@pytest.fixture(scope="module")
def scenarios(tiny: Scenario) -> list[Scenario]:
    """Return two scenarios, the first of four jobs, the second of two."""
    sizes = {"run.n_patients": 20, "run.replications": 7}
    few = tiny.with_changes({"run.n_patients": 30, "run.replications": 3, "name": "few", "run.seed": 1})
    return [tiny.with_changes(sizes), few]


@pytest.fixture(scope="module", autouse=True)
def small_jobs() -> Iterator[None]:
    """Let two replications of the small scenario make a job."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored_jobs, "ARMS_PER_JOB", 20 * 3 * 2)
        yield


@pytest.fixture(scope="module")
def asked(scenarios: list[Scenario]) -> StoredRunAsked:
    return StoredRunAsked(list(recipes_of(scenarios)))


@pytest.fixture(scope="module")
def inline(scenarios: list[Scenario]) -> Results:
    return simulate(scenarios, workers=1, engine="simpy")


@pytest.fixture(scope="module")
def summary(asked: StoredRunAsked, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return (run_into(tmp_path_factory.mktemp("one") / "run", asked, SIMPY) / "summary.csv").read_bytes()


def differing(first: Results, second: Results) -> list[str]:
    """Name the frames that differ in a single bit, a type or a row."""
    assert first.settings == second.settings
    return [name for name, frame in first.frames.items() if bits(frame) != bits(second.frames[name])]


def bits(frame: pd.DataFrame) -> dict[str, tuple[Any, ...]]:
    """Return type and bytes of every column: unlike numbers, they tell 0 from -0."""
    names = {column: frame[column].cat.categories.tolist() for column in frame.select_dtypes("category")}
    numbers = frame.assign(**{column: frame[column].cat.codes for column in names})
    return {
        column: (names.get(column), str(numbers[column].dtype), numbers[column].to_numpy().tobytes())
        for column in frame
    }


def stops_after(n_jobs: int) -> Ways:
    """Return ways to run that stop after some jobs."""
    told: list[int] = []

    def count(done: int, _total: int) -> None:
        told.append(done)
        if len(told) == n_jobs:
            raise StopError

    return Ways(engine="simpy", workers=1, on_progress=count)


def test_one_worker_and_a_directory(asked: StoredRunAsked, inline: Results, tmp_path: Path) -> None:
    assert differing(Results.load(run_into(tmp_path / "run", asked, SIMPY)), inline) == []


def test_two_workers(asked: StoredRunAsked, inline: Results, summary: bytes, tmp_path: Path) -> None:
    directory = run_into(tmp_path / "run", asked, Ways(engine="simpy", workers=2))
    assert differing(Results.load(directory), inline) == []
    assert (directory / "summary.csv").read_bytes() == summary


def test_any_executor(asked: StoredRunAsked, inline: Results, summary: bytes, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        directory = run_into(tmp_path / "run", asked, Ways(engine="simpy", executor=executor))
    assert differing(Results.load(directory), inline) == []
    assert (directory / "summary.csv").read_bytes() == summary


def test_shards_put_together_in_any_order(
    scenarios: list[Scenario], asked: StoredRunAsked, inline: Results, summary: bytes, tmp_path: Path
) -> None:
    shards = [
        run_into(tmp_path / f"{share}", StoredRunAsked(asked.recipes, shard=(share, 3)), SIMPY)
        for share in (1, 2, 3)
    ]
    merge(shards[::-1], tmp_path / "whole")
    assert differing(Results.load(tmp_path / "whole"), inline) == []
    assert (tmp_path / "whole" / "summary.csv").read_bytes() == summary


def test_a_run_that_stopped_and_went_on(
    asked: StoredRunAsked, inline: Results, summary: bytes, tmp_path: Path
) -> None:
    with pytest.raises(StopError):
        run_into(tmp_path / "run", asked, stops_after(2))
    run_into(tmp_path / "run", asked, SIMPY, resume=True)
    loaded = Results.load(tmp_path / "run")
    assert differing(loaded, inline) == []
    assert loaded.manifest["resumed"] == 1
    assert (tmp_path / "run" / "summary.csv").read_bytes() == summary


def test_a_run_that_grew(tiny: Scenario, tmp_path: Path) -> None:
    few, many = (tiny.with_changes({"run.n_patients": 9, "run.replications": n}) for n in (3, 8))
    run_into(tmp_path / "run", StoredRunAsked(list(recipes_of([few]))), SIMPY)
    run_into(tmp_path / "run", StoredRunAsked(list(recipes_of([many]))), SIMPY, resume=True)
    assert differing(Results.load(tmp_path / "run"), simulate(many, workers=1, engine="simpy")) == []


def test_the_command_line(treatpath, write_scenario, tiny_tree, tmp_path: Path) -> None:
    path = write_scenario(tiny_tree)
    done = treatpath(
        "run", path, "--patients", "20", "--out", "run", "--engine", "simpy", "--quiet", "--json"
    )
    assert done.returncode == 0, done.stderr
    small = load(path, overrides=["run.n_patients=20"])
    assert differing(Results.load(tmp_path / "run"), simulate(small, workers=1, engine="simpy")) == []


def test_the_queue_of_the_app(scenarios: list[Scenario], monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.ui import runs, works

    queue = works.WorkQueue(InlineExecutor(), lambda function: function())
    monkeypatch.setattr(runs, "work_queue", lambda: queue)
    work = runs.start(scenarios[1])
    assert differing(work.result(), simulate(scenarios[1], workers=1, engine="simpy")) == []


@pytest.fixture(scope="module")
def draws(tiny: Scenario) -> ProbabilisticScenario:
    return psa(tiny, SAMPLING, engine="simpy", workers=1)


def unequal(directory: Path, expected: ProbabilisticScenario) -> list[str]:
    """Name what differs in a single bit: of the draws, and of the scenario as it is."""
    stored = ProbabilisticResults.load(directory).scenarios["tiny"]
    pairs = [(expected.drawn, stored.drawn), (expected.base, stored.base)]
    assert (stored.settings, stored.unknowns) == (expected.settings, expected.unknowns)
    return [
        name for one, other in pairs for name, array in one.arrays().items()
        if (array.dtype, array.tobytes()) != (other.arrays()[name].dtype, other.arrays()[name].tobytes())
    ]  # fmt: skip


def test_draws_of_one_worker_and_of_two(tiny: Scenario, draws: ProbabilisticScenario, tmp_path: Path) -> None:
    one = run_psa_into(tmp_path / "one", [tiny], SAMPLING, SIMPY)
    two = run_psa_into(tmp_path / "two", [tiny], SAMPLING, Ways(engine="simpy", workers=2))
    assert (unequal(one, draws), unequal(two, draws)) == ([], [])


def test_draws_of_any_executor(tiny: Scenario, draws: ProbabilisticScenario, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        directory = run_psa_into(
            tmp_path / "draws", [tiny], SAMPLING, Ways(engine="simpy", executor=executor)
        )
    assert unequal(directory, draws) == []


def test_shards_of_draws(tiny: Scenario, draws: ProbabilisticScenario, tmp_path: Path) -> None:
    shards = [
        run_psa_into(tmp_path / f"{share}", [tiny], SAMPLING, SIMPY, shard=(share, 2)) for share in (1, 2)
    ]
    merge(shards, tmp_path / "whole")
    assert unequal(tmp_path / "whole", draws) == []


def test_draws_that_stopped_and_went_on(tiny: Scenario, draws: ProbabilisticScenario, tmp_path: Path) -> None:
    with pytest.raises(StopError):
        run_psa_into(tmp_path / "draws", [tiny], SAMPLING, stops_after(2))
    run_psa_into(tmp_path / "draws", [tiny], SAMPLING, SIMPY, resume=True)
    assert unequal(tmp_path / "draws", draws) == []
