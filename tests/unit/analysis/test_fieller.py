"""Fieller's interval: its ends solve his equation, and it holds the true ratio as often as it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.analysis.fieller import fieller_interval


def _pairs(seed: int, n_replications: int = 10) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    luck = random.normal(size=n_replications)
    return (
        2000 + 300 * luck + random.normal(0, 200, n_replications),
        0.05 + 0.01 * luck + random.normal(0, 0.01, n_replications),
    )


@given(seed=st.integers(0, 2**32))
def test_at_both_ends_the_net_difference_is_just_not_told_from_zero(seed):
    cost, effect = _pairs(seed)
    found = fieller_interval(cost, effect)
    for end in (found.low, found.high):
        net = cost - end * effect
        assert abs(net.mean()) / stats.sem(net) == pytest.approx(stats.t.ppf(0.975, 9), rel=1e-9)


def test_a_denominator_without_chance_gives_the_usual_interval_of_the_numerator():
    found = fieller_interval(np.array([8.0, 10.0, 12.0]), np.full(3, 4.0))
    half = stats.t.ppf(0.975, 2) * 2 / np.sqrt(3)
    assert found == pytest.approx((2.5, (10 - half) / 4, (10 + half) / 4), rel=1e-12)


def test_the_ends_are_the_roots_of_the_textbook_quadratic():
    cost, effect = _pairs(7)
    t, n = stats.t.ppf(0.975, 9), len(cost)
    v = np.cov(cost, effect) / n * t**2
    c, e = cost.mean(), effect.mean()
    roots = np.sort(np.roots([e**2 - v[1, 1], -2 * (c * e - v[0, 1]), c**2 - v[0, 0]]))
    assert list(fieller_interval(cost, effect)) == pytest.approx([c / e, *roots], rel=1e-9)


def test_nothing_left_to_chance_gives_an_interval_of_no_width():
    assert fieller_interval(np.array([3.0, 3.0]), np.array([2.0, 2.0])) == (1.5, 1.5, 1.5)


def test_a_negative_denominator_keeps_the_ends_in_order():
    cost, effect = _pairs(3)
    found, turned = fieller_interval(cost, effect), fieller_interval(-cost, -effect)
    assert found.low < found.ratio < found.high
    assert turned == pytest.approx(found)


@pytest.mark.parametrize(
    "effect", [[-0.01, 0.02, 0.0], [0.0, 0.0, 0.0], [1e-14, 1e-14, 1e-14], [0.1, np.nan, 0.1]]
)
def test_a_denominator_that_chance_can_explain_has_no_interval(effect):
    assert fieller_interval(np.array([1.0, 2.0, 3.0]), np.array(effect)) is None


def test_one_replication_has_no_interval():
    assert fieller_interval(np.array([100.0]), np.array([1.0])) is None


def test_the_interval_holds_the_true_ratio_as_often_as_it_says():
    random = np.random.default_rng(11)
    n_experiments, n_replications = 4000, 8
    luck = random.normal(size=(n_experiments, n_replications))
    cost = 1000 + 150 * luck + random.normal(0, 100, luck.shape)
    effect = 0.05 + 0.008 * luck + random.normal(0, 0.01, luck.shape)
    intervals = [fieller_interval(*pair) for pair in zip(cost, effect, strict=True)]
    held = np.mean([found is not None and found.low <= 20_000 <= found.high for found in intervals])
    known = np.mean([found is not None for found in intervals])
    error = np.sqrt(0.05 * 0.95 / n_experiments)
    assert known > 0.999
    assert error < 0.02 * 0.95
    assert abs(held - 0.95) < 4 * error
