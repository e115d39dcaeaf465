"""Hazard ratio of two groups by Cox's model with one covariate."""

from __future__ import annotations

import math

import numpy as np

from sim.outcomes.history import BoolArray, FloatArray, IntArray

LONGEST_STEP = 1.0
MOST_STEPS = 100
CLOSE_ENOUGH = 1e-10


def hazard_ratio(duration: FloatArray, happened: BoolArray, exposed: BoolArray) -> tuple[float, float]:
    r"""Return the hazard ratio of the exposed to the others and its standard error.

    Parameters
    ----------
    duration : ndarray, shape (n,)
        Time to the event or to the end of observation, any unit.
    happened : ndarray of bool, shape (n,)
        True when the event was seen; False when observation ended first.
    exposed : ndarray of bool, shape (n,)
        True for the group in the numerator.

    Returns
    -------
    ratio, se : float
        Hazard ratio, and the standard error of its logarithm times the ratio; both nan unless both
        groups have events while members of both are at risk.

    Notes
    -----
    Newton's method on the partial likelihood [1]_ with Efron's correction for ties [2]_: of d events at
    one time, the l-th (from 0) is held against the risk set less l/d of the events.

    References
    ----------
    .. [1] Cox DR. Regression models and life-tables. J R Stat Soc B 1972;34:187-220.
    .. [2] Efron B. The efficiency of Cox's likelihood function for censored data. J Am Stat Assoc
       1977;72:557-565. doi:10.1080/01621459.1977.10480613
    """
    order = np.argsort(duration, kind="stable")
    duration, happened, exposed = duration[order], happened[order], exposed[order]
    at_risk_exposed, at_risk_others = _risk_sets(duration, happened, exposed)
    mixed = (at_risk_exposed > 0) & (at_risk_others > 0)
    risk_ratio = at_risk_exposed[mixed] / at_risk_others[mixed]
    alone = np.count_nonzero(~mixed & (at_risk_exposed > 0))
    events_exposed = int(np.count_nonzero(happened & exposed)) - int(alone)
    if not 0 < events_exposed < len(risk_ratio):
        return math.nan, math.nan
    log_ratio = _solve(risk_ratio, events_exposed)
    chance = _chance(risk_ratio, log_ratio)
    ratio = math.exp(log_ratio)
    return ratio, ratio / math.sqrt(float(chance @ (1 - chance)))


def _risk_sets(
    duration: FloatArray, happened: BoolArray, exposed: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return, for each event in order of time, how many of both groups it is held against."""
    start = np.searchsorted(duration, duration[happened])
    times, event = np.unique(start, return_inverse=True)
    n_events = np.bincount(event, minlength=len(times))
    rank = np.arange(len(event)) - np.searchsorted(start, start)
    passed = rank / n_events[event]
    return _held_against(exposed, happened, start, passed), _held_against(~exposed, happened, start, passed)


def _held_against(group: BoolArray, happened: BoolArray, start: IntArray, passed: FloatArray) -> FloatArray:
    """Count a group from each event on, less the part of its events at that time that has passed."""
    after = np.append(np.cumsum(group[::-1])[::-1], 0)
    mine = group[happened]
    times, event = np.unique(start, return_inverse=True)
    tied = np.bincount(event, weights=mine, minlength=len(times))[event]
    remaining: FloatArray = after[start] - passed * tied
    return remaining


def _solve(risk_ratio: FloatArray, events_exposed: int) -> float:
    """Return the logarithm of the hazard ratio at which as many events are expected as were seen."""
    log_ratio = 0.0
    for _ in range(MOST_STEPS):
        chance = _chance(risk_ratio, log_ratio)
        step = (events_exposed - float(chance.sum())) / float(chance @ (1 - chance))
        log_ratio += min(max(step, -LONGEST_STEP), LONGEST_STEP)
        if abs(step) < CLOSE_ENOUGH:
            break
    return log_ratio


def _chance(risk_ratio: FloatArray, log_ratio: float) -> FloatArray:
    """Return the chance that each event falls on an exposed patient."""
    weight: FloatArray = risk_ratio * math.exp(log_ratio)
    return weight / (1 + weight)
