"""A chart on a page: drawn with its text equivalent, its caption and its data."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from sim.report.exhibit import Exhibit
from sim.report.tables import Table
from sim.ui.words import plain

JOINED = ("vconcat", "hconcat", "concat")
"""Charts of several panels, whose sizes are their panels'."""
OF_WHOLE = ("$schema", "config", "datasets", "autosize", "background", "padding", "usermeta")
"""Parts of a drawing that do not belong to one panel."""
BESIDE = (3, 2)
"""Widths of a drawing and of what is said of it, where there is room for both."""
SHRINKING = "<style>[class*='st-key-exhibit'] svg.marks { max-width: 100%; height: auto; }</style>"
"""Lets a drawing of fixed size, whose words have their places, shrink on a telephone and not be cut off."""


def draw_chart(
    chart: alt.Chart | alt.LayerChart, table: pd.DataFrame, name: str, alternative: str, note: str
) -> None:
    """Draw a chart.

    Parameters
    ----------
    chart : altair.Chart or altair.LayerChart
        The chart.
    table : pandas.DataFrame
        What it shows.
    name : str
        Unique on the page; name of the file its data is downloaded as.
    alternative : str
        The chart in words.
    note : str
        Caption.
    """
    # Checked against the schema in tests; here that would take longer than all the rest of the chart.
    drawing = chart.to_dict(validate=False)
    st.vega_lite_chart(drawing, alt=alternative, width="stretch", key=f"chart {name}")
    st.caption(plain(note))
    show_table(table, name)


def show_table(table: pd.DataFrame, name: str) -> None:
    """Draw what a reader opens to see a table and download it.

    Parameters
    ----------
    table : pandas.DataFrame
        The table.
    name : str
        Unique on the page; name of the file it is downloaded as.
    """
    with st.expander("Data"):
        st.dataframe(table, hide_index=True)
        download_table("Download CSV", table, f"{name}.csv")


def download_table(label: str, table: pd.DataFrame, name: str) -> None:
    """Draw a button that downloads a table as CSV."""
    st.download_button(
        label,
        data=table.to_csv(index=False),
        file_name=name,
        mime="text/csv",
        on_click="ignore",
        key=f"csv {name}",
    )


def draw_exhibit(exhibit: Exhibit, name: str) -> None:
    """Draw a figure with everything that belongs to it: title, drawing, caption, text equivalent, numbers.

    Parameters
    ----------
    exhibit : Exhibit
        The figure.
    name : str
        Unique on the page; name of the file its numbers are downloaded as.
    """
    drawing: dict[str, Any] = exhibit.chart.to_dict(validate=False)
    # The title stands above as text, which wraps on a telephone as words in a drawing do not.
    drawing.pop("title", None)
    st.markdown(f"**{plain(exhibit.title)}**")
    if not ("width" in drawing or any(kind in drawing for kind in JOINED)):
        st.vega_lite_chart(drawing, alt=exhibit.alt, width="stretch", key=f"chart {name}")
        _told(exhibit, name)
        return
    if not any(kind in drawing for kind in JOINED):
        # A chart by itself is squeezed into its frame with its axes and legend; a panel keeps its size.
        whole = {name: drawing.pop(name) for name in OF_WHOLE if name in drawing}
        drawing = whole | {"vconcat": [drawing]}
    drawing.setdefault("config", {}).setdefault("axis", {})["labelLimit"] = 0
    st.html(SHRINKING)
    left, right = st.columns(BESIDE)
    with left, st.container(key=f"exhibit {name}"):
        st.vega_lite_chart(drawing, alt=exhibit.alt, width="content", key=f"chart {name}")
    with right:
        _told(exhibit, name)


def _told(exhibit: Exhibit, name: str) -> None:
    st.caption(plain(exhibit.caption))
    show_table(frame_of(exhibit.table), name)


def draw_table(table: Table) -> None:
    """Draw a table of text with its title and its notes."""
    st.markdown(f"**{plain(table.title)}**")
    frame = frame_of(table).map(plain)
    st.table(frame.set_index(frame.columns[0]), alt=table.title)
    for note in table.notes:
        st.caption(plain(note))


def frame_of(table: Table) -> pd.DataFrame:
    """Return a table of text as a frame."""
    return pd.DataFrame([list(row) for row in table.rows], columns=list(table.header))
