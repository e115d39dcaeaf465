"""Myths: what two consumer articles claim, what the evidence says, and what the model makes of it."""

from __future__ import annotations

import streamlit as st

from sim.domain.evidence import Source
from sim.domain.lessons import Myth
from sim.domain.scenario import Scenario
from sim.report.myths import MARKETING, VERDICTS, Row, assumed_rows, finding_rows, said
from sim.scenario_io.bibliography import load_sources
from sim.scenario_io.lessons import load_myths
from sim.ui import link, sources
from sim.ui.view import View
from sim.ui.words import marked

ALL, SELLERS = "all", "sellers"
SHOWN = {ALL: "All claims", SELLERS: "Vendors' claims only"}
ICONS = {
    "right": ":material/check_circle:",
    "partly": ":material/contrast:",
    "unsupported": ":material/block:",
    "unknown": ":material/help:",
}


def page(view: View) -> None:
    """Draw the page."""
    del view  # claims are held against shipped scenarios, whatever the sidebar says
    st.title("Myths and what the evidence says")
    st.markdown(
        "Two articles for people who weigh ketamine treatment, both by firms that sell it, stand behind most "
        "of these claims. Each gets a short answer, the evidence with its grade, and the number the model "
        "works with. Nothing here says what is right for one person: that is for them and their clinicians."
    )
    shown = link.choose("Show", list(SHOWN), key="myths_shown", format_func=SHOWN.__getitem__)
    for myth in _myths().values():
        if shown == ALL or myth.is_marketing:
            _draw(myth)


@st.cache_resource(max_entries=1, show_spinner=False)
def _myths() -> dict[str, Myth]:
    return load_myths().myths


@st.cache_resource(max_entries=1, show_spinner=False)
def _sources() -> dict[str, Source]:
    return load_sources()


def _read(name: str) -> Scenario:
    return sources.read(name)[0].scenario


def _draw(myth: Myth) -> None:
    """Draw one claim, its answer, and what stands behind it."""
    with st.container(border=True):
        st.header(marked(f"“{myth.claim.rstrip('.')}”"))
        if myth.is_marketing:
            st.badge(MARKETING, icon=":material/storefront:", color="violet")
        st.caption(said(myth))
        st.markdown(marked(f"{ICONS[myth.verdict]} **{VERDICTS[myth.verdict]}.** {myth.answer}"))
        with st.expander("Evidence, and what the model assumes", icon=":material/menu_book:"):
            found = [_cited(row) for row in finding_rows(myth, _sources())]
            assumed = [_assumed(row) for row in assumed_rows(myth, _read)]
            st.markdown(marked("\n".join(["**What was found**", "", *found])))
            st.markdown(marked("\n".join(["**What the model assumes**", "", *assumed])))
            if myth.note:
                st.markdown(marked(myth.note))
            st.markdown("Every number with its source, range and grade is on the page [Evidence](evidence).")


def _cited(row: Row) -> str:
    doi = f" [doi](https://doi.org/{row['doi']})" if row["doi"] else ""
    return f"- {row['found']} *{row['citation']}*{doi}; {row['locator']}; grade {row['grade']}"


def _assumed(row: Row) -> str:
    stands = f"scenario {row['scenario']}, grade {row['grade']}; `{row['path']}`"
    return f"- {row['label']}: **{row['value']}** ({stands})"
