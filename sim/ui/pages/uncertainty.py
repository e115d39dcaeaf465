"""Uncertainty: what would change the choice, how sure it is, and what knowing more would be worth."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any

import streamlit as st

from sim.analysis.net_benefit import FEWEST_DRAWS
from sim.api.valuing import Valued
from sim.batch.dsa import dsa
from sim.batch.dsa_question import DsaQuestion
from sim.batch.psa import Sampling
from sim.batch.run import Progress
from sim.batch.server_clock import server_clock
from sim.design.dsa import Lever, by_theme, levers, main_levers
from sim.domain.scenario import Scenario
from sim.engine.clocks import COMPILED
from sim.errors import AnalysisError
from sim.report.dsa import dsa_caption, dsa_sentences, dsa_tables
from sim.report.dsa_exhibits import dsa_exhibits
from sim.report.exhibit import Exhibit
from sim.report.tables import Table
from sim.report.uncertainty import draws_precision, kinds_told, points_precision
from sim.report.voi import voi_tables
from sim.report.voi_exhibits import GAINS, SURE, WORTH
from sim.ui import link, sources
from sim.ui.charts import draw_exhibit, draw_table
from sim.ui.draws import answered, drawn
from sim.ui.on_demand import on_demand
from sim.ui.sources import FILES_KEPT, digest_of
from sim.ui.view import View, among
from sim.ui.words import plain
from sim.ui.works import Work

DSA = "dsa"
TABS = ("Tornado and thresholds", "Extra cost and health", "How sure the choice is", "Worth of knowing more")
DRAWS, INNER, PATIENTS = 170, 2, 500
"""First offered, a minute or two; the draws of the base case that come with the package have this size."""
POINT_PATIENTS, POINT_REPLICATIONS = 200, 2
"""First offered for each point of a tornado: about a minute for the main figures."""
MOST_DRAWS, MOST_INNER, MOST_PATIENTS = 5_000, 10, 5_000
PATIENTS_STEP, DRAWS_STEP = 100, 10
MAIN, ALL = "main", "all"
SLOW = (
    " The compiled clock is not at hand, so it takes many times longer than told: install the extra `fast`."
)


def page(view: View) -> None:
    """Draw the page; only the open tab is worked out."""
    st.title("Uncertainty")
    st.markdown(plain(view.choice.scenario.title))
    with st.expander("Three ways of not knowing, kept apart"):
        st.markdown(kinds_told())
    tabs = st.tabs(list(TABS), on_change="rerun", key="uncertainty_tabs")
    for tab, draw in zip(tabs, (_tornado, _gains, _sure, _worth), strict=True):
        if tab.open:
            with tab:
                try:
                    draw(view)
                except AnalysisError as error:
                    st.warning(plain(f"{error}."))


def _tornado(view: View) -> None:
    """Vary figures one by one."""
    st.markdown(
        "Each figure is moved to both ends of its range, all others stay; then the values are looked for at "
        "which another strategy becomes the best. This is about **parameters**, one at a time."
    )
    scenario = view.choice.scenario
    found = _levers(digest_of(scenario), scenario)
    themes = by_theme(found)
    chosen = {MAIN: main_levers(found), ALL: list(found), **themes}
    names = {MAIN: "Main ones: effects, courses, prices, illness", ALL: "All"}
    which = link.choose(
        "Figures varied", list(chosen), key="dsa_figures",
        format_func=lambda key: f"{names.get(key, key.capitalize())} ({len(chosen[key])})",
    )  # fmt: skip
    patients, replications = _sizes("dsa", POINT_PATIENTS, POINT_REPLICATIONS)
    others = _structures(view)
    st.caption(
        points_precision(len(chosen[which]), patients, replications)
        + " About a minute for the main figures of the base case at the sizes first offered." + _clock_note()
    )  # fmt: skip
    output = {name: value for name, value in view.asked.items() if name != "comparator"}
    question = DsaQuestion(
        parameters=() if which == ALL else [lever.path for lever in chosen[which]], output=output,
        n_patients=patients, replications=replications, engine=server_clock(),
    )  # fmt: skip

    def begin(executor: Executor, on_progress: Progress) -> dict[str, Any]:
        return dsa(
            scenario, question, alternatives=list(others.values()), executor=executor, on_progress=on_progress
        )

    told = (
        f"{which} {patients} {replications} {sorted(output.items())} {list(map(digest_of, others.values()))}"
    )
    work: Work[dict[str, Any]] = Work(f"{DSA} {digest_of(scenario)} {told}", "tornado", "points")
    finished = on_demand(DSA, "Vary figures one by one", work, begin)
    if finished is not None:
        content = finished.result()
        _show(dsa_sentences(content), dsa_exhibits(content), "dsa")
        _tables(dsa_tables(content), dsa_caption(content))


@st.cache_resource(max_entries=FILES_KEPT, show_spinner=False)
def _levers(digest: str, _scenario: Scenario) -> list[Lever]:
    del digest  # what the answer is remembered by
    return levers(_scenario)


def _structures(view: View) -> dict[str, Scenario]:
    """Draw the choice of scenarios that are built otherwise."""
    with st.expander("Structure: hold other scenarios against this one"):
        st.markdown("Each is run as it is, and the best strategy in it is told.")
        names = [name for name in sources.names() if name != view.choice.source]
        chosen = st.multiselect("Scenarios", names, key="dsa_structures", persist_state="session")
    return {one.scenario.name: one.scenario for name in chosen for one in sources.read(name)}


def _sizes(prefix: str, patients: int, replications: int) -> tuple[int, int]:
    left, right = st.columns(2)
    with left:
        people = link.number(
            "Patients per strategy",
            key=f"{prefix}_patients",
            default=patients,
            low=1,
            high=MOST_PATIENTS,
            step=PATIENTS_STEP,
        )
    with right:
        times = link.number(
            "Replications of each", key=f"{prefix}_replications", default=replications, low=1,
            high=MOST_INNER, step=1, help="From two on, chance is told apart from what figures do.",
        )  # fmt: skip
    return int(people), int(times)


def _clock_note() -> str:
    return "" if server_clock() == COMPILED else SLOW


def _draws(view: View, *, about_parameters: bool) -> tuple[Valued, dict[str, list[Exhibit]]] | None:
    """Draw what makes the draws, and put the output settings to those there are."""
    n_draws = int(
        link.number(
            "Draws of all uncertain figures together", key="psa_draws", default=DRAWS, low=FEWEST_DRAWS,
            high=MOST_DRAWS, step=DRAWS_STEP,
        )
    )  # fmt: skip
    patients, inner = _sizes("psa", PATIENTS, INNER)
    st.caption(
        f"{draws_precision(n_draws)} About a minute or two at the sizes first offered. Made once, they serve "
        "these three tabs and every willingness to pay, perspective, price and rate in the sidebar."
        + _clock_note()
    )  # fmt: skip
    work = drawn(view.choice.scenario, Sampling.of(n_draws, inner, patients))
    if work is None:
        return None
    known = next(iter(work.result().scenarios.values())).settings.strategies
    keys = [key for key in view.chosen.settings[view.scenario.name].strategies if key in known]
    with st.spinner("Working out what the draws say"):
        return answered(work, among(view.asked, keys), keys, about_parameters=about_parameters)


def _gains(view: View) -> None:
    st.markdown(
        "All uncertain figures are drawn together from what studies say. Each point is one draw: a world "
        "that could be ours. This is about **parameters**, all at once."
    )
    found = _draws(view, about_parameters=False)
    if found is not None:
        _show(found[0].sentences, found[1][GAINS], GAINS)


def _sure(view: View) -> None:
    st.markdown(
        "How often each strategy is the best, by willingness to pay, and what choosing wrongly loses on "
        "average. Often best is not best on average: the frontier marks which is."
    )
    found = _draws(view, about_parameters=False)
    if found is not None:
        _show(found[0].sentences, found[1][SURE], SURE)
        tables = voi_tables(found[0].decision, found[0].names, found[0].basis)
        _tables(tables, "")


def _worth(view: View) -> None:
    st.markdown(
        "What knowing everything (EVPI), single figures (EVPPI) or the result of a trial would be worth: the "
        "loss that a wrong choice brings and knowledge would spare. No study takes **chance** away, so it is "
        "taken out."
    )
    found = _draws(view, about_parameters=True)
    if found is not None:
        _show(found[0].sentences, found[1][WORTH], WORTH)
        _tables(voi_tables(found[0].decision, found[0].names, found[0].basis), "")


def _show(sentences: Sequence[str], exhibits: Sequence[Exhibit], name: str) -> None:
    first, *others = sentences
    st.markdown(f"## {plain(first)}")
    for sentence in others:
        st.markdown(plain(sentence))
    for place, exhibit in enumerate(exhibits, start=1):
        draw_exhibit(exhibit, f"{name}-{place}")


def _tables(tables: Sequence[Table], caption: str) -> None:
    with st.expander("All tables"):
        for table in tables:
            draw_table(table)
        if caption:
            st.caption(plain(caption))
