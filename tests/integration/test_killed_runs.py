"""A run that is killed at any moment goes on: nothing is lost, nothing is counted twice."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.batch.filling import Ways
from sim.batch.stored_runs import StoredRunAsked, run_into
from sim.errors import AnalysisError, JobError
from sim.results import Results
from sim.results.stored import StoredResults
from sim.scenario_io.recipes import recipes_of
from sim.stored.files import HIDDEN
from sim.stored.journal import read_journal

ROOT = Path(__file__).resolve().parents[2]
N_KILLS = 10
N_POINTS, N_REPLICATIONS = 40, 2
SIMPY = Ways(engine="simpy", workers=1)


@pytest.fixture
def sweep(write_scenario, tiny_tree) -> Path:
    """Return a file of forty scenarios, each a job of its own."""
    tiny_tree["run"] = {"n_patients": 20, "replications": N_REPLICATIONS, "seed": 0}
    tiny_tree["sweep"] = {"care.patience": list(range(20, 20 + N_POINTS))}
    return write_scenario(tiny_tree)


def begin(sweep: Path, *words: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-c", "from sim.cli import main; main()", "run", str(sweep), "--resume"]
    return subprocess.Popen(
        [*program, "--out", str(sweep.parent / "run"), "--engine", "simpy", "--json", *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def n_recorded(directory: Path) -> int:
    return len(read_journal(directory)) if (directory / "journal.jsonl").exists() else 0


def kill(run: subprocess.Popen[str], directory: Path, n_jobs: int, pause: float) -> None:
    """Kill a run and its workers once so many jobs are recorded and a moment has passed."""
    while n_recorded(directory) < n_jobs and run.poll() is None:
        time.sleep(0.002)
    time.sleep(pause)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_ten_kills_lose_nothing_and_count_nothing_twice(sweep: Path) -> None:
    directory, chance = sweep.parent / "run", random.Random(1)
    whole = sweep.parent / "whole"
    recipes = list(recipes_of(_scenarios(sweep)))
    run_into(whole, StoredRunAsked(recipes), SIMPY)
    moments = sorted(chance.sample(range(N_POINTS - 1), N_KILLS))
    for number, moment in enumerate(moments):
        run = begin(sweep, "--workers", "2" if number == N_KILLS // 2 else "1")
        kill(run, directory, moment, chance.uniform(0, 0.03))
        if directory.exists():
            with pytest.raises(AnalysisError, match="must hold a finished run, got one of which"):
                Results.load(directory)
    assert n_recorded(directory) < N_POINTS
    last = begin(sweep, "--workers", "1")
    told, messages = last.communicate(timeout=120)
    assert last.returncode == 0, messages
    assert len(json.loads(told)["results"]) == N_POINTS * len(recipes[0].tree["strategies"])
    _assert_same_directories(directory, whole)


def _scenarios(sweep: Path):
    from sim.scenario_io.load import load_all

    return load_all(sweep)


def _assert_same_directories(directory: Path, whole: Path) -> None:
    """Hold every file but the journal's order, the header's count and the manifest's times against a run in one piece."""
    names = [
        sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
        for place in (directory, whole)
    ]
    assert names[0] == names[1]
    assert not [name for name in names[0] if HIDDEN in name]
    once = {"journal.jsonl", "manifest.json", "run.json"}
    for name in set(names[0]) - once:
        assert (directory / name).read_bytes() == (whole / name).read_bytes(), name
    files = [json.loads((place / "manifest.json").read_text())["files"] for place in (directory, whole)]
    assert files[0] == files[1]
    entries = [sorted(entry.key for entry in read_journal(place)) for place in (directory, whole)]
    assert entries[0] == entries[1]


def fills_after(monkeypatch: pytest.MonkeyPatch, n_files: int) -> None:
    """Let the disk be full after so many files."""
    write, written = Path.write_bytes, []

    def write_until_full(self: Path, content: bytes) -> int:
        written.append(self)
        if len(written) > n_files:
            write(self, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, content)

    monkeypatch.setattr(Path, "write_bytes", write_until_full)


def test_a_full_disk_is_told_keeps_what_is_finished_and_the_run_goes_on(
    sweep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = StoredRunAsked(list(recipes_of(_scenarios(sweep)[:6])))
    run_into(tmp_path / "whole", asked, SIMPY)
    with monkeypatch.context() as full:
        fills_after(full, 12 + 2 + 5 * 3 + 2)
        with pytest.raises(
            JobError,
            match=r"run: must be writable, got 'No space left on device'; finished jobs are kept, "
            r"mend this and run again with --resume",
        ):
            run_into(tmp_path / "run", asked, SIMPY)
    stored = StoredResults.open(tmp_path / "run", incomplete=True)
    assert len(stored.scenarios) == 3
    first = stored.results(stored.scenarios[0])
    assert first.health.equals(StoredResults.open(tmp_path / "whole").results(stored.scenarios[0]).health)
    run_into(tmp_path / "run", asked, SIMPY, resume=True)
    _assert_same_directories(tmp_path / "run", tmp_path / "whole")


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX")
def test_a_file_that_outgrows_the_disk_ends_the_command_in_words(sweep: Path, tmp_path: Path) -> None:
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (38_000, 38_000))"
    program = [sys.executable, "-c", f"{limit}; from sim.cli import main; main()", "run", str(sweep)]
    done = subprocess.run(
        [*program, "--out", "run", "--engine", "simpy", "--workers", "1"], cwd=tmp_path, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "must be writable, got 'File too large'; finished jobs are kept" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_place_that_cannot_be_written_is_told_before_anything_runs(
    treatpath, sweep: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    for words in ([], ["--resume"]):
        done = treatpath("run", sweep, "--out", "file/run", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "file/run" in done.stderr
        assert "must be" in done.stderr
    assert (tmp_path / "file").read_text() == "mine"
