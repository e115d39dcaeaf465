"""Present values: every cost and every QALY of the simulator is discounted here and nowhere else.

Time is in years from the decision, which is the start of day 0. Rates are annual and effective; within a year
value falls continuously.
"""

from __future__ import annotations

import numpy as np

from sim.outcomes.history import FloatArray
from sim.units import DAYS_PER_YEAR


def present_value_of_flow(
    rate: FloatArray | float, start: FloatArray | float, stop: FloatArray | float, *, discount_rate: float
) -> FloatArray:
    r"""Return what a constant flow over each interval is worth at the decision.

    Parameters
    ----------
    rate : ndarray, shape (n_intervals,), or float
        Flow while the interval lasts [currency/year, or QALY/year].
    start, stop : ndarray, shape (n_intervals,), or float
        Ends of each interval, ``start <= stop`` [years from decision].
    discount_rate : float
        Annual effective rate, at least 0 [1/year].

    Returns
    -------
    ndarray, shape (n_intervals,)
        Present values [currency, or QALY].

    Raises
    ------
    ValueError
        If ``discount_rate`` is negative, or an interval ends before it starts.

    Notes
    -----
    With force of interest :math:`\delta = \ln(1 + r)` the value is
    :math:`\int_a^b q\,e^{-\delta t}\,dt = q\,e^{-\delta a} (1 - e^{-\delta (b - a)}) / \delta`, and
    :math:`q (b - a)` where :math:`\delta = 0` (a continuous annuity [1]_).

    References
    ----------
    .. [1] Bowers NL, Gerber HU, Hickman JC, Jones DA, Nesbitt CJ. Actuarial Mathematics. 2nd ed. Society
       of Actuaries; 1997.

    Examples
    --------
    >>> present_value_of_flow(np.array([100.0]), np.array([1.0]), np.array([3.0]), discount_rate=0.0)
    array([200.])
    """
    force = _force_of_interest(discount_rate)
    length = np.subtract(stop, start)
    if np.any(length < 0):
        first = int(np.argmax(length < 0))
        begun, ended = (np.broadcast_to(end, length.shape).flat[first] for end in (start, stop))
        raise ValueError(
            f"interval {first} must not end before it starts, got start {begun} and stop {ended}"
        )
    exponent = np.asarray(force * length)
    shrink = np.ones_like(exponent)
    np.divide(-np.expm1(-exponent), exponent, out=shrink, where=exponent > 0)
    return np.asarray(rate * np.exp(-force * np.asarray(start)) * length * shrink, dtype=np.float64)


def present_value_of_lump_sums(
    amount: FloatArray | float, at: FloatArray | float, *, discount_rate: float
) -> FloatArray:
    r"""Return what amounts that fall at one moment are worth at the decision.

    Parameters
    ----------
    amount : ndarray, shape (n_sums,), or float
        Undiscounted amounts [currency, or QALY].
    at : ndarray, shape (n_sums,), or float
        When each falls [years from decision].
    discount_rate : float
        Annual effective rate, at least 0 [1/year].

    Returns
    -------
    ndarray, shape (n_sums,)
        Present values :math:`x\,(1 + r)^{-t}` [currency, or QALY].

    Raises
    ------
    ValueError
        If ``discount_rate`` is negative.

    Examples
    --------
    >>> present_value_of_lump_sums(np.array([110.0]), np.array([1.0]), discount_rate=0.1).round(9)
    array([100.])
    """
    force = _force_of_interest(discount_rate)
    return np.asarray(np.multiply(amount, np.exp(-force * np.asarray(at))), dtype=np.float64)


def discount_factors(n_days: int, discount_rate: float) -> FloatArray:
    r"""Return what one unit spread over each day is worth at the start of day 0.

    Parameters
    ----------
    n_days : int
        Number of days.
    discount_rate : float
        Annual effective rate, at least 0 [1/year].

    Returns
    -------
    ndarray, shape (n_days,)
        Factors, falling from nearly 1.

    Raises
    ------
    ValueError
        If ``discount_rate`` is negative.

    Notes
    -----
    A unit on day :math:`d` is a flow of 365.25 a year through that day (`present_value_of_flow`), so that a
    factor is :math:`(1 + r)^{-d / 365.25}` times that of day 0.

    Examples
    --------
    >>> discount_factors(2, 0.0)
    array([1., 1.])
    """
    first = present_value_of_flow(DAYS_PER_YEAR, 0.0, 1 / DAYS_PER_YEAR, discount_rate=discount_rate)
    return present_value_of_lump_sums(first, np.arange(n_days) / DAYS_PER_YEAR, discount_rate=discount_rate)


def _force_of_interest(discount_rate: float) -> float:
    if not discount_rate >= 0:
        raise ValueError(f"discount_rate must be at least 0, got {discount_rate}")
    return float(np.log1p(discount_rate))
