"""A scenario as a file: uploaded, or written as text on the page; every mistake is told at once."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from sim.errors import ScenarioError
from sim.report.numbers import counted
from sim.scenario_io import shipped
from sim.scenario_io.child import child_text
from sim.ui import kept_files, session, sources
from sim.ui.view import View
from sim.ui.words import plain

UPLOAD, DRAFT, DRAFT_NAME = "scenario upload", "scenario draft", "scenario draft name"
UPLOAD_TOLD, DRAFT_TOLD = "scenario upload told", "scenario draft told"
ROWS_HEIGHT = 340
MOST_TOLD = 50
"""Mistakes that are shown; the others are counted."""


def draw_upload() -> None:
    """Draw what takes a file from the reader's disk."""
    st.file_uploader(
        "Scenario file (YAML)", type=["yaml", "yml"], key=UPLOAD, on_change=_uploaded, max_upload_size=1,
        help="It may stand alone or extend a shipped scenario. It is kept for this session only. "
        "No data about patients belongs here.",
    )  # fmt: skip
    show_told(UPLOAD_TOLD)


def draw_draft(view: View) -> None:
    """Draw the scenario as text that says only what differs from a shipped one."""
    if session.value(DRAFT) is None:
        session.set_value(DRAFT, draft_of(view))
    st.text_area("Scenario as YAML", key=DRAFT, height=ROWS_HEIGHT, persist_state="session")
    named = view.choice.scenario.name
    st.text_input(
        "Name in this session", key=DRAFT_NAME, placeholder=kept_files.free_name(named, ""),
        persist_state="session",
    )  # fmt: skip
    with st.container(horizontal=True):
        st.button("Check", key="check draft", on_click=_check, args=(named,))
        st.button("Save and use", key="use draft", type="primary", on_click=_use, args=(named,))
        st.button("Begin again from what is shown", key="renew draft", on_click=_renew, args=(view,))
    show_told(DRAFT_TOLD)


def draft_of(view: View) -> str:
    """Return the scenario that the sidebar says as a small file."""
    scenario = view.choice.scenario
    return child_text(view.choice.loaded, scenario, scenario.name, read=sources.read_shipped)


def show_told(key: str) -> None:
    """Draw what became of the last thing asked: mistakes one a line, or that all is well."""
    told = session.value(key)
    if not told:
        return
    is_well, text = told
    if is_well:
        st.success(plain(text))
        return
    lines = text.splitlines()
    st.error(f"{counted(len(lines), 'mistake')}; nothing was changed.")
    more = [f"… and {len(lines) - MOST_TOLD} more"] if len(lines) > MOST_TOLD else []
    st.code("\n".join([*lines[:MOST_TOLD], *more]), language=None, wrap_lines=True)


def tell(key: str, act: Callable[[], str]) -> None:
    """Do something, and remember what is to be told of it: a sentence, or what is wrong."""
    try:
        session.set_value(key, (True, act()))
    except ScenarioError as error:
        session.set_value(key, (False, str(error)))


def _uploaded() -> None:
    file = session.value(UPLOAD)
    if file is None:
        session.set_value(UPLOAD_TOLD, None)
        return

    def take() -> str:
        text = kept_files.decoded(file.getvalue(), file.name)
        return f"The sidebar now shows {kept_files.keep(text, file.name, file=file.name)}."

    tell(UPLOAD_TOLD, take)


def _check(named: str) -> None:
    def check() -> str:
        number = kept_files.check(str(session.value(DRAFT)), f"{_asked(named)}{shipped.SUFFIX}")
        return f"No mistakes: {counted(number, 'scenario')}."

    tell(DRAFT_TOLD, check)


def _use(named: str) -> None:
    def use() -> str:
        return f"The sidebar now shows {kept_files.keep(str(session.value(DRAFT)), _asked(named))}."

    tell(DRAFT_TOLD, use)


def _asked(named: str) -> str:
    """Return the name typed, else that of the scenario shown."""
    return str(session.value(DRAFT_NAME) or named)


def _renew(view: View) -> None:
    session.set_value(DRAFT, draft_of(view))
    session.set_value(DRAFT_TOLD, None)
