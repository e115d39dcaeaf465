"""What an answer hangs on, one parameter at a time, and how sure each lead is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.analysis.precision import plain
from sim.report.exhibit import Basis, Exhibit, caption_of
from sim.report.figures import POINT_SIZE
from sim.report.marks import (
    BARS_WIDTH,
    INK,
    LINES,
    MARGIN,
    MOST_BARS,
    TEXT_SIZE,
    by_strategy,
    channels,
    filled,
    layered,
    money_axis,
    vertical,
    wrapped,
    zero_line,
)
from sim.report.numbers import joined, significant
from sim.report.tables import Table

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

ENDS = ("Low value", "High value")
END_FILLS, END_STROKES = ("#0072B2", "#FBE3D0"), ("#0072B2", "#B34700")
"""Low: dark and filled; high: pale with an outline, so that gray prints tell them apart."""
ROW_HEIGHT, BAR_GAP = 38, 0.25
TEXT_ROOM = 62
INTERVAL_HEIGHT = 44
LEADING = 3
SHORT_UNIT = 3
INMB_AT = ("inmb_low", "inmb_high")
IMPOSSIBLE = "impossible"
NAMED = 5


def tornado(
    frame: pd.DataFrame, labels: Mapping[str, str], basis: Basis, *, strategy: str, comparator: str
) -> Exhibit:
    """Draw incremental net monetary benefit at the low and the high value of each parameter.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``parameter, label, unit, low, high, inmb_low, inmb_high, inmb_base``, widest span first; nan at an
        end that is impossible. The first 15 with a possible end are drawn.
    labels : mapping
        Plain name by strategy.
    basis : Basis
        What the numbers rest on.
    strategy, comparator : str
        Whose benefit is counted, and against what.

    Returns
    -------
    Exhibit
        Values used are printed at the ends of the bars; the caption names ends that are impossible.

    Raises
    ------
    AnalysisError
        If there is nothing to draw.
    """
    possible = filled(frame[frame[list(INMB_AT)].notna().any(axis=1)], "parameters")
    title = f"What the net benefit of {labels[strategy]} hangs on"
    drawn = possible.head(MOST_BARS)
    axis = f"INMB per {basis.person} {basis.unit}"
    words = (
        f"Incremental net monetary benefit (INMB) of {labels[strategy]} against {labels[comparator]} per "
        f"{basis.person} with one parameter changed at a time; printed: the value used. Dark: low value; "
        "pale with outline: high value; dashed: everything as it is. Below zero, "
        f"{labels[comparator]} is worth more."
    )
    if len(possible) > len(drawn):
        words += f" The {len(drawn)} widest of {len(possible)} are drawn."
    header = ("Parameter", "Unit", "Low", "High", "INMB at low", "INMB at high", "INMB as it is")
    rows = tuple(
        (
            *(str(row.label), str(row.unit), significant(row.low), significant(row.high)),
            *(_at_end(value, basis) for value in (row.inmb_low, row.inmb_high)),
            basis.amount(row.inmb_base),
        )
        for row in frame.itertuples()
    )
    widest = "; ".join(
        f"{name}, {low} to {high}: {at_low} to {at_high}"
        for name, _, low, high, at_low, at_high, _ in rows[:LEADING]
        if not at_low == at_high == IMPOSSIBLE
    )
    return Exhibit(
        title,
        layered(
            _tornado_layers(drawn, basis, axis),
            title,
            width=BARS_WIDTH,
            height=ROW_HEIGHT * len(drawn),
        ),
        caption_of(basis, words, notes=_impossible(frame), at_wtp=True),
        Table(f"{title} {basis.unit}", header, rows, n_worded=2),
        f"INMB with everything as it is {rows[0][-1]}. It changes most with {widest}.",
    )


def _at_end(value: float, basis: Basis) -> str:
    return IMPOSSIBLE if plain(value) is None else basis.amount(value)


def _impossible(frame: pd.DataFrame) -> list[str]:
    """Name the ends that are not drawn because they contradict other parameters."""
    ends = [
        f"{row.label} at {significant(getattr(row, end))}"
        for row in frame.itertuples()
        for end, inmb in zip(("low", "high"), INMB_AT, strict=True)
        if plain(getattr(row, inmb)) is None
    ]
    if not ends:
        return []
    more = f", and {len(ends) - NAMED} more" if len(ends) > NAMED else ""
    return [f"Not drawn, because they contradict other parameters: {joined(ends[:NAMED])}{more}."]


def _bars(drawn: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return a row per end that is possible."""
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(
        {
            "Parameter": name,
            "End": end,
            "inmb": inmb,
            "base": row.inmb_base,
            "words": f"{significant(value)}{_short_unit(str(row.unit))}",
            "side": "right" if inmb >= row.inmb_base else "left",
        }
        for name, row in zip(names, drawn.itertuples(), strict=True)
        for end, value, inmb in zip(ENDS, (row.low, row.high), (row.inmb_low, row.inmb_high), strict=True)
        if plain(inmb) is not None
    )


def _tornado_layers(drawn: pd.DataFrame, basis: Basis, axis: str) -> list[alt.Chart]:
    import altair as alt  # noqa: PLC0415

    names = wrapped([str(label) for label in drawn["label"]], [str(key) for key in drawn["parameter"]])
    bars = _bars(drawn, names)
    x = alt.X(
        "inmb:Q",
        title=axis,
        axis=money_axis(basis),
        scale=alt.Scale(zero=False, nice=False, padding=TEXT_ROOM),
    )
    base = alt.Chart(bars).encode(
        x=x,
        y=alt.Y(
            "Parameter:N", sort=names, title=None, axis=alt.Axis(labelExpr=LINES, labelOffset=-MARGIN),
            scale=alt.Scale(paddingInner=BAR_GAP),
        ),
        yOffset=alt.YOffset("End:N", sort=list(ENDS)),
    )  # fmt: skip
    legend = alt.Legend(orient="bottom", title=None)
    look = {
        "fill": alt.Fill("End:N", scale=alt.Scale(domain=list(ENDS), range=list(END_FILLS)), legend=legend),
        "stroke": alt.Stroke(
            "End:N", scale=alt.Scale(domain=list(ENDS), range=list(END_STROKES)), legend=legend
        ),
    }
    middle = float(drawn["inmb_base"].iloc[0])
    layers = [
        base.mark_bar(strokeWidth=1).encode(x2="base:Q", **look),
        *vertical(middle, f"as it is {basis.amount(middle)}"),
    ]
    for side, outward in (("right", MARGIN), ("left", -MARGIN)):
        ends = base.mark_text(
            align="left" if side == "right" else "right", dx=outward, color=INK, fontSize=TEXT_SIZE - 1
        )
        layers.append(
            ends.encode(text="words:N").transform_filter(alt.FieldEqualPredicate(field="side", equal=side))
        )
    return [*layers, zero_line("x")] if _spans_zero(bars["inmb"]) else layers


def _spans_zero(values: pd.Series[float]) -> bool:
    return bool(values.min() <= 0 <= values.max())


def _short_unit(unit: str) -> str:
    """Return a unit that is short enough to be printed beside a bar."""
    return f" {unit}" if len(unit) <= SHORT_UNIT else ""


def inmb_intervals(
    frame: pd.DataFrame,
    labels: Mapping[str, str],
    basis: Basis,
    *,
    comparator: str,
) -> Exhibit:
    """Draw the net benefit of each strategy against the comparator, with its interval.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``strategy, inmb, low, high``.
    labels : mapping
        Plain name by strategy.
    basis : Basis
        What the numbers rest on.
    comparator : str
        Strategy that increments are counted from.

    Returns
    -------
    Exhibit
        Strategies in the order of the frame.

    Raises
    ------
    AnalysisError
        If there is nothing to draw.
    """
    import altair as alt  # noqa: PLC0415

    filled(frame, "strategies")
    title = f"Net benefit against {labels[comparator]}"
    keys = [str(key) for key in frame["strategy"]]
    shown = by_strategy(frame, labels, ["inmb", "low", "high"])
    shown["Row"] = wrapped(list(shown["Strategy"]), keys)
    shown["words"] = [basis.amount(value) for value in frame["inmb"]]
    look = channels(keys, labels, legend=False)
    axis = f"INMB per {basis.person} {basis.unit}"
    base = alt.Chart(shown).encode(
        y=alt.Y(
            "Row:N", sort=list(shown["Row"]), title=None, axis=alt.Axis(labelExpr=LINES, labelOffset=-MARGIN)
        ),
        x=alt.X(
            "inmb:Q",
            title=axis,
            axis=money_axis(basis),
            scale=alt.Scale(zero=True, nice=False, padding=POINT_SIZE // TEXT_SIZE),
        ),
    )
    layers = [
        zero_line("x"),
        base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title=axis), x2="high:Q", color=look["color"]),
        base.mark_point(filled=True, size=POINT_SIZE, opacity=1).encode(
            color=look["color"], shape=look["shape"]
        ),
        base.mark_text(dy=-POINT_SIZE // TEXT_SIZE, baseline="bottom", color=INK).encode(text="words:N"),
    ]
    rows = tuple(
        (name, *map(basis.amount, values))
        for name, *values in shown[["Strategy", "inmb", "low", "high"]].itertuples(index=False)
    )
    words = (
        f"Incremental net monetary benefit (INMB) against {labels[comparator]}: mean, and the interval that "
        f"holds 95 % of draws. Right of zero a strategy is worth more than {labels[comparator]}."
    )
    listed = "; ".join(f"{name} {value} ({low} to {high})" for name, value, low, high in rows)
    return Exhibit(
        title,
        layered(layers, title, width=BARS_WIDTH, height=INTERVAL_HEIGHT * len(rows)),
        caption_of(basis, words, at_wtp=True),
        Table(
            f"{title} {basis.unit}; from low to high: 95 % of draws",
            ("Strategy", "INMB", "Low", "High"),
            rows,
        ),
        f"Net benefit against {labels[comparator]}: {listed}.",
    )
