r"""Minutes of a day that whole visits can fill: what is left over at its end is too short for anyone.

A clinician who offers 288 minutes a day to visits of 60 can hold four and fill 240.

Notes
-----
Of few minutes, all sums of visits are tried. Of many, all multiples of the greatest common divisor can be
filled. Let :math:`a_1 < \dots < a_n` be the lengths in units of it. A sum of least value in its class modulo
:math:`a_1` has at most :math:`a_1 - 1` parts, for among :math:`a_1` parts some add up to a multiple of
:math:`a_1` and could be left out. So it is at most :math:`(a_1 - 1) a_n`, and every number from
:math:`(a_1 - 1)(a_n - 1)` on is a sum.
"""

from __future__ import annotations

from collections.abc import Collection
from math import gcd

import numpy as np

from sim.domain.reach import visits_of
from sim.domain.remembered import remembered
from sim.domain.scenario import Scenario
from sim.outcomes.history import FloatArray, IntArray
from sim.outcomes.openings import offered_minutes


@remembered
def fillable_minutes(scenario: Scenario, n_days: int) -> dict[str, dict[str, FloatArray]]:
    """Return the most minutes that whole visits of each strategy can fill.

    Parameters
    ----------
    scenario : Scenario
        Calendars and visits.
    n_days : int
        Days from day 0 to the end of follow-up.

    Returns
    -------
    dict
        By strategy and resource with a limit, minutes of each day, shape (n_days,): at most those offered.
    """
    offered = dict(zip(scenario.resources, offered_minutes(scenario, n_days), strict=True))
    found: dict[str, dict[str, FloatArray]] = {}
    for strategy in scenario.strategies:
        visits = [visit.whole_minutes for visit in visits_of(scenario, strategy)]
        found[strategy] = {
            name: _fillable(name, visits, offered)
            for name in {name for visit in visits for name in visit}
            if scenario.resources[name].units is not None
        }
    return found


def _fillable(name: str, visits: list[dict[str, int]], offered: dict[str, IntArray]) -> FloatArray:
    """Return what visits can fill of one resource by day: those that all they need is open for."""
    own = [visit for visit in visits if name in visit]
    possible = np.zeros(len(offered[name]), dtype=np.int64)
    for bit, visit in enumerate(own):
        is_open = np.all([offered[needed] >= minutes for needed, minutes in visit.items()], axis=0)
        possible |= is_open.astype(np.int64) << bit
    filled = np.zeros(len(possible))
    for pattern in np.unique(possible).tolist():
        days = possible == pattern
        lengths = {visit[name] for bit, visit in enumerate(own) if pattern >> bit & 1}
        filled[days] = most_filled(offered[name][days], lengths)
    return filled


def most_filled(offered: IntArray, lengths: Collection[int]) -> IntArray:
    """Return how much of some amounts of minutes whole visits can fill at most.

    Parameters
    ----------
    offered : ndarray of int64, shape (n,)
        Minutes offered.
    lengths : collection of int
        Minutes of each kind of visit; visits that take none do not count.

    Returns
    -------
    ndarray of int64, shape (n,)
        The largest sum of any number of visits that fits in.

    Examples
    --------
    >>> most_filled(np.array([288, 0, 59, 300]), [60]).tolist()
    [240, 0, 0, 300]
    >>> most_filled(np.array([100]), [60, 45]).tolist()
    [90]
    """
    longer = [length for length in lengths if length > 0]
    if not longer:
        return np.zeros_like(offered)
    unit = gcd(*longer)
    lengths_in_units = [length // unit for length in longer]
    all_from = (min(lengths_in_units) - 1) * (max(lengths_in_units) - 1)
    amounts, place = np.unique(offered // unit, return_inverse=True)
    sums = _sums(lengths_in_units, min(int(amounts[-1]), all_from)) if len(amounts) else 0
    filled = [amount if amount >= all_from else _largest(sums, amount) for amount in amounts.tolist()]
    return np.asarray(np.array(filled, dtype=np.int64)[place] * unit)


def _sums(lengths: list[int], limit: int) -> int:
    """Return all sums of any number of visits up to a limit, as the bits of a number."""
    sums = 1
    for length in lengths:
        repeated = length
        while repeated <= limit:
            sums |= sums << repeated
            repeated *= 2
    return sums


def _largest(sums: int, amount: int) -> int:
    """Return the largest sum that does not exceed an amount."""
    return (sums & ((2 << amount) - 1)).bit_length() - 1
