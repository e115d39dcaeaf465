"""How far a work is, with a way to cancel it; the page is drawn anew once it is over."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sim.report.numbers import time_left
from sim.ui import session
from sim.ui.following import following
from sim.ui.words import plain
from sim.ui.works import Work

POLL = "0.5s"


def tell(kind: str, work: Work[Any], label: str) -> None:
    """Say how far a work is, or what became of it; remember it if it ended well.

    Parameters
    ----------
    kind : str
        What this session follows only one of.
    work : Work
        What it follows.
    label : str
        On the button that begins it again.
    """
    if work.is_cancelled:
        st.warning(f"Cancelled after {work.done} of {work.total} {work.unit}.")
    elif work.is_running and following().has_left(kind):
        st.warning("Cancelled here; it goes on for somebody else who asked for the same.")
    elif work.is_running:
        _follow(kind, work)
    elif work.error is not None:
        st.error(f"{plain(str(work.error))}. Press *{label}* to try again; everything else is still there.")
    else:
        session.finish(kind, work)


def _follow(kind: str, work: Work[Any]) -> None:
    """Show the progress of a work that is not over."""
    # A busy server may drop what a fragment drew first; without a container of the page's own, what follows
    # it would then have no place, and the browser would show a blank page.
    with st.container():
        st.fragment(_progress, run_every=POLL)(kind, work)


def _progress(kind: str, work: Work[Any]) -> None:
    waits = following()
    if not work.is_running or work.is_cancelled or waits.has_left(kind):
        st.rerun()
    left = "" if work.seconds_left is None else f", {time_left(work.seconds_left)} left"
    counted = f"{work.done} of {work.total} {work.unit}{left}" if work.total else "waiting for its turn"
    st.progress(work.share, text=counted)
    st.button("Cancel", key=f"cancel {work.key}", on_click=waits.leave, args=(kind,))
