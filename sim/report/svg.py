"""Small drawings as SVG text: intervals on an axis. No arithmetic beyond placing.

Sizes are in units of the drawing, which fills the width it is given. Colors come from the page's style sheet;
nothing is told by color alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

WIDTH = 400
EDGE = 18
"""Room left and right of an axis."""
STRIP_HEIGHT, AXIS_HEIGHT = 26, 22
MIDDLE = 13
BAND_HALF, CAP_HALF, MARK, DOT = 8, 5, 5, 4.5
"""Half heights of a prediction interval, of the ends of an interval and of a diamond; radius of a dot."""
AXIS_TEXT, TICK_LENGTH = 13, 4


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from figures to places.

    Parameters
    ----------
    low, high : float
        Its ends.
    ticks : tuple of float
        Figures that are labeled.
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
    look : str
        How the simulated figure is drawn: "inside" (full dot), "outside" (ring with a cross), "vague" (ring).
    title, description : str
        In words, for those who do not see it.
    """

    published: float
    interval: tuple[float, float] | None
    predicted: tuple[float, float] | None
    simulated: float | None
    look: str
    title: str
    description: str


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
        parts.append(_dot(_along(axis, strip.simulated), strip.look))
    return drawing(STRIP_HEIGHT, "".join(parts), strip.title, strip.description, identity)


def mark_svg(kind: str) -> str:
    """Return a mark for the legend: published, interval, predicted, or a look of simulated figures."""
    drawn = {
        "published": _diamond("18"),
        "interval": _whiskers("2", "34"),
        "predicted": _block("2", "34"),
        "inside": _dot("18", "inside"),
        "outside": _dot("18", "outside"),
        "vague": _dot("18", "vague"),
    }
    return f'<svg class="swatch" viewBox="0 0 36 {STRIP_HEIGHT}" aria-hidden="true">{drawn[kind]}</svg>'


def _block(left: str, right: str) -> str:
    return f'<path class="predicted" d="M{left} {MIDDLE - BAND_HALF}H{right}v{2 * BAND_HALF}H{left}z"/>'


def _whiskers(left: str, right: str) -> str:
    caps = "".join(f"M{end} {MIDDLE - CAP_HALF}v{2 * CAP_HALF}" for end in (left, right))
    return f'<path class="interval" d="M{left} {MIDDLE}H{right}{caps}"/>'


def _diamond(x: str) -> str:
    return f'<path class="published" d="M{x} {MIDDLE - MARK}l{MARK} {MARK}l-{MARK} {MARK}l-{MARK} -{MARK}z"/>'


def _dot(x: str, look: str) -> str:
    dot = f'<circle class="{look}" cx="{x}" cy="{MIDDLE}" r="{DOT}"/>'
    if look != "outside":
        return dot
    return dot + (
        f'<path class="outside" d="M{x} {MIDDLE}m-{DOT} -{DOT}l{2 * DOT} {2 * DOT}'
        f'm0 -{2 * DOT}l-{2 * DOT} {2 * DOT}"/>'
    )


def drawing(height: int, content: str, title: str, description: str, identity: str) -> str:
    """Return a drawing that says in words what it shows.

    Parameters
    ----------
    height : int
        Its height, where its width is `WIDTH`.
    content : str
        SVG.
    title, description : str
        In words, for those who do not see it.
    identity : str
        Unique on the page.

    Returns
    -------
    str
        An ``svg`` element.
    """
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{identity}-t {identity}-d">'
        f'<title id="{identity}-t">{escape(title)}</title>'
        f'<desc id="{identity}-d">{escape(description)}</desc>{content}</svg>'
    )


def _along(axis: Axis, figure: float) -> str:
    return number(EDGE + axis.share(figure) * (WIDTH - 2 * EDGE))


def number(place: float) -> str:
    """Return a place as it is written into a drawing."""
    return f"{place:.1f}"
