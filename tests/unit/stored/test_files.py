"""Directories are written all or nothing; what stops a write is told in words."""

from __future__ import annotations

import errno
from pathlib import Path

import pandas as pd
import pytest

from sim.errors import AnalysisError
from sim.stored.files import json_bytes, new_directory, put_file, read_json
from sim.stored.tables import decoded, encoded


def store(directory: Path | str) -> None:
    with new_directory(directory) as complete:
        put_file(complete / "numbers.parquet", encoded(pd.DataFrame({"one": [1.5, 2.5]})).content)
        put_file(complete / "manifest.json", json_bytes({"made": "ü"}))


def store_until(failure: BaseException | type[BaseException], directory: Path) -> None:
    with new_directory(directory) as part:
        put_file(part / "manifest.json", json_bytes({}))
        raise failure


def left_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.rglob("*"))


@pytest.mark.parametrize("is_there", [True, False])
def test_what_is_stored_is_there_whole_and_nothing_else(tmp_path: Path, is_there: bool) -> None:
    target = tmp_path / "far" / "results"
    if is_there:
        target.mkdir(parents=True)
    store(target)
    assert left_in(tmp_path) == ["far", "manifest.json", "numbers.parquet", "results"]
    assert read_json(target / "manifest.json") == {"made": "ü"}
    assert decoded({target: (target / "numbers.parquet").read_bytes()})["one"].tolist() == [1.5, 2.5]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError, ValueError])
@pytest.mark.parametrize("is_there", [True, False])
def test_an_interrupted_write_leaves_nothing(
    tmp_path: Path, failure: type[BaseException], is_there: bool
) -> None:
    target = tmp_path / "results"
    if is_there:
        target.mkdir()
    with pytest.raises(failure):
        store_until(failure, target)
    assert left_in(tmp_path) == (["results"] if is_there else [])


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(AnalysisError, match=r"results: must be writable, got 'No space left on device'"):
        store_until(full, tmp_path / "results")
    assert left_in(tmp_path) == []


def test_a_move_that_stops_half_way_leaves_nothing_that_looks_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, moved = tmp_path / "results", []
    target.mkdir()
    replace = Path.replace

    def stops(self: Path, to: Path) -> Path:
        if moved:
            raise OSError(errno.ENOSPC, "No space left on device")
        moved.append(self.name)
        return replace(self, to)

    def store_and_stop() -> None:
        with new_directory(target) as complete:
            put_file(complete / "numbers.parquet", b"1")
            put_file(complete / "manifest.json", b"{}")
            monkeypatch.setattr(Path, "replace", stops)

    with pytest.raises(AnalysisError, match="must be writable"):
        store_and_stop()
    assert moved == ["numbers.parquet"]
    assert left_in(target) == ["numbers.parquet"]


@pytest.mark.parametrize("is_there", [True, False])
def test_of_two_that_begin_in_one_place_the_second_changes_nothing(
    tmp_path: Path, is_there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, iterdir = tmp_path / "results", Path.iterdir
    # Systems list a directory in any order: here files come before folders.
    monkeypatch.setattr(Path, "iterdir", lambda path: iter(sorted(iterdir(path), key=Path.is_dir)))
    if is_there:
        target.mkdir()

    def begin(directory: Path, content: bytes) -> None:
        for name in ("scenarios/0001-ab.yaml", "journal.jsonl", "run.json", "a.txt"):
            put_file(directory / name, content)

    def begin_while_another_does() -> None:
        with new_directory(target) as late:
            begin(late, b"late")
            with new_directory(target) as first:
                begin(first, b"first")

    with pytest.raises(
        AnalysisError, match="must be a new or empty directory, got a full one; choose another"
    ):
        begin_while_another_does()
    assert {path.read_bytes() for path in target.rglob("*") if path.is_file()} == {b"first"}
    assert left_in(tmp_path) == [
        "0001-ab.yaml", "a.txt", "journal.jsonl", "results", "run.json", "scenarios",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["file", "file/results", "file/far/results"])
def test_a_place_below_a_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(AnalysisError, match=r"must be (writable|a new or empty directory), got"):
        store(tmp_path / name)
    assert left_in(tmp_path) == ["file"]


def test_a_full_directory_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(
        AnalysisError, match="must be a new or empty directory, got a full one; choose another"
    ):
        store(tmp_path)
    assert left_in(tmp_path) == ["mine.txt"]


def test_a_name_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="must be writable, got 'File name too long'"):
        store(tmp_path / ("x" * 300))


def test_a_directory_that_cannot_be_looked_into_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(self: Path) -> object:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", closed)
    with pytest.raises(AnalysisError, match="must be writable, got 'Permission denied'"):
        store(tmp_path)


def test_numbers_that_json_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_bytes({"x": float("nan")})


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"[1, 2]", r"is damaged \(no mapping\); run again"), (b"{", "is damaged"), (b"\xff", "is damaged")],
)
def test_json_that_holds_no_mapping_is_damaged(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    with pytest.raises(AnalysisError, match=rf"settings\.json: {message}"):
        read_json(tmp_path / "settings.json")


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"nothing: is missing; these are no complete results, run again"):
        read_json(tmp_path / "nothing")


def test_a_table_that_is_no_table_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"health\.parquet: is damaged"):
        decoded({tmp_path / "health.parquet": b"no table"})


def test_a_command_with_a_path_that_is_not_utf_8_is_written_with_escapes(tmp_path: Path) -> None:
    put_file(tmp_path / "manifest.json", json_bytes({"command": "--out bad\udcffdir"}))
    assert read_json(tmp_path / "manifest.json") == {"command": "--out bad\udcffdir"}
