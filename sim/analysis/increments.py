"""Differences between strategies, paired by replication.

Every strategy of a replication sees the same patients and the same luck, so differences are taken within
a replication; their error is far smaller than that of the two means.
"""

from __future__ import annotations

import numpy as np

from sim.analysis.precision import FloatArray, mean_and_error


def increments(values: FloatArray, comparator: int) -> FloatArray:
    """Return differences to the comparator in each replication.

    Parameters
    ----------
    values : ndarray, shape (n_strategies, n_replications)
        A result by strategy and replication.
    comparator : int
        Position of the strategy that differences are counted from.

    Returns
    -------
    ndarray, shape (n_strategies, n_replications)
        Differences; nan for the comparator itself.
    """
    differences: FloatArray = values - values[comparator]
    differences[comparator] = np.nan
    return differences


def net_monetary_benefit(cost: FloatArray, qaly: FloatArray, wtp: float) -> FloatArray:
    """Return the value of health gained less its cost [currency].

    Parameters
    ----------
    cost, qaly : ndarray
        Costs [currency] and QALYs of the same shape.
    wtp : float
        Willingness to pay [currency/QALY].

    Returns
    -------
    ndarray
        ``wtp * qaly - cost``.
    """
    benefit: FloatArray = wtp * qaly - cost
    return benefit


def variance_reduction(values: FloatArray, comparator: int) -> FloatArray:
    """Return how many times fewer replications the pairing needs.

    Parameters
    ----------
    values : ndarray, shape (n_strategies, n_replications)
        A result by strategy and replication.
    comparator : int
        Position of the strategy that differences are counted from.

    Returns
    -------
    ndarray, shape (n_strategies,)
        Variance of a difference between independent runs over that between paired ones; nan for the
        comparator, or where pairing leaves no variance.
    """
    _, alone = mean_and_error(values)
    _, paired = mean_and_error(increments(values, comparator))
    independent = alone**2 + alone[comparator] ** 2
    factor = np.full(len(values), np.nan)
    np.divide(independent, paired**2, out=factor, where=paired > 0)
    return factor
