"""The places of the app, and how a page leads to another."""

from __future__ import annotations

import streamlit as st

from sim.ui import session

FOLLOW = "patient"
"""Address of the page Follow a patient."""
FOLLOW_PATIENT, FOLLOW_STRATEGY, FOLLOW_WHO = "follow_patient", "follow_strategy", "follow_who"
"""Keys of its widgets, and names in its address: number, pathway, and whom it offers."""
ANYBODY = "anybody"


def go_to_patient(strategy: str, patient: int) -> None:
    """Leave this page for the story of one patient."""
    session.set_value(FOLLOW_STRATEGY, strategy)
    session.set_value(FOLLOW_PATIENT, patient)
    session.set_value(FOLLOW_WHO, ANYBODY)
    go_to(FOLLOW)


def go_to(address: str) -> None:
    """Leave this page for another one.

    Parameters
    ----------
    address : str
        The page's part of the URL, as the frame names it.

    Notes
    -----
    Streamlit knows a page that is a function by its address alone, so that another function with the same
    address leads to the page the frame draws.
    """
    session.take_told()
    st.switch_page(st.Page(_elsewhere, title=address, url_path=address))


def _elsewhere() -> None:
    """Stand for a page that the frame draws."""
