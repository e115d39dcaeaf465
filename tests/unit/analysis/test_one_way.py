"""One figure at a time: changes with their error, impossible ends, the best and the pair compared."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.one_way import best_and_lead, one_way_table, pair_of

KEYS = ("usual", "tablets", "infusion")
BASE = [[0.0, 10.0, 4.0], [0.0, 14.0, 4.0]]


def points(*means):
    """Return net benefit of points, each the base moved by a constant per strategy."""
    return np.array([np.add(BASE, mean) for mean in means])


def test_ends_are_told_against_the_scenario_as_it_is():
    net_benefit = points((0, 0, 0), (0, -3, 0), (0, 5, 0))
    (row,) = one_way_table(net_benefit, np.array([0, 1, 2]), 1, strategy=1, comparator=2).to_dict("records")
    assert (row["inmb_base"], row["inmb_low"], row["inmb_high"]) == (8, 5, 13)
    assert (row["spread"], row["changes_choice"]) == (8, False)
    assert (row["best_base"], row["best_low"], row["best_high"]) == (1, 1, 1)


def test_the_sign_turns_with_the_pair():
    net_benefit = points((0, 0, 0), (0, -3, 0), (0, 5, 0))
    one, other = (
        one_way_table(net_benefit, np.arange(3), 1, strategy=first, comparator=second).iloc[0]
        for first, second in ((1, 2), (2, 1))
    )
    assert (one["inmb_low"], one["inmb_high"]) == (-other["inmb_low"], -other["inmb_high"])
    assert one["spread"] == other["spread"]


def test_the_base_counts_in_the_spread_where_both_ends_lie_on_one_side():
    net_benefit = points((0, 0, 0), (0, 3, 0), (0, 5, 0))
    row = one_way_table(net_benefit, np.arange(3), 1, strategy=1, comparator=0).iloc[0]
    assert row["spread"] == 5


def test_the_error_of_a_change_is_paired_with_the_base():
    net_benefit = points((0, 0, 0), (0, -3, 0), (0, 5, 0))
    net_benefit[2, :, 1] += [1.0, -1.0]
    row = one_way_table(net_benefit, np.arange(3), 1, strategy=1, comparator=0).iloc[0]
    assert (row["change_low_se"], row["change_high_se"]) == pytest.approx((0, 1))


def test_a_choice_changes_when_another_becomes_best_at_one_end():
    net_benefit = points((0, 0, 0), (0, 0, 0), (0, 0, 20), (0, 0, 0), (0, 1, 0))
    frame = one_way_table(net_benefit, np.arange(5), 2, strategy=1, comparator=2)
    assert frame["changes_choice"].tolist() == [True, False]
    assert frame["best_high"].tolist() == [2, 1]


def test_a_change_within_chance_is_told_apart_from_one_beyond_it():
    runs = np.zeros((5, 4, 2))
    runs[:, :, 0] = 1
    runs[2, :, 1] = [5, -2, 4, -1]  # leads by 0.5 ± 1.8
    runs[4, :, 1] = [5.0, 5.1, 4.9, 5.2]  # leads by 4.05 ± 0.06
    frame = one_way_table(runs, np.arange(5), 2, strategy=0, comparator=1)
    assert frame["changes_choice"].tolist() == [True, True]
    assert frame["changes_beyond_chance"].tolist() == [False, True]


def test_an_impossible_end_is_left_empty_and_changes_nothing():
    net_benefit = points((0, 0, 0), (0, 2, 0), (0, -3, 0), (0, 7, 0))
    frame = one_way_table(net_benefit, np.array([0, 2, 3, 4]), 2, strategy=1, comparator=0)
    first = frame.iloc[0]
    assert np.isnan([first["inmb_low"], first["change_low_se"]]).all()
    assert (first["inmb_high"], first["spread"]) == (14, 2)
    assert (first["best_low"], first["best_high"], first["changes_choice"]) == (-1, 1, False)
    assert (frame.iloc[1]["inmb_low"], frame.iloc[1]["inmb_high"], frame.iloc[1]["spread"]) == (9, 19, 10)


def test_a_figure_whose_ends_are_both_impossible_has_no_spread():
    frame = one_way_table(points((0, 0, 0)), np.array([0]), 1, strategy=1, comparator=0)
    assert frame["spread"].tolist() == [0]
    assert frame["changes_choice"].tolist() == [False]


def test_no_figure_gives_no_row():
    assert one_way_table(points((0, 0, 0)), np.array([0]), 0, strategy=1, comparator=0).empty


def test_one_replication_tells_no_error():
    net_benefit = points((0, 0, 0), (0, 1, 0), (0, 2, 0))[:, :1]
    row = one_way_table(net_benefit, np.arange(3), 1, strategy=1, comparator=0).iloc[0]
    assert np.isnan([row["change_low_se"], row["change_high_se"]]).all()
    assert row["inmb_high"] == 12


def test_the_lead_is_paired_with_the_next_best():
    best, lead, error = best_and_lead(points((0, 0, 0), (0, -13, 0)))
    assert best.tolist() == [1, 2]
    assert lead.tolist() == [8, 4]
    assert error.tolist() == pytest.approx([2, 0])


def test_of_equals_the_first_is_best_without_a_lead():
    best, lead, error = best_and_lead(np.array([[[5.0, 5.0]], [[1.0, 5.0]]]))
    assert (best.tolist(), lead.tolist()) == ([0, 1], [0, 4])
    assert np.isnan(error).all()


@pytest.mark.parametrize(
    ("strategy", "comparator", "pair"),
    [
        (None, None, (1, 2)),
        ("usual", None, (0, 1)),
        ("tablets", None, (1, 2)),
        (None, "usual", (1, 0)),
        (None, "tablets", (2, 1)),
        ("infusion", "usual", (2, 0)),
    ],
)
def test_the_pair_is_as_asked_else_the_best_and_the_next(strategy, comparator, pair):
    assert pair_of(KEYS, np.array(BASE), strategy, comparator) == pair
