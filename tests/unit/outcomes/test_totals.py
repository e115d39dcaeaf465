from __future__ import annotations

import numpy as np

from sim.outcomes.totals import totals_by_period, totals_of_changes


def test_a_constant_piece_is_split_at_midnight():
    totals = totals_by_period(np.array([0.5]), np.array([2.25]), np.array([4.0]), n_periods=4)
    np.testing.assert_allclose(totals, [[2.0, 4.0, 1.0, 0.0]])


def test_a_rising_piece_is_integrated_exactly():
    totals = totals_by_period(
        np.array([0.5]), np.array([2.5]), np.array([1.0]), n_periods=3, slope=np.array([2.0])
    )
    np.testing.assert_allclose(totals, [[0.75, 3.0, 2.25]])


def test_groups_are_added_up_apart():
    totals = totals_by_period(
        np.array([0.0, 0.0]),
        np.array([1.0, 2.0]),
        np.array([1.0, 3.0]),
        n_periods=2,
        group=np.array([0, 1]),
        n_groups=2,
    )
    np.testing.assert_allclose(totals, [[1.0, 0.0], [3.0, 3.0]])


def test_a_piece_may_end_with_the_last_period():
    totals = totals_by_period(np.array([1.0]), np.array([2.0]), np.array([5.0]), n_periods=2)
    np.testing.assert_allclose(totals, [[0.0, 5.0]])


def test_days_that_no_piece_reaches_are_exactly_zero():
    totals = totals_by_period(np.array([0.1, 0.2]), np.array([1.3, 1.7]), np.array([0.1, 0.7]), n_periods=9)
    assert np.array_equal(totals[0, 2:], np.zeros(7))


def test_daily_totals_agree_with_dense_quadrature():
    random = np.random.default_rng(1)
    start = random.uniform(0, 15, 40)
    stop = start + random.uniform(0, 5, 40)
    level, slope = random.normal(size=40), random.normal(size=40)
    totals = totals_by_period(start, stop, level, n_periods=20, slope=slope)[0]

    cells = 20_000
    middle = (np.arange(20 * cells) + 0.5) / cells
    dense = sum(
        np.where((middle >= a) & (middle < b), v + s * (middle - a), 0)
        for a, b, v, s in zip(start, stop, level, slope, strict=True)
    )
    np.testing.assert_allclose(totals, dense.reshape(20, cells).mean(axis=1), atol=2e-3)
    assert abs(totals.sum() - (level * (stop - start) + slope * (stop - start) ** 2 / 2).sum()) < 1e-10


def test_where_pieces_follow_each_other_their_changes_are_enough():
    at, jump, bend = np.array([0.5, 1.5, 3.0]), np.array([1.0, 0.0, -3.0]), np.array([2.0, -2.0, 0.0])
    np.testing.assert_allclose(totals_of_changes(at, jump, bend, 4), [0.75, 1.25 + 1.5, 3.0, 0.0])


def test_changes_of_single_pieces_give_the_totals_of_the_pieces():
    random = np.random.default_rng(2)
    start = random.uniform(0, 15, 40)
    stop = start + random.uniform(0, 5, 40)
    level, slope = random.normal(size=40), random.normal(size=40)
    changes = totals_of_changes(
        np.concatenate([start, stop]),
        np.concatenate([level, -level - slope * (stop - start)]),
        np.concatenate([slope, -slope]),
        20,
    )
    pieces = totals_by_period(start, stop, level, n_periods=20, slope=slope)[0]
    np.testing.assert_allclose(changes, pieces, atol=1e-12)
