r"""Waits at each step of the service, with those who never came to the end of it.

A wait is counted in whole days from the first day the appointment could have been (the wished day) to the
day it was held, so closed days are nobody's queue. The steps are screening, the start of a treatment (the
waits for its preparation visit and its first session together), each further session of the induction, and
each session of maintenance; besides, the time from the decision for a treatment to its first session,
planned days included. After a missed appointment the next one is wished anew and that wait counts; whether
patients come does not depend on their wait.

Notes
-----
Nobody vanishes who did not wait to the end: those who left and those whose wait was cut short (by death,
the end of follow-up or an improvement without treatment) are known to wait *at least* so long. Medians, 90th
percentiles and shares over a target are those of the Kaplan-Meier curve of all waits, in which the others
leave at the day they left [1]_: they tell what is waited by who is prepared to wait. They are nan when the
curve does not reach so low, and before the last day seen. Patience and health are assumed not to depend on
how long the wait is going to be.

References
----------
.. [1] Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat Assoc
   1958;53:457-481. doi:10.1080/01621459.1958.10501452
"""

from __future__ import annotations

import math

import numpy as np

from sim.domain.clinic import WaitTargets
from sim.domain.events import NO_TREATMENT, Event, Leaving
from sim.domain.scenario import Scenario
from sim.domain.treatments import Treatment
from sim.outcomes.course_starts import CourseStarts, days_for_preparation, decisions, given_up
from sim.outcomes.history import BoolArray, FloatArray, IntArray, SmallIntArray
from sim.outcomes.openings import first_open_days, opening
from sim.outcomes.service import NO_STEP, Service
from sim.outcomes.tally import Counted
from sim.outcomes.totals import counts
from sim.units import DAYS_PER_WEEK, MINUTES_PER_DAY, minutes_from_days

STEPS = ("screening", "start", "induction", "maintenance")
DECISION = "decision"
MOST = 0.9
ROUNDING = 1e-12
"""What a share may miss a quantile by, because it is a product of shares."""
HELD, LEFT, CUT = range(3)
_CUTTING = (Event.IMPROVED_NATURALLY, Event.DIED, Event.HORIZON)
_AFTER_DECISION = (Event.COURSE_STARTED, Event.DROPPED_OUT, Event.REFERRED)
Ends = tuple[IntArray | FloatArray, IntArray | FloatArray, IntArray | FloatArray]


def waits_counted(service: Service, starts: CourseStarts, scenario: Scenario, n_days: int) -> Counted:
    """Count the waits of each step by their length and by how they ended.

    Parameters
    ----------
    service : Service
        Steps of all patients.
    starts : CourseStarts
        How courses began.
    scenario : Scenario
        Calendars and lead times, for the wished day of waits that were cut short.
    n_days : int
        Days of follow-up.

    Returns
    -------
    Counted
        For each of `STEPS` and for `DECISION`, ``waits_<step>`` of shape (3, n_days): how many waits of so
        many days ended with the appointment (`HELD`), with giving up (`LEFT`) and otherwise (`CUT`).
    """
    none = np.zeros(0, dtype=np.int64)
    screened, (held, left) = service.steps(Event.SCREENED), _further_sessions(service, starts)
    gave_up, waiting = given_up(service)
    cut_start, cut_decision = _cut_start(service, scenario, n_days)
    ends: dict[str, Ends] = {
        "screening": (
            service.days_late(screened),
            service.days_given_up(service.leaving(Leaving.WAITING_FOR_SCREENING)),
            _cut_screening(service, scenario, n_days),
        ),
        "start": (
            starts.days_waited,
            service.days_given_up(gave_up) + days_for_preparation(service, waiting),
            cut_start,
        ),
        "induction": (held[0], left[0], none),
        "maintenance": (held[1], left[1], none),
        DECISION: (
            starts.days_since_decision,
            _days_since_decision(service, gave_up, waiting),
            cut_decision,
        ),
    }
    return Counted(sums={f"waits_{step}": _by_length(days, n_days) for step, days in ends.items()})


def wait_columns(counted: Counted, targets: WaitTargets | None) -> dict[str, float]:
    """Return the waits of each step.

    Parameters
    ----------
    counted : Counted
        What `waits_counted` found, of the whole cohort.
    targets : WaitTargets, optional
        Waits aimed at.

    Returns
    -------
    dict
        For each of `STEPS` ``<step>_wait_median_days``, ``<step>_wait_p90_days``,
        ``<step>_over_target_share`` (of waits; nan without a target) and ``<step>_left_share`` (of waits
        that ended because the patient gave up); ``<step>_cut_share`` of screening and start (of waits
        that death, the end of follow-up or an improvement without treatment cut short);
        ``decision_to_start_median_days`` and ``…_p90_days``; of maintenance sessions held,
        ``maintenance_late_share``, ``maintenance_week_late_share`` (more than a week) and
        ``maintenance_overdue_days`` (mean of those late).
    """
    columns = {}
    for step in STEPS:
        ends = counted.sums[f"waits_{step}"]
        for name, share in (("median", 1 / 2), ("p90", MOST)):
            columns[f"{step}_wait_{name}_days"] = _quantile(ends, share)
        columns[f"{step}_over_target_share"] = _longer_than(ends, _target(targets, step))
        columns[f"{step}_left_share"] = _ratio(ends[LEFT].sum(), ends.sum())
    for step in ("screening", "start"):
        ends = counted.sums[f"waits_{step}"]
        columns[f"{step}_cut_share"] = _ratio(ends[CUT].sum(), ends.sum())
    decided = counted.sums[f"waits_{DECISION}"]
    columns["decision_to_start_median_days"] = _quantile(decided, 1 / 2)
    columns["decision_to_start_p90_days"] = _quantile(decided, MOST)
    return columns | _late(counted.sums["waits_maintenance"][HELD])


def _late(held: FloatArray) -> dict[str, float]:
    late = held[1:].sum()
    return {
        "maintenance_late_share": _ratio(late, held.sum()),
        "maintenance_week_late_share": _ratio(held[DAYS_PER_WEEK + 1 :].sum(), held.sum()),
        "maintenance_overdue_days": _ratio((held * np.arange(len(held))).sum(), late),
    }


def _target(targets: WaitTargets | None, step: str) -> float:
    if targets is None:
        return math.nan
    return {"screening": targets.screening, "start": targets.start}.get(step, targets.session)


def _by_length(ends: Ends, n_days: int) -> FloatArray:
    """Count waits by whole days, one row for each way to end."""
    return np.stack([counts(np.minimum(days, n_days - 1).astype(np.int64), n_days) for days in ends])


def _curve(ends: FloatArray) -> tuple[FloatArray, int]:
    """Return the share that waits longer than each number of days, and the longest wait seen."""
    leaving = ends.sum(axis=0)
    at_risk = leaving.sum() - np.cumsum(leaving) + leaving
    rate = np.divide(ends[HELD], at_risk, out=np.zeros(len(leaving)), where=at_risk > 0)
    return np.cumprod(1 - rate), int(np.flatnonzero(leaving).max(initial=NO_STEP))


def _quantile(ends: FloatArray, share: float) -> float:
    longer, _ = _curve(ends)
    days = np.flatnonzero(longer <= 1 - share + ROUNDING)
    return float(days[0]) if len(days) else math.nan


def _longer_than(ends: FloatArray, days: float) -> float:
    longer, seen = _curve(ends)
    if math.isnan(days) or seen == NO_STEP:
        return math.nan
    if days > seen:
        return 0.0 if longer[-1] <= ROUNDING else math.nan
    return float(longer[int(days)])


def _further_sessions(
    service: Service, starts: CourseStarts
) -> tuple[tuple[IntArray, IntArray], tuple[FloatArray, FloatArray]]:
    """Return the waits for sessions after the first, held and given up, in induction and in maintenance."""
    begins = np.zeros(len(service.rows), dtype=np.bool_)
    begins[starts.step] = True
    sessions = service.steps(Event.SESSION)
    sessions = sessions[~begins[sessions]]
    maintained = service.history.target[service.rows[sessions]] > 0
    days = service.days_late(sessions)
    left = service.leaving(Leaving.WAITING_FOR_SESSION)
    phase = service.latest(left, Event.COURSE_STARTED, Event.MAINTENANCE_STARTED)
    in_maintenance = service.event[phase] == Event.MAINTENANCE_STARTED
    given_up = service.days_given_up(left)
    return (days[~maintained], days[maintained]), (given_up[~in_maintenance], given_up[in_maintenance])


def _cut_screening(service: Service, scenario: Scenario, n_days: int) -> IntArray:
    """Return how long those had waited who neither came to screening nor gave up."""
    cut = service.steps(*_CUTTING)
    since, before = np.maximum(cut - 1, 0), service.event_before(cut)
    referred = (before == Event.REFERRED) & (service.history.target[service.rows[since]] > 0)
    cancelled = (before == Event.CANCELLED) & (service.treatment(since) == NO_TREATMENT)
    again = (before == Event.SCREENING_MISSED) | cancelled
    chosen = referred | again | (before == Event.DEFERRED)
    lead = minutes_from_days(scenario.care.referral_lead.value)
    earliest = np.where(before == Event.DEFERRED, service.until(since), service.time(since))
    earliest += np.select([referred, again], [lead, MINUTES_PER_DAY], 0)
    wished = opening(first_open_days(scenario, scenario.care.screening, n_days), earliest[chosen])
    days = service.time(cut[chosen]) // MINUTES_PER_DAY - wished
    return np.asarray(days[days >= 0])


def _cut_start(service: Service, scenario: Scenario, n_days: int) -> tuple[IntArray, IntArray]:
    """Return how long those had waited who neither began a treatment nor gave up: queueing, and in all."""
    cut = service.steps(*_CUTTING)
    before = service.event_before(cut)
    decided = service.latest_of(decisions(service), cut)
    awaits = decided > service.latest(cut, *_AFTER_DECISION)
    again = (before == Event.SESSION_MISSED) | (before == Event.CANCELLED)
    booked = (before == Event.ELIGIBLE) | (before == Event.REINDUCTION) | (before == Event.CHANGED_PATHWAY)
    chosen = awaits & (again | booked | (before == Event.PREPARED))
    cut, before = cut[chosen], before[chosen]
    pending = service.time(cut) // MINUTES_PER_DAY - _wished_start(service, scenario, cut - 1, n_days)
    preparing = days_for_preparation(service, cut)
    waits = (pending >= 0) | (before == Event.PREPARED)
    return np.asarray((np.maximum(pending, 0) + preparing)[waits]), _days_since_decision(service, cut, cut)


def _wished_start(service: Service, scenario: Scenario, since: IntArray, n_days: int) -> IntArray:
    """Return the wished day of the appointment that follows a decision or a preparation visit."""
    wished = np.zeros(len(since), dtype=np.int64)
    treatment, is_prepared = service.treatment(since), _is_after_preparation(service, since)
    for number, plan in enumerate(scenario.treatments.values()):
        first_visit = scenario.care.preparation if plan.preparation else None
        for visit, chosen in (
            (plan.session, (treatment == number) & is_prepared),
            (first_visit or plan.session, (treatment == number) & ~is_prepared),
        ):
            if chosen.any():
                earliest = service.time(since[chosen]) + _lead(service.event[since[chosen]], scenario, plan)
                wished[chosen] = opening(first_open_days(scenario, visit, n_days), earliest)
    return wished


def _is_after_preparation(service: Service, since: IntArray) -> BoolArray:
    """Tell which steps are followed by the first session and not by its preparation."""
    event = service.event[since]
    done = (event == Event.PREPARED) | (event == Event.SESSION_MISSED) | (event == Event.CANCELLED)
    return np.asarray(done)


def _lead(event: SmallIntArray, scenario: Scenario, plan: Treatment) -> IntArray:
    """Return the minutes from a step to the earliest next appointment."""
    start, approval = scenario.care.start_lead, plan.uptake.approval_days
    lead = np.full(len(event), minutes_from_days(start.value))
    approved = (event == Event.ELIGIBLE) | (event == Event.CHANGED_PATHWAY)
    lead[approved] += minutes_from_days(approval.value) if approval else 0
    lead[event == Event.PREPARED] = 1
    lead[(event == Event.SESSION_MISSED) | (event == Event.CANCELLED)] = MINUTES_PER_DAY
    return lead


def _days_since_decision(service: Service, steps: IntArray, waiting: IntArray) -> IntArray:
    """Return the days to some steps from the decisions that the steps before them waited on."""
    decided = service.latest_of(decisions(service), waiting)
    known = decided != NO_STEP
    since = service.time(np.where(known, decided, steps)) // MINUTES_PER_DAY
    return np.asarray(service.time(steps) // MINUTES_PER_DAY - since)


def _ratio(part: np.float64, whole: np.float64) -> float:
    return float(part / whole) if whole else math.nan
