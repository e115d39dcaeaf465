"""Charts of a validation plot what they are given, tell it in shapes as well, and leave out what is undefined."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.agreement import Scale
from sim.report import validation_charts
from sim.report.validation_charts import (
    forest_chart,
    scales_of,
    score_chart,
    score_frame,
    share_chart,
    told_scores,
)

ROW = {
    "target": "a", "kind": "check", "study": "trial", "strategy": "tablets", "quantity": 'Response "now"',
    "scale": "share", "published": 0.5, "published_low": 0.4, "published_high": 0.6, "low": 0.3, "high": 0.7,
    "simulated": 0.55, "se": 0.004, "inside": True, "inside_published": True,
}  # fmt: skip
OUTSIDE = ROW | {"target": "b", "simulated": 0.9, "inside": False, "inside_published": False}
NOBODY = OUTSIDE | {"target": "c", "simulated": None, "se": None}
RATIO = ROW | {"target": "d", "scale": "ratio"}
FIT = ROW | {"target": "e", "kind": "fit"}
BARE = FIT | {"target": "f", "published_low": None, "published_high": None}
NAMES = {"trial": {"tablets": "The trial: Tablets"}}
LABELS = {"usual_care": "Usual care", "tablets": "Tablets", "infusion": "Infusion"}


def curve(n):
    score, reached = np.array([30.0, 20.0, 15.0]), np.array([0.0, 0.3, 0.5])
    return {
        "days": np.array([0.0, 7.0, 14.0]),
        "n": np.array(n, dtype=np.float64),
        "mean": score,
        "low": score - 5,
        "high": score + 5,
        "response": reached,
        "remission": reached / 2,
    }


@pytest.fixture
def scores():
    return score_frame(
        {"usual_care": curve([0, 0, 0]), "tablets": curve([9, 8, 7]), "infusion": curve([8, 4, 3])}
    )


def spec_of(chart):
    return chart.to_dict()


def values_of(spec):
    return [row for rows in spec["datasets"].values() for row in rows]


def points_of(rows, scale=Scale.SHARE):
    spec = spec_of(forest_chart(rows, scale, NAMES))
    return {(row["target"], row["what"], row["figure"]) for row in values_of(spec) if "what" in row}


def test_published_and_simulated_points_are_those_of_the_rows():
    assert points_of([ROW, OUTSIDE]) == {
        ("a", "published", 0.5),
        ("a", "simulated, agrees ✓", 0.55),
        ("b", "published", 0.5),
        ("b", "simulated, does not agree ✗", 0.9),
    }


def test_a_figure_that_nobody_could_be_counted_for_has_its_published_point_only():
    assert points_of([NOBODY]) == {("c", "published", 0.5)}


def test_points_differ_in_shape_as_well_as_color():
    spec = spec_of(forest_chart([ROW, OUTSIDE], Scale.SHARE, NAMES))
    encoding = spec["layer"][-1]["encoding"]
    assert encoding["shape"]["scale"]["range"] == ["diamond", "circle", "cross"]
    assert len(set(encoding["color"]["scale"]["range"])) == 3
    assert encoding["shape"]["scale"]["domain"] == encoding["color"]["scale"]["domain"]


def test_a_check_has_both_intervals_and_a_fit_its_confidence_interval_only():
    def ends(row):
        layers = spec_of(forest_chart([row], Scale.SHARE, NAMES))["layer"][:-1]
        return [layer["encoding"]["x"]["field"] for layer in layers]

    assert ends(ROW) == ["predicted_low", "published_low"]
    assert ends(FIT) == ["published_low"]
    assert ends(BARE) == []


def test_only_figures_of_the_scale_are_drawn_in_their_order():
    spec = spec_of(forest_chart([OUTSIDE, RATIO, ROW], Scale.SHARE, NAMES))
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["b", "a"]
    assert scales_of([RATIO, ROW]) == [Scale.SHARE, Scale.RATIO]


def test_shares_run_from_0_to_1_and_ratios_on_a_logarithm():
    share, ratio = (
        spec_of(forest_chart([ROW, RATIO], scale, NAMES))["layer"][0]["encoding"]["x"]["scale"]
        for scale in (Scale.SHARE, Scale.RATIO)
    )
    assert share == {"domain": [0, 1]}
    assert ratio == {"type": "log"}


def test_labels_hold_what_was_reported_and_where_whatever_its_letters():
    spec = spec_of(forest_chart([ROW], Scale.SHARE, NAMES))
    expression = spec["layer"][0]["encoding"]["y"]["axis"]["labelExpr"]
    assert expression == r'({"a": "Response \"now\" (The trial: Tablets)"})[datum.value]'


def test_a_point_tells_its_figures_in_words():
    spec = spec_of(forest_chart([ROW], Scale.SHARE, NAMES))
    told = next(row for row in values_of(spec) if row.get("what") == "published")
    assert (told["Published"], told["Simulated"], told["Predicted"], told["Result"]) == (
        "50.0% (40.0% to 60.0%)",
        "55.0% ± 0.40",
        "30.0% to 70.0%",
        "inside, also the published one",
    )


def test_scores_end_when_fewer_than_half_of_the_starters_are_followed(scores):
    told = scores.groupby("strategy", sort=False)["days"].apply(list).to_dict()
    assert told == {"tablets": [0.0, 7.0, 14.0], "infusion": [0.0, 7.0]}


def test_a_study_in_which_nobody_begins_gives_an_empty_frame():
    empty = score_frame({"usual_care": curve([0, 0, 0])})
    assert empty.empty
    assert list(empty) == ["strategy", "days", "n", "mean", "low", "high", "response", "remission"]


def test_the_score_chart_has_a_band_of_quartiles_and_a_mean_in_weeks(scores):
    spec = spec_of(score_chart(scores, LABELS))
    band, line = spec["layer"]
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    assert line["encoding"]["y"]["field"] == "mean"
    drawn = [(row["strategy"], row["week"], row["mean"]) for row in values_of(spec)]
    assert drawn[:3] == [("Tablets", 0.0, 30.0), ("Tablets", 1.0, 20.0), ("Tablets", 2.0, 15.0)]


def test_lines_of_strategies_differ_in_dash_as_well_as_color(scores):
    encoding = spec_of(score_chart(scores, LABELS))["layer"][1]["encoding"]
    assert encoding["color"]["scale"]["domain"] == ["Tablets", "Infusion"]
    assert len(set(encoding["color"]["scale"]["range"])) == 2
    first, second = encoding["strokeDash"]["scale"]["range"]
    assert first != second


def test_the_share_chart_draws_response_and_remission_from_0_to_1(scores):
    spec = spec_of(share_chart(scores, LABELS))
    assert spec["encoding"]["y"]["scale"]["domain"] == [0, 1]
    drawn = {(row["strategy"], row["what"], row["week"]): row["share"] for row in values_of(spec)}
    assert drawn["Tablets", "response", 2.0] == 0.5
    assert drawn["Tablets", "remission", 2.0] == 0.25
    assert len(drawn) == 10


def test_scores_are_told_in_words_too(scores):
    assert told_scores(scores, LABELS).startswith(
        "Tablets: mean score 30.0 at first and 15.0 on day 14, when 50.0% respond and 25.0% are in remission."
    )


def contrast(color, background):
    def luminance(code):
        parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(color), luminance(background)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("background", ["#ffffff", "#0e1117"])
@pytest.mark.parametrize("what", list(validation_charts.LOOKS))
def test_points_stand_out_from_a_light_and_a_dark_page(what, background):
    color, _ = validation_charts.LOOKS[what]
    assert contrast(color, background) >= 3
