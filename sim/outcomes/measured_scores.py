"""Shares of patients whose score meets a criterion: at a time, by a session, in a second course."""

from __future__ import annotations

import numpy as np

from sim.domain.events import Event
from sim.domain.measures import Among, FirstReached, Moment, ScoreAt, SecondCourse, StateAt
from sim.outcomes.courses import (
    NO_COURSE,
    NO_ROW,
    Courses,
    courses,
    rows_of_course,
    with_follow_up,
)
from sim.outcomes.estimates import Arm, Estimate, share
from sim.outcomes.history import BoolArray, FloatArray, History, IntArray
from sim.outcomes.score_times import first_fall, highest_meeting, meets, score_at
from sim.units import MINUTES_PER_DAY


def score_at_share(measure: ScoreAt, arm: Arm) -> Estimate:
    """Return the share whose score meets a criterion at a time or a moment of the first course."""
    history, course = arm.history, arm.first_course
    referral = history.referral_scores
    score, counted = _scores(history, course, measure.days, measure.moment)
    if measure.among is Among.ASSESSED:
        counted &= course.assessed != NO_ROW
    if measure.unless_at_days is not None:
        earlier, seen = _scores_on_day(history, course.start, measure.unless_at_days)
        counted &= seen & ~meets(measure.criterion, earlier, referral)
    return share(meets(measure.criterion, score, referral), counted)


def first_reached_share(measure: FirstReached, arm: Arm) -> Estimate:
    """Return the share who met a criterion by a session or a day of the first induction.

    Notes
    -----
    By sessions, the full effect of each session counts, whether or not the patient stayed for it. By
    days, the score itself counts, along the pieces these sessions began.
    """
    history, course = arm.history, arm.first_course
    referral = history.referral_scores
    steps, number = induction_steps(history, course)
    patient = history.patient[steps]
    counted = course.started
    if measure.days is None:
        met = meets(measure.criterion, history.target[steps], referral[patient])
        reached = history.has(steps[met])
        early = history.has(steps[met & (number <= (measure.sessions or 0))])
    else:
        crossing = first_fall(history, steps, highest_meeting(measure.criterion, referral))
        until = course.start + measure.days * MINUTES_PER_DAY
        reached, early = ~np.isnan(crossing), crossing <= until
        counted &= with_follow_up(history, until)
    if measure.of_reachers:
        counted = counted & reached
    return share(reached & ~early if measure.later else early, counted)


def state_at_share(measure: StateAt, arm: Arm) -> Estimate:
    """Return the share of referred patients alive who meet a criterion on a day since referral."""
    history = arm.history
    referral = history.referral_scores
    referred = history.first_time(history.rows(Event.REFERRED))
    score, counted = _scores_on_day(history, referred, measure.days)
    if measure.given_days is not None:
        earlier, seen = _scores_on_day(history, referred, measure.given_days)
        counted &= seen & meets(measure.criterion, earlier, referral)
    return share(meets(measure.criterion, score, referral) != measure.is_not, counted)


def second_course_share(measure: SecondCourse, arm: Arm) -> Estimate:
    """Return the share responding to the course after the relapse that followed the first one."""
    history = arm.history
    course = courses(history, _courses_after_relapse(arm, measure))
    moment = Moment.ASSESSMENT if measure.days is None else None
    score, counted = _scores(history, course, measure.days, moment)
    return share(meets(measure.criterion, score, history.referral_scores), counted)


def induction_steps(history: History, course: Courses) -> tuple[IntArray, IntArray]:
    """Return the SCORE row each induction session of a course wrote, and which session it was, from 1.

    Parameters
    ----------
    history : History
        Events by patient.
    course : Courses
        One course of each patient.

    Returns
    -------
    tuple of ndarray of int64, each of shape (n_sessions,)
        Rows in increasing order, and numbers of the sessions.
    """
    sessions = rows_of_course(history, course.number, Event.SESSION)
    sessions = sessions[history.target[sessions] == 0]
    patient = history.patient[sessions]
    number = np.arange(len(sessions)) - np.searchsorted(patient, patient) + 1
    scores = history.rows(Event.SCORE)
    position = np.searchsorted(scores, sessions)
    found = position < len(scores)
    step = scores[position[found]]
    same = (history.patient[step] == patient[found]) & (history.time[step] == history.time[sessions[found]])
    return step[same], number[found][same]


def _scores(
    history: History, course: Courses, days: float | None, moment: Moment | None
) -> tuple[FloatArray, BoolArray]:
    """Return the scores of a course at a time or a moment, and of whom they were or could be seen."""
    if days is not None:
        return _scores_on_day(history, course.start, days)
    if moment is Moment.LAST_SESSION:
        return _scores_after_last_session(history, course)
    assessed = course.assessed != NO_ROW
    score = np.full(history.n_patients, np.nan)
    score[assessed] = history.value[course.assessed[assessed]]
    return score, assessed | ~np.isnan(course.left)


def _scores_on_day(history: History, start: FloatArray, days: float) -> tuple[FloatArray, BoolArray]:
    """Return the scores some days after a start, and who was alive and followed then."""
    minutes = start + days * MINUTES_PER_DAY
    return score_at(history, np.arange(history.n_patients), minutes), history.end >= minutes


def _scores_after_last_session(history: History, course: Courses) -> tuple[FloatArray, BoolArray]:
    """Return the full effect of the last induction session, and who was alive and followed until then."""
    steps, _ = induction_steps(history, course)
    patient = history.patient[steps]
    score = np.full(history.n_patients, np.nan)
    score[patient] = history.target[steps]
    full = np.full(history.n_patients, np.nan)
    full[patient] = np.maximum(history.until[steps], history.time[steps])
    return score, history.end >= full


def _courses_after_relapse(arm: Arm, measure: SecondCourse) -> IntArray:
    """Return the number of the course each patient began after losing the first, or `NO_COURSE`."""
    history = arm.history
    number = np.full(history.n_patients, NO_COURSE)
    first = history.first_time(rows_of_course(history, np.zeros_like(number), Event.SESSION))
    relapsed = rows_of_course(history, np.zeros_like(number), Event.RELAPSED)
    relapsed = relapsed[history.time[relapsed] >= first[history.patient[relapsed]]]
    patient, earliest = np.unique(history.patient[relapsed], return_index=True)
    relapsed = relapsed[earliest]
    begun = history.rows(Event.COURSE_STARTED)
    position = np.searchsorted(begun, relapsed)
    assessed = arm.first_course.assessed[patient]
    held = history.time[relapsed] - history.time[assessed] >= measure.after_days * MINUTES_PER_DAY
    in_maintenance = history.reason[relapsed] == 1
    wanted = (position < len(begun)) & (in_maintenance == measure.relapsed_in_maintenance) & held
    following = begun[position[wanted]]
    same = history.patient[following] == patient[wanted]
    number[patient[wanted][same]] = history.course[following[same]]
    return number
