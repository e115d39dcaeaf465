"""A page that is interrupted while it waits for its preview, by the reader's next move."""

from __future__ import annotations

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from sim.ui import runs

SCRIPT = """
import streamlit as st
from sim.ui import frame, kept_files, levers, session

def mix():
    kept_files.choose("mix")
    session.set_what_ifs({"run.seed": 7})

def other():
    session.set_what_ifs({"run.seed": 7})
    session.forget(levers.PREFIX)

def page(view):
    st.button("Show the mix", key="show", on_click=mix)
    st.button("Other changes", key="other", on_click=other)

frame.draw(page)
"""
BROKEN = """
from sim.errors import AnalysisError
from sim.ui import frame

def page(view):
    raise AnalysisError("a mistake")

frame.draw(page)
"""


def pressed(key):
    """Press a button, and interrupt its page before it is drawn; return the session after the next move.

    The browser keeps the values of widgets that were not drawn anew, and sends them with the next move.
    """
    session = AppTest.from_string(SCRIPT, default_timeout=120).run()
    before = session._tree.get_widget_states()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "preview", lambda _: streamlit.stop())
        session.button(key=key).click().run()
        sent = session._tree.get_widget_states()
        drawn = {widget.id for widget in sent.widgets}
        sent.widgets.extend(widget for widget in before.widgets if widget.id not in drawn)
    session._run(sent)
    return session


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(("key", "scenario"), [("show", "mix"), ("other", "base")])
def test_what_a_button_chose_stays(key, scenario):
    session = pressed(key)
    assert session.selectbox(key="scenario").value == scenario
    assert session.session_state["what-ifs"] == {"run.seed": 7}
    assert not session.info
    assert not session.exception


def test_a_page_that_fails_leaves_the_whole_sidebar(server):
    failing = AppTest.from_string(BROKEN, default_timeout=120).run()
    whole = AppTest.from_string(SCRIPT, default_timeout=120).run()
    assert failing.error[0].value == "a mistake"
    for kind in ("selectbox", "slider", "number_input", "multiselect"):
        keys = [widget.key for widget in getattr(failing.sidebar, kind)]
        assert keys == [widget.key for widget in getattr(whole.sidebar, kind)]
        assert len(keys) == len(set(keys)) > 0
