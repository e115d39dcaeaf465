"""Appointments that were awaited when something else than patience ended the wait, and since which day.

Death, the end of follow-up, an improvement without treatment and a relapse cut waits short. Of these nothing
but the end is in the log; the wished day is worked out from the rules of booking.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.domain.events import NO_TREATMENT, Event
from sim.domain.scenario import Scenario
from sim.outcomes.history import BoolArray, IntArray, event_table
from sim.outcomes.openings import first_open_days, opening
from sim.outcomes.schedule import Progress, progress_of, scheduled_days
from sim.outcomes.service import Service
from sim.outcomes.visit_kinds import FIRST_SESSION, PREPARATION, SCREENING
from sim.units import MINUTES_PER_DAY, minutes_from_days

_CUTTING = (Event.IMPROVED_NATURALLY, Event.RELAPSED, Event.DIED, Event.HORIZON)
_AFTER_DECISION = (Event.COURSE_STARTED, Event.DROPPED_OUT, Event.REFERRED)
_AWAITS_SCREENING = event_table(
    Event.REFERRED, Event.RELAPSED, Event.SCREENING_MISSED, Event.CANCELLED, Event.DEFERRED
)
_AWAITS_START = event_table(Event.ELIGIBLE, Event.REINDUCTION, Event.CHANGED_PATHWAY, Event.PREPARED)
_AWAITS_FURTHER = event_table(Event.SESSION, Event.EXTENDED, Event.MAINTENANCE_STARTED)
_MISSED = event_table(Event.SESSION_MISSED, Event.CANCELLED)


class Cut(NamedTuple):
    """Waits for one step that were cut short.

    Parameters
    ----------
    steps : ndarray of int64, shape (n,)
        Steps of the service that cut them, in order; the step before is what was waited on.
    wished : ndarray of int64, shape (n,)
        First days the appointments could have been, perhaps not yet come.
    treatment : ndarray of int64, shape (n,)
        Treatment waited for; `NO_TREATMENT` for screening.
    days : ndarray of int64, shape (n,)
        Days waited beyond the wished day; negative where it had not come.
    """

    steps: IntArray
    wished: IntArray
    treatment: IntArray
    days: IntArray

    def among(self, chosen: BoolArray) -> Cut:
        """Return some of them."""
        return Cut(*(column[chosen] for column in self))

    def waited(self) -> Cut:
        """Return those whose wished day had come."""
        return self.among(self.days >= 0)


class Pending(NamedTuple):
    """Waits that were cut short, by step.

    Parameters
    ----------
    screening, start, induction, maintenance : Cut
        For the start also those whose wished day had not come.
    decided, prepared : ndarray of int64, shape (n_start,)
        Decision for the treatment whose start was waited for, and preparation visit held since; `NO_STEP`
        without.
    """

    screening: Cut
    start: Cut
    induction: Cut
    maintenance: Cut
    decided: IntArray
    prepared: IntArray


def pending_of(service: Service, scenario: Scenario, n_days: int) -> Pending:
    """Return the waits that were cut short.

    Parameters
    ----------
    service : Service
        Steps of all patients.
    scenario : Scenario
        Calendars, lead times and schedules.
    n_days : int
        Days of follow-up.

    Returns
    -------
    Pending
        Of patients who waited for an appointment in the step before a cut.
    """
    steps = service.steps(*_CUTTING)
    # The first step of a patient is no cut, and the last of another is not waited on.
    before = service.event[steps - 1]
    missed = np.flatnonzero(_MISSED[before])
    to_treat = missed[service.treatment(steps[missed] - 1) != NO_TREATMENT]
    starting = np.sort(np.concatenate([np.flatnonzero(_AWAITS_START[before]), to_treat]))
    decided = service.latest_of(service.decisions, steps[starting] - 1)
    awaits = decided > service.latest(steps[starting] - 1, *_AFTER_DECISION)
    starting, decided = starting[awaits], decided[awaits]
    in_course = _AWAITS_FURTHER[before]
    in_course[to_treat] = True
    in_course[starting] = False
    screening = _AWAITS_SCREENING[before]
    screening[to_treat] = False
    induction, maintenance = _further(service, steps[in_course], scenario, n_days)
    return Pending(
        _screening(service, steps[screening], scenario, n_days),
        _start(service, steps[starting], scenario, n_days),
        induction,
        maintenance,
        decided,
        service.preparation(steps[starting] - 1, decided),
    )


def _cut(service: Service, steps: IntArray, wished: IntArray, treatment: IntArray) -> Cut:
    return Cut(steps, wished, treatment, service.time(steps) // MINUTES_PER_DAY - wished)


def _screening(service: Service, steps: IntArray, scenario: Scenario, n_days: int) -> Cut:
    """Return the waits for screening of those who were referred to a treatment, also after a relapse."""
    event, row = service.event[steps - 1], service.rows[steps - 1]
    listed = (event != Event.REFERRED) | (service.history.target[row] > 0)
    listed &= (event != Event.RELAPSED) | (service.history.treatment[row] == NO_TREATMENT)
    steps, since, event = steps[listed], steps[listed] - 1, event[listed]
    earliest = np.where(event == Event.DEFERRED, service.until(since), service.next_possible(since))
    care = scenario.care
    for begins, lead in ((Event.REFERRED, care.referral_lead), (Event.RELAPSED, care.relapse_noticed)):
        chosen = event == begins
        earliest[chosen] = service.time(since[chosen]) + minutes_from_days(lead.value)
    wished = opening(first_open_days(scenario, n_days), SCREENING, earliest)
    return _cut(service, steps, wished, np.full(len(steps), NO_TREATMENT)).waited()


def _start(service: Service, steps: IntArray, scenario: Scenario, n_days: int) -> Cut:
    """Return the waits for the preparation visit or the first session of a course."""
    since = steps - 1
    treatment, event = service.treatment(since), service.event[since]
    is_prepared = (event == Event.PREPARED) | _MISSED[event]
    prepares = np.array([plan.preparation for plan in scenario.treatments.values()], dtype=np.bool_)
    to_prepare = prepares[treatment] & ~is_prepared if scenario.care.preparation else False
    kind = np.where(to_prepare, PREPARATION, FIRST_SESSION + treatment)
    earliest = np.where(
        _MISSED[event], service.next_possible(since), service.time(since) + _lead(service, since, scenario)
    )
    wished = opening(first_open_days(scenario, n_days), kind, earliest)
    return _cut(service, steps, wished, treatment)


def _lead(service: Service, since: IntArray, scenario: Scenario) -> IntArray:
    """Return the minutes from a decision or a preparation visit to the earliest next appointment."""
    event, treatment = service.event[since], service.treatment(since)
    approvals = [plan.uptake.approval_days for plan in scenario.treatments.values()]
    approval = np.array([minutes_from_days(days.value) if days else 0 for days in approvals])
    approved = (event == Event.ELIGIBLE) | (event == Event.CHANGED_PATHWAY)
    lead = minutes_from_days(scenario.care.start_lead.value) + approved * approval[treatment]
    lead[event == Event.PREPARED] = 1
    return np.asarray(lead)


def _further(service: Service, steps: IntArray, scenario: Scenario, n_days: int) -> tuple[Cut, Cut]:
    """Return the waits for a session after the first, in induction and in maintenance."""
    progress = progress_of(service, steps - 1)
    chosen = ~_awaits_assessment(service, progress, scenario)
    progress, steps = progress.among(chosen), steps[chosen]
    wished = scheduled_days(service, progress, scenario, n_days)
    waits, maintained = _cut(service, steps, wished, service.treatment(steps - 1)), progress.in_maintenance
    return waits.among(~maintained).waited(), waits.among(maintained).waited()


def _awaits_assessment(service: Service, progress: Progress, scenario: Scenario) -> BoolArray:
    """Tell which steps are the last session of an induction."""
    plans = scenario.treatments.values()
    planned = np.array([plan.induction.n_sessions for plan in plans])
    further = np.array([plan.induction.n_extension for plan in plans])
    treatment, ends = service.treatment(progress.step), service.event[progress.step] == Event.SESSION
    extended = service.latest(progress.step, Event.EXTENDED) > progress.phase
    last = planned[treatment] + extended * further[treatment]
    return np.asarray(ends & ~progress.in_maintenance & (progress.number >= last))
