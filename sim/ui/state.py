"""The only module that touches the session's state, by typed getters and setters."""

from __future__ import annotations

from typing import cast

import streamlit as st

from sim.ui.jobs import ScenarioRun, ValidationRun

_RUN = "run"
_VALIDATION = "validation"
_SHOWN = "validation shown"


def current_run() -> ScenarioRun | None:
    """Return the run of a scenario that this session follows."""
    return cast("ScenarioRun | None", st.session_state.get(_RUN))


def follow_run(run: ScenarioRun) -> None:
    """Let this session follow the run of a scenario."""
    st.session_state[_RUN] = run


def current_validation() -> ValidationRun | None:
    """Return the run of the studies that this session follows."""
    return cast("ValidationRun | None", st.session_state.get(_VALIDATION))


def follow_validation(run: ValidationRun) -> None:
    """Let this session follow a run of the studies."""
    st.session_state[_VALIDATION] = run


def shown_validation() -> ValidationRun | None:
    """Return the last run of the studies that was over: what is shown while another one runs."""
    return cast("ValidationRun | None", st.session_state.get(_SHOWN))


def show_validation(run: ValidationRun) -> None:
    """Show a run of the studies that is over."""
    st.session_state[_SHOWN] = run
