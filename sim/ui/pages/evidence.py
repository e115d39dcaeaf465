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
    solved_from,
    source_rows,
)
from sim.report.published import Published, read_published
from sim.ui.view import View
from sim.ui.words import plain

SOURCE_COLUMNS = ("source", "citation", "design", "year", "doi", "grades", "n_parameters", "n_unchecked")
ANY, SOLVED = "Any number", "Numbers solved from some published figure"


def page(view: View) -> None:
    """Draw the page."""
    scenario, published = view.choice.scenario, _published()
    parameters, sources = parameter_rows(scenario, published), source_rows(scenario, published)
    assumptions = assumption_rows(scenario, published)
    sourced = len(parameters) - len(assumptions)
    unchecked = count_unchecked(parameters) - count_unchecked(assumptions)
    solved = solved_from(parameters)
    st.title("Evidence")
    st.markdown(
        f"**{plain(scenario.title)}** rests on {len(parameters)} parameters: {sourced} from {len(sources)} "
        f"sources, and {len(assumptions)} assumptions. Of the sourced numbers, {unchecked} were not re-read "
        f"in their source (unchecked). {len(solved)} numbers were solved from published figures, so that "
        "simulated studies give them again; the Validation page shows how well."
    )
    found = st.text_input("Find", key="find", placeholder="part of a path, label, source, figure or citation")
    keys = dict.fromkeys(key for row in solved for key in row["targets"])
    figure = st.selectbox("Solved from", [ANY, SOLVED, *keys], key="figure")
    shown = parameters if figure == ANY else solved_from(parameters, None if figure == SOLVED else figure)
    _table("Parameters", shown, PARAMETER_COLUMNS, found)
    _figures(_found(solved_from(shown), PARAMETER_COLUMNS, found))
    _table("Sources", sources, SOURCE_COLUMNS, found)
    _table("Assumptions", assumptions, PARAMETER_COLUMNS, found)


@st.cache_resource(max_entries=1, show_spinner="Reading the published figures")
def _published() -> Published:
    return read_published()


def _table(title: str, rows: Sequence[Row], columns: Sequence[str], found: str) -> None:
    """Draw the rows in which some cell contains a text."""
    chosen = [[_shown(row[column]) for column in columns] for row in _found(rows, columns, found)]
    st.header(title)
    st.caption(f"{len(chosen)} of {len(rows)}")
    st.dataframe(pd.DataFrame(chosen, columns=list(columns)), hide_index=True, alt=f"{title}, one row each")


def _found(rows: Sequence[Row], columns: Sequence[str], found: str) -> list[Row]:
    """Return the rows in which some cell contains a text."""
    return [row for row in rows if found.lower() in " ".join(_shown(row[name]) for name in columns).lower()]


def _figures(rows: Sequence[Row]) -> None:
    """Draw the published figures that the numbers were solved from, in words."""
    with st.expander(f"Published figures behind these numbers ({len(rows)} numbers)"):
        lines = [
            f"- **{plain(str(row['label']))}** (`{row['path']}`)\n"
            + "\n".join(f"  - {plain(str(figure))}" for figure in row["figures"])
            for row in rows
        ]
        st.markdown("\n".join(lines) or "None of these numbers was solved from a published figure.")


def _shown(value: object) -> str:
    """Return a cell as text: columns mix numbers, curves and nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
