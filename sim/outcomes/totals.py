"""Add up many piecewise-linear functions day by day, exactly and without a patients-by-days table.

A sum of straight pieces changes only where a piece begins or ends. So it is enough to know, for each
day, by how much value and slope jump and when; cumulative sums do the rest.
"""

from __future__ import annotations

import numpy as np

from sim.outcomes.history import FloatArray, IntArray


def time_by_period(
    start: FloatArray, stop: FloatArray, *, n_periods: int, group: IntArray | None = None, n_groups: int = 1
) -> FloatArray:
    """Add up how much of each period of length 1 some stretches of time fill.

    Parameters
    ----------
    start, stop : ndarray, shape (n_stretches,)
        Ends of each stretch, ``0 <= start <= stop <= n_periods`` [periods, such as days from day 0].
    n_periods : int
        Number of periods.
    group : ndarray of int64, shape (n_stretches,), optional
        Group each stretch is added to.
    n_groups : int
        Number of groups.

    Returns
    -------
    ndarray, shape (n_groups, n_periods)
        Time in each period [periods]; exactly 0 where no stretch reaches.
    """
    shape = (n_groups, n_periods)
    first, left_after_start = _within(start, n_periods)
    last, left_after_stop = _within(stop, n_periods)
    if group is not None:
        row = group * n_periods
        first += row
        last += row
    size = n_groups * n_periods
    begun = counts(first, size).reshape(shape)
    lasting = _before(begun - counts(last, size).reshape(shape))
    within = (sums(first, left_after_start, size) - sums(last, left_after_stop, size)).reshape(shape)
    return np.where(lasting + begun, lasting + within, 0)


def totals_of_changes(at: FloatArray, jump: FloatArray, bend: FloatArray, n_periods: int) -> FloatArray:
    r"""Integrate a sum of straight pieces over each period of length 1, given where it changes.

    Parameters
    ----------
    at : ndarray, shape (n_changes,)
        When it changes, ``0 <= at <= n_periods`` [periods, such as days from day 0].
    jump, bend : ndarray, shape (n_changes,)
        By how much the value and its slope change there.
    n_periods : int
        Number of periods.

    Returns
    -------
    ndarray, shape (n_periods,)
        Integral over each period; where all pieces have ended, 0 but for rounding.

    Notes
    -----
    A change adds :math:`\Delta v\,(t-\tau) + \tfrac12 \Delta b\,(t-\tau)^2` to the running integral
    after it. With :math:`V` and :math:`B` the summed value and slope at the start of a period, and :math:`r`
    the part of the period left after a change, the integral over the period is
    :math:`V + B/2 + \sum (\Delta v\, r + \Delta b\, r^2 / 2)`. Where one piece ends and the next begins is
    one change, not two.
    """
    period, rest = _within(at, n_periods)
    half_risen = bend * rest
    half_risen /= 2
    middle = jump + half_risen
    bent = _before(sums(period, bend, n_periods))
    within = sums(period, np.multiply(middle, rest, out=rest), n_periods)
    risen = np.add(middle, half_risen, out=middle)
    total: FloatArray = _before(sums(period, risen, n_periods) + bent) + bent / 2 + within
    return total


def _within(at: FloatArray, n_periods: int) -> tuple[IntArray, FloatArray]:
    """Return the period of each moment, and the part of the period that is left then."""
    period = at.astype(np.int64)
    np.minimum(period, n_periods - 1, out=period)
    rest = 1 - at
    rest += period
    return period, rest


def sums(cell: IntArray, amount: FloatArray, n_cells: int) -> FloatArray:
    """Add up amounts by cell, shape (n_cells,)."""
    return np.asarray(np.bincount(cell, amount, n_cells), dtype=np.float64)


def counts(cell: IntArray, n_cells: int) -> FloatArray:
    """Count by cell, shape (n_cells,)."""
    return np.asarray(np.bincount(cell, minlength=n_cells), dtype=np.float64)


def weighted(weights: FloatArray, amounts: FloatArray) -> FloatArray:
    """Multiply matrices, skipping rows of amounts that are 0 throughout; shape (n_sums, n_periods).

    Parameters
    ----------
    weights : ndarray, shape (n_sums, n_groups)
        What a unit of each group counts for in each sum.
    amounts : ndarray, shape (n_groups, n_periods)
        Units by group and period.

    Returns
    -------
    ndarray, shape (n_sums, n_periods)
        Groups are added in order, so that sums do not depend on how a library shares them out to threads.
    """
    total = np.zeros((weights.shape[0], amounts.shape[1]))
    for group in np.flatnonzero(amounts.any(axis=1)):
        total += weights[:, group, np.newaxis] * amounts[group]
    return total


def _before(change: FloatArray) -> FloatArray:
    """Sum the changes of all earlier periods; periods are on the last axis."""
    summed = np.zeros_like(change)
    np.cumsum(change[..., :-1], axis=-1, out=summed[..., 1:])
    return summed
