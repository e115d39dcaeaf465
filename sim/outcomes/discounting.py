"""Present values: every cost and every QALY of the simulator is discounted here and nowhere else."""

from __future__ import annotations

import numpy as np

from sim.outcomes.history import FloatArray
from sim.units import DAYS_PER_YEAR


def discount_factors(n_days: int, discount_rate: float) -> FloatArray:
    r"""Return what one unit on each day is worth at the start of day 0.

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
    What falls within day :math:`d` is valued at its middle:
    :math:`(1 + r)^{-(d + 1/2) / 365.25}`.

    Examples
    --------
    >>> discount_factors(2, 0.0)
    array([1., 1.])
    """
    if discount_rate < 0:
        raise ValueError(f"discount_rate must be at least 0, got {discount_rate}")
    years = (np.arange(n_days) + 1 / 2) / DAYS_PER_YEAR
    return np.asarray((1 + discount_rate) ** -years, dtype=np.float64)
