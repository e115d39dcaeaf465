"""Whose money: the part of a cost that a perspective counts.

Which categories count at all is the impact inventory of ``sim.domain.economics``.
"""

from __future__ import annotations

from sim.domain.economics import Perspective
from sim.outcomes.history import FloatArray


def amount_counted(cost: FloatArray, covered: FloatArray, perspective: Perspective) -> FloatArray:
    """Return the part of a cost that a perspective counts, given its category counts at all.

    Parameters
    ----------
    cost, covered : ndarray
        Cost, and the part an insurer pays.
    perspective : Perspective
        A payer counts the covered part, a patient the rest, all others the whole.

    Returns
    -------
    ndarray
        Amounts of the same shape.
    """
    if perspective is Perspective.PAYER:
        return covered
    return cost - covered if perspective is Perspective.PATIENT else cost
