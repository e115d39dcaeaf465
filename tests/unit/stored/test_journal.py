"""A journal tells finished jobs, whatever a crash left of its last line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.errors import AnalysisError
from sim.stored.journal import JOURNAL, Entry, StoredFile, open_journal, read_journal, record, repair_journal

FILES = (StoredFile("flows/0001-ab/replications-000000-000001.parquet", "cd" * 32, 10, 3),)
FIRST = Entry("0001-ab", "replications", 0, 2, FILES)
SECOND = Entry("0001-ab", "replications", 2, 2, FILES)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / JOURNAL).write_text(FIRST.line() + SECOND.line())
    return tmp_path


def test_what_is_recorded_is_read_back(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        record(journal, FIRST)
        record(journal, SECOND)
    assert read_journal(tmp_path) == [FIRST, SECOND]
    assert (FIRST.numbers, FIRST.key) == (range(2), ("0001-ab", "replications", 0, 2))


@pytest.mark.parametrize("length", [1, 20, -1])
def test_a_torn_last_line_does_not_count(directory: Path, length: int) -> None:
    (directory / JOURNAL).write_text(FIRST.line() + SECOND.line()[:length])
    assert read_journal(directory) == [FIRST]


@pytest.mark.parametrize(
    "line",
    [
        "{", "[]", "7", "null", "\x00\x00", '{"scenario": "0001-ab"}',
        FIRST.line().replace('"first":0', '"first":"0"').strip(),
        FIRST.line().replace('"first":0', '"first":-1').strip(),
        FIRST.line().replace("flows/", "../flows/").strip(),
        FIRST.line().replace("flows/", "/flows/").strip(),
        FIRST.line().replace('"files":[', '"files":[3,').strip(),
        FIRST.line().replace('"part"', '"parts"').strip(),
        FIRST.line().replace('"count":2', '"count":1.5').strip(),
        FIRST.line().replace("flows/", "flows/deep/").strip(),
        FIRST.line().replace("flows/0001-ab/", "").strip(),
        FIRST.line().replace("flows/", "flows\\u0000/").strip(),
        FIRST.line().replace('"rows":3', '"rows":"3"').strip(),
        FIRST.line().replace('"bytes":10', '"bytes":null').strip(),
        FIRST.line().replace('"sha256":"', '"sha256":["').replace('","bytes', '"],"bytes').strip(),
        FIRST.line().replace("flows/0001-ab/replications-000000-000001.parquet", "/etc/passwd").strip(),
    ],
)  # fmt: skip
def test_what_is_no_entry_does_not_count(directory: Path, line: str) -> None:
    (directory / JOURNAL).write_text(f"{line}\n{SECOND.line()}")
    assert read_journal(directory) == [SECOND]


def test_a_job_recorded_twice_counts_once(directory: Path) -> None:
    (directory / JOURNAL).write_text(FIRST.line() + FIRST.line())
    assert read_journal(directory) == [FIRST]


def test_a_repaired_journal_holds_whole_lines_only(directory: Path) -> None:
    (directory / JOURNAL).write_text(FIRST.line() + SECOND.line()[:9])
    repair_journal(directory, read_journal(directory))
    assert (directory / JOURNAL).read_text() == FIRST.line()


def test_a_sound_journal_is_left_alone(directory: Path) -> None:
    before = (directory / JOURNAL).stat().st_ino
    repair_journal(directory, read_journal(directory))
    assert (directory / JOURNAL).stat().st_ino == before


def test_a_missing_journal_is_told(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"journal\.jsonl: must be readable, got 'No such file or dir"):
        read_journal(tmp_path)


@contextmanager
def short_of_space(directory: Path) -> Iterator[int]:
    """Let no file grow by more than ten bytes beyond the journal; not even what the test run prints to one."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (directory / JOURNAL).stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, before[1]))
    try:
        yield size
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_line_that_does_not_fit_is_told_once_and_does_not_count(directory: Path) -> None:
    third = replace(SECOND, first=4)
    with (
        short_of_space(directory) as size,
        open_journal(directory) as journal,
        pytest.raises(OSError, match="File too large"),
    ):
        record(journal, third)
    assert (directory / JOURNAL).stat().st_size == size + 10
    assert read_journal(directory) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"path": "../x"}, "path must lead to a file of the directory, got '../x'"),
        ({"path": 5}, "path must lead to a file of the directory, got 5"),
        ({"path": "summary.csv"}, "path of a table must be <frame>/<folder>/<file>, got 'summary.csv'"),
        ({"bytes": -1}, "hash and sizes of 'flows/.*' must be a text and whole numbers"),
        ({"rows": 0.5}, "hash and sizes of 'flows/.*' must be a text and whole numbers"),
        ({"sha256": None}, "hash and sizes of 'flows/.*' must be a text and whole numbers"),
    ],
)
def test_a_file_that_cannot_be_one_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(FILES[0], **change)


@pytest.mark.skipif(sys.platform == "win32", reason="locks are POSIX")
def test_a_second_run_is_kept_out(directory: Path) -> None:
    with (
        open_journal(directory),
        pytest.raises(AnalysisError, match="must have one run at a time writing to it, got another; wait"),
        open_journal(directory),
    ):
        pass
    with open_journal(directory) as journal:
        assert not journal.closed


def test_a_disk_without_locks_is_no_hindrance(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_: object) -> None:
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with open_journal(directory) as journal:
        record(journal, FIRST)
    assert read_journal(directory) == [FIRST, SECOND]
