"""Add up many piecewise-linear functions day by day, exactly and without a patients-by-days table.

A sum of straight pieces changes only where a piece begins or ends. So it is enough to know, for each
day, by how much value and slope jump and when; cumulative sums do the rest.
"""

from __future__ import annotations

import numpy as np

from sim.outcomes.history import FloatArray, IntArray


def totals_by_period(
    start: FloatArray,
    stop: FloatArray,
    level: FloatArray,
    *,
    n_periods: int,
    slope: FloatArray | None = None,
    group: IntArray | None = None,
    n_groups: int = 1,
) -> FloatArray:
    r"""Integrate straight pieces over each period of length 1 and add them up.

    Parameters
    ----------
    start, stop : ndarray, shape (n_pieces,)
        Ends of each piece, ``0 <= start <= stop <= n_periods`` [periods, such as days from day 0].
    level : ndarray, shape (n_pieces,)
        Value at the start of the piece.
    n_periods : int
        Number of periods.
    slope : ndarray, shape (n_pieces,), optional
        Change of the value per period; left out = constant pieces.
    group : ndarray of int64, shape (n_pieces,), optional
        Group each piece is added to.
    n_groups : int
        Number of groups.

    Returns
    -------
    ndarray, shape (n_groups, n_periods)
        Integral of the sum over each period; exactly 0 where no piece reaches.

    Notes
    -----
    A piece adds :math:`\Delta v\,(t-\tau) + \tfrac12 \Delta b\,(t-\tau)^2` to the running integral after
    its start, and takes the same away, with its value and slope there, after its stop. With :math:`V`
    and :math:`B` the summed value and slope at the start of a period, and :math:`r` the part of the
    period left after a change, the integral over the period is
    :math:`V + B/2 + \sum (\Delta v\, r + \Delta b\, r^2 / 2)`.
    """
    shape = (n_groups, n_periods)
    period, rest = _within(np.concatenate([start, stop]), n_periods)
    cell = period if group is None else np.concatenate([group, group]) * n_periods + period
    if slope is None:
        totals = _integrals(cell, rest, np.concatenate([level, -level]), None, shape)
    else:
        jump = np.concatenate([level, -(level + slope * (stop - start))])
        totals = _integrals(cell, rest, jump, np.concatenate([slope, -slope]), shape)
    return np.where(_reached(cell, len(start), shape), totals, 0)


def totals_of_changes(at: FloatArray, jump: FloatArray, bend: FloatArray, n_periods: int) -> FloatArray:
    """Integrate a sum of straight pieces over each period of length 1, given where it changes.

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
    As `totals_by_period`, for pieces that follow each other: where one ends and the next begins is then
    one change, not two.
    """
    period, rest = _within(at, n_periods)
    totals: FloatArray = _integrals(period, rest, jump, bend, (1, n_periods))[0]
    return totals


def _within(at: FloatArray, n_periods: int) -> tuple[IntArray, FloatArray]:
    """Return the period of each moment, and the part of the period that is left then."""
    period = at.astype(np.int64)
    np.minimum(period, n_periods - 1, out=period)
    rest = 1 - at
    rest += period
    return period, rest


def _integrals(
    cell: IntArray, rest: FloatArray, jump: FloatArray, bend: FloatArray | None, shape: tuple[int, int]
) -> FloatArray:
    """Integrate over each period, from changes of the value and of the slope; uses up ``rest``."""
    size = shape[0] * shape[1]
    if bend is None:
        within = sums(cell, jump * rest, size).reshape(shape)
        return _before(sums(cell, jump, size).reshape(shape)) + within
    half_risen = bend * rest
    half_risen /= 2
    middle = jump + half_risen
    bent = _before(sums(cell, bend, size).reshape(shape))
    within = sums(cell, np.multiply(middle, rest, out=rest), size).reshape(shape)
    risen = np.add(middle, half_risen, out=middle)
    return _before(sums(cell, risen, size).reshape(shape) + bent) + bent / 2 + within


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
    """Sum the changes of all earlier periods."""
    summed = np.zeros_like(change)
    np.cumsum(change[:, :-1], axis=1, out=summed[:, 1:])
    return summed


def _reached(cell: IntArray, n_pieces: int, shape: tuple[int, int]) -> FloatArray:
    """Count the pieces that touch each period: begun by its end, not stopped before it."""
    size = shape[0] * shape[1]
    begun = counts(cell[:n_pieces], size).reshape(shape)
    stopped = counts(cell[n_pieces:], size).reshape(shape)
    reached: FloatArray = np.cumsum(begun, axis=1) - _before(stopped)
    return reached
