"""What the charts of decision analysis share: axes, legends, lines by strategy, reference lines.

Names of strategies and parameters stay values; fields are named here, so no name can break a chart.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.errors import AnalysisError
from sim.report.exhibit import Basis
from sim.report.figures import DASHES, RAY_DASH, SHAPES, placed, strategy_color

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

WIDTH, HEIGHT, BARS_WIDTH = 380, 310, 280
"""Size of the plot [pixels]; narrow, so that text stays legible on a telephone."""
INK = "#767676"
"""Color of lines and words that belong to no strategy: 4.5:1 on white, 4.2:1 on a dark page."""
MARKER_SIZE, TEXT_SIZE = 60, 14
MOST_POINTS = 101
"""Points along a curve that are drawn and listed."""
MARKERS_ALONG = 9
LONG_LABEL = 22
LABEL_WIDTH = 22
"""Characters after which a label beside a bar goes on in the next line."""
MARGIN = 4
LINES = "split(datum.label, '\\n')"
"""Expression that breaks the label of an axis where `wrapped` did."""
SHORT, LONG, MILLIONS = "~s", ",~r", ".3~s"
"""Number formats of axes: 50k, 50,000, 1.25M."""
TICKS = 6
LONG_TITLE = 60
MOST_BARS = 15
BAND_OPACITY = 0.2


def span(*columns: pd.Series[float], room: float) -> tuple[float, float]:
    """Return an axis from the least to the largest value, with room at both ends as a part of the whole."""
    filled = [column.dropna() for column in columns if column.notna().any()]
    low = min((float(column.min()) for column in filled), default=0.0)
    high = max((float(column.max()) for column in filled), default=0.0)
    more = (high - low) * room or 1.0
    return low - more, high + more


def filled(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a frame that has rows.

    Parameters
    ----------
    frame : pandas.DataFrame
        What a figure is drawn from.
    name : str
        What its rows are, in the plural.

    Returns
    -------
    pandas.DataFrame
        The same.

    Raises
    ------
    AnalysisError
        If it has none.
    """
    if frame.empty:
        raise AnalysisError(f"figure: {name} must not be empty, got none; leave the figure out or give some")
    return frame


def by_strategy(frame: pd.DataFrame, labels: Mapping[str, str], columns: Iterable[str]) -> pd.DataFrame:
    """Return chosen columns after the plain name of the strategy, in column ``Strategy``.

    Parameters
    ----------
    frame : pandas.DataFrame
        With column ``strategy``.
    labels : mapping
        Plain name by strategy.
    columns : iterable of str
        Columns to keep.

    Returns
    -------
    pandas.DataFrame
        Rows in the same order.
    """
    chosen = frame[list(columns)].copy()
    chosen.insert(0, "Strategy", [labels[str(key)] for key in frame["strategy"]])
    return chosen.reset_index(drop=True)


def thinned(frame: pd.DataFrame, column: str, most: int = MOST_POINTS) -> pd.DataFrame:
    """Return the rows at evenly chosen values of a column, the last one among them.

    Parameters
    ----------
    frame : pandas.DataFrame
        What to choose from.
    column : str
        Its values are chosen, with all rows that have them.
    most : int
        At most so many values, and the last.

    Returns
    -------
    pandas.DataFrame
        Rows in the same order.
    """
    values = sorted(frame[column].unique())
    step = -(-len(values) // most)
    return frame[frame[column].isin({*values[::step], *values[-1:]})]


def nearest(frame: pd.DataFrame, column: str, value: float) -> pd.DataFrame:
    """Return the rows where a column is nearest to a value."""
    apart = (frame[column] - value).abs()
    return frame[apart == apart.min()]


def channels(keys: Sequence[str], labels: Mapping[str, str], *, legend: bool = True) -> dict[str, Any]:
    """Return color, dash and shape of strategies, with one legend for color and shape.

    Parameters
    ----------
    keys : sequence of str
        Strategies that are drawn.
    labels : mapping
        Plain name by strategy, of all: places in it decide, so that charts agree.
    legend : bool
        Whether there is a legend, below the chart.

    Returns
    -------
    dict
        ``color``, ``strokeDash`` and ``shape`` for field ``Strategy``.
    """
    import altair as alt  # noqa: PLC0415

    drawn = [key for key in labels if key in set(keys)]
    domain = [labels[key] for key in drawn]
    below = legend_below(domain, dashed=False) if legend else None
    dash = alt.Scale(domain=domain, range=placed(DASHES, drawn, labels))
    shape = alt.Scale(domain=domain, range=placed(SHAPES, drawn, labels))
    return {
        "color": strategy_color(drawn, labels, "Strategy:N").legend(below),
        "strokeDash": alt.StrokeDash("Strategy:N", scale=dash, legend=None),
        "shape": alt.Shape("Strategy:N", scale=shape, title="Strategy", legend=below),
    }


def legend_below(names: Iterable[str], *, symbol: str = "", dashed: bool = True) -> alt.Legend:
    """Return a legend below the chart: two columns where names are short."""
    import altair as alt  # noqa: PLC0415

    longest = max((len(name) for name in names), default=0)
    columns = 1 if longest > LONG_LABEL else 2
    legend = alt.Legend(orient="bottom", columns=columns, labelLimit=0, symbolOpacity=1, title=None)
    if symbol:
        legend.symbolType = symbol
    if not dashed:
        legend.symbolStrokeWidth = 0
    return legend


def strategy_lines(
    frame: pd.DataFrame, labels: Mapping[str, str], x: alt.X, y: alt.Y, *, along: str, clip: bool = False
) -> list[alt.Chart]:
    """Return a line per strategy, with its shape here and there.

    Parameters
    ----------
    frame : pandas.DataFrame
        With ``strategy`` and the fields of ``x`` and ``y``.
    labels : mapping
        Plain name by strategy.
    x, y : altair channels
        What is drawn.
    along : str
        Field of ``x``.
    clip : bool
        Whether to hide what lies beyond the axes.

    Returns
    -------
    list of altair.Chart
        Lines, then shapes.
    """
    import altair as alt  # noqa: PLC0415

    shown = by_strategy(frame, labels, [name for name in frame if name != "strategy"])
    look = channels([str(key) for key in frame["strategy"]], labels)
    points = shown.iloc[sorted(_markers(shown, labels))]
    lines = alt.Chart(shown).mark_line(clip=clip)
    shapes = alt.Chart(points).mark_point(filled=True, size=MARKER_SIZE, opacity=1, clip=clip)
    return [
        lines.encode(x=x, y=y, color=look["color"], strokeDash=look["strokeDash"], order=f"{along}:Q"),
        shapes.encode(x=x, y=y, color=look["color"], shape=look["shape"]),
    ]


def _markers(shown: pd.DataFrame, labels: Mapping[str, str]) -> Iterable[int]:
    """Yield positions of rows that carry a shape, not at the same place on every line."""
    for place, label in enumerate(labels.values()):
        rows = [row for row, name in enumerate(shown["Strategy"]) if name == label]
        step = max(1, len(rows) // MARKERS_ALONG)
        yield from rows[(place * step // 2) % step :: step]


def wtp_axis(basis: Basis) -> alt.X:
    """Return the axis of the willingness to pay, field ``wtp``."""
    import altair as alt  # noqa: PLC0415

    title = f"Willingness to pay for one {basis.effect} {basis.unit}"
    return alt.X("wtp:Q", title=title, scale=alt.Scale(nice=False), axis=money_axis(basis))


def money_axis(basis: Basis, form: str = SHORT, *, values: Sequence[float] = ()) -> alt.Axis:
    """Return an axis of amounts; thousands as k, millions as M, billions as B."""
    import altair as alt  # noqa: PLC0415

    large = f"replace(format(datum.value, '{basis.sign(form)}'), 'G', 'B')"
    small = f"format(datum.value, '{basis.sign(LONG)}')"
    label = f"abs(datum.value) < 1 ? {small} : {large}"
    ticks = {"values": list(values)} if values else {"tickCount": TICKS}
    return alt.Axis(format=basis.sign(form), labelExpr=label, labelOverlap=True, **ticks)


def vertical(
    value: float, text: str, *, field: str = "at", dash: Sequence[int] = RAY_DASH
) -> list[alt.Chart]:
    """Return a dashed line across the plot, with its words above it."""
    import altair as alt  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    base = alt.Chart(pd.DataFrame({field: [value], "words": [text]})).encode(x=f"{field}:Q")
    words = base.mark_text(dy=-MARGIN, baseline="bottom", color=INK, fontSize=TEXT_SIZE)
    return [
        base.mark_rule(strokeDash=list(dash), color=INK),
        words.encode(y=alt.value(0), text="words:N"),
    ]


def chosen_wtp(basis: Basis) -> list[alt.Chart]:
    """Return the line of the chosen willingness to pay, if one is chosen."""
    return [] if basis.wtp is None else vertical(basis.wtp, basis.per_effect(basis.wtp), field="wtp")


def zero_line(channel: str) -> alt.Chart:
    """Return a line at zero of channel ``x`` or ``y``."""
    import altair as alt  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    line: alt.Chart = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK)
    return line.encode(**{channel: "zero:Q"})


def layered(
    layers: Sequence[alt.Chart], title: str = "", *, width: int = WIDTH, height: int = HEIGHT
) -> alt.LayerChart:
    """Return layers as one chart, with its title unless it is part of another."""
    import altair as alt  # noqa: PLC0415

    chart = alt.LayerChart(layer=list(layers), width=width, height=height)
    return chart.properties(title=heading(title)) if title else chart


def heading(title: str) -> alt.Title:
    """Return the title of a chart, in lines."""
    import altair as alt  # noqa: PLC0415

    return alt.Title(textwrap.wrap(title, LONG_TITLE), anchor="start")


def wrapped(labels: Sequence[str], keys: Sequence[str], *, most_lines: int = 2) -> list[str]:
    """Return labels of bars in lines; those that are not unique carry their key.

    Parameters
    ----------
    labels, keys : sequence of str
        Plain name and key of each bar.
    most_lines : int
        What does not fit in them is left out.

    Returns
    -------
    list of str
        With line breaks, for axes with `LINES`.

    Examples
    --------
    >>> wrapped(["Price", "Price"], ["a.price", "b.price"])
    ['Price (a.price)', 'Price (b.price)']
    """
    names = [
        f"{label} ({key})" if labels.count(label) > 1 else label
        for label, key in zip(labels, keys, strict=True)
    ]
    cut = " \N{HORIZONTAL ELLIPSIS}"
    return [
        "\n".join(textwrap.wrap(name, LABEL_WIDTH, max_lines=most_lines, placeholder=cut)) for name in names
    ]
