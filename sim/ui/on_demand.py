"""An analysis that starts when a button is pressed: progress, cancel, failure, and the last one finished."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

from sim.ui import progress, session
from sim.ui.following import following
from sim.ui.works import Begin, Work, work_queue

T = TypeVar("T")


def on_demand(
    kind: str, label: str, asked: Work[T], begin: Begin[T], *, at_once: bool = False
) -> Work[T] | None:
    """Draw what starts a work and how far it is.

    Parameters
    ----------
    kind : str
        What this session follows only one of, such as ``psa``.
    label : str
        On the button.
    asked : Work
        What the inputs on the page ask for, not begun.
    begin : callable
        Does it.
    at_once : bool
        True starts the first one without a press of the button.

    Returns
    -------
    Work or None
        The last finished one; where it answers other inputs, the page says so.
    """
    known = work_queue().finished(asked.key)
    if known is not None:
        session.finish(kind, known)
    followed = following().work(kind)
    if st.button(label, type="primary", key=f"begin {kind}") or (at_once and followed is None):
        followed = following().begin(kind, lambda: work_queue().follow(asked, begin))
    if followed is not None:
        progress.tell(kind, followed, label)
    shown = session.last_finished(kind)
    if shown is not None and shown.key != asked.key:
        st.info(f"Inputs changed since the results below; press *{label}* to bring them up to date.")
    return shown
