"""ICERs of the frontier with their intervals, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.analysis.fieller import RatioInterval, fieller_interval
from sim.analysis.frontier import DOMINATED, EXTENDEDLY_DOMINATED, Standing, frontier
from sim.analysis.precision import FloatArray, mean_and_error

NO_RATIO = RatioInterval(np.nan, np.nan, np.nan)
INSTEAD = "compare net monetary benefits instead"
STATUS_REASONS = {
    DOMINATED: "dominated: another strategy costs no more and gains no less",
    EXTENDEDLY_DOMINATED: "extendedly dominated: a mixture of two others gains as much for less",
}
CHEAPEST = "cheapest on the frontier"
NOTHING_BELOW = f"{CHEAPEST}: there is none to count from"


class Icer(NamedTuple):
    """What can be told about the ICER of one strategy.

    Parameters
    ----------
    status : str
        Standing by means, see `sim.analysis.frontier`.
    interval : RatioInterval
        The ICER and its 95 % interval [currency/QALY]; nan where there is none.
    versus : int or None
        Position of the next cheaper strategy on the frontier.
    reason : str or None
        Why there is no ICER; None when there is one.
    """

    status: str
    interval: RatioInterval
    versus: int | None
    reason: str | None


def icers(cost: FloatArray, qaly: FloatArray) -> list[Icer]:
    """Return the ICER of every strategy, refused where chance alone could explain it.

    Parameters
    ----------
    cost, qaly : ndarray, shape (n_strategies, n_replications)
        Costs [currency] and QALYs, paired by replication.

    Returns
    -------
    list of Icer
        One for each strategy, in the given order.

    Notes
    -----
    Standings go by means. An ICER is given with its Fieller interval (see `sim.analysis.fieller`), counted
    from paired increments against the next cheaper strategy on the frontier. It is refused when that
    increment in QALYs cannot be told from zero at 95 %, or with fewer than two replications.
    """
    means = [mean_and_error(values)[0].tolist() for values in (cost, qaly)]
    return [
        _icer(standing, cost - cost[standing.versus], qaly - qaly[standing.versus], position)
        if standing.versus is not None
        else Icer(standing.status, NO_RATIO, None, STATUS_REASONS.get(standing.status, NOTHING_BELOW))
        for position, standing in enumerate(frontier(*means))
    ]


def _icer(standing: Standing, costs: FloatArray, qalys: FloatArray, position: int) -> Icer:
    interval = fieller_interval(costs[position], qalys[position])
    if interval is None:
        return Icer(standing.status, NO_RATIO, standing.versus, refusal(qalys[position]))
    return Icer(standing.status, interval, standing.versus, None)


def refusal(increments: FloatArray, effect: str = "QALYs") -> str:
    """Return why a ratio over these increments is not given.

    Parameters
    ----------
    increments : ndarray, shape (n_replications,)
        Increments of effect, paired by replication.
    effect : str
        What they count, in words.

    Returns
    -------
    str
        The reason, with the mean and its standard error, and what to do.
    """
    count = len(increments)
    if count <= 1:
        return f"one replication cannot tell a difference in {effect} from chance; run at least two"
    mean, error = mean_and_error(increments)
    told = f"difference in {effect} {mean:.2g} ± {error:.2g} cannot be told from zero"
    return f"{told} ({count} replications); {INSTEAD}"


def icer_columns(strategies: Sequence[str], found: Sequence[Icer]) -> dict[str, Any]:
    """Return ICERs as columns of a table.

    Parameters
    ----------
    strategies : sequence of str
        Keys.
    found : sequence of Icer
        From `icers`.

    Returns
    -------
    dict
        ``status, icer, icer_low, icer_high, icer_se`` (always nan), ``icer_versus, icer_reason``.
    """
    return {
        "status": [one.status for one in found],
        "icer": np.array([one.interval.ratio for one in found]),
        "icer_low": np.array([one.interval.low for one in found]),
        "icer_high": np.array([one.interval.high for one in found]),
        "icer_se": np.full(len(found), np.nan),
        "icer_versus": [None if one.versus is None else strategies[one.versus] for one in found],
        "icer_reason": [one.reason for one in found],
    }


def cost_of_more(costs: FloatArray, effects: FloatArray) -> RatioInterval:
    """Return what one more unit of effect costs against the comparator.

    Parameters
    ----------
    costs, effects : ndarray, shape (n_replications,)
        Paired increments of cost [currency] and of effect, such as responders.

    Returns
    -------
    RatioInterval
        Nan unless the strategy costs more and achieves more, the latter beyond chance: a ratio of other
        signs ranks nothing.
    """
    interval = fieller_interval(costs, effects)
    if interval is None or costs.mean() <= 0 or effects.mean() <= 0:
        return NO_RATIO
    return interval
