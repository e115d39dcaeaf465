"""What was asked of the clinic's resources, by the day it was asked for, whoever got it when.

Minutes used can never exceed those offered; minutes wanted can, and then the queue grows. They are counted
on the wished day of each appointment that was held or missed, and who gave up waiting counts too: with the
visit waited for; who gave up before treatment began, also with what an average course would have taken.
"""

from __future__ import annotations

import numpy as np

from sim.domain.events import NO_TREATMENT, Event, Leaving
from sim.domain.scenario import Scenario
from sim.outcomes.follow_up import day_of
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.programme import resource_names
from sim.outcomes.service import NO_STEP, Service
from sim.outcomes.tally import Counted
from sim.outcomes.totals import counts, weighted
from sim.outcomes.visit_kinds import FIRST_SESSION, INTEGRATION, PREPARATION, SCREENING, needs_of
from sim.units import MINUTES_PER_DAY


def demand_counted(
    service: Service, wished: FloatArray, scenario: Scenario, strategy: str, n_days: int
) -> Counted:
    """Count the appointments wished on each day, those given up, and what courses take.

    Parameters
    ----------
    service : Service
        Steps of all patients.
    wished : ndarray, shape (n_kinds, n_days)
        Appointments by wished day, from `sim.outcomes.visit_kinds.visits_by_day`.
    scenario : Scenario
        Needs of visits and sessions.
    strategy : str
        Key of the strategy that was simulated.
    n_days : int
        Days from day 0 to the end of follow-up.

    Returns
    -------
    Counted
        ``wished_minutes`` of shape (n_resources, n_days), of appointments held or missed;
        ``given_up`` of shape (1 + 2 n_treatments, n_days), waits given up by wished day: for screening, for
        the start and for a further session of each treatment; ``course_visits`` of shape
        (n_treatments, 4): courses begun, preparation and integration visits, sessions; ``screenings``.
    """
    history, n_treatments = service.history, len(scenario.treatments)
    visits = [
        _by_treatment(history, history.rows(event), n_treatments)
        for event in (Event.COURSE_STARTED, Event.PREPARED, Event.INTEGRATED)
    ]
    visits.append(wished[FIRST_SESSION:].sum(axis=1))
    return Counted(
        counts={"screenings": float(len(history.rows(Event.SCREENED)))},
        sums={
            "wished_minutes": weighted(needs_of(scenario, resource_names(scenario, strategy)), wished),
            "given_up": _given_up(service, n_treatments, n_days),
            "course_visits": np.stack(visits, axis=1),
        },
    )


def wanted_minutes(counted: Counted, scenario: Scenario, strategy: str) -> FloatArray:
    """Return the minutes wanted of each resource on each day.

    Parameters
    ----------
    counted : Counted
        What `demand_counted` found, of the whole cohort.
    scenario : Scenario
        Needs of visits and sessions.
    strategy : str
        Key of the strategy that was simulated.

    Returns
    -------
    ndarray, shape (n_resources, n_days)
        Minutes, on wished days, of the resources of `sim.outcomes.programme.resource_names`. Who gave up
        waiting for treatment counts with the mean course of that treatment; who gave up waiting for
        screening with that and with as many courses of each treatment as followed a screening on average.
    """
    needs = needs_of(scenario, resource_names(scenario, strategy))
    courses, prepared, integrated, sessions = counted.sums["course_visits"].T
    session_needs = needs[:, FIRST_SESSION:]
    in_courses = (
        session_needs * sessions + needs[:, [PREPARATION]] * prepared + needs[:, [INTEGRATION]] * integrated
    )
    per_course = np.divide(in_courses, courses, out=np.zeros(in_courses.shape), where=courses > 0)
    screened = max(counted.counts["screenings"], 1)
    per_screening = needs[:, [SCREENING]] + in_courses.sum(axis=1, keepdims=True) / screened
    per_wait = np.concatenate([per_screening, per_course, session_needs], axis=1)
    return np.asarray(counted.sums["wished_minutes"] + weighted(per_wait, counted.sums["given_up"]))


def _given_up(service: Service, n_treatments: int, n_days: int) -> FloatArray:
    """Count waits given up by kind, treatment and wished day."""
    for_screening = service.leaving(Leaving.WAITING_FOR_SCREENING)
    for_start, waiting = service.given_up
    for_session = service.leaving(Leaving.WAITING_FOR_SESSION)
    decided = service.latest_of(service.decisions, waiting)
    treatment = service.treatment(np.where(decided == NO_STEP, for_start, decided))
    steps = np.concatenate([for_screening, for_start, for_session])
    kind = np.concatenate(
        [
            np.zeros(len(for_screening), dtype=np.int64),
            1 + treatment,
            1 + n_treatments + service.treatment(for_session),
        ]
    )
    days = np.round(service.days_given_up(steps) * MINUTES_PER_DAY).astype(np.int64)
    day = day_of(service.time(steps) - days, n_days)
    n_kinds = 1 + 2 * n_treatments
    return counts(kind * n_days + day, n_kinds * n_days).reshape(n_kinds, n_days)


def _by_treatment(history: History, rows: IntArray, n_treatments: int) -> FloatArray:
    treatment = history.treatment[rows]
    return counts(treatment[treatment != NO_TREATMENT], n_treatments)
