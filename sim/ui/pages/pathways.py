"""Pathways: a strategy as a map, who goes where in one replication, and the same as moving dots."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from sim.domain.scenario import Scenario
from sim.outcomes.pathway_stages import Journeys
from sim.report import sankey
from sim.report.flow_animation import MOST_DOTS, animation, animation_told, legend, month_table
from sim.report.numbers import joined
from sim.report.pathway_map import map_told, pathway_map
from sim.ui import link, places, session
from sim.ui.charts import show_table
from sim.ui.flow_player import flow_player
from sim.ui.traced import FOLLOWED_REPLICATION, traced
from sim.ui.view import View
from sim.ui.words import plain

FLOW, PERSON = "paths_flow", "paths_person"
"""Keys of the choice of a flow and of one of its patients."""
WHOLE, PART = "The whole map", "paths_part"
LAST_REPLICATION = 9_999
HEIGHT = 520
READABLE = (
    "<style>@media (max-width: 640px) {"
    "[data-testid='stMermaidChart'] {overflow-x: auto; align-items: flex-start;} "
    "[data-testid='stMermaidChart'] img {min-width: 680px; height: auto;}}</style>"
)
"""Lets a map scroll inside its frame on a telephone and not shrink until nobody can read it."""
INKS = {"light": "#1B1B1F", "dark": "#F5F5F5"}
"""Colors of text that is drawn over bands of the Sankey diagrams."""


def page(view: View) -> None:
    """Draw the page."""
    scenario = view.choice.scenario
    st.title("Pathways")
    st.markdown(
        "How a strategy is meant to work, and what then happens to simulated people. "
        "One replication shows chance at work; the other pages average over many."
    )
    labels = {key: strategy.label for key, strategy in scenario.strategies.items()}
    offers = [key for key, strategy in scenario.strategies.items() if strategy.lines != ()]
    strategy = link.choose(
        "Strategy", list(labels), key="paths_strategy", default=(offers or list(labels))[0],
        format_func=labels.__getitem__,
    )  # fmt: skip
    _map(scenario, strategy)
    journeys = _journeys(scenario, strategy)
    _flows(scenario, journeys)
    _animation(scenario, journeys)


def _map(scenario: Scenario, strategy: str) -> None:
    """Draw the map, the numbers on it, and the map in words."""
    drawn = pathway_map(scenario, strategy)
    st.header("The map", anchor=False)
    st.markdown(
        "Marks in brackets lead to the list of numbers below the map. "
        "Sliders in the sidebar change the same numbers, and the map follows."
    )
    parts = {WHOLE: drawn.mermaid, **drawn.parts}
    part = WHOLE
    if len(drawn.parts) > 1:
        if session.value(PART) not in parts:
            session.set_value(PART, WHOLE)
        part = str(st.selectbox("Part of the map", list(parts), key=PART))
    st.html(READABLE)
    st.mermaid_chart(parts[part], alt=map_told(scenario, strategy, drawn))
    with st.expander("Numbers on the map"):
        st.dataframe(pd.DataFrame(drawn.numbers), hide_index=True, alt="Numbers on the map, one row each")
        changed = sorted({str(row["path"]) for row in drawn.numbers} & set(session.what_ifs()))
        if changed:
            st.caption(f"Changed by you: {joined([f'`{path}`' for path in changed])}.")
    with st.expander("The map in words"):
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in drawn.sentences))


def _journeys(scenario: Scenario, strategy: str) -> Journeys:
    """Draw the choice of a replication; return everybody's way through the strategy in it."""
    st.header("Who goes where", anchor=False)
    replication = link.number(
        "Replication", key="paths_replication", default=FOLLOWED_REPLICATION, low=0, high=LAST_REPLICATION,
        help=f"Another number deals other people and other luck, from the seed {scenario.run.seed}.",
    )  # fmt: skip
    with st.spinner("Tracing one replication"):
        journeys = traced(scenario, strategy, int(replication)).journeys
    n_patients, n_referred = journeys.states.n_patients, scenario.run.n_patients
    whole = "" if n_patients == n_referred else f", the first of the {n_referred:,} of a full run"
    st.caption(f"{n_patients:,} simulated people{whole}.")
    return journeys


def _flows(scenario: Scenario, journeys: Journeys) -> None:
    """Draw the diagrams, their tables, and the patients of one flow."""
    found = {part: sankey.flows(journeys, scenario, part) for part in sankey.PARTS}
    for part, flows in found.items():
        st.subheader(sankey.TITLES[part], anchor=False)
        if not flows:
            st.caption("This strategy offers no treatment: nobody is screened.")
            continue
        key = f"paths_sankey_{part}"
        ink = INKS[st.context.theme.type or "light"]
        st.echarts_chart(
            sankey.sankey_option(flows, ink), height=HEIGHT, alt=plain(sankey.told(flows, part)), key=key,
            on_select=partial(_take_click, key, flows),
        )  # fmt: skip
        st.caption(sankey.stages_told(flows))
        show_table(sankey.flow_table(flows), f"flows_{part}")
    _patients(scenario, journeys, [flow for flows in found.values() for flow in flows])


def _take_click(key: str, flows: list[sankey.Flow]) -> None:
    """Choose the flow that was clicked."""
    flow = sankey.clicked(flows, session.value(key))
    if flow is not None:
        session.set_value(FLOW, flow.key)


def _patients(scenario: Scenario, journeys: Journeys, flows: list[sankey.Flow]) -> None:
    """List the patients of one flow, and lead to the story of one."""
    st.subheader("The people of one flow", anchor=False)
    by_key = {flow.key: flow for flow in flows}
    if session.value(FLOW) not in by_key:
        session.set_value(FLOW, next(iter(by_key)))
    chosen = by_key[
        st.selectbox(
            "Flow (or click one in a diagram)", list(by_key), key=FLOW,
            format_func=lambda key: by_key[key].label,
        )
    ]  # fmt: skip
    ways = sankey.way_table(journeys, scenario)
    st.dataframe(
        ways.iloc[list(chosen.patients)], hide_index=True, alt=f"The way of each person: {chosen.label}"
    )
    if session.value(PERSON) not in chosen.patients:
        session.set_value(PERSON, chosen.patients[0])
    person = st.selectbox("Person", chosen.patients, key=PERSON)
    is_told = journeys.replication == FOLLOWED_REPLICATION
    if st.button(
        f"Follow person {person}", icon=":material/person_search:", key="paths_follow", disabled=not is_told
    ):
        places.go_to_patient(journeys.strategy, int(person))
    if not is_told:
        st.caption(f"Follow a patient tells of replication {FOLLOWED_REPLICATION} only.")


def _animation(scenario: Scenario, journeys: Journeys) -> None:
    """Draw the moving dots, what their places mean, and the same as a table."""
    states = journeys.states
    st.header("People over time", anchor=False)
    shown = min(MOST_DOTS, states.n_patients)
    st.markdown(
        f"Each dot is one of {'the first ' if shown < states.n_patients else ''}{shown} people. "
        "It moves when the person's place on the pathway changes. Time counts from each person's referral."
    )
    flow_player(animation(states), key="paths_player")
    st.caption(plain(animation_told(states, scenario, journeys.strategy)))
    with st.expander("What the places mean"):
        st.markdown("\n".join(f"- {line}" for line in legend(states)))
    show_table(month_table(states), "people_by_month")
