"""How the score of starters runs in each study: its mean and quartiles, who responds, who is in remission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from sim.report.figures import COLORS, SPARE_COLORS
from sim.report.numbers import count, days, share
from sim.report.page_parts import folded, legend, table_html
from sim.report.svg import Axis, Line, lines_svg, swatch_svg
from sim.report.tables import Table
from sim.units import DAYS_PER_WEEK

Curve = Mapping[str, NDArray[np.float64]]
DASHES = ("", "7 3", "2 3", "9 3 2 3")
"""By place of the arm; responses are drawn whole and remissions dotted."""
DOTTED = "2 4"
LEAST_FOLLOWED = 0.5
"""Curves end when fewer of the starters are followed."""
WEEK_STEPS = (1, 2, 4, 8, 13, 26, 52)
MOST_TICKS = 8
SCORE_STEP = 10
TABLE_DAYS = 28
"""From then on the table tells every so many days."""
HIGHEST_SHARE, QUARTERS = 1.0, (0.0, 0.25, 0.5, 0.75, 1.0)
TIME = "Weeks since the first session"
HEADER = ("Arm", "Day", "Patients", "Mean score", "Quartiles", "Response", "Remission")


def score_figure(title: str, curves: Mapping[str, Curve], labels: Mapping[str, str], identity: str) -> str:
    """Return the score of the arms of one study over time as HTML: two drawings and a table.

    Parameters
    ----------
    title : str
        Name of the study.
    curves : mapping
        By strategy, as `sim.outcomes.mean_scores.mean_scores` returns it.
    labels : mapping
        Plain name by strategy.
    identity : str
        Unique on the page.

    Returns
    -------
    str
        A sentence instead when nobody begins a course.
    """
    arms = {
        key: followed
        for key, curve in curves.items()
        if len((followed := _followed(curve))["days"]) and followed["n"][0]
    }
    heading = f"<h3>{escape(title)}</h3>"
    if not arms:
        return f'{heading}<p class="soft">Nobody begins a course in this study.</p>'
    across = _weeks(max(float(curve["days"][-1]) for curve in arms.values()))
    looks = {key: _look(key, place) for place, key in enumerate(arms)}
    scores, score_drawing = _scores(title, arms, labels, looks, across, identity)
    shares, share_drawing = _shares(title, arms, labels, looks, across, identity)
    table = Table("Score [MADRS points] and shares by day", HEADER, tuple(_rows(arms, labels)))
    return (
        f'{heading}<figure><div class="panels"><div><figcaption>Mean score (MADRS), shaded: middle half '
        f"of patients</figcaption>{score_drawing}{_legend(scores)}</div><div><figcaption>Response and "
        f"remission, share of starters</figcaption>{share_drawing}{_legend(shares)}</div></div>"
        f"{folded('Table', table_html(table))}</figure>"
    )


def _followed(curve: Curve) -> dict[str, NDArray[np.float64]]:
    """Cut a curve where fewer than half of the starters are followed so long."""
    n = curve["n"]
    kept = int(np.argmax(np.append(n < LEAST_FOLLOWED * n[0], True)))
    return {name: values[:kept] for name, values in curve.items()}


def _look(key: str, place: int) -> tuple[str, str]:
    """Return color and dash of an arm."""
    return COLORS.get(key, SPARE_COLORS[place % len(SPARE_COLORS)]), DASHES[place % len(DASHES)]


def _scores(
    title: str,
    arms: Mapping[str, Curve],
    labels: Mapping[str, str],
    looks: Mapping[str, tuple[str, str]],
    across: Axis,
    identity: str,
) -> tuple[list[Line], str]:
    lines = [
        Line(
            labels[key],
            *looks[key],
            _points(curve, "mean"),
            list(zip(*(curve[name].tolist() for name in ("days", "low", "high")), strict=True)),
        )
        for key, curve in arms.items()
    ]
    highest = max(float(curve["high"].max()) for curve in arms.values())
    top = max(1, -int(-highest // SCORE_STEP)) * SCORE_STEP
    up = Axis(
        0.0, top, tuple(float(tick) for tick in range(0, top + 1, SCORE_STEP)), lambda score: f"{score:.0f}"
    )
    told = "; ".join(
        f"{labels[key]}: {curve['mean'][0]:.1f} at first, "
        f"{curve['mean'][-1]:.1f} on day {curve['days'][-1]:.0f}"
        for key, curve in arms.items()
    )
    words = (f"{title}: mean score", told, TIME)
    return lines, lines_svg(lines, across, up, words=words, identity=f"{identity}-score")


def _shares(
    title: str,
    arms: Mapping[str, Curve],
    labels: Mapping[str, str],
    looks: Mapping[str, tuple[str, str]],
    across: Axis,
    identity: str,
) -> tuple[list[Line], str]:
    lines = [
        Line(f"{labels[key]}: {name}", looks[key][0], dash, _points(curve, name))
        for key, curve in arms.items()
        for name, dash in (("response", looks[key][1]), ("remission", DOTTED))
    ]
    up = Axis(0.0, HIGHEST_SHARE, QUARTERS, lambda value: f"{value:.0%}")
    told = "; ".join(
        f"{labels[key]}: on day {curve['days'][-1]:.0f} {share(curve['response'][-1])} respond, "
        f"{share(curve['remission'][-1])} are in remission"
        for key, curve in arms.items()
    )
    words = (f"{title}: response and remission", told, TIME)
    return lines, lines_svg(lines, across, up, words=words, identity=f"{identity}-share")


def _points(curve: Curve, name: str) -> list[tuple[float, float]]:
    return list(zip(curve["days"].tolist(), curve[name].tolist(), strict=True))


def _weeks(last_day: float) -> Axis:
    """Return an axis of days labelled in weeks."""
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
        if day <= TABLE_DAYS or day % TABLE_DAYS == 0
    ]


def _legend(lines: Sequence[Line]) -> str:
    return legend((swatch_svg(line), line.label) for line in lines)
