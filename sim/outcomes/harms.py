"""Adverse events of a session: what each does, added up over those that happened.

The log holds the harms of a session as a bit set. Amounts are tabulated for every set of eight harms, so
that a session is one look into a table for each part of the set.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.domain.treatments import Harm, Treatment
from sim.outcomes.history import FloatArray, IntArray
from sim.units import DAYS_PER_YEAR

BITS_IN_PART = 8
"""Harms looked up together."""
SETS = 1 << BITS_IN_PART


def qaly_loss(harm: Harm) -> float:
    """Return the health lost by one adverse event; disutilities are negative numbers [QALY]."""
    return abs(harm.disutility.value) * harm.days.value / DAYS_PER_YEAR


def amounts_by_set(treatments: Sequence[Treatment], amount: Callable[[Harm], float]) -> FloatArray:
    """Tabulate an amount for every set of harms.

    Parameters
    ----------
    treatments : sequence of Treatment
        In file order.
    amount : callable
        Amount of one harm.

    Returns
    -------
    ndarray, shape (n_parts, n_treatments, SETS)
        Sum over the harms of each set, by part of the bit set.
    """
    n_parts = math.ceil(max((len(treatment.harms) for treatment in treatments), default=0) / BITS_IN_PART)
    single = np.zeros((len(treatments), n_parts * BITS_IN_PART))
    for row, treatment in enumerate(treatments):
        single[row, : len(treatment.harms)] = [amount(harm) for harm in treatment.harms.values()]
    parts = single.reshape(len(treatments), n_parts, BITS_IN_PART).transpose(1, 0, 2)
    in_set = (np.arange(SETS) >> np.arange(BITS_IN_PART)[:, np.newaxis]) & 1
    return np.asarray(parts @ in_set, dtype=np.float64)


def harm_totals(reason: NDArray[np.int32], treatment: IntArray, table: FloatArray) -> FloatArray:
    """Add up an amount over the harms of each session.

    Parameters
    ----------
    reason : ndarray of int32, shape (n_sessions,)
        Bit set of harms.
    treatment : ndarray of int64, shape (n_sessions,)
        Position of the treatment.
    table : ndarray, shape (n_parts, n_treatments, SETS)
        Amounts, as `amounts_by_set` gives them.

    Returns
    -------
    ndarray, shape (n_sessions,)
        Sum over the harms whose bit is set.
    """
    total: FloatArray = np.zeros(len(reason))
    for part, amounts in enumerate(table):
        total += amounts[treatment, (reason >> (part * BITS_IN_PART)) & (SETS - 1)]
    return total
