"""Charts of a comparison with what a page says beside them: text equivalent, caption and data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.breakdown import cost_by_category, mean_curves
from sim.report import figures
from sim.report.answer import Question, answer, caption
from sim.results import Results

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

BESIDE_PLANE = (
    "strategy", "cost", "qaly", "incremental_cost", "incremental_qaly", "status", "icer", "icer_low",
    "icer_high", "icer_reason",
)  # fmt: skip
OVER_TIME = {
    "in_response": (
        "Share of patients in response by week since referral",
        "Mean over replications of all referred patients still alive; response as the scenario defines it.",
    ),
    "in_remission": (
        "Share of patients in remission by week since referral",
        "Mean over replications of all referred patients still alive.",
    ),
    "score": (
        "Mean depression score by week since referral",
        "Mean over replications of all patients still alive.",
    ),
    "relapse_free": (
        "Share of first-course responders without relapse by week since assessment",
        "First-course responders, from the assessment; death competes.",
    ),
}
"""What is drawn over time, its text alternative and what stands below it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart on a page.

    Parameters
    ----------
    chart : altair chart
        The drawing.
    table : pandas.DataFrame
        What it shows.
    name : str
        Unique in a comparison; name of its files.
    alternative : str
        The chart in words.
    note : str
        Caption.
    title : str
        What it shows, in a few words.
    """

    chart: alt.Chart | alt.LayerChart
    table: pd.DataFrame
    name: str
    alternative: str
    note: str
    title: str


def value_charts(question: Question, rows: Sequence[Mapping[str, Any]]) -> list[Shown]:
    """Return what strategies cost and gain, against the comparator and in all.

    Parameters
    ----------
    question : Question
        One scenario under chosen output settings.
    rows : sequence of mapping
        Rows of its comparison.

    Returns
    -------
    list of Shown
        Plane and frontier.
    """
    import pandas as pd  # noqa: PLC0415

    labels, output = question.settings.strategies, question.output
    finding, note = answer(question), caption(question)
    table = pd.DataFrame(rows)[list(BESIDE_PLANE)]
    plane = figures.cost_effectiveness_plane(rows, labels, comparator=output.comparator, wtp=output.wtp)
    frontier = figures.frontier_chart(rows, labels)
    return [
        Shown(plane, table, "plane", f"Extra cost against extra QALYs. {finding}", note,
              "Extra cost and extra health"),
        Shown(frontier, table, "frontier", f"Cost against QALYs. {finding}", note,
              "Cost-effectiveness frontier"),
    ]  # fmt: skip


def time_charts(question: Question, results: Results) -> list[Shown]:
    """Return what happens week by week.

    Parameters
    ----------
    question : Question
        One scenario under chosen output settings.
    results : Results
        Where it is.

    Returns
    -------
    list of Shown
        One for each of `OVER_TIME`.
    """
    curves = mean_curves(results, scenario=question.scenario)
    return [
        Shown(
            figures.curve_chart(curves, measure, question.settings.strategies),
            curves[curves["measure"] == measure],
            measure,
            f"{alternative}, one line per strategy; values in the table below.",
            below,
            figures.MEASURES[measure][0],
        )
        for measure, (alternative, below) in OVER_TIME.items()
    ]


def money_chart(question: Question, results: Results, asked: Mapping[str, Any]) -> Shown:
    """Return what the money is for.

    Parameters
    ----------
    question : Question
        One scenario under chosen output settings.
    results : Results
        Where it is.
    asked : mapping
        Those settings.

    Returns
    -------
    Shown
        Cost by category.
    """
    costs = cost_by_category(
        results,
        scenario=question.scenario,
        perspective=asked.get("perspective"),
        discount_rate_costs=asked.get("discount_rate_costs"),
        drug_price=asked.get("drug_price"),
        price_year=asked.get("price_year"),
    )
    return Shown(
        figures.category_chart(costs, question.settings.strategies), costs, "costs",
        "Cost per referred patient by category and strategy; values in the table below.", caption(question),
        "What the money is for",
    )  # fmt: skip


def all_charts(
    question: Question, rows: Sequence[Mapping[str, Any]], results: Results, asked: Mapping[str, Any]
) -> list[Shown]:
    """Return all charts of a comparison.

    Parameters
    ----------
    question, rows
        As for `value_charts`.
    results, asked
        As for `money_chart`.

    Returns
    -------
    list of Shown
        In the order of the page Compare.
    """
    return [
        *value_charts(question, rows), *time_charts(question, results), money_chart(question, results, asked),
    ]  # fmt: skip
