"""How long a cohort is followed, in whole days and weeks: the same for every strategy."""

from __future__ import annotations

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.scenario import Scenario
from sim.outcomes.history import IntArray
from sim.units import DAYS_PER_WEEK, DAYS_PER_YEAR, MINUTES_PER_DAY


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
    last_referral = int(cohort.referral_minutes.max(initial=0))
    return whole(last_referral + scenario.horizon_minutes, MINUTES_PER_DAY)


def follow_up_weeks(scenario: Scenario) -> float:
    """Return the weeks each patient is followed at most, a part of a week included."""
    return scenario.horizon_minutes / (DAYS_PER_WEEK * MINUTES_PER_DAY)


def day_of(minutes: IntArray, n_days: int) -> IntArray:
    """Return the day of each moment; the last moment of follow-up belongs to the last day."""
    return np.asarray(np.minimum(minutes // MINUTES_PER_DAY, n_days - 1))


def year_of(day: IntArray) -> IntArray:
    """Return the year from day 0 in which days begin, from 0."""
    return np.asarray(day / DAYS_PER_YEAR).astype(np.int64)


def year_bounds(n_days: int) -> IntArray:
    """Return the first day of each year from day 0, and the end.

    Parameters
    ----------
    n_days : int
        Days from day 0, at least 1.

    Returns
    -------
    ndarray of int64, shape (n_years + 1,)
        Rising, from 0 to ``n_days``; `year_of` gives k for the days from element k to the next.

    Examples
    --------
    >>> year_bounds(731).tolist(), year_bounds(732).tolist()
    ([0, 366, 731], [0, 366, 731, 732])
    """
    n_years = int(year_of(np.array([n_days - 1]))[0]) + 1
    first = np.ceil(np.arange(n_years) * DAYS_PER_YEAR).astype(np.int64)
    return np.append(first, n_days)


def whole(amount: int, unit: int) -> int:
    """Return how many units hold an amount."""
    return -(-amount // unit)
