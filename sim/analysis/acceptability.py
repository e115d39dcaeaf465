"""How often each strategy is the best, for acceptability curves: see `sim.analysis.decision.value_curves`."""

from __future__ import annotations

import numpy as np

from sim.analysis.net_benefit import checked_net_benefit
from sim.analysis.precision import FloatArray

WHAT = "acceptability"


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
