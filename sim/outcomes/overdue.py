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

import numpy as np

from sim.domain.events import Event, Leaving
from sim.domain.scenario import Scenario
from sim.domain.treatments import Treatment
from sim.outcomes.history import BoolArray, FloatArray, IntArray
from sim.outcomes.openings import first_open_days, opening
from sim.outcomes.service import NO_STEP, Service
from sim.outcomes.tally import Counted
from sim.outcomes.totals import counts, totals_by_period
from sim.units import DAYS_PER_MONTH, MINUTES_PER_DAY, minutes_from_days

_MINUTES_PER_MONTH = DAYS_PER_MONTH * MINUTES_PER_DAY
_PER_100 = 100
_ARRAYS = ("on_time_months", "overdue_months", "on_time_relapses", "overdue_relapses")


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
    start, stop = _stretches(service)
    n_treatments = len(scenario.treatments)
    n_months = math.ceil(scenario.horizon_minutes / _MINUTES_PER_MONTH) + 1
    treatment = service.treatment(start)
    begun = service.time(service.latest(start, Event.MAINTENANCE_STARTED))
    wished = _wished(service, scenario, start, stop, n_days)
    late_from = np.clip(wished, service.time(start), service.time(stop))
    relapsed = service.event[stop] == Event.RELAPSED
    is_late = relapsed & (service.time(stop) > wished)

    def month(minutes: IntArray) -> FloatArray:
        return np.asarray(np.clip((minutes - begun) / _MINUTES_PER_MONTH, 0, n_months))

    def lived(since: IntArray, until: IntArray) -> FloatArray:
        return totals_by_period(
            month(since), month(until), np.ones(len(since)), n_periods=n_months, group=treatment,
            n_groups=n_treatments,
        )  # fmt: skip

    def relapses(chosen: BoolArray) -> FloatArray:
        when = np.minimum(month(service.time(stop))[chosen].astype(np.int64), n_months - 1)
        cells = counts(treatment[chosen] * n_months + when, n_treatments * n_months)
        return cells.reshape(n_treatments, n_months)

    arrays = (
        lived(service.time(start), late_from),
        lived(late_from, service.time(stop)),
        relapses(relapsed & ~is_late),
        relapses(is_late),
    )
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


def _stretches(service: Service) -> tuple[IntArray, IntArray]:
    """Return the steps between which patients in maintenance await a session: begin or last one, and next."""
    start = np.sort(np.concatenate([service.steps(Event.MAINTENANCE_STARTED), _maintained(service)]))
    start = start[service.latest(start, Event.MAINTENANCE_STARTED) != NO_STEP]
    return start, start + 1


def _wished(service: Service, scenario: Scenario, start: IntArray, stop: IntArray, n_days: int) -> IntArray:
    """Return when the session each stretch awaits was wished [minutes from day 0]."""
    ended = service.event[stop]
    wished = _scheduled(service, scenario, start, n_days) * MINUTES_PER_DAY
    is_kept = (ended == Event.SESSION) | (ended == Event.SESSION_MISSED) | (ended == Event.CANCELLED)
    wished[is_kept] = service.until(stop)[is_kept]
    reason = service.history.reason[service.rows[stop]]
    gave_up = (ended == Event.DROPPED_OUT) & (reason == Leaving.WAITING_FOR_SESSION)
    days = service.days_given_up(stop[gave_up])
    wished[gave_up] = service.time(stop[gave_up]) - np.round(days * MINUTES_PER_DAY).astype(np.int64)
    return wished


def _scheduled(service: Service, scenario: Scenario, start: IntArray, n_days: int) -> IntArray:
    """Return the first open day on which the schedule wants the next session."""
    held = service.latest(start, Event.SESSION)
    last = service.time(np.where(held == NO_STEP, start, held)) // MINUTES_PER_DAY
    earliest = service.time(start) + (service.event[start] == Event.SESSION)
    number = _sessions_maintained(service, start)
    ratio = _interval_ratio(service, start)
    treatment, day = service.treatment(start), np.zeros(len(start), dtype=np.int64)
    for position, plan in enumerate(scenario.treatments.values()):
        chosen = treatment == position
        if chosen.any() and plan.maintenance is not None:
            interval = (_intervals(plan, number[chosen]) * ratio[chosen]).astype(np.int64)
            due = last[chosen] + np.maximum(interval // MINUTES_PER_DAY, 1)
            from_minute = np.maximum(due * MINUTES_PER_DAY, earliest[chosen])
            day[chosen] = opening(first_open_days(scenario, plan.session, n_days), from_minute)
    return day


def _intervals(plan: Treatment, number: IntArray) -> IntArray:
    """Return the planned interval after so many maintenance sessions [minutes]."""
    assert plan.maintenance is not None
    steps = plan.maintenance.steps
    ends = np.cumsum([round(step.sessions.value) if step.sessions else 0 for step in steps])[:-1]
    minutes = np.array([minutes_from_days(step.interval.value) for step in steps])
    return np.asarray(minutes[np.searchsorted(ends, number, side="right")])


def _sessions_maintained(service: Service, start: IntArray) -> IntArray:
    """Return the maintenance sessions held so far, since maintenance began."""
    held, begun = _maintained(service), service.latest(start, Event.MAINTENANCE_STARTED)
    return np.searchsorted(held, start, side="right") - np.searchsorted(held, begun, side="right")


def _maintained(service: Service) -> IntArray:
    """Return the maintenance sessions held."""
    sessions = service.steps(Event.SESSION)
    return np.asarray(sessions[service.history.target[service.rows[sessions]] > 0])


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
