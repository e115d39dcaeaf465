"""A run that is killed at any moment goes on: nothing is lost, nothing is counted twice."""

from __future__ import annotations

import errno
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sim.batch.filling import Ways
from sim.batch.stored_runs import StoredRunAsked, run_into
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError, SimError
from sim.results import Results
from sim.scenario_io.recipes import recipes_of
from sim.stored.files import HEADER, HIDDEN
from sim.stored.journal import read_journal

ROOT = Path(__file__).resolve().parents[2]
N_KILLS = 10
N_POINTS = 40
LONGEST_PAUSE = 0.06
"""Seconds after a job is recorded: about as long as the next one takes."""
PAGE, MORE, EVERY = 4096, 100, 5
SIMPY = Ways(engine="simpy", workers=1)


@pytest.fixture
def sweep_of(write_scenario, tiny_tree) -> Callable[[int], Path]:
    """Return a function that writes a file of so many scenarios with two strategies, each a job of its own."""

    def write(n_points: int) -> Path:
        tiny_tree["run"] = {"n_patients": 8, "replications": 1, "seed": 0}
        tiny_tree["strategies"].pop("infusion", None)
        tiny_tree["sweep"] = {"care.patience": list(range(20, 20 + n_points))}
        return write_scenario(tiny_tree)

    return write


def begin(sweep: Path, *words: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-c", "from sim.cli import main; main()", "run", str(sweep), "--resume"]
    return subprocess.Popen(
        [*program, "--out", str(sweep.parent / "run"), "--engine", "simpy", "--quiet", *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def n_recorded(directory: Path) -> int:
    """Count the lines of the journal, which takes the run less time than reading them."""
    journal = directory / "journal.jsonl"
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def times_resumed(directory: Path) -> int:
    """Return how often a run went on; -1 before it has begun."""
    header = directory / HEADER
    return json.loads(header.read_text())["resumed"] if header.exists() else -1


def kill(run: subprocess.Popen[str], directory: Path, number: int, n_jobs: int, pause: float) -> None:
    """Kill a run and its workers once it goes on, so many jobs are recorded and a moment has passed."""
    while times_resumed(directory) < number or n_recorded(directory) < n_jobs:
        assert run.poll() is None, run.stderr.read()
        time.sleep(0.005)
    time.sleep(pause)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    assert run.returncode == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_ten_kills_lose_nothing_and_count_nothing_twice(sweep_of: Callable[[int], Path]) -> None:
    sweep = sweep_of(N_POINTS)
    directory, chance = sweep.parent / "run", random.Random(1)
    whole = sweep.parent / "whole"
    recipes = list(recipes_of(_scenarios(sweep)))
    run_into(whole, StoredRunAsked(recipes), SIMPY)
    # The first comes as soon as the run has begun, the last while its summary is made.
    moments = [0, *sorted(chance.sample(range(1, N_POINTS), N_KILLS - 2)), N_POINTS]
    for number, moment in enumerate(moments):
        run = begin(sweep, "--workers", "2" if number == N_KILLS // 2 else "1")
        kill(run, directory, number, moment, chance.uniform(0, LONGEST_PAUSE))
        with pytest.raises(
            AnalysisError, match=r"must hold a finished run, got one of which .* jobs are done"
        ):
            Results.load(directory)
    last = begin(sweep, "--workers", "1")
    told, messages = last.communicate(timeout=120)
    assert last.returncode == 0, messages
    assert f"{N_POINTS} scenarios" in told
    _assert_same_directories(directory, whole)
    assert times_resumed(directory) == N_KILLS
    assert sorted(path.name for path in sweep.parent.iterdir()) == ["run", "tiny.yaml", "whole"]


def _scenarios(sweep: Path):
    from sim.scenario_io.load import load_all

    return load_all(sweep)


def _assert_same_directories(directory: Path, whole: Path) -> None:
    """Hold all files against a run in one piece.

    Apart from the order of the journal, the count of the header, and the times of the manifest.
    """
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
    typed, sweep_of: Callable[[int], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("run", sweep_of(4).name, "--engine", "simpy", "--workers", "1")
    assert typed(*words, "--out", "whole", "--quiet").returncode == 0
    with monkeypatch.context() as full:
        fills_after(full, 4 + 4 + 2 + 2 * 5 + 2)
        done = typed(*words, "--out", "run", "--quiet")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"{tmp_path / 'run'}: must be writable, got 'No space left on device'; finished jobs are kept, "
        "mend this and run again with --resume\n"
    )
    refused = typed("compare", "run")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert (
        "run: must hold a finished run, got one of which 2 jobs are done; go on with --resume"
        in refused.stderr
    )
    told = typed("compare", "run", "--incomplete", "--json")
    whole = json.loads(typed("compare", "whole", "--json").stdout)["results"]
    assert json.loads(told.stdout)["results"] == [
        row for row in whole if row["scenario"][-3:] in ("20]", "21]")
    ]
    assert typed(*words, "--out", "run", "--resume", "--quiet").returncode == 0
    _assert_same_directories(tmp_path / "run", tmp_path / "whole")


def test_a_finished_run_that_grows_on_a_full_disk_stays_readable(
    typed, tiny_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("run", tiny_file.name, "--patients", "9", "--engine", "simpy", "--workers", "1", "--quiet")
    assert typed(*words, "--out", "run").returncode == 0
    before = typed("compare", "run", "--json").stdout
    with monkeypatch.context() as full:
        fills_after(full, 3 + 2)
        done = typed(*words, "--out", "run", "--replications", "5", "--resume")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "got 'No space left on device'; finished jobs are kept" in done.stderr
    assert "go on with --resume" in typed("compare", "run").stderr
    after = json.loads(typed("compare", "run", "--incomplete", "--json").stdout)
    assert after["results"] == json.loads(before)["results"]
    assert typed(*words, "--out", "run", "--replications", "5", "--resume").returncode == 0
    assert typed(*words, "--out", "whole", "--replications", "5").returncode == 0
    results = [json.loads(typed("compare", name, "--json").stdout)["results"] for name in ("run", "whole")]
    assert results[0] == results[1]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Return a function that makes a small disk anew, so many pages large, or makes it larger."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(pages: int, *, larger: bool = False) -> Path:
        if not larger and place.is_mount():
            subprocess.run(["umount", place], check=True)
        size = f"{'remount,' if larger else ''}size={pages * PAGE}"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", size, "tmpfs", place], check=False, capture_output=True
        )
        if done.returncode:
            pytest.skip(f"a disk of its own needs the right to mount one: {done.stderr.decode()}")
        return place

    if sys.platform != "linux" or os.geteuid():
        pytest.skip("a disk of its own needs Linux and the right to mount one")
    yield mount
    if place.is_mount():
        subprocess.run(["umount", place], check=True)


@pytest.mark.slow
def test_a_disk_that_is_really_full_is_told_at_whatever_step(
    disk: Callable[..., Path], tiny: Scenario, tmp_path: Path
) -> None:
    asked = StoredRunAsked(list(recipes_of([tiny.with_changes({"run.n_patients": 2})])))
    whole = run_into(tmp_path / "whole", asked, SIMPY)
    said: dict[int, str] = {}
    for pages in itertools.count(2):
        place = disk(pages)
        try:
            run_into(place / "run", asked, SIMPY)
        except SimError as error:
            said[pages] = f"{type(error).__name__} {error}"
        else:
            break
        with pytest.raises(AnalysisError, match=r"must hold a finished run, got one of which|got none"):
            Results.load(place / "run")
        if not pages % EVERY:
            disk(pages + MORE, larger=True)
            run_into(place / "run", asked, SIMPY, resume=True)
            _assert_same_directories(place / "run", whole)
    begun = "AnalysisError {0}: must be writable, got 'No space left on device'"
    running = (
        "JobError {0}: must be writable, got 'No space left on device'; finished jobs are kept, mend this"
    )
    assert set(said.values()) == {
        begun.format(tmp_path / "disk" / "run"),
        running.format(tmp_path / "disk" / "run") + " and run again with --resume",
    }
    assert len(said) > 2 * EVERY


def test_a_file_that_outgrows_what_is_allowed_ends_the_command_in_words(typed, tiny_file: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (38_000, before[1]))
    try:
        done = typed(
            "run", tiny_file, "--out", "run", "--patients", "2", "--replications", "100", "--engine", "simpy",
            "--workers", "1", "--quiet",
        )  # fmt: skip
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (done.returncode, done.stdout) == (1, "")
    assert "run: must be writable, got 'File too large'; finished jobs are kept" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_place_that_cannot_be_written_is_told_before_anything_runs(
    typed, tiny_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    for words in ([], ["--resume"]):
        done = typed("run", tiny_file, "--out", "file/run", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "file/run" in done.stderr
        assert "must be" in done.stderr
    assert (tmp_path / "file").read_text() == "mine"
