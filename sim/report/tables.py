"""Comparison rows as tables of text: what a treatment does, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.report.numbers import NOTHING, days, money, qaly, share, with_error

Row = Mapping[str, Any]
Column = tuple[str, str, Callable[[float], str]]
DOES: tuple[Column, ...] = (
    ("started_share", "Started", share),
    ("response_share", "Response", share),
    ("remission_share", "Remission", share),
    ("relapse_free_12m", "Relapse-free 12 m", share),
    ("median_wait_days", "Median wait, days", days),
    ("dropout_share", "Left early", share),
)
WORTH: tuple[Column, ...] = (
    ("cost", "Cost", money),
    ("qaly", "QALYs", qaly),
    ("incremental_cost", "Extra cost", money),
    ("incremental_qaly", "Extra QALYs", qaly),
    ("nmb", "Net benefit", money),
)
ICER = "Cost per QALY gained"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text; the first column names the row.

    Parameters
    ----------
    title : str
        What it shows.
    header : tuple of str
        Column headings.
    rows : tuple of tuple of str
        Cells.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def comparison_tables(rows: Sequence[Row], labels: Mapping[str, str], *, comparator: str) -> list[Table]:
    """Return the two tables of one scenario.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of the comparison, None where undefined.
    labels : mapping
        Plain name by strategy.
    comparator : str
        Key of the strategy that increments are counted from.

    Returns
    -------
    list of Table
        What the strategies do (shares of those who started, the first one of those referred), and what
        they cost and gain.
    """
    does = tuple((labels[row["strategy"]], *(_cell(row, column) for column in DOES)) for row in rows)
    worth = tuple(
        (labels[row["strategy"]], *(_cell(row, column) for column in WORTH), _icer(row, labels))
        for row in rows
    )
    headings = tuple(heading for _, heading, _ in WORTH)
    return [
        Table(
            "What happens (started: share of all referred; the rest: of those who started)",
            ("Strategy", *(heading for _, heading, _ in DOES)),
            does,
        ),
        Table(
            f"What it costs and gains (extra: against {labels[comparator]})",
            ("Strategy", *headings, ICER),
            worth,
        ),
    ]


def _cell(row: Row, column: Column) -> str:
    name, _, form = column
    return with_error(row[name], row.get(f"{name}_se"), form)


def _icer(row: Row, labels: Mapping[str, str]) -> str:
    """Return the ratio with what it is counted against, or in words why there is none."""
    if row["icer"] is not None:
        return f"{money(row['icer'])} (against {labels[row['icer_versus']]})"
    return "cheapest on the frontier" if row["status"] == "on frontier" else str(row["status"] or NOTHING)
