"""What knowing everything about the parameters would be worth (EVPI), with chance told apart.

A draw's result is a mean over simulated patients, so it carries chance besides the uncertainty of
parameters. Chance looks like something to be learned and makes EVPI too large; several runs of each draw
(a nested design) show how much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.net_benefit import checked_net_benefit, checked_pair, gains, net_benefits
from sim.analysis.precision import FloatArray
from sim.errors import AnalysisError

WHAT = "EVPI"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value of information and its Monte-Carlo standard error, per person [currency]."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class NestedEstimate:
    """EVPI of a nested design.

    Parameters
    ----------
    value : float
        EVPI without the first-order bias by chance, at least 0 [currency per person].
    error : float
        Its Monte-Carlo standard error.
    uncorrected : float
        EVPI as if the mean over runs were free of chance; too large on average.
    chance_bias : float
        What the correction takes off.
    """

    value: float
    error: float
    uncorrected: float
    chance_bias: float


@dataclass(frozen=True, slots=True, eq=False)
class VarianceParts:
    """Covariances between strategies, split by where they come from.

    Parameters
    ----------
    parameters : ndarray, shape (n_strategies, n_strategies)
        Of the expected net benefit over parameter draws. Estimated without bias, so a small variance may
        come out negative.
    chance : ndarray, shape (n_strategies, n_strategies)
        Of one run with given parameters.
    left : ndarray, shape (n_strategies, n_strategies)
        By chance, in differences between draws of the mean over their runs.
    """

    parameters: FloatArray
    chance: FloatArray
    left: FloatArray

    def chance_share(self, one: int, other: int) -> float:
        """Return the share of chance in how the difference of two strategies varies between draws."""
        noise = _variance_of_difference(self.left, one, other)
        total = noise + max(_variance_of_difference(self.parameters, one, other), 0.0)
        return noise / total if total > 0 else 0.0


def evpi(net_benefit: FloatArray) -> Estimate:
    r"""Return the expected value of perfect information per person.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_strategies)
        Net benefit by draw of the parameters. If it carries chance, EVPI is too large: see `nested_evpi`.

    Returns
    -------
    Estimate
        :math:`\overline{\max_s b_{is}} - \max_s \bar b_s`, and the standard error of this mean loss.

    Raises
    ------
    AnalysisError
        If there are fewer than two strategies or 100 draws, or a value is not finite.

    Notes
    -----
    The error takes the best strategy as known and draws as independent; with Latin hypercube or Sobol'
    draws it is an upper bound as a rule.

    References
    ----------
    .. [1] Claxton K. The irrelevance of inference: a decision-making approach to the stochastic evaluation
       of health care technologies. Journal of Health Economics. 1999;18(3):341-364.
       doi:10.1016/S0167-6296(98)00039-3
    """
    return _mean(gains(checked_net_benefit(net_benefit, WHAT)).max(axis=1))


def evpi_curve(cost: FloatArray, effect: FloatArray, wtp: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return EVPI per person over a grid of willingness to pay.

    Parameters
    ----------
    cost, effect : ndarray, shape (n_draws, n_strategies)
        Costs [currency] and effects [QALY] by draw.
    wtp : ndarray, shape (n_wtp,)
        Willingness to pay [currency/QALY].

    Returns
    -------
    value, error : ndarray, shape (n_wtp,)
        See `evpi`.

    Raises
    ------
    AnalysisError
        If shapes differ, there are too few strategies or draws, or a value is not finite.
    """
    checked_pair(cost, effect, wtp, WHAT)
    grid = np.atleast_1d(np.asarray(wtp, dtype=np.float64)).tolist()
    found = [evpi(net_benefits(cost, effect, value, WHAT)) for value in grid]
    return np.array([one.value for one in found]), np.array([one.error for one in found])


def nested_evpi(net_benefit: FloatArray) -> NestedEstimate:
    r"""Return EVPI without the first-order bias that chance within draws causes.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_inner, n_strategies)
        Net benefit of every run of each draw; at least two runs.

    Returns
    -------
    NestedEstimate
        EVPI per person, corrected and uncorrected.

    Raises
    ------
    AnalysisError
        If there are fewer than two strategies, two runs or 100 draws, or a value is not finite.

    Notes
    -----
    The bias of the maximum of means over :math:`K` runs is of order :math:`1/K` [1]_. Runs are cut into two
    parts of :math:`h` and :math:`K - h`, each with an EVPI of its own. Their mean, weighted by runs, has
    twice the bias of the whole, so

    .. math:: 2\,E_K - \frac{h\,E_h + (K - h)\,E_{K-h}}{K}

    has none to this order; parts of the same runs keep its variance small, as in the antithetic estimator of
    [1]_. A remainder of order :math:`1/K^2` is left and counts once chance in a draw's mean is as large as
    the uncertainty of parameters: look at `VarianceParts.chance_share`.

    References
    ----------
    .. [1] Giles MB, Goda T. Decision-making under uncertainty: using MLMC for efficient estimation of EVPPI.
       Statistics and Computing. 2019;29(4):739-751. doi:10.1007/s11222-018-9835-1
    """
    table = _checked_runs(net_benefit, WHAT)
    n_inner = table.shape[1]
    whole = gains(table.mean(axis=1)).max(axis=1)
    halves = [table[:, : n_inner // 2], table[:, n_inner // 2 :]]
    parts = sum(half.shape[1] / n_inner * gains(half.mean(axis=1)).max(axis=1) for half in halves)
    corrected = _mean(2 * whole - parts)
    value, uncorrected = max(corrected.value, 0.0), float(whole.mean())
    return NestedEstimate(value, corrected.error, uncorrected, uncorrected - value)


def variance_parts(net_benefit: FloatArray, *, shared_luck: bool = False) -> VarianceParts:
    r"""Split the spread of net benefits into uncertain parameters and chance.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_inner, n_strategies)
        Net benefit of every run of each draw.
    shared_luck : bool
        Whether run k has the same luck in every draw (common random numbers across draws). What luck then
        adds to all draws alike does not make draws differ.

    Returns
    -------
    VarianceParts
        Covariances between strategies.

    Raises
    ------
    AnalysisError
        If there are fewer than two strategies, two runs or 100 draws, or a value is not finite.

    Notes
    -----
    Analysis of variance with one way (draws), or with two ways crossed (draws and luck) without replication:
    the covariance of means over :math:`K` runs is that of parameters plus residual over :math:`K` [1]_.

    References
    ----------
    .. [1] O'Hagan A, Stevenson M, Madan J. Monte Carlo probabilistic sensitivity analysis for patient level
       simulation models: efficient estimation of mean and variance using ANOVA. Health Economics.
       2007;16(10):1009-1023. doi:10.1002/hec.1199
    """
    table = _checked_runs(net_benefit, "variance")
    n_draws, n_inner, _ = table.shape
    by_draw = table.mean(axis=1)
    between = _covariance(by_draw, n_draws - 1)
    if not shared_luck:
        within = _covariance(table - by_draw[:, np.newaxis], n_draws * (n_inner - 1))
        return VarianceParts(between - within / n_inner, within, within / n_inner)
    by_luck = table.mean(axis=0)
    rest = table - by_draw[:, np.newaxis] - by_luck + table.mean(axis=(0, 1))
    residual = _covariance(rest, (n_draws - 1) * (n_inner - 1))
    luck = _covariance(by_luck, n_inner - 1) - residual / n_draws
    return VarianceParts(between - residual / n_inner, luck + residual, residual / n_inner)


def _checked_runs(net_benefit: FloatArray, what: str) -> FloatArray:
    table = np.asarray(net_benefit, dtype=np.float64)
    if table.ndim != 2 + 1 or table.shape[1] < 2:
        raise AnalysisError(
            f"{what}: net benefit must have at least two runs of each draw (draws x runs x strategies), "
            f"got shape {table.shape}; run 'psa' with more replications of each draw"
        )
    return checked_net_benefit(table, what)


def _covariance(values: FloatArray, freedom: int) -> FloatArray:
    """Return sums of products about the mean over all but the last axis, divided by degrees of freedom."""
    rows = values.reshape(-1, values.shape[-1])
    apart = rows - rows.mean(axis=0)
    return np.asarray(apart.T @ apart / freedom)


def _variance_of_difference(covariance: FloatArray, one: int, other: int) -> float:
    return float(covariance[one, one] + covariance[other, other] - 2 * covariance[one, other])


def _mean(values: FloatArray) -> Estimate:
    return Estimate(float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))))
