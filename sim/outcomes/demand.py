"""What was asked of the clinic's resources, by the day it was asked for, whoever got it when.

Minutes used can never exceed those offered; minutes wanted can, and then the queue grows. They are counted
on the wished day of each appointment that was held or missed. Who was never served counts too, whether the
wait was given up or cut short by death, relapse or the end of follow-up: with the visit waited for and,
before treatment began, with what an average course takes.

Who took another treatment instead of waiting counts with that one's real course, and with an average course
of the treatment waited for only in resources that the other does not use: nobody asks twice for one chair.
"""

from __future__ import annotations

import numpy as np

from sim.domain.events import NO_TREATMENT, Event, Leaving
from sim.domain.reach import lines_of
from sim.domain.remembered import remembered
from sim.domain.scenario import Scenario
from sim.outcomes.history import BoolArray, FloatArray, History, IntArray
from sim.outcomes.pending import Pending
from sim.outcomes.programme import resource_names
from sim.outcomes.service import NO_STEP, Service
from sim.outcomes.tally import Counted
from sim.outcomes.totals import counts, weighted
from sim.outcomes.visit_kinds import FIRST_SESSION, INTEGRATION, PREPARATION, SCREENING, needs_of
from sim.units import MINUTES_PER_DAY

_PARTS = 3
"""Of each treatment: the whole course, the course after its preparation, a single session."""
_COURSE, _PREPARED, _SESSION = range(_PARTS)


def demand_counted(
    service: Service, pending: Pending, wished: FloatArray, scenario: Scenario, strategy: str
) -> Counted:
    """Count the appointments wished on each day, those never held, and what courses take.

    Parameters
    ----------
    service : Service
        Steps of all patients.
    pending : Pending
        Waits that were cut short.
    wished : ndarray, shape (n_kinds, n_days)
        Appointments by wished day, from `sim.outcomes.visit_kinds.visits_by_day`.
    scenario : Scenario
        Needs of visits and sessions.
    strategy : str
        Key of the strategy that was simulated.

    Returns
    -------
    Counted
        ``wished_minutes`` of shape (n_resources, n_days), of appointments held or missed;
        ``unserved`` of shape (1 + 3 n_treatments + n_exchanges, n_days), by wished day: waits for screening
        that did not end with it, for each treatment those for a course, for its first session after the
        preparation visit and for a further session, and those for a treatment that another was taken
        instead of; ``course_visits`` of shape (n_treatments, 3): courses begun, integration visits, sessions;
        ``screenings``.
    """
    history, n_treatments = service.history, len(scenario.treatments)
    visits = [
        _by_treatment(history, history.rows(event), n_treatments)
        for event in (Event.COURSE_STARTED, Event.INTEGRATED)
    ]
    visits.append(wished[FIRST_SESSION:].sum(axis=1))
    return Counted(
        counts={"screenings": float(len(history.rows(Event.SCREENED)))},
        sums={
            "wished_minutes": weighted(needs_of(scenario, resource_names(scenario, strategy)), wished),
            "unserved": _unserved(service, pending, scenario, strategy, wished.shape[1]),
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
        Minutes, on wished days, of the resources of `sim.outcomes.programme.resource_names`. Who waited for
        treatment in vain counts with the mean course of that treatment; who waited for screening in vain with
        that and with as many courses of each treatment as were decided for after a screening on average.
    """
    needs, unserved = needs_of(scenario, resource_names(scenario, strategy)), counted.sums["unserved"]
    courses, integrated, sessions = counted.sums["course_visits"].T
    prepares = np.array([plan.preparation for plan in scenario.treatments.values()], dtype=np.float64)
    session_needs = needs[:, FIRST_SESSION:]
    in_courses = session_needs * sessions + needs[:, [INTEGRATION]] * integrated
    prepared = np.divide(in_courses, courses, out=np.zeros(in_courses.shape), where=courses > 0)
    per_course = prepared + needs[:, [PREPARATION]] * prepares
    by_treatment = unserved[1 : 1 + _PARTS * len(courses)].reshape(_PARTS, len(courses), -1).sum(axis=2)
    decided = courses + by_treatment[_COURSE] + by_treatment[_PREPARED]
    screened = max(counted.counts["screenings"], 1)
    per_screening = needs[:, SCREENING] + (per_course * decided).sum(axis=1) / screened
    exchanged = [
        per_course[:, first] * ~_uses(needs, scenario, second)
        for first, second in _exchanges(scenario)[strategy]
    ]
    per_wait = [per_screening, *per_course.T, *prepared.T, *session_needs.T, *exchanged]
    return np.asarray(counted.sums["wished_minutes"] + weighted(np.stack(per_wait, axis=1), unserved))


def _uses(needs: FloatArray, scenario: Scenario, treatment: int) -> BoolArray:
    """Tell which resources a course of a treatment needs."""
    visits = [FIRST_SESSION + treatment]
    if list(scenario.treatments.values())[treatment].preparation:
        visits += [PREPARATION, INTEGRATION]
    return np.asarray(needs[:, visits].any(axis=1))


@remembered
def _exchanges(scenario: Scenario) -> dict[str, list[tuple[int, int]]]:
    """Return by strategy which treatments are waited for, and which others taken instead of waiting."""
    number = {name: position for position, name in enumerate(scenario.treatments)}
    return {
        strategy: sorted(
            {
                (number[waited], number[line.instead_of_waiting])
                for line in lines_of(scenario, strategy)
                for waited in (line.treatment, line.route_to)
                if waited and line.instead_of_waiting
            }
        )
        for strategy in scenario.strategies
    }


def _unserved(
    service: Service, pending: Pending, scenario: Scenario, strategy: str, n_days: int
) -> FloatArray:
    """Count waits that did not end with the appointment, by kind and wished day."""
    n_treatments, exchanges = len(scenario.treatments), _exchanges(scenario)[strategy]
    kinds, days = zip(
        _given_up(service, n_treatments, exchanges), _cut_short(pending, n_treatments), strict=True
    )
    n_kinds = 1 + _PARTS * n_treatments + len(exchanges)
    cell = np.concatenate(kinds) * n_days + np.minimum(np.concatenate(days), n_days - 1)
    return counts(cell, n_kinds * n_days).reshape(n_kinds, n_days)


def _given_up(
    service: Service, n_treatments: int, exchanges: list[tuple[int, int]]
) -> tuple[IntArray, IntArray]:
    """Return kind and wished day of waits that were given up."""
    starts, sessions = service.given_up, service.leaving(Leaving.WAITING_FOR_SESSION)
    screenings = service.leaving(Leaving.WAITING_FOR_SCREENING)
    treatment = service.treatment(np.where(starts.decided == NO_STEP, starts.steps, starts.decided))
    start = _of_start(treatment, starts.prepared, n_treatments)
    for position, (waited_for, instead) in enumerate(exchanges):
        changed = service.event[starts.steps] == Event.CHANGED_PATHWAY
        changed &= (treatment == waited_for) & (service.treatment(starts.steps) == instead)
        start[changed] = 1 + _PARTS * n_treatments + position
    session = 1 + _SESSION * n_treatments + service.treatment(sessions)
    steps = np.concatenate([screenings, starts.steps, sessions])
    waited = np.round(service.days_given_up(steps) * MINUTES_PER_DAY).astype(np.int64)
    kinds = np.concatenate([np.zeros(len(screenings), dtype=np.int64), start, session])
    return kinds, (service.time(steps) - waited) // MINUTES_PER_DAY


def _cut_short(pending: Pending, n_treatments: int) -> tuple[IntArray, IntArray]:
    """Return kind and wished day of waits that were cut short once the wished day had come."""
    due = pending.start.days >= 0
    screening, start, sessions = (
        pending.screening,
        pending.start.among(due),
        (pending.induction, pending.maintenance),
    )
    kinds = [
        np.zeros(len(screening.days), dtype=np.int64),
        _of_start(start.treatment, pending.prepared[due], n_treatments),
        *(1 + _SESSION * n_treatments + waits.treatment for waits in sessions),
    ]
    return np.concatenate(kinds), np.concatenate([waits.wished for waits in (screening, start, *sessions)])


def _of_start(treatment: IntArray, prepared: IntArray, n_treatments: int) -> IntArray:
    """Return the kind of some waits for a course to start."""
    part = np.where(prepared == NO_STEP, _COURSE, _PREPARED)
    return np.asarray(1 + part * n_treatments + treatment)


def _by_treatment(history: History, rows: IntArray, n_treatments: int) -> FloatArray:
    treatment = history.treatment[rows]
    return counts(treatment[treatment != NO_TREATMENT], n_treatments)
