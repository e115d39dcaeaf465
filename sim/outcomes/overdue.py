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
          \operatorname{SE}^2 = \sum_k \Bigl(O_k + T_k^2 \frac{D_k}{Y_k^2}\Bigr),

with :math:`O` relapses in time :math:`T` overdue and :math:`D` in time :math:`Y` on time; where nobody of a
treatment was on time in a month, its rate over all months is taken. Assumed: within a month, those kept
waiting would have relapsed as often as those on time. As queues and not health decide who waits, this is so
but for one thing: those who relapse leave, so the frail are fewer among the overdue, and :math:`E` is
slightly too low.

References
----------
.. [1] Breslow NE, Day NE. Statistical methods in cancer research, volume II: the design and analysis of
   cohort studies. IARC Scientific Publications 82. Lyon: IARC; 1987.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.domain.events import Event, Leaving
from sim.domain.scenario import Scenario
from sim.outcomes.history import FloatArray, IntArray, event_table
from sim.outcomes.openings import first_open_days, opening
from sim.outcomes.service import NO_STEP, Service
from sim.outcomes.tally import Counted
from sim.outcomes.totals import counts, time_by_period
from sim.outcomes.visit_kinds import FIRST_SESSION
from sim.units import DAYS_PER_MONTH, MINUTES_PER_DAY, minutes_from_days

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
    number : ndarray of int64, shape (n,)
        Maintenance sessions held since.
    """

    start: IntArray
    begun: IntArray
    number: IntArray

    def among(self, chosen: IntArray) -> _Stretches:
        """Return some of the stretches."""
        return _Stretches(self.start[chosen], self.begun[chosen], self.number[chosen])


def overdue_counted(service: Service, scenario: Scenario, n_days: int) -> Counted:
    """Count time and relapses in maintenance, on time and overdue.

    Parameters
    ----------
    service : Service
        Steps of all patients.
    scenario : Scenario
        Schedules, for the wished day of sessions that never came.
    n_days : int
        Days of follow-up.

    Returns
    -------
    Counted
        ``on_time_months``, ``overdue_months``, ``on_time_relapses`` and ``overdue_relapses``, each of
        shape (n_treatments, n_months) by month since maintenance began.
    """
    stretches = _stretches(service)
    start, stop = stretches.start, stretches.start + 1
    since, until, treatment = service.time(start), service.time(stop), service.treatment(start)
    wished = _wished(service, stretches, scenario, n_days)
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
    years = np.where(has_own, on_time, among)
    rate = np.divide(expected_from, on_time, out=np.broadcast_to(usual, on_time.shape).copy(), where=has_own)
    spread = np.divide(rate, years, out=np.zeros_like(on_time), where=years > 0)
    excess = (seen - overdue * rate).sum()
    error = math.sqrt((seen + overdue**2 * spread).sum())
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
        number=np.arange(lengths.sum()) - np.repeat(first, lengths),
    )


def _wished(service: Service, stretches: _Stretches, scenario: Scenario, n_days: int) -> IntArray:
    """Return when the session each stretch awaits was wished [minutes from day 0]."""
    stop = stretches.start + 1
    ended, wished = service.event[stop], service.until(stop)
    never_came = np.flatnonzero(~_IS_APPOINTMENT[ended])
    scheduled = _scheduled(service, stretches.among(never_came), scenario, n_days)
    wished[never_came] = scheduled * MINUTES_PER_DAY
    left = np.flatnonzero(ended == Event.DROPPED_OUT)
    gave_up = left[service.history.reason[service.rows[stop[left]]] == Leaving.WAITING_FOR_SESSION]
    days = service.days_given_up(stop[gave_up])
    wished[gave_up] = service.time(stop[gave_up]) - np.round(days * MINUTES_PER_DAY).astype(np.int64)
    return wished


def _scheduled(service: Service, stretches: _Stretches, scenario: Scenario, n_days: int) -> IntArray:
    """Return the first open day on which the schedule wants the next session."""
    start = stretches.start
    held = service.latest(start, Event.SESSION)
    last = service.time(np.where(held == NO_STEP, start, held)) // MINUTES_PER_DAY
    earliest = service.time(start) + (service.event[start] == Event.SESSION)
    treatment = service.treatment(start)
    interval = _intervals(scenario, treatment, stretches.number) * _interval_ratio(service, start)
    due = last + np.maximum(interval.astype(np.int64) // MINUTES_PER_DAY, 1)
    from_minute = np.maximum(due * MINUTES_PER_DAY, earliest)
    return opening(first_open_days(scenario, n_days), FIRST_SESSION + treatment, from_minute)


def _intervals(scenario: Scenario, treatment: IntArray, number: IntArray) -> IntArray:
    """Return the planned interval of treatments after so many maintenance sessions [minutes]."""
    interval = np.zeros(len(treatment), dtype=np.int64)
    for position, plan in enumerate(scenario.treatments.values()):
        chosen = np.flatnonzero(treatment == position)
        if len(chosen) and plan.maintenance is not None:
            steps = plan.maintenance.steps
            ends = np.cumsum([round(step.sessions.value) if step.sessions else 0 for step in steps])[:-1]
            minutes = np.array([minutes_from_days(step.interval.value) for step in steps])
            interval[chosen] = minutes[np.searchsorted(ends, number[chosen], side="right")]
    return interval


def _interval_ratio(service: Service, start: IntArray) -> FloatArray:
    """Return by how much the interval was shortened in answer to tolerance, in this line of treatment."""
    history = service.history
    shortened = history.rows(Event.INTERVAL_SHORTENED)
    ratio = np.ones(len(start))
    if not len(shortened):
        return ratio
    row = service.rows[np.minimum(start + 1, len(service.rows) - 1)]
    found = np.searchsorted(shortened, row) - 1
    last = shortened[np.maximum(found, 0)]
    decided = service.latest(start, Event.REFERRED, Event.ELIGIBLE)
    valid = (found >= 0) & (decided != NO_STEP) & (last > service.rows[np.maximum(decided, 0)])
    ratio[valid] = history.value[last[valid]]
    return ratio
