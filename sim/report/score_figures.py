"""The course of one study in pictures: scores, who responds, who relapses, with published figures on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
from numpy.typing import NDArray

from sim.domain.measures import RelapseBy, ScoreAt
from sim.outcomes.study_curves import Line as Counted
from sim.outcomes.study_curves import StudyCurve, is_remission
from sim.report.figures import COLORS, SPARE_COLORS
from sim.report.numbers import count, days, joined, share
from sim.report.page_parts import folded, legend, table_html
from sim.report.placed import AMONG, Placed, relapse_name, share_name
from sim.report.plot_svg import Line, Point, Words, line_swatch, model_swatch, plot_svg, point_swatch
from sim.report.svg import Axis
from sim.report.tables import Table
from sim.units import DAYS_PER_WEEK

Curve = Mapping[str, NDArray[np.float64]]
DASHES = ("", "7 3", "2 3", "9 3 2 3")
"""By place of the arm."""
WHOLE, DASHED, DOTTED, DOTTED_TOO = "", "9 4", "2 4", "2 8"
"""Dashes of responses and of remissions, for two ways of counting each."""
MOST_NAMES = 2
"""A drawing with more lines names them below it, where they hide no point."""
LEAST_FOLLOWED = 0.5
"""Curves end when fewer of the starters are followed."""
SHORTEST_DAYS = 28
WEEK_STEPS = (1, 2, 4, 8, 13, 26, 52)
MOST_TICKS = 8
SCORE_STEP = 10
EARLY_ROWS, TABLE_DAYS = (0, 1, 2, 3, 7, 14, 21), 28
"""Days the table tells: these, and then every so many days."""
HIGHEST_SHARE, QUARTERS = 1.0, (0.0, 0.25, 0.5, 0.75, 1.0)
TIME = "Weeks since the first session"
SINCE_ASSESSMENT, SINCE_LANDMARK = "Weeks since the assessment", "Weeks since {:g} days after the assessment"
HEADER = ("Arm", "Day", "Patients", "Mean score", "Quartiles", "Response", "Remission")
TEXT_COLOR = "currentColor"


@dataclass(frozen=True, slots=True)
class Course:
    """What there is to draw of one study.

    Parameters
    ----------
    title : str
        Its name.
    identity : str
        Unique on the page.
    labels : mapping
        Plain name by strategy.
    curves : mapping
        By strategy, as `sim.outcomes.mean_scores.mean_scores` returns it.
    lines : sequence of StudyCurve
        Shares over time, counted as published.
    placed : mapping
        Published figures by strategy.
    baseline : float or None
        Mean score that the study is given [MADRS points].
    """

    title: str
    identity: str
    labels: Mapping[str, str]
    curves: Mapping[str, Curve]
    lines: Sequence[StudyCurve] = ()
    placed: Mapping[str, Sequence[Placed]] = field(default_factory=dict)
    baseline: float | None = None

    def look(self, strategy: str) -> tuple[str, str]:
        """Return color and dash of an arm."""
        place = [key for key in self.curves if self.has_starters(key)].index(strategy)
        return COLORS.get(strategy, SPARE_COLORS[place % len(SPARE_COLORS)]), DASHES[place % len(DASHES)]

    def has_starters(self, strategy: str) -> bool:
        """Tell whether anybody begins a course."""
        n = self.curves[strategy]["n"]
        return len(n) > 0 and bool(n[0] > 0)

    def shares(self, strategy: str) -> list[tuple[ScoreAt, StudyCurve]]:
        """Return the shares by score of an arm, responses before remissions."""
        found = [
            (curve.line, curve)
            for curve in self.lines
            if curve.strategy == strategy and isinstance(curve.line, ScoreAt)
        ]
        return sorted(found, key=lambda pair: (is_remission(pair[0].criterion), pair[0].among))

    def figures_on(self, strategy: str, counted: Counted) -> list[Placed]:
        """Return the published figures that lie on a line."""
        return [figure for figure in self.placed.get(strategy, ()) if figure.line == counted]


def course_figure(course: Course) -> str:
    """Return the course of one study as HTML: drawings of scores, shares and relapse, and a table.

    Parameters
    ----------
    course : Course
        What to draw.

    Returns
    -------
    str
        A sentence instead when nobody begins a course.
    """
    heading = f"<h3>{escape(course.title)}</h3>"
    arms = {key: _followed(curve) for key, curve in course.curves.items() if course.has_starters(key)}
    if not arms:
        return f'{heading}<p class="soft">Nobody begins a course in this study.</p>'
    last_days = [float(curve.days[-1]) for key in arms for _, curve in course.shares(key)]
    across = _weeks(max(last_days, default=SHORTEST_DAYS))
    panels = [_score_panel(course, arms, across)]
    panels += [panel for key in arms if (panel := _share_panel(course, key, across))]
    panels += _relapse_panels(course)
    table = Table(
        "Score [MADRS points] and shares of starters by day", HEADER, tuple(_rows(arms, course.labels))
    )
    return (
        f'{heading}<figure><div class="panels">{"".join(panels)}</div>{_legend(course)}'
        f"{folded('Table', table_html(table))}</figure>"
    )


def _followed(curve: Curve) -> dict[str, NDArray[np.float64]]:
    """Cut a curve where fewer than half of the starters are followed so long."""
    n = curve["n"]
    kept = int(np.argmax(np.append(n < LEAST_FOLLOWED * n[0], True)))
    return {name: values[:kept] for name, values in curve.items()}


def _score_panel(course: Course, arms: Mapping[str, Curve], across: Axis) -> str:
    """Draw mean and quartiles of the score."""
    drawn = {
        key: {name: values[curve["days"] <= across.high] for name, values in curve.items()}
        for key, curve in arms.items()
    }
    lines = [
        Line(
            course.labels[key],
            *course.look(key),
            _points(curve["days"], curve["mean"]),
            list(zip(*(curve[name].tolist() for name in ("days", "low", "high")), strict=True)),
        )
        for key, curve in drawn.items()
    ]
    highest = max(float(curve["high"].max()) for curve in drawn.values())
    top = max(1, -int(-highest // SCORE_STEP)) * SCORE_STEP
    ticks = tuple(float(tick) for tick in range(0, top + 1, SCORE_STEP))
    up = Axis(0.0, top, ticks, lambda score: f"{score:.0f}")
    told = "; ".join(
        f"{course.labels[key]}: {curve['mean'][0]:.1f} at first, "
        f"{curve['mean'][-1]:.1f} on day {curve['days'][-1]:.0f}"
        for key, curve in drawn.items()
    )
    caption = "Mean score (MADRS); shaded: middle half of patients"
    points = []
    if course.baseline is not None:
        points = [Point(0.0, course.baseline, None, None, TEXT_COLOR, is_filled=True, is_square=False)]
        caption += f"; dot: baseline put in, {course.baseline:.1f}"
    words = Words(f"{course.title}: mean score", told, TIME)
    drawing = plot_svg(lines, points, (across, up), words, identity=f"{course.identity}-score", is_named=True)
    return _panel(caption, drawing)


def _share_panel(course: Course, strategy: str, across: Axis) -> str:
    """Draw who responds and who is in remission in one arm, with published figures."""
    shares = course.shares(strategy)
    if not shares:
        return ""
    color, _ = course.look(strategy)
    among = {line.among for line, _ in shares}
    lines: list[Line] = []
    points, told = [], []
    for line, curve in shares:
        is_square = is_remission(line.criterion)
        label = share_name(line) + (f", {AMONG[line.among]}" if len(among) > 1 else "")
        looks = (DOTTED, DOTTED_TOO) if is_square else (WHOLE, DASHED)
        dash = next((look for look in looks if look not in {drawn.dash for drawn in lines}), looks[-1])
        lines.append(Line(label, color, dash, _known(curve)))
        figures = course.figures_on(strategy, line)
        points += [_point(figure, color, is_square=is_square) for figure in figures]
        told += [_told(label, curve), *(figure.text for figure in figures)]
    words = Words(f"{course.title}, {course.labels[strategy]}: response and remission", "; ".join(told), TIME)
    is_named = len(lines) <= MOST_NAMES
    identity = f"{course.identity}-{strategy}"
    drawing = plot_svg(lines, points, (across, _shares()), words, identity=identity, is_named=is_named)
    if not is_named:
        drawing += legend((line_swatch(line), line.label) for line in lines)
    whose = f", share of {AMONG[next(iter(among))]}" if len(among) == 1 else ""
    return _panel(f"{course.labels[strategy]}: response and remission{whose}", drawing)


def _relapse_panels(course: Course) -> list[str]:
    """Draw who relapsed, a drawing for each way it was counted, with published figures."""
    counted = list(dict.fromkeys(curve.line for curve in course.lines if isinstance(curve.line, RelapseBy)))
    return [_relapse_panel(course, line, place) for place, line in enumerate(counted)]


def _relapse_panel(course: Course, counted: RelapseBy, place: int) -> str:
    curves = [curve for curve in course.lines if curve.line == counted]
    lines, points, told = [], [], []
    for which, curve in enumerate(curves):
        color, dash = course.look(curve.strategy)
        label = course.labels[curve.strategy]
        lines.append(Line(label, color, dash, _known(curve)))
        figures = course.figures_on(curve.strategy, counted)
        points += [_point(figure, color, is_square=_is_square(which)) for figure in figures]
        told += [_told(label, curve), *(figure.text for figure in figures)]
    landmark = counted.landmark_days
    time = SINCE_LANDMARK.format(landmark) if landmark else SINCE_ASSESSMENT
    whose = relapse_name(counted)
    drawing = plot_svg(
        lines,
        points,
        (_weeks(max(float(curve.days[-1]) for curve in curves)), _shares()),
        Words(f"{course.title}: relapse of {whose}", "; ".join(told), time),
        identity=f"{course.identity}-relapse-{place}",
        is_named=False,
    )
    arms = legend(
        (
            line_swatch(line) + point_swatch(color=line.color, is_filled=True, is_square=_is_square(which)),
            line.label,
        )
        for which, line in enumerate(lines)
    )
    return _panel(f"Relapsed, share of {whose}", drawing + (arms if len(lines) > 1 else ""))


def _is_square(place: int) -> bool:
    """Tell whether the arm at a place has squares, not circles."""
    return place % 2 == 1


def _panel(caption: str, drawing: str) -> str:
    return f"<div><figcaption>{escape(caption)}</figcaption>{drawing}</div>"


def _point(figure: Placed, color: str, *, is_square: bool) -> Point:
    return Point(
        figure.day,
        figure.row["published"],
        figure.interval,
        figure.row["simulated"],
        color,
        is_filled=figure.is_fit,
        is_square=is_square,
        text=figure.text,
    )


def _told(label: str, curve: StudyCurve) -> str:
    known = _known(curve)
    return f"{label}: {share(known[-1][1])} on day {known[-1][0]:.0f}" if known else label


def _known(curve: StudyCurve) -> list[tuple[float, float]]:
    seen = ~np.isnan(curve.share)
    return _points(curve.days[seen], curve.share[seen])


def _points(time: NDArray[np.float64], figure: NDArray[np.float64]) -> list[tuple[float, float]]:
    return list(zip(time.tolist(), figure.tolist(), strict=True))


def _shares() -> Axis:
    return Axis(0.0, HIGHEST_SHARE, QUARTERS, lambda value: f"{value:.0%}")


def _weeks(last_day: float) -> Axis:
    """Return an axis of days labeled in weeks."""
    weeks = max(1, -int(-last_day // DAYS_PER_WEEK))
    step = next((step for step in WEEK_STEPS if weeks <= step * MOST_TICKS), WEEK_STEPS[-1])
    ticks = tuple(float(week * DAYS_PER_WEEK) for week in range(0, weeks + 1, step))
    return Axis(0.0, float(weeks * DAYS_PER_WEEK), ticks, lambda day: f"{day / DAYS_PER_WEEK:.0f}")


def _rows(arms: Mapping[str, Curve], labels: Mapping[str, str]) -> Sequence[tuple[str, ...]]:
    return [
        (
            labels[key],
            f"{day:.0f}",
            count(curve["n"][row]),
            days(curve["mean"][row]),
            f"{curve['low'][row]:.1f} to {curve['high'][row]:.1f}",
            share(curve["response"][row]),
            share(curve["remission"][row]),
        )
        for key, curve in arms.items()
        for row, day in enumerate(curve["days"])
        if day in EARLY_ROWS or day % TABLE_DAYS == 0
    ]


def _legend(course: Course) -> str:
    """Return what the marks mean, of those that are drawn."""
    figures = [figure for placed in course.placed.values() for figure in placed]
    if not figures:
        return ""
    entries: list[tuple[str, str]] = []
    for is_fit, meaning in (
        (True, "published, solved a parameter (fit)"),
        (False, "published, not used (check)"),
    ):
        if any(figure.is_fit == is_fit for figure in figures):
            entries.append((point_swatch(color=TEXT_COLOR, is_filled=is_fit, is_square=False), meaning))
    entries.append((model_swatch(TEXT_COLOR), "the model, counted as the study counted"))
    shapes = _shapes(figures)
    words = f'<p class="soft">{escape(shapes)}Vertical lines: 95 % confidence intervals.</p>'
    return legend(entries) + words


def _shapes(figures: Iterable[Placed]) -> str:
    kinds = {is_remission(figure.line.criterion) for figure in figures if isinstance(figure.line, ScoreAt)}
    names = [
        name
        for name, square in (("circles are responses", False), ("squares remissions", True))
        if square in kinds
    ]
    return f"{joined(names).capitalize()}. " if len(names) > 1 else ""
