"""Increments against a comparator, draw by draw: for the plane, and for intervals of net benefit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.draw_table import DrawTable
from sim.analysis.precision import COVERAGE

if TYPE_CHECKING:
    import pandas as pd

ELLIPSE_POINTS = 73


def increment_cloud(table: DrawTable, comparator: int) -> pd.DataFrame:
    """Return the increments of every draw.

    Parameters
    ----------
    table : DrawTable
        Costs and effects by draw; replications of a draw are averaged.
    comparator : int
        Position of the strategy increments are counted from.

    Returns
    -------
    pandas.DataFrame
        Columns ``draw, strategy, incremental_cost, incremental_qaly``, without the comparator.
    """
    import pandas as pd  # noqa: PLC0415

    cost, effect = _increments(table, comparator)
    others = [place for place in range(len(table.strategies)) if place != comparator]
    return pd.DataFrame(
        {
            "draw": np.tile(np.arange(table.n_draws), len(others)),
            "strategy": np.repeat([table.strategies[place] for place in others], table.n_draws),
            "incremental_cost": cost[:, others].T.ravel(),
            "incremental_qaly": effect[:, others].T.ravel(),
        }
    )


def increment_means(table: DrawTable, comparator: int, wtp: float) -> pd.DataFrame:
    """Return mean increments and the middle 95 % of incremental net benefits.

    Parameters
    ----------
    table : DrawTable
        Costs and effects by draw.
    comparator : int
        Position of the strategy increments are counted from.
    wtp : float
        Willingness to pay [currency/QALY].

    Returns
    -------
    pandas.DataFrame
        One row per other strategy: ``strategy, incremental_cost, incremental_qaly, share_below`` (draws whose
        net benefit exceeds the comparator's), ``inmb, low, high`` (mean and 95 % of draws) [currency].
    """
    import pandas as pd  # noqa: PLC0415

    cost, effect = _increments(table, comparator)
    net = wtp * effect - cost
    tail = (1 - COVERAGE) / 2
    low, high = np.quantile(net, [tail, 1 - tail], axis=0)
    frame = pd.DataFrame(
        {
            "strategy": list(table.strategies),
            "incremental_cost": cost.mean(axis=0),
            "incremental_qaly": effect.mean(axis=0),
            "share_below": (net > 0).mean(axis=0),
            "inmb": net.mean(axis=0),
            "low": low,
            "high": high,
        }
    )
    return frame.drop(index=comparator).reset_index(drop=True)


def increment_ellipses(table: DrawTable, comparator: int) -> pd.DataFrame:
    r"""Return for each strategy the ellipse that holds 95 % of increments if they are normal.

    Parameters
    ----------
    table : DrawTable
        Costs and effects by draw.
    comparator : int
        Position of the strategy increments are counted from.

    Returns
    -------
    pandas.DataFrame
        Columns ``strategy, x, y``: points round the ellipse, x in QALYs, y in currency.

    Notes
    -----
    With mean :math:`m` and covariance :math:`S = L L^\top`, points :math:`m + \sqrt{q} L u`, :math:`u` on the
    unit circle and :math:`q = -2 \ln 0.05` the quantile of :math:`\chi^2_2` [1]_.

    References
    ----------
    .. [1] Van Hout BA, Al MJ, Gordon GS, Rutten FFH. Costs, effects and C/E-ratios alongside a clinical
       trial. Health Economics. 1994;3(5):309-319. doi:10.1002/hec.4730030505
    """
    import pandas as pd  # noqa: PLC0415

    cost, effect = _increments(table, comparator)
    angle = np.linspace(0, 2 * np.pi, ELLIPSE_POINTS)
    circle = np.sqrt(-2 * np.log(1 - COVERAGE)) * np.stack([np.cos(angle), np.sin(angle)])
    frames = []
    for place, strategy in enumerate(table.strategies):
        if place == comparator:
            continue
        pair = np.stack([effect[:, place], cost[:, place]])
        sizes, directions = np.linalg.eigh(np.cov(pair, ddof=min(1, table.n_draws - 1)))
        x, y = pair.mean(axis=1)[:, np.newaxis] + directions * np.sqrt(np.maximum(sizes, 0)) @ circle
        frames.append(pd.DataFrame({"strategy": strategy, "x": x, "y": y}))
    return pd.concat(frames, ignore_index=True)


def _increments(table: DrawTable, comparator: int) -> tuple[np.ndarray, np.ndarray]:
    """Return incremental cost and effect by draw, shape (n_draws, n_strategies)."""
    cost, effect = table.cost.mean(axis=1), table.effect.mean(axis=1)
    return cost - cost[:, [comparator]], effect - effect[:, [comparator]]
