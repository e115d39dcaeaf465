"""Compare: the answer in a sentence, then tables, then charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from sim.analysis.breakdown import cost_by_category, mean_curves
from sim.analysis.capacity import capacity_rows
from sim.analysis.comparison import compare, to_rows
from sim.report import figures
from sim.report.answer import Question, answer, ask, caption
from sim.report.capacity import bottleneck_sentences
from sim.report.content import told_below
from sim.report.queues import queue_warnings
from sim.report.tables import capacity_tables, comparison_tables
from sim.results import Results
from sim.ui.charts import download_table, draw_chart, draw_table
from sim.ui.view import View, draw_state
from sim.ui.words import plain

BESIDE_PLANE = (
    "strategy", "cost", "qaly", "incremental_cost", "incremental_qaly", "status", "icer", "icer_low",
    "icer_high", "icer_reason",
)  # fmt: skip

TABS = ("Value for money", "Over time", "What the money is for")
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


def page(view: View) -> None:
    """Draw the page."""
    st.title("Compare treatment pathways")
    st.markdown(plain(view.scenario.question))
    draw_state(view)
    _show(view.chosen, view.scenario.name, view.asked)


def _show(results: Results, scenario: str, asked: Mapping[str, Any]) -> None:
    question = ask(results, scenario, asked)
    frame = compare(results, scenario=scenario, **asked)
    labels = question.settings.strategies
    rows = to_rows(frame)
    st.markdown(f"## {plain(answer(question))}")
    for table in comparison_tables(rows, labels, comparator=question.output.comparator):
        draw_table(table)
    for sentence in told_below(results, question):
        st.markdown(plain(sentence))
    st.caption(plain(caption(question)))
    download_table("All columns of the comparison", frame, "comparison.csv")
    _capacity(question, results, asked)
    _charts(question, rows, results, asked)


def _capacity(question: Question, results: Results, asked: Mapping[str, Any]) -> None:
    """Say shortly who waits and why, where some resources have a limit."""
    labels, resources = question.settings.strategies, question.settings.resources
    rows = capacity_rows(
        results, scenario=question.scenario, discount_rate_costs=asked["discount_rate_costs"],
        price_year=asked["price_year"],
    )  # fmt: skip
    sentences = bottleneck_sentences(rows, labels, resources)
    if not sentences:
        return
    for warning in queue_warnings(rows, labels, resources):
        st.warning(plain(warning))
    draw_table(capacity_tables(rows, labels, resources)[0])
    st.markdown(plain("\n".join(f"- {sentence}" for sentence in sentences)))
    st.caption("How busy resources are, waits by step, and what more of each is worth: page *Capacity*.")


def _charts(
    question: Question, rows: list[dict[str, Any]], results: Results, asked: Mapping[str, Any]
) -> None:
    """Draw the charts of the open tab only, so that a page follows a slider."""
    value, time, money = st.tabs(list(TABS), on_change="rerun", key="compare_charts")
    if value.open:
        with value:
            _value(question, rows)
    if time.open:
        with time:
            _over_time(question, results)
    if money.open:
        with money:
            _money(question, results, asked)


def _value(question: Question, rows: list[dict[str, Any]]) -> None:
    labels, output = question.settings.strategies, question.output
    finding, note = answer(question), caption(question)
    table = pd.DataFrame(rows)[list(BESIDE_PLANE)]
    plane = figures.cost_effectiveness_plane(rows, labels, comparator=output.comparator, wtp=output.wtp)
    draw_chart(plane, table, "plane", f"Extra cost against extra QALYs. {finding}", note)
    frontier = figures.frontier_chart(rows, labels)
    draw_chart(frontier, table, "frontier", f"Cost against QALYs. {finding}", note)


def _over_time(question: Question, results: Results) -> None:
    labels = question.settings.strategies
    curves = mean_curves(results, scenario=question.scenario)
    for measure, (alternative, below) in OVER_TIME.items():
        draw_chart(
            figures.curve_chart(curves, measure, labels), _measured(curves, measure), measure,
            f"{alternative}, one line per strategy; values in the table below.", below,
        )  # fmt: skip


def _money(question: Question, results: Results, asked: Mapping[str, Any]) -> None:
    costs = cost_by_category(
        results,
        scenario=question.scenario,
        perspective=asked["perspective"],
        discount_rate_costs=asked["discount_rate_costs"],
        drug_price=asked["drug_price"],
        price_year=asked["price_year"],
    )
    draw_chart(
        figures.category_chart(costs, question.settings.strategies), costs, "costs",
        "Cost per referred patient by category and strategy; values in the table below.", caption(question),
    )  # fmt: skip


def _measured(curves: pd.DataFrame, measure: str) -> pd.DataFrame:
    return curves[curves["measure"] == measure]
