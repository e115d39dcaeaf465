from __future__ import annotations

import numpy as np
import pytest

from sim.outcomes.totals import time_by_period, totals_of_changes, weighted


def dense(start, stop, level, slope, n_periods):
    """Integrate pieces by the midpoint rule on a fine grid."""
    cells = 20_000
    middle = (np.arange(n_periods * cells) + 0.5) / cells
    value = sum(
        np.where((middle >= a) & (middle < b), v + s * (middle - a), 0)
        for a, b, v, s in zip(start, stop, level, slope, strict=True)
    )
    return value.reshape(n_periods, cells).mean(axis=1)


def changes_of(start, stop, level, slope):
    """Return moments, jumps and bends of single pieces."""
    return (
        np.concatenate([start, stop]),
        np.concatenate([level, -level - slope * (stop - start)]),
        np.concatenate([slope, -slope]),
    )


def test_a_stretch_is_split_at_midnight():
    totals = time_by_period(np.array([0.5]), np.array([2.25]), n_periods=4)
    np.testing.assert_allclose(totals, [[0.5, 1.0, 0.25, 0.0]])


def test_groups_are_added_up_apart():
    totals = time_by_period(
        np.array([0.0, 0.0]), np.array([1.0, 2.0]), n_periods=2, group=np.array([0, 1]), n_groups=2
    )
    np.testing.assert_allclose(totals, [[1.0, 0.0], [1.0, 1.0]])


def test_a_stretch_may_end_with_the_last_period():
    totals = time_by_period(np.array([1.0]), np.array([2.0]), n_periods=2)
    np.testing.assert_allclose(totals, [[0.0, 1.0]])


def test_days_that_no_stretch_reaches_are_exactly_zero():
    totals = time_by_period(np.array([0.1, 0.2]), np.array([1.3, 1.7]), n_periods=9)
    assert np.array_equal(totals[0, 2:], np.zeros(7))


def test_time_by_day_agrees_with_dense_quadrature():
    random = np.random.default_rng(1)
    start = random.uniform(0, 15, 40)
    stop = start + random.uniform(0, 5, 40)
    totals = time_by_period(start, stop, n_periods=20)[0]
    np.testing.assert_allclose(totals, dense(start, stop, np.ones(40), np.zeros(40), 20), atol=2e-3)
    assert totals.sum() == pytest.approx((stop - start).sum(), abs=1e-10)


def test_a_rising_piece_is_integrated_exactly():
    changes = changes_of(np.array([0.5]), np.array([2.5]), np.array([1.0]), np.array([2.0]))
    np.testing.assert_allclose(totals_of_changes(*changes, 3), [0.75, 3.0, 2.25])


def test_where_pieces_follow_each_other_their_changes_are_enough():
    at, jump, bend = np.array([0.5, 1.5, 3.0]), np.array([1.0, 0.0, -3.0]), np.array([2.0, -2.0, 0.0])
    np.testing.assert_allclose(totals_of_changes(at, jump, bend, 4), [0.75, 1.25 + 1.5, 3.0, 0.0])


def test_daily_totals_of_changes_agree_with_dense_quadrature():
    random = np.random.default_rng(2)
    start = random.uniform(0, 15, 40)
    stop = start + random.uniform(0, 5, 40)
    level, slope = random.normal(size=40), random.normal(size=40)
    totals = totals_of_changes(*changes_of(start, stop, level, slope), 20)
    np.testing.assert_allclose(totals, dense(start, stop, level, slope, 20), atol=2e-3)
    exact = (level * (stop - start) + slope * (stop - start) ** 2 / 2).sum()
    assert totals.sum() == pytest.approx(exact, abs=1e-10)


def test_weighted_sums_are_a_product_of_matrices():
    random = np.random.default_rng(3)
    weights, amounts = random.normal(size=(4, 6)), random.normal(size=(6, 9))
    amounts[[1, 4]] = 0
    np.testing.assert_allclose(weighted(weights, amounts), weights @ amounts, atol=1e-12)
