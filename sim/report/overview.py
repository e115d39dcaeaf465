"""Many scenarios in one table: what is worth most in each, and how clear that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.analysis.increments import increments
from sim.analysis.precision import half_width, mean_and_error
from sim.report.answer import Question
from sim.report.numbers import NOTHING, interval_text, money, qaly
from sim.report.tables import Table

N_WORDED = 3
"""Columns that hold words."""
HEADER = (
    "Scenario", "Worth most", "Next best", "Cost", "QALYs", "Net benefit", "Lead (95 % interval)",
)  # fmt: skip


def overview_row(question: Question) -> tuple[str, ...]:
    """Return one line about a scenario.

    Parameters
    ----------
    question : Question
        Results of one scenario under chosen output settings.

    Returns
    -------
    tuple of str
        Cells under `HEADER`; the lead is without an interval after a single replication.
    """
    benefit = mean_and_error(question.benefit)[0]
    best, *others = np.argsort(-benefit, kind="stable").tolist()
    cost, effect = (float(mean_and_error(values[best])[0]) for values in (question.cost, question.effect))
    told = (money(cost), qaly(effect), money(float(benefit[best])))
    if not others:
        return (question.scenario, question.label(best), NOTHING, *told, NOTHING)
    lead, error = (values[others[0]] for values in mean_and_error(-increments(question.benefit, best)))
    half = float(half_width(error, question.n_replications))
    span = "" if np.isnan(half) else f" ({interval_text(float(lead), half)})"
    names = (question.scenario, question.label(best), question.label(others[0]))
    return (*names, *told, f"{money(float(lead))}{span}")


def overview_table(rows: Sequence[tuple[str, ...]], where: str) -> Table:
    """Return the table of many scenarios.

    Parameters
    ----------
    rows : sequence of tuple of str
        From `overview_row`.
    where : str
        Where the whole comparison of a scenario is to be had, for the note.

    Returns
    -------
    Table
        Means per referred patient under each scenario's own output settings.
    """
    notes = (
        "Means per referred patient, with each scenario's own perspective, rates and willingness to pay; "
        "intervals tell chance only.",
        where,
    )
    return Table(f"{len(rows)} scenarios", HEADER, tuple(rows), N_WORDED, notes)
