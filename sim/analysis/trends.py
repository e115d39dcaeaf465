r"""Means and trends over weeks with their errors, also from a single replication.

Several replications are independent, and their scatter is the error. One replication has only its own weeks,
and a queue remembers: a bad week is followed by another, so that many weeks tell no more than few independent
ones.

Notes
-----
With a correlation :math:`\rho` between neighboring weeks, as in a first-order autoregression, the error of a
mean or slope over :math:`n` weeks is :math:`\sqrt{(1 + \rho) / (1 - \rho)}` times that of independent weeks,
and the weeks are worth :math:`n (1 - \rho) / (1 + \rho)` of them [1]_. The correlation :math:`r` between
residuals is too low: by about :math:`(1 + 3 \rho) / n` around a mean [2]_, and in simulations by about
:math:`(2 + 4 \rho) / n` around a line. So, with :math:`k` fitted coefficients,
:math:`(n r + k) / (n - 2 - k)` is taken for :math:`\rho`, at least 0. Weeks that are worth fewer than one
beyond the coefficients allow no verdict: the lower limit is minus infinity.

References
----------
.. [1] Bartlett MS. Some aspects of the time-correlation problem in regard to tests of significance. J R Stat
   Soc 1935;98:536-543. doi:10.2307/2342284
.. [2] Kendall MG. Note on bias in the estimation of autocorrelation. Biometrika 1954;41:403-404.
   doi:10.1093/biomet/41.3-4.403
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.precision import FloatArray, mean_and_error

IntArray = NDArray[np.int64]
LEVEL = 0.95
"""Level of the one-sided interval."""
_FOR_MEAN, _FOR_LINE = 1, 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """Something estimated: mean over replications, its standard error, and a one-sided lower limit.

    Parameters
    ----------
    mean, low : float
        Nan where nothing is known.
    error : float
        Between replications; nan of a single one.
    """

    mean: float
    error: float
    low: float


def trend(weekly: FloatArray) -> Estimate:
    """Fit a line by least squares to the weeks of each replication.

    Parameters
    ----------
    weekly : ndarray, shape (n_replications, n_weeks)
        Values by week; nan where there is none.

    Returns
    -------
    Estimate
        Of the slope [units of the values per week].
    """
    return _over_replications([_fit(values, _FOR_LINE) for values in weekly])


def level(weekly: FloatArray) -> Estimate:
    """Estimate the mean over the weeks of each replication; arguments as for `trend`."""
    return _over_replications([_fit(values, _FOR_MEAN) for values in weekly])


@dataclass(frozen=True, slots=True)
class _Fit:
    """A coefficient of one replication, its error and the degrees of freedom of this."""

    value: float
    error: float
    freedom: float


def _over_replications(fits: list[_Fit]) -> Estimate:
    """Return mean, error and lower limit; of one replication, by its own error."""
    from scipy.special import stdtrit  # noqa: PLC0415

    known = [fit for fit in fits if not np.isnan(fit.value)]
    if not known:
        return Estimate(np.nan, np.nan, np.nan)
    if len(known) == 1:
        (fit,) = known
        width = fit.error * float(stdtrit(fit.freedom, LEVEL)) if fit.freedom >= 1 else np.inf
        return Estimate(fit.value, np.nan, fit.value - width)
    mean, error = (float(number) for number in mean_and_error(np.array([fit.value for fit in known])))
    return Estimate(mean, error, mean - error * float(stdtrit(len(known) - 1, LEVEL)))


def _fit(values: FloatArray, n_coefficients: int) -> _Fit:
    """Fit a mean or a line to the weeks that are known; the coefficient told is the last."""
    week = np.flatnonzero(~np.isnan(values))
    if len(week) <= n_coefficients:
        return _Fit(np.nan, np.nan, 0)
    basis = np.ones(len(week)) if n_coefficients == _FOR_MEAN else week - week.mean()
    known, size = values[week], float(basis @ basis)
    value = float(basis @ known / size)
    residual = known - value * basis
    residual -= residual.mean()
    variance = float(residual @ residual) / (len(week) - n_coefficients)
    is_exact = residual @ residual <= np.finfo(float).eps * (known @ known)
    repeated = 0.0 if is_exact else _correlation(week, residual, n_coefficients)
    freedom = len(week) * (1 - repeated) / (1 + repeated) - n_coefficients
    return _Fit(value, float(np.sqrt(variance / size * (1 + repeated) / (1 - repeated))), freedom)


def _correlation(week: IntArray, residual: FloatArray, n_coefficients: int) -> float:
    """Return the correlation between neighboring weeks, made up for its bias, at least 0 and below 1."""
    n_weeks, follows = len(week), np.diff(week) == 1
    found = float((residual[1:] * residual[:-1])[follows].sum() / (residual @ residual))
    spare = max(n_weeks - 2 - n_coefficients, 1)
    return float(np.clip((n_weeks * found + n_coefficients) / spare, 0, 1 - 1 / n_weeks))
