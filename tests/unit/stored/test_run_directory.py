"""A directory of results keeps what is finished, and nothing else."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest

from sim.errors import AnalysisError, JobError
from sim.stored import beginning, run_directory
from sim.stored.beginning import begun, clear_beginning
from sim.stored.files import HIDDEN
from sim.stored.journal import Entry, open_journal, read_journal
from sim.stored.layout import folder_of, header_of
from sim.stored.run_directory import RunDirectory, resumed, seconds_filled
from sim.stored.stored_run import StoredRun
from sim.stored.tables import encoded

FOLDER = folder_of(1, "ab" * 32)
HEADER = header_of("tests", [{"name": "one", "folder": FOLDER}])
TEXTS = {f"scenarios/{FOLDER}.yaml": b"name: one\n", f"settings/{FOLDER}.json": b"{}\n"}
TABLE = {"flows": encoded(pd.DataFrame({"cost": [1.0, 2.0]}))}


def entry(first: int) -> Entry:
    return Entry(FOLDER, "replications", first, 2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a run with two of its jobs done."""
    with begun(tmp_path / "run", HEADER, TEXTS) as opened:
        opened.keep(entry(0), TABLE)
        opened.keep(entry(2), TABLE)
    return tmp_path / "run"


@pytest.fixture
def again(path: Path) -> Iterator[RunDirectory]:
    with resumed(path) as opened:
        yield opened


def table(path: Path, first: int) -> Path:
    return path / "flows" / FOLDER / f"replications-{first:06d}-{first + 1:06d}.parquet"


def firsts(path: Path) -> list[int]:
    with resumed(path) as opened:
        return [one.first for one in opened.entries()]


def test_folders_are_named_by_position_and_digest() -> None:
    assert folder_of(12, "0123456789abcdef") == "0012-0123456789ab"


def test_a_run_without_a_manifest_is_unfinished(path: Path) -> None:
    with pytest.raises(AnalysisError, match="got one of which 2 jobs are done; go on with --resume"):
        StoredRun.open(path, "tests", "make some")
    run = StoredRun.open(path, "tests", "make some", incomplete=True)
    assert run.frame("flows", "one")["cost"].tolist() == [1.0, 2.0, 1.0, 2.0]
    assert run.manifest == {"incomplete": True, "scenarios": HEADER["scenarios"]}


def test_a_run_without_a_job_has_nothing_to_read(tmp_path: Path) -> None:
    with begun(tmp_path / "run", HEADER, TEXTS):
        pass
    with pytest.raises(AnalysisError, match="must hold a finished job, got none; go on with --resume"):
        StoredRun.open(tmp_path / "run", "tests", "make some", incomplete=True)


def test_a_shard_says_how_to_go_on(tmp_path: Path) -> None:
    with begun(tmp_path / "run", HEADER | {"shard": [2, 3]}, TEXTS) as opened:
        opened.keep(entry(0), TABLE)
    with pytest.raises(AnalysisError, match=r"1 jobs are done \(shard 2 of 3\); put the shards together"):
        StoredRun.open(tmp_path / "run", "tests", "make some")


def test_the_manifest_lists_every_file_with_its_hash(path: Path) -> None:
    with resumed(path) as opened:
        opened.finish({"made": "here"}, b"a,b\n")
    manifest = json.loads((path / "manifest.json").read_text())
    assert [(file["path"].split("/")[0], file["rows"]) for file in manifest["files"]] == [
        ("flows", 2), ("flows", 2), ("scenarios", None), ("settings", None), ("summary.csv", None),
    ]  # fmt: skip
    assert StoredRun.open(path, "tests", "make some").folders == {"one": FOLDER}


def test_a_finished_run_that_goes_on_is_unfinished(path: Path) -> None:
    with resumed(path) as opened:
        opened.finish({"version": "1"})
    assert StoredRun.open(path, "tests", "make some").manifest["version"] == "1"
    with resumed(path), pytest.raises(AnalysisError, match="got one of which 2 jobs are done; go on with"):
        StoredRun.open(path, "tests", "make some")
    assert not (path / "manifest.json").exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(file.read_bytes()[::-1]),
        lambda file: (file.unlink(), file.mkdir()),
    ],
)
def test_a_job_whose_file_is_gone_or_damaged_is_done_again(path: Path, damage) -> None:
    damage(table(path, 2))
    assert firsts(path) == [0]
    assert not table(path, 2).is_file()


def test_what_no_finished_job_wrote_is_removed(path: Path) -> None:
    orphan, hidden = table(path, 4), path / "flows" / FOLDER / f"{HIDDEN}x.parquet"
    mine = path / "flows" / "mine.parquet"
    for file in (orphan, hidden, mine):
        file.write_bytes(b"x")
    assert firsts(path) == [0, 2]
    assert [file.exists() for file in (orphan, hidden, mine)] == [False, False, True]


def test_a_torn_line_is_cut_off_before_more_is_written(path: Path) -> None:
    with (path / "journal.jsonl").open("a") as journal:
        journal.write('{"scenario":"0001')
    with resumed(path) as opened:
        opened.keep(entry(4), TABLE)
    assert firsts(path) == [0, 2, 4]


def test_what_a_killed_beginning_hid_in_the_directory_is_removed(path: Path) -> None:
    hidden = path / f"{HIDDEN}abc" / "results"
    hidden.mkdir(parents=True)
    (hidden / "run.json").write_text("{}")
    assert firsts(path) == [0, 2]
    assert not hidden.parent.exists()


LEFT = {
    f"{HIDDEN}ab/results/run.json": "{}",
    f"scenarios/{FOLDER}.yaml": "x",
    f"settings/{FOLDER}.json": "{}",
}


def fill(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)


def test_what_was_written_before_the_header_is_cleared(tmp_path: Path) -> None:
    fill(tmp_path, LEFT | {"journal.jsonl": ""})
    clear_beginning(tmp_path)
    clear_beginning(tmp_path / "not there")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["notes.txt", "scenarios/mine.yaml", "scenarios", "journal.jsonl"])
def test_nothing_is_cleared_beside_what_is_somebody_s(tmp_path: Path, name: str) -> None:
    fill(tmp_path, {name: "mine"} | {path: text for path, text in LEFT.items() if not path.startswith(name)})
    before = sorted(tmp_path.rglob("*"))
    clear_beginning(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_beginning_that_cannot_be_cleared_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    fill(tmp_path, LEFT)
    monkeypatch.setattr(Path, "iterdir", closed)
    with pytest.raises(AnalysisError, match="must be writable, got 'Permission denied'"):
        clear_beginning(tmp_path)


def test_a_header_can_be_replaced(again: RunDirectory, path: Path) -> None:
    again.replace_header(HEADER | {"more": 1}, {"settings/x.json": b"1"})
    assert json.loads((path / "run.json").read_text())["more"] == 1
    assert (again.header["more"], (path / "settings" / "x.json").read_bytes()) == (1, b"1")


def test_a_directory_that_cannot_be_written_fails_the_job(
    again: RunDirectory, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    message = r"run: must be writable, got 'No space left on device'$"
    with pytest.raises(JobError, match=message):
        again.keep(entry(4), TABLE)
    with pytest.raises(JobError, match=message):
        again.finish({})
    with pytest.raises(JobError, match=message):
        again.replace_header(HEADER, {})
    assert [one.first for one in again.entries()] == [0, 2]


def test_a_disk_that_is_full_at_the_journal_fails_the_job_in_words(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def keep_where_only_tables_fit() -> None:
        with resumed(path) as opened:
            monkeypatch.setattr(run_directory, "put_file", lambda *_: None)
            limit = (path / "journal.jsonl").stat().st_size + 20
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
            opened.keep(entry(4), TABLE)

    try:
        with pytest.raises(JobError, match=r"run: must be writable, got 'File too large'$"):
            keep_where_only_tables_fit()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [one.first for one in read_journal(path)] == [0, 2]


def test_a_journal_that_cannot_be_opened_is_told(path: Path) -> None:
    (path / "journal.jsonl").unlink()
    (path / "journal.jsonl").mkdir()
    with pytest.raises(AnalysisError, match="run: must be writable, got "), resumed(path):
        pass


def test_what_is_no_run_cannot_go_on(tmp_path: Path) -> None:
    with (
        pytest.raises(AnalysisError, match="must be a directory of stored results, got none"),
        resumed(tmp_path / "no"),
    ):
        pass
    with pytest.raises(AnalysisError, match=r"run\.json: is missing"), resumed(tmp_path):
        pass


def test_a_directory_with_something_else_cannot_begin(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with (
        pytest.raises(AnalysisError, match="must be a new or empty directory"),
        begun(tmp_path, HEADER, TEXTS),
    ):
        pass


def test_what_a_killed_beginning_left_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / f"{HIDDEN}left").mkdir()
    with begun(tmp_path, HEADER, TEXTS) as opened:
        opened.keep(entry(0), TABLE)
    assert firsts(tmp_path) == [0]


def test_a_kill_at_the_beginning_leaves_nothing_beside_the_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Ends everything at once."""

    def kill(*_: object) -> None:
        raise Killed

    monkeypatch.setattr("sim.stored.beginning.json_bytes", kill)
    monkeypatch.setattr("sim.stored.beginning._empty", kill)
    with pytest.raises(Killed), begun(tmp_path / "run", HEADER, TEXTS):
        pass
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    clear_beginning(tmp_path / "run")
    with begun(tmp_path / "run", HEADER, TEXTS) as opened:
        opened.keep(entry(0), TABLE)
    assert firsts(tmp_path / "run") == [0]


def test_a_beginning_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with (
        pytest.raises(AnalysisError, match=r"run: must be writable, got 'No space left on device'$"),
        begun(tmp_path / "run", HEADER, TEXTS),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_another_run_is_just_beginning_is_not_cleared(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with begun(tmp_path / "run", HEADER, TEXTS):
        (tmp_path / "run" / "run.json").rename(tmp_path / "later")
        with pytest.raises(AnalysisError, match="must have one run at a time writing to it, got another"):
            clear_beginning(tmp_path / "run")
    assert (tmp_path / "run" / "scenarios").is_dir()


def test_of_two_that_begin_at_once_the_second_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    target = tmp_path / "run"
    target.mkdir()
    (target / "journal.jsonl").touch()
    with (
        patch.object(beginning, "holds_something", lambda _: False),
        pytest.raises(AnalysisError, match="must be a new or empty directory, got a full one"),
        begun(target, HEADER, TEXTS),
    ):
        pass
    assert [path.name for path in target.iterdir()] == ["journal.jsonl"]


def test_a_journal_that_was_replaced_before_it_could_be_locked_is_another_runs(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def replaced_meanwhile(*_: object) -> None:
        (path / "other").write_bytes((path / "journal.jsonl").read_bytes())
        (path / "other").replace(path / "journal.jsonl")

    monkeypatch.setattr(fcntl, "flock", replaced_meanwhile)
    with pytest.raises(AnalysisError, match="must have one run at a time writing"), open_journal(path):
        pass


def test_links_that_lead_round_in_a_circle_are_told(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with (
        pytest.raises(AnalysisError, match="loop: must be a directory, got a link that leads nowhere"),
        begun(tmp_path / "loop", HEADER, TEXTS),
    ):
        pass


@pytest.mark.parametrize(("began", "ended", "seconds"), [(100, 107.6, 8), (100, 90, 0)])
def test_the_seconds_of_a_stretch_are_those_from_its_header_to_its_last_job(
    path: Path, began: float, ended: float, seconds: int
) -> None:
    os.utime(path / "run.json", (began, began))
    os.utime(path / "journal.jsonl", (ended, ended))
    assert seconds_filled(path) == seconds
    (path / "journal.jsonl").unlink()
    assert seconds_filled(path) == 0
