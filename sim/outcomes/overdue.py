r"""Relapses that late maintenance sessions cause, estimated from what was seen.

A patient in maintenance is on time from one session to the wished day of the next, and overdue from then
until it is held. Time after an appointment missed or cancelled counts as neither: there the patient is
late, not the clinic. Nobody is followed here beyond the end of maintenance, so relapses of those who gave up
waiting are not among these.

Notes
-----
Overdue patients differ from others in how long ago they responded, and the hazard of relapse falls with
time. So, for each treatment and month since maintenance began, relapses while overdue are compared with
those expected in as much time on time (indirect standardization [1]_),

.. math:: E = \sum_k \Bigl(O_k - T_k \frac{D_k}{Y_k}\Bigr), \qquad
          \operatorname{SE}^2 = \sum_k \Bigl(O_k + D_k \Bigl(\frac{T_k}{Y_k}
          + \frac{\sum_m T_m}{\sum_j Y_j}\Bigr)^2\Bigr),

with :math:`O` relapses in time :math:`T` overdue and :math:`D` in time :math:`Y` on time. In months :math:`m`
in which nobody of a treatment was on time, its rate over all months :math:`j` is taken: one rate for all of
these, so that its error is counted once, together with what it shares with the months' own rates. Assumed:
within a month, those kept waiting would have relapsed as often as those on time. As queues and not health
decide who waits, this is so but for one thing: those who relapse leave, so the frail are fewer among the
overdue, and :math:`E` is slightly too low.

References
----------
.. [1] Breslow NE, Day NE. Statistical methods in cancer research, volume II: the design and analysis of
   cohort studies. IARC Scientific Publications 82. Lyon: IARC; 1987.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.domain.events import NEVER, Event, Leaving
from sim.domain.scenario import Scenario
from sim.outcomes.history import FloatArray, IntArray, event_table
from sim.outcomes.pending import Cut
from sim.outcomes.service import Service
from sim.outcomes.tally import Counted
from sim.outcomes.totals import counts, time_by_period
from sim.units import DAYS_PER_MONTH, MINUTES_PER_DAY

_MINUTES_PER_MONTH = DAYS_PER_MONTH * MINUTES_PER_DAY
_PER_100 = 100
_ARRAYS = ("on_time_months", "overdue_months", "on_time_relapses", "overdue_relapses")
_IS_APPOINTMENT = event_table(Event.SESSION, Event.SESSION_MISSED, Event.CANCELLED)


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Time in which a patient in maintenance awaits a session, until the step after.

    Parameters
    ----------
    start : ndarray of int64, shape (n,)
        Step it begins with: the beginning of maintenance or a session.
    begun : ndarray of int64, shape (n,)
        When maintenance began [minutes from day 0].
    """

    start: IntArray
    begun: IntArray


def overdue_counted(service: Service, pending: Cut, scenario: Scenario) -> Counted:
    """Count time and relapses in maintenance, on time and overdue.

    Parameters
    ----------
    service : Service
        Steps of all patients.
    pending : Cut
        Waits for a maintenance session that were cut short, from `sim.outcomes.pending`.
    scenario : Scenario
        Number of treatments, and the horizon.

    Returns
    -------
    Counted
        ``on_time_months``, ``overdue_months``, ``on_time_relapses`` and ``overdue_relapses``, each of
        shape (n_treatments, n_months) by month since maintenance began.
    """
    stretches = _stretches(service)
    start, stop = stretches.start, stretches.start + 1
    since, until, treatment = service.time(start), service.time(stop), service.treatment(start)
    wished = _wished(service, stretches, pending)
    late_from = np.clip(wished, since, until)
    n_treatments = len(scenario.treatments)
    n_months = math.ceil(scenario.horizon_minutes / _MINUTES_PER_MONTH) + 1

    def month(minutes: IntArray, chosen: IntArray) -> FloatArray:
        months = (minutes[chosen] - stretches.begun[chosen]) / _MINUTES_PER_MONTH
        return np.asarray(np.clip(months, 0, n_months, out=months))

    on_time, late = np.flatnonzero(late_from > since), np.flatnonzero(until > late_from)
    lived = time_by_period(
        np.concatenate([month(since, on_time), month(late_from, late)]),
        np.concatenate([month(late_from, on_time), month(until, late)]),
        n_periods=n_months,
        group=np.concatenate([treatment[on_time], n_treatments + treatment[late]]),
        n_groups=2 * n_treatments,
    )
    relapsed = np.flatnonzero(service.event[stop] == Event.RELAPSED)
    group = treatment[relapsed] + n_treatments * (until > wished)[relapsed]
    when = np.minimum(month(until, relapsed).astype(np.int64), n_months - 1)
    relapses = counts(group * n_months + when, lived.size)
    arrays = np.concatenate([lived, relapses.reshape(lived.shape)]).reshape(-1, n_treatments, n_months)
    return Counted(sums=dict(zip(_ARRAYS, arrays, strict=True)))


def overdue_columns(counted: Counted, n_patients: float) -> dict[str, float]:
    """Return the relapses while overdue, and how many of them are too many.

    Parameters
    ----------
    counted : Counted
        What `overdue_counted` found, of the whole cohort.
    n_patients : float
        Referred patients.

    Returns
    -------
    dict
        Per 100 referred patients: ``overdue_relapses_per_100`` (in maintenance, beyond the wished day of a
        session), ``excess_relapses_per_100`` (those that would not have happened on time) and
        ``excess_relapses_error`` (its standard error by chance within this replication).
    """
    on_time, overdue, expected_from, seen = (counted.sums[name] for name in _ARRAYS)
    among = on_time.sum(axis=1, keepdims=True)
    usual = np.divide(
        expected_from.sum(axis=1, keepdims=True), among, out=np.zeros_like(among), where=among > 0
    )
    has_own = on_time > 0
    own = np.divide(expected_from, on_time, out=np.zeros_like(on_time), where=has_own)
    weight = np.divide(overdue, on_time, out=np.zeros_like(on_time), where=has_own)
    without = np.where(has_own, 0, overdue).sum(axis=1, keepdims=True)
    weight += np.divide(without, among, out=np.zeros_like(among), where=among > 0)
    excess = (seen - overdue * np.where(has_own, own, usual)).sum()
    error = math.sqrt((seen + weight**2 * expected_from).sum())
    return {
        "overdue_relapses_per_100": _PER_100 * float(seen.sum()) / n_patients,
        "excess_relapses_per_100": _PER_100 * float(excess) / n_patients,
        "excess_relapses_error": _PER_100 * error / n_patients,
    }


def _stretches(service: Service) -> _Stretches:
    """Return the stretches of all patients, in order; no maintenance session comes before a beginning."""
    sessions = service.steps(Event.SESSION)[service.history.is_maintenance]
    begins = service.steps(Event.MAINTENANCE_STARTED)
    place = np.searchsorted(sessions, begins)
    too_early = int(place[:1].sum())
    start = np.insert(sessions, place, begins)[too_early:]
    first = place - too_early + np.arange(len(begins))
    lengths = np.diff(first, append=len(start))
    return _Stretches(
        start=start[: lengths.sum()],
        begun=np.repeat(service.time(begins), lengths),
    )


def _wished(service: Service, stretches: _Stretches, pending: Cut) -> IntArray:
    """Return when the session each stretch awaits was wished [minutes from day 0].

    Those who neither came, nor were cut short, nor gave up waiting leave in the moment of a session.
    """
    stop = stretches.start + 1
    ended, wished = service.event[stop], service.until(stop)
    wished[~_IS_APPOINTMENT[ended]] = NEVER
    own = pending.among(np.isin(pending.steps, stop, assume_unique=True))
    wished[np.searchsorted(stop, own.steps)] = own.wished * MINUTES_PER_DAY
    left = np.flatnonzero(ended == Event.DROPPED_OUT)
    gave_up = left[service.history.reason[service.rows[stop[left]]] == Leaving.WAITING_FOR_SESSION]
    days = service.days_given_up(stop[gave_up])
    wished[gave_up] = service.time(stop[gave_up]) - np.round(days * MINUTES_PER_DAY).astype(np.int64)
    return wished
