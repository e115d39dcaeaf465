"""What was asked of the clinic's resources, by the day it was asked for, whoever got it when.

Minutes used can never exceed those offered; minutes wanted can, and then the queue grows. They are counted
on the wished day of each appointment that was held or missed, and who gave up waiting counts too: with the
visit waited for; who gave up before treatment began, also with what an average course would have taken.
"""

from __future__ import annotations

import numpy as np

from sim.domain.clinic import Visit
from sim.domain.events import NO_TREATMENT, Event, Leaving
from sim.domain.scenario import Scenario
from sim.outcomes.course_starts import decisions, given_up
from sim.outcomes.follow_up import day_of
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.programme import minutes_by_day, needs_of, resource_names
from sim.outcomes.service import NO_STEP, Service
from sim.outcomes.tally import Counted
from sim.outcomes.totals import counts
from sim.units import MINUTES_PER_DAY


def demand_counted(service: Service, scenario: Scenario, strategy: str, n_days: int) -> Counted:
    """Count the appointments wished on each day, those given up, and what courses take.

    Parameters
    ----------
    service : Service
        Steps of all patients.
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
    missed = (history.event == Event.SCREENING_MISSED) & (history.until == 0)
    wished = np.where(missed, history.time, history.until)
    sessions = history.rows(Event.SESSION, Event.SESSION_MISSED)
    visits = (
        history.rows(Event.COURSE_STARTED), history.rows(Event.PREPARED), history.rows(Event.INTEGRATED),
        sessions,
    )  # fmt: skip
    return Counted(
        counts={"screenings": float(len(history.rows(Event.SCREENED)))},
        sums={
            "wished_minutes": minutes_by_day(
                history, wished, scenario, resource_names(scenario, strategy), n_days
            ),
            "given_up": _given_up(service, n_treatments, n_days),
            "course_visits": np.stack([_by_treatment(history, rows, n_treatments) for rows in visits], 1),
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
    names, care = resource_names(scenario, strategy), scenario.care
    n_treatments = len(scenario.treatments)
    courses, prepared, integrated, sessions = counted.sums["course_visits"].T
    nothing = np.zeros((len(names), 1))
    session_needs = needs_of([t.session for t in scenario.treatments.values()], names)
    in_courses = (
        session_needs * sessions
        + _needs(care.preparation, names, nothing) * prepared
        + _needs(care.integration, names, nothing) * integrated
    )
    per_course = np.divide(in_courses, courses, out=np.zeros(in_courses.shape), where=courses > 0)
    screened = max(counted.counts["screenings"], 1)
    per_screening = needs_of([care.screening], names) + in_courses.sum(axis=1, keepdims=True) / screened
    given_up = counted.sums["given_up"]
    return np.asarray(
        counted.sums["wished_minutes"]
        + per_screening * given_up[:1]
        + per_course @ given_up[1 : 1 + n_treatments]
        + session_needs @ given_up[1 + n_treatments :]
    )


def _needs(visit: Visit | None, names: tuple[str, ...], nothing: FloatArray) -> FloatArray:
    return nothing if visit is None else needs_of([visit], names)


def _given_up(service: Service, n_treatments: int, n_days: int) -> FloatArray:
    """Count waits given up by kind, treatment and wished day."""
    for_screening = service.leaving(Leaving.WAITING_FOR_SCREENING)
    for_start, waiting = given_up(service)
    for_session = service.leaving(Leaving.WAITING_FOR_SESSION)
    decided = service.latest_of(decisions(service), waiting)
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
