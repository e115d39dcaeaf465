"""What the calendar allows, whoever else is booked: minutes offered, and when a visit could be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.domain.remembered import remembered
from sim.domain.scenario import Scenario
from sim.outcomes.history import IntArray
from sim.outcomes.visit_kinds import visits_by_kind
from sim.units import MINUTES_PER_DAY


@remembered
def offered_minutes(scenario: Scenario, n_days: int) -> NDArray[np.int64]:
    """Return the minutes each resource offers by day, shape (n_resources, n_days); in file order."""
    offered = [scenario.minutes_by_day(name, n_days) for name in scenario.resources]
    return np.array(offered, dtype=np.int64).reshape(len(offered), n_days)


@remembered
def first_open_days(scenario: Scenario, n_days: int) -> IntArray:
    """Return for each kind of visit and each day the first one from it on which all it needs is open.

    Parameters
    ----------
    scenario : Scenario
        Calendars of the resources.
    n_days : int
        Days of follow-up.

    Returns
    -------
    ndarray of int64, shape (n_kinds, n_days)
        Day numbers, kinds as in `sim.outcomes.visit_kinds`; a day itself when nothing is open from it on.
    """
    offered = dict(zip(scenario.resources, offered_minutes(scenario, n_days), strict=True))
    visits = visits_by_kind(scenario)
    is_open = np.ones((len(visits), n_days), dtype=np.bool_)
    for kind, visit in enumerate(visits):
        for name, minutes in visit.whole_minutes.items() if visit else ():
            is_open[kind] &= offered[name] >= minutes
    day = np.arange(n_days)
    following = np.where(is_open, day, n_days)
    nearest = np.minimum.accumulate(following[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(np.where(nearest < n_days, nearest, day))


def opening(open_days: IntArray, kind: IntArray | int, earliest: IntArray) -> IntArray:
    """Return the first open days for some visits from some moments on.

    Parameters
    ----------
    open_days : ndarray of int64, shape (n_kinds, n_days)
        From `first_open_days`.
    kind : ndarray of int64, shape (n,), or int
        Kind of each visit, or of all.
    earliest : ndarray of int64, shape (n,)
        Moments [minutes from day 0].

    Returns
    -------
    ndarray of int64, shape (n,)
        Day numbers; a day that began before the moment does not count.
    """
    days = -(-earliest // MINUTES_PER_DAY)
    return np.asarray(np.maximum(open_days[kind, np.minimum(days, open_days.shape[1] - 1)], days))
