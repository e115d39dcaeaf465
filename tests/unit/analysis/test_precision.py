from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.increments import increments, net_monetary_benefit, variance_reduction
from sim.analysis.precision import mean_and_error, ratio_error


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
