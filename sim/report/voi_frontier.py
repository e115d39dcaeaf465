"""The frontier of draws told: a ratio comes with an interval or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.report.exhibit import Basis
from sim.report.numbers import NOTHING, counted, joined
from sim.report.tables import REFUSED, Table
from sim.report.voi_content import Row

RATIO_NOTE = (
    "Intervals of cost per {effect} hold the error of means over draws (95 %; on the wide side in a "
    "hypercube), not the uncertainty of the ratio: the plane and the probabilities of being best tell that."
)


def frontier_table(content: Mapping[str, Any], basis: Basis) -> Table:
    """Return the frontier as a table, every ratio with its interval.

    Parameters
    ----------
    content : mapping
        From `sim.report.voi_content.voi_content`.
    basis : Basis
        Units.

    Returns
    -------
    Table
        From the cheapest strategy on; below it why ratios are left out.
    """
    rows, labels = content["frontier"], content["labels"]
    return Table(
        f"Means over {counted(content['n_draws'], 'draw')}, from the cheapest on",
        ("Strategy", "Cost", "QALYs" if basis.effect == "QALY" else "Effect", "ICER (95 %)", "Status"),
        tuple(
            (
                labels[row["strategy"]], basis.amount(row["cost"]), f"{row['effect']:.4g}",
                _ratio(row, basis), row["status"],
            )
            for row in rows
        ),
        notes=tuple(ratio_notes(content, basis, has_intervals=True)),
    )  # fmt: skip


def ratio_notes(content: Mapping[str, Any], basis: Basis, *, has_intervals: bool = False) -> list[str]:
    """Return what must be said of ratios of the frontier.

    Parameters
    ----------
    content : mapping
        From `sim.report.voi_content.voi_content`.
    basis : Basis
        Units.
    has_intervals : bool
        Whether intervals stand beside the ratios; else they are told.

    Returns
    -------
    list of str
        Why ratios are left out, intervals, and what these hold.
    """
    labels, on = content["labels"], [row for row in content["frontier"] if row["icer"] is not None]
    told = [row for row in on if row["icer_low"] is not None]
    notes = [
        f"{labels[row['strategy']]}: no cost per {basis.effect}, because the {row['icer_reason']}."
        for row in on
        if row["icer_low"] is None
    ]
    if told and not has_intervals:
        intervals = [f"{labels[row['strategy']]} {_interval(row, basis)}" for row in told]
        notes.append(f"Cost per {basis.effect}: {joined(intervals)}.")
    return [*notes, RATIO_NOTE.format(effect=basis.effect)] if told else notes


def _ratio(row: Row, basis: Basis) -> str:
    """Return a cost per unit of effect with its interval, or that there is none."""
    if row["icer"] is None:
        return NOTHING
    if row["icer_low"] is None:
        return REFUSED
    return f"{basis.amount(row['icer'])} ({_interval(row, basis)})"


def _interval(row: Row, basis: Basis) -> str:
    return f"{basis.amount(row['icer_low'])} to {basis.amount(row['icer_high'])}"
