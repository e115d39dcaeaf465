"""The Sick-Sicker model: four states, four strategies, by yearly cycles and in continuous time.

Alarid-Escudero F, Krijkamp E, Enns EA, Yang A, Hunink MGM, Pechlivanoglou P, Jalal H. An introductory
tutorial on cohort state-transition models in R using a cost-effectiveness analysis example. Med Decis Making
2023;43:3-20. doi:10.1177/0272989X221103163. Inputs: its table of parameters, which gives rates.

The tutorial turns each rate into a yearly probability and weighs cycles by 1/3, 2/3, 4/3, 2/3, ..., 1/3 (the
weights of Simpson's rule with the inner two exchanged; in their usual order standard care would cost 152,092
and not 151,580). In continuous time the same rates are the generator of a Markov chain, followed for 75 years
and discounted at the force of interest ``ln(1.03)``; no cycle length and no correction are left to choose.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.linalg import expm

from published.dated import Flows, LumpSums

DISCOUNT_RATE, YEARS = 0.03, 75
DAYS_PER_YEAR = 365.25
BECOMES_SICK, RECOVERS, PROGRESSES, DIES = 0.15, 0.5, 0.105, 0.002
"""[1/year]"""
DEATH_RATIOS = np.array([1, 3, 10])
"""Hazard ratios of death when healthy, sick and sicker."""
B_RATIO = 0.6
"""Hazard ratio of progression under treatment B."""
COST = np.array([2_000, 4_000, 15_000, 0])
"""[USD/year] when healthy, sick, sicker, dead."""
TREATED = np.array([0, 1, 1, 0])
"""Both treatments are given to the sick and the sicker."""
A_PRICE, B_PRICE = 12_000, 13_000
"""[USD/year]"""
UTILITY, UTILITY_UNDER_A = np.array([1, 0.75, 0.5, 0]), np.array([1, 0.95, 0.5, 0])
STRATEGIES = {"soc": (False, False), "a": (True, False), "b": (False, True), "ab": (True, True)}
"""Whether treatments A and B are given; ``soc`` is standard of care."""


def by_cycles(strategy: str) -> LumpSums:
    """Return costs and QALYs by yearly cycles, as the tutorial counts them."""
    cost, utility, b = _of(strategy)
    state, states = np.array([1.0, 0, 0, 0]), []
    for _ in range(YEARS + 1):
        states.append(state)
        state = state @ _yearly_probabilities(b)
    cycles = np.arange(YEARS + 1)
    weights = np.where(cycles % 2 == 1, 2, 4) / 3
    weights[[0, -1]] = 1 / 3
    return LumpSums(weights * (states @ cost), weights * (states @ utility), cycles.astype(float))


def in_continuous_time(strategy: str) -> Flows:
    """Return mean flows of each day of 75 years, the last day cut short."""
    cost, utility, b = _of(strategy)
    occupied = _mean_occupancy(b)
    start = np.arange(len(occupied)) / DAYS_PER_YEAR
    stop = np.minimum(start + 1 / DAYS_PER_YEAR, YEARS)
    return Flows(occupied @ cost, occupied @ utility, occupied[:, :3].sum(axis=1), start, stop)


def exact_present_values(strategy: str) -> tuple[float, float]:
    """Return discounted cost and QALYs in closed form, to check the daily account against.

    One exponential holds the chain that is stopped at the force of interest, and what it earns (Van Loan,
    IEEE Trans Automat Contr 1978;23:395-404. doi:10.1109/TAC.1978.1101743).
    """
    cost, utility, b = _of(strategy)
    augmented = np.zeros((6, 6))
    augmented[:4, :4] = generator(b) - np.log1p(DISCOUNT_RATE) * np.eye(4)
    augmented[:4, 4], augmented[:4, 5] = cost, utility
    earned = expm(augmented * YEARS)[0]
    return float(earned[4]), float(earned[5])


def generator(b: bool) -> np.ndarray:
    """Return rates from row to column [1/year]."""
    rates = np.zeros((4, 4))
    rates[0, 1], rates[1, 0] = BECOMES_SICK, RECOVERS
    rates[1, 2] = PROGRESSES * (B_RATIO if b else 1)
    rates[:3, 3] = DIES * DEATH_RATIOS
    return rates - np.diag(rates.sum(axis=1))


def _of(strategy: str) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return costs and utilities by state [per year], and whether B is given."""
    a, b = STRATEGIES[strategy]
    return COST + TREATED * (A_PRICE * a + B_PRICE * b), UTILITY_UNDER_A if a else UTILITY, b


def _yearly_probabilities(b: bool) -> np.ndarray:
    """Return the tutorial's matrix: first whether one dies, then each move by its own rate alone."""
    rates = generator(b)
    moves = -np.expm1(-(rates - np.diag(np.diag(rates))))
    moves[:3, :3] += np.diag(1 - moves[:3, :3].sum(axis=1))
    moves[:3, :3] *= 1 - moves[:3, 3:]
    moves[3, 3] = 1
    return moves


@cache
def _mean_occupancy(b: bool) -> np.ndarray:
    """Return the share of each day (rows) that a patient spends in each state, exactly."""
    day, over_a_day = _step(b, 1 / DAYS_PER_YEAR)
    n_days = YEARS * DAYS_PER_YEAR
    state, occupied = np.array([1.0, 0, 0, 0]), []
    for _ in range(int(n_days)):
        occupied.append(state @ over_a_day)
        state = state @ day
    if left := n_days % 1:
        occupied.append(state @ _step(b, left / DAYS_PER_YEAR)[1])
    return np.array(occupied)


def _step(b: bool, years: float) -> tuple[np.ndarray, np.ndarray]:
    """Return transition probabilities over a time, and mean occupancy during it."""
    augmented = np.zeros((8, 8))
    augmented[:4, :4], augmented[:4, 4:] = generator(b), np.eye(4)
    both = expm(augmented * years)
    return both[:4, :4], both[:4, 4:] / years
