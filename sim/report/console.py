"""Print tables and stories to a terminal, a narrow terminal, or a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable

from sim.report.answer import NOTICE, Question, answer, caption
from sim.report.numbers import money
from sim.report.story import Entry
from sim.report.tables import Table, comparison_tables

WIDE = 400
"""Columns assumed when the output is no terminal: nothing is cut."""
NARROW = 100
"""Terminal columns below which a table becomes a list."""
INDENT = (0, 0, 0, 2)


def stdout() -> Console:
    """Return a console on stdout: plain and complete when that is no terminal."""
    wide = None if sys.stdout.isatty() else WIDE
    return Console(file=sys.stdout, width=wide, highlight=False, emoji=False, markup=False)


def print_comparison(console: Console, question: Question, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print the answer, the two tables and what must be said about them.

    Parameters
    ----------
    console : Console
        Where to.
    question : Question
        Results of one scenario under chosen output settings.
    rows : sequence of mapping
        The rows of the comparison that belong to it.
    """
    settings = question.settings
    console.print(f"{settings.title} ({question.scenario})", style="bold", soft_wrap=not console.is_terminal)
    console.print(answer(question), soft_wrap=not console.is_terminal)
    for table in comparison_tables(rows, settings.strategies, comparator=question.output.comparator):
        console.print()
        print_table(console, table)
    console.print()
    console.print(caption(question), style="dim", soft_wrap=not console.is_terminal)
    console.print(NOTICE, style="bold", soft_wrap=not console.is_terminal)


def print_table(console: Console, table: Table) -> None:
    """Print a table, or on a narrow terminal a list with one block per row.

    Parameters
    ----------
    console : Console
        Where to.
    table : Table
        What to print.
    """
    console.print(table.title, style="bold")
    if console.width < NARROW:
        for name, *cells in table.rows:
            console.print(name)
            for heading, cell in zip(table.header[1:], cells, strict=True):
                console.print(Padding(f"{heading}: {cell}", INDENT, expand=False))
        return
    rich_table = RichTable(box=None, pad_edge=False, header_style="underline")
    for position, heading in enumerate(table.header):
        rich_table.add_column(heading, justify="left" if position == 0 else "right")
    for row in table.rows:
        rich_table.add_row(*row)
    console.print(rich_table)


def print_story(console: Console, entries: Iterable[Entry], *, perspective: str) -> None:
    """Print a patient's story, day by day.

    Parameters
    ----------
    console : Console
        Where to.
    entries : iterable of Entry
        The story in order of time.
    perspective : str
        Whose costs are counted, in words.
    """
    date = None
    for entry in entries:
        if entry.date != date:
            date = entry.date
            status = f"score {entry.score:.0f}, cost so far {money(entry.cost)} ({perspective}, undiscounted)"
            console.print(f"{date}: {status}", style="bold", soft_wrap=not console.is_terminal)
        reason = f" [{entry.reason}]" if entry.reason else ""
        console.print(Padding(f"{entry.text}{reason}", INDENT, expand=False))
    console.print(NOTICE, style="bold")


def print_sources(
    console: Console, sources: Sequence[Mapping[str, Any]], assumptions: Sequence[Mapping[str, Any]]
) -> None:
    """Print every source a scenario rests on, and the assumptions apart.

    Parameters
    ----------
    console : Console
        Where to.
    sources, assumptions : sequence of mapping
        Rows from `sim.report.evidence`.
    """
    console.print(f"Sources ({len(sources)})", style="bold")
    for source in sources:
        where = f" doi:{source['doi']}" if source["doi"] and source["doi"] not in source["citation"] else ""
        console.print(f"{source['source']}: {source['citation']}{where}")
        unchecked = f", {source['n_unchecked']} not re-read (unchecked)" if source["n_unchecked"] else ""
        grades = ", ".join(source["grades"])
        console.print(
            Padding(
                f"{source['design']}; grade: {grades}; {_numbers(source['n_parameters'])}{unchecked}",
                INDENT,
                expand=False,
            )
        )
        for parameter in source["parameters"]:
            mark = "" if parameter["checked"] else " (unchecked)"
            console.print(
                Padding(f"- {parameter['path']}: {parameter['locator']}{mark}", INDENT, expand=False)
            )
    console.print()
    console.print(f"Assumptions, without a source ({len(assumptions)})", style="bold")
    for row in assumptions:
        between = f", range {row['low']:g} to {row['high']:g}" if row["low"] is not None else ""
        note = f": {row['note']}" if row["note"] else ""
        console.print(
            f"- {row['path']} = {_shown(row['value'])} {row['unit']}{between} [{row['source']}]{note}"
        )


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float | int) else str(value)
