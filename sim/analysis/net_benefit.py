"""The table every probabilistic analysis starts from: net benefit by draw and strategy."""

from __future__ import annotations

import numpy as np

from sim.analysis.increments import net_monetary_benefit
from sim.analysis.precision import FloatArray
from sim.errors import AnalysisError

FEWEST_DRAWS = 100
"""Value of information from fewer draws would mostly be noise."""


def checked_net_benefit(net_benefit: FloatArray, what: str, *, fewest: int = FEWEST_DRAWS) -> FloatArray:
    """Return a table of net benefits that an analysis can use.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, ..., n_strategies)
        Net benefit [currency, or QALY].
    what : str
        The analysis, for messages.
    fewest : int
        Draws it needs.

    Returns
    -------
    ndarray, shape (n_draws, ..., n_strategies)
        As floats.

    Raises
    ------
    AnalysisError
        If there are fewer than two strategies or too few draws, or a value is not finite.
    """
    table = np.asarray(net_benefit, dtype=np.float64)
    n_strategies, n_draws = (table.shape[-1], table.shape[0]) if table.ndim > 1 else (1, table.size)
    if n_strategies < 2 or n_draws < fewest:
        raise AnalysisError(
            f"{what} needs at least two strategies and {fewest} draws, got {n_strategies} and {n_draws}; "
            "give more strategies or run 'psa' with more draws"
        )
    _refuse_not_finite(table, f"{what}: net benefit", "strategy")
    return table


def checked_columns(columns: dict[str, FloatArray], n_draws: int, what: str) -> dict[str, FloatArray]:
    """Return named columns of values by draw that an analysis can use.

    Parameters
    ----------
    columns : dict of str to ndarray, shape (n_draws,)
        Values by draw.
    n_draws : int
        Draws of the net benefits they belong to.
    what : str
        What the columns are, for messages, such as ``parameter``.

    Returns
    -------
    dict of str to ndarray, shape (n_draws,)
        As floats.

    Raises
    ------
    AnalysisError
        If a column has another length, or a value is not finite.
    """
    checked = {}
    for name, values in columns.items():
        column = np.asarray(values, dtype=np.float64)
        if column.shape != (n_draws,):
            raise AnalysisError(
                f"{what} {name!r}: must have one value for each of {n_draws} draws, got shape "
                f"{column.shape}; give parameters and results of the same draws"
            )
        _refuse_not_finite(column[:, np.newaxis], f"{what} {name!r}", None)
        checked[name] = column
    return checked


def checked_pair(cost: FloatArray, effect: FloatArray, wtp: FloatArray, what: str) -> None:
    """Refuse costs and effects that do not belong together, or an impossible willingness to pay.

    Parameters
    ----------
    cost, effect : ndarray, shape (n_draws, n_strategies)
        Costs [currency] and effects [QALY].
    wtp : ndarray, shape (n_wtp,)
        Willingness to pay [currency/QALY].
    what : str
        The analysis, for messages.

    Raises
    ------
    AnalysisError
        If shapes differ, or a willingness to pay is negative or not finite.
    """
    if np.shape(cost) != np.shape(effect):
        raise AnalysisError(
            f"{what}: costs and effects must have the same draws and strategies, got shapes "
            f"{np.shape(cost)} and {np.shape(effect)}; give one row a draw and one column a strategy in both"
        )
    wrong = [value for value in np.atleast_1d(wtp).tolist() if not 0 <= value < float("inf")]
    if wrong:
        raise AnalysisError(f"{what}: wtp must be finite and at least 0, got {wrong[0]}; correct it")


def net_benefits(
    cost: FloatArray, effect: FloatArray, wtp: float, what: str, *, fewest: int = FEWEST_DRAWS
) -> FloatArray:
    """Return checked net monetary benefits, shape (n_draws, n_strategies), see `checked_net_benefit`."""
    costs, effects = np.asarray(cost, dtype=np.float64), np.asarray(effect, dtype=np.float64)
    return checked_net_benefit(net_monetary_benefit(costs, effects, wtp), what, fewest=fewest)


def best_strategy(net_benefit: FloatArray) -> int:
    """Return the position of the strategy with the highest mean; of equal ones, the first."""
    return int(np.argmax(net_benefit.mean(axis=0)))


def leaders(net_benefit: FloatArray) -> tuple[int, int]:
    """Return the positions of the strategies of highest and second highest mean; of equal ones, the first."""
    first, second = np.argsort(-net_benefit.mean(axis=0), kind="stable")[:2].tolist()
    return first, second


def gains(net_benefit: FloatArray) -> FloatArray:
    """Return what each draw would gain by another strategy than the one that is best on average.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_strategies)
        Net benefit.

    Returns
    -------
    ndarray, shape (n_draws, n_strategies)
        Differences to the best strategy in the same draw; what all strategies share drops out. No column
        has a mean above 0, and that of the best is 0 throughout.
    """
    best = best_strategy(net_benefit)
    return net_benefit - net_benefit[:, best : best + 1]


def error_of_choice(gain: FloatArray, choice: FloatArray) -> float:
    """Return the standard error of the mean gain of what is chosen in each draw.

    Parameters
    ----------
    gain : ndarray, shape (n_draws, n_strategies)
        What each draw would gain, with all its noise, see `gains`.
    choice : ndarray, shape (n_draws, n_strategies)
        By what is chosen: the strategy with the highest value in the draw, of equal ones the first. It may
        be smoother than the gains.

    Returns
    -------
    float
        Standard deviation over draws of the chosen gain, over the square root of draws [currency]; draws
        count as independent and choices as given.
    """
    chosen = np.take_along_axis(gain, choice.argmax(axis=1)[:, np.newaxis], axis=1)
    return float(chosen.std(ddof=1) / np.sqrt(len(gain)))


def _refuse_not_finite(table: FloatArray, name: str, column: str | None) -> None:
    if np.isfinite(table).all():
        return
    place = np.argwhere(~np.isfinite(table))[0]
    where = f"draw {place[0] + 1}" + (f", {column} {place[-1] + 1}" if column else "")
    raise AnalysisError(
        f"{name} must be finite, got {table[tuple(place)]} in {where} (counted from 1); correct or drop it"
    )
