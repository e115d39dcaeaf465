"""Compare: the answer in a sentence, then tables, then charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from sim.analysis.capacity import capacity_rows
from sim.analysis.comparison import compare, to_rows
from sim.report.answer import Question, answer, ask, caption
from sim.report.capacity import bottleneck_sentences
from sim.report.content import told_below
from sim.report.queues import queue_warnings
from sim.report.shown import Shown, money_chart, time_charts, value_charts
from sim.report.tables import capacity_tables, comparison_tables
from sim.results import Results
from sim.ui.charts import download_table, draw_chart, draw_table
from sim.ui.takeaways import draw_takeaways, looked_at
from sim.ui.view import View, draw_state
from sim.ui.words import plain

TABS = ("Value for money", "Over time", "What the money is for")


def page(view: View) -> None:
    """Draw the page."""
    st.title("Compare treatment pathways")
    st.markdown(plain(view.scenario.question))
    draw_state(view)
    show(view.chosen, view.scenario.name, view.asked)
    draw_takeaways(looked_at(view))


def show(results: Results, scenario: str, asked: Mapping[str, Any]) -> None:
    """Draw the comparison of one scenario: answer, tables, charts.

    Parameters
    ----------
    results : Results
        With only the strategies that are compared.
    scenario : str
        Name of the scenario.
    asked : mapping
        Output settings, as `sim.analysis.comparison.compare` takes them.
    """
    question = ask(results, scenario, asked)
    st.markdown(f"## {plain(answer(question))}")
    frame = compare(results, scenario=scenario, **asked)
    labels = question.settings.strategies
    rows = to_rows(frame)
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
    if not results.utilization["offered_minutes"].notna().any():
        return
    labels, resources = question.settings.strategies, question.settings.resources
    rows = capacity_rows(
        results, scenario=question.scenario, discount_rate_costs=asked.get("discount_rate_costs"),
        price_year=asked.get("price_year"),
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
            _draw(value_charts(question, rows))
    if time.open:
        with time:
            _draw(time_charts(question, results))
    if money.open:
        with money:
            _draw([money_chart(question, results, asked)])


def _draw(charts: Iterable[Shown]) -> None:
    for one in charts:
        draw_chart(one.chart, one.table, one.name, one.alternative, one.note)
