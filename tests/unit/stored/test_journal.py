"""A journal tells finished jobs, whatever a crash left of its last line."""

from __future__ import annotations

import sys
from pathlib import Path

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
