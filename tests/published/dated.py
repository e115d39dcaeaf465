"""What a published model hands over: dated, undiscounted amounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LumpSums:
    """Costs and health of one strategy that fall at single moments.

    Parameters
    ----------
    cost, health : ndarray, shape (n_sums,)
        Undiscounted amounts per patient [currency; life-years or QALYs].
    at : ndarray, shape (n_sums,)
        When each falls [years from decision].
    """

    cost: np.ndarray
    health: np.ndarray
    at: np.ndarray


@dataclass(frozen=True)
class Flows:
    """Costs and health of one strategy that flow evenly over intervals.

    Parameters
    ----------
    cost, health, alive : ndarray, shape (n_intervals,)
        Undiscounted flows per patient [currency/year; QALYs/year; share alive].
    start, stop : ndarray, shape (n_intervals,)
        Ends of the intervals [years from decision].
    """

    cost: np.ndarray
    health: np.ndarray
    alive: np.ndarray
    start: np.ndarray
    stop: np.ndarray
