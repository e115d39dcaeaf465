"""Present values against numerical quadrature and textbook annuities, to 1e-12."""

from __future__ import annotations

import numpy as np
import pytest

from sim.outcomes.discounting import discount_factors, present_value_of_flow, present_value_of_lump_sums

INTERVALS = [(0.0, 1 / 365.25), (0.0, 1.0), (0.3, 2.75), (4.0, 5.0), (1.5, 40.0), (0.0, 75.0)]
RATES = [0.0, 1e-9, 0.015, 0.03, 0.06, 0.5, 1.0]


def _quadrature(start, length, rate):
    from scipy.integrate import quad

    value, error = quad(lambda years: (1 + rate) ** -(start + years), 0, length, epsabs=0, epsrel=1e-13)
    assert error < 1e-12 * value
    return value


@pytest.mark.parametrize("rate", RATES)
def test_the_value_of_a_flow_meets_quadrature(rate):
    start, stop = np.array(INTERVALS).T
    flow = np.linspace(-500, 20_000, len(INTERVALS))
    theory = flow * np.array([_quadrature(start, stop - start, rate) for start, stop in INTERVALS])
    value = present_value_of_flow(flow, start, stop, discount_rate=rate)
    np.testing.assert_allclose(value, theory, rtol=1e-12)


@pytest.mark.parametrize("rate", RATES)
def test_every_daily_factor_meets_quadrature(rate):
    days = [0, 1, 364, 730, 10_000, 27_393]
    theory = [365.25 * _quadrature(day / 365.25, 1 / 365.25, rate) for day in days]
    np.testing.assert_allclose(discount_factors(27_394, rate)[days], theory, rtol=1e-12)


def test_lump_sums_at_the_end_of_each_year_are_worth_an_annuity():
    years, rate = 20, 0.06
    value = present_value_of_lump_sums(1.0, np.arange(1, years + 1), discount_rate=rate).sum()
    assert value == pytest.approx((1 - 1.06**-years) / rate, rel=1e-14)


def test_a_constant_flow_is_worth_an_annuity_times_the_rate_over_the_force_of_interest():
    years, rate = 20, 0.06
    value = present_value_of_flow(1.0, 0.0, years, discount_rate=rate)
    assert value == pytest.approx((1 - 1.06**-years) / rate * rate / np.log(1.06), rel=1e-14)
