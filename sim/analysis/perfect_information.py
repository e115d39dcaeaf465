"""What knowing everything about the parameters would be worth (EVPI), with chance told apart.

A draw's result is a mean over simulated patients, so it carries chance besides the uncertainty of
parameters. Chance looks like something to be learned and makes EVPI too large; several replications of each
draw (a nested design) show how much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.chance import checked_replications
from sim.analysis.net_benefit import (
    FEWEST_DRAWS,
    best_strategy,
    checked_net_benefit,
    error_of_choice,
    gains,
)
from sim.analysis.precision import FloatArray

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
        EVPI as if the mean over replications were free of chance; too large on average.
    """

    value: float
    error: float
    uncorrected: float


def evpi(
    net_benefit: FloatArray, *, observed: FloatArray | None = None, fewest: int = FEWEST_DRAWS
) -> Estimate:
    r"""Return the expected value of perfect information per person.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_strategies)
        Net benefit by draw of the parameters. If it carries chance, EVPI is too large: see `nested_evpi`.
    observed : ndarray, shape (n_draws, n_strategies), optional
        Means over replications of the same draws, where chance was taken out of ``net_benefit``: the error
        is counted from these. Left out = as ``net_benefit``.
    fewest : int
        Draws that are enough.

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
    draws it is an upper bound as a rule. It is that of the mean gain of the strategy that is best in each
    draw, `sim.analysis.net_benefit.error_of_choice`. With ``observed`` this gain holds chance, as the lead of
    a strategy does; how well chance itself is known is not counted, so where chance makes more than about
    half of the variance between draws the error is a lower bound.

    References
    ----------
    .. [1] Claxton K. The irrelevance of inference: a decision-making approach to the stochastic evaluation
       of health care technologies. Journal of Health Economics. 1999;18(3):341-364.
       doi:10.1016/S0167-6296(98)00039-3
    """
    gain = gains(checked_net_benefit(net_benefit, WHAT, fewest=fewest))
    noisy = gain if observed is None else gains(checked_net_benefit(observed, WHAT, fewest=fewest))
    return Estimate(float(gain.max(axis=1).mean()), error_of_choice(noisy, gain))


def nested_evpi(net_benefit: FloatArray) -> NestedEstimate:
    r"""Return EVPI without the first-order bias that chance within draws causes.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_inner, n_strategies)
        Net benefit of every replication of each draw; at least two of them.

    Returns
    -------
    NestedEstimate
        EVPI per person, corrected and uncorrected.

    Raises
    ------
    AnalysisError
        If there are fewer than two strategies, two replications or 100 draws, or a value is not finite.

    Notes
    -----
    The bias of the maximum of means over :math:`K` replications is of order :math:`1/K` [1]_. They are cut
    into two parts of :math:`h` and :math:`K - h`, each with an EVPI of its own. Their mean, weighted by
    replications, has twice the bias of the whole, so

    .. math:: 2\,E_K - \frac{h\,E_h + (K - h)\,E_{K-h}}{K}

    has none to this order; parts of the same replications keep its variance small, as in the antithetic
    estimator of [1]_. It never exceeds :math:`E_K`. A remainder of order :math:`1/K^2` is left, which makes
    it too large once chance in a draw's mean is as large as the uncertainty of parameters: look at
    `VarianceParts.chance_share`, and at `evpi` after `sim.analysis.chance.without_chance`, which leaves no
    remainder where results are normal.

    What luck adds to all draws of one replication alike (common random numbers across draws) makes no draws
    differ and is taken out of the parts first. It still shifts the lead of a strategy, which the standard
    error, between draws, does not count.

    References
    ----------
    .. [1] Giles MB, Goda T. Decision-making under uncertainty: using MLMC for efficient estimation of EVPPI.
       Statistics and Computing. 2019;29(4):739-751. doi:10.1007/s11222-018-9835-1
    """
    table = checked_replications(net_benefit, WHAT)
    n_inner, best = table.shape[1], best_strategy(table.mean(axis=1))
    alike = table - table.mean(axis=0) + table.mean(axis=(0, 1))
    gain = alike - alike[..., best : best + 1]
    whole = gain.mean(axis=1).max(axis=1)
    halves = [gain[:, : n_inner // 2], gain[:, n_inner // 2 :]]
    parts = sum(half.shape[1] / n_inner * half.mean(axis=1).max(axis=1) for half in halves)
    corrected = 2 * whole - parts
    error = float(corrected.std(ddof=1) / np.sqrt(len(corrected)))
    return NestedEstimate(max(float(corrected.mean()), 0.0), error, float(whole.mean()))
