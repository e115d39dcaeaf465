"""What must hold of present values whatever flows, when and at which rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.outcomes.discounting import discount_factors, present_value_of_flow, present_value_of_lump_sums

RATES = st.floats(0, 1)
FLOWS = st.integers(-(10**8), 10**8).map(lambda cents: cents / 100)
YEARS = st.floats(0, 100)


@given(flow=FLOWS, ends=st.tuples(YEARS, YEARS, YEARS).map(sorted), rate=RATES)
def test_an_interval_cut_in_two_is_worth_as_much_as_the_whole(flow, ends, rate):
    start, cut, stop = ends
    first, second, whole = present_value_of_flow(
        flow, np.array([start, cut, start]), np.array([cut, stop, stop]), discount_rate=rate
    )
    assert first + second == pytest.approx(whole, rel=1e-12, abs=1e-12 * abs(flow))


@given(ends=st.tuples(YEARS, YEARS).map(sorted), rates=st.tuples(RATES, RATES).map(sorted))
def test_the_value_of_a_flow_falls_as_the_rate_rises(ends, rates):
    low, high = (float(present_value_of_flow(1.0, *ends, discount_rate=rate)) for rate in rates)
    length = ends[1] - ends[0]
    assert high <= low * (1 + 1e-14)
    assert low <= length * (1 + 1e-14)
    if rates[1] - rates[0] > 1e-6 and length > 1e-6:
        assert high < low


@given(flow=FLOWS, ends=st.tuples(YEARS, YEARS).map(sorted), rate=RATES, delay=YEARS)
def test_waiting_discounts_a_flow_as_it_does_a_lump_sum(flow, ends, rate, delay):
    start, stop = ends
    now = present_value_of_flow(flow, 0.0, stop - start, discount_rate=rate)
    later = present_value_of_flow(flow, delay, delay + (stop - start), discount_rate=rate)
    assert later == pytest.approx(
        float(present_value_of_lump_sums(now, delay, discount_rate=rate)), rel=1e-9, abs=1e-9
    )


@given(flow=FLOWS.map(abs), ends=st.tuples(YEARS, YEARS).map(sorted), rate=RATES)
def test_a_flow_is_worth_no_less_than_its_sum_paid_at_the_end_and_no_more_than_at_the_start(flow, ends, rate):
    total = flow * (ends[1] - ends[0])
    value = float(present_value_of_flow(flow, *ends, discount_rate=rate))
    paid_first, paid_last = (float(present_value_of_lump_sums(total, at, discount_rate=rate)) for at in ends)
    assert paid_last * (1 - 1e-12) <= value <= paid_first * (1 + 1e-12)


@given(rate=RATES, n_days=st.integers(1, 1500))
def test_a_unit_spread_over_every_day_is_worth_a_constant_flow(rate, n_days):
    whole = present_value_of_flow(365.25, 0.0, n_days / 365.25, discount_rate=rate)
    assert discount_factors(n_days, rate).sum() == pytest.approx(float(whole), rel=1e-12)
