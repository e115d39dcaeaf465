"""Zidovudine alone or with lamivudine in HIV infection: four states, yearly cycles.

Chancellor JV, Hill AM, Sabin CA, Simpson KN, Youle M. Modelling the cost effectiveness of
lamivudine/zidovudine combination therapy in HIV infection. PharmacoEconomics 1997;12:54-66.
doi:10.2165/00019053-199712010-00006. As exercise 2.5 of Briggs A, Claxton K, Sculpher M. Decision Modelling
for Health Economic Evaluation. Oxford University Press; 2006.

Inputs as the R packages heemod (vignette ``i_reproduction``) and rdecision (vignette ``SM01-HIV``) list them
from the exercise; costs and life-years of its spreadsheet as the tests of heemod keep them
(``test_dmhee.R``).

Conventions, as both have them: transition probabilities are counts over row totals, not the three decimals
printed; the relative risk multiplies probabilities; nobody is counted at the start; what a year costs is
paid, and its survivors are counted, at its end; no half-cycle correction; lamivudine is paid for and works in
the first two years; costs are discounted by 6 % from the first year on, life-years are not.
"""

from __future__ import annotations

import numpy as np

from published.dated import LumpSums

COST_RATE, EFFECT_RATE = 0.06, 0.0
YEARS, YEARS_OF_LAMIVUDINE = 20, 2
TRANSITIONS = np.array(
    [
        [1251, 350, 116, 17],  # A: 200 to 500 CD4 cells per microliter
        [0, 731, 512, 15],  # B: below 200
        [0, 0, 1312, 437],  # C: AIDS
        [0, 0, 0, 1],  # D: dead
    ]
)
"""Counts from row to column in a year; their shares are the probabilities of Briggs 2006, table 2.2."""
RELATIVE_RISK = 0.509
"""Of every move away from a state under lamivudine: exercise 2.5."""
CARE = np.array([1701 + 1055, 1774 + 1278, 6948 + 2059, 0])
"""Direct medical and community care costs by state [1995 GBP/year]: exercise 2.5."""
ZIDOVUDINE = 2278
"""[1995 GBP/year]: exercise 2.5."""
LAMIVUDINE = 2086.50
"""[1995 GBP/year]: as heemod has it from the spreadsheet; rdecision rounds to 2,087 (see the test)."""


def arm(lamivudine: bool, *, price: float = LAMIVUDINE) -> LumpSums:
    """Follow one patient of state A for 20 years.

    Parameters
    ----------
    lamivudine : bool
        Whether lamivudine is added for the first two years.
    price : float
        Of a year of lamivudine [GBP].

    Returns
    -------
    LumpSums
        One sum at the end of each year; health in life-years.
    """
    alone = TRANSITIONS / TRANSITIONS.sum(axis=1, keepdims=True)
    state = np.array([1.0, 0, 0, 0])
    cost, alive = [], []
    for year in range(1, YEARS + 1):
        added = lamivudine and year <= YEARS_OF_LAMIVUDINE
        state = state @ (_slowed(alone) if added else alone)
        alive.append(state[:3].sum())
        cost.append(state @ CARE + alive[-1] * (ZIDOVUDINE + price * added))
    return LumpSums(np.array(cost), np.array(alive), np.arange(1.0, YEARS + 1))


def _slowed(probabilities: np.ndarray) -> np.ndarray:
    """Multiply what leads away from each state by the relative risk."""
    slowed = probabilities * RELATIVE_RISK
    np.fill_diagonal(slowed, 0)
    return slowed + np.diag(1 - slowed.sum(axis=1))
