"""Read tables of comma-separated values that other programs wrote; mistakes are told by line and column.

This module knows nothing of strategies or draws, see `sim.scenario_io.tables`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.errors import ScenarioError
from sim.scenario_io.problems import Problem, dotted, shown

MOST_SHOWN = 20
"""So many mistakes of one table are told; the others are counted."""
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
LARGEST = 1e15
"""Larger costs and effects are slips; their products would leave the range of floating-point numbers."""
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?(?:nan|inf|infinity|na|n/a|null)", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in a table, before its cells are given a meaning.

    Parameters
    ----------
    file : str
        File as the user wrote it.
    digest : str
        SHA-256 of its bytes, in hexadecimal digits.
    header : tuple of str
        Names of the columns, without blanks around them; a column may have none.
    header_line : int
        Line of the names, counted from 1.
    rows : list of tuple
        Line and cells of each row; as many cells as names.
    n_rows : int
        Rows in the file, with those of a wrong length.
    problems : list of Problem
        Rows of a wrong length.
    """

    file: str
    digest: str
    header: tuple[str, ...]
    header_line: int
    rows: list[tuple[int, list[str]]]
    n_rows: int
    problems: list[Problem]

    def problem(self, line: int, column: str, message: str) -> Problem:
        """Return a mistake in one cell; in the names, of one column."""
        return Problem(self.file, line, dotted((column,)) if column else "", message)


def read(path: Path) -> Sheet:
    """Read a table with a line of names.

    Parameters
    ----------
    path : Path
        A text file in UTF-8, with or without a byte order mark; commas between cells, decimal points.

    Returns
    -------
    Sheet
        Lines without any content are passed over.

    Raises
    ------
    ScenarioError
        If the file is missing, is no text, has no rows or other separators than commas.
    """
    file = path.as_posix()
    content = _content(path, file)
    text = _text(content, file)
    records = _records(text, file)
    if not records:
        raise ScenarioError(f"{file}: must have a line of column names and rows below it, got an empty file")
    (header_line, header), *rows = records
    if len(header) == 1:
        _check_separator(header[0], file, header_line)
    problems = [
        Problem(file, line, "", _wrong_length(len(header), len(cells)))
        for line, cells in rows
        if len(cells) != len(header)
    ]
    return Sheet(
        file=file,
        digest=hashlib.sha256(content).hexdigest(),
        header=tuple(name.strip() for name in header),
        header_line=header_line,
        rows=[(line, cells) for line, cells in rows if len(cells) == len(header)],
        n_rows=len(rows),
        problems=problems,
    )


def number_in(cell: str) -> float | str:
    """Return the number a cell holds, or what is wrong with it.

    Parameters
    ----------
    cell : str
        What stands between two commas.

    Returns
    -------
    float or str
        A finite number, or the message.

    Examples
    --------
    >>> number_in(" 1.5e3 "), number_in("-.5"), number_in("abc")
    (1500.0, -0.5, "must be a number, got 'abc'")
    """
    text = cell.strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            return f"must be a finite number, got {shown(text)}"
        return number if abs(number) <= LARGEST else f"must lie within ±{LARGEST:g}, got {shown(text)}"
    if not text:
        return "must be a number, got nothing"
    if _NO_NUMBER.fullmatch(text):
        return f"must be a finite number, got {shown(text)}"
    hint = (
        "; write it with a decimal point, without thousands separators, units or signs of currency"
        if _DIGIT.search(text)
        else ""
    )
    return f"must be a number, got {shown(text)}{hint}"


def refuse(problems: Iterable[Problem], file: str) -> None:
    """Raise an error that tells the first mistakes in the order of lines, and how many more there are.

    Parameters
    ----------
    problems : iterable of Problem
        Mistakes in any order; none is fine.
    file : str
        Name of the table.

    Raises
    ------
    ScenarioError
        If there is any mistake.
    """
    lines = [str(problem) for problem in sorted(problems, key=lambda problem: problem.line or 0)]
    if not lines:
        return
    more = len(lines) - MOST_SHOWN
    if more > 0:
        lines = [*lines[:MOST_SHOWN], f"{file}: and {more} more {'mistake' if more == 1 else 'mistakes'}"]
    raise ScenarioError("\n".join(lines))


def _content(path: Path, file: str) -> bytes:
    if path.is_dir():
        raise ScenarioError(f"{file}: must be a file, got a directory")
    if not path.is_file():
        raise ScenarioError(f"{file}: must be a file, got {'no regular one' if path.exists() else 'none'}")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ScenarioError(f"{file}: must be readable, got '{error.strerror or error}'") from error


def _text(content: bytes, file: str) -> str:
    if content.startswith(BYTE_ORDER_MARKS):
        raise ScenarioError(f"{file}: must be text in UTF-8, got UTF-16; save it as CSV UTF-8")
    if b"\0" in content:
        raise ScenarioError(f"{file}: must be a table of text, got a binary file; save it as CSV UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ScenarioError(
            f"{file}:{line}: must be text in UTF-8, got byte 0x{content[error.start]:02x}; "
            "save it as CSV UTF-8"
        ) from None


def _records(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Return the line on which each record begins, and its cells; empty ones are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ScenarioError(
            f"{file}:{line}: must be cells with commas between, got a line that cannot be read ({error})"
        ) from None
    return records


def _check_separator(header: str, file: str, line: int) -> None:
    for separator, name in SEPARATORS.items():
        if separator in header:
            raise ScenarioError(
                f"{file}:{line}: must have commas between columns and points in decimals, got {name}; "
                "save it as CSV with commas"
            )


def _wrong_length(wanted: int, got: int) -> str:
    cells = "1 cell" if wanted == 1 else f"{wanted} cells"
    hint = "; write decimals with a point and put texts with commas in quotes" if got > wanted else ""
    return f"must have {cells} like the line of names, got {got}{hint}"
