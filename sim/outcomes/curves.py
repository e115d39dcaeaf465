"""Weekly curves: score, clinical states and survival since referral, relapse-free survival, waits."""

from __future__ import annotations

import math

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.events import Event
from sim.domain.illness import State
from sim.outcomes.clinical import FirstCourse
from sim.outcomes.follow_up import whole
from sim.outcomes.history import FloatArray, History
from sim.outcomes.score_paths import ScorePaths
from sim.outcomes.states import STATES, StateIntervals
from sim.outcomes.survival import kaplan_meier
from sim.outcomes.totals import counts, sums, totals_by_period
from sim.units import DAYS_PER_WEEK, MINUTES_PER_DAY


def course_of_illness(
    cohort: Cohort, paths: ScorePaths, states: StateIntervals, follow_up_weeks: float
) -> dict[str, FloatArray]:
    """Return weekly means of those alive, by week since each patient's referral.

    Parameters
    ----------
    cohort : Cohort
        Days of referral.
    paths : ScorePaths
        Scores.
    states : StateIntervals
        Clinical states of the same patients.
    follow_up_weeks : float
        Weeks each patient is followed at most.

    Returns
    -------
    dict
        ``score`` [MADRS points], ``in_response`` (remission included) and ``in_remission`` as shares of
        the time lived in the week, ``alive`` as a share of referred patients; each of shape (n_weeks,).
    """
    n_weeks = math.ceil(follow_up_weeks)
    referral = cohort.referral_minutes / MINUTES_PER_DAY

    def since_referral(day: FloatArray, owner: ScorePaths | StateIntervals) -> FloatArray:
        week: FloatArray = (day - referral[owner.patient]) / DAYS_PER_WEEK
        return np.clip(week, 0, follow_up_weeks)

    score = totals_by_period(
        since_referral(paths.start, paths), since_referral(paths.stop, paths), paths.score,
        n_periods=n_weeks, slope=paths.slope * DAYS_PER_WEEK,
    )[0]  # fmt: skip
    lived = totals_by_period(
        since_referral(states.start, states), since_referral(states.stop, states), np.ones(len(states.start)),
        n_periods=n_weeks, group=states.state, n_groups=len(STATES),
    )  # fmt: skip
    alive = lived.sum(axis=0)
    remission = lived[STATES.index(State.REMISSION)]
    response = lived[STATES.index(State.RESPONSE)] + remission
    return {
        "score": _ratio(score, alive),
        "in_response": _ratio(response, alive),
        "in_remission": _ratio(remission, alive),
        "alive": alive / np.clip(follow_up_weeks - np.arange(n_weeks), 0, 1) / cohort.n_patients,
    }


def relapse_free(course: FirstCourse, follow_up_weeks: float) -> FloatArray:
    """Return relapse-free survival of first-course responders by week since their assessment.

    Parameters
    ----------
    course : FirstCourse
        First courses.
    follow_up_weeks : float
        Weeks each patient is followed at most.

    Returns
    -------
    ndarray, shape (n_weeks,)
        Share without relapse or death at the start of each week; nan where nobody is followed so long.
    """
    weeks = np.arange(math.ceil(follow_up_weeks), dtype=np.float64)
    return kaplan_meier(course.relapse_free_days, course.relapsed, weeks * DAYS_PER_WEEK)


def weekly_waits(history: History, cohort: Cohort, n_days: int) -> dict[str, FloatArray]:
    """Return mean waits since referral by the week, from day 0, in which they ended.

    Parameters
    ----------
    history : History
        Events by patient.
    cohort : Cohort
        Days of referral.
    n_days : int
        Days of follow-up.

    Returns
    -------
    dict
        ``screening_wait_days`` and ``start_wait_days`` (to the first session), each of shape
        (n_weeks,) [days]; nan in weeks in which no wait ended.
    """
    n_weeks = whole(n_days, DAYS_PER_WEEK)
    waits = {}
    for name, event in (("screening_wait_days", Event.SCREENED), ("start_wait_days", Event.SESSION)):
        served = history.first_time(history.rows(event))
        known = ~np.isnan(served)
        week = np.minimum(served[known] // (DAYS_PER_WEEK * MINUTES_PER_DAY), n_weeks - 1).astype(np.int64)
        wait = (served - cohort.referral_minutes)[known] / MINUTES_PER_DAY
        waits[name] = _ratio(sums(week, wait, n_weeks), counts(week, n_weeks))
    return waits


def _ratio(amount: FloatArray, among: FloatArray) -> FloatArray:
    """Divide, with nan where nobody is."""
    ratio = np.full(len(amount), np.nan)
    np.divide(amount, among, out=ratio, where=among > 0)
    return ratio
