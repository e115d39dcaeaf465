"""Extra cost against extra effect: a cloud of draws around the comparator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.report.exhibit import Basis, Exhibit, caption_of
from sim.report.figures import RAY_DASH
from sim.report.marks import (
    HEIGHT,
    INK,
    LONG,
    MARGIN,
    TEXT_SIZE,
    TICKS,
    WIDTH,
    by_strategy,
    channels,
    filled,
    layered,
    money_axis,
    span,
    zero_line,
)
from sim.report.numbers import NOTHING, counted, effect, share
from sim.report.tables import Table

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

MOST_MARKS = 2000
CLOUD_SIZE, CLOUD_OPACITY = 9, 0.35
HALO_SIZE, MEAN_SIZE = 190, 120
ROOM = 0.06
"""Room between the outermost draws and the frame, as a share of what they span."""
CORNER_HEIGHT = 36
CORNER_ACROSS, CORNER_UP = 0.23, 0.13
"""A quadrant is named when it takes up so much of the plot."""
CORNERS = (
    ("x", "y", "more cost,\nmore health"),
    ("-x", "y", "more cost,\nless health"),
    ("x", "-y", "less cost,\nmore health"),
    ("-x", "-y", "less cost,\nless health"),
)
Domain = tuple[float, float]


def ce_plane(
    cloud: pd.DataFrame,
    means: pd.DataFrame,
    labels: Mapping[str, str],
    basis: Basis,
    *,
    comparator: str,
    ellipse: pd.DataFrame | None = None,
) -> Exhibit:
    """Draw extra cost against extra effect, draw by draw, the comparator at the origin.

    Parameters
    ----------
    cloud : pandas.DataFrame
        ``draw, strategy, incremental_cost, incremental_qaly``; thinned to 2,000 points.
    means : pandas.DataFrame
        ``strategy, incremental_cost, incremental_qaly``, and ``share_below`` if known: share of draws
        below the line of the willingness to pay.
    labels : mapping
        Plain name by strategy.
    basis : Basis
        What the numbers rest on; its willingness to pay is the dashed line.
    comparator : str
        Strategy that increments are counted from.
    ellipse : pandas.DataFrame, optional
        Outlines that hold 95 % of draws: ``strategy, x`` (effect), ``y`` (cost), in drawing order.

    Returns
    -------
    Exhibit
        The table holds the means; the cloud is in the stored draws.

    Raises
    ------
    AnalysisError
        If there is nothing to draw.
    """
    filled(cloud, "draws")
    versus = labels[comparator]
    others = cloud[cloud["strategy"].astype(str) != comparator]
    centers = means[means["strategy"].astype(str) != comparator]
    drawn = _sample(others)
    x_domain = _domain(drawn["incremental_qaly"], centers["incremental_qaly"])
    y_domain = _domain(drawn["incremental_cost"], centers["incremental_cost"])
    title = f"Extra cost and extra {basis.effects}, against {versus}"
    layers = _plane_layers(drawn, centers, labels, basis, (x_domain, y_domain), ellipse)
    below = _texts(centers, "share_below", share)
    rows = tuple(
        (
            labels[str(row.strategy)],
            basis.amount(row.incremental_cost),
            effect(row.incremental_qaly),
            below[at],
        )
        for at, row in enumerate(centers.itertuples())
    )
    header = ("Strategy", "Mean extra cost", f"Mean extra {basis.effects}", "Draws below the line")
    words = _plane_words(
        versus, basis, n_shown=len(drawn), n_all=len(others), has_outlines=ellipse is not None
    )
    return Exhibit(
        title,
        layered(layers, title),
        caption_of(basis, words),
        Table(f"{title}: means over draws, per {basis.person} {basis.unit}", header, rows),
        _plane_finding(rows, versus, basis),
    )


def _plane_layers(
    drawn: pd.DataFrame,
    centers: pd.DataFrame,
    labels: Mapping[str, str],
    basis: Basis,
    domains: tuple[Domain, Domain],
    ellipse: pd.DataFrame | None,
) -> list[alt.Chart]:
    import altair as alt  # noqa: PLC0415

    x_domain, y_domain = domains
    columns = ["incremental_qaly", "incremental_cost"]
    look = channels([str(key) for key in centers["strategy"]], labels)
    x = alt.X(
        "incremental_qaly:Q", title=f"Extra {basis.effects} per {basis.person}",
        scale=alt.Scale(domain=list(x_domain), nice=False), axis=alt.Axis(format=LONG, tickCount=TICKS),
    )  # fmt: skip
    y = alt.Y(
        "incremental_cost:Q", title=f"Extra cost per {basis.person} {basis.unit}",
        scale=alt.Scale(domain=list(y_domain), nice=False), axis=money_axis(basis),
    )  # fmt: skip
    cloud = alt.Chart(by_strategy(drawn, labels, columns))
    middle = alt.Chart(by_strategy(centers, labels, columns)).encode(x=x, y=y, shape=look["shape"])
    layers = [
        cloud.mark_point(filled=True, size=CLOUD_SIZE, opacity=CLOUD_OPACITY, clip=True).encode(
            x=x, y=y, color=look["color"]
        ),
        zero_line("x"),
        zero_line("y"),
        *_corner_words(x_domain, y_domain),
    ]
    if basis.wtp is not None:
        layers += _ray(basis, x_domain, y_domain)
    if ellipse is not None:
        layers.append(_outlines(ellipse, labels, look))
    return [
        *layers,
        middle.mark_point(filled=True, size=HALO_SIZE, opacity=1, color="white", stroke="black"),
        middle.mark_point(filled=True, size=MEAN_SIZE, opacity=1).encode(color=look["color"]),
    ]


def _outlines(ellipse: pd.DataFrame, labels: Mapping[str, str], look: Mapping[str, Any]) -> alt.Chart:
    import altair as alt  # noqa: PLC0415

    shown = by_strategy(ellipse, labels, ["x", "y"])
    shown = shown.assign(order=range(len(shown)))
    line: alt.Chart = alt.Chart(shown).mark_line(clip=True, strokeWidth=1)
    return line.encode(x="x:Q", y="y:Q", order="order:Q", color=look["color"], strokeDash=look["strokeDash"])


def _ray(basis: Basis, x_domain: Domain, y_domain: Domain) -> list[alt.Chart]:
    """Return the part of the line of the willingness to pay that lies within the plot, with its words."""
    import altair as alt  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    wtp = basis.wtp or 0.0
    ends = [max(x_domain[0], y_domain[0] / wtp), min(x_domain[1], y_domain[1] / wtp)] if wtp else x_domain
    ray = pd.DataFrame(
        {"x": ends, "y": [wtp * x for x in ends], "words": f"dashed: {basis.per_effect(basis.wtp)}"}
    )
    base = alt.Chart(ray).encode(x="x:Q", y="y:Q")
    words = alt.Chart(ray.tail(1)).mark_text(
        align="right", baseline="bottom", dy=-MARGIN, color=INK, fontSize=TEXT_SIZE
    )
    return [
        base.mark_line(strokeDash=RAY_DASH, color=INK),
        words.encode(x=alt.value(WIDTH), y=alt.value(0), text="words:N"),
    ]


def _corner_words(x_domain: Domain, y_domain: Domain) -> list[alt.Chart]:
    """Return the names of the quadrants that have room for one."""
    import altair as alt  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    room = {
        "-x": -x_domain[0] / (x_domain[1] - x_domain[0]), "x": x_domain[1] / (x_domain[1] - x_domain[0]),
        "-y": -y_domain[0] / (y_domain[1] - y_domain[0]), "y": y_domain[1] / (y_domain[1] - y_domain[0]),
    }  # fmt: skip
    layers = []
    for across, up, words in CORNERS:
        if room[across] < CORNER_ACROSS or room[up] < CORNER_UP:
            continue
        x = WIDTH - MARGIN if across == "x" else MARGIN
        y = MARGIN if up == "y" else HEIGHT - CORNER_HEIGHT
        mark = alt.Chart(pd.DataFrame({"words": [words]})).mark_text(
            align="right" if across == "x" else "left",
            baseline="top",
            color=INK,
            fontSize=TEXT_SIZE,
            lineBreak="\n",
        )
        layers.append(mark.encode(x=alt.value(x), y=alt.value(y), text="words:N"))
    return layers


def _sample(cloud: pd.DataFrame) -> pd.DataFrame:
    """Return evenly chosen draws, the same of every strategy, with at most 2,000 points in all."""
    draws = sorted(cloud["draw"].unique())
    most = max(1, MOST_MARKS // max(1, cloud["strategy"].nunique()))
    step = max(1, -(-len(draws) // most))
    return cloud[cloud["draw"].isin(draws[::step])]


def _domain(*values: pd.Series[float]) -> Domain:
    """Return the span of values and zero, with some room."""
    import pandas as pd  # noqa: PLC0415

    return span(pd.Series([0.0]), *values, room=ROOM)


def _plane_words(versus: str, basis: Basis, *, n_shown: int, n_all: int, has_outlines: bool) -> str:
    outlines = "; outlines hold 95 % of draws where these are normal" if has_outlines else ""
    points = counted(n_all, "point")
    shown = f"{points}" if n_shown == n_all else f"{n_shown:,} of {points}, evenly chosen"
    ray = (
        ""
        if basis.wtp is None
        else (f" Strategies below the dashed line are worth their cost at {basis.per_effect(basis.wtp)}.")
    )
    return (
        f"Each small point is one draw ({shown}), each outlined mark a mean{outlines}; "
        f"{versus} is the origin.{ray}"
    )


def _plane_finding(rows: Sequence[tuple[str, ...]], versus: str, basis: Basis) -> str:
    found = "; ".join(
        f"{name} {cost} and {gain} {basis.effects}"
        + ("" if below == NOTHING else f" ({below} of draws worth it)")
        for name, cost, gain, below in rows
    )
    return f"Cost-effectiveness plane. Mean extra cost and effect against {versus}: {found}."


def _texts(frame: pd.DataFrame, column: str, form: Callable[[float], str]) -> list[str]:
    return [form(value) for value in frame[column]] if column in frame else [NOTHING] * len(frame)
