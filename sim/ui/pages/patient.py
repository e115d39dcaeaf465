"""Follow a patient: one simulated person's way through one strategy, with reasons."""

from __future__ import annotations

import streamlit as st

from sim.domain.scenario import Scenario
from sim.report.follow import follow
from sim.report.numbers import money
from sim.report.story import Entry
from sim.report.words import PERSPECTIVES
from sim.ui.view import View
from sim.ui.words import plain

STORIES_KEPT = 32


def page(view: View) -> None:
    """Draw the page."""
    scenario = view.choice.scenario
    st.title("Follow a patient")
    st.markdown(
        "The same person meets the same luck in every strategy; what differs is the treatment. "
        "One simulated story, no forecast for anyone."
    )
    labels = {key: strategy.label for key, strategy in scenario.strategies.items()}
    strategy = st.selectbox(
        "Strategy", list(labels), index=len(labels) - 1, format_func=labels.__getitem__,
        key=f"strategy of {scenario.name}",
    )  # fmt: skip
    patient = st.number_input(
        "Patient", min_value=0, max_value=scenario.run.n_patients - 1, value=0, key="patient"
    )
    _tell(_story(scenario, str(strategy), int(patient)), PERSPECTIVES[scenario.economics.perspective])


@st.cache_data(
    max_entries=STORIES_KEPT,
    show_spinner="Following the patient",
    hash_funcs={Scenario: lambda scenario: scenario.digest},
)
def _story(scenario: Scenario, strategy: str, patient: int) -> list[Entry]:
    return follow(scenario, strategy, patient)


def _tell(entries: list[Entry], perspective: str) -> None:
    """Write the story, a heading per day."""
    date = None
    for entry in entries:
        if entry.date != date:
            date = entry.date
            status = (
                f"score {entry.score:.0f} · cost so far {money(entry.cost)} ({perspective}, undiscounted)"
            )
            st.markdown(plain(f"**{date}** · {status}"))
        reason = f" *({entry.reason})*" if entry.reason else ""
        st.markdown(plain(f"- {entry.text}{reason}"))
