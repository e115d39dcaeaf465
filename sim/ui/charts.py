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
"""Charts of several panels, which take the width of the page panel by panel."""


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
    st.markdown(f"**{plain(exhibit.title)}**")
    # The title stands above as text, which wraps on a telephone as words in a drawing do not.
    drawing: dict[str, Any] = exhibit.chart.to_dict(validate=False)
    drawing.pop("title", None)
    for panel in next((drawing[kind] for kind in JOINED if kind in drawing), [drawing]):
        panel.pop("width", None)
    st.vega_lite_chart(drawing, alt=exhibit.alt, width="stretch", key=f"chart {name}")
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
