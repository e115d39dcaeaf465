"""Kaplan-Meier: the share still without an event, when some patients are followed longer than others."""

from __future__ import annotations

import numpy as np

from sim.outcomes.history import BoolArray, FloatArray, IntArray


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
    times, events, at_risk = _risk_sets(duration, happened)
    surviving = np.concatenate([[1.0], np.cumprod(1 - events / at_risk)])
    estimate = surviving[np.searchsorted(times, at, side="right")]
    unseen = (at > times[-1]) & (surviving[-1] > 0)
    return np.where(unseen, np.nan, estimate)


def kaplan_meier_error(duration: FloatArray, happened: BoolArray, at: FloatArray) -> FloatArray:
    r"""Return Greenwood's standard error of the Kaplan-Meier estimate at some durations.

    Parameters
    ----------
    duration, happened, at : ndarray
        As for `kaplan_meier`.

    Returns
    -------
    ndarray, shape (m,)
        Standard error of the share without event; nan where that is, 0 where all had their event.

    Notes
    -----
    :math:`S \sqrt{\sum d / (n (n - d))}` over event times, with d events among n at risk [1]_.

    References
    ----------
    .. [1] Greenwood M. The natural duration of cancer. Reports on Public Health and Medical Subjects 33.
       London: HMSO; 1926.
    """
    estimate = kaplan_meier(duration, happened, at)
    if len(duration) == 0:
        return estimate
    times, events, at_risk = _risk_sets(duration, happened)
    left = at_risk - events
    steps = np.divide(events, at_risk * left, out=np.zeros(len(times)), where=left > 0)
    summed = np.concatenate([[0.0], np.cumsum(steps)])[np.searchsorted(times, at, side="right")]
    error: FloatArray = estimate * np.sqrt(summed)
    return error


def _risk_sets(duration: FloatArray, happened: BoolArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the times observed, with the events and the number at risk at each."""
    times, position = np.unique(duration, return_inverse=True)
    events = np.bincount(position, weights=happened, minlength=len(times))
    leaving = np.bincount(position, minlength=len(times))
    at_risk = len(duration) - np.cumsum(leaving) + leaving
    return times, np.asarray(events, dtype=np.float64), np.asarray(at_risk)
