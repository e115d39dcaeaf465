"""Choice, how sure it is and what it loses, over willingness to pay.

Where a draw has several replications, chance is taken out first (`sim.analysis.chance`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.acceptability import acceptability
from sim.analysis.chance import variance_parts, without_chance
from sim.analysis.draw_table import DrawTable
from sim.analysis.expected_loss import expected_loss
from sim.analysis.net_benefit import FEWEST_DRAWS, best_strategy, checked_pair, leaders
from sim.analysis.perfect_information import Estimate, evpi
from sim.analysis.precision import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ValueCurves:
    """What depends on willingness to pay.

    Parameters
    ----------
    wtp : ndarray, shape (n_wtp,)
        Willingness to pay [currency/QALY].
    probability, loss : ndarray, shape (n_wtp, n_strategies)
        Of being best (CEAC); expected loss of choosing it [currency].
    best : ndarray of int, shape (n_wtp,)
        Position of the strategy with the highest mean net benefit.
    evpi : list of Estimate
        By willingness to pay, chance taken out where it can be.
    evpi_with_chance : list of Estimate
        As if the means of draws held no chance.
    chance_share : ndarray, shape (n_wtp,) or None
        Share of chance in how the lead of the best strategy over the next varies between draws; 1 where no
        more than chance is seen. None where draws have no replications.
    """

    wtp: FloatArray
    probability: FloatArray
    loss: FloatArray
    best: NDArray[np.int64]
    evpi: list[Estimate]
    evpi_with_chance: list[Estimate]
    chance_share: FloatArray | None

    @property
    def is_told(self) -> NDArray[np.bool_]:
        """Whether uncertainty of the choice can be told from chance, shape (n_wtp,)."""
        if self.chance_share is None:
            return np.ones(len(self.wtp), dtype=np.bool_)
        is_certain = np.array([one.error == 0 for one in self.evpi])
        return np.asarray((self.chance_share < 1) | ~is_certain)


def value_curves(table: DrawTable, wtp: Sequence[float], *, fewest: int = FEWEST_DRAWS) -> ValueCurves:
    """Return probabilities of being best, expected losses and EVPI over willingness to pay.

    Parameters
    ----------
    table : DrawTable
        Costs and effects by draw.
    wtp : sequence of float
        Willingness to pay [currency/QALY].
    fewest : int
        Draws that are enough.

    Returns
    -------
    ValueCurves
        In the order asked for.

    Raises
    ------
    AnalysisError
        If there are fewer than two strategies or too few draws, or a willingness to pay is impossible.

    References
    ----------
    .. [1] Barton GR, Briggs AH, Fenwick EAL. Optimal cost-effectiveness decisions: the role of the
       cost-effectiveness acceptability curve (CEAC), the cost-effectiveness acceptability frontier (CEAF),
       and the expected value of perfection information (EVPI). Value in Health. 2008;11(5):886-897.
       doi:10.1111/j.1524-4733.2008.00358.x
    """
    checked_pair(table.cost[:, 0], table.effect[:, 0], np.asarray(wtp), "decision")
    every = [table.net_benefit(value) for value in wtp]
    observed = [one.mean(axis=1) for one in every]
    clean, is_nested = observed, table.n_inner > 1
    if is_nested:
        clean = [without_chance(one) for one in every]
    return ValueCurves(
        wtp=np.asarray(wtp, dtype=np.float64),
        probability=np.array([acceptability(one) for one in clean]),
        loss=np.array([expected_loss(one) for one in clean]),
        best=np.array([best_strategy(one) for one in clean]),
        evpi=[
            evpi(one, observed=with_chance, fewest=fewest)
            for one, with_chance in zip(clean, observed, strict=True)
        ],
        evpi_with_chance=[evpi(one, fewest=fewest) for one in observed],
        chance_share=np.array([_share_of_lead(one) for one in every]) if is_nested else None,
    )


def _share_of_lead(net_benefit: FloatArray) -> float:
    return variance_parts(net_benefit).chance_share(*leaders(net_benefit.mean(axis=1)))
