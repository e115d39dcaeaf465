"""A standard and a new prosthesis in total hip replacement: five states, yearly cycles, Weibull failure.

Exercise 3.5 of Briggs A, Claxton K, Sculpher M. Decision Modelling for Health Economic Evaluation. Oxford
University Press; 2006. Inputs as the R packages heemod (vignette ``i_reproduction``) and hesim (vignette
``markov-inhomogeneous-cohort``) list them from it; costs, QALYs and states of the exercise's spreadsheet as
the tests of heemod keep them (``test_dmhee.R``).

Conventions: a woman of 60; prosthesis paid at the operation; states are counted and paid for at the end of
each of 60 years, without half-cycle correction; costs are discounted by 6 %, QALYs by 1.5 %. The risk of
dying in year ``t`` is that of age ``60 + t``. Failure in year ``t`` is ``1 - S(t) / S(t - 1)`` with
``S(t) = exp(-lambda t^gamma)``, and ``lambda`` keeps the age at operation.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from published.dated import LumpSums

COST_RATE, EFFECT_RATE = 0.06, 0.015
AGE, YEARS = 60, 60
DEATH_BY_AGE = {35: 0.00099, 45: 0.0026, 55: 0.0067, 65: 0.0193, 75: 0.0535, 85: 0.1548}
"""Of women, from that age on, per year: life table of the exercise."""
OPERATIVE_DEATH = 0.02
"""At first operation and at revision."""
REREVISION = 0.04
"""Probability per year after a revision."""
INTERCEPT, PER_YEAR_OF_AGE, NEW, LOG_SHAPE = -5.490935, -0.0367022, -1.344474, 0.3740968
"""Log hazard of failure and log shape: Weibull regression; a man would add 0.768536."""
UTILITY = np.array([0, 0.85, 0.30, 0.75, 0])
"""[QALY/year] by state: first operation, success, revision, success after revision, dead."""
REVISION_PRICE = 5294
"""[GBP]"""
PROSTHESIS_PRICE = {False: 394, True: 579}
"""[GBP] of the standard and the new prosthesis."""


def arm(new: bool) -> LumpSums:
    """Follow a woman of 60 after her first operation.

    Parameters
    ----------
    new : bool
        Whether she gets the new prosthesis.

    Returns
    -------
    LumpSums
        The prosthesis at the decision, then one sum at the end of each year; health in QALYs.
    """
    cost, qaly = [float(PROSTHESIS_PRICE[new])], [0.0]
    for state in trace(new):
        cost.append(state[2] * REVISION_PRICE)
        qaly.append(float(state @ UTILITY))
    return LumpSums(np.array(cost), np.array(qaly), np.arange(0.0, YEARS + 1))


def trace(new: bool) -> np.ndarray:
    """Return the share of patients by year (from the first) and state."""
    state = np.array([1.0, 0, 0, 0, 0])
    states = []
    for year, fails in enumerate(_failure(new), start=1):
        dies = max(item for item in DEATH_BY_AGE.items() if item[0] <= AGE + year)[1]
        first, success, revision, again, dead = state
        state = np.array(
            [
                0,
                first * (1 - OPERATIVE_DEATH) + success * (1 - fails - dies),
                success * fails + again * REREVISION,
                revision * (1 - OPERATIVE_DEATH - dies) + again * (1 - REREVISION - dies),
                dead
                + first * OPERATIVE_DEATH
                + revision * (OPERATIVE_DEATH + dies)
                + (success + again) * dies,
            ]
        )
        states.append(state)
    return np.array(states)


def _failure(new: bool) -> list[float]:
    """Return the probability of failure in each year of a prosthesis that held until then."""
    hazard = np.exp(INTERCEPT + PER_YEAR_OF_AGE * AGE + NEW * new)
    cumulative = hazard * np.arange(YEARS + 1.0) ** np.exp(LOG_SHAPE)
    return [-np.expm1(before - after) for before, after in pairwise(cumulative)]
