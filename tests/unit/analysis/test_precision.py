from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.increments import increments, net_monetary_benefit, variance_reduction
from sim.analysis.precision import (
    differs_from_zero,
    half_width,
    mean_and_error,
    plain,
    ratio_difference,
    ratio_error,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(2.5), 2.5), (np.array(2.5), 2.5), (np.int64(3), 3), (np.bool_(True), True), (1, 1), ("a", "a"),
        (None, None), (float("nan"), None), (np.array(np.nan), None), (np.float64("-inf"), None), (False, False),
    ],
)  # fmt: skip
def test_a_value_is_plain_and_none_where_it_is_not_finite(value, expected):
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_the_error_is_the_spread_over_the_root_of_the_number():
    mean, error = mean_and_error(np.array([[1.0, 2.0, 3.0, 4.0]]))
    assert mean.tolist() == [2.5]
    assert error[0] == pytest.approx(np.sqrt(5 / 3 / 4))


def test_one_replication_has_no_error():
    mean, error = mean_and_error(np.array([[7.0]]))
    assert mean.tolist() == [7]
    assert np.isnan(error[0])


def test_undefined_replications_are_left_out():
    mean, error = mean_and_error(np.array([[1.0, np.nan, 3.0], [np.nan] * 3]))
    np.testing.assert_array_equal(mean, [2, np.nan])
    np.testing.assert_allclose(error, [1, np.nan])


def test_the_error_of_a_ratio_agrees_with_many_repetitions():
    random = np.random.default_rng(3)
    cost = random.normal(1000, 20, (4000, 10))
    share = 0.5 + 0.0003 * (cost - 1000) + random.normal(0, 0.01, (4000, 10))
    ratio = cost.mean(axis=1) / share.mean(axis=1)
    assert ratio_error(cost, share).mean() == pytest.approx(ratio.std(ddof=1), rel=0.05)


def test_the_error_of_a_ratio_to_nothing_is_undefined():
    assert np.isnan(ratio_error(np.array([[1.0, 2.0]]), np.array([[0.0, 0.0]]))).all()


def test_increments_are_paired_and_undefined_for_the_comparator():
    differences = increments(np.array([[1.0, 5.0], [2.0, 7.0]]), 0)
    np.testing.assert_array_equal(differences, [[np.nan, np.nan], [1, 2]])


def test_net_monetary_benefit_values_health_less_cost():
    assert net_monetary_benefit(np.array([300.0]), np.array([0.5]), 1000).tolist() == [200]


def test_pairing_equal_luck_reduces_variance():
    values = np.array([[1.0, 2.0, 3.0], [11.0, 12.5, 13.0]])
    reduction = variance_reduction(values, 0)
    assert np.isnan(reduction[0])
    assert reduction[1] == pytest.approx((1 / 3 + 13 / 36) / (1 / 36))


def _two_arms(random, *size):
    """Return cost and responders of two arms that share their luck."""
    luck = random.normal(size=size)
    cost, other_cost = (
        2000 + 40 * luck + random.normal(0, 15, size),
        5000 + 60 * luck + random.normal(0, 20, size),
    )
    gain, other_gain = 0.3 + 0.01 * luck + random.normal(0, 0.01, size), 0.4 + random.normal(0, 0.015, size)
    return cost, gain, other_cost, other_gain


def test_the_error_of_a_difference_of_ratios_agrees_with_a_bootstrap_of_whole_replications():
    random = np.random.default_rng(5)
    arms = _two_arms(random, 40)
    difference, error = ratio_difference(*arms)
    chosen = random.integers(0, 40, (20_000, 40))
    cost, gain, other_cost, other_gain = (values[chosen].mean(axis=1) for values in arms)
    repeated = cost / gain - other_cost / other_gain
    # A bootstrap divides by n where the error divides by n - 1.
    assert error == pytest.approx(repeated.std() * np.sqrt(40 / 39), rel=0.03)
    assert difference == pytest.approx(repeated.mean(), abs=error / 4)


def test_the_error_of_a_difference_of_ratios_agrees_with_many_repetitions():
    difference, error = ratio_difference(*_two_arms(np.random.default_rng(6), 8000, 10))
    assert np.sqrt((error**2).mean()) == pytest.approx(difference.std(ddof=1), rel=0.04)


def test_a_ratio_differs_from_itself_by_nothing():
    cost, gain = np.array([[1.0, 2.0, 4.0]]), np.array([[0.1, 0.3, 0.2]])
    difference, error = ratio_difference(cost, gain, cost, gain)
    assert (difference.tolist(), error.tolist()) == ([0], [0])


def test_the_difference_to_a_ratio_over_nothing_is_undefined():
    cost, gain, nobody = np.array([1.0, 2.0]), np.array([0.1, 0.3]), np.zeros(2)
    assert np.isnan(ratio_difference(cost, gain, cost, nobody)).tolist() == [True, True]


def test_half_the_interval_follows_student():
    assert half_width(np.array([2.0]), 10)[0] == pytest.approx(2 * 2.262157, rel=1e-6)
    assert np.isnan(half_width(np.array([2.0]), 1)).all()


@pytest.mark.parametrize(
    ("differences", "differs"),
    [
        ([1.0, 1.1, 0.9], True), ([-1.0, -1.1, -0.9], True), ([0.2, 0.2], True), ([1.0, -0.5], False),
        ([1.0], False), ([1e-13, 1e-13], False), ([1.0, np.nan], False), ([0.0, 0.0], False),
    ],
)  # fmt: skip
def test_a_difference_is_told_from_zero_when_its_interval_excludes_it(differences, differs):
    assert differs_from_zero(np.array(differences)) is differs
