"""Charts of a validation: published and simulated figures one below the other, scores over time by study.

Shape tells what color tells. Labels stand above their figures, so that they cost a narrow page no width.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.agreement import Scale
from sim.domain.targets import Kind
from sim.report.chosen import AGREES, DIFFERS, OPEN, mark_of
from sim.report.figures import DASHES, HEIGHT, placed, strategy_color
from sim.report.numbers import share
from sim.report.score_figures import LEAST_FOLLOWED
from sim.report.validation import predicted_text, published_text, simulated_text, verdict
from sim.units import DAYS_PER_WEEK

if TYPE_CHECKING:
    import altair as alt
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Row = Mapping[str, Any]
Names = Mapping[str, Mapping[str, str]]
STEP = 42
"""Height of a figure with its label [pixels]."""
FRAME = 120
"""Height of legend and axis, which a page counts as part of a chart [pixels]."""
LABEL_RISE, STRIP_DROP, LABEL_INDENT = -11, 8, -3
"""How far a label stands from the middle, its marks from there, and the label from the edge [pixels]."""
POINT_SIZE = 80
INTERVALS = (("predicted_low", "predicted_high", 13, 0.3), ("published_low", "published_high", 1.5, 1))
"""Ends, width [pixels] and opacity of the intervals."""
TITLES = {
    Scale.SHARE: "Share of patients",
    Scale.RATIO: "Hazard ratio of relapse",
    Scale.DIFFERENCE: "Difference of shares",
}
FORMATS = {Scale.SHARE: "%", Scale.RATIO: "~g", Scale.DIFFERENCE: "+.0%"}
PUBLISHED = "published"
LOOKS = {
    PUBLISHED: ("#767676", "diamond"),
    f"simulated, agrees {AGREES}": ("#0072B2", "circle"),
    f"simulated, does not agree {DIFFERS}": ("#D55E00", "cross"),
    f"simulated, cannot be judged {OPEN}": ("#CC79A7", "square"),
}
"""Color and shape of the points, by what they are."""
BAND_OPACITY = 0.2
LEGEND_LINE = 500
"""Size of the lines in a legend [square pixels]."""
SHARES = {"response": [1, 0], "remission": [2, 3]}
"""Dash of each share."""
TIME = "Weeks since the first session"


def scales_of(rows: Sequence[Row]) -> list[Scale]:
    """Return the scales on which some of the figures are written."""
    return [scale for scale in Scale if any(row["scale"] == scale for row in rows)]


def forest_chart(rows: Sequence[Row], scale: Scale, names: Names) -> alt.LayerChart:
    """Return the figures of one scale, one below the other.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of one kind, from `sim.report.validation.validation_content`.
    scale : Scale
        Only figures written like this are drawn.
    names : mapping
        Name by study and strategy.

    Returns
    -------
    altair.LayerChart
        Diamond: published, with its confidence interval as a thin line and, of a check, its prediction
        interval as a broad one. Other points: simulated, by whether they agree.
    """
    import altair as alt  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    chosen = [row for row in rows if row["scale"] == scale]
    told = [_told(row, names) for row in chosen]
    base = alt.Chart(pd.DataFrame(told)).encode(
        y=_places(told), tooltip=["Where", "Reported", "Published", "Simulated", "Predicted", "Result"]
    )
    layers = [
        base.transform_filter(f"isValid(datum.{low})")
        .mark_rule(strokeWidth=width, opacity=opacity, color="gray", yOffset=STRIP_DROP)
        .encode(x=_across(low, scale), x2=high)
        for low, high, width, opacity in INTERVALS
        if any(row[low] is not None for row in told)
    ]
    return alt.LayerChart(layer=[*layers, _points(base, told, scale)], height=FRAME + STEP * len(chosen))


def score_frame(curves: Mapping[str, Mapping[str, NDArray[np.float64]]]) -> pd.DataFrame:
    """Return the scores of one study over time as a frame.

    Parameters
    ----------
    curves : mapping
        By strategy, as `sim.outcomes.mean_scores.mean_scores` returns it.

    Returns
    -------
    pandas.DataFrame
        Columns ``strategy, days, n, mean, low, high, response, remission``, as long as half of the starters
        are followed; nothing of strategies in which nobody begins.
    """
    import pandas as pd  # noqa: PLC0415

    columns = ["strategy", "days", "n", "mean", "low", "high", *SHARES]
    frames = [
        pd.DataFrame({"strategy": key, **curve})[curve["n"] >= max(1, LEAST_FOLLOWED * curve["n"][0])]
        for key, curve in curves.items()
        if len(curve["n"])
    ]
    return pd.concat([frame for frame in frames if len(frame)] or [pd.DataFrame(columns=columns)])[columns]


def score_chart(scores: pd.DataFrame, labels: Mapping[str, str]) -> alt.LayerChart:
    """Return the mean score over time, a line per strategy, with the middle half of patients shaded.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `score_frame`.
    labels : mapping
        Plain name by strategy.

    Returns
    -------
    altair.LayerChart
        Color and dash tell strategies apart.
    """
    import altair as alt  # noqa: PLC0415

    keys = [key for key in labels if key in set(scores["strategy"])]
    base = alt.Chart(_named(scores, labels)).encode(x=_weeks(), color=_color(keys, labels))
    title = "Mean score (MADRS), shaded: middle half"
    dash = alt.StrokeDash(
        "strategy:N",
        scale=alt.Scale(domain=[labels[key] for key in keys], range=placed(DASHES, keys, labels)),
        legend=_below("Strategy"),
    )
    layers = [
        base.mark_area(opacity=BAND_OPACITY).encode(y=alt.Y("low:Q", title="MADRS points"), y2="high"),
        base.mark_line().encode(
            y=alt.Y("mean:Q", title="MADRS points"),
            strokeDash=dash,
            tooltip=["strategy", "week", "n", "mean", "low", "high"],
        ),
    ]
    return alt.LayerChart(layer=layers, height=HEIGHT + FRAME, title=title)


def share_chart(scores: pd.DataFrame, labels: Mapping[str, str]) -> alt.Chart:
    """Return the shares who respond and who are in remission over time.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `score_frame`.
    labels : mapping
        Plain name by strategy.

    Returns
    -------
    altair.Chart
        Color tells strategies apart; responses are unbroken lines, remissions dotted ones.
    """
    import altair as alt  # noqa: PLC0415

    keys = [key for key in labels if key in set(scores["strategy"])]
    long = _named(scores, labels).melt(["strategy", "week", "n"], list(SHARES), "what", "share")
    chart: alt.Chart = (
        alt.Chart(long)
        .mark_line()
        .encode(
            x=_weeks(),
            y=alt.Y(
                "share:Q",
                title="Share of starters",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%"),
            ),
            color=_color(keys, labels),
            strokeDash=alt.StrokeDash(
                "what:N",
                scale=alt.Scale(domain=list(SHARES), range=list(SHARES.values())),
                legend=_below("Share"),
            ),
            tooltip=["strategy", "what", "week", "n", alt.Tooltip("share", format=".1%")],
        )
        .properties(height=HEIGHT + FRAME, title="Response and remission")
    )
    return chart


def told_scores(scores: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Return in words how the score runs, for those who do not see the charts."""
    ends = [
        (labels[str(key)], arm.iloc[0], arm.iloc[-1]) for key, arm in scores.groupby("strategy", sort=False)
    ]
    return " ".join(
        f"{label}: mean score {first['mean']:.1f} at first and {last['mean']:.1f} on day {last['days']:.0f}, "
        f"when {share(last['response'])} respond and {share(last['remission'])} are in remission."
        for label, first, last in ends
    )


def _told(row: Row, names: Names) -> dict[str, object]:
    """Return a figure as a row of the frame: its numbers, and all of it in words."""
    arm = names[row["study"]][row["strategy"]]
    numbers = ("target", "published", "published_low", "published_high", "simulated")
    is_check = row["kind"] == Kind.CHECK
    return {name: row[name] for name in numbers} | {
        "predicted_low": row["low"] if is_check else None,
        "predicted_high": row["high"] if is_check else None,
        "Where": arm,
        "Reported": row["quantity"],
        "Published": published_text(row),
        "Simulated": simulated_text(row),
        "Predicted": predicted_text(row) if is_check else "",
        "Result": verdict(row),
        "mark": mark_of(row),
        "label": f"{row['quantity']} ({arm})",
    }


def _points(base: alt.Chart, told: Sequence[Row], scale: Scale) -> alt.Chart:
    """Draw published and simulated figures, the simulated ones on top."""
    import altair as alt  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    points = [point for row in told for point in _pair(row)]
    looks = [look for look in LOOKS if any(point["what"] == look for point in points)]
    colors, shapes = zip(*(LOOKS[look] for look in looks), strict=True)
    legend = alt.Legend(title=None, orient="top", columns=2, labelLimit=0)
    drawn: alt.Chart = (
        base.properties(data=pd.DataFrame(points))
        .mark_point(filled=True, size=POINT_SIZE, opacity=1, yOffset=STRIP_DROP)
        .encode(
            x=_across("figure", scale),
            color=alt.Color("what:N", scale=alt.Scale(domain=looks, range=list(colors)), legend=legend),
            shape=alt.Shape("what:N", scale=alt.Scale(domain=looks, range=list(shapes)), legend=legend),
        )
    )
    return drawn


def _pair(row: Row) -> Iterator[dict[str, object]]:
    """Yield the published and, if there is one, the simulated point of a figure."""
    yield {**row, "what": PUBLISHED, "figure": row["published"]}
    if row["simulated"] is not None:
        (what,) = (look for look in LOOKS if look.endswith(str(row["mark"])))
        yield {**row, "what": what, "figure": row["simulated"]}


def _places(told: Sequence[Row]) -> alt.Y:
    """Place figures one below the other, each with its label inside the plot, above its marks."""
    import altair as alt  # noqa: PLC0415

    labels = json.dumps({row["target"]: row["label"] for row in told})
    axis = alt.Axis(
        title=None,
        labelExpr=f"({labels})[datum.value]",
        labelAlign="left",
        labelBaseline="middle",
        labelPadding=LABEL_INDENT,
        labelOffset=LABEL_RISE,
        labelLimit=alt.ExprRef("width"),
        tickBand="extent",
        ticks=False,
        domain=False,
        grid=True,
        zindex=1,
    )
    order = [row["target"] for row in told]
    return alt.Y("target:N", sort=order, scale=alt.Scale(type="band", padding=0), axis=axis)


def _across(field: str, scale: Scale) -> alt.X:
    import altair as alt  # noqa: PLC0415

    kinds = {
        Scale.SHARE: alt.Scale(domain=[0, 1]),
        Scale.RATIO: alt.Scale(type="log"),
        Scale.DIFFERENCE: alt.Scale(zero=True),
    }
    axis = alt.Axis(format=FORMATS[scale], orient="top")
    return alt.X(f"{field}:Q", title=TITLES[scale], scale=kinds[scale], axis=axis)


def _named(scores: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    return scores.assign(
        strategy=[labels[key] for key in scores["strategy"]], week=scores["days"] / DAYS_PER_WEEK
    )


def _weeks() -> alt.X:
    import altair as alt  # noqa: PLC0415

    return alt.X("week:Q", title=TIME)


def _color(keys: Sequence[str], labels: Mapping[str, str]) -> alt.Color:
    return strategy_color(keys, labels).legend(_below("Strategy"))


def _below(title: str) -> alt.Legend:
    """Return a legend below the plot, where it costs no width."""
    import altair as alt  # noqa: PLC0415

    return alt.Legend(
        title=title,
        orient="bottom",
        direction="vertical",
        labelLimit=0,
        symbolType="stroke",
        symbolOpacity=1,
        symbolStrokeWidth=2,
        symbolSize=LEGEND_LINE,
    )
