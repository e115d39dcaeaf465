"""The app's frame: page settings, navigation, sidebar, and the words that belong on every page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from sim.errors import SimError
from sim.report.answer import NOTICE
from sim.ui import link, session, sidebar
from sim.ui.pages import compare, evidence, exercises, myths, patient, validation
from sim.ui.view import View, view_of
from sim.ui.warm_up import warm_up

SCOPE = (
    "Depression only, adults, United States. The people are simulated; intervals show chance between "
    "replications, not uncertainty about the evidence."
)
Page = Callable[[View], None]
"""A page draws itself for what is shown."""


def main() -> None:
    """Draw the app."""
    st.set_page_config(page_title="treatpath", layout="wide")
    warm_up()
    pages = {
        "Plan": [
            st.Page(lambda: draw(compare.page), title="Compare", url_path="compare", default=True),
        ],
        "Learn": [
            st.Page(lambda: draw(patient.page), title="Follow a patient", url_path="patient"),
            st.Page(lambda: draw(exercises.page), title="Exercises", url_path="exercises"),
            st.Page(lambda: draw(myths.page), title="Myths", url_path="myths"),
        ],
        "Check": [
            st.Page(lambda: draw(evidence.page), title="Evidence", url_path="evidence"),
            st.Page(lambda: draw(validation.page), title="Validation", url_path="validation"),
        ],
    }
    st.navigation(pages).run()


def draw(page: Page) -> None:
    """Draw one page inside the frame; show mistakes in the words of the command line."""
    session.link_asked()
    try:
        choice = sidebar.draw()
        view = view_of(choice)
        notes = st.container()
        page(view)
        link.write(sidebar.address(choice))
        for note in session.take_notes():
            notes.info(note)
    except SimError as error:
        st.error(str(error))
    st.divider()
    st.markdown(f"**{NOTICE}** {SCOPE}")
