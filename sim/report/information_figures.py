"""What learning more is worth: by parameter, and by size of a trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.report.exhibit import Basis, Exhibit, caption_of
from sim.report.marks import (
    BAND_OPACITY,
    BARS_WIDTH,
    INK,
    LINES,
    LONG,
    MARGIN,
    MILLIONS,
    MOST_BARS,
    TICKS,
    filled,
    layered,
    legend_below,
    money_axis,
    vertical,
    wrapped,
    zero_line,
)
from sim.report.numbers import count
from sim.report.tables import Table

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

WORTH_NAMING = 3
ROW_HEIGHT, ROW_GAP = 36, 0.4
BAR, BAR_GROUP = "#0072B2", "#8856C8"
FAINT = 0.35
Curve = tuple[str, str, str, list[int]]
"""Column, name, color and dash."""
CURVES: tuple[Curve, ...] = (
    ("evsi", "Value of the trial (EVSI)", "#0072B2", [1, 0]),
    ("cost", "Cost of the trial", "#767676", [6, 2]),
    ("enbs", "Net value (ENBS)", "#D55E00", [2, 2]),
)
COSTED = (
    "; dashed: what the trial costs; dotted: the difference (ENBS). A trial is worth doing where the dotted "
    "line is above zero."
)


def evppi_bars(frame: pd.DataFrame, basis: Basis, *, evpi: float) -> Exhibit:
    """Draw what knowing one parameter, or one group, would be worth.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``parameter, label, evppi, evppi_se, noise_floor, is_told_from_noise``, and ``is_group`` where there
        are groups; sorted here, the 15 highest are drawn. The noise floor is the value that a parameter
        without influence gets by chance.
    basis : Basis
        What the numbers rest on.
    evpi : float
        Expected value of perfect information about everything, in the same unit.

    Returns
    -------
    Exhibit
        Bars that are not told from noise are pale.

    Raises
    ------
    AnalysisError
        If there is nothing to draw.
    """
    filled(frame, "parameters")
    per = f"per {basis.person}"
    title = f"Which parameters are worth studying ({per})?"
    ranked = frame.sort_values("evppi", ascending=False, kind="stable")
    drawn = ranked.head(MOST_BARS)
    layers = _evppi_layers(drawn, basis, f"EVPPI {per} {basis.unit}", evpi)
    words = (
        "Bars: expected value of knowing one parameter exactly (EVPPI), with one standard error; violet and "
        "starred: a group of parameters. The tick on each bar is the noise floor, what a parameter without "
        "influence gets by chance: pale bars are not told from it. Values of parameters do not add up."
    )
    if len(ranked) > len(drawn):
        words += f" The {len(drawn)} highest of {len(ranked)} are drawn."
    header = ("Parameter", f"EVPPI {basis.unit}", "Standard error", "Noise floor", "Told from noise")
    rows = tuple(
        (
            _bar_name(row),
            *map(basis.amount, (row.evppi, row.evppi_se, row.noise_floor)),
            "yes" if row.is_told_from_noise else "no",
        )
        for row in ranked.itertuples()
    )
    clear = [f"{name} {value}" for name, value, _, _, is_clear in rows if is_clear == "yes"]
    finding = (
        f"Most worth knowing: {', '.join(clear[:WORTH_NAMING])}."
        if clear
        else "No parameter is told from noise."
    )
    return Exhibit(
        title,
        layered(layers, title, width=BARS_WIDTH, height=ROW_HEIGHT * len(drawn)),
        caption_of(basis, words, at_wtp=True),
        Table(f"{title} EVPI: {basis.amount(evpi)} {basis.unit}", header, rows),
        f"{finding} Everything together: {basis.amount(evpi)}.",
    )


def _bar_name(row: object) -> str:
    return f"{row.label}{' *' if getattr(row, 'is_group', False) else ''}"  # type: ignore[attr-defined]


def _evppi_layers(drawn: pd.DataFrame, basis: Basis, title: str, evpi: float) -> list[alt.Chart]:
    import altair as alt  # noqa: PLC0415

    names = wrapped([_bar_name(row) for row in drawn.itertuples()], [str(key) for key in drawn["parameter"]])
    groups = drawn["is_group"].astype(bool) if "is_group" in drawn else [False] * len(drawn)
    shown = drawn[["evppi", "evppi_se", "noise_floor"]].assign(
        Parameter=names,
        color=[BAR_GROUP if is_group else BAR for is_group in groups],
        ink=[1.0 if is_clear else FAINT for is_clear in drawn["is_told_from_noise"]],
    )
    least = min([0.0, *shown["evppi"]])
    base = alt.Chart(shown).encode(
        y=alt.Y("Parameter:N", sort=names, title=None, axis=alt.Axis(labelExpr=LINES, labelOffset=-MARGIN),
                scale=alt.Scale(paddingInner=ROW_GAP)),
        x=alt.X("evppi:Q", title=title, axis=money_axis(basis), scale=alt.Scale(domainMin=least)),
    )  # fmt: skip
    return [
        base.mark_bar().encode(
            color=alt.Color("color:N", scale=None), opacity=alt.Opacity("ink:Q", scale=None)
        ),
        base.mark_errorbar(color=INK, ticks=False, thickness=2, clip=True).encode(xError="evppi_se:Q"),
        base.mark_tick(color="black", thickness=2).encode(x="noise_floor:Q"),
        base.mark_tick(color="white", thickness=1).encode(x="noise_floor:Q"),
        *vertical(evpi, f"EVPI {basis.amount(evpi)}"),
    ]


def evsi_curve(frame: pd.DataFrame, basis: Basis, *, trial: str, population: str) -> Exhibit:
    """Draw what a trial is worth, what it costs and what is left, over its size.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``n_per_arm, evsi, evsi_se, cost, enbs``, all for the population; the last two missing where the
        cost is not known.
    basis : Basis
        What the numbers rest on.
    trial : str
        What is compared, and what is measured.
    population : str
        Who would be helped by its result, over which time, at which discount rate.

    Returns
    -------
    Exhibit
        The size with the highest net value is marked.

    Raises
    ------
    AnalysisError
        If there is nothing to draw.
    """
    filled(frame, "sizes of a trial")
    title = f"What would a trial be worth? {trial}"
    is_costed = bool(frame["enbs"].notna().all())
    best = frame.loc[frame["enbs" if is_costed else "evsi"].idxmax()]
    size, pays = count(best["n_per_arm"]), is_costed and best["enbs"] > 0
    layers = _trial_layers(frame, basis, CURVES if is_costed else CURVES[:1])
    if pays:
        layers += vertical(float(best["n_per_arm"]), f"highest net value: {size} in each arm")
    words = (
        "Solid: expected value of the decision made after the trial instead of now (EVSI), with one standard "
        "error"
    ) + (COSTED if is_costed else ". What the trial costs is not given.")
    header = ("Patients in each arm", "EVSI", "Standard error", "Cost", "ENBS")
    rows = tuple(
        (count(row.n_per_arm), *map(basis.amount, (row.evsi, row.evsi_se, row.cost, row.enbs)))
        for row in frame.itertuples()
    )
    if not is_costed:
        finding = f"With {size} patients in each arm it is worth {basis.amount(best['evsi'])}."
    elif pays:
        finding = (
            f"Net value is highest with {size} patients in each arm: {basis.amount(best['enbs'])} "
            f"(EVSI {basis.amount(best['evsi'])}, cost {basis.amount(best['cost'])})."
        )
    else:
        finding = "No size of trial is worth its cost."
    return Exhibit(
        title,
        layered(layers, title),
        caption_of(basis, words, notes=(f"Population: {population}.",), at_wtp=True),
        Table(f"{title}: population values by size {basis.unit}", header, rows),
        finding,
    )


def _trial_layers(frame: pd.DataFrame, basis: Basis, curves: Sequence[Curve]) -> list[alt.Chart]:
    """Return value, cost and net value by size; color and dash tell them apart."""
    import altair as alt  # noqa: PLC0415

    names = [name for _, name, _, _ in curves]
    shown = frame[["n_per_arm", *(key for key, *_ in curves)]].set_axis(["n_per_arm", *names], axis=1)
    shown = shown.melt("n_per_arm", var_name="Line", value_name="value")
    title = f"Population value {basis.unit}"
    x = alt.X("n_per_arm:Q", title="Patients in each arm", axis=alt.Axis(format=LONG, tickCount=TICKS))
    y = alt.Y("value:Q", title=title, axis=money_axis(basis, MILLIONS))
    legend = legend_below([max(names, key=len) * 2])
    colors = alt.Scale(domain=names, range=[color for _, _, color, _ in curves])
    dashes = alt.Scale(domain=names, range=[dash for *_, dash in curves])
    band = alt.Chart(frame[["n_per_arm", "evsi", "evsi_se"]]).mark_errorband(
        opacity=BAND_OPACITY, color=CURVES[0][2]
    )
    return [
        zero_line("y"),
        band.encode(x=x, y=alt.Y("evsi:Q", title=title), yError="evsi_se:Q"),
        alt.Chart(shown).mark_line().encode(
            x=x, y=y, color=alt.Color("Line:N", legend=legend, scale=colors),
            strokeDash=alt.StrokeDash("Line:N", legend=legend, scale=dashes),
        ),
    ]  # fmt: skip
