"""The cost-effectiveness frontier: which strategies are worth having at some willingness to pay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

ON_FRONTIER = "on frontier"
DOMINATED = "dominated"
EXTENDEDLY_DOMINATED = "extendedly dominated"


class Standing(NamedTuple):
    """Where one strategy stands.

    Parameters
    ----------
    status : str
        ``on frontier``, ``dominated`` or ``extendedly dominated``.
    icer : float or None
        Incremental cost per unit of effect against ``versus`` [currency/QALY]; never negative. None off
        the frontier and for its cheapest strategy.
    versus : int or None
        Position of the next cheaper strategy on the frontier.
    """

    status: str
    icer: float | None = None
    versus: int | None = None


def frontier(costs: Sequence[float], effects: Sequence[float]) -> list[Standing]:
    """Return the standing of every strategy in a fully incremental comparison.

    Parameters
    ----------
    costs, effects : sequence of float
        Mean cost [currency] and effect [QALY] of each strategy.

    Returns
    -------
    list of Standing
        One for each strategy, in the given order.

    Notes
    -----
    Dominated: another costs no more and has no less effect (of two equal ones the later counts as
    dominated). Extendedly dominated: its ICER exceeds that of a more effective one, so that a mixture of
    two others does better. The ICERs of what remains increase [1]_.

    References
    ----------
    .. [1] Drummond MF, Sculpher MJ, Claxton K, Stoddart GL, Torrance GW. Methods for the Economic
       Evaluation of Health Care Programmes. 4th ed. Oxford University Press; 2015.
    """
    standings = [Standing(DOMINATED)] * len(costs)
    hull: list[int] = []
    best = float("-inf")
    for position in sorted(range(len(costs)), key=lambda i: (costs[i], -effects[i], i)):
        if effects[position] <= best:
            continue
        best = effects[position]
        while len(hull) > 1 and _icer(costs, effects, hull[-1], position) < _icer(
            costs, effects, hull[-2], hull[-1]
        ):
            standings[hull.pop()] = Standing(EXTENDEDLY_DOMINATED)
        hull.append(position)
    for cheaper, position in zip([None, *hull], hull, strict=False):
        icer = None if cheaper is None else _icer(costs, effects, cheaper, position)
        standings[position] = Standing(ON_FRONTIER, icer, cheaper)
    return standings


def _icer(costs: Sequence[float], effects: Sequence[float], cheaper: int, dearer: int) -> float:
    return (costs[dearer] - costs[cheaper]) / (effects[dearer] - effects[cheaper])
