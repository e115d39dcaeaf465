"""Clinical outcomes of one strategy and replication: shares, medians and waits, nan where undefined."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.events import Death, Event, Outcome
from sim.outcomes.history import BoolArray, FloatArray, History, IntArray
from sim.outcomes.relapses import relapse_minutes
from sim.outcomes.survival import kaplan_meier
from sim.outcomes.totals import counts
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY

HALF_YEAR_DAYS = DAYS_PER_YEAR / 2
MOST_PATIENTS = 0.9


@dataclass(frozen=True, slots=True)
class FirstCourse:
    """How the first course of each starter ended.

    Parameters
    ----------
    outcome : ndarray of int64, shape (n_patients,)
        `Outcome` of the last assessment of course 0; NO_RESPONSE for those not assessed.
    responded_minutes : ndarray, shape (n_patients,)
        First assessment of course 0 with a response; nan without one [minutes from day 0].
    relapse_free_days : ndarray, shape (n_responders,)
        Days from the last assessment to relapse, death or the end of follow-up, of responders.
    relapsed : ndarray of bool, shape (n_responders,)
        True for relapse or death, False when follow-up ended first.
    """

    outcome: IntArray
    responded_minutes: FloatArray
    relapse_free_days: FloatArray
    relapsed: BoolArray


def first_course(history: History, relapse_score: float) -> FirstCourse:
    """Read the assessments of course 0 and what became of the responders.

    Parameters
    ----------
    history : History
        Events by patient.
    relapse_score : float
        Score at or above which a patient who responded has relapsed [MADRS points].

    Returns
    -------
    FirstCourse
        How the first course of each starter ended.
    """
    rows = history.rows(Event.ASSESSED)
    rows = rows[history.course[rows] == 0]
    patient, result = history.patient[rows], history.reason[rows]
    outcome = np.full(history.n_patients, int(Outcome.NO_RESPONSE))
    outcome[patient] = result
    last = np.full(history.n_patients, -1)
    last[patient] = rows
    origin = last[outcome >= Outcome.RESPONSE]
    relapse = relapse_minutes(history, origin, relapse_score)
    over = history.rows(Event.DIED, Event.HORIZON)
    over = over[np.searchsorted(over, origin)]
    until = np.where(np.isnan(relapse), history.time[over], relapse)
    return FirstCourse(
        outcome=outcome,
        responded_minutes=history.first_time(rows[result >= Outcome.RESPONSE]),
        relapse_free_days=(until - history.time[origin]) / MINUTES_PER_DAY,
        relapsed=~np.isnan(relapse) | (history.event[over] == Event.DIED),
    )


def clinical_outcomes(history: History, cohort: Cohort, course: FirstCourse) -> dict[str, float]:
    """Return the clinical columns of one strategy and replication, but for depression-free days.

    Parameters
    ----------
    history : History
        Events by patient.
    cohort : Cohort
        Days of referral.
    course : FirstCourse
        First courses of the same patients.

    Returns
    -------
    dict
        Value by column name: shares between 0 and 1, times in days; nan where undefined.
    """
    started = history.has(history.rows(Event.COURSE_STARTED))
    responded = course.outcome >= Outcome.RESPONSE
    remitted = course.outcome == Outcome.REMISSION
    free = kaplan_meier(course.relapse_free_days, course.relapsed, np.array([HALF_YEAR_DAYS, DAYS_PER_YEAR]))
    to_response = (course.responded_minutes - cohort.referral_minutes)[responded & started] / MINUTES_PER_DAY
    return {
        "n_patients": float(history.n_patients),
        "eligible_share": float(history.has(history.rows(Event.ELIGIBLE)).mean()),
        "started_share": float(started.mean()),
        "response_share": _mean(responded[started]),
        "remission_share": _mean(remitted[started]),
        "relapse_free_6m": float(free[0]),
        "relapse_free_12m": float(free[1]),
        "median_days_to_response": _quantile(to_response, 1 / 2),
        **_service(history, cohort, started),
        **_leaving(history, started),
    }


def _service(history: History, cohort: Cohort, started: BoolArray) -> dict[str, float]:
    """Measure waits, sessions and delays."""
    sessions = history.rows(Event.SESSION)
    missed = len(history.rows(Event.SESSION_MISSED))
    wait = (history.first_time(sessions) - cohort.referral_minutes)[started] / MINUTES_PER_DAY
    screening = (history.first_time(history.rows(Event.SCREENED)) - cohort.referral_minutes) / MINUTES_PER_DAY
    maintained = sessions[history.target[sessions] > 0]
    planned = len(sessions) + missed
    return {
        "median_wait_days": _quantile(wait, 1 / 2),
        "p90_wait_days": _quantile(wait, MOST_PATIENTS),
        "median_screening_wait_days": _quantile(screening, 1 / 2),
        "p90_screening_wait_days": _quantile(screening, MOST_PATIENTS),
        "sessions_per_starter": _mean(counts(history.patient[sessions], history.n_patients)[started]),
        "missed_share": missed / planned if planned else float("nan"),
        "session_delay_days": _mean(_delay_days(history, sessions)),
        "maintenance_delay_days": _mean(_delay_days(history, maintained)),
    }


def _leaving(history: History, started: BoolArray) -> dict[str, float]:
    """Measure who left, and how."""
    left = history.has(history.rows(Event.DROPPED_OUT))
    harmed = history.has(history.rows(Event.STOPPED_FOR_HARM))
    died = history.rows(Event.DIED)
    suicides = died[history.reason[died] == Death.SUICIDE]
    return {
        "dropout_share": _mean(left[started]),
        "left_before_start_share": float((left & ~started).mean()),
        "stopped_for_harm_share": _mean(harmed[started]),
        "death_share": float(history.has(died).mean()),
        "suicide_share": float(history.has(suicides).mean()),
    }


def _delay_days(history: History, rows: IntArray) -> IntArray:
    """Return the whole days between the wished day and the day held."""
    held, wished = history.time[rows] // MINUTES_PER_DAY, history.until[rows] // MINUTES_PER_DAY
    return np.asarray(np.maximum(held - wished, 0))


def _mean(values: FloatArray | IntArray | BoolArray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _quantile(values: FloatArray, share: float) -> float:
    known = values[~np.isnan(values)]
    return float(np.quantile(known, share)) if len(known) else float("nan")
