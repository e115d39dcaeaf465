"""Capacity: who waits and why, how busy resources are, what more of each is worth, and how many it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import streamlit as st

from sim.analysis.breakdown import mean_utilization
from sim.analysis.capacity import capacity_rows, use_by_period
from sim.api.planning import capacity
from sim.batch.run import Progress
from sim.batch.server_clock import server_clock
from sim.batch.staffing_question import MOST_STAFFINGS, REPLICATIONS
from sim.report import figures
from sim.report.capacity import bottleneck_sentences, use_exhibit, wait_table
from sim.report.queues import queue_tables, queue_warnings
from sim.report.staffing import staffing_caption, staffing_sentences
from sim.report.staffing_tables import WAITS, staffing_tables
from sim.report.tables import capacity_tables
from sim.ui import link
from sim.ui.charts import draw_chart, draw_exhibit, draw_table
from sim.ui.on_demand import on_demand
from sim.ui.sources import digest_of
from sim.ui.view import View, draw_state
from sim.ui.words import plain
from sim.ui.works import Work

WORTH, SEARCH = "worth", "staffing"
"""What is worked out on demand, and what names it."""
USUAL_WAIT, LONGEST_WAIT = 14, 365
"""Target first offered, and the largest [days]."""
FEWEST_REPLICATIONS, MOST_REPLICATIONS = 2, 100
Rows = Sequence[dict[str, Any]]


def page(view: View) -> None:
    """Draw the page."""
    st.title("Capacity")
    st.markdown("Who waits, which resource holds them up, and what more of it is worth.")
    name, asked, settings = view.scenario.name, view.asked, view.results.settings[view.scenario.name]
    rows = capacity_rows(
        view.results, scenario=name, discount_rate_costs=asked["discount_rate_costs"],
        price_year=asked["price_year"],
    )  # fmt: skip
    limited = {row["strategy"]: [load["resource"] for load in row["resources"]] for row in rows}
    limited = {key: names for key, names in limited.items() if names}
    if not limited:
        _no_limits()
        return
    draw_state(view)
    if warnings := queue_warnings(rows, settings.strategies, settings.resources):
        st.warning(plain("\n\n".join(warnings)))
    sentences = bottleneck_sentences(rows, settings.strategies, settings.resources)
    st.markdown(plain("\n".join(f"- {sentence}" for sentence in sentences)))
    strategy = link.choose(
        "Strategy", list(limited), key="capacity_strategy",
        format_func=settings.strategies.__getitem__,
    )  # fmt: skip
    _one(view, rows, strategy, limited[strategy])
    _all(rows, settings.strategies, settings.resources)
    _worth(view, strategy)
    _search(view, strategy, limited[strategy])


def _no_limits() -> None:
    st.info(
        "No resource of this scenario has a limit, so nobody waits and nothing is ever full. Set units of "
        "some resources in the sidebar under *Capacity*, or choose the scenario `small_clinic`, to see "
        "queues."
    )


def _one(view: View, rows: Rows, strategy: str, limited: Sequence[str]) -> None:
    """Show waits and use of one strategy."""
    settings = view.results.settings[view.scenario.name]
    label, resources = settings.strategies[strategy], settings.resources
    draw_table(wait_table(next(row for row in rows if row["strategy"] == strategy), label))
    use = mean_utilization(view.results, scenario=view.scenario.name)
    draw_exhibit(use_exhibit(use_by_period(use, strategy), resources, label), "use")
    with st.expander("Week by week", on_change="rerun", key="capacity_weeks") as weeks:
        if weeks.open:
            resource = link.choose(
                "Resource", list(limited), key="capacity_resource",
                format_func=resources.__getitem__,
            )  # fmt: skip
            draw_chart(
                figures.utilization_chart(use, resource, settings.strategies),
                use[use["resource"] == resource],
                "weeks", f"Use of {resources[resource]} by week, one line per strategy; values in the table "
                "below.", "Mean over replications; missed appointments use their minutes.",
            )  # fmt: skip


def _all(rows: Rows, labels: Mapping[str, str], resources: Mapping[str, str]) -> None:
    with st.expander("All strategies side by side", on_change="rerun", key="capacity_all") as tables:
        if tables.open:
            for table in (*capacity_tables(rows, labels, resources), *queue_tables(rows, labels)):
                draw_table(table)


def _worth(view: View, strategy: str) -> None:
    st.subheader("What is more capacity worth?")
    st.markdown(
        "Runs the programme again with one more of each resource, alone and together, with the same patients "
        "and the same luck."
    )
    told = _planned(view, WORTH, "Work out what more is worth", {"strategy": strategy})
    if told is not None:
        _show(told)


def _search(view: View, strategy: str, limited: Sequence[str]) -> None:
    """Offer the search for the cheapest staffing that keeps a wait short."""
    st.subheader("How many does it take?")
    labels = view.choice.scenario.resources
    left, right = st.columns(2)
    with left:
        column = link.choose(
            "Keep short", list(WAITS), key="capacity_wait", format_func=lambda key: f"Days: {WAITS[key]}"
        )
        days = link.number(
            "At most so many days", key="capacity_days", default=USUAL_WAIT, low=0, high=LONGEST_WAIT, step=1
        )
    with right:
        resources = link.choose_several(
            "What may change", list(limited), key="capacity_change",
            labels={key: labels[key].label for key in limited},
        ) or list(limited)  # fmt: skip
        replications = link.number(
            "Replications of each staffing", key="capacity_replications", default=REPLICATIONS,
            low=FEWEST_REPLICATIONS, high=MOST_REPLICATIONS, step=1,
            help="More make the answer surer and take longer in proportion.",
        )  # fmt: skip
    asked = {
        "strategy": strategy, "targets": [f"{column}<={days:g}"], "resources": resources,
        "replications": int(replications),
    }  # fmt: skip
    told = _planned(view, SEARCH, "Search for the cheapest staffing", asked)
    if told is not None:
        _show(told)


def _planned(view: View, kind: str, label: str, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """Draw what starts a plan, and return the last finished one."""
    scenario, clock = view.choice.scenario, server_clock()
    asked = {**asked, "wtp": view.asked["wtp"], "perspective": view.asked["perspective"]}

    def begin(executor: Executor, on_progress: Progress) -> dict[str, Any]:
        return capacity(scenario, engine=clock, executor=executor, on_progress=on_progress, **asked)

    key = f"{kind} {digest_of(scenario)} {asked}"
    st.caption(f"It takes some seconds for each staffing, {MOST_STAFFINGS} of them at most, often far fewer.")
    work: Work[dict[str, Any]] = Work(key, label, "staffings at most")
    finished = on_demand(kind, label, work, begin)
    return None if finished is None else finished.result()


def _show(told: Mapping[str, Any]) -> None:
    """Show a plan; which other strategies there are, the page says elsewhere."""
    told = {**told, "other_strategies": []}
    first, *others = staffing_sentences(told)
    st.markdown(f"## {plain(first)}")
    for sentence in others:
        st.markdown(plain(sentence))
    for table in staffing_tables(told):
        draw_table(table)
    st.caption(plain(staffing_caption(told)))
