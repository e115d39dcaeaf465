"""Small drawings as SVG text: intervals on an axis, and lines over time. No arithmetic beyond placing.

Sizes are in units of the drawing, which fills the width it is given. Colors come from the page's style sheet,
but for the lines, which carry theirs; nothing is told by color alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

Points = Sequence[tuple[float, float]]
WIDTH = 400
EDGE = 18
"""Room left and right of an axis."""
STRIP_HEIGHT, AXIS_HEIGHT = 26, 22
MIDDLE = 13
BAND_HALF, CAP_HALF, MARK, DOT = 8, 5, 5, 4.5
"""Half heights of a prediction interval, of the ends of an interval and of a diamond; radius of a dot."""
AXIS_TEXT, TICK_LENGTH = 13, 4
PLOT_HEIGHT, PLOT_LEFT, PLOT_RIGHT, PLOT_TOP, PLOT_BOTTOM = 250, 40, 388, 12, 206
LABEL_DROP, TITLE_DROP, LABEL_GAP = 16, 36, 6


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from figures to places.

    Parameters
    ----------
    low, high : float
        Its ends.
    ticks : tuple of float
        Figures that are labelled.
    form : callable
        How a figure is written.
    is_logarithmic : bool
        True places figures by their logarithm.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    form: Callable[[float], str]
    is_logarithmic: bool = False

    def share(self, figure: float) -> float:
        """Return how far along the axis a figure lies, from 0 to 1; beyond its ends it is held there."""
        held = min(max(figure, self.low), self.high)
        if self.is_logarithmic:
            return math.log(held / self.low) / math.log(self.high / self.low)
        return (held - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Strip:
    """One figure with its intervals, ready to be drawn.

    Parameters
    ----------
    published : float
        The published figure.
    interval, predicted : tuple of float or None
        Its confidence and prediction interval.
    simulated : float or None
        The simulated figure.
    is_inside : bool
        True draws it as a full dot, False as a ring with a cross.
    title, description : str
        In words, for those who do not see it.
    """

    published: float
    interval: tuple[float, float] | None
    predicted: tuple[float, float] | None
    simulated: float | None
    is_inside: bool
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line over time.

    Parameters
    ----------
    label : str
        What it is.
    color : str
        As CSS.
    dash : str
        Lengths of dashes and gaps; empty = unbroken.
    points : sequence of tuple
        Time and figure.
    band : sequence of tuple, optional
        Time, low and high of what is shaded behind it.
    """

    label: str
    color: str
    dash: str
    points: Points
    band: Sequence[tuple[float, float, float]] = ()


def axis_svg(axis: Axis) -> str:
    """Return the labels of an axis, to stand above its strips; hidden from screen readers."""
    labels = "".join(
        f'<text x="{_along(axis, tick)}" y="{AXIS_TEXT}" text-anchor="middle">'
        f"{escape(axis.form(tick))}</text>"
        f'<line class="axis" x1="{_along(axis, tick)}" x2="{_along(axis, tick)}"'
        f' y1="{AXIS_HEIGHT - TICK_LENGTH}" y2="{AXIS_HEIGHT}"/>'
        for tick in axis.ticks
    )
    return f'<svg viewBox="0 0 {WIDTH} {AXIS_HEIGHT}" aria-hidden="true">{labels}</svg>'


def strip_svg(strip: Strip, axis: Axis, identity: str) -> str:
    """Return one figure with its intervals.

    Parameters
    ----------
    strip : Strip
        What to draw.
    axis : Axis
        Where.
    identity : str
        Unique on the page.

    Returns
    -------
    str
        An ``svg`` element with title and description.
    """
    parts = [
        f'<line class="grid" x1="{_along(axis, tick)}" x2="{_along(axis, tick)}" y1="0" y2="{STRIP_HEIGHT}"/>'
        for tick in axis.ticks
    ]
    if strip.predicted:
        parts.append(_block(*(_along(axis, end) for end in strip.predicted)))
    if strip.interval:
        parts.append(_whiskers(*(_along(axis, end) for end in strip.interval)))
    parts.append(_diamond(_along(axis, strip.published)))
    if strip.simulated is not None:
        parts.append(_dot(_along(axis, strip.simulated), is_inside=strip.is_inside))
    return _drawing(STRIP_HEIGHT, "".join(parts), strip.title, strip.description, identity)


def lines_svg(
    lines: Sequence[Line], across: Axis, up: Axis, *, words: tuple[str, str, str], identity: str
) -> str:
    """Return lines over time.

    Parameters
    ----------
    lines : sequence of Line
        What to draw; the first one is drawn first.
    across, up : Axis
        Time and figure.
    words : tuple of str
        Title, description, and the name of the time axis.
    identity : str
        Unique on the page.

    Returns
    -------
    str
        An ``svg`` element with title and description.
    """
    title, description, time = words

    def place(x: float, y: float) -> str:
        return (
            f"{_number(PLOT_LEFT + across.share(x) * (PLOT_RIGHT - PLOT_LEFT))},"
            f"{_number(PLOT_BOTTOM - up.share(y) * (PLOT_BOTTOM - PLOT_TOP))}"
        )

    parts = [_frame(across, up, time)]
    for line in lines:
        if line.band:
            ends = [place(x, high) for x, _, high in line.band] + [
                place(x, low) for x, low, _ in reversed(line.band)
            ]
            parts.append(f'<polygon class="band" fill="{line.color}" points="{" ".join(ends)}"/>')
    for line in lines:
        dashes = f' stroke-dasharray="{line.dash}"' if line.dash else ""
        points = " ".join(place(x, y) for x, y in line.points)
        parts.append(f'<polyline class="line" stroke="{line.color}"{dashes} points="{points}"/>')
    return _drawing(PLOT_HEIGHT, "".join(parts), title, description, identity)


def swatch_svg(line: Line) -> str:
    """Return a short piece of a line for a legend; hidden from screen readers."""
    dashes = f' stroke-dasharray="{line.dash}"' if line.dash else ""
    return (
        '<svg class="swatch" viewBox="0 0 36 8" aria-hidden="true">'
        f'<path class="line" stroke="{line.color}"{dashes} d="M0 4H36"/></svg>'
    )


def mark_svg(kind: str) -> str:
    """Return a mark of the strips for their legend: published, interval, predicted, inside or outside."""
    drawn = {
        "published": _diamond("18"),
        "interval": _whiskers("2", "34"),
        "predicted": _block("2", "34"),
        "inside": _dot("18", is_inside=True),
        "outside": _dot("18", is_inside=False),
    }
    return f'<svg class="swatch" viewBox="0 0 36 {STRIP_HEIGHT}" aria-hidden="true">{drawn[kind]}</svg>'


def _frame(across: Axis, up: Axis, time: str) -> str:
    """Draw the grid and the labels of a plot."""
    parts = []
    for tick in up.ticks:
        y = _number(PLOT_BOTTOM - up.share(tick) * (PLOT_BOTTOM - PLOT_TOP))
        parts.append(f'<line class="grid" x1="{PLOT_LEFT}" x2="{PLOT_RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(
            f'<text x="{PLOT_LEFT - LABEL_GAP}" y="{y}" text-anchor="end" dominant-baseline="middle">'
            f"{escape(up.form(tick))}</text>"
        )
    for tick in across.ticks:
        x = _number(PLOT_LEFT + across.share(tick) * (PLOT_RIGHT - PLOT_LEFT))
        parts.append(
            f'<line class="axis" x1="{x}" x2="{x}" y1="{PLOT_BOTTOM}" y2="{PLOT_BOTTOM + TICK_LENGTH}"/>'
        )
        parts.append(
            f'<text x="{x}" y="{PLOT_BOTTOM + LABEL_DROP}" text-anchor="middle">'
            f"{escape(across.form(tick))}</text>"
        )
    middle = (PLOT_LEFT + PLOT_RIGHT) // 2
    parts.append(
        f'<text x="{middle}" y="{PLOT_BOTTOM + TITLE_DROP}" text-anchor="middle">{escape(time)}</text>'
    )
    return "".join(parts)


def _block(left: str, right: str) -> str:
    return f'<path class="predicted" d="M{left} {MIDDLE - BAND_HALF}H{right}v{2 * BAND_HALF}H{left}z"/>'


def _whiskers(left: str, right: str) -> str:
    caps = "".join(f"M{end} {MIDDLE - CAP_HALF}v{2 * CAP_HALF}" for end in (left, right))
    return f'<path class="interval" d="M{left} {MIDDLE}H{right}{caps}"/>'


def _diamond(x: str) -> str:
    return f'<path class="published" d="M{x} {MIDDLE - MARK}l{MARK} {MARK}l-{MARK} {MARK}l-{MARK} -{MARK}z"/>'


def _dot(x: str, *, is_inside: bool) -> str:
    if is_inside:
        return f'<circle class="inside" cx="{x}" cy="{MIDDLE}" r="{DOT}"/>'
    return (
        f'<circle class="outside" cx="{x}" cy="{MIDDLE}" r="{DOT + 1}"/><path class="outside"'
        f' d="M{x} {MIDDLE}m-{DOT} -{DOT}l{2 * DOT} {2 * DOT}m0 -{2 * DOT}l-{2 * DOT} {2 * DOT}"/>'
    )


def _drawing(height: int, content: str, title: str, description: str, identity: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{identity}-t {identity}-d">'
        f'<title id="{identity}-t">{escape(title)}</title>'
        f'<desc id="{identity}-d">{escape(description)}</desc>{content}</svg>'
    )


def _along(axis: Axis, figure: float) -> str:
    return _number(EDGE + axis.share(figure) * (WIDTH - 2 * EDGE))


def _number(place: float) -> str:
    return f"{place:.1f}"
