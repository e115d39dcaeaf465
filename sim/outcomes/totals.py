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
    at = np.concatenate([start, stop])
    period = np.minimum(np.floor(at), n_periods - 1).astype(np.int64)
    rest = period + 1 - at
    cell = period if group is None else np.concatenate([group, group]) * n_periods + period
    size = n_groups * n_periods
    if slope is None:
        jump = np.concatenate([level, -level])
        within = sums(cell, jump * rest, size).reshape(shape)
        carried = _before(sums(cell, jump, size).reshape(shape))
    else:
        jump = np.concatenate([level, -(level + slope * (stop - start))])
        bend = np.concatenate([slope, -slope])
        within = sums(cell, (jump + bend * rest / 2) * rest, size).reshape(shape)
        bent = _before(sums(cell, bend, size).reshape(shape))
        risen = sums(cell, jump + bend * rest, size).reshape(shape)
        carried = _before(risen + bent) + bent / 2
    return np.where(_reached(cell, len(start), shape), carried + within, 0)


def sums(cell: IntArray, amount: FloatArray, n_cells: int) -> FloatArray:
    """Add up amounts by cell, shape (n_cells,)."""
    return np.asarray(np.bincount(cell, amount, n_cells), dtype=np.float64)


def counts(cell: IntArray, n_cells: int) -> FloatArray:
    """Count by cell, shape (n_cells,)."""
    return np.asarray(np.bincount(cell, minlength=n_cells), dtype=np.float64)


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
