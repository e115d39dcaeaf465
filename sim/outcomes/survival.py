"""Kaplan-Meier: the share still without an event, when some patients are followed longer than others."""

from __future__ import annotations

import numpy as np

from sim.outcomes.history import BoolArray, FloatArray


def kaplan_meier(duration: FloatArray, happened: BoolArray, at: FloatArray) -> FloatArray:
    """Return the Kaplan-Meier estimate at some durations.

    Parameters
    ----------
    duration : ndarray, shape (n,)
        Time to the event or to the end of observation, any unit.
    happened : ndarray of bool, shape (n,)
        True when the event was seen; False when observation ended first.
    at : ndarray, shape (m,)
        Durations of interest, same unit.

    Returns
    -------
    ndarray, shape (m,)
        Share without event just after each duration; nan where nobody is observed so long, unless
        all had their event before.

    Notes
    -----
    Product over event times of one minus events over those at risk; whoever leaves at an event time is
    still at risk then [1]_.

    References
    ----------
    .. [1] Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat Assoc
       1958;53:457-481. doi:10.1080/01621459.1958.10501452
    """
    if len(duration) == 0:
        return np.full(len(at), np.nan)
    times, position = np.unique(duration, return_inverse=True)
    events = np.bincount(position, weights=happened, minlength=len(times))
    leaving = np.bincount(position, minlength=len(times))
    at_risk = len(duration) - np.cumsum(leaving) + leaving
    surviving = np.concatenate([[1.0], np.cumprod(1 - events / at_risk)])
    estimate = surviving[np.searchsorted(times, at, side="right")]
    unseen = (at > times[-1]) & (surviving[-1] > 0)
    return np.where(unseen, np.nan, estimate)
