"""The first day on which a visit could be: what the calendar allows, whoever else is booked."""

from __future__ import annotations

import numpy as np

from sim.domain.clinic import Visit
from sim.domain.scenario import Scenario
from sim.outcomes.history import IntArray
from sim.units import MINUTES_PER_DAY


def first_open_days(scenario: Scenario, visit: Visit, n_days: int) -> IntArray:
    """Return for each day the first one from it on which everything the visit needs is open.

    Parameters
    ----------
    scenario : Scenario
        Calendars of the resources.
    visit : Visit
        The appointment.
    n_days : int
        Days of follow-up.

    Returns
    -------
    ndarray of int64, shape (n_days,)
        Day numbers; a day itself when nothing is open from it on.
    """
    day = np.arange(n_days)
    is_open = np.ones(n_days, dtype=np.bool_)
    for name, minutes in visit.whole_minutes.items():
        is_open &= scenario.minutes_by_day(name, n_days) >= minutes
    following = np.where(is_open, day, n_days)
    nearest = np.minimum.accumulate(following[::-1])[::-1]
    return np.asarray(np.where(nearest < n_days, nearest, day))


def opening(open_days: IntArray, earliest: IntArray) -> IntArray:
    """Return the first open days from some moments on.

    Parameters
    ----------
    open_days : ndarray of int64, shape (n_days,)
        From `first_open_days`.
    earliest : ndarray of int64, shape (n,)
        Moments [minutes from day 0].

    Returns
    -------
    ndarray of int64, shape (n,)
        Day numbers; a day that began before the moment does not count.
    """
    days = -(-earliest // MINUTES_PER_DAY)
    return np.asarray(np.maximum(open_days[np.minimum(days, len(open_days) - 1)], days))
