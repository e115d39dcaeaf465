"""Weekly curves: score, clinical states and survival since referral, relapse-free survival, waits."""

from __future__ import annotations

import math

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.events import Event
from sim.domain.illness import State
from sim.domain.scenario import Scenario
from sim.outcomes.follow_up import follow_up_days, follow_up_weeks, whole
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.score_paths import ScoreChanges
from sim.outcomes.states import STATES, StateIntervals
from sim.outcomes.survival import kaplan_meier
from sim.outcomes.tally import Counted
from sim.outcomes.totals import counts, sums, time_by_period, totals_of_changes
from sim.units import DAYS_PER_WEEK, MINUTES_PER_DAY

_SERVED = {"screening": Event.SCREENED, "start": Event.SESSION}


def curves_counted(
    history: History, cohort: Cohort, changes: ScoreChanges, states: StateIntervals, scenario: Scenario
) -> Counted:
    """Count what the weekly curves are made of.

    Parameters
    ----------
    history : History
        Events by patient.
    cohort : Cohort
        Days of referral.
    changes : ScoreChanges
        Scores of the same patients.
    states : StateIntervals
        Clinical states of the same patients.
    scenario : Scenario
        Horizon of each patient.

    Returns
    -------
    Counted
        ``score_weeks``: integral of the score by week since referral [MADRS points x weeks];
        ``state_weeks``: weeks lived in each state; ``screening_waits`` and ``start_waits``: minutes and
        number of the waits that ended in each week from day 0.
    """
    longest = follow_up_weeks(scenario)
    n_weeks = math.ceil(longest)
    referral = cohort.referral_minutes / MINUTES_PER_DAY

    def since_referral(day: FloatArray, patient: IntArray) -> FloatArray:
        week: FloatArray = (day - referral[patient]) / DAYS_PER_WEEK
        return np.asarray(np.clip(week, 0, longest, out=week))

    lived = time_by_period(
        since_referral(states.start, states.patient), since_referral(states.stop, states.patient),
        n_periods=n_weeks, group=states.state, n_groups=len(STATES),
    )  # fmt: skip
    score = totals_of_changes(
        since_referral(changes.at, changes.patient), changes.jump, changes.bend * DAYS_PER_WEEK, n_weeks
    )
    n_weeks_in_all = whole(follow_up_days(cohort, scenario), DAYS_PER_WEEK)
    waits = {
        f"{step}_waits": _waits_by_week(history.first_time(history.rows(event)), cohort, n_weeks_in_all)
        for step, event in _SERVED.items()
    }
    return Counted(sums={"score_weeks": score, "state_weeks": lived, **waits})


def weekly_curves(counted: Counted, scenario: Scenario) -> dict[str, FloatArray]:
    """Return the weekly curves of one strategy and replication.

    Parameters
    ----------
    counted : Counted
        What `curves_counted` and `sim.outcomes.clinical.clinical_counted` found, of the whole cohort.
    scenario : Scenario
        Horizon of each patient.

    Returns
    -------
    dict
        By week since referral, means of those alive: ``score`` [MADRS points], ``in_response``
        (remission included) and ``in_remission`` as shares of the time lived in the week, and ``alive``
        as a share of referred patients. By week since the last assessment of the first course,
        ``relapse_free``: share of its responders without relapse or death at the start of the week. By
        week from day 0, ``screening_wait_days`` and ``start_wait_days`` (to the first session): means of
        the waits that ended in it [days]. nan where nobody is.
    """
    longest = follow_up_weeks(scenario)
    weeks = np.arange(math.ceil(longest), dtype=np.float64)
    lived = counted.sums["state_weeks"]
    alive = lived.sum(axis=0)
    remission = lived[STATES.index(State.REMISSION)]
    response = lived[STATES.index(State.RESPONSE)] + remission
    waits = {step: counted.sums[f"{step}_waits"] for step in _SERVED}
    return {
        "score": _ratio(counted.sums["score_weeks"], alive),
        "in_response": _ratio(response, alive),
        "in_remission": _ratio(remission, alive),
        "alive": alive / np.clip(longest - weeks, 0, 1) / counted.counts["n_patients"],
        "relapse_free": kaplan_meier(
            counted.samples["relapse_free_days"], counted.samples["relapsed"], weeks * DAYS_PER_WEEK
        ),
        **{
            f"{step}_wait_days": _ratio(minutes / MINUTES_PER_DAY, number)
            for step, (minutes, number) in waits.items()
        },
    }


def _waits_by_week(served: FloatArray, cohort: Cohort, n_weeks: int) -> FloatArray:
    """Add up the minutes of the waits that ended in each week, and count them; shape (2, n_weeks)."""
    known = ~np.isnan(served)
    ended = served[known]
    week = np.minimum(ended // (DAYS_PER_WEEK * MINUTES_PER_DAY), n_weeks - 1).astype(np.int64)
    return np.stack([sums(week, ended - cohort.referral_minutes[known], n_weeks), counts(week, n_weeks)])


def _ratio(amount: FloatArray, among: FloatArray) -> FloatArray:
    """Divide, with nan where nobody is."""
    ratio = np.full(len(amount), np.nan)
    np.divide(amount, among, out=ratio, where=among > 0)
    return ratio
