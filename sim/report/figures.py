"""Frames as charts: fixed color, shape and dash per strategy, labels before legends, no arithmetic.

Colors keep a contrast of at least 3:1 on white and on a dark page, and never stand alone. Channels are
written out (``alt.X("cost:Q")``): from a bare text Altair goes through its whole schema, 10 ms each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.frontier import ON_FRONTIER
from sim.domain.economics import Category
from sim.report.label_places import LINE_BREAK, Place, legend_height, legend_of, named_points
from sim.report.tables import has_refused_ratio

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

COLORS = {
    "usual_care": "#767676",
    "ssri": "#9A6A00",
    "ketamine_home": "#D55E00",
    "ketamine_iv": "#0072B2",
    "ketamine_im": "#8856C8",
    "esketamine": "#009E73",
    "ect": "#CC79A7",
}
"""Colors of the strategies of the base case, the same in every chart."""
SPARE_COLORS = ("#166F63", "#F75E13", "#8526FC", "#807144", "#E164AF", "#C76CE7")
"""Colors of other strategies, in their order; far apart with any color blindness."""
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")
DASHES = ([1, 0], [6, 2], [2, 2], [8, 2, 2, 2], [4, 4], [12, 3], [6, 2, 1, 2])
HEIGHT = 340
POINT_SIZE = 110
LABEL_OFFSET = 9
EDGE = 24
"""Room between the outermost points and the frame [pixels]."""
RAY_DASH = [6, 4]
MEASURES = {
    "score": ("Mean depression score (MADRS)", "Weeks since referral"),
    "in_response": ("In response", "Weeks since referral"),
    "in_remission": ("In remission", "Weeks since referral"),
    "relapse_free": ("Responders without relapse", "Weeks since assessment"),
}
Row = Mapping[str, Any]


def cost_effectiveness_plane(
    rows: Sequence[Row], labels: Mapping[str, str], *, comparator: str, wtp: float
) -> alt.LayerChart:
    """Return extra cost against extra QALYs, the comparator at the origin.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of the comparison of one scenario.
    labels : mapping
        Plain name by strategy.
    comparator : str
        Strategy that increments are counted from.
    wtp : float
        Willingness to pay; its line is dashed, strategies below it are worth their cost [currency/QALY].

    Returns
    -------
    altair.LayerChart
        Points with labels, zero lines and the dashed line of the willingness to pay.
    """
    import altair as alt  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    points = pd.DataFrame(
        {
            "Strategy": labels[row["strategy"]],
            "Extra QALYs": row["incremental_qaly"] or 0.0,
            "Extra cost": row["incremental_cost"] or 0.0,
        }
        for row in rows
    )
    reach = [min(0.0, points["Extra QALYs"].min()), max(0.0, points["Extra QALYs"].max())]
    ray = pd.DataFrame({"Extra QALYs": reach, "Extra cost": [wtp * x for x in reach]})
    base = alt.Chart(points).encode(
        x=alt.X(
            "Extra QALYs:Q",
            title=["Extra QALYs per referred patient", f"(against {labels[comparator]})"],
            scale=alt.Scale(padding=EDGE, nice=False),
        ),
        y=alt.Y(
            "Extra cost:Q",
            title="Extra cost per referred patient",
            scale=alt.Scale(padding=EDGE, nice=False),
            axis=alt.Axis(format="$,.0f"),
        ),
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]}))
    layers = [
        zero.mark_rule(color="gray").encode(x=alt.X("zero:Q")),
        zero.mark_rule(color="gray").encode(y=alt.Y("zero:Q")),
        alt.Chart(ray)
        .mark_line(strokeDash=RAY_DASH, color="gray")
        .encode(x=alt.X("Extra QALYs:Q"), y=alt.Y("Extra cost:Q")),
        alt.Chart(ray.tail(1))
        .mark_text(align="right", dy=-LABEL_OFFSET, color="gray")
        .encode(x=alt.X("Extra QALYs:Q"), y=alt.Y("Extra cost:Q"), text=alt.value(f"${wtp:,.0f} per QALY")),
        _marked(base, rows, labels),
        *named_points(base, points, ("Extra QALYs", "Extra cost", "Strategy"), _plane_lines(points, ray)),
    ]
    return _layered(layers, "Extra cost and extra health", len(rows))


def _plane_lines(points: pd.DataFrame, ray: pd.DataFrame) -> list[list[Place]]:
    """Return the zero lines and the line of the willingness to pay, as far as points reach."""
    x, y = points["Extra QALYs"], points["Extra cost"]
    zero = [[(0.0, y.min()), (0.0, y.max())], [(x.min(), 0.0), (x.max(), 0.0)]]
    return [*zero, list(zip(ray["Extra QALYs"], ray["Extra cost"], strict=True))]


def frontier_chart(rows: Sequence[Row], labels: Mapping[str, str]) -> alt.LayerChart:
    """Return total cost against total QALYs, with the line through strategies on the frontier.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of the comparison of one scenario.
    labels : mapping
        Plain name by strategy.

    Returns
    -------
    altair.LayerChart
        Dominated strategies carry the word in their label, as do those whose gain in QALYs over the next
        cheaper one cannot be told from zero.
    """
    import altair as alt  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    points = pd.DataFrame(
        {
            "Strategy": labels[row["strategy"]],
            "QALYs": row["qaly"],
            "Cost": row["cost"],
            "Status": row["status"],
            "Label": labels[row["strategy"]] + _standing(row),
        }
        for row in rows
    )
    base = alt.Chart(points).encode(
        x=alt.X(
            "QALYs:Q",
            title="QALYs per referred patient",
            scale=alt.Scale(zero=False, padding=EDGE, nice=False),
        ),
        y=alt.Y(
            "Cost:Q",
            title="Cost per referred patient",
            scale=alt.Scale(zero=False, padding=EDGE, nice=False),
            axis=alt.Axis(format="$,.0f"),
        ),
    )
    line = base.transform_filter(alt.datum.Status == ON_FRONTIER).mark_line(color="gray")
    on = points[points["Status"] == ON_FRONTIER].sort_values("QALYs")
    bends = list(zip(on["QALYs"], on["Cost"], strict=True))
    named = named_points(base, points, ("QALYs", "Cost", "Label"), [bends])
    layers = [line, _marked(base, rows, labels), *named]
    return _layered(layers, "Cost-effectiveness frontier", len(rows))


def _standing(row: Row) -> str:
    """Say beside a point what its place on the line hides."""
    if has_refused_ratio(row):
        return f"{LINE_BREAK}(gain not told from chance)"
    return "" if row["status"] == ON_FRONTIER else f"{LINE_BREAK}({row['status']})"


def curve_chart(curves: pd.DataFrame, measure: str, labels: Mapping[str, str]) -> alt.Chart:
    """Return one weekly measure over time, a line per strategy.

    Parameters
    ----------
    curves : pandas.DataFrame
        Mean curves of one scenario: ``strategy, measure, week, value``.
    measure : str
        A key of `MEASURES`.
    labels : mapping
        Plain name by strategy.

    Returns
    -------
    altair.Chart
        Color and dash tell strategies apart.
    """
    title, weeks = MEASURES[measure]
    chosen = curves[curves["measure"] == measure]
    return _lines(chosen, labels, title=title, weeks=weeks, is_share=measure != "score")


def utilization_chart(use: pd.DataFrame, resource: str, labels: Mapping[str, str]) -> alt.Chart:
    """Return how busy one resource is week by week, a line per strategy.

    Parameters
    ----------
    use : pandas.DataFrame
        Mean utilization of one scenario: ``strategy, resource, week, utilization``.
    resource : str
        Key of the resource.
    labels : mapping
        Plain name by strategy.

    Returns
    -------
    altair.Chart
        Weeks in which the resource is closed or without a limit are left out.
    """
    chosen = use[use["resource"] == resource].rename(columns={"utilization": "value"})
    return _lines(
        chosen, labels, title="Minutes used of those offered", weeks="Weeks since day 0", is_share=True
    )


def _lines(
    values: pd.DataFrame, labels: Mapping[str, str], *, title: str, weeks: str, is_share: bool
) -> alt.Chart:
    """Draw ``value`` by ``week``, one line per strategy; color and dash tell them apart."""
    import altair as alt  # noqa: PLC0415

    known = values[values["value"].notna()]
    shown = known[["strategy", "week", "value"]].astype({"strategy": str})
    shown = shown.assign(strategy=[labels[key] for key in shown["strategy"]])
    keys = [key for key in labels if labels[key] in set(shown["strategy"])]
    chart: alt.Chart = (
        alt.Chart(shown)
        .mark_line()
        .encode(
            x=alt.X("week:Q", title=weeks),
            y=alt.Y(
                "value:Q",
                title=title,
                scale=alt.Scale(domain=[0, 1]) if is_share else alt.Scale(zero=False),
                axis=alt.Axis(format="%") if is_share else alt.Axis(),
            ),
            color=strategy_color(keys, labels),
            strokeDash=alt.StrokeDash(
                "strategy:N",
                scale=alt.Scale(domain=[labels[key] for key in keys], range=placed(DASHES, keys, labels)),
                title="Strategy",
            ),
            tooltip=[alt.Tooltip(name) for name in ("strategy:N", "week:Q", "value:Q")],
        )
        .properties(height=HEIGHT, title=title)
    )
    return chart


def category_chart(costs: pd.DataFrame, labels: Mapping[str, str]) -> alt.Chart:
    """Return cost by category, one stacked bar per strategy.

    Parameters
    ----------
    costs : pandas.DataFrame
        Cost by category of one scenario: ``strategy, category, cost``.
    labels : mapping
        Plain name by strategy.

    Returns
    -------
    altair.Chart
        Categories in the order of the impact inventory, without background care: it fills most of every
        bar and hides what differs.
    """
    import altair as alt  # noqa: PLC0415

    shown = costs[["strategy", "category", "cost"]].astype({"strategy": str, "category": str})
    shown = shown[shown["category"] != Category.BACKGROUND]
    shown = shown.assign(
        strategy=[labels[key] for key in shown["strategy"]],
        category=[name.replace("_", " ") for name in shown["category"]],
        place=[list(Category).index(Category(name)) for name in shown["category"]],
    )
    names = [category.replace("_", " ") for category in Category]
    strategies = [labels[key] for key in labels if key in set(costs["strategy"].astype(str))]
    chart: alt.Chart = (
        alt.Chart(shown)
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("cost:Q", title="Cost per referred patient", axis=alt.Axis(format="$,.0f")),
            y=alt.Y("strategy:N", title=None, scale=alt.Scale(domain=strategies)),
            color=alt.Color(
                "category:N",
                title="Category",
                scale=alt.Scale(
                    scheme="cividis", domain=[name for name in names if name in set(shown["category"])]
                ),
            ),
            order=alt.Order("place:Q"),
            tooltip=[alt.Tooltip(name) for name in ("strategy:N", "category:N")]
            + [alt.Tooltip("cost:Q", format="$,.0f")],
        )
        .properties(
            height=HEIGHT,
            title=alt.Title(
                "What the money is for", subtitle="without background care, which is in the data"
            ),
        )
    )
    return chart


def strategy_color(keys: Sequence[str], labels: Mapping[str, str], field: str = "strategy:N") -> alt.Color:
    """Return the colors of strategies, by their place in the scenario where they have none of their own."""
    import altair as alt  # noqa: PLC0415

    others = [key for key in labels if key not in COLORS]
    spare = {key: SPARE_COLORS[place % len(SPARE_COLORS)] for place, key in enumerate(others)}
    colors = [(COLORS | spare)[key] for key in keys]
    return alt.Color(
        field, title="Strategy", scale=alt.Scale(domain=[labels[key] for key in keys], range=colors)
    )


def _marked(base: alt.Chart, rows: Sequence[Row], labels: Mapping[str, str]) -> alt.Chart:
    """Draw the points with color and shape; a legend where they are too many for names beside them."""
    import altair as alt  # noqa: PLC0415

    keys = [str(row["strategy"]) for row in rows]
    color = strategy_color(keys, labels, "Strategy:N").legend(legend_of(len(rows)))
    shape = alt.Shape(
        "Strategy:N",
        scale=alt.Scale(domain=[labels[key] for key in keys], range=placed(SHAPES, keys, labels)),
        legend=legend_of(len(rows)),
    )
    points: alt.Chart = base.mark_point(filled=True, size=POINT_SIZE, opacity=1).encode(
        color=color, shape=shape
    )
    return points


def _layered(layers: Sequence[alt.Chart], title: str, n_points: int) -> alt.LayerChart:
    import altair as alt  # noqa: PLC0415

    return alt.LayerChart(layer=list(layers), height=HEIGHT + legend_height(n_points), title=title)


def placed(values: Sequence[Any], keys: Sequence[str], labels: Mapping[str, str]) -> list[Any]:
    """Return the value of each strategy by its place in the scenario, so that charts agree."""
    places = list(labels)
    return [values[places.index(key) % len(values)] for key in keys]
