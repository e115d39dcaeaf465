"""The timeline of one patient as charts below each other on the same days: score, marks, costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.domain.illness import Definitions
from sim.report.figures import strategy_color
from sim.report.marks import INK, TEXT_SIZE, TICKS
from sim.report.timeline import (
    ASSESSED,
    DECIDED,
    ENDED,
    LANES,
    LINE,
    MAINTENANCE,
    MISSED,
    RELAPSED,
    SESSION,
    VISIT,
    Point,
    Timeline,
)

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

BAR = "M-0.25,-1H0.25V1H-0.25Z"
"""An upright bar, as a path in the units of a mark."""
SHAPE_OF = {
    SESSION: "circle",
    MAINTENANCE: "square",
    MISSED: "cross",
    VISIT: "triangle-left",
    ASSESSED: "diamond",
    RELAPSED: "triangle-up",
    DECIDED: "triangle-right",
    LINE: "triangle-down",
    ENDED: BAR,
}
SCORE_HEIGHT, COST_HEIGHT, LANE_HEIGHT, LANES_MARGIN = 300, 210, 26, 95
MARK_SIZE = 70
AXIS_WIDTH = 125
"""Room left of every chart, so that days stand below each other [pixels]."""
HIGHEST_SCORE = 60.0
ROOM = 1.15
ABOVE = 6
"""From a line up to its words [pixels]."""
RULE_DASH = [3, 3]
COLUMNS = ("day", "date", "kind", "event", "what", "why", "score", "cost")


def table(one: Timeline) -> pd.DataFrame:
    """Return the story as a table, one row per event.

    Parameters
    ----------
    one : Timeline
        What to list.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`; score in MADRS points, cost cumulative and undiscounted.
    """
    import pandas as pd  # noqa: PLC0415

    lanes = {id(mark.entry): mark.lane for mark in one.marks}
    rows = [
        (
            entry.day, entry.date, lanes.get(id(entry), ""), entry.event, entry.text, entry.reason,
            entry.score, entry.cost,
        )
        for entry in one.entries
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def score_chart(
    one: Timeline, definitions: Definitions, labels: Mapping[str, str], days: tuple[float, float]
) -> alt.LayerChart:
    """Return the score over the whole follow-up, with what counts as remission and as relapse.

    Parameters
    ----------
    one : Timeline
        Whose line.
    definitions : Definitions
        Scores that mean something.
    labels : mapping
        Plain name by strategy, for the color.
    days : tuple of float
        Ends of the axis [days from day 0].

    Returns
    -------
    altair.LayerChart
        Assessments and relapses are marked on the line.
    """
    import altair as alt  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    y = alt.Y("score:Q", title=None).scale(domain=[0, HIGHEST_SCORE]).axis(_axis())
    line = (
        alt.Chart(_frame(one.score, "score", one.label))
        .mark_line(strokeWidth=2)
        .encode(x=_days(days), y=y, color=strategy_color([one.strategy], labels, "Strategy:N").legend(None))
    )
    lines = pd.DataFrame(
        {
            "score": [definitions.remission.value, definitions.relapse.value],
            "label": ["Remission at or below", "Relapse at or above, after a response"],
            "day": [days[1]] * 2,
        }
    )
    rules = alt.Chart(lines).mark_rule(color=INK, strokeDash=RULE_DASH).encode(y=y)
    words = (
        alt.Chart(lines)
        .mark_text(align="right", dy=-ABOVE, color=INK, fontSize=TEXT_SIZE - 2)
        .encode(x=_days(days), y=y, text="label:N")
    )
    kinds = [ASSESSED, RELAPSED]
    marks = _points(one, kinds).mark_point(filled=True, size=MARK_SIZE, color=INK, opacity=1)
    marks = marks.encode(x=_days(days), y=y, shape=_shape(kinds), tooltip=_tooltip())
    return alt.LayerChart(
        layer=[rules, words, line, marks], height=SCORE_HEIGHT, title="Depression score (MADRS)"
    )


def marks_chart(one: Timeline, days: tuple[float, float], lanes: Sequence[str]) -> alt.Chart:
    """Return what happened when, a row and a shape for each kind.

    Parameters
    ----------
    one : Timeline
        Whose marks.
    days : tuple of float
        As for `score_chart`.
    lanes : sequence of str
        Kinds that are drawn.

    Returns
    -------
    altair.Chart
        Named on the left; the sentence of each mark is its tooltip.
    """
    import altair as alt  # noqa: PLC0415

    y = alt.Y("kind:N", title=None, sort=list(lanes)).scale(domain=list(lanes))
    chart: alt.Chart = (
        _points(one, lanes)
        .mark_point(filled=True, size=MARK_SIZE, color=INK, opacity=1)
        .encode(x=_days(days), y=y.axis(_axis()), shape=_shape(lanes), tooltip=_tooltip())
        .properties(height=LANE_HEIGHT * len(lanes) + LANES_MARGIN, title="What happened")
    )
    return chart


def cost_chart(
    one: Timeline, labels: Mapping[str, str], days: tuple[float, float], most: float, title: str
) -> alt.Chart:
    """Return the cost so far over the whole follow-up.

    Parameters
    ----------
    one : Timeline
        Whose cost.
    labels : mapping
        Plain name by strategy, for the color.
    days : tuple of float
        As for `score_chart`.
    most : float
        Top of the axis [currency].
    title : str
        Of the chart.

    Returns
    -------
    altair.Chart
        A line that jumps where something is paid for.
    """
    import altair as alt  # noqa: PLC0415

    y = alt.Y("cost:Q", title=None).scale(domain=[0, most * ROOM]).axis(_axis(form="$~s"))
    chart: alt.Chart = (
        alt.Chart(_frame(one.cost, "cost", one.label))
        .mark_line(strokeWidth=2)
        .encode(x=_days(days), y=y, color=strategy_color([one.strategy], labels, "Strategy:N").legend(None))
        .properties(height=COST_HEIGHT, title=title)
    )
    return chart


def lanes_of(*timelines: Timeline) -> list[str]:
    """Return the kinds of marks that some of these timelines have, from top to bottom."""
    seen = {mark.lane for one in timelines for mark in one.marks}
    return [lane for lane in LANES if lane in seen]


def _frame(points: Sequence[Point], name: str, label: str) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    rows = [(point.day, point.value, label) for point in points]
    return pd.DataFrame(rows, columns=["day", name, "Strategy"])


def _points(one: Timeline, lanes: Sequence[str]) -> alt.Chart:
    import altair as alt  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    rows = [
        (mark.day, mark.lane, mark.entry.date, mark.entry.text, mark.entry.reason, mark.entry.score)
        for mark in one.marks
        if mark.lane in lanes
    ]
    return alt.Chart(pd.DataFrame(rows, columns=["day", "kind", "date", "what", "why", "score"]))


def _shape(lanes: Sequence[str]) -> alt.Shape:
    import altair as alt  # noqa: PLC0415

    scale = alt.Scale(domain=list(lanes), range=[SHAPE_OF[lane] for lane in lanes])
    return alt.Shape("kind:N", scale=scale, legend=None)


def _tooltip() -> list[Any]:
    import altair as alt  # noqa: PLC0415

    return [alt.Tooltip(f"{name}:N", title=name) for name in ("date", "kind", "what", "why")]


def _days(days: tuple[float, float]) -> alt.X:
    import altair as alt  # noqa: PLC0415

    axis = alt.Axis(title="Day", format="d", tickCount=TICKS, grid=True)
    return alt.X("day:Q", scale=alt.Scale(domain=list(days), nice=False), axis=axis)


def _axis(form: str | None = None) -> alt.Axis:
    import altair as alt  # noqa: PLC0415

    written = alt.Undefined if form is None else form
    return alt.Axis(
        minExtent=AXIS_WIDTH, maxExtent=AXIS_WIDTH, labelLimit=AXIS_WIDTH, grid=True, format=written
    )
