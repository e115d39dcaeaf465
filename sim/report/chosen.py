"""Parts of a validation that a reader chooses: the figures of one study, or those that can be judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.analysis.agreement import totals
from sim.domain.targets import Kind
from sim.report.tables import Table
from sim.report.validation import TOO_FEW, Content, misses, total_sentence, validation_tables, verdict

Row = Mapping[str, Any]
Names = Mapping[str, Mapping[str, str]]
AGREES, DIFFERS, OPEN = "✓", "✗", "?"
"""Marks of a figure that agrees, of one that does not, and of one that cannot be judged."""


def of_study(content: Content, study: str | None) -> Content:
    """Return a validation with the figures of one study only; of all when none is named.

    Parameters
    ----------
    content : dict
        From `sim.report.validation.validation_content`.
    study : str or None
        Name of the study.

    Returns
    -------
    dict
        As the content, its totals counted anew.
    """
    return content if study is None else _only(content, lambda row: row["study"] == study)


def judged(content: Content) -> Content:
    """Return a validation without the figures that need more patients to be judged.

    Parameters
    ----------
    content : dict
        From `sim.report.validation.validation_content`.

    Returns
    -------
    dict
        As the content, its totals counted anew.
    """
    return _only(content, lambda row: verdict(row) != TOO_FEW)


def judged_sentence(content: Content) -> str:
    """Return in words how many figures agree, and how many cannot be judged.

    Parameters
    ----------
    content : dict
        From `sim.report.validation.validation_content`.

    Returns
    -------
    str
        Fits with too large a standard error are counted apart, at the end.
    """
    known = judged(content)
    n_open = len(content["targets"]) - len(known["targets"])
    if not n_open:
        return total_sentence(content)
    those = "1 fit" if n_open == 1 else f"{n_open} fits"
    judgement = f"{total_sentence(known)} " if known["targets"] else ""
    return f"{judgement}{those} cannot be judged: too few patients were simulated."


def judged_misses(content: Content, names: Names) -> list[str]:
    """Return a sentence for each figure that can be judged and does not agree.

    Parameters
    ----------
    content : dict
        From `sim.report.validation.validation_content`.
    names : mapping
        Name by study and strategy.

    Returns
    -------
    list of str
        With the reason believed.
    """
    return misses(judged(content), names)


def marked_tables(content: Content, names: Names) -> list[Table]:
    """Return the tables of fits and checks, each result with a mark and in front.

    Parameters
    ----------
    content : dict
        From `sim.report.validation.validation_content`.
    names : mapping
        Name by study and strategy.

    Returns
    -------
    list of Table
        As `sim.report.validation.validation_tables`.
    """
    marks = {verdict(row): mark_of(row) for row in content["targets"]}
    return [
        Table(
            table.title,
            (table.header[-1], *table.header[:-1]),
            tuple((f"{marks[result]} {result}", *cells) for *cells, result in table.rows),
            table.n_worded + 1,
        )
        for table in validation_tables(content, names)
    ]


def mark_of(row: Row) -> str:
    """Return the mark of a figure."""
    if row["inside"]:
        return AGREES
    return OPEN if row["simulated"] is None or verdict(row) == TOO_FEW else DIFFERS


def kinds_of(content: Content) -> list[Kind]:
    """Return the kinds of figures there are, fits first."""
    return [kind for kind in Kind if any(row["kind"] == kind for row in content["targets"])]


def _only(content: Content, is_wanted: Callable[[Row], bool]) -> Content:
    rows: Sequence[Row] = [row for row in content["targets"] if is_wanted(row)]
    return {**content, "targets": rows, "totals": totals([dict(row) for row in rows])}
