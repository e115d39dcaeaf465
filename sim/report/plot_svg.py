"""Lines over time as SVG text, with published points on them. No arithmetic beyond placing.

Lines and points carry their colors; a dash, a shape or a label tells the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from sim.report.svg import Axis, drawing, number

Path = Sequence[tuple[float, float]]
HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 250, 48, 388, 12, 206
LABEL_DROP, TITLE_DROP, LABEL_GAP = 16, 36, 6
NAME_RISE, NAME_HEIGHT, SAMPLE, SAMPLE_RISE = 6, 14, 18, 4
"""How far the name of a line stands above its end, the room it takes, and the piece of the line beside it."""
LETTER, TICK_LENGTH = 6.5, 4
"""Room that a letter takes, and length of a tick."""
RADIUS, SIDE, CAP_HALF, MODEL_HALF = 4, 3.6, 3, 6
"""Radius of a circle, half side of a square, half width of the ends of an interval and of the model's bar."""
CROWDED, APART = 8, 9
"""Points nearer than the first stand as far apart as the second."""
SWATCH_WIDTH, SWATCH_HEIGHT = 36, 16


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
    points: Path
    band: Sequence[tuple[float, float, float]] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """A published figure, with what the model gives when it counts as the study did.

    Parameters
    ----------
    time, published : float
        Where it lies.
    interval : tuple of float or None
        Its confidence interval.
    simulated : float or None
        The figure of the model.
    color : str
        As CSS.
    is_filled, is_square : bool
        How it is drawn: full or hollow, as a square or as a circle.
    text : str, optional
        What it is, shown where a pointer rests on it.
    """

    time: float
    published: float
    interval: tuple[float, float] | None
    simulated: float | None
    color: str
    is_filled: bool
    is_square: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a plot says in words: its title, a description of it, and the name of its time axis."""

    title: str
    description: str
    time: str


def plot_svg(
    lines: Sequence[Line], points: Sequence[Point], axes: tuple[Axis, Axis], words: Words, *, identity: str,
    is_named: bool,
) -> str:  # fmt: skip
    """Return lines over time with published points.

    Parameters
    ----------
    lines : sequence of Line
        What to draw; the first one is drawn first.
    points : sequence of Point
        Drawn above the lines; those at one time stand side by side.
    axes : tuple of Axis
        Time and figure.
    words : Words
        Title, description, and the name of the time axis.
    identity : str
        Unique on the page.
    is_named : bool
        True writes the label of each line at its end.

    Returns
    -------
    str
        An ``svg`` element with title and description.
    """
    across, up = axes
    parts = [_frame(across, up, words.time), *(_band(line, axes) for line in lines if line.band)]
    parts += [_line(line, axes) for line in lines]
    if is_named:
        parts += _names(lines, axes)
    parts += [
        _point(point, _across(across, point.time) + shift, up)
        for point, shift in zip(points, _shifts(points, across), strict=True)
    ]
    return drawing(HEIGHT, "".join(parts), words.title, words.description, identity)


def line_swatch(line: Line) -> str:
    """Return a short piece of a line for a legend; hidden from screen readers."""
    middle = SWATCH_HEIGHT // 2
    return _swatch(
        f'<path class="line" stroke="{line.color}"{_dashes(line)} d="M0 {middle}H{SWATCH_WIDTH}"/>'
    )


def point_swatch(*, color: str, is_filled: bool, is_square: bool) -> str:
    """Return a published point for a legend; hidden from screen readers."""
    middle = SWATCH_WIDTH / 2
    return _swatch(_shape(middle, SWATCH_HEIGHT / 2, color, is_filled=is_filled, is_square=is_square))


def model_swatch(color: str) -> str:
    """Return the bar that marks the figure of the model, for a legend; hidden from screen readers."""
    return _swatch(_bar(SWATCH_WIDTH / 2, SWATCH_HEIGHT / 2, color))


def _frame(across: Axis, up: Axis, time: str) -> str:
    """Draw the grid and the labels of a plot."""
    parts = []
    for tick in up.ticks:
        y = number(_up(up, tick))
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(
            f'<text x="{LEFT - LABEL_GAP}" y="{y}" text-anchor="end" dominant-baseline="middle">'
            f"{escape(up.form(tick))}</text>"
        )
    for tick in across.ticks:
        x = number(_across(across, tick))
        parts.append(f'<path class="axis" d="M{x} {BOTTOM}v{TICK_LENGTH}"/>')
        parts.append(
            f'<text x="{x}" y="{BOTTOM + LABEL_DROP}" text-anchor="middle">{escape(across.form(tick))}</text>'
        )
    middle = (LEFT + RIGHT) // 2
    parts.append(f'<text x="{middle}" y="{BOTTOM + TITLE_DROP}" text-anchor="middle">{escape(time)}</text>')
    return "".join(parts)


def _band(line: Line, axes: tuple[Axis, Axis]) -> str:
    ends = [(x, high) for x, _, high in line.band] + [(x, low) for x, low, _ in reversed(line.band)]
    return f'<polygon class="band" fill="{line.color}" points="{_places(ends, axes)}"/>'


def _line(line: Line, axes: tuple[Axis, Axis]) -> str:
    points = _places(line.points, axes)
    return f'<polyline class="line" stroke="{line.color}"{_dashes(line)} points="{points}"/>'


def _places(points: Iterable[tuple[float, float]], axes: tuple[Axis, Axis]) -> str:
    across, up = axes
    return " ".join(f"{number(_across(across, x))},{number(_up(up, y))}" for x, y in points)


def _dashes(line: Line) -> str:
    return f' stroke-dasharray="{line.dash}"' if line.dash else ""


def _point(point: Point, x: float, up: Axis) -> str:
    """Draw the model's bar, the interval, and the point on top."""
    parts = [f"<title>{escape(point.text)}</title>"] if point.text else []
    if point.simulated is not None:
        parts.append(_bar(x, _up(up, point.simulated), point.color))
    if point.interval:
        low, high = (number(_up(up, end)) for end in point.interval)
        left, wide = number(x - CAP_HALF), 2 * CAP_HALF
        parts.append(
            f'<path class="whisker" stroke="{point.color}"'
            f' d="M{number(x)} {low}V{high}M{left} {low}h{wide}M{left} {high}h{wide}"/>'
        )
    parts.append(
        _shape(x, _up(up, point.published), point.color, is_filled=point.is_filled, is_square=point.is_square)
    )
    return f"<g>{''.join(parts)}</g>"


def _shape(x: float, y: float, color: str, *, is_filled: bool, is_square: bool) -> str:
    look = f'class="point" fill="{color}"' if is_filled else 'class="point hollow"'
    look += f' stroke="{color}"'
    if not is_square:
        return f'<circle {look} cx="{number(x)}" cy="{number(y)}" r="{RADIUS}"/>'
    corner = f'x="{number(x - SIDE)}" y="{number(y - SIDE)}"'
    return f'<rect {look} {corner} width="{2 * SIDE}" height="{2 * SIDE}"/>'


def _bar(x: float, y: float, color: str) -> str:
    return (
        f'<path class="model" stroke="{color}" d="M{number(x - MODEL_HALF)} {number(y)}h{2 * MODEL_HALF}"/>'
    )


def _shifts(points: Sequence[Point], across: Axis) -> list[float]:
    """Return how far aside each point stands, so that points at about one time do not hide each other."""
    shifts = [0.0] * len(points)
    places = [_across(across, point.time) for point in points]
    waiting = sorted(range(len(points)), key=places.__getitem__)
    while waiting:
        group = [which for which in waiting if places[which] - places[waiting[0]] < CROWDED]
        waiting = waiting[len(group) :]
        width = APART * (len(group) - 1)
        middle = sum(places[which] for which in group) / len(group)
        start = max(LEFT + RADIUS, min(RIGHT - RADIUS - width, middle - width / 2))
        if width:
            for rank, which in enumerate(group):
                shifts[which] = start + APART * rank - places[which]
    return shifts


def _names(lines: Sequence[Line], axes: tuple[Axis, Axis]) -> list[str]:
    """Write the label of each line at its right end: above it, or below where the line before is too near."""
    spans = [(line, *_span(line, axes)) for line in lines if line.points]
    spans.sort(key=lambda span: span[1] + span[2])
    places: list[float] = []
    last, lowest = 0.0, 0.0
    for _, top, bottom in spans:
        above = max(top - NAME_RISE, TOP)
        is_free = above >= max(last, lowest) + NAME_HEIGHT
        last = above if is_free or not places else max(last, bottom) + NAME_HEIGHT
        lowest = max(lowest, bottom)
        places.append(last)
    too_low = max(0.0, last - BOTTOM + NAME_RISE)
    return [_name(line, place - too_low) for (line, *_), place in zip(spans, places, strict=True)]


def _span(line: Line, axes: tuple[Axis, Axis]) -> tuple[float, float]:
    """Return how high and how low a line runs where its label stands."""
    start = RIGHT - SAMPLE - NAME_RISE - LETTER * len(line.label)
    places = [(_across(axes[0], x), _up(axes[1], y)) for x, y in line.points]
    beside = [y for x, y in places if x >= start] or [places[-1][1]]
    return min(beside), max(beside)


def _name(line: Line, y: float) -> str:
    """Write the label of a line, followed by a piece of it."""
    piece = f'd="M{RIGHT - SAMPLE} {number(y - SAMPLE_RISE)}H{RIGHT}"'
    return (
        f'<text class="name" x="{RIGHT - SAMPLE - NAME_RISE}" y="{number(y)}" text-anchor="end">'
        f'{escape(line.label)}</text><path class="line" stroke="{line.color}"{_dashes(line)} {piece}/>'
    )


def _swatch(content: str) -> str:
    return (
        f'<svg class="swatch" viewBox="0 0 {SWATCH_WIDTH} {SWATCH_HEIGHT}" aria-hidden="true">{content}</svg>'
    )


def _across(axis: Axis, time: float) -> float:
    return LEFT + axis.share(time) * (RIGHT - LEFT)


def _up(axis: Axis, figure: float) -> float:
    return BOTTOM - axis.share(figure) * (BOTTOM - TOP)
