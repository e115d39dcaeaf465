"""Curves over the willingness to pay: who is probably worth it, what a wrong choice loses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.report.exhibit import Basis, Exhibit, caption_of
from sim.report.marks import (
    INK,
    MARKER_SIZE,
    chosen_wtp,
    filled,
    layered,
    money_axis,
    nearest,
    strategy_lines,
    thinned,
    wtp_axis,
)
from sim.report.numbers import share
from sim.report.tables import Table, wide_table

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

UNDERLAY_WIDTH, UNDERLAY_OPACITY = 9, 0.3
SMALLEST_PART = 1e-5
"""Losses below this part of the largest are off the logarithmic axis."""
CURVE_COLOR = "#0072B2"
LOG_TICKS = tuple(step * 10.0**power for power in range(-6, 13) for step in (1, 3))
EVPI = "Perfect information"


def acceptability_curves(
    curves: pd.DataFrame, frontier: pd.DataFrame, labels: Mapping[str, str], basis: Basis
) -> Exhibit:
    """Draw the probability that each strategy is worth most, over the willingness to pay.

    Parameters
    ----------
    curves : pandas.DataFrame
        ``wtp, strategy, probability``.
    frontier : pandas.DataFrame
        ``wtp, strategy, probability`` of the strategy that is worth most on average.
    labels : mapping
        Plain name by strategy.
    basis : Basis
        What the numbers rest on; its willingness to pay is marked.

    Returns
    -------
    Exhibit
        Acceptability curves over the thick pale frontier.

    Raises
    ------
    AnalysisError
        If there is nothing to draw.
    """
    import altair as alt  # noqa: PLC0415

    filled(curves, "probabilities")
    title = "Which strategy is probably worth most?"
    drawn, best = thinned(curves, "wtp"), thinned(frontier, "wtp")
    y = alt.Y(
        "probability:Q", title="Share of draws in which it is worth most", axis=alt.Axis(format="%"),
        scale=alt.Scale(domain=[0, 1]),
    )  # fmt: skip
    layers = [
        *_underlay(best, wtp_axis(basis), y),
        *strategy_lines(drawn, labels, wtp_axis(basis), y, along="wtp"),
        *chosen_wtp(basis),
    ]
    words = (
        "A line per strategy: how probable it is that it has the highest net benefit, given what is not "
        "known. The thick pale line follows the strategy that has the highest mean net benefit, which is "
        "the one to choose; rings mark where the choice changes."
    )
    leading = {
        row.wtp: f"{labels[str(row.strategy)]} ({share(row.probability)})" for row in best.itertuples()
    }
    table = wide_table(
        f"{title} Probability by willingness to pay {basis.unit}", drawn, labels, along="wtp",
        value="probability", heading="Willingness to pay", forms=(basis.amount, share),
        more={"Highest mean net benefit": leading},
    )  # fmt: skip
    return Exhibit(
        title,
        layered(layers, title),
        caption_of(basis, words),
        table,
        _acceptability_finding(curves, frontier, labels, basis),
    )


def _underlay(best: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return the frontier, and rings where another strategy takes over."""
    import altair as alt  # noqa: PLC0415

    shown = best[["wtp", "probability"]].copy()
    shown["line"] = (best["strategy"].astype(str) != best["strategy"].astype(str).shift()).cumsum()
    first = shown.drop_duplicates("line").tail(-1)
    line = alt.Chart(shown).mark_line(color=INK, strokeWidth=UNDERLAY_WIDTH, opacity=UNDERLAY_OPACITY)
    ring = alt.Chart(first).mark_point(color=INK, size=MARKER_SIZE * 2 * 2, strokeWidth=2, filled=False)
    return [line.encode(x=x, y=y, detail="line:N"), ring.encode(x=x, y=y)]


def _acceptability_finding(
    curves: pd.DataFrame, frontier: pd.DataFrame, labels: Mapping[str, str], basis: Basis
) -> str:
    at = float(curves["wtp"].max()) if basis.wtp is None else basis.wtp
    chosen, best = nearest(curves, "wtp", at), nearest(frontier, "wtp", at).iloc[0]
    listed = ", ".join(f"{labels[str(row.strategy)]} {share(row.probability)}" for row in chosen.itertuples())
    return (
        f"At {basis.per_effect(best['wtp'])}, {labels[str(best['strategy'])]} has the highest mean net "
        f"benefit. Probability of being worth most: {listed}."
    )


def expected_loss_curves(
    losses: pd.DataFrame, evpi: pd.DataFrame, labels: Mapping[str, str], basis: Basis
) -> Exhibit:
    """Draw what choosing each strategy loses on average against knowing, over the willingness to pay.

    Parameters
    ----------
    losses : pandas.DataFrame
        ``wtp, strategy, loss``: mean net benefit forgone.
    evpi : pandas.DataFrame
        ``wtp, evpi``: expected value of perfect information, the lowest loss at each willingness to pay.
    labels : mapping
        Plain name by strategy.
    basis : Basis
        What the numbers rest on.

    Returns
    -------
    Exhibit
        On a logarithmic axis; losses of zero are not drawn but are in the table.

    Raises
    ------
    AnalysisError
        If there is nothing to draw.
    """
    import altair as alt  # noqa: PLC0415

    filled(losses, "losses")
    title = "What would a wrong choice lose?"
    drawn, lowest = thinned(losses, "wtp"), thinned(evpi, "wtp")
    least = float(drawn["loss"].max()) * SMALLEST_PART
    y = alt.Y(
        "loss:Q", title=f"Expected loss per {basis.person} {basis.unit}",
        axis=money_axis(basis, values=LOG_TICKS),
        scale=alt.Scale(type="log"),
    )  # fmt: skip
    envelope = lowest[lowest["evpi"] > least][["wtp", "evpi"]].rename(columns={"evpi": "loss"})
    below = alt.Chart(envelope).mark_line(color=INK, strokeWidth=UNDERLAY_WIDTH, opacity=UNDERLAY_OPACITY)
    layers = [
        below.encode(x=wtp_axis(basis), y=y),
        *strategy_lines(drawn[drawn["loss"] > least], labels, wtp_axis(basis), y, along="wtp"),
        *chosen_wtp(basis),
    ]
    words = (
        "A line per strategy: the net benefit forgone by choosing it, averaged over draws, against choosing "
        "the best strategy in every draw. The lowest line at each willingness to pay is the choice that "
        "loses least, and its height is the expected value of perfect information (thick pale line). "
        "Logarithmic axis; losses of zero, or below a hundred-thousandth of the largest, are only in the "
        "table."
    )
    values = dict(zip(lowest["wtp"], map(basis.amount, lowest["evpi"]), strict=True))
    table = wide_table(
        f"{title} Expected loss per {basis.person} by willingness to pay {basis.unit}", drawn, labels,
        along="wtp", value="loss", heading="Willingness to pay", forms=(basis.amount, basis.amount),
        more={EVPI: values},
    )  # fmt: skip
    return Exhibit(
        title,
        layered(layers, title),
        caption_of(basis, words),
        table,
        _loss_finding(losses, evpi, labels, basis),
    )


def _loss_finding(losses: pd.DataFrame, evpi: pd.DataFrame, labels: Mapping[str, str], basis: Basis) -> str:
    at = float(losses["wtp"].max()) if basis.wtp is None else basis.wtp
    chosen = nearest(losses, "wtp", at).sort_values("loss")
    known = nearest(evpi, "wtp", at).iloc[0]
    listed = ", ".join(f"{labels[str(row.strategy)]} {basis.amount(row.loss)}" for row in chosen.itertuples())
    return (
        f"At {basis.per_effect(known['wtp'])}, expected loss per {basis.person}, least first: {listed}. "
        f"Perfect information is worth {basis.amount(known['evpi'])}."
    )


def evpi_curve(frame: pd.DataFrame, basis: Basis) -> Exhibit:
    """Draw the expected value of perfect information over the willingness to pay.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``wtp, evpi``.
    basis : Basis
        What the numbers rest on.

    Returns
    -------
    Exhibit
        With its peak in words.

    Raises
    ------
    AnalysisError
        If there is nothing to draw.
    """
    import altair as alt  # noqa: PLC0415

    filled(frame, "values")
    title = f"What would perfect information be worth per {basis.person}?"
    name = f"EVPI per {basis.person}"
    drawn = thinned(frame, "wtp")
    y = alt.Y("evpi:Q", title=f"{name} {basis.unit}", axis=money_axis(basis), scale=alt.Scale(zero=True))
    curve = alt.Chart(drawn[["wtp", "evpi"]]).mark_line(color=CURVE_COLOR).encode(x=wtp_axis(basis), y=y)
    words = (
        "The expected gain from choosing with every parameter known: no study can be worth more. It "
        "has a peak or a bend where the choice changes."
    )
    rows = tuple(
        (basis.amount(wtp), basis.amount(value))
        for wtp, value in zip(drawn["wtp"], drawn["evpi"], strict=True)
    )
    at = float(frame["wtp"].max()) if basis.wtp is None else basis.wtp
    known, peak = nearest(frame, "wtp", at).iloc[0], frame.loc[frame["evpi"].idxmax()]
    return Exhibit(
        title,
        layered([curve, *chosen_wtp(basis)], title),
        caption_of(basis, words),
        Table(f"{title} {name} {basis.unit}", ("Willingness to pay", EVPI), rows),
        f"{name} is {basis.amount(known['evpi'])} at {basis.per_effect(known['wtp'])}, and highest, "
        f"{basis.amount(peak['evpi'])}, at {basis.per_effect(peak['wtp'])}.",
    )
