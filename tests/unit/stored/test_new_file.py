"""A new file is whole or not there; what stops its writing is told in words."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from sim.errors import AnalysisError
from sim.stored.files import new_file


def write(path: Path, failure: BaseException | type[BaseException] | None = None) -> None:
    with new_file(path) as hidden:
        hidden.write_text("half", encoding="utf-8")
        if failure is not None:
            raise failure
        hidden.write_text("whole", encoding="utf-8")


def test_a_new_file_is_there_whole_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path / "far" / "book.xlsx")
    assert [path.name for path in tmp_path.rglob("*")] == ["far", "book.xlsx"]
    assert (tmp_path / "far" / "book.xlsx").read_text(encoding="utf-8") == "whole"


@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_write_leaves_nothing(tmp_path: Path, failure: type[BaseException]) -> None:
    with pytest.raises(failure):
        write(tmp_path / "book.xlsx", failure)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(AnalysisError, match=r"book: must be writable, got 'No space left on device'"):
        write(tmp_path / "book", full)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_exists_is_not_replaced(tmp_path: Path) -> None:
    write(tmp_path / "book")
    with pytest.raises(AnalysisError, match=r"book: must be a new file, got one that exists; choose another"):
        write(tmp_path / "book")
