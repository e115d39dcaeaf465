"""How far a work is, with a way to cancel it; the page is drawn anew once it is over."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sim.report.numbers import time_left
from sim.ui.works import Work, work_queue

POLL = "0.5s"


def follow(work: Work[Any]) -> None:
    """Show the progress of a work that is not over.

    Parameters
    ----------
    work : Work
        What to follow.
    """
    # A busy server may drop what a fragment drew first; without a container of the page's own, what follows
    # it would then have no place, and the browser would show a blank page.
    with st.container():
        st.fragment(_progress, run_every=POLL)(work)


def _progress(work: Work[Any]) -> None:
    if not work.is_running or work.is_cancelled:
        st.rerun()
    left = "" if work.seconds_left is None else f", {time_left(work.seconds_left)} left"
    counted = f"{work.done} of {work.total} {work.unit}{left}" if work.total else "waiting for its turn"
    st.progress(work.share, text=counted)
    st.button("Cancel", key=f"cancel {work.key}", on_click=work_queue().leave, args=(work,))
