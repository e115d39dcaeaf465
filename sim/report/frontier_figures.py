"""Cost against effect: which strategies are on the frontier, and what one more unit of effect costs."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.frontier import ON_FRONTIER
from sim.report.exhibit import Basis, Exhibit, caption_of
from sim.report.figures import LABEL_OFFSET, POINT_SIZE
from sim.report.marks import (
    HEIGHT,
    INK,
    LABEL_WIDTH,
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
)
from sim.report.numbers import NOTHING, effect, joined
from sim.report.tables import Table

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

MOST_LABELS = 9
"""With more strategies there is a legend instead of labels."""
ROOM_ACROSS, ROOM_UP = 0.08, 0.12
LINE_HEIGHT, LETTER_WIDTH = 17, 7.0
"""Size of a letter in a label [pixels]."""


def frontier_plane(frame: pd.DataFrame, labels: Mapping[str, str], basis: Basis) -> Exhibit:
    """Draw cost against effect, with the line through strategies on the frontier.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``strategy, cost, effect, status, icer``; the status is ``on frontier`` or says why not, the ratio
        is against the next strategy below on the frontier.
    labels : mapping
        Plain name by strategy.
    basis : Basis
        What the numbers rest on.

    Returns
    -------
    Exhibit
        Strategies off the frontier are hollow, and say why in their label.

    Raises
    ------
    AnalysisError
        If there is nothing to draw.
    """
    filled(frame, "strategies")
    title = f"Cost against {basis.effects}: the cost-effectiveness frontier"
    rows = tuple(
        (
            labels[str(row.strategy)], basis.amount(row.cost), effect(row.effect), str(row.status),
            NOTHING if row.status != ON_FRONTIER else basis.amount(row.icer),
        )
        for row in frame.itertuples()
    )  # fmt: skip
    header = ("Strategy", "Cost", _first_upper(basis.effects), "Status", basis.ratio)
    on = [name for name, _, _, status, _ in rows if status == ON_FRONTIER]
    words = (
        "The line joins strategies that no other, and no mix of two others, beats on both cost and effect; "
        f"along it stands the extra cost of one more {basis.effect}. Hollow marks lie off the line."
    )
    finding = "; ".join(
        f"{name}: {cost}, {gain} {basis.effects}, {status}" for name, cost, gain, status, _ in rows
    )
    return Exhibit(
        title,
        layered(_frontier_layers(frame, labels, basis, rows), title),
        caption_of(basis, words),
        Table(f"{title}, per {basis.person} {basis.unit}", header, rows),
        f"On the frontier: {joined(on)}. {finding}.",
    )


def _frontier_layers(
    frame: pd.DataFrame, labels: Mapping[str, str], basis: Basis, rows: Sequence[tuple[str, ...]]
) -> list[alt.Chart]:
    import altair as alt  # noqa: PLC0415

    shown = by_strategy(frame, labels, ["cost", "effect", "status"])
    broken = ["\n".join(textwrap.wrap(name, LABEL_WIDTH)) for name in shown["Strategy"]]
    shown["words"] = [
        f"{name}\n{ratio}/{basis.effect}" if ratio != NOTHING
        else name if status == ON_FRONTIER else f"{name}\n({status})"
        for (*_, status, ratio), name in zip(rows, broken, strict=True)
    ]  # fmt: skip
    across, up = span(shown["effect"], room=ROOM_ACROSS), span(shown["cost"], room=ROOM_UP)
    is_crowded = len(frame) > MOST_LABELS
    look = channels([str(key) for key in frame["strategy"]], labels, legend=is_crowded)
    x = alt.X(
        "effect:Q", title=_first_upper(f"{basis.effects} per {basis.person}"),
        axis=alt.Axis(format=LONG, tickCount=TICKS), scale=alt.Scale(domain=list(across), nice=False),
    )  # fmt: skip
    y = alt.Y(
        "cost:Q", title=f"Cost per {basis.person} {basis.unit}", axis=money_axis(basis),
        scale=alt.Scale(domain=list(up), nice=False),
    )  # fmt: skip
    on = shown["status"] == ON_FRONTIER
    marks = {"x": x, "y": y, "color": look["color"], "shape": look["shape"]}
    layers = [
        alt.Chart(shown[on]).mark_line(color=INK).encode(x=x, y=y, order="effect:Q"),
        alt.Chart(shown[on]).mark_point(filled=True, size=POINT_SIZE, opacity=1).encode(**marks),
        alt.Chart(shown[~on]).mark_point(filled=False, size=POINT_SIZE, strokeWidth=2).encode(**marks),
    ]
    if is_crowded:
        return layers
    places = _labels(shown, across, up)
    for align in ("left", "right"):
        chosen = alt.Chart(places[places["align"] == align])
        text = chosen.mark_text(align=align, color=INK, fontSize=TEXT_SIZE, lineBreak="\n", baseline="middle")
        layers.append(
            text.encode(x=alt.X("across:Q", scale=None), y=alt.Y("up:Q", scale=None), text="words:N")
        )
    return layers


def _labels(shown: pd.DataFrame, across: tuple[float, float], up: tuple[float, float]) -> pd.DataFrame:
    """Return where labels stand [pixels]: beside their marks, or as near as there is room."""
    import pandas as pd  # noqa: PLC0415

    ranked = shown.sort_values("cost", ascending=False)
    places = [
        (WIDTH * (x - across[0]) / (across[1] - across[0]), HEIGHT * (up[1] - y) / (up[1] - up[0]))
        for x, y in zip(ranked["effect"], ranked["cost"], strict=True)
    ]
    taken: list[dict[str, Any]] = [
        {"left": x - MARGIN, "right": x + MARGIN, "lines": 1, "up": y} for x, y in places
    ]
    corners = [place for place, status in zip(places, ranked["status"], strict=True) if status == ON_FRONTIER]
    taken += [dot for one, other in pairwise(corners) for dot in _dots(one, other)]
    n_marks = len(taken)
    for words, (x, y) in zip(ranked["words"], places, strict=True):
        free = (
            next((spot for spot in spots if not _is_taken(spot, taken)), None)
            for spots in _spots_by_side(words, x, y)
        )
        found = [spot for spot in free if spot is not None] or [next(_spots_by_side(words, x, y)[0])]
        taken.append(min(found, key=lambda spot: float(spot["away"])))
    return pd.DataFrame(taken[n_marks:])


def _dots(one: tuple[float, float], other: tuple[float, float]) -> list[dict[str, Any]]:
    """Return dots so near to each other that no label fits between: a line that labels must not touch."""
    n_dots = 2 + int(math.dist(one, other) / LINE_HEIGHT) * 2
    across, up = (np.linspace(start, end, n_dots).tolist() for start, end in zip(one, other, strict=True))
    return [{"left": x, "right": x, "lines": 0, "up": y} for x, y in zip(across, up, strict=True)]


def _spots_by_side(words: str, x: float, y: float) -> list[Iterator[dict[str, Any]]]:
    """Return where a label may stand, right and left of its mark, each with the nearest height first."""
    lines = words.split("\n")
    wide = LETTER_WIDTH * max(len(line) for line in lines)
    sides = {"left": x + LABEL_OFFSET, "right": x - LABEL_OFFSET - wide}
    fitting = {side: at for side, at in sides.items() if at >= 0 and at + wide <= WIDTH} or sides
    return [
        (
            {
                "words": words, "align": side, "left": at, "right": at + wide, "lines": len(lines), "up": up,
                "across": at if side == "left" else at + wide, "away": abs(up - y),
            }
            for up in _around(y)
        )
        for side, at in fitting.items()
    ]  # fmt: skip


def _around(height: float) -> Iterator[float]:
    """Yield heights within the plot, the nearest first."""
    for step in range(HEIGHT):
        yield from (at for at in (height + step, height - step) if 0 <= at <= HEIGHT - LINE_HEIGHT)


def _is_taken(label: Mapping[str, Any], taken: Iterable[Mapping[str, Any]]) -> bool:
    return any(_touch(label, other) for other in taken)


def _touch(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two labels, or a label and a mark or dot, overlap."""
    (top, bottom), (other_top, other_bottom) = _extent(one), _extent(other)
    beside = one["left"] < other["right"] and other["left"] < one["right"]
    return beside and top < other_bottom and other_top < bottom


def _extent(label: Mapping[str, Any]) -> tuple[float, float]:
    """Return from where to where a label reaches downward: its first line stands at its height."""
    half = LINE_HEIGHT / 2 if label["lines"] else 0
    return label["up"] - half, label["up"] - half + LINE_HEIGHT * label["lines"]


def _first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]
