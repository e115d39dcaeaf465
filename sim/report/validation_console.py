"""Print simulated against published figures in a terminal of any width, or in a file of moderate width."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sim.analysis.agreement import LARGEST_ERROR, MOST_ERRORS
from sim.domain.targets import Kind
from sim.report.answer import NOTICE
from sim.report.chosen import judged_misses, judged_sentence
from sim.report.numbers import NOTHING
from sim.report.validation import (
    TOO_FEW,
    Content,
    Row,
    arm_names,
    extent_sentence,
    figure_form,
    rows_of,
    simulated_text,
    verdict,
)

if TYPE_CHECKING:
    from sim.scenario_io.validation import Validation

TITLE = "Simulated and published figures"
FITS = (
    f"They solved a parameter, so they must come out again: within {MOST_ERRORS} standard errors, which must "
    f"be below {LARGEST_ERROR:.0%}. In brackets: 95 % confidence interval."
)
CHECKS = (
    "They solved nothing. Inside: the figure lies in its 95 % prediction interval, where another such study "
    "should fall; inside both: in the published interval as well."
)
HEADINGS = {Kind.FIT: FITS, Kind.CHECK: CHECKS}
WIDEST, ROOMY, NARROWEST_TABLE = 100, 96, 76
"""Columns: no line is longer than the first; below the second, predictions stand under published figures;
below the third, all figures stand under what was reported."""
INDENT, HANGING = 2, 4
SHORT = {TOO_FEW: "too few", "inside, also the published one": "inside both", "nobody to count": "nobody"}
Names = Mapping[str, Mapping[str, str]]


def stdout() -> Console:
    """Return a console on stdout, of moderate width when that is no terminal."""
    wide = None if sys.stdout.isatty() else WIDEST
    return Console(file=sys.stdout, width=wide, highlight=False, emoji=False, markup=False)


def print_validation(console: Console, content: Content, validation: Validation) -> None:
    """Print fits and checks study by study, how many agree, why others may not.

    Parameters
    ----------
    console : Console
        Where to.
    content : dict
        From `sim.report.validation.validation_content`.
    validation : Validation
        Published figures and studies.
    """
    names, width = arm_names(validation), min(console.width, WIDEST)
    _say(console, TITLE, style="bold")
    _say(console, extent_sentence(validation))
    for kind, heading in HEADINGS.items():
        if rows := rows_of(content, kind):
            console.print()
            _say(console, f"{kind.capitalize()}s ({len(rows)})", style="bold")
            _say(console, heading)
            console.print()
            console.print(
                _table(rows, kind, names, width) if width >= NARROWEST_TABLE else _list(rows, names)
            )
    console.print()
    _say(console, judged_sentence(content), style="bold")
    _print_lines(console, "What does not agree", judged_misses(content, names))
    _print_lines(console, "Left out", [f"{key}: {reason}" for key, reason in content["left_out"].items()])
    console.print()
    _say(console, NOTICE, style="bold")


def _table(rows: Sequence[Row], kind: Kind, names: Names, width: int) -> Table:
    """Return a table in which each arm has its name once, above its figures."""
    is_roomy = kind is Kind.CHECK and width >= ROOMY
    header = ["", "Published", *(["Predicted"] if is_roomy else []), "Simulated", "Result"]
    table = Table(box=None, pad_edge=False, header_style="underline", width=width)
    for place, heading in enumerate(header):
        table.add_column(heading, no_wrap=place > 0, ratio=None if place else 1)
    for name, chosen in _by_arm(rows, names):
        table.add_row(Text(name, style="bold"))
        for row in chosen:
            cells = [_published(row)]
            if is_roomy:
                cells.append(_predicted(row))
            elif kind is Kind.CHECK:
                cells = [f"{_published(row)}\npredicted {_predicted(row)}"]
            cells += [simulated_text(row), short_verdict(row)]
            table.add_row(Padding(Text(row["quantity"]), (0, 0, 0, INDENT)), *map(Text, cells))
    return table


def _list(rows: Sequence[Row], names: Names) -> Text:
    """Return figures under what was reported, for a narrow terminal."""
    lines: list[str] = []
    for name, chosen in _by_arm(rows, names):
        lines.append(name)
        for row in chosen:
            predicted = f"; predicted {_predicted(row)}" if row["kind"] == Kind.CHECK else ""
            lines += [
                f"{' ' * INDENT}{row['quantity']}: {verdict(row)}",
                f"{' ' * HANGING}published {_published(row)}; simulated {simulated_text(row)}{predicted}",
            ]
    return Text("\n".join(lines))


def short_verdict(row: Row) -> str:
    """Return in a word or two whether a figure agrees."""
    return SHORT.get(verdict(row), verdict(row))


def _by_arm(rows: Sequence[Row], names: Names) -> Iterator[tuple[str, Iterable[Row]]]:
    """Yield the figures of each arm, an arm that comes again only once."""
    order = list(dict.fromkeys((row["study"], row["strategy"]) for row in rows))
    chosen = sorted(rows, key=lambda row: order.index((row["study"], row["strategy"])))
    for (study, strategy), figures in groupby(chosen, key=lambda row: (row["study"], row["strategy"])):
        yield names[study][strategy], figures


def _published(row: Row) -> str:
    form, between = figure_form(row), _between(row, "published_low", "published_high")
    return f"{form(row['published'])} ({between.rstrip('%')})" if between else form(row["published"])


def _predicted(row: Row) -> str:
    return _between(row, "low", "high") or NOTHING


def _between(row: Row, low: str, high: str) -> str:
    """Return an interval with its unit told once."""
    if row[low] is None or row[high] is None:
        return ""
    form = figure_form(row)
    return f"{form(row[low]).rstrip('%')} to {form(row[high])}"


def _print_lines(console: Console, title: str, lines: Sequence[str]) -> None:
    if lines:
        console.print()
        _say(console, f"{title} ({len(lines)})", style="bold")
    for line in lines:
        _say(console, f"- {line}", indent=INDENT)


def _say(console: Console, text: str, *, style: str = "", indent: int = 0) -> None:
    """Print text as it is, wrapped."""
    line = Padding(Text(text, style=style), (0, 0, 0, indent), expand=False)
    console.print(line, width=min(console.width, WIDEST))
