"""The app's frame: page settings, navigation, sidebar, and the words that belong on every page."""

from __future__ import annotations

import streamlit as st

from sim.errors import SimError
from sim.report.answer import NOTICE
from sim.ui import sidebar
from sim.ui.pages import compare, evidence, patient, validation

SCOPE = (
    "Depression only, adults, United States. The people are simulated; intervals show chance between "
    "replications, not uncertainty about the evidence."
)


def main() -> None:
    """Draw the app."""
    st.set_page_config(page_title="treatpath", layout="wide")
    pages = [
        st.Page(lambda: draw(compare.page), title="Compare", url_path="compare", default=True),
        st.Page(lambda: draw(patient.page), title="Follow a patient", url_path="patient"),
        st.Page(lambda: draw(evidence.page), title="Evidence", url_path="evidence"),
        st.Page(lambda: draw(validation.page), title="Validation", url_path="validation"),
    ]
    st.navigation(pages).run()


def draw(page: sidebar.Page) -> None:
    """Draw one page inside the frame; show mistakes in the words of the command line."""
    try:
        page(sidebar.draw())
    except SimError as error:
        st.error(str(error))
    st.divider()
    st.markdown(f"**{NOTICE}** {SCOPE}")
