"""A chart on a page: drawn with its text equivalent, its caption and its data."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from sim.ui.words import plain


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
    draw_charts([(chart, alternative)], table, name, note)


def draw_charts(
    drawings: Sequence[tuple[alt.Chart | alt.LayerChart, str]], table: pd.DataFrame, name: str, note: str
) -> None:
    """Draw charts below each other that share their data and caption.

    Parameters
    ----------
    drawings : sequence of tuple
        Charts, each with its text equivalent.
    table, name, note
        As for `draw_chart`.
    """
    for place, (chart, alternative) in enumerate(drawings):
        # Checked against the schema in tests; here that would take longer than all the rest of the chart.
        drawing = chart.to_dict(validate=False)
        key = f"chart {name} {place}" if place else f"chart {name}"
        st.vega_lite_chart(drawing, alt=alternative, width="stretch", key=key)
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
