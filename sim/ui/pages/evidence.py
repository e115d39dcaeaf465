"""Evidence: every number with its source, every source with its grade, assumptions apart."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from sim.report.evidence import (
    PARAMETER_COLUMNS,
    Row,
    assumption_rows,
    count_unchecked,
    parameter_rows,
    source_rows,
)
from sim.ui.sidebar import Choice

SOURCE_COLUMNS = ("source", "citation", "design", "year", "doi", "grades", "n_parameters", "n_unchecked")


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
    _table("Parameters", parameters, PARAMETER_COLUMNS, found)
    _table("Sources", sources, SOURCE_COLUMNS, found)
    _table("Assumptions", assumptions, PARAMETER_COLUMNS, found)


def _table(title: str, rows: Sequence[Row], columns: Sequence[str], found: str) -> None:
    """Draw the rows in which some cell contains a text."""
    cells = [{column: _shown(row[column]) for column in columns} for row in rows]
    chosen = [row for row in cells if found.lower() in " ".join(row.values()).lower()]
    st.subheader(title)
    st.caption(f"{len(chosen)} of {len(rows)}")
    st.dataframe(pd.DataFrame(chosen, columns=list(columns)), hide_index=True, alt=f"{title}, one row each")


def _shown(value: object) -> str:
    """Return a cell as text: columns mix numbers, curves and nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
