"""Charts plot what they are given, with the right axes, and tell strategies apart without color."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from sim.report import figures

LABELS = {"usual_care": "Usual care", "ketamine_home": "At home"}
ROWS = [
    {"strategy": "usual_care", "cost": 100.0, "qaly": 1.0, "incremental_cost": None, "incremental_qaly": None}
    | {"status": "on frontier"},
    {
        "strategy": "ketamine_home",
        "cost": 90.0,
        "qaly": 0.9,
        "incremental_cost": -10.0,
        "incremental_qaly": -0.1,
    }
    | {"status": "dominated"},
]


@pytest.fixture
def curves():
    return pd.DataFrame(
        {
            "strategy": ["usual_care", "ketamine_home", "usual_care"],
            "measure": ["score", "score", "relapse_free"],
            "week": [0, 0, 0],
            "value": [32.0, 31.0, float("nan")],
        }
    )


def values_of(spec):
    return [row for rows in spec["datasets"].values() for row in rows]


def test_the_plane_puts_the_comparator_at_the_origin_and_labels_the_willingness_to_pay():
    spec = figures.cost_effectiveness_plane(ROWS, LABELS, comparator="usual_care", wtp=50_000).to_dict()
    assert {"Strategy": "Usual care", "Extra QALYs": 0.0, "Extra cost": 0.0} in values_of(spec)
    assert "$50,000 per QALY" in str(spec)
    assert "against Usual care" in str(spec)


def test_the_line_of_the_willingness_to_pay_runs_through_the_origin():
    spec = figures.cost_effectiveness_plane(ROWS, LABELS, comparator="usual_care", wtp=50_000).to_dict()
    assert {"Extra QALYs": -0.1, "Extra cost": -5000.0} in values_of(spec)
    assert {"Extra QALYs": 0.0, "Extra cost": 0.0} in values_of(spec)


def test_dominated_strategies_say_so_on_the_frontier_chart():
    spec = figures.frontier_chart(ROWS, LABELS).to_dict()
    assert {row["Label"] for row in values_of(spec)} == {"Usual care", "At home\n(dominated)"}


def test_a_gain_that_chance_can_explain_is_marked_on_the_frontier_chart():
    unclear = ROWS[1] | {"status": "on frontier", "icer": None, "icer_versus": "usual_care"}
    spec = figures.frontier_chart([ROWS[0], unclear], LABELS).to_dict()
    assert {row["Label"] for row in values_of(spec)} == {"Usual care", "At home\n(gain not told from chance)"}


def test_points_keep_a_distance_from_the_frame_so_that_their_names_are_not_cut():
    plane = figures.cost_effectiveness_plane(ROWS, LABELS, comparator="usual_care", wtp=1.0).to_dict()
    frontier = figures.frontier_chart(ROWS, LABELS).to_dict()
    for spec in (plane, frontier):
        marks = next(layer for layer in spec["layer"] if "shape" in layer.get("encoding", {}))
        assert [marks["encoding"][axis]["scale"]["padding"] for axis in "xy"] == [figures.EDGE] * 2


def test_a_legend_names_points_that_are_too_many_for_names_beside_them():
    labels = {str(place): f"Mix {place}" for place in range(9)}
    rows = [ROWS[0] | {"strategy": key} for key in labels]
    for n_rows, has_legend in ((8, False), (9, True)):
        spec = figures.frontier_chart(rows[:n_rows], labels).to_dict()
        marks = next(layer for layer in spec["layer"] if "shape" in layer.get("encoding", {}))
        assert (marks["encoding"]["color"]["legend"] is not None) == has_legend
        assert any(layer["mark"]["type"] == "text" for layer in spec["layer"]) != has_legend


def test_points_differ_in_shape_and_lines_in_dash(curves):
    plane = figures.cost_effectiveness_plane(ROWS, LABELS, comparator="usual_care", wtp=1.0).to_dict()
    shapes = [
        layer["encoding"]["shape"]["scale"]["range"]
        for layer in plane["layer"]
        if "shape" in layer.get("encoding", {})
    ]
    dashes = figures.curve_chart(curves, "score", LABELS).to_dict()["encoding"]["strokeDash"]["scale"][
        "range"
    ]
    assert shapes == [["circle", "square"]]
    assert dashes == [[1, 0], [6, 2]]


def test_a_share_is_drawn_from_0_to_1_and_undefined_values_are_left_out(curves):
    spec = figures.curve_chart(curves, "relapse_free", LABELS).to_dict()
    assert spec["encoding"]["y"]["scale"]["domain"] == [0, 1]
    assert values_of(spec) == []


def test_the_score_chart_plots_the_values_it_is_given(curves):
    spec = figures.curve_chart(curves, "score", LABELS).to_dict()
    assert values_of(spec) == [
        {"strategy": "Usual care", "week": 0, "value": 32.0},
        {"strategy": "At home", "week": 0, "value": 31.0},
    ]


def test_the_use_of_a_resource_is_drawn_by_week_and_closed_weeks_are_left_out():
    use = pd.DataFrame(
        {
            "strategy": ["ketamine_home", "ketamine_home", "ketamine_home"],
            "resource": ["guides", "guides", "chairs"],
            "week": [0, 1, 0],
            "utilization": [0.5, float("nan"), 0.9],
        }
    )
    spec = figures.utilization_chart(use, "guides", LABELS).to_dict()
    assert values_of(spec) == [{"strategy": "At home", "week": 0, "value": 0.5}]
    assert spec["encoding"]["y"]["scale"]["domain"] == [0, 1]


def test_costs_are_stacked_by_category_in_words():
    costs = pd.DataFrame({"strategy": ["usual_care"], "category": ["adverse_events"], "cost": [12.0]})
    spec = figures.category_chart(costs, LABELS).to_dict()
    assert values_of(spec) == [
        {"strategy": "Usual care", "category": "adverse events", "cost": 12.0, "place": 6}
    ]


def test_costs_are_stacked_as_the_legend_lists_them_and_who_costs_nothing_has_a_row():
    costs = pd.DataFrame(
        {
            "strategy": ["usual_care", "ketamine_home", "ketamine_home"],
            "category": ["background", "drug", "screening"],
            "cost": [9.0, 2.0, 1.0],
        }
    )
    drawn = figures.category_chart(costs, LABELS).to_dict()
    place = {row["category"]: row["place"] for row in values_of(drawn)}
    assert drawn["encoding"]["order"]["field"] == "place"
    assert drawn["encoding"]["color"]["scale"]["domain"] == sorted(place, key=place.__getitem__)
    assert drawn["encoding"]["y"]["scale"]["domain"] == ["Usual care", "At home"]


def test_a_strategy_has_the_same_color_in_every_chart(curves):
    line = figures.curve_chart(curves, "score", LABELS).to_dict()["encoding"]["color"]["scale"]["range"]
    assert line == [figures.COLORS["usual_care"], figures.COLORS["ketamine_home"]]


def contrast(color, background):
    def luminance(code):
        parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(color), luminance(background)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("background", ["#ffffff", "#0e1117"])
@pytest.mark.parametrize("color", [*figures.COLORS.values(), *figures.SPARE_COLORS])
def test_colors_stand_out_on_light_and_dark_pages(color, background):
    assert contrast(color, background) >= 3


SIGHTS = {
    "full": np.eye(3),
    "without red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "without green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "without blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
"""Linear RGB as seen (Machado, Oliveira, Fernandes 2009, doi:10.1109/TVCG.2009.113, severity 1)."""


def seen(color, sight):
    """Return CIELAB coordinates of a color under one kind of sight."""
    code = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(np.asarray(sight) @ linear, 0, 1) / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHTS.values(), ids=SIGHTS)
def test_colors_of_other_strategies_stay_apart_with_any_color_blindness(sight):
    apart = [
        np.linalg.norm(seen(one, sight) - seen(other, sight))
        for one, other in combinations(figures.SPARE_COLORS, 2)
    ]
    assert min(apart) > 20


def test_a_strategy_keeps_its_dash_where_others_are_missing(curves):
    alone = curves[curves["strategy"] == "ketamine_home"]
    dash = figures.curve_chart(alone, "score", LABELS).to_dict()["encoding"]["strokeDash"]["scale"]["range"]
    assert dash == [[6, 2]]
