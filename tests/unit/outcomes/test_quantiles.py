from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.outcomes.quantiles import quantiles

SHARES = (0.0, 0.1, 0.5, 0.9, 1.0)


def test_the_median_of_an_even_number_lies_halfway():
    assert quantiles(np.array([4, 1, 3, 2]), (1 / 2,)) == [2.5]


def test_without_values_there_is_no_quantile():
    assert all(math.isnan(value) for value in quantiles(np.zeros(0), SHARES))


@given(values=st.lists(st.integers(-10_000, 3_000_000), min_size=1, max_size=60))
def test_quantiles_are_those_of_numpy(values):
    sample = np.array(values, dtype=np.int32)
    assert quantiles(sample, SHARES) == pytest.approx(np.quantile(sample, SHARES).tolist(), rel=1e-15, abs=0)
    assert sample.tolist() == values
