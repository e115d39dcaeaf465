"""How far a run is, with a way to cancel it; the page is drawn anew once it is over."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sim.ui.jobs import PageRun, run_queue

POLL = "0.5s"


def follow(run: PageRun[Any, Any], unit: str) -> None:
    """Show the progress of a run that is not over.

    Parameters
    ----------
    run : PageRun
        What to follow.
    unit : str
        What its jobs are, in the plural.
    """
    # A busy server may drop what a fragment drew first; without a container of the page's own, what follows
    # it would then have no place, and the browser would show a blank page.
    with st.container():
        st.fragment(_progress, run_every=POLL)(run, unit)


def _progress(run: PageRun[Any, Any], unit: str) -> None:
    st.progress(run.done / run.total, text=f"{run.done} of {run.total} {unit}")
    if run.is_running:
        st.button("Cancel", key="cancel", on_click=run_queue().leave, args=(run,))
    else:
        st.rerun()
