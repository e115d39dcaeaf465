"""Where a choice changes: over one parameter, and over two at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.report.exhibit import Basis, Exhibit, caption_of
from sim.report.figures import POINT_SIZE
from sim.report.marks import (
    BAND_OPACITY,
    LONG,
    TICKS,
    by_strategy,
    channels,
    filled,
    layered,
    money_axis,
    strategy_lines,
    vertical,
)
from sim.report.numbers import joined, significant
from sim.report.tables import Table, wide_table

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

TILE_OPACITY, MOST_MARKED_TILES, SEPARATION = 0.35, 200, 4


def two_way(
    frame: pd.DataFrame,
    labels: Mapping[str, str],
    basis: Basis,
    *,
    x_title: str,
    y_title: str,
    base: tuple[float, float] | None = None,
) -> Exhibit:
    """Draw which strategy is worth most over a grid of two parameters.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``x, y, strategy, lead``: value of either parameter, strategy with the highest net benefit, and how
        far it leads the second.
    labels : mapping
        Plain name by strategy.
    basis : Basis
        What the numbers rest on.
    x_title, y_title : str
        Names of the parameters, with units.
    base : tuple of float, optional
        Values as they are; the tile nearest to them is outlined.

    Returns
    -------
    Exhibit
        Tiles carry the shape of the strategy as well as its color.

    Raises
    ------
    AnalysisError
        If there is nothing to draw.
    """
    import altair as alt  # noqa: PLC0415

    filled(frame, "tiles")
    title = f"Which strategy is worth most, by {x_title} and {y_title}?"
    shown = by_strategy(frame, labels, ["x", "y"])
    keys = [str(key) for key in frame["strategy"]]
    look = channels(keys, labels)
    outer = alt.Axis(format=".4~g", labelOverlap=True, labelSeparation=SEPARATION, labelAngle=0)
    position = {
        "x": alt.X("x:O", title=x_title, axis=outer),
        "y": alt.Y("y:O", title=y_title, sort="descending", axis=outer),
    }
    tiles = (
        alt.Chart(shown)
        .mark_rect(opacity=TILE_OPACITY, stroke="white")
        .encode(color=look["color"], **position)
    )
    marked = _every_other(shown)
    shapes = (
        alt.Chart(marked)
        .mark_point(filled=True, opacity=1, size=POINT_SIZE / 2)
        .encode(color=look["color"], shape=look["shape"], **position)
    )
    layers = [tiles, shapes]
    if base is not None:
        middle = shown[
            (shown["x"] == closest(shown["x"], base[0])) & (shown["y"] == closest(shown["y"], base[1]))
        ]
        layers.append(
            alt.Chart(middle).mark_rect(filled=False, stroke="black", strokeWidth=2).encode(**position)
        )
    words = "Each tile: the strategy with the highest net benefit. " + (
        "Outlined: nearest to the values as they are." if base else ""
    )
    used = [labels[key] for key in labels if key in set(keys)]
    return Exhibit(
        title,
        layered(layers, title),
        caption_of(basis, words.strip(), at_wtp=True),
        _two_way_table(frame, labels, basis, title, (x_title, y_title)),
        f"Within these ranges {joined(used)} {'is' if len(used) == 1 else 'are each somewhere'} worth most.",
    )


def _every_other(shown: pd.DataFrame) -> pd.DataFrame:
    """Return the tiles that carry a shape: all, or those of every second, third... row and column."""
    across, up = sorted(shown["x"].unique()), sorted(shown["y"].unique())
    step = 1
    while len(across[::step]) * len(up[::step]) > MOST_MARKED_TILES:
        step += 1
    return shown[shown["x"].isin(across[::step]) & shown["y"].isin(up[::step])]


def closest(values: pd.Series[float], wanted: float) -> float:
    """Return the value nearest to the one wanted."""
    return float(min(values, key=lambda value: abs(value - wanted)))


def _two_way_table(
    frame: pd.DataFrame, labels: Mapping[str, str], basis: Basis, title: str, titles: tuple[str, str]
) -> Table:
    across = sorted(frame["x"].unique())
    cells = {
        (row.x, row.y): f"{labels[str(row.strategy)]} ({basis.amount(row.lead)})"
        for row in frame.itertuples()
    }
    rows = tuple(
        (significant(y), *(cells.get((x, y), "") for x in across))
        for y in sorted(frame["y"].unique(), reverse=True)
    )
    return Table(
        f"{title} In brackets: lead in net benefit {basis.unit}; rows: {titles[1]}, columns: {titles[0]}",
        (titles[1], *map(significant, across)),
        rows,
    )


def threshold_line(
    frame: pd.DataFrame, switches: pd.DataFrame, labels: Mapping[str, str], basis: Basis, *, parameter: str
) -> Exhibit:
    """Draw the net benefit of each strategy over one parameter, and where the choice changes.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``value, strategy, nmb``, and ``nmb_se`` if known.
    switches : pandas.DataFrame
        ``value, from, to``: where another strategy becomes worth most; may be empty.
    labels : mapping
        Plain name by strategy.
    basis : Basis
        What the numbers rest on.
    parameter : str
        Name of the parameter, with its unit.

    Returns
    -------
    Exhibit
        Dashed lines where the choice changes.

    Raises
    ------
    AnalysisError
        If there is nothing to draw.
    """
    import altair as alt  # noqa: PLC0415

    filled(frame, "values")
    title = f"Where does {parameter} change the choice?"
    x = alt.X(
        "value:Q",
        title=parameter,
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(format=LONG, tickCount=TICKS),
    )
    y = alt.Y(
        "nmb:Q",
        title=f"Net benefit per {basis.person} {basis.unit}",
        scale=alt.Scale(zero=False),
        axis=money_axis(basis),
    )
    has_error = "nmb_se" in frame
    layers: list[alt.Chart] = []
    if has_error:
        shown = by_strategy(frame, labels, ["value", "nmb", "nmb_se"])
        color = channels([str(key) for key in frame["strategy"]], labels)["color"]
        layers.append(
            alt.Chart(shown)
            .mark_errorband(opacity=BAND_OPACITY)
            .encode(x=x, y=y, yError="nmb_se:Q", color=color)
        )
    layers += strategy_lines(frame[["strategy", "value", "nmb"]], labels, x, y, along="value")
    moves = [
        (significant(at), labels[str(old)], labels[str(new)], at)
        for at, old, new in switches[["value", "from", "to"]].itertuples(index=False)
    ]
    for text, _, _, at in moves:
        layers += vertical(float(at), text, field="value")
    changes = {at: f"from {old} to {new}" for _, old, new, at in moves}
    listed = "; ".join(f"at {text} from {old} to {new}" for text, old, new, _ in moves)
    finding = f"The choice changes {listed}." if moves else "The choice does not change within this range."
    band = " with one standard error" if has_error else ""
    words = f"Net monetary benefit of each strategy{band}; the highest line is the choice. {finding}"
    table = wide_table(
        f"{title} Net benefit {basis.unit}", frame, labels, along="value", value="nmb", heading=parameter,
        forms=(significant, basis.amount),
    )  # fmt: skip
    return Exhibit(
        title,
        layered(layers, title),
        caption_of(basis, words, at_wtp=True),
        _with_rows(table, changes),
        finding,
    )


def _with_rows(table: Table, changes: Mapping[float, str]) -> Table:
    """Return the table with a row for each value where the choice changes."""
    more = tuple(
        (f"{significant(at)}: choice changes", text, *[""] * (len(table.header) - 2))
        for at, text in changes.items()
    )
    return Table(table.title, table.header, table.rows + more)
