"""Means over replications and how precise they are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
COVERAGE = 0.95
"""Coverage of intervals."""
ROUNDING = 1e-12
"""Differences of means per patient up to this size are nothing but rounding."""


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


def plain(value: object) -> Any:  # noqa: ANN401  of the type that was given
    """Return a value as JSON holds it.

    Parameters
    ----------
    value : object
        A number, of numpy or not, or any other value.

    Returns
    -------
    object
        None for a number that is not finite; others as plain Python values.

    Examples
    --------
    >>> plain(np.float64("nan")), plain(np.array(2.5)), plain("payer"), plain(None)
    (None, 2.5, 'payer', None)
    """
    known = value.item() if isinstance(value, np.generic | np.ndarray) else value
    return None if isinstance(known, float) and not math.isfinite(known) else known


def half_width(error: FloatArray, n_replications: int) -> FloatArray:
    """Return half the width of the 95 % interval of a mean, by Student's t.

    Parameters
    ----------
    error : ndarray
        Standard errors.
    n_replications : int
        Number of replications behind each.

    Returns
    -------
    ndarray
        Of the same shape; nan with fewer than two replications.
    """
    if n_replications <= 1:
        return np.full_like(error, np.nan)
    return error * _quantile(np.asarray(n_replications - 1.0))


def half_width_apart(
    error: FloatArray, n_replications: int, other_error: FloatArray, other_n_replications: int
) -> FloatArray:
    r"""Return half the width of the 95 % interval of a difference of independent means, by Welch's t.

    Parameters
    ----------
    error, other_error : ndarray
        Standard errors of both means.
    n_replications, other_n_replications : int
        Number of replications behind each.

    Returns
    -------
    ndarray
        Of the same shape; nan with fewer than two replications of either.

    Notes
    -----
    The error is :math:`\sqrt{e_1^2 + e_2^2}`, with the degrees of freedom of Welch [1]_,
    :math:`(e_1^2 + e_2^2)^2 / (e_1^4 / (n_1 - 1) + e_2^4 / (n_2 - 1))`.

    References
    ----------
    .. [1] Welch BL. The generalization of Student's problem when several different population variances are
       involved. Biometrika 1947;34:28-35. doi:10.1093/biomet/34.1-2.28
    """
    joint = np.hypot(error, other_error)
    if min(n_replications, other_n_replications) <= 1:
        return np.full_like(joint, np.nan)
    spread = (error * error) ** 2 / (n_replications - 1) + (other_error * other_error) ** 2 / (
        other_n_replications - 1
    )
    freedom = np.ones_like(joint)
    np.divide((joint * joint) ** 2, spread, out=freedom, where=spread > 0)
    return joint * _quantile(freedom)


def _quantile(freedom: FloatArray) -> FloatArray:
    """Return by how many standard errors a 95 % interval reaches to either side."""
    from scipy.special import stdtrit  # noqa: PLC0415

    reach: FloatArray = stdtrit(freedom, (1 + COVERAGE) / 2)
    return reach


def differs_from_zero(differences: FloatArray) -> bool:
    """Tell whether the mean of paired differences is other than 0 beyond chance.

    Parameters
    ----------
    differences : ndarray, shape (n_replications,)
        One per replication.

    Returns
    -------
    bool
        True if its 95 % interval by Student's t excludes 0; False with fewer than two replications, where a
        difference is undefined, and of a mean that is only rounding.
    """
    mean, error = mean_and_error(differences)
    if np.isnan(differences).any() or abs(mean) <= ROUNDING:
        return False
    return bool(abs(mean) > half_width(error, len(differences)))


def ratio_of_means(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Return one mean over another.

    Parameters
    ----------
    numerator, denominator : ndarray, shape (..., n_replications)
        Values by replication.

    Returns
    -------
    ndarray, shape (...)
        The ratio; nan where the mean of the denominator is not above 0.
    """
    amount, among = mean_and_error(numerator)[0], mean_and_error(denominator)[0]
    ratio = np.full(amount.shape, np.nan)
    np.divide(amount, among, out=ratio, where=among > 0)
    return ratio


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
    replication :math:`i`; its error is that of the mean of these [1]_.

    References
    ----------
    .. [1] Cochran WG. Sampling Techniques. 3rd ed. Wiley; 1977. Chapter 2.
    """
    return mean_and_error(_moves(numerator, denominator))[1]


def ratio_difference(
    numerator: FloatArray, denominator: FloatArray, other_numerator: FloatArray, other_denominator: FloatArray
) -> tuple[FloatArray, FloatArray]:
    r"""Return the difference of two ratios of means and its standard error, paired by replication.

    Parameters
    ----------
    numerator, denominator : ndarray, shape (..., n_replications)
        Values by replication of the first ratio.
    other_numerator, other_denominator : ndarray, shape (..., n_replications)
        Values of the ratio taken from it, in the same replications.

    Returns
    -------
    difference, error : ndarray, shape (...)
        Nan where a ratio is undefined; the error also with fewer than two replications.

    Notes
    -----
    Delta method: a replication moves the difference by its move of the first ratio less that of the second
    (see `ratio_error`), so what equal luck moves in both does not count.
    """
    difference = ratio_of_means(numerator, denominator) - ratio_of_means(other_numerator, other_denominator)
    moves = _moves(numerator, denominator) - _moves(other_numerator, other_denominator)
    return difference, np.where(np.isnan(difference), np.nan, mean_and_error(moves)[1])


def _moves(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Return how far each replication moves a ratio of means, to first order."""
    among = mean_and_error(denominator)[0][..., np.newaxis]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = mean_and_error(numerator)[0][..., np.newaxis] / among
        moves = (numerator - ratio * denominator) / among
    return np.where(np.isfinite(moves), moves, np.nan)
