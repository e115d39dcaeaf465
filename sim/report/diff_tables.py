"""Tables of what changed from one stored run to another: inputs, circumstances and results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.analysis.measured import AS_IT_IS
from sim.domain import column_meanings as meanings
from sim.report.numbers import NOTHING, counted, days, effect, joined, money, share, significant, with_error
from sim.report.tables import Table
from sim.scenario_io.problems import LONGEST_SHOWN, shortened

Row = Mapping[str, Any]
MOST_SCENARIOS = 20
"""Scenarios whose results are told one by one; more are told in one table."""
MOST_ROWS = 25
"""Results of a scenario that are told; the others are counted."""
DIGEST_SHOWN = 12
BEYOND = {True: "yes", False: "no", None: NOTHING}
FORMS: Mapping[str, Callable[[float], str]] = {
    meanings.MONEY: money,
    meanings.MONEY_EACH: money,
    meanings.PER_QALY: money,
    meanings.SHARE: share,
    meanings.QALYS: effect,
    meanings.LIFE_YEARS: effect,
    meanings.EACH: effect,
    meanings.DAYS: days,
    meanings.PER_100: days,
}
"""How numbers of a unit are written."""


def input_tables(content: Row) -> list[Table]:
    """Return what differs in the inputs: what can move results, and what is only said about them.

    Parameters
    ----------
    content : mapping
        From `sim.analysis.diff.diff`.

    Returns
    -------
    list of Table
        None, one or two.
    """
    groups = grouped(content["inputs"])
    n_scenarios = len(content["scenarios"])
    kinds = (
        (True, "Inputs that differ"),
        (False, "Words, evidence and uncertainty that differ (they move none of these results)"),
    )
    header = (
        "Setting",
        "Old",
        "New",
        "Source",
        "Grade",
        "Besides",
        *(["Scenarios"] if n_scenarios > 1 else []),
    )
    return [
        Table(
            title, header, tuple(_input_cells(row, names, n_scenarios) for row, names in chosen), len(header)
        )
        for moves, title in kinds
        if (chosen := [(row, names) for row, names in groups if row["moves_results"] is moves])
    ]


def change_rows(rows: Sequence[Row]) -> list[dict[str, str]]:
    """Return changed inputs as rows of text, for a table that can be sorted and downloaded.

    Parameters
    ----------
    rows : sequence of mapping
        From `sim.analysis.changed_inputs.input_rows`.

    Returns
    -------
    list of dict
        Keys ``Setting, Old, New, Unit, Source, Grade, Besides``; what changed says both.
    """
    return [
        {
            "Setting": row["path"],
            "Old": _plain(row["old"]),
            "New": _plain(row["new"]),
            "Unit": _both(row["old_unit"], row["new_unit"]),
            "Source": _both(row["old_source"], row["new_source"]),
            "Grade": _both(row["old_grade"], row["new_grade"]),
            "Besides": ", ".join(row["parts"]),
        }
        for row in rows
    ]


def manifest_tables(content: Row) -> list[Table]:
    """Return what differs in how the runs came about: none or one table."""
    rows = tuple(
        (row["path"], _circumstance(row["old"]), _circumstance(row["new"]))
        for row in content["manifest"]["differences"]
    )
    header = ("What", "Old", "New")
    return [Table("How the runs came about", header, rows, len(header))] if rows else []


def result_tables(content: Row, *, every: bool) -> list[Table]:
    """Return the results that differ, the most important first.

    Parameters
    ----------
    content : mapping
        From `sim.analysis.diff.diff`.
    every : bool
        True tells every result that differs, however many.

    Returns
    -------
    list of Table
        One for each scenario with such results; one for all of them when there are many scenarios.
    """
    by_scenario: dict[str, list[Row]] = {}
    for row in content["results"]:
        by_scenario.setdefault(row["scenario"], []).append(row)
    scenarios = [one for one in content["scenarios"] if one["new"] in by_scenario]
    if len(content["scenarios"]) > MOST_SCENARIOS:
        return [_overview(scenarios, by_scenario)] if scenarios else []
    return [_result_table(one, by_scenario[one["new"]], every=every) for one in scenarios]


def grouped(rows: Sequence[Row]) -> list[tuple[Row, list[str]]]:
    """Return each change of an input once, with the scenarios in which it is.

    Parameters
    ----------
    rows : sequence of mapping
        From `sim.analysis.changed_inputs.input_rows`, of any scenarios.

    Returns
    -------
    list of tuple
        The first row of each, and names of scenarios.
    """
    groups: dict[str, tuple[Row, list[str]]] = {}
    for row in rows:
        key = repr([value for name, value in row.items() if name != "scenario"])
        groups.setdefault(key, (row, []))[1].append(row["scenario"])
    return list(groups.values())


def _input_cells(row: Row, names: Sequence[str], n_scenarios: int) -> tuple[str, ...]:
    unit = "" if row["new_unit"] in {None, row["old_unit"]} or row["old"] is None else f" {row['new_unit']}"
    cells = (
        row["path"],
        _plain(row["old"]),
        f"{_plain(row['new'])}{unit}",
        _both(row["old_source"], row["new_source"]),
        _both(row["old_grade"], row["new_grade"]),
        ", ".join(row["parts"]),
    )
    if n_scenarios <= 1:
        return cells
    where = "all" if len(names) == n_scenarios else joined(names) if len(names) <= 2 else f"{len(names):,}"
    return (*cells, where)


def _plain(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case float():
            return significant(value)
        case dict():
            return counted(len(value), "setting")
        case list():
            return shortened(", ".join(map(_plain, value)))
        case _:
            return shortened(" ".join(str(value).split()))


def _both(old: str | None, new: str | None) -> str:
    if old is None or new is None or old == new:
        return new or old or ""
    return f"{old}, now {new}"


def _circumstance(value: object) -> str:
    text = NOTHING if value is None else str(value)
    is_digest = len(text) > LONGEST_SHOWN / 2 and " " not in text
    return text[:DIGEST_SHOWN] if is_digest else shortened(text)


def _result_table(one: Row, rows: Sequence[Row], *, every: bool) -> Table:
    told = rows if every else rows[:MOST_ROWS]
    left = len(rows) - len(told)
    notes = (f"{left:,} more differ; --all tells every one.",) if left else ()
    header = ("Strategy", "Result", "Old", "New", "Difference", "95 % interval", "Beyond chance")
    cells = tuple(_result_cells(row, one["strategies"]) for row in told)
    return Table(f"Results that differ: {one['new']}", header, cells, 2, notes)


def _result_cells(row: Row, labels: Mapping[str, str]) -> tuple[str, ...]:
    form = _form(row["column"])
    difference = row["difference"]
    cells = [_number(row[side], row[f"{side}_se"], form) for side in ("old", "new")]
    between = NOTHING
    if row["low"] is not None:
        between = _gap(f"{_signed(row['low'], form)} to {_signed(row['high'], form)}", form)
    gap = NOTHING if difference is None else _gap(with_error(difference, row["se"], form), form)
    if difference is not None and difference > 0:
        gap = f"+{gap}"
    column = row["column"].removesuffix(AS_IT_IS)
    name = f"{column} (scenario as it is)" if column != row["column"] else column
    return (labels.get(row["strategy"], row["strategy"]), name, *cells, gap, between, BEYOND[row["is_clear"]])


def _form(column: str) -> Callable[[float], str]:
    meaning = meanings.meaning_of(column.removesuffix(AS_IT_IS))
    return FORMS.get(meaning.unit, significant) if meaning is not None else significant


def _number(value: object, error: float | None, form: Callable[[float], str]) -> str:
    if isinstance(value, int | float):
        return with_error(value, error, form)
    return NOTHING if value is None else str(value)


def _signed(value: float, form: Callable[[float], str]) -> str:
    return f"{'+' if value > 0 else ''}{form(value)}"


def _gap(text: str, form: Callable[[float], str]) -> str:
    """Return a difference, with the unit it has between percentages."""
    return f"{text.replace('%', '')} % points" if form is share else text


def _overview(scenarios: Sequence[Row], by_scenario: Mapping[str, Sequence[Row]]) -> Table:
    header = (
        "Scenario",
        "Largest change of net benefit beyond chance",
        "Results that differ",
        "Beyond chance",
    )
    found = [(_largest(by_scenario[one["new"]]), one) for one in scenarios]
    found.sort(key=lambda pair: (-abs(pair[0]["difference"]) if pair[0] else 0.0, -pair[1]["n_clear"]))
    rows = tuple(
        (one["new"], _largest_in_words(most, one), f"{one['n_changed']:,}", f"{one['n_clear']:,}")
        for most, one in found
    )
    return Table("Results that differ", header, rows, 2, ("--scenario NAME tells all about one.",))


def _largest(rows: Sequence[Row]) -> Row | None:
    clear = [row for row in rows if row["column"] == "nmb" and row["is_clear"]]
    return max(clear, key=lambda row: abs(row["difference"]), default=None)


def _largest_in_words(most: Row | None, one: Row) -> str:
    if most is None:
        return NOTHING
    label = one["strategies"].get(most["strategy"], most["strategy"])
    return f"{_signed(most['difference'], money)} ({label})"
