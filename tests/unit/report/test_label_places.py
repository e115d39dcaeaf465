"""Names of points stay inside the plot, off lines and off each other, on a telephone as on a desk."""

from __future__ import annotations

from sim.report.label_places import CORNERS, GAP, LINE, Corner, corners, in_lines

LOW, HIGH = (0.0, 0.0), (1.0, 1.0)


def test_a_name_at_the_right_edge_stands_to_the_left_of_its_point():
    left, right = corners([LOW, HIGH], ["Usual care", "Ketamine infusions\n(extendedly dominated)"], [])
    assert left.align == "left"
    assert right.align == "right"


def test_the_name_of_a_point_at_the_origin_leaves_both_axes():
    axes = [[LOW, (0.0, 1.0)], [LOW, (1.0, 0.0)], [LOW, HIGH]]
    assert corners([LOW, HIGH], ["Usual care", "ECT"], axes)[0] == Corner(1, -1)


def test_a_name_leaves_a_line_that_rises_through_its_point():
    points = [LOW, (0.5, 0.5), HIGH]
    chosen = corners(points, ["First", "Middle", "Last"], [points])
    assert [corner.side * corner.rise for corner in chosen] == [-1, -1, -1]


def test_names_of_neighbors_do_not_lie_on_each_other():
    near = [LOW, (0.5, 0.50), (0.5, 0.52), HIGH]
    _, one, other, _ = corners(near, ["First", "Somewhere in the middle", "Near to it", "Last"], [])
    assert one != other


def test_a_single_point_without_a_line_is_named_on_its_right():
    assert corners([HIGH], ["Usual care"], []) == [CORNERS[0]]


def test_two_lines_above_a_point_end_above_it_and_beside_it_are_centered():
    assert Corner(-1, 1).down(2) + LINE == Corner(-1, 1).down(1) == -GAP - LINE / 2
    assert Corner(1, 0).down(2) == -LINE / 2


def test_a_long_name_is_broken_into_lines_and_keeps_its_own():
    assert in_lines("60 % at home, 30 % infusions, 10 % ECT\n(dominated)").split("\n") == [
        "60 % at home, 30 %",
        "infusions, 10 % ECT",
        "(dominated)",
    ]
