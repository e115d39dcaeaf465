r"""The interval of a ratio of two paired means, such as an ICER, by Fieller's theorem.

Notes
-----
With means :math:`\bar c, \bar e` over :math:`n` paired replications, variances of the means :math:`v_c, v_e`,
their covariance :math:`v_{ce}` and Student's quantile :math:`t` with :math:`n - 1` degrees of freedom, the
interval holds the ratios :math:`R` for which :math:`\bar c - R \bar e` cannot be told from zero [1]_:

.. math:: (\bar c - R \bar e)^2 \le t^2 (v_c - 2 R v_{ce} + R^2 v_e) .

Its ends are the roots of the quadratic

.. math:: (\bar e^2 - t^2 v_e) R^2 - 2 (\bar c \bar e - t^2 v_{ce}) R + (\bar c^2 - t^2 v_c) = 0 .

They enclose a finite interval exactly if :math:`\bar e^2 > t^2 v_e`: the denominator itself can be told from
zero. Otherwise the set is unbounded or the whole line, and there is no interval to tell; [2]_ does so for
cost-effectiveness ratios. They have no standard error: a denominator that may be zero leaves no variance.

References
----------
.. [1] Fieller EC. Some problems in interval estimation. J R Stat Soc B 1954;16:175-185.
   doi:10.1111/j.2517-6161.1954.tb00159.x
.. [2] Willan AR, O'Brien BJ. Confidence intervals for cost-effectiveness ratios: an application of Fieller's
   theorem. Health Econ 1996;5:297-305.
   doi:10.1002/(SICI)1099-1050(199607/08)5:4<297::AID-HEC216>3.0.CO;2-T
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.analysis.precision import FloatArray, differs_from_zero, half_width


class RatioInterval(NamedTuple):
    """A ratio of means with the 95 % interval around it.

    Parameters
    ----------
    ratio, low, high : float
        Units of the numerator per unit of the denominator.
    """

    ratio: float
    low: float
    high: float


def fieller_interval(numerator: FloatArray, denominator: FloatArray) -> RatioInterval | None:
    """Return a ratio of paired means with its 95 % interval.

    Parameters
    ----------
    numerator, denominator : ndarray, shape (n_replications,)
        Paired values, such as increments of cost and of QALYs.

    Returns
    -------
    RatioInterval or None
        None where the mean of the denominator cannot be told from zero, or with fewer than two replications.
    """
    if not differs_from_zero(denominator) or np.isnan(numerator).any():
        return None
    count, bottom = len(numerator), float(denominator.mean())
    ratio = float(numerator.mean()) / bottom
    # Counted from the ratio itself, the quadratic loses no digits and always has two real roots.
    squared = (
        np.cov(numerator - ratio * denominator, denominator) / count * half_width(np.ones(()), count) ** 2
    )
    apart, both, below = float(squared[0, 0]), float(squared[0, 1]), float(squared[1, 1])
    first = bottom**2 - below
    reach = float(np.sqrt(both**2 + first * apart))
    return RatioInterval(ratio, ratio - (both + reach) / first, ratio - (both - reach) / first)
