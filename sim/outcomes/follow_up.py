"""How long a cohort is followed, in whole days and weeks: the same for every strategy."""

from __future__ import annotations

from sim.domain.cohort import Cohort
from sim.domain.scenario import Scenario
from sim.units import DAYS_PER_WEEK, DAYS_PER_YEAR, MINUTES_PER_DAY, minutes_from_days


def follow_up_days(cohort: Cohort, scenario: Scenario) -> int:
    """Return the number of days from day 0 until nobody is followed any more.

    Parameters
    ----------
    cohort : Cohort
        Days of referral.
    scenario : Scenario
        Horizon of each patient.

    Returns
    -------
    int
        Days, the last begun day included.
    """
    horizon = minutes_from_days(scenario.horizon_years * DAYS_PER_YEAR)
    return whole(int(cohort.referral_minutes.max(initial=0)) + horizon, MINUTES_PER_DAY)


def follow_up_weeks(scenario: Scenario) -> float:
    """Return the weeks each patient is followed at most, a part of a week included."""
    return minutes_from_days(scenario.horizon_years * DAYS_PER_YEAR) / (DAYS_PER_WEEK * MINUTES_PER_DAY)


def whole(amount: int, unit: int) -> int:
    """Return how many units hold an amount."""
    return -(-amount // unit)
