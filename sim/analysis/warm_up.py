r"""Where the start of an open programme ends: the warm-up that is cut before waits are averaged.

A clinic that opens empty keeps its first patients waiting less than later ones. The weeks to cut are found
by the marginal standard error rule.

Notes
-----
The rule (MSER) cuts the :math:`d` first of :math:`n` values that make the remaining mean most precise [1]_:

.. math:: d^* = \arg\min_d \frac{1}{(n - d)^2} \sum_{i > d} \bigl(Y_i - \bar Y_{(d)}\bigr)^2 .

Here :math:`Y_i` is the mean wait of those referred in week :math:`i`, averaged over replications: a week's
referrals take the place of the batches of five of MSER-5 [2]_. As automated in [3]_, the last five values
are no place to cut, and a cut in the second half says that there is no steady state in so short a run.

References
----------
.. [1] White KP Jr. An effective truncation heuristic for bias reduction in simulation output. Simulation
   1997;69:323-334. doi:10.1177/003754979706900601
.. [2] White KP Jr, Cobb MJ, Spratt SC. A comparison of five steady-state truncation heuristics for
   simulation. Proceedings of the 2000 Winter Simulation Conference:755-760. doi:10.1109/WSC.2000.899843
.. [3] Hoad K, Robinson S, Davies R. Automating warm-up length estimation. J Oper Res Soc 2010;61:1389-1403.
   doi:10.1057/jors.2009.87
"""

from __future__ import annotations

import numpy as np

from sim.analysis.precision import FloatArray

SHORTEST = 10
"""Fewer values say nothing about a steady state."""
_NEVER_CUT = 5


def warm_up_length(values: FloatArray) -> int | None:
    """Return how many values at the beginning belong to the warm-up.

    Parameters
    ----------
    values : ndarray, shape (n,)
        One value per week; nan, where nobody was served, is passed over.

    Returns
    -------
    int or None
        Number of weeks to cut; None when there are too few or no steady state is reached.

    Examples
    --------
    >>> warm_up_length(np.array([0.0, 3.0, 6.0, *[8.0, 9.0] * 20]))
    3
    >>> warm_up_length(np.arange(40.0)) is None
    True
    """
    weeks = np.flatnonzero(~np.isnan(values))
    known = values[weeks]
    if len(known) < SHORTEST:
        return None
    statistics = np.array([known[cut:].var() / (len(known) - cut) for cut in range(len(known) - _NEVER_CUT)])
    cut = int(np.argmin(statistics))
    return None if cut > len(known) / 2 else int(weeks[cut]) if cut else 0
