"""Evidence: every number with its source, every source with its grade, assumptions apart."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sim.report.evidence import assumption_rows, count_unchecked, parameter_rows, source_rows
from sim.ui.sidebar import Choice

SOURCE_COLUMNS = ["source", "citation", "design", "year", "doi", "grades", "n_parameters", "n_unchecked"]


def page(choice: Choice) -> None:
    """Draw the page."""
    scenario = choice.scenario
    parameters, sources = parameter_rows(scenario), source_rows(scenario)
    assumptions = assumption_rows(scenario)
    sourced = len(parameters) - len(assumptions)
    unchecked = count_unchecked(parameters) - count_unchecked(assumptions)
    st.title("Evidence")
    st.markdown(
        f"**{scenario.title}** rests on {len(parameters)} parameters: {sourced} from {len(sources)} sources, "
        f"and {len(assumptions)} assumptions. Of the sourced numbers, {unchecked} were not re-read in their "
        "source (unchecked)."
    )
    found = st.text_input("Find", key="find", placeholder="part of a path, label, source or citation")
    table = _as_text(pd.DataFrame(parameters))
    st.dataframe(_containing(table, found), hide_index=True, alt="All parameters with value, unit and source")
    st.subheader("Sources")
    if sources:
        listed = pd.DataFrame(sources)[SOURCE_COLUMNS]
        listed["grades"] = [", ".join(grades) for grades in listed["grades"]]
        st.dataframe(_containing(_as_text(listed), found), hide_index=True, alt="All sources with grade")
    st.subheader("Assumptions")
    if assumptions:
        st.dataframe(
            _containing(_as_text(pd.DataFrame(assumptions)), found), hide_index=True, alt="All assumptions"
        )


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Write mixed columns of numbers and curves as text."""
    return table.assign(value=table["value"].map(_shown)) if "value" in table else table


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def _containing(table: pd.DataFrame, found: str) -> pd.DataFrame:
    """Return the rows in which some cell contains a text."""
    if not found:
        return table
    text = table.astype(str).agg(" ".join, axis=1).str.lower()
    return table[text.str.contains(found.lower(), regex=False)]
