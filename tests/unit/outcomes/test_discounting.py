from __future__ import annotations

import numpy as np
import pytest

from sim.outcomes.discounting import discount_factors


def test_a_day_is_valued_at_its_middle():
    assert discount_factors(1, 0.03)[0] == pytest.approx(1.03 ** (-0.5 / 365.25))


def test_a_year_later_is_worth_one_rate_less():
    factors = discount_factors(1462, 0.05)
    assert factors[1461] / factors[0] == pytest.approx(1.05**-4)


def test_without_a_rate_nothing_is_discounted():
    assert np.array_equal(discount_factors(400, 0.0), np.ones(400))


def test_a_negative_rate_is_refused():
    with pytest.raises(ValueError, match=r"discount_rate must be at least 0, got -0\.01"):
        discount_factors(1, -0.01)
