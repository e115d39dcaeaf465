"""What choosing a strategy loses on average, because another would have been better."""

from __future__ import annotations

import numpy as np

from sim.analysis.net_benefit import checked_net_benefit
from sim.analysis.precision import FloatArray

WHAT = "expected loss"


def expected_loss(net_benefit: FloatArray) -> FloatArray:
    r"""Return the expected loss of choosing each strategy now.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_strategies)
        Net benefit at one willingness to pay.

    Returns
    -------
    ndarray, shape (n_strategies,)
        Mean of :math:`\max_s b_{is} - b_{id}` over draws, at least 0. The smallest is the EVPI, and its
        strategy is the one with the highest mean net benefit.

    Raises
    ------
    AnalysisError
        If there are fewer than two strategies, no draws, or a value is not finite.

    References
    ----------
    .. [1] Eckermann S, Briggs A, Willan AR. Health technology assessment in the cost-disutility plane.
       Medical Decision Making. 2008;28(2):172-181. doi:10.1177/0272989X07312474
    .. [2] Alarid-Escudero F, Enns EA, Kuntz KM, Michaud TL, Jalal H. "Time traveling is just too dangerous"
       but some methods are worth revisiting: the advantages of expected loss curves over cost-effectiveness
       acceptability curves and frontier. Value in Health. 2019;22(5):611-618.
       doi:10.1016/j.jval.2019.02.008

    Examples
    --------
    >>> expected_loss(np.array([[1.0, 2.0], [3.0, 0.0]]))
    array([0.5, 1.5])
    """
    table = checked_net_benefit(net_benefit, WHAT, fewest=1)
    return np.asarray((table.max(axis=1, keepdims=True) - table).mean(axis=0))
