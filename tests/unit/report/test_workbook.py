"""Workbooks hold numbers as numbers and text as text, up to the limits of a sheet, whole or not at all."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter
from workbooks import Cell, parts_of, read_workbook
from xlsxwriter.exceptions import FileCreateError

from sim.errors import AnalysisError
from sim.report import workbook
from sim.report.workbook import new_workbook

MOMENT = "2026-11-28T03:47:05+00:00"


def write(path: Path, values: Sequence[object], columns: Sequence[str] = ("value",)) -> list[list[Cell]]:
    with new_workbook(path, MOMENT) as book:
        book.sheet("sheet", columns)
        book.append("sheet", ([value] for value in values))
    return read_workbook(path)["sheet"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@x", "{=SUM(A1)}", "http://a.b", "mailto:a@b.c", "0123", "1e5", "TRUE", " lead", "<&>\nnew"],
)  # fmt: skip
def test_text_stays_text(tmp_path: Path, text: str) -> None:
    assert write(tmp_path / "book.xlsx", [text], [text]) == [[text], [text]]
    assert parts_of(tmp_path / "book.xlsx", "f") == []
    assert parts_of(tmp_path / "book.xlsx", "hyperlink") == []


def test_numbers_and_truth_values_stay_what_they_are(tmp_path: Path) -> None:
    rows = write(tmp_path / "book.xlsx", [1.5, 3, True, np.int32(7), np.float64(0.1), np.bool_(False)])
    assert rows[1:] == [[1.5], [3.0], [True], [7.0], [0.1], [False]]


def test_what_is_no_number_leaves_a_cell_empty(tmp_path: Path) -> None:
    assert write(tmp_path / "book.xlsx", [None, float("nan"), float("inf"), np.nan, "end"])[1:] == [["end"]]


def test_whole_numbers_that_a_cell_would_round_are_text(tmp_path: Path) -> None:
    assert write(tmp_path / "book.xlsx", [2**53 - 1, 2**53 + 1])[1:] == [[2.0**53 - 1], [str(2**53 + 1)]]


def test_text_longer_than_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    [_, [text]] = write(tmp_path / "book.xlsx", ["x" * 40_000])
    assert isinstance(text, str)
    assert (len(text), text.endswith("x … (cut)")) == (32_767, True)


def test_text_that_is_no_unicode_is_escaped(tmp_path: Path) -> None:
    assert write(tmp_path / "book.xlsx", ["\ud800x"])[1:] == [["\\ud800x"]]


def test_the_header_stays_in_sight(tmp_path: Path) -> None:
    write(tmp_path / "book.xlsx", [1])
    assert [pane["state"] for pane in parts_of(tmp_path / "book.xlsx", "pane")] == ["frozen"]
    assert parts_of(tmp_path / "book.xlsx", "pane")[0]["ySplit"] == "1"


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        write(tmp_path / name, ["x", 1.5])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_sheet_that_cannot_hold_all_rows_is_refused_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    assert len(write(tmp_path / "fits.xlsx", [1, 2])) == 3
    with pytest.raises(
        AnalysisError,
        match=r"--format xlsx: sheet 'sheet' must have at most 3 rows, got more; use --format csv, which has no such",
    ):
        write(tmp_path / "book.xlsx", [1, 2, 3])
    assert [path.name for path in tmp_path.iterdir()] == ["fits.xlsx"]


def test_a_sheet_that_cannot_hold_all_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        AnalysisError, match=r"sheet 'sheet' must have at most 16,384 columns, got 16,385; use"
    ):
        write(tmp_path / "book.xlsx", [], [str(place) for place in range(16_385)])
    assert list(tmp_path.iterdir()) == []


def test_rows_may_hold_as_many_as_the_format_says() -> None:
    assert workbook.MOST_ROWS == 1_048_576


def test_a_missing_library_is_told_with_how_to_add_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(
        AnalysisError,
        match=r"--format xlsx: must have the extra 'report', got none; add it with pip install "
        r"'treatpath\[report\]', or use --format csv",
    ):
        write(tmp_path / "book.xlsx", [])


def test_a_disk_that_fills_at_the_end_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = FileCreateError(OSError(errno.ENOSPC, "No space left on device"))

    whole = xlsxwriter.Workbook.close

    def close(book: xlsxwriter.Workbook) -> None:
        whole(book)
        raise refused

    monkeypatch.setattr("xlsxwriter.Workbook.close", close)
    with pytest.raises(AnalysisError, match=r"book\.xlsx: must be writable, got 'No space left on device'"):
        write(tmp_path / "book.xlsx", [1])
    assert list(tmp_path.iterdir()) == []
