"""Sheets in one XLSX file: numbers as numbers, text as text that no program takes for a formula."""

from __future__ import annotations

import contextlib
import gc
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.precision import plain
from sim.errors import AnalysisError
from sim.stored.files import new_file

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 1_048_576, 16_384, 32_767
"""Limits of the format: rows (with the header) and columns of a sheet, characters of a cell."""
EXACT = 2**53
"""Whole numbers from here on are written as text: a cell would round them."""
CUT = " … (cut)"
WIDTHS = (8, 40)
"""Narrowest and widest column, in characters."""
INSTEAD = "use --format csv, which has no such limit"
Cell = object


@dataclass
class Workbook:
    """A workbook that is being written, row by row, so that it need not be held in memory.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        Where it goes.
    """

    book: xlsxwriter.Workbook
    _sheets: dict[str, tuple[Worksheet, int]] = field(default_factory=dict)

    def sheet(self, name: str, columns: Sequence[str]) -> None:
        """Begin a sheet with a header that stays in sight.

        Parameters
        ----------
        name : str
            At most 31 characters.
        columns : sequence of str
            Headings.

        Raises
        ------
        AnalysisError
            If there are more columns than a sheet can hold.
        """
        if len(columns) > MOST_COLUMNS:
            raise AnalysisError(
                f"--format xlsx: sheet '{name}' must have at most {MOST_COLUMNS:,} columns, got "
                f"{len(columns):,}; {INSTEAD}"
            )
        sheet, bold = self.book.add_worksheet(name), self.book.add_format({"bold": True})
        for place, heading in enumerate(columns):
            _write(sheet, 0, place, heading, bold)
            sheet.set_column(place, place, min(max(len(heading) + 1, WIDTHS[0]), WIDTHS[1]))
        sheet.freeze_panes(1, 0)
        self._sheets[name] = sheet, 1

    def append(self, name: str, rows: Iterable[Sequence[Cell]]) -> None:
        """Add rows to a sheet.

        Parameters
        ----------
        name : str
            A sheet that was begun.
        rows : iterable of sequence
            Cells: numbers, truth values, text; None and numbers that are not finite leave a cell empty.

        Raises
        ------
        AnalysisError
            If a sheet cannot hold them all.
        """
        sheet, place = self._sheets[name]
        for row in rows:
            if place >= MOST_ROWS:
                raise AnalysisError(
                    f"--format xlsx: sheet '{name}' must have at most {MOST_ROWS:,} rows, got more; {INSTEAD}"
                )
            for column, value in enumerate(row):
                _write(sheet, place, column, value, None)
            place += 1
        self._sheets[name] = sheet, place


def can_write() -> bool:
    """Tell whether what writes workbooks is installed."""
    return find_spec("xlsxwriter") is not None


@contextlib.contextmanager
def new_workbook(path: Path | str, created: str | None) -> Iterator[Workbook]:
    """Give a workbook to be filled, and put it in place when it is whole.

    Parameters
    ----------
    path : Path or str
        A new file.
    created : str, optional
        Moment that the workbook tells as its own [ISO 8601]; the same content then gives the same bytes.

    Yields
    ------
    Workbook
        Without a sheet.

    Raises
    ------
    AnalysisError
        If the file exists or cannot be written, or the library that writes it is missing.
    """
    try:
        import xlsxwriter  # noqa: PLC0415
    except ImportError as error:
        raise AnalysisError(
            "--format xlsx: must have the extra 'report', got none; add it with "
            "pip install 'treatpath[report]', or use --format csv"
        ) from error
    with new_file(path) as hidden, tempfile.TemporaryDirectory() as rows, hidden.open("wb") as file:
        options, refused = {"constant_memory": True, "tmpdir": rows}, None
        try:
            with xlsxwriter.Workbook(file, options) as book:
                if created is not None:
                    book.set_properties({"created": datetime.fromisoformat(created)})
                yield Workbook(book)
        except xlsxwriter.exceptions.FileCreateError as error:
            # The archive goes with the error and ends its file once more, which must be open and have room.
            os.ftruncate(file.fileno(), 0)
            refused = error.args[0].args
        if refused is not None:
            gc.collect()
            raise OSError(*refused)


def _write(sheet: Worksheet, row: int, column: int, value: Cell, form: Format | None) -> None:
    """Write one cell by the kind of its value; text is never read as formula, number or link."""
    known = plain(value)
    match known:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, known, form)
        case int() | float() if abs(known) < EXACT or isinstance(known, float):
            sheet.write_number(row, column, known, form)
        case _:
            sheet.write_string(row, column, _text(known), form)


def _text(value: Any) -> str:  # noqa: ANN401  whatever a cell holds
    text = str(value).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - len(CUT)] + CUT
