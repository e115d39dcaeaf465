"""Published figures on the curves of a study: where they stand, how they look, what is said of them."""

from __future__ import annotations

import re

import numpy as np
import pytest
from pydantic import TypeAdapter

from sim.domain.measures import Measure
from sim.domain.targets import Targets
from sim.outcomes.study_curves import CourseDays, StudyCurve, line_of
from sim.report.page_parts import STYLE
from sim.report.placed import placed_figures
from sim.report.plot_svg import BOTTOM, LEFT, RIGHT, TOP, Line, Point, Words, plot_svg
from sim.report.score_figures import Course, course_figure
from sim.report.svg import Axis

RESPONSE = {
    "what": "score_at",
    "among": "starters",
    "criterion": {"improvement": 0.5},
    "moment": "assessment",
}
REMISSION = RESPONSE | {"criterion": {"score": 12.0}}
RELAPSE = {"what": "relapse_by", "among": "remitters", "days": 90.0, "landmark_days": 84.0}
FIT = {
    "study": "trial",
    "strategy": "ect",
    "kind": "fit",
    "quantity": "Response",
    "published": 0.5,
    "interval": [0.4, 0.6],
    "source": "a2021",
    "own_rate": True,
    "measure": RESPONSE,
}
CHECK = {key: value for key, value in FIT.items() if key != "own_rate"} | {"kind": "check"}
TARGETS = {
    "a.fit": FIT,
    "a.check": CHECK | {"measure": REMISSION, "quantity": "Remission"},
    "a.relapse": CHECK | {"measure": RELAPSE, "quantity": "Relapse", "strategy": "tablets"},
    "a.none": CHECK | {"measure": {"what": "maintained"}},
}
DAYS = CourseDays(assessed=21.0, last_session=20.0, by_session=(2.0, 20.0))


def row(key):
    target = TARGETS[key]
    low, high = target["interval"]
    return target | {
        "target": key, "scale": "share", "published_low": low, "published_high": high, "simulated": 0.45, "se": 0.01,
    }  # fmt: skip


def line(measure):
    return line_of(TypeAdapter(Measure).validate_python(measure))


def curves():
    days = np.array([0.0, 14.0, 28.0])
    flat = np.array([30.0, 20.0, 20.0])
    arm = {"days": days, "n": np.full(3, 90.0), "mean": flat, "low": flat - 5, "high": flat + 5}
    return {key: arm | {"response": days / 56, "remission": days / 90} for key in ("ect", "tablets")}


@pytest.fixture
def placed():
    targets = Targets.model_validate({"spreads": {}, "targets": TARGETS, "left_out": {}})
    return placed_figures(targets, [row(key) for key in TARGETS], {"ect": DAYS, "tablets": DAYS})


@pytest.fixture
def drawn(placed):
    days = np.array([0.0, 14.0, 28.0, 42.0])
    share = np.array([0.0, 0.2, 0.5, np.nan])
    lines = [
        StudyCurve("ect", line(RESPONSE), days, share),
        StudyCurve("ect", line(REMISSION), days, share / 2),
        StudyCurve("ect", line(RELAPSE), days, share),
        StudyCurve("tablets", line(RELAPSE), days, share),
    ]
    labels = {"ect": "ECT", "tablets": "Tablets"}
    return course_figure(Course("A", "a", labels, curves(), lines, placed, baseline=31.9))


def test_figures_stand_on_their_line_on_their_day(placed):
    assert {
        key: [(figure.row["target"], figure.day) for figure in found] for key, found in placed.items()
    } == {
        "ect": [("a.fit", 21.0), ("a.check", 21.0)],
        "tablets": [("a.relapse", 90.0)],
    }


def test_a_strategy_without_a_course_has_no_figures():
    targets = Targets.model_validate({"spreads": {}, "targets": TARGETS, "left_out": {}})
    assert placed_figures(targets, [row("a.fit")], {}) == {}


def test_each_arm_has_its_shares_and_each_way_of_counting_relapse_its_drawing(drawn):
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", drawn)
    assert captions == [
        "Mean score (MADRS); shaded: middle half of patients; dot: baseline put in, 31.9",
        "ECT: response and remission, share of all who started",
        "Relapsed, share of responders in remission, well for 84 days",
    ]


def test_fits_are_full_and_checks_hollow(drawn):
    shares = drawn.split("<figcaption>")[2]
    assert len(re.findall(r'<circle class="point" fill="#', shares)) == 1
    assert len(re.findall(r'<rect class="point hollow"', shares)) == 1


def test_the_legend_tells_marks_in_words(drawn):
    told = drawn[drawn.rindex("</div></div>") :]
    assert "published, solved a parameter (fit)" in told
    assert "published, not used (check)" in told
    assert "the model, counted as the study counted" in told
    assert "Circles are responses and squares remissions. Vertical lines: 95 % confidence intervals." in told


def test_a_drawing_says_in_words_where_figures_stand(drawn):
    assert (
        "day 21.0, Response: published 50.0% (40.0% to 60.0%), simulated 45.0% ± 1.0; "
        "remission (12 or less): 25.0% on day 28" in drawn
    )


def test_shares_counted_among_different_patients_are_named(placed):
    days, share = np.array([0.0, 28.0]), np.array([0.0, 0.5])
    among = [
        StudyCurve("ect", line(RESPONSE | {"among": who}), days, share) for who in ("starters", "assessed")
    ]
    drawn = course_figure(Course("A", "a", {"ect": "ECT"}, {"ect": curves()["ect"]}, among, placed))
    assert "response (50% better), all who started</text>" in drawn
    assert "response (50% better), those who completed</text>" in drawn
    assert "baseline put in" not in drawn


def test_many_lines_are_named_below_the_drawing_each_with_its_dash(placed):
    days, share = np.array([0.0, 28.0]), np.array([0.0, 0.5])
    counted = [RESPONSE, RESPONSE | {"among": "assessed"}, REMISSION | {"among": "assessed"}]
    lines = [StudyCurve("ect", line(measure), days, share) for measure in counted]
    drawn = course_figure(Course("A", "a", {"ect": "ECT"}, {"ect": curves()["ect"]}, lines, placed))
    shares = drawn.split("<figcaption>")[2]
    assert "response" not in "".join(re.findall(r'class="name".*?</text>', shares))
    assert "</svg>response (50% better), those who completed</li>" in shares
    assert len(set(re.findall(r"<polyline[^>]*?(stroke-dasharray=\"[^\"]*\"|) points", shares))) == 3


def test_a_point_tells_what_it_is_where_a_pointer_rests(drawn):
    assert (
        "<g><title>day 21.0, Response: published 50.0% (40.0% to 60.0%), simulated 45.0% ± 1.0</title>"
        in drawn
    )


def plotted(lines=(), points=(), *, is_named=True):
    axes = (Axis(0, 28, (), str), Axis(0, 1, (), str))
    return plot_svg(lines, points, axes, Words("t", "d", "Days"), identity="a", is_named=is_named)


def test_points_at_one_time_stand_apart_and_inside_the_frame():
    points = [
        Point(time, 0.5, None, None, "red", is_filled=True, is_square=False) for time in (0, 0, 27.9, 28, 28)
    ]
    places = [float(x) for x in re.findall(r'cx="([\d.]+)"', plotted(points=points))]
    assert len(places) == 5
    assert min(abs(a - b) for number, a in enumerate(places) for b in places[:number]) >= 8
    assert LEFT <= min(places) <= max(places) <= RIGHT


def test_a_point_alone_stands_on_its_time():
    drawn = plotted(points=[Point(14, 0.5, None, 0.25, "red", is_filled=True, is_square=False)])
    assert f'cx="{(LEFT + RIGHT) / 2:.1f}" cy="{(TOP + BOTTOM) / 2:.1f}"' in drawn


@pytest.mark.parametrize("ends", [(0.5, 0.5, 0.5), (0.0, 0.0, 0.01), (1.0, 0.99, 0.98), (0.5, 0.45, 0.4)])
def test_labels_of_lines_never_overlap_and_stay_inside_the_frame(ends):
    lines = [Line(f"arm {end}", "red", "", [(0, end), (28, end)]) for end in ends]
    places = sorted(float(y) for y in re.findall(r'class="name" x="[\d.]+" y="([\d.]+)"', plotted(lines)))
    assert len(places) == 3
    assert np.diff(places).min() >= 12
    assert places[0] >= TOP
    assert places[-1] <= BOTTOM


def test_lines_of_a_plot_with_its_own_legend_have_no_labels():
    assert "name" not in plotted([Line("arm", "red", "", [(0, 0), (28, 1)])], is_named=False)


def test_dark_pages_lighten_lines_and_points():
    dark = STYLE[STYLE.index("prefers-color-scheme: dark") :]
    assert "svg .line" in dark[: dark.index("* {")]
