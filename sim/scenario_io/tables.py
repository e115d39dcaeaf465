"""Results of any model as tables: strategies with cost and effect, or columns of draws.

Where a file of draws comes from R or a spreadsheet its first column often numbers the rows. It is left out
only if that is certain: it has no name or is called ``draw``, ``iteration``, ``sim`` or the like, and counts
the rows up by one from 0 or 1. A first column of such a name that does not count is refused, never guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.errors import ScenarioError
from sim.scenario_io.csv_file import Sheet, number_in, read, refuse
from sim.scenario_io.problems import Problem, shortened, shown

STRATEGY, COST, EFFECT = "strategy", "cost", "effect"
FEWEST_STRATEGIES = 2
INDEX_NAMES = frozenset({"", "draw", "draws", "iteration", "iter", "sim", "simulation"})
"""Names, in lower case, of a first column that may number the rows."""


@dataclass(frozen=True, slots=True)
class StrategyTable:
    """Strategies with one cost and one effect each.

    Parameters
    ----------
    file, digest : str
        Where it was read from, and the SHA-256 of that file.
    strategies : tuple of str
        Names, all different, in the order of the file.
    cost, effect : ndarray, shape (n_strategies,)
        Finite numbers; negative ones and zero are allowed.
    """

    file: str
    digest: str
    strategies: tuple[str, ...]
    cost: NDArray[np.float64]
    effect: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Columns:
    """Named columns of numbers, one row per draw.

    Parameters
    ----------
    file, digest : str
        Where they were read from, and the SHA-256 of that file.
    names : tuple of str
        Names, all different, in the order of the file; without an index of draws.
    values : ndarray, shape (n_draws, n_columns)
        Finite numbers.
    """

    file: str
    digest: str
    names: tuple[str, ...]
    values: NDArray[np.float64]


def read_strategies(path: Path) -> StrategyTable:
    """Read a deterministic table with the columns strategy, cost and effect.

    Parameters
    ----------
    path : Path
        Comma-separated values; upper and lower case of column names do not matter, other columns are
        passed over.

    Returns
    -------
    StrategyTable
        In the order of the file.

    Raises
    ------
    ScenarioError
        If the file cannot be read, or tells anything but at least two strategies of different names with
        finite numbers; tells every mistake.
    """
    sheet = read(path)
    problems = list(sheet.problems)
    places = {name: _place(sheet, name, problems) for name in (STRATEGY, COST, EFFECT)}
    if sheet.n_rows < FEWEST_STRATEGIES:
        told = f"must list at least two strategies, got {sheet.n_rows or 'none'}"
        problems.append(Problem(sheet.file, None, "", told))
    names = _names(sheet, places[STRATEGY], problems)
    cost, effect = (
        _numbers(sheet, place, name, problems) if (place := places[name]) is not None else np.empty(0)
        for name in (COST, EFFECT)
    )
    refuse(problems, sheet.file)
    return StrategyTable(sheet.file, sheet.digest, names, cost, effect)


def read_columns(path: Path) -> Columns:
    """Read columns of numbers, such as one per strategy or parameter and one row per draw.

    Parameters
    ----------
    path : Path
        Comma-separated values with a line of names.

    Returns
    -------
    Columns
        Without a first column that only numbers the rows.

    Raises
    ------
    ScenarioError
        If the file cannot be read, or holds anything but columns of different names with finite numbers;
        tells the first mistakes and how many more there are.
    """
    sheet = read(path)
    problems = list(sheet.problems)
    first = 1 if _has_index(sheet, problems) else 0
    names = sheet.header[first:]
    problems += _wrong_names(sheet, first)
    if not sheet.n_rows:
        problems.append(Problem(sheet.file, None, "", "must have rows below the names, got none"))
    columns = [
        _numbers(sheet, place, name or f"column {place + 1}", problems)
        for place, name in enumerate(names, start=first)
    ]
    refuse(problems, sheet.file)
    return Columns(sheet.file, sheet.digest, names, np.stack(columns, axis=1))


def aligned(first: Columns, second: Columns) -> Columns:
    """Return the second table with its columns in the order of the first.

    Parameters
    ----------
    first, second : Columns
        Two tables on the same strategies, such as costs and effects.

    Returns
    -------
    Columns
        Columns are found by name, rows belong together by their order.

    Raises
    ------
    ScenarioError
        If names or numbers of rows differ.
    """
    missing = [name for name in first.names if name not in second.names]
    besides = [name for name in second.names if name not in first.names]
    told = [f"without {_listed(missing)}"] * bool(missing) + [f"with {_listed(besides)}"] * bool(besides)
    if told:
        raise ScenarioError(
            f"{second.file}: must have the columns of {first.file}, got them {' and '.join(told)}"
        )
    check_same_rows(first, second)
    order = [second.names.index(name) for name in first.names]
    # In the memory order of tables as read: sums, and so the last digits, depend on it.
    return replace(second, names=first.names, values=np.ascontiguousarray(second.values[:, order]))


def check_same_rows(first: Columns, second: Columns) -> None:
    """Check that two tables have a row for each draw.

    Parameters
    ----------
    first, second : Columns
        Two tables on the same draws, such as costs and parameters.

    Raises
    ------
    ScenarioError
        If the numbers of rows differ.
    """
    wanted, got = len(first.values), len(second.values)
    if wanted != got:
        raise ScenarioError(f"{second.file}: must have the {wanted} rows of {first.file}, got {got}")


def _place(sheet: Sheet, name: str, problems: list[Problem]) -> int | None:
    """Return the position of a column that must be there once."""
    places = [place for place, column in enumerate(sheet.header) if column.casefold() == name]
    if len(places) == 1:
        return places[0]
    got = f"{len(places)} of them" if places else _listed([column for column in sheet.header if column])
    problems.append(sheet.problem(sheet.header_line, name, f"must be one of the columns, got {got}"))
    return places[0] if places else None


def _names(sheet: Sheet, place: int | None, problems: list[Problem]) -> tuple[str, ...]:
    """Return names of strategies, and note those that are empty or repeated."""
    if place is None:
        return ()
    lines: dict[str, int] = {}
    for line, cells in sheet.rows:
        name = cells[place].strip()
        if not name:
            problems.append(sheet.problem(line, STRATEGY, "must be a name, got nothing"))
        elif name in lines:
            told = f"must differ from that in line {lines[name]}, got {shown(name)} again"
            problems.append(sheet.problem(line, STRATEGY, told))
        else:
            lines[name] = line
    return tuple(lines)


def _numbers(sheet: Sheet, place: int, name: str, problems: list[Problem]) -> NDArray[np.float64]:
    """Return a column of numbers, and note cells that hold none."""
    found = [number_in(cells[place]) for _, cells in sheet.rows]
    wrong = [(row, told) for row, told in enumerate(found) if isinstance(told, str)]
    problems += [sheet.problem(sheet.rows[row][0], name, told) for row, told in wrong]
    return np.array([np.nan if isinstance(number, str) else number for number in found])


def _has_index(sheet: Sheet, problems: list[Problem]) -> bool:
    """Tell whether the first column numbers the rows, and note it if it only seems to."""
    name = sheet.header[0]
    if name.casefold() not in INDEX_NAMES:
        return False
    if sheet.problems:
        return True
    found = [number_in(cells[0]) for _, cells in sheet.rows]
    if found and found[0] in {0, 1} and all(one == found[0] + row for row, one in enumerate(found)):
        return True
    if name:
        told = "must count the rows up by one from 0 or 1, as its name says; rename it if it is a result"
        problems.append(sheet.problem(sheet.header_line, name, told))
    return bool(name)


def _wrong_names(sheet: Sheet, first: int) -> Iterator[Problem]:
    """Yield columns without a name, names that stand twice, and a line of names that holds numbers."""
    names = sheet.header[first:]
    line = sheet.header_line
    if not names:
        yield Problem(sheet.file, line, "", "must have a column besides that of the draws, got none")
    elif all(not isinstance(number_in(name), str) for name in names):
        yield Problem(sheet.file, line, "", "must be names of the columns, got numbers only")
    for place, name in enumerate(names, start=first + 1):
        if not name:
            yield Problem(sheet.file, line, "", f"column {place} must have a name, got none")
    for name, times in Counter(names).items():
        if name and times > 1:
            yield sheet.problem(line, name, f"must be the name of one column, got {times}")


def _listed(names: list[str]) -> str:
    return shortened(", ".join(names)) or "none"
