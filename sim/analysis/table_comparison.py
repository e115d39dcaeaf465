"""A fully incremental comparison of any model's deterministic results: one cost and one effect a strategy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.analysis.comparison import COLUMNS, ERROR_COLUMNS, EXTRA_COLUMNS
from sim.analysis.frontier import ON_FRONTIER, Standing, frontier
from sim.analysis.icers import NOTHING_BELOW, STATUS_REASONS
from sim.analysis.increments import increments, net_monetary_benefit
from sim.analysis.output_settings import check_comparator, check_wtp
from sim.analysis.precision import FloatArray, plain

Row = dict[str, Any]


def compare_table(
    strategies: Sequence[str],
    cost: FloatArray,
    effect: FloatArray,
    *,
    wtp: float | None = None,
    comparator: str | None = None,
) -> list[Row]:
    """Compare strategies by their costs and effects.

    Parameters
    ----------
    strategies : sequence of str
        Names, all different.
    cost, effect : ndarray, shape (n_strategies,)
        Finite costs [currency] and effects, such as QALYs.
    wtp : float, optional
        Willingness to pay [currency per unit of effect]; left out = no net monetary benefit.
    comparator : str, optional
        Strategy that increments are counted from; left out = the first.

    Returns
    -------
    list of dict
        One row per strategy in the given order, with the columns of `sim.analysis.comparison.compare`: the
        effect stands as ``qaly``; ``incremental_...`` is None for the comparator; ``icer`` counts from the
        next cheaper strategy on the frontier (``icer_versus``), and ``icer_reason`` says why there is none.
        All others are None: nothing is known of chance.

    Raises
    ------
    AnalysisError
        If the comparator is unknown or the willingness to pay impossible.
    ValueError
        If shapes differ, names repeat or a number is not finite.

    Notes
    -----
    Dominance and ICERs as in `sim.analysis.frontier.frontier`; of two equal strategies the later counts as
    dominated.

    Examples
    --------
    >>> rows = compare_table(["none", "drug"], np.array([0.0, 900.0]), np.array([1.0, 1.5]), wtp=2000)
    >>> rows[1]["icer"], rows[1]["incremental_nmb"]
    (1800.0, 100.0)
    """
    _check(strategies, cost, effect)
    base = strategies[0] if comparator is None else comparator
    check_comparator(base, strategies)
    if wtp is not None:
        check_wtp(wtp)
    counted = _counted(cost, effect, wtp, list(strategies).index(base))
    empty = dict.fromkeys((*COLUMNS, *ERROR_COLUMNS, *EXTRA_COLUMNS))
    return [
        empty
        | {"strategy": strategies[place]}
        | {name: plain(values[place]) for name, values in counted.items()}
        | _standing(strategies, standing)
        for place, standing in enumerate(frontier(cost.tolist(), effect.tolist()))
    ]


def frontier_rows(strategies: Sequence[str], cost: FloatArray, effect: FloatArray) -> list[Row]:
    """Return the frontier as plain rows.

    Parameters
    ----------
    strategies : sequence of str
        Names, all different.
    cost, effect : ndarray, shape (n_strategies,)
        Finite (mean) costs and effects.

    Returns
    -------
    list of dict
        ``strategy, cost, effect, icer, status`` of every strategy, also of dominated ones, from the cheapest
        on; of equal cost, the more effective first.

    Raises
    ------
    ValueError
        If shapes differ, names repeat or a number is not finite.
    """
    _check(strategies, cost, effect)
    rows = [
        {
            "strategy": name,
            "cost": float(cost[place]),
            "effect": float(effect[place]),
            "icer": plain(standing.icer),
            "status": standing.status,
        }
        for place, (name, standing) in enumerate(
            zip(strategies, frontier(cost.tolist(), effect.tolist()), strict=True)
        )
    ]
    return sorted(rows, key=lambda row: (row["cost"], -row["effect"]))


def _counted(cost: FloatArray, effect: FloatArray, wtp: float | None, origin: int) -> dict[str, FloatArray]:
    """Return columns of numbers; increments are nan for the comparator, whatever overflows is infinite."""
    with np.errstate(over="ignore", invalid="ignore"):
        values = {"cost": cost, "qaly": effect}
        if wtp is not None:
            values["nmb"] = net_monetary_benefit(cost, effect, wtp)
        return values | {f"incremental_{name}": increments(column, origin) for name, column in values.items()}


def _standing(strategies: Sequence[str], standing: Standing) -> Row:
    reason = None
    if standing.icer is None:
        reason = NOTHING_BELOW if standing.status == ON_FRONTIER else STATUS_REASONS[standing.status]
    return {
        "status": standing.status,
        "icer": plain(standing.icer),
        "icer_versus": None if standing.versus is None else strategies[standing.versus],
        "icer_reason": reason,
    }


def _check(strategies: Sequence[str], cost: FloatArray, effect: FloatArray) -> None:
    if not cost.shape == effect.shape == (len(strategies),) or not len(strategies):
        raise ValueError(
            f"cost and effect must have one number for each strategy, got shapes {cost.shape} and "
            f"{effect.shape} for {len(strategies)}"
        )
    if len(set(strategies)) != len(strategies):
        raise ValueError("strategies must have different names, got one twice")
    if not (np.isfinite(cost).all() and np.isfinite(effect).all()):
        raise ValueError("cost and effect must be finite, got a number that is not")
