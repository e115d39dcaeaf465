"""The only module that touches the session's state, by typed getters and setters."""

from __future__ import annotations

from typing import cast

import streamlit as st

from sim.ui.jobs import PageRun

_RUN = "run"


def current_run() -> PageRun | None:
    """Return the run this session follows."""
    return cast("PageRun | None", st.session_state.get(_RUN))


def follow_run(run: PageRun) -> None:
    """Let this session follow a run."""
    st.session_state[_RUN] = run
