"""What `merge` refuses: shards that were changed, headers that say nothing of the plan, disks that are full."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sim.batch.filling import Ways
from sim.batch.merging import merge
from sim.batch.psa import Sampling
from sim.batch.stored_psa import run_psa_into
from sim.batch.stored_runs import StoredRunAsked, run_into
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError, JobError
from sim.scenario_io.recipes import recipes_of
from sim.stored.layout import read_header

WAYS = Ways(engine="simpy", workers=1)


@pytest.fixture(scope="module")
def run_of_one(tiny: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run that `merge` takes as the only shard."""
    small = tiny.with_changes({"run.n_patients": 2, "run.replications": 2})
    return run_into(tmp_path_factory.mktemp("run") / "run", StoredRunAsked(list(recipes_of([small]))), WAYS)


@pytest.fixture(scope="module")
def draws_of_one(tiny: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return draws that `merge` takes as the only shard."""
    return run_psa_into(tmp_path_factory.mktemp("draws") / "draws", [tiny], Sampling.of(2, 1, 2, "lhs"), WAYS)


def copied(directory: Path, to: Path, change: dict[str, Any] | None = None) -> Path:
    shutil.copytree(directory, to)
    if change is not None:
        header = json.loads((to / "run.json").read_text()) | change
        kept = {key: value for key, value in header.items() if value != "gone"}
        (to / "run.json").write_text(json.dumps(kept))
    return to


@pytest.mark.parametrize("kind", ["settings", "scenarios"])
def test_shards_whose_files_about_scenarios_differ_are_refused(
    run_of_one: Path, tmp_path: Path, kind: str
) -> None:
    other = copied(run_of_one, tmp_path / "other")
    [changed] = (other / kind).iterdir()
    changed.write_bytes(changed.read_bytes() + b" ")
    rule = rf"{changed.name}: must be the same as in .*run, got another; one of the two was changed, run that"
    with pytest.raises(AnalysisError, match=rule):
        merge([run_of_one, other], tmp_path / "whole")
    assert not (tmp_path / "whole").exists()


@pytest.mark.parametrize("key", ["draws", "replications_per_draw", "sampling", "base_replications"])
@pytest.mark.parametrize("value", ["gone", None, -1, True, {"a": 1}])
def test_a_header_that_says_nothing_of_the_plan_is_told(
    draws_of_one: Path, tmp_path: Path, key: str, value: object
) -> None:
    forged = copied(draws_of_one, tmp_path / "forged", {key: value})
    with pytest.raises(AnalysisError, match=r"run\.json: is damaged \(not what was asked for\); run again"):
        merge([forged], tmp_path / "whole")


@pytest.mark.parametrize("shard", ["x", [1], [1, 2, 3], [1, "2"], {}, 3])
def test_a_header_whose_share_is_none_is_told(run_of_one: Path, tmp_path: Path, shard: object) -> None:
    forged = copied(run_of_one, tmp_path / "forged", {"shard": shard})
    with pytest.raises(AnalysisError, match=r"is damaged \(not what was asked for\)"):
        read_header(forged, ("replications",), "")


@pytest.mark.parametrize(
    "change",
    [{"name": "\ud800"}, {"title": None}, {"folder": "../0001-ab"}, {"seed": -1}, {"n_patients": 1.5}],
)
def test_a_header_with_an_impossible_scenario_is_told(
    run_of_one: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    [one] = json.loads((run_of_one / "run.json").read_text())["scenarios"]
    forged = copied(run_of_one, tmp_path / "forged", {"scenarios": [one | change]})
    with pytest.raises(
        AnalysisError,
        match=r"run\.json: is damaged \((no list of scenarios|not what was asked for)\); run again",
    ):
        merge([forged], tmp_path / "whole")


def test_a_header_without_a_scenario_is_told(run_of_one: Path, tmp_path: Path) -> None:
    forged = copied(run_of_one, tmp_path / "forged", {"scenarios": []})
    with pytest.raises(AnalysisError, match=r"is damaged \(no list of scenarios\)"):
        merge([forged], tmp_path / "whole")


@pytest.mark.parametrize("n_files", [1, 5, 10])
def test_a_disk_that_fills_while_shards_are_merged_is_told_and_nothing_is_left(
    run_of_one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_files: int
) -> None:
    write, written = Path.write_bytes, []

    def until_full(path: Path, content: bytes) -> int:
        written.append(path)
        if len(written) > n_files:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", until_full)
    with pytest.raises(
        (AnalysisError, JobError), match=r"/whole: must be writable, got 'No space left on device'$"
    ):
        merge([run_of_one], tmp_path / "whole")
    assert list(tmp_path.iterdir()) == []
