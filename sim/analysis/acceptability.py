"""How often each strategy is the best: acceptability curves and their frontier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.net_benefit import best_strategy, checked_net_benefit, checked_pair, net_benefits
from sim.analysis.precision import FloatArray

WHAT = "acceptability"


@dataclass(frozen=True, slots=True, eq=False)
class AcceptabilityCurves:
    """Probabilities of being best over a grid of willingness to pay.

    Parameters
    ----------
    wtp : ndarray, shape (n_wtp,)
        Willingness to pay [currency/QALY].
    probability : ndarray, shape (n_wtp, n_strategies)
        Share of draws in which each strategy has the highest net benefit (CEAC); rows sum to 1.
    error : ndarray, shape (n_wtp, n_strategies)
        Monte-Carlo standard error, as of independent draws.
    best : ndarray of int, shape (n_wtp,)
        Position of the strategy with the highest *mean* net benefit, the one to choose.
    frontier : ndarray, shape (n_wtp,)
        Probability that this choice is the best (CEAF); another may be best more often.
    """

    wtp: FloatArray
    probability: FloatArray
    error: FloatArray
    best: NDArray[np.int64]
    frontier: FloatArray


def acceptability(net_benefit: FloatArray) -> FloatArray:
    """Return the share of draws in which each strategy is best.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_strategies)
        Net benefit at one willingness to pay.

    Returns
    -------
    ndarray, shape (n_strategies,)
        Shares that sum to 1; a draw with several best strategies is split equally among them.

    Raises
    ------
    AnalysisError
        If there are fewer than two strategies, no draws, or a value is not finite.

    References
    ----------
    .. [1] Fenwick E, Claxton K, Sculpher M. Representing uncertainty: the role of cost-effectiveness
       acceptability curves. Health Economics. 2001;10(8):779-787. doi:10.1002/hec.635

    Examples
    --------
    >>> acceptability(np.array([[1.0, 2.0], [3.0, 3.0]]))
    array([0.25, 0.75])
    """
    table = checked_net_benefit(net_benefit, WHAT, fewest=1)
    winners = table == table.max(axis=1, keepdims=True)
    return np.asarray((winners / winners.sum(axis=1, keepdims=True)).mean(axis=0))


def acceptability_curves(cost: FloatArray, effect: FloatArray, wtp: FloatArray) -> AcceptabilityCurves:
    """Return acceptability curves and the acceptability frontier.

    Parameters
    ----------
    cost, effect : ndarray, shape (n_draws, n_strategies)
        Costs [currency] and effects [QALY] by draw.
    wtp : ndarray, shape (n_wtp,)
        Willingness to pay [currency/QALY].

    Returns
    -------
    AcceptabilityCurves
        Arrays by willingness to pay and strategy.

    Raises
    ------
    AnalysisError
        If shapes differ, there are fewer than two strategies, or a value is not finite.

    References
    ----------
    .. [1] Barton GR, Briggs AH, Fenwick EAL. Optimal cost-effectiveness decisions: the role of the
       cost-effectiveness acceptability curve (CEAC), the cost-effectiveness acceptability frontier (CEAF),
       and the expected value of perfection information (EVPI). Value in Health. 2008;11(5):886-897.
       doi:10.1111/j.1524-4733.2008.00358.x
    """
    checked_pair(cost, effect, wtp, WHAT)
    grid = np.atleast_1d(np.asarray(wtp, dtype=np.float64))
    tables = (net_benefits(cost, effect, value, WHAT, fewest=1) for value in grid.tolist())
    rows = [(acceptability(table), best_strategy(table)) for table in tables]
    probability = np.array([shares for shares, _ in rows])
    best = np.array([position for _, position in rows], dtype=np.int64)
    error = np.sqrt(probability * (1 - probability) / len(cost))
    return AcceptabilityCurves(grid, probability, error, best, probability[np.arange(len(grid)), best])
