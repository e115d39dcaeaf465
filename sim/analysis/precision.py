"""Means over replications and how precise they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def mean_and_error(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean over replications and its standard error.

    Parameters
    ----------
    values : ndarray, shape (..., n_replications)
        One value per replication; nan where undefined.

    Returns
    -------
    mean, error : ndarray, shape (...)
        Over the replications in which the value is defined. The error is the standard deviation
        between replications over the square root of their number, nan with fewer than two.
    """
    known = ~np.isnan(values)
    count = known.sum(axis=-1)
    total = np.where(known, values, 0).sum(axis=-1)
    mean = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    squares = (np.where(known, values - mean[..., np.newaxis], 0) ** 2).sum(axis=-1)
    variance = np.divide(squares, count * (count - 1.0), out=np.full(count.shape, np.nan), where=count > 1)
    return mean, np.sqrt(variance)


def ratio_error(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    r"""Return the standard error of a ratio of means, by the delta method.

    Parameters
    ----------
    numerator, denominator : ndarray, shape (..., n_replications)
        Values by replication; the ratio is one mean over the other.

    Returns
    -------
    ndarray, shape (...)
        Standard error; nan where a mean is 0 or undefined, or with fewer than two replications.

    Notes
    -----
    To first order the ratio :math:`Q = \bar c / \bar a` moves by :math:`(c_i - Q a_i) / \bar a` with
    replication :math:`i`; its error is that of the mean of these.
    """
    among = mean_and_error(denominator)[0][..., np.newaxis]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = mean_and_error(numerator)[0][..., np.newaxis] / among
        moves = (numerator - ratio * denominator) / among
    return mean_and_error(np.where(np.isfinite(moves), moves, np.nan))[1]
