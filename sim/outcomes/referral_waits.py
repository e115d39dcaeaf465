"""Waits by the week of referral: what shows whether a queue settles or keeps growing."""

from __future__ import annotations

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.events import Event, Leaving
from sim.outcomes.course_starts import CourseStarts
from sim.outcomes.follow_up import whole
from sim.outcomes.history import FloatArray, IntArray
from sim.outcomes.service import Service
from sim.outcomes.tally import Counted
from sim.outcomes.totals import counts, sums
from sim.units import DAYS_PER_WEEK, MINUTES_PER_DAY

_ROWS = ("referrals", "screening_days", "screened", "start_days", "started", "left")


def referral_waits_counted(service: Service, starts: CourseStarts, cohort: Cohort) -> Counted:
    """Add up the first waits of patients by the week of their referral.

    Parameters
    ----------
    service : Service
        Steps of all patients.
    starts : CourseStarts
        How courses began.
    cohort : Cohort
        Days of referral.

    Returns
    -------
    Counted
        ``referral_weeks`` of shape (6, n_weeks), by week of referral from day 0: referrals; days beyond
        the wished day of the first screening, and how many were screened; days beyond the wished days of
        preparation and first session of the first course, and how many began one; and how many gave up
        waiting for their first screening or course.
    """
    week_minutes = DAYS_PER_WEEK * MINUTES_PER_DAY
    week = cohort.referral_minutes // week_minutes
    n_weeks = whole(int(cohort.referral_minutes.max(initial=0)) + 1, week_minutes)
    screened = service.steps(Event.SCREENED)
    first_screened = _firsts(service.patient(screened))
    first_start = _firsts(service.patient(starts.step))
    by_screening = week[service.patient(screened)[first_screened]]
    by_start = week[service.patient(starts.step)[first_start]]
    left = np.concatenate([service.leaving(Leaving.WAITING_FOR_SCREENING), service.given_up.steps])
    begun = np.full(cohort.n_patients, len(service.rows))
    begun[service.patient(starts.step)[first_start]] = starts.step[first_start]
    before = left[left < begun[service.patient(left)]]
    leavers = np.unique(service.patient(before))
    rows = (
        counts(week, n_weeks),
        sums(by_screening, service.screening_delays[first_screened].astype(np.float64), n_weeks),
        counts(by_screening, n_weeks),
        sums(by_start, starts.days_waited[first_start].astype(np.float64), n_weeks),
        counts(by_start, n_weeks),
        counts(week[leavers], n_weeks),
    )
    return Counted(sums={"referral_weeks": np.stack(rows)})


def referral_wait_curves(counted: Counted) -> dict[str, FloatArray]:
    """Return the waits by week of referral.

    Parameters
    ----------
    counted : Counted
        What `referral_waits_counted` found, of the whole cohort.

    Returns
    -------
    dict
        Each of shape (n_weeks,), by week of referral from day 0: ``referrals`` (number),
        ``screening_queue_days`` and ``start_queue_days`` (mean days beyond the wished days, of those served;
        nan where nobody is), ``left_waiting`` (share of the referred who gave up waiting for screening or
        for their first course; some of these then take another treatment).
    """
    by_name = dict(zip(_ROWS, counted.sums["referral_weeks"], strict=True))
    return {
        "referrals": by_name["referrals"],
        "screening_queue_days": _ratio(by_name["screening_days"], by_name["screened"]),
        "start_queue_days": _ratio(by_name["start_days"], by_name["started"]),
        "left_waiting": _ratio(by_name["left"], by_name["referrals"]),
    }


def _firsts(patient: IntArray) -> IntArray:
    """Return the position of each patient's first element; patients are in order."""
    return np.flatnonzero(np.diff(patient, prepend=-1))


def _ratio(amount: FloatArray, among: FloatArray) -> FloatArray:
    ratio = np.full(len(amount), np.nan)
    np.divide(amount, among, out=ratio, where=among > 0)
    return ratio
