"""What a change of the mix of treatments does to a budget, year by year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.report.exhibit import Basis, Exhibit, caption_of
from sim.report.marks import (
    INK,
    MILLIONS,
    TEXT_SIZE,
    filled,
    heading,
    layered,
    legend_below,
    money_axis,
    zero_line,
)
from sim.report.numbers import count
from sim.report.tables import Table

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

BARS_HEIGHT, NET_HEIGHT = 280, 150
NET_COLOR = "#D55E00"
UNDER_AXIS, LABELS_DOWN = 5, 18
"""Pixels below the axis where the names of the mixes and the years stand."""
MIXES = {"current": "now", "new": "new"}
"""Short name by mix, in the order of the bars."""
NET_SIZE = 70
YEARS: dict[str, Any] = {"type": "band", "paddingInner": 0.2, "paddingOuter": 0.1}
"""Years stand at the same places in both panels."""


def budget_bars(
    frame: pd.DataFrame,
    net: pd.DataFrame,
    basis: Basis,
    *,
    population: str,
) -> Exhibit:
    """Draw what the budget pays each year under the current and the new mix, and the difference.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``year, mix, category, cost``: not discounted, for the population; the categories to draw.
    net : pandas.DataFrame
        ``year, net, net_se``: new minus current.
    basis : Basis
        What the numbers rest on.
    population : str
        Who is eligible, and how many take it up.

    Returns
    -------
    Exhibit
        Two panels that share the years: bars stacked by category, and the net impact.

    Raises
    ------
    AnalysisError
        If there is nothing to draw.
    """
    import altair as alt  # noqa: PLC0415

    filled(frame, "costs")
    title = "What would it do to the budget?"
    keys = list(dict.fromkeys(frame["category"].astype(str)))
    names = {key: key.replace("_", " ") for key in keys}
    shown = frame[["year", "cost"]].assign(
        Category=[names[str(key)] for key in frame["category"]],
        Mix=[MIXES[str(key)] for key in frame["mix"]],
        place=[keys.index(str(key)) for key in frame["category"]],
    )
    bars = layered(_bar_layers(shown, list(names.values()), list(MIXES.values()), basis), height=BARS_HEIGHT)
    line = layered(_net_layers(net, basis), height=NET_HEIGHT)
    chart = alt.VConcatChart(vconcat=[bars, line])
    words = (
        f"Above: cost of each year under the current mix ({MIXES['current']}) and the new one "
        f"({MIXES['new']}), by category, without background care, most of every cost. Below: new minus "
        "current of everything, with one standard error; above zero the new mix costs more."
    )
    listed = "; ".join(f"year {count(row.year)} {basis.amount(row.net)}" for row in net.itertuples())
    return Exhibit(
        title,
        chart.properties(title=heading(title)),
        caption_of(basis, words, notes=(f"Population: {population}.",), discounted=False),
        _budget_table(frame, net, names, basis, title),
        f"Net budget impact (new minus current): {listed}.",
    )


def _bar_layers(shown: pd.DataFrame, names: list[str], mixes: list[str], basis: Basis) -> list[alt.Chart]:
    import altair as alt  # noqa: PLC0415

    x = alt.X(
        "year:O",
        title=None,
        axis=alt.Axis(labelAngle=0, labelPadding=LABELS_DOWN, labelExpr="'Year ' + datum.label"),
        scale=alt.Scale(**YEARS),
    )
    offset = alt.XOffset("Mix:N", sort=mixes)
    color = alt.Color(
        "Category:N",
        sort=names,
        scale=alt.Scale(domain=names, scheme="cividis"),
        legend=legend_below(names, symbol="square"),
    )
    base = alt.Chart(shown)
    under = shown[["year", "Mix"]].drop_duplicates()
    words = alt.Chart(under).mark_text(baseline="top", dy=UNDER_AXIS, color=INK, fontSize=TEXT_SIZE - 1)
    return [
        base.mark_bar(stroke="white", strokeWidth=1).encode(
            x=x, xOffset=offset, color=color, order="place:O",
            y=alt.Y("cost:Q", title=f"Cost a year {basis.unit}", axis=money_axis(basis, MILLIONS)),
        ),
        words.encode(x=x, xOffset=offset, y=alt.value(BARS_HEIGHT), text="Mix:N"),
    ]  # fmt: skip


def _net_layers(net: pd.DataFrame, basis: Basis) -> list[alt.Chart]:
    import altair as alt  # noqa: PLC0415

    shown = net[["year", "net", "net_se"]].assign(words=[basis.amount(value) for value in net["net"]])
    title = f"Net a year {basis.unit}"
    base = alt.Chart(shown).encode(
        x=alt.X("year:O", title="Year", axis=alt.Axis(labelAngle=0), scale=alt.Scale(**YEARS)),
        y=alt.Y("net:Q", title=title, axis=money_axis(basis, MILLIONS), scale=alt.Scale(zero=True)),
    )
    return [
        zero_line("y"),
        base.mark_errorbar(color=NET_COLOR, ticks=False, thickness=2).encode(
            y=alt.Y("net:Q", title=title), yError="net_se:Q"
        ),
        base.mark_line(color=NET_COLOR),
        base.mark_point(color=NET_COLOR, filled=True, size=NET_SIZE, opacity=1),
    ]


def _budget_table(
    frame: pd.DataFrame,
    net: pd.DataFrame,
    names: Mapping[str, str],
    basis: Basis,
    title: str,
) -> Table:
    cells = {
        (row.year, str(row.mix), str(row.category)): basis.amount(row.cost) for row in frame.itertuples()
    }
    years = sorted(frame["year"].unique())
    rows = [
        (name, word, *(cells.get((year, mix, key), "") for year in years))
        for key, name in names.items()
        for mix, word in MIXES.items()
    ]
    known = {row.year: basis.with_error(row.net, row.net_se) for row in net.itertuples()}
    rows.append(("Net impact ± standard error", "", *(known.get(year, "") for year in years)))
    header = ("Category", "Mix", *(f"Year {count(year)}" for year in years))
    return Table(f"{title} Cost a year {basis.unit}, not discounted", header, tuple(rows), n_worded=2)
