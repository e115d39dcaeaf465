"""A run that dies at whatever step leaves a directory that looks unfinished and goes on to the same end."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import pandas as pd
import pytest

from sim.batch.filling import RESUMED, SPENT, directory_for, header_for
from sim.batch.going_on import replications_held
from sim.errors import AnalysisError, JobError
from sim.results.stored import KIND, MADE_BY
from sim.stored import run_directory
from sim.stored.files import HIDDEN
from sim.stored.journal import JOURNAL, Entry
from sim.stored.stored_run import StoredRun
from sim.stored.tables import encoded

FOLDER = "0001-abcdef012345"
TEXTS = {f"scenarios/{FOLDER}.yaml": b"name: one\n", f"settings/{FOLDER}.json": b'{"wtp": 5}\n'}


def fill(directory: Path, n_jobs: int) -> None:
    """Do what a command with --resume does: begin or go on, do what is missing, finish."""
    sizes = {"seed": 0, "n_patients": 1, "replications": n_jobs}
    recipe = SimpleNamespace(name="one", title="One", folder=FOLDER, digest="ab" * 32, **sizes)
    texts = TEXTS | {f"settings/{FOLDER}.json": b'{"wtp": %d}\n' % n_jobs}
    with directory_for(directory, header_for(KIND, [recipe], shard=None), texts, resume=True) as opened:
        done = {entry.first for entry in opened.entries()}
        for number in set(range(n_jobs)) - done:
            frame = pd.DataFrame({"replication": [number]})
            opened.keep(Entry(FOLDER, KIND, number, 1), {"clinical": encoded(frame), "flows": encoded(frame)})
        opened.finish({"n_jobs": n_jobs}, b"%d\n" % n_jobs)


class Moments:
    """Copies of a directory as a kill at each moment would leave it."""

    def __init__(self, home: Path, copies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.copies, self.counter = home, copies, itertools.count()
        write, record = Path.write_bytes, run_directory.record

        def write_in_pieces(path: Path, content: bytes) -> int:
            write(path, content[: len(content) // 2])
            self.keep()
            return write(path, content)

        def record_and_tear(journal: IO[bytes], entry: Entry) -> None:
            record(journal, entry)
            torn = self.keep()
            for path in torn.rglob(JOURNAL):
                write(path, path.read_bytes()[:-9])

        monkeypatch.setattr(Path, "write_bytes", write_in_pieces)
        monkeypatch.setattr(run_directory, "record", record_and_tear)
        for name in ("replace", "unlink"):
            monkeypatch.setattr(Path, name, self.before(getattr(Path, name)))

    def before(self, step: Any) -> Any:
        def keep_and_do(path: Path, *words: Any, **more: Any) -> Any:
            self.keep()
            return step(path, *words, **more)

        return keep_and_do

    def keep(self) -> Path:
        return shutil.copytree(self.home, self.copies / f"{next(self.counter):03d}", symlinks=True)


def content_of(directory: Path) -> dict[str, Any]:
    """Return all files; of the header all but how often the run went on."""
    files: dict[str, Any] = {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }
    return files | {"run.json": json.loads(files["run.json"]) | {RESUMED: None, SPENT: None}}


def replications_of(directory: Path) -> list[int] | None:
    """Return what a run that looks finished holds; None where it does not look so."""
    try:
        run = StoredRun.open(directory, KIND, MADE_BY)
    except AnalysisError:
        return None
    assert run.settings("one") == {"wtp": run.manifest["n_jobs"]}
    return run.needed_frame("clinical", "one")["replication"].tolist()


@pytest.mark.parametrize("start", ["nowhere", "an empty directory", "a finished run", "a run that grows"])
def test_a_kill_at_any_moment_is_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    fill(tmp_path / "whole", 3)
    home, n_before = tmp_path / "home", {"a finished run": 3, "a run that grows": 2}.get(start, 0)
    home.mkdir()
    if start == "an empty directory":
        (home / "run").mkdir()
    if n_before:
        fill(home / "run", n_before)
    with monkeypatch.context() as patch:
        Moments(home, tmp_path / "copies", patch)
        fill(home / "run", 3)
    moments = sorted((tmp_path / "copies").iterdir())
    assert len(moments) >= (7 if start == "a finished run" else 15)
    for moment in moments:
        assert replications_of(moment / "run") in (None, list(range(n_before)), [0, 1, 2]), moment.name
        fill(moment / "run", 3)
        assert content_of(moment / "run") == content_of(tmp_path / "whole"), moment.name
        assert not [path for path in (moment / "run").rglob("*") if HIDDEN in path.name], moment.name


def test_the_replications_that_are_there_end_with_the_last() -> None:
    entries = [Entry("a", KIND, 4, 2), Entry("a", KIND, 0, 2), Entry("b", KIND, 0, 1)]
    assert replications_held(entries) == {"a": 6, "b": 1}


def test_seconds_before_a_stop_are_counted(tmp_path: Path) -> None:
    run = tmp_path / "run"
    fill(run, 2)
    for n_jobs, spent in ((3, 60), (4, 120)):
        journal = (run / "journal.jsonl").stat().st_mtime
        os.utime(run / "run.json", (journal - 60, journal - 60))
        fill(run, n_jobs)
        assert json.loads((run / "run.json").read_text())[SPENT] == spent


@pytest.mark.parametrize("spent", ["x", -1, None, 1.5])
def test_seconds_that_make_no_sense_do_not_count(tmp_path: Path, spent: object) -> None:
    fill(tmp_path / "run", 2)
    header = json.loads((tmp_path / "run" / "run.json").read_text())
    (tmp_path / "run" / "run.json").write_text(json.dumps(header | {SPENT: spent}))
    fill(tmp_path / "run", 2)
    assert json.loads((tmp_path / "run" / "run.json").read_text())[SPENT] in (0, 1)


def test_what_stops_a_job_is_told_with_what_is_kept(tmp_path: Path) -> None:
    recipe = SimpleNamespace(
        name="one", title="One", folder=FOLDER, digest="ab" * 32, seed=0, n_patients=1, replications=1
    )
    header = header_for(KIND, [recipe], shard=None)
    with (
        pytest.raises(JobError) as told,
        directory_for(tmp_path / "run", header, TEXTS, resume=False),
    ):
        raise JobError("job 7: ValueError: no\nTraceback")
    assert str(told.value).split("\n") == [
        "job 7: ValueError: no; finished jobs are kept, mend this and run again with --resume",
        "Traceback",
    ]
