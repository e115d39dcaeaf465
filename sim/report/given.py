"""The comparison of a table from elsewhere in words: units are its own, and nothing is known of chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.analysis.frontier import ON_FRONTIER
from sim.analysis.icers import CHEAPEST
from sim.report.numbers import NOTHING, joined, six_figures
from sim.report.tables import Table

Row = Mapping[str, Any]
BASIC = (
    ("cost", "Cost"),
    ("qaly", "Effect"),
    ("incremental_cost", "Extra cost"),
    ("incremental_qaly", "Extra effect"),
)
WITH_WTP = (("nmb", "Net benefit"), ("incremental_nmb", "Extra net benefit"))


@dataclass(frozen=True, slots=True)
class Given:
    """What a table was compared with.

    Parameters
    ----------
    comparator : str
        Strategy that increments are counted from.
    wtp : float or None
        Willingness to pay [currency per unit of effect].
    """

    comparator: str
    wtp: float | None


def given_table(rows: Sequence[Row], given: Given) -> Table:
    """Return the comparison as a table of text.

    Parameters
    ----------
    rows : sequence of mapping
        Rows from `sim.analysis.table_comparison`.
    given : Given
        What it was compared with.

    Returns
    -------
    Table
        In the order of the rows; net benefits only where a willingness to pay is given.
    """
    columns = BASIC if given.wtp is None else (*BASIC, *WITH_WTP)
    return Table(
        f"Costs and effects (extra: against {given.comparator})",
        ("Strategy", *(heading for _, heading in columns), "Cost per unit of effect gained"),
        tuple((row["strategy"], *(_cell(row[name]) for name, _ in columns), _ratio(row)) for row in rows),
        notes=("Nothing is known of chance: a table of single numbers has no standard errors.",),
    )


def given_answer(rows: Sequence[Row], given: Given) -> str:
    """Return the answer in a sentence.

    Parameters
    ----------
    rows : sequence of mapping
        Rows from `sim.analysis.table_comparison`.
    given : Given
        What it was compared with.

    Returns
    -------
    str
        What is worth most at the willingness to pay, or without one what is worth having at some.
    """
    known = [row for row in rows if row["nmb"] is not None]
    if given.wtp is None or not known:
        efficient = sorted((row for row in rows if row["status"] == ON_FRONTIER), key=lambda row: row["cost"])
        names = joined([row["strategy"] for row in efficient])
        return f"On the frontier, from the cheapest on: {names}. Give --wtp to see which is worth most."
    most = max(row["nmb"] for row in known)
    best = [row["strategy"] for row in known if row["nmb"] == most]
    verb = "is" if len(best) == 1 else "are equally"
    return (
        f"At {six_figures(given.wtp)} per unit of effect, {joined(best)} {verb} worth most: "
        f"a net benefit of {six_figures(most)}."
    )


def _cell(value: float | None) -> str:
    return NOTHING if value is None else six_figures(value)


def _ratio(row: Row) -> str:
    if row["icer"] is not None:
        return f"{six_figures(row['icer'])} (against {row['icer_versus']})"
    return CHEAPEST if row["status"] == ON_FRONTIER else str(row["status"])
