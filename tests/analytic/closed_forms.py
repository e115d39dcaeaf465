"""Closed forms that simulated outcomes must meet, each with where it comes from."""

from __future__ import annotations

import math


def constant_flow(per_year: float, discount_rate: float, years: float) -> float:
    """Present value of a constant flow: the integral of the discount factor."""
    force = math.log1p(discount_rate)
    return per_year * (years if force == 0 else -math.expm1(-force * years) / force)


def exponential_stay(hazard: float, discount_rate: float, years: float) -> float:
    """Discounted years in a state left at a constant hazard, up to a horizon.

    The integral of exp(-(hazard + force) t) from 0 to the horizon.
    """
    force = hazard + math.log1p(discount_rate)
    return -math.expm1(-force * years) / force


def two_state_flow(
    before: float, after: float, *, hazard: float, discount_rate: float, years: float
) -> float:
    """Discounted flow of one rate until an exponential time, of another from then to the horizon."""
    stay = exponential_stay(hazard, discount_rate, years)
    return before * stay + after * (constant_flow(1.0, discount_rate, years) - stay)


def exponential_survival(hazard: float, years: float) -> float:
    """Share without an event of constant hazard."""
    return math.exp(-hazard * years)
