"""Chance told apart from uncertain parameters, in results of several replications of each draw.

A draw's result is a mean over simulated patients, so results of different draws differ by chance too. Left
in, chance flattens acceptability curves and looks like something to be learned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.net_benefit import best_strategy, checked_net_benefit
from sim.analysis.precision import FloatArray
from sim.errors import AnalysisError

TINY = 1e-12
"""Share of the largest variance below which a direction counts as empty."""


@dataclass(frozen=True, slots=True, eq=False)
class VarianceParts:
    """Covariances between strategies, split by where they come from.

    Parameters
    ----------
    parameters : ndarray, shape (n_strategies, n_strategies)
        Of the expected net benefit over parameter draws. Estimated without bias, so a small variance may
        come out negative.
    left : ndarray, shape (n_strategies, n_strategies)
        By chance, in differences between draws of the mean over their replications.
    """

    parameters: FloatArray
    left: FloatArray

    def chance_share(self, one: int, other: int) -> float:
        """Return the share of chance in how the difference of two strategies varies between draws."""
        noise = _variance_of_difference(self.left, one, other)
        total = noise + max(_variance_of_difference(self.parameters, one, other), 0.0)
        return noise / total if total > 0 else 0.0


def variance_parts(net_benefit: FloatArray) -> VarianceParts:
    r"""Split the spread of net benefits into uncertain parameters and chance.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_inner, n_strategies)
        Net benefit of every replication of each draw.

    Returns
    -------
    VarianceParts
        Covariances between strategies.

    Raises
    ------
    AnalysisError
        If there are fewer than two strategies, two replications or 100 draws, or a value is not finite.

    Notes
    -----
    Analysis of variance with one way (draws): the covariance of means over :math:`K` replications is that of
    parameters plus that within draws over :math:`K` [1]_.

    References
    ----------
    .. [1] O'Hagan A, Stevenson M, Madan J. Monte Carlo probabilistic sensitivity analysis for patient level
       simulation models: efficient estimation of mean and variance using ANOVA. Health Economics.
       2007;16(10):1009-1023. doi:10.1002/hec.1199
    """
    return _split(checked_replications(net_benefit, "variance"))


def _split(table: FloatArray) -> VarianceParts:
    n_draws, n_inner, _ = table.shape
    by_draw = table.mean(axis=1)
    between = _covariance(by_draw, n_draws - 1)
    left = _covariance(table - by_draw[:, np.newaxis], n_draws * (n_inner - 1)) / n_inner
    return VarianceParts(between - left, left)


def without_chance(net_benefit: FloatArray) -> FloatArray:
    r"""Return net benefits by draw whose differences spread as the parameters alone make them.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_inner, n_strategies)
        Net benefit of every replication of each draw.

    Returns
    -------
    ndarray, shape (n_draws, n_strategies)
        A table for `evpi`, `acceptability` and `expected_loss`. Means are kept. The column of the best
        strategy is its mean over replications; differences to it are drawn together.

    Raises
    ------
    AnalysisError
        If there are fewer than two strategies, two replications or 100 draws, or a value is not finite.

    Notes
    -----
    Differences between strategies have covariance :math:`T = P + C`, of parameters and of chance [1]_. With
    :math:`W` such that :math:`W^\top T W = I` and :math:`W^\top P W = \Lambda` they are multiplied by
    :math:`W \Lambda^{1/2} W^{-1}`, so that their covariance becomes :math:`P` (negative estimates as 0).
    Where differences are normal the result has the distribution of the expected net benefits. Otherwise
    only means and covariances are right, and `nested_evpi` is the distribution-free check.

    References
    ----------
    .. [1] O'Hagan A, Stevenson M, Madan J. Monte Carlo probabilistic sensitivity analysis for patient level
       simulation models: efficient estimation of mean and variance using ANOVA. Health Economics.
       2007;16(10):1009-1023. doi:10.1002/hec.1199
    """
    table = checked_replications(net_benefit, "chance")
    best = best_strategy(table.mean(axis=1))
    others = np.delete(np.arange(table.shape[-1]), best)
    differences = table[..., others] - table[..., best : best + 1]
    parts = _split(differences)
    by_draw = differences.mean(axis=1)
    center = by_draw.mean(axis=0)
    cleaned: FloatArray = table.mean(axis=1)
    cleaned[:, others] = cleaned[:, [best]] + center + (by_draw - center) @ _drawing_together(parts)
    return cleaned


def _drawing_together(parts: VarianceParts) -> FloatArray:
    """Return the matrix that turns the covariance between draws into that of parameters."""
    sizes, directions = np.linalg.eigh(parts.parameters + parts.left)
    full = sizes > TINY * sizes[-1]
    roots = np.sqrt(sizes[full])
    into, back = directions[:, full] / roots, (directions[:, full] * roots).T
    share, turn = np.linalg.eigh(into.T @ parts.parameters @ into)
    return np.asarray(into @ (turn * np.sqrt(np.clip(share, 0, 1))) @ turn.T @ back)


def checked_replications(net_benefit: FloatArray, what: str) -> FloatArray:
    """Return a table of replications that an analysis can use.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_inner, n_strategies)
        Net benefit of every replication of each draw.
    what : str
        The analysis, for messages.

    Returns
    -------
    ndarray, shape (n_draws, n_inner, n_strategies)
        As floats.

    Raises
    ------
    AnalysisError
        If there are fewer than two strategies, two replications or 100 draws, or a value is not finite.
    """
    table = np.asarray(net_benefit, dtype=np.float64)
    if table.ndim != 2 + 1 or table.shape[1] < 2:
        raise AnalysisError(
            f"{what}: net benefit must have at least two replications of each draw "
            f"(draws x replications x strategies), got shape {table.shape}; run 'psa' with more "
            "replications of each draw"
        )
    return checked_net_benefit(table, what)


def _covariance(values: FloatArray, freedom: int) -> FloatArray:
    """Return sums of products about the mean over all but the last axis, divided by degrees of freedom."""
    rows = values.reshape(-1, values.shape[-1])
    apart = rows - rows.mean(axis=0)
    return np.asarray(apart.T @ apart / freedom)


def _variance_of_difference(covariance: FloatArray, one: int, other: int) -> float:
    return float(covariance[one, one] + covariance[other, other] - 2 * covariance[one, other])
