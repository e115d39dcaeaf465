"""Where the names of points stand in a chart as wide as its page: inside the plot, off lines and each other.

Places are chosen for a telephone and for a desk at once, because a drawing is not made anew for each width.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

SIZES = ((260.0, 220.0), (700.0, 220.0), (700.0, 340.0))
"""Width and height of plots: on a telephone, on a desk, and in a report [pixels]."""
EDGE = 24.0
"""Room around the outermost points [pixels]."""
LETTER, LINE, GAP, MARK = 6.2, 13.0, 9.0, 6.0
"""A letter's width, from line to line, from a point to its name, half a mark [pixels]."""
DOTS, ROUNDS = 60, 3
CUT, ON_NAME, ON_MARK, ON_LINE = 8.0, 5.0, 3.0, 1.0
"""How bad it is when a name leaves the plot or lies on something."""
MOST_NAMES, LEGEND_ROW = 8, 22
"""With more points a legend names them; height of one of its rows [pixels]."""
LITTLE = 0.01
"""Against a corner further back in the list, all else being equal."""
LINE_BREAK, LONGEST = "\n", 24
"""Between the lines of a name, and letters in one of them."""
Place = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Corner:
    """A place for a name beside its point.

    Parameters
    ----------
    side : int
        1 = to the right of the point, -1 = to the left.
    rise : int
        1 = above, 0 = at its height, -1 = below.
    """

    side: int
    rise: int

    @property
    def align(self) -> Literal["left", "right"]:
        """Which end of the name stands at the point."""
        return "left" if self.side > 0 else "right"

    @property
    def across(self) -> float:
        """From the point to the near end of the name [pixels]."""
        return 0.0 if self.rise else self.side * GAP

    def down(self, n_lines: int) -> float:
        """Return how far the middle of the first line stands below the point [pixels]."""
        if self.rise == 0:
            return -LINE * (n_lines - 1) / 2
        first = GAP + LINE / 2
        return first if self.rise < 0 else -first - LINE * (n_lines - 1)


CORNERS = (Corner(1, 0), Corner(-1, 0), Corner(-1, 1), Corner(1, -1), Corner(1, 1), Corner(-1, -1))
"""What is tried, the first that is good enough being taken."""


def named_points(
    base: alt.Chart, points: pd.DataFrame, columns: tuple[str, str, str], lines: Sequence[Sequence[Place]]
) -> list[alt.Chart]:
    """Return the names of the points of a chart as layers.

    Parameters
    ----------
    base : altair.Chart
        Has the axes.
    points : pandas.DataFrame
        At least one.
    columns : tuple of str
        Across, up, and the name; long ones are broken into lines.
    lines : sequence of sequence of tuple
        As for `corners`.

    Returns
    -------
    list of altair.Chart
        One for each place beside a point and number of lines; none where a legend names the points.
    """
    import altair as alt  # noqa: PLC0415

    if len(points) > MOST_NAMES:
        return []

    across, up, text = columns
    words = [in_lines(name) for name in points[text]]
    chosen = corners(list(zip(points[across], points[up], strict=True)), words, lines)
    kinds = [(corner, name.count(LINE_BREAK) + 1) for corner, name in zip(chosen, words, strict=True)]
    shown = points.assign(words=words)
    named = []
    for kind in dict.fromkeys(kinds):
        corner, n_lines = kind
        layer = base.properties(data=shown[[one == kind for one in kinds]]).mark_text(
            align=corner.align, dx=corner.across, dy=corner.down(n_lines), baseline="middle",
            lineBreak=LINE_BREAK, color="gray",
        )  # fmt: skip
        named.append(layer.encode(text=alt.Text("words:N")))
    return named


def legend_of(n_points: int) -> alt.Legend | None:
    """Return the legend of so many points; None where names beside them are enough."""
    import altair as alt  # noqa: PLC0415

    if n_points <= MOST_NAMES:
        return None
    return alt.Legend(title=None, orient="bottom", columns=1, labelLimit=alt.ExprRef(f"width - {LEGEND_ROW}"))


def legend_height(n_points: int) -> int:
    """Return the room that the legend of so many points needs [pixels]."""
    return LEGEND_ROW * n_points if n_points > MOST_NAMES else 0


def in_lines(name: str) -> str:
    """Return a name in short lines; line breaks in it stay.

    Examples
    --------
    >>> in_lines("Ketamine infusions")
    'Ketamine infusions'
    """
    return LINE_BREAK.join(part for line in name.split(LINE_BREAK) for part in textwrap.wrap(line, LONGEST))


def corners(points: Sequence[Place], names: Sequence[str], lines: Sequence[Sequence[Place]]) -> list[Corner]:
    """Return where the name of each point stands.

    Parameters
    ----------
    points : sequence of tuple
        Across and up, in the units of the axes.
    names : sequence of str
        Of each point, with line breaks.
    lines : sequence of sequence of tuple
        Lines in the plot by their bends, in the units of the axes.

    Returns
    -------
    list of Corner
        One for each point.
    """
    everything = np.array([*points, *(bend for line in lines for bend in line)], dtype=float)
    low, span = everything.min(axis=0), np.ptp(everything, axis=0)
    span[span == 0] = 1.0
    plots = [_Plot.of(size, low, span, points, lines) for size in SIZES]
    chosen = [CORNERS[0]] * len(names)
    for _ in range(ROUNDS):
        for place in range(len(names)):
            costs = [
                sum(plot.cost(place, corner, chosen, names) for plot in plots) + LITTLE * rank
                for rank, corner in enumerate(CORNERS)
            ]
            chosen[place] = CORNERS[int(np.argmin(costs))]
    return chosen


@dataclass(frozen=True, slots=True)
class _Plot:
    """One size: marks, and dots along the lines [pixels]."""

    size: Place
    marks: npt.NDArray[np.float64]
    dots: npt.NDArray[np.float64]

    @classmethod
    def of(
        cls,
        size: Place,
        low: npt.NDArray[np.float64],
        span: npt.NDArray[np.float64],
        points: Sequence[Place],
        lines: Sequence[Sequence[Place]],
    ) -> _Plot:
        def drawn(at: object) -> npt.NDArray[np.float64]:
            share = (np.asarray(at, dtype=float) - low) / span
            share[..., 1] = 1 - share[..., 1]
            return EDGE + share * (np.array(size) - 2 * EDGE)

        dots = [
            np.linspace(drawn(one), drawn(other), DOTS) for line in lines for one, other in pairwise(line)
        ]
        return cls(size, drawn(points), np.concatenate(dots) if dots else np.empty((0, 2)))

    def cost(self, place: int, corner: Corner, chosen: Sequence[Corner], names: Sequence[str]) -> float:
        """Return how bad a corner is for one name while the others stand where they stand."""
        left, top, right, bottom = box = self._box(place, corner, names[place])
        outside = left < 0 or right > self.size[0] or top < 0 or bottom > self.size[1]
        others = [
            self._box(other, chosen[other], names[other]) for other in range(len(names)) if other != place
        ]
        marks = np.delete(self.marks, place, axis=0)
        return float(
            CUT * outside
            + ON_NAME * sum(_overlap(box, other) for other in others)
            + ON_MARK * _inside(marks, box, MARK).sum()
            + ON_LINE * bool(_inside(self.dots, box, 0.0).any())
        )

    def _box(self, place: int, corner: Corner, name: str) -> Box:
        """Return left, top, right and bottom of a name."""
        said = name.split(LINE_BREAK)
        x, y = self.marks[place] + (corner.across, corner.down(len(said)))
        wide = corner.side * LETTER * max(len(line) for line in said)
        return min(x, x + wide), y - LINE / 2, max(x, x + wide), y - LINE / 2 + LINE * len(said)


def _overlap(one: Box, other: Box) -> bool:
    left, top, right, bottom = one
    other_left, other_top, other_right, other_bottom = other
    return left < other_right and other_left < right and top < other_bottom and other_top < bottom


def _inside(dots: npt.NDArray[np.float64], box: Box, margin: float) -> npt.NDArray[np.bool_]:
    x, y = dots[:, 0], dots[:, 1]
    left, top, right, bottom = box
    inside: npt.NDArray[np.bool_] = (
        (x > left - margin) & (x < right + margin) & (y > top - margin) & (y < bottom + margin)
    )
    return inside
