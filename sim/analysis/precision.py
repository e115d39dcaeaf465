"""Means over replications and how precise they are."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.errors import AnalysisError

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


def ratio_error(numerator: FloatArray, *denominators: FloatArray) -> FloatArray:
    r"""Return the standard error of a ratio of means, by the delta method.

    Parameters
    ----------
    numerator, *denominators : ndarray, shape (..., n_replications)
        Values by replication; the ratio is the mean numerator over the product of mean denominators.

    Returns
    -------
    ndarray, shape (...)
        Standard error; nan where a mean is 0 or undefined, or with fewer than two replications.

    Notes
    -----
    To first order the ratio :math:`Q = \bar c / (\bar a \bar b)` moves by
    :math:`Q (c_i/\bar c - a_i/\bar a - b_i/\bar b)` with replication :math:`i`; its error is that of
    the mean of these.
    """
    means = [mean_and_error(values)[0] for values in (numerator, *denominators)]
    product = np.prod(means[1:], axis=0)
    moves = np.zeros_like(numerator)
    with np.errstate(divide="ignore", invalid="ignore"):
        moves = numerator / product[..., np.newaxis]
        ratio = means[0] / product
        for values, mean in zip(denominators, means[1:], strict=True):
            moves = moves - (ratio / mean)[..., np.newaxis] * values
    moves = np.where(np.isfinite(moves), moves, np.nan)
    return mean_and_error(moves)[1]


def replications_needed(values: FloatArray, target_error: float) -> int:
    """Return how many replications bring the standard error of a mean down to a target.

    Parameters
    ----------
    values : ndarray, shape (n_replications,)
        Values of a pilot run, such as paired differences in net monetary benefit.
    target_error : float
        Standard error wanted, above 0, in the unit of the values.

    Returns
    -------
    int
        At least the two a standard error needs.

    Raises
    ------
    AnalysisError
        If there are fewer than two values or the target is not above 0.
    """
    if len(values) <= 1:
        raise AnalysisError(f"precision: needs at least two replications, got {len(values)}; run more")
    if not target_error > 0:
        raise AnalysisError(f"precision: standard error must be above 0, got {target_error!r}")
    return max(2, math.ceil(float(np.var(values, ddof=1)) / target_error**2))
