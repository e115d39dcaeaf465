"""A page that is interrupted while it waits for its preview, by the reader's next move."""

from __future__ import annotations

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from sim.ui import runs
from sim.ui.levers import PREFIX

SCRIPT = """
import streamlit as st
from sim.ui import frame, kept_files, session

def mix():
    kept_files.choose("mix")
    session.set_what_ifs({"run.seed": 7})

def page(view):
    st.button("Show the mix", key="show", on_click=mix)

frame.draw(page)
"""
BROKEN = """
from sim.errors import AnalysisError
from sim.ui import frame

def page(view):
    raise AnalysisError("a mistake")

frame.draw(page)
"""


@pytest.fixture
def interrupted(server):
    """Return a session after a button chose another scenario, interrupted before the page was drawn.

    The browser keeps the values of widgets that were not drawn anew, and sends them with the next move.
    """
    session = AppTest.from_string(SCRIPT, default_timeout=120).run()
    before = session._tree.get_widget_states()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "preview", lambda _: streamlit.stop())
        session.button(key="show").click().run()
        sent = session._tree.get_widget_states()
        drawn = {widget.id for widget in sent.widgets}
        sent.widgets.extend(widget for widget in before.widgets if widget.id not in drawn)
    session._run(sent)
    return session


def test_the_scenario_a_button_chose_stays(interrupted):
    assert interrupted.selectbox(key="scenario").value == "mix"
    assert interrupted.session_state["what-ifs"] == {"run.seed": 7}
    assert not interrupted.info
    assert not interrupted.exception


def test_levers_that_were_forgotten_change_nothing(interrupted):
    moved = [slider.key for slider in interrupted.slider if slider.key.startswith(PREFIX)]
    assert moved
    assert all(interrupted.session_state[key] is not None for key in moved)


def test_a_page_that_fails_leaves_the_whole_sidebar(server):
    failing = AppTest.from_string(BROKEN, default_timeout=120).run()
    whole = AppTest.from_string(SCRIPT, default_timeout=120).run()
    assert failing.error[0].value == "a mistake"
    for kind in ("selectbox", "slider", "number_input", "multiselect"):
        keys = [widget.key for widget in getattr(failing.sidebar, kind)]
        assert keys == [widget.key for widget in getattr(whole.sidebar, kind)]
        assert len(keys) == len(set(keys)) > 0
