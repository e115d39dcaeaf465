"""Clinical outcomes of one strategy and replication: shares, medians and waits, nan where undefined."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.events import Death, Event, Outcome
from sim.outcomes.history import BoolArray, FloatArray, History, IntArray
from sim.outcomes.quantiles import quantiles
from sim.outcomes.relapses import relapse_minutes
from sim.outcomes.survival import kaplan_meier
from sim.outcomes.tally import Counted, together
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


def achieved(history: History, course: FirstCourse) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Return who started a treatment, and who responded and remitted at the end of the first course.

    Parameters
    ----------
    history : History
        Events by patient.
    course : FirstCourse
        First courses of the same patients.

    Returns
    -------
    started, responded, remitted : ndarray of bool, shape (n_patients,)
        Who remitted has responded too.
    """
    started = history.has(history.rows(Event.COURSE_STARTED))
    responded = started & (course.outcome >= Outcome.RESPONSE)
    return started, responded, started & (course.outcome == Outcome.REMISSION)


def clinical_counted(history: History, cohort: Cohort, course: FirstCourse) -> Counted:
    """Count what the clinical columns are made of.

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
    Counted
        Numbers of patients and sessions, waits and times to response and relapse.
    """
    started, responded, remitted = achieved(history, course)
    return together(
        [
            Counted(
                counts={
                    "n_patients": float(history.n_patients),
                    "eligible": _number(history.has(history.rows(Event.ELIGIBLE))),
                    "started": _number(started),
                    "responded": _number(responded),
                    "remitted": _number(remitted),
                },
                samples={
                    "relapse_free_days": course.relapse_free_days,
                    "relapsed": course.relapsed,
                    "response_minutes": _whole_minutes(
                        (course.responded_minutes - cohort.referral_minutes)[responded]
                    ),
                },
            ),
            _service(history, cohort, started),
            _leaving(history, started),
        ]
    )


def clinical_outcomes(counted: Counted) -> dict[str, float]:
    """Return the clinical columns of one strategy and replication, but for depression-free days.

    Parameters
    ----------
    counted : Counted
        What `clinical_counted` found, of the whole cohort.

    Returns
    -------
    dict
        Value by column name: shares between 0 and 1, times in days; nan where undefined.
    """
    counts, samples = counted.counts, counted.samples
    half_year, year = kaplan_meier(
        samples["relapse_free_days"], samples["relapsed"], np.array([HALF_YEAR_DAYS, DAYS_PER_YEAR])
    )
    wait, p90_wait = quantiles(samples["start_wait_minutes"], (1 / 2, MOST_PATIENTS))
    screening, p90_screening = quantiles(samples["screening_wait_minutes"], (1 / 2, MOST_PATIENTS))
    (to_response,) = quantiles(samples["response_minutes"], (1 / 2,))
    everybody, starters = counts["n_patients"], counts["started"]
    return {
        "n_patients": everybody,
        "eligible_share": _share(counts["eligible"], everybody),
        "started_share": _share(starters, everybody),
        "response_share": _share(counts["responded"], starters),
        "remission_share": _share(counts["remitted"], starters),
        "relapse_free_6m": float(half_year),
        "relapse_free_12m": float(year),
        "median_days_to_response": to_response / MINUTES_PER_DAY,
        "median_wait_days": wait / MINUTES_PER_DAY,
        "p90_wait_days": p90_wait / MINUTES_PER_DAY,
        "median_screening_wait_days": screening / MINUTES_PER_DAY,
        "p90_screening_wait_days": p90_screening / MINUTES_PER_DAY,
        "sessions_per_starter": _share(counts["sessions_of_starters"], starters),
        "missed_share": _share(counts["missed_sessions"], counts["sessions"] + counts["missed_sessions"]),
        "session_delay_days": _share(counts["delay_days"], counts["sessions"]),
        "maintenance_delay_days": _share(counts["maintenance_delay_days"], counts["maintenance_sessions"]),
        "dropout_share": _share(counts["starters_dropped_out"], starters),
        "left_before_start_share": _share(counts["left_before_start"], everybody),
        "stopped_for_harm_share": _share(counts["starters_stopped_for_harm"], starters),
        "death_share": _share(counts["died"], everybody),
        "suicide_share": _share(counts["suicides"], everybody),
    }


def _service(history: History, cohort: Cohort, started: BoolArray) -> Counted:
    """Count sessions and delays, and collect waits."""
    sessions = history.rows(Event.SESSION)
    wait = (history.first_time(sessions) - cohort.referral_minutes)[started]
    screening = history.first_time(history.rows(Event.SCREENED)) - cohort.referral_minutes
    maintained, delay = history.is_maintenance, history.session_delays
    return Counted(
        counts={
            "sessions": float(len(sessions)),
            "missed_sessions": float(len(history.rows(Event.SESSION_MISSED))),
            "sessions_of_starters": _number(started[history.patient[sessions]]),
            "delay_days": float(delay.sum()),
            "maintenance_sessions": _number(maintained),
            "maintenance_delay_days": float(delay[maintained].sum()),
        },
        samples={
            "start_wait_minutes": _whole_minutes(wait),
            "screening_wait_minutes": _whole_minutes(screening),
        },
    )


def _leaving(history: History, started: BoolArray) -> Counted:
    """Count who left, and how."""
    left = history.has(history.rows(Event.DROPPED_OUT))
    harmed = history.has(history.rows(Event.STOPPED_FOR_HARM))
    died = history.rows(Event.DIED)
    suicides = died[history.reason[died] == Death.SUICIDE]
    return Counted(
        counts={
            "starters_dropped_out": _number(left & started),
            "left_before_start": _number(left & ~started),
            "starters_stopped_for_harm": _number(harmed & started),
            "died": _number(history.has(died)),
            "suicides": _number(history.has(suicides)),
        }
    )


def _number(chosen: BoolArray) -> float:
    return float(np.count_nonzero(chosen))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _whole_minutes(minutes: FloatArray) -> NDArray[np.int32]:
    """Return known durations, which are whole minutes, in half the space."""
    return minutes[~np.isnan(minutes)].astype(np.int32)
