"""A chart on a page: drawn with its text equivalent, its caption, its data and files to take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from sim.report import pictures
from sim.report.exhibit import Exhibit
from sim.report.tables import Table
from sim.ui.words import plain

CSV, HTML, JSON, YAML = "text/csv", "text/html", "application/json", "application/yaml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""What browsers call the kinds of files."""
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
        Unique on the page; name of the files its data and its picture are downloaded as.
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
    drawn = {}
    for place, (chart, alternative) in enumerate(drawings):
        called = f"{name}_{place + 1}" if place else name
        # Checked against the schema in tests; here that would take longer than all the rest of the chart.
        drawn[called] = chart.to_dict(validate=False)
        st.vega_lite_chart(drawn[called], alt=alternative, width="stretch", key=f"chart {called}")
    st.caption(plain(note))
    show_table(table, name, drawn)


def show_table(table: pd.DataFrame, name: str, drawn: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """Draw what a reader opens to see a table and download it.

    Parameters
    ----------
    table : pandas.DataFrame
        The table.
    name : str
        Unique on the page; name of the file it is downloaded as.
    drawn : mapping, optional
        Charts of it as Vega-Lite by name of their files, offered as pictures.
    """
    with st.expander("Data"):
        st.dataframe(table, hide_index=True)
        with st.container(horizontal=True):
            download_table("Download CSV", table, f"{name}.csv")
            for called, drawing in (drawn or {}).items():
                draw_pictures(drawing, called)


def download_table(label: str, table: pd.DataFrame, name: str) -> None:
    """Draw a button that downloads a table as CSV, which is written when it is pressed."""
    download(label, lambda: table.to_csv(index=False), name, CSV, key=f"csv {name}")


def download(
    label: str, make: Callable[[], str | bytes], name: str, kind: str, *, key: str = "", note: str = ""
) -> None:
    """Draw a button that makes a file when it is pressed, and downloads it.

    Parameters
    ----------
    label : str
        On the button.
    make : callable
        Makes the content, in a thread of its own: it may not ask for anything of the session.
    name, kind : str
        Of the file: name, and what a browser calls its kind.
    key : str
        Of the button; left out: its file's name.
    note : str
        What is told of it.
    """
    st.download_button(
        label, data=make, file_name=name, mime=kind, on_click="ignore", key=key or f"file {name}",
        help=note or None,
    )  # fmt: skip


def draw_pictures(drawing: Mapping[str, Any], name: str) -> None:
    """Draw a button for each kind of picture; without what draws them they say so.

    Parameters
    ----------
    drawing : mapping
        Chart as Vega-Lite.
    name : str
        Unique on the page; name of the files.
    """
    can_draw = pictures.can_draw()
    for kind, called in pictures.KINDS.items():
        st.download_button(
            f"Download {kind.upper()}",
            data=_picture(drawing, kind) if can_draw else "",
            file_name=f"{name}.{kind}",
            mime=called,
            on_click="ignore",
            key=f"{kind} {name}",
            disabled=not can_draw,
            help=None if can_draw else pictures.NEEDED,
        )


def _picture(drawing: Mapping[str, Any], kind: str) -> Callable[[], bytes]:
    """Return what makes a picture: a function of its own for each, that holds its chart."""
    return lambda: pictures.picture(drawing, kind)


def draw_exhibit(exhibit: Exhibit, name: str) -> None:
    """Draw a figure with everything that belongs to it: title, drawing, caption, text equivalent, numbers.

    Parameters
    ----------
    exhibit : Exhibit
        The figure.
    name : str
        Unique on the page; name of the file its numbers are downloaded as.
    """
    picture: dict[str, Any] = exhibit.chart.to_dict(validate=False)
    # The title stands above as text, which wraps on a telephone as words in a drawing do not.
    drawing = {part: content for part, content in picture.items() if part != "title"}
    st.markdown(f"**{plain(exhibit.title)}**")
    if not ("width" in drawing or any(kind in drawing for kind in JOINED)):
        st.vega_lite_chart(drawing, alt=exhibit.alt, width="stretch", key=f"chart {name}")
        _told(exhibit, name, picture)
        return
    st.html(SHRINKING)
    left, right = st.columns(BESIDE)
    with left, st.container(key=f"exhibit {name}"):
        st.vega_lite_chart(_of_its_size(drawing), alt=exhibit.alt, width="content", key=f"chart {name}")
    with right:
        _told(exhibit, name, picture)


def _of_its_size(drawing: dict[str, Any]) -> dict[str, Any]:
    """Return a drawing that a page does not squeeze into its frame with its axes and legend: a panel."""
    if not any(kind in drawing for kind in JOINED):
        whole = {part: content for part, content in drawing.items() if part in OF_WHOLE}
        panel = {part: content for part, content in drawing.items() if part not in OF_WHOLE}
        drawing = whole | {"vconcat": [panel]}
    config = drawing.get("config", {})
    return drawing | {"config": config | {"axis": config.get("axis", {}) | {"labelLimit": 0}}}


def _told(exhibit: Exhibit, name: str, picture: Mapping[str, Any]) -> None:
    st.caption(plain(exhibit.caption))
    show_table(frame_of(exhibit.table), name, {name: picture})


def draw_table(table: Table) -> None:
    """Draw a table of text with its title and its notes."""
    st.markdown(f"**{plain(table.title)}**")
    draw_cells(table)


def draw_cells(table: Table) -> None:
    """Draw a table of text below a title that the page has already, with its notes."""
    frame = frame_of(table).map(plain)
    st.table(frame.set_index(frame.columns[0]), alt=table.title)
    for note in table.notes:
        st.caption(plain(note))


def frame_of(table: Table) -> pd.DataFrame:
    """Return a table of text as a frame."""
    return pd.DataFrame([list(row) for row in table.rows], columns=list(table.header))
