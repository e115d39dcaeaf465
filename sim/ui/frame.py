"""The app's frame: page settings, navigation, sidebar, and the words that belong on every page."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from sim.errors import JobError, SimError
from sim.report.answer import NOTICE
from sim.ui import link, session, sidebar
from sim.ui.view import View, view_of
from sim.ui.warm_up import warm_up
from sim.ui.words import plain

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

SCOPE = (
    "Depression only, adults, United States. The people are simulated; intervals show chance between "
    "replications, not uncertainty about the evidence, unless it says so."
)
SECTIONS = {
    "Plan": {
        "compare": "Compare",
        "capacity": "Capacity",
        "budget": "Budget",
        "uncertainty": "Uncertainty",
    },
    "Learn": {
        "pathways": "Pathways",
        "patient": "Follow a patient",
        "exercises": "Exercises",
        "myths": "Myths",
    },
    "Check": {
        "scenarios": "Scenarios",
        "history": "History",
        "evidence": "Evidence",
        "validation": "Validation",
        "about": "About",
    },
}
"""Pages by section: name of the module in `sim.ui.pages`, which is also its address, and title."""
FIRST = "compare"
AGAIN = "Try again"
Page = Callable[[View], None]
"""A page draws itself for what is shown."""


def main() -> None:
    """Draw the app."""
    st.set_page_config(page_title="treatpath", layout="wide")
    warm_up()
    sections = {
        section: [_page(name, title) for name, title in pages.items()] for section, pages in SECTIONS.items()
    }
    st.navigation(sections, position="top").run()


def _page(name: str, title: str) -> StreamlitPage:
    """Return a page whose module is loaded when it is first opened."""
    return st.Page(lambda: draw(page_of(name)), title=title, url_path=name, default=name == FIRST)


def page_of(name: str) -> Page:
    """Return what draws a page."""
    page: Page = import_module(f"sim.ui.pages.{name}").page
    return page


def draw(page: Page) -> None:
    """Draw one page inside the frame; show mistakes in the words of the command line."""
    session.link_asked()
    draw_rest = None
    try:
        choice, draw_rest = sidebar.draw()
        view = view_of(choice)
        notes = st.container()
        page(view)
        link.write(sidebar.address(choice))
        for note in session.take_notes():
            notes.info(plain(note))
    except SimError as error:
        st.error(plain(str(error)))
        if isinstance(error, JobError):  # what failed by chance, such as a worker that was killed, may do now
            st.button(AGAIN, key="again")
    if draw_rest is not None:
        draw_rest()
    st.divider()
    st.markdown(f"**{NOTICE}** {SCOPE}")
