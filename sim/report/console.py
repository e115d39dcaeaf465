"""Print tables and stories to a terminal, a narrow terminal, or a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from sim.report.answer import NOTICE, Question, answer, caption
from sim.report.contrasts import pairing_sentence
from sim.report.given import Given, given_answer, given_table
from sim.report.inventory import LEFT_OUT, inventory_table
from sim.report.numbers import counted, money
from sim.report.queues import queue_tables, queue_warnings
from sim.report.story import Entry
from sim.report.tables import Table, capacity_tables, comparison_tables

WIDE = 400
"""Columns assumed when the output is no terminal: nothing is cut."""
NARROW = 100
"""Terminal columns from which on a table that does not fit has its cells wrapped; below it becomes a list."""
INDENT = (0, 0, 0, 2)


def stdout() -> Console:
    """Return a console on stdout: plain and complete when that is no terminal."""
    wide = None if sys.stdout.isatty() else WIDE
    return Console(file=sys.stdout, width=wide, highlight=False, emoji=False, markup=False)


def print_comparison(
    console: Console,
    question: Question,
    rows: Sequence[Mapping[str, Any]],
    capacity: Sequence[Mapping[str, Any]] = (),
    sentences: Sequence[str] = (),
) -> None:
    """Print the answer, the tables and what must be said about them.

    Parameters
    ----------
    console : Console
        Where to.
    question : Question
        Results of one scenario under chosen output settings.
    rows : sequence of mapping
        The rows of the comparison that belong to it.
    capacity : sequence of mapping
        Its rows of waits and use of resources; none without a resource with a limit.
    sentences : sequence of str
        What to say about pairs of strategies below the tables.
    """
    settings = question.settings
    labels, comparator = settings.strategies, question.output.comparator
    _write(console, f"{settings.title} ({question.scenario})", style="bold")
    _write(console, answer(question))
    for table in (
        *comparison_tables(rows, labels, comparator=comparator),
        *capacity_tables(capacity, labels, settings.resources),
        *queue_tables(capacity, labels),
    ):
        console.print()
        print_table(console, table)
    console.print()
    for told in (*sentences, pairing_sentence(question)):
        if told:
            _write(console, told)
    for warning in queue_warnings(capacity, labels, settings.resources):
        _write(console, f"Warning: {warning}", style="bold")
    _write(console, caption(question), style="dim")
    _write(console, NOTICE, style="bold")


def print_report(
    console: Console, title: str, sentences: Iterable[str], tables: Iterable[Table], caption: str
) -> None:
    """Print an answer: title, sentences, tables, what they rest on, and what this model is not.

    Parameters
    ----------
    console : Console
        Where to.
    title, caption : str
        What it is about, and what its numbers rest on.
    sentences : iterable of str
        The answer.
    tables : iterable of Table
        The numbers.
    """
    _write(console, title, style="bold")
    for sentence in sentences:
        _write(console, sentence)
    for table in tables:
        console.print()
        print_table(console, table)
    console.print()
    _write(console, caption, style="dim")
    _write(console, NOTICE, style="bold")


def print_given_table(console: Console, rows: Sequence[Mapping[str, Any]], given: Given) -> None:
    """Print the comparison of a table from elsewhere.

    Parameters
    ----------
    console : Console
        Where to.
    rows : sequence of mapping
        Rows from `sim.analysis.table_comparison`.
    given : Given
        What it was counted with.
    """
    _write(console, given_answer(rows, given))
    console.print()
    print_table(console, given_table(rows, given))
    _write(console, NOTICE, style="bold")


def print_table(console: Console, table: Table) -> None:
    """Print a table, or where a narrow terminal does not hold it a list with one block per row.

    Parameters
    ----------
    console : Console
        Where to.
    table : Table
        What to print.
    """
    _write(console, table.title, style="bold")
    if console.width < NARROW and console.width < _width(table):
        for name, *cells in table.rows:
            _write(console, name)
            for heading, cell in zip(table.header[1:], cells, strict=True):
                _write(console, f"{heading}: {cell}", indent=True)
        _write_notes(console, table)
        return
    rich_table = RichTable(box=None, pad_edge=False, header_style="underline")
    for position, heading in enumerate(table.header):
        rich_table.add_column(heading, justify="left" if position < table.n_worded else "right")
    for row in table.rows:
        rich_table.add_row(*map(Text, row))
    console.print(rich_table)
    _write_notes(console, table)


def _width(table: Table) -> int:
    """Return the columns of a terminal that a table takes, with two blanks between its own."""
    columns = zip(table.header, *table.rows, strict=True)
    return sum(max(map(cell_len, column)) for column in columns) + 2 * (len(table.header) - 1)


def _write_notes(console: Console, table: Table) -> None:
    for note in table.notes:
        _write(console, note)


def print_inventory(console: Console) -> None:
    """Print which costs count in which perspective.

    Parameters
    ----------
    console : Console
        Where to.
    """
    print_table(console, inventory_table())
    _write(console, LEFT_OUT, style="dim")


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
            _write(console, f"{date}: {status}", style="bold")
        reason = f" [{entry.reason}]" if entry.reason else ""
        _write(console, f"{entry.text}{reason}", indent=True)
    _write(console, NOTICE, style="bold")


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
    _write(console, f"Sources ({len(sources)})", style="bold")
    for source in sources:
        where = f" doi:{source['doi']}" if source["doi"] and source["doi"] not in source["citation"] else ""
        _write(console, f"{source['source']}: {source['citation']}{where}")
        unchecked = f", {source['n_unchecked']} not re-read (unchecked)" if source["n_unchecked"] else ""
        numbers = f"{counted(source['n_parameters'], 'number')}{unchecked}"
        _write(console, f"{source['design']}; grade: {', '.join(source['grades'])}; {numbers}", indent=True)
        for parameter in source["parameters"]:
            mark = f" ({parameter['reports']})" if parameter["reports"] else ""
            mark += "" if parameter["checked"] else " (unchecked)"
            mark += " (spread assumed)" if parameter["spread_assumed"] else ""
            _write(console, f"- {parameter['path']}: {parameter['locator']}{mark}", indent=True)
            _print_figures(console, parameter["figures"])
    console.print()
    _write(console, f"Assumptions, without a source ({len(assumptions)})", style="bold")
    for row in assumptions:
        between = f", range {row['low']:g} to {row['high']:g}" if row["low"] is not None else ""
        note = f": {row['note']}" if row["note"] else ""
        _write(
            console,
            f"- {row['path']} = {_shown(row['value'])} {row['unit']}{between} [{row['source']}]{note}",
        )
        _print_figures(console, row["figures"])


def _print_figures(console: Console, figures: Sequence[str]) -> None:
    for figure in figures:
        _write(console, f"  solved from {figure}", indent=True)


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def _write(console: Console, text: str, *, style: str = "", indent: bool = False) -> None:
    """Print text as it is: brackets are no markup, and only a terminal wraps lines."""
    line = Text(text, style=style)
    console.print(Padding(line, INDENT, expand=False) if indent else line, soft_wrap=not console.is_terminal)
