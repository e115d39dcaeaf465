"""Compare: the answer in a sentence, then tables, then charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from sim.analysis.breakdown import mean_utilization
from sim.analysis.capacity import capacity_rows
from sim.analysis.comparison import compare, to_rows
from sim.report import figures
from sim.report.answer import Question, answer, ask, caption
from sim.report.content import told_below
from sim.report.queues import queue_tables, queue_warnings
from sim.report.shown import Shown, money_chart, time_charts, value_charts
from sim.report.tables import Table, capacity_tables, comparison_tables
from sim.results import Results
from sim.ui.charts import download_table, draw_chart
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
    frame = compare(results, scenario=scenario, **asked)
    labels = question.settings.strategies
    rows = to_rows(frame)
    st.markdown(f"#### {plain(answer(question))}")
    for table in comparison_tables(rows, labels, comparator=question.output.comparator):
        _table(table)
    for sentence in told_below(results, question):
        st.markdown(plain(sentence))
    st.caption(plain(caption(question)))
    download_table("All columns of the comparison", frame, "comparison.csv")
    _capacity(question, results, asked)
    _charts(question, rows, results, asked)


def _table(table: Table) -> None:
    st.markdown(f"**{table.title}**")
    cells = [[plain(cell) for cell in row] for row in table.rows]
    st.table(pd.DataFrame(cells, columns=list(table.header)).set_index(table.header[0]), alt=table.title)
    for note in table.notes:
        st.caption(plain(note))


def _capacity(question: Question, results: Results, asked: Mapping[str, Any]) -> None:
    """Show who waits and how busy resources are, where some have a limit."""
    labels, resources = question.settings.strategies, question.settings.resources
    rows = capacity_rows(
        results, scenario=question.scenario, discount_rate_costs=asked.get("discount_rate_costs"),
        price_year=asked.get("price_year"),
    )  # fmt: skip
    limited = [name for name in resources if any(_uses(row, name) for row in rows)]
    if not limited:
        return
    for warning in queue_warnings(rows, labels, resources):
        st.warning(plain(warning))
    for table in (*capacity_tables(rows, labels, resources), *queue_tables(rows, labels)):
        _table(table)
    bottlenecks = [row["bottleneck"] for row in rows if row["bottleneck"]]
    resource = st.selectbox(
        "Resource", limited, index=limited.index(bottlenecks[0]) if bottlenecks else 0,
        format_func=resources.__getitem__, key=f"resource of {question.scenario}",
    )  # fmt: skip
    use = mean_utilization(results, scenario=question.scenario)
    draw_chart(
        figures.utilization_chart(use, str(resource), labels), use[use["resource"] == resource], "use",
        f"Use of {resources[str(resource)]} by week, one line per strategy; values in the table below.",
        "Mean over replications; missed appointments use their minutes.",
    )  # fmt: skip


def _uses(row: dict[str, Any], resource: str) -> bool:
    return any(load["resource"] == resource for load in row["resources"])


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
