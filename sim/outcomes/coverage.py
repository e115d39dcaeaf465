"""Who is insured alike: patients in groups by payer, and the share of prices an insurer pays for each group.

Payers that pay the same shares of everything make one group, so where all do, nothing is counted by payer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.domain.scenario import Scenario
from sim.outcomes.history import FloatArray, IntArray


class Coverage(NamedTuple):
    """Shares that insurers pay, by group of payers.

    Parameters
    ----------
    group : ndarray of int64, shape (n_payers,)
        Group of each payer, payers in the order of ``population.payers``.
    visits : ndarray, shape (n_groups, 1)
        Share of screening, visits, tests, adverse events and background care.
    treatments : ndarray, shape (n_groups, n_treatments)
        Share of session and drug prices, treatments in file order.
    """

    group: IntArray
    visits: FloatArray
    treatments: FloatArray

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(self.visits)


def coverage(scenario: Scenario) -> Coverage:
    """Return what the insurers of a scenario pay.

    Parameters
    ----------
    scenario : Scenario
        Payers and the shares they pay.

    Returns
    -------
    Coverage
        Groups in the order in which their first payer is named.
    """
    population, economics = scenario.population, scenario.economics
    by_payer = [
        population.covered_shares(economics.visit_covered, economics.visit_covered_by),
        *(
            population.covered_shares(treatment.prices.covered, treatment.prices.covered_by)
            for treatment in scenario.treatments.values()
        ),
    ]
    shares: dict[tuple[float, ...], int] = {}
    group = [shares.setdefault(payer, len(shares)) for payer in zip(*by_payer, strict=True)]
    table = np.array(list(shares), dtype=np.float64)
    return Coverage(np.array(group, dtype=np.int64), table[:, :1], table[:, 1:])
