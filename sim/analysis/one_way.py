"""What varying one figure or two does to net benefit, and whether the choice changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.precision import FloatArray, differs_from_zero, mean_and_error

if TYPE_CHECKING:
    import pandas as pd

END_COLUMNS = ("low", "high")


def one_way_table(
    net_benefit: FloatArray, points: NDArray[np.int64], n_levers: int, *, strategy: int, comparator: int
) -> pd.DataFrame:
    """Return incremental net benefit at both ends of every figure.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_points, n_replications, n_strategies)
        At the scenario as it is, then at the low and the high end of each figure; replications meet the
        same patients everywhere [currency].
    points : ndarray of int, shape (n_points,)
        Numbers of the points there are: 0, then 2 i + 1 and 2 i + 2 for figure i; impossible ones are left
        out.
    n_levers : int
        Number of figures.
    strategy, comparator : int
        Positions of the strategies compared.

    Returns
    -------
    pandas.DataFrame
        One row per figure in order: ``inmb_base``, ``inmb_low``, ``inmb_high`` [currency], ``change_low_se``,
        ``change_high_se`` (error of the change against the base, paired), ``spread`` (largest less smallest
        of the three), ``best_base``, ``best_low``, ``best_high`` (position of the strategy of highest net
        benefit, -1 where impossible), ``changes_choice``, and ``changes_beyond_chance`` (the lead of another
        strategy over the one that is best as it is differs from zero at 95 %). nan where a point is
        impossible.
    """
    import pandas as pd  # noqa: PLC0415

    n_points = 1 + len(END_COLUMNS) * n_levers
    whole = np.full((n_points, *net_benefit.shape[1:]), np.nan)
    whole[points] = net_benefit
    difference = whole[..., strategy] - whole[..., comparator]
    change_error = mean_and_error(difference - difference[0])[1]
    inmb = difference.mean(axis=1)
    best = np.full(n_points, -1)
    best[points] = net_benefit.mean(axis=1).argmax(axis=1)
    columns: dict[str, Any] = {"inmb_base": np.full(n_levers, inmb[0])}
    for place, end in enumerate(END_COLUMNS, start=1):
        columns[f"inmb_{end}"] = inmb[place :: len(END_COLUMNS)]
        columns[f"change_{end}_se"] = change_error[place :: len(END_COLUMNS)]
        columns[f"best_{end}"] = best[place :: len(END_COLUMNS)]
    ends = np.stack([columns["inmb_low"], columns["inmb_high"], columns["inmb_base"]])
    known = np.where(np.isnan(ends), inmb[0], ends)
    chosen = np.stack([columns["best_low"], columns["best_high"]])
    changes = ((chosen != best[0]) & (chosen >= 0)).any(axis=0)
    clear = np.array([_is_clear(runs, place, int(best[0])) for runs, place in zip(whole, best, strict=True)])
    return pd.DataFrame(
        columns
        | {
            "spread": known.max(axis=0) - known.min(axis=0),
            "best_base": best[0],
            "changes_choice": changes,
            "changes_beyond_chance": clear[1:].reshape(n_levers, len(END_COLUMNS)).any(axis=1),
        }
    )


def _is_clear(net_benefit: FloatArray, best: int, former: int) -> bool:
    """Tell whether another strategy than the former best leads it by more than chance explains."""
    if best in {-1, former}:
        return False
    return differs_from_zero(net_benefit[:, best] - net_benefit[:, former])


def best_and_lead(net_benefit: FloatArray) -> tuple[NDArray[np.int64], FloatArray, FloatArray]:
    """Return the best strategy of each point and its lead over the next best.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_points, n_replications, n_strategies)
        Of at least two strategies [currency].

    Returns
    -------
    best : ndarray of int, shape (n_points,)
        Position of the strategy with the highest mean.
    lead, error : ndarray, shape (n_points,)
        Mean paired difference to the next best, and its standard error (nan with one replication).
    """
    order = np.argsort(-net_benefit.mean(axis=1), axis=1, kind="stable")
    first, second = (
        np.take_along_axis(net_benefit, order[:, place, np.newaxis, np.newaxis], axis=2)[..., 0]
        for place in (0, 1)
    )
    lead, error = mean_and_error(first - second)
    return order[:, 0], lead, error


def pair_of(
    strategies: Sequence[str], net_benefit: FloatArray, strategy: str | None, comparator: str | None
) -> tuple[int, int]:
    """Return the pair a one-way analysis compares: as asked, else the best and the next best.

    Parameters
    ----------
    strategies : sequence of str
        Keys.
    net_benefit : ndarray, shape (n_replications, n_strategies)
        Of the scenario as it is.
    strategy, comparator : str or None
        Keys asked for.

    Returns
    -------
    tuple of int
        Positions of the strategy and of what it is compared with.
    """
    order = [int(place) for place in np.argsort(-net_benefit.mean(axis=0), kind="stable")]
    asked = None if comparator is None else list(strategies).index(comparator)
    first = (
        next(place for place in order if place != asked)
        if strategy is None
        else list(strategies).index(strategy)
    )
    return first, next(place for place in order if place != first) if asked is None else asked
