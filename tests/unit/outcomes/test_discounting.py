from __future__ import annotations

import numpy as np
import pytest

from sim.outcomes.discounting import discount_factors, present_value_of_flow, present_value_of_lump_sums


def test_a_day_is_valued_nearly_as_if_all_fell_in_its_middle():
    assert discount_factors(1, 0.03)[0] == pytest.approx(1.03 ** (-0.5 / 365.25), rel=1e-9)
    assert discount_factors(1, 0.03)[0] > 1.03 ** (-0.5 / 365.25)


def test_a_year_later_is_worth_one_rate_less():
    factors = discount_factors(1462, 0.05)
    assert factors[1461] / factors[0] == pytest.approx(1.05**-4)


def test_without_a_rate_nothing_is_discounted():
    assert np.array_equal(discount_factors(400, 0.0), np.ones(400))


def test_a_negative_rate_is_refused():
    with pytest.raises(ValueError, match=r"discount_rate must be at least 0, got -0\.01"):
        discount_factors(1, -0.01)


def test_without_a_rate_a_flow_is_worth_its_length():
    value = present_value_of_flow(
        np.array([3.0, -2.0]), np.array([1.0, 5.0]), np.array([3.0, 5.5]), discount_rate=0.0
    )
    assert value.tolist() == [6.0, -1.0]


def test_a_tiny_rate_is_next_to_none():
    assert present_value_of_flow(1.0, 0.0, 1e-3, discount_rate=5e-324) == 1e-3


def test_an_interval_without_length_is_worth_nothing():
    assert present_value_of_flow(1e6, 2.0, 2.0, discount_rate=0.03) == 0


def test_no_intervals_have_no_values():
    none = np.empty(0)
    assert present_value_of_flow(none, none, none, discount_rate=0.03).shape == (0,)
    assert present_value_of_lump_sums(none, none, discount_rate=0.03).shape == (0,)


def test_a_lump_sum_is_worth_one_rate_less_a_year_later():
    values = present_value_of_lump_sums(
        np.array([106.0, 106.0, 0.0]), np.array([0.0, 1.0, 2.0]), discount_rate=0.06
    )
    np.testing.assert_allclose(values, [106, 100, 0], rtol=1e-15)


def test_an_interval_that_ends_before_it_starts_is_refused():
    start, stop = np.array([0.0, 2.0, 3.0]), np.array([1.0, 1.5, 2.0])
    with pytest.raises(
        ValueError, match=r"interval 1 must not end before it starts, got start 2\.0 and stop 1\.5"
    ):
        present_value_of_flow(1.0, start, stop, discount_rate=0.03)


def test_a_common_start_is_named_in_the_refusal():
    with pytest.raises(
        ValueError, match=r"interval 1 must not end before it starts, got start 2\.0 and stop 1\.5"
    ):
        present_value_of_flow(1.0, 2.0, np.array([3.0, 1.5]), discount_rate=0.03)


@pytest.mark.parametrize("rate", [-0.01, float("nan")])
@pytest.mark.parametrize(
    "value",
    [
        lambda rate: present_value_of_flow(1.0, 0.0, 1.0, discount_rate=rate),
        lambda rate: present_value_of_lump_sums(1.0, 1.0, discount_rate=rate),
    ],
    ids=["flow", "lump sum"],
)
def test_a_rate_below_zero_or_none_at_all_is_refused(value, rate):
    with pytest.raises(ValueError, match=f"discount_rate must be at least 0, got {rate}"):
        value(rate)
