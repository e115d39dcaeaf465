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
relapse, the end of follow-up or an improvement without treatment) are known to wait *at least* so long.
Medians, 90th percentiles and shares over a target are those of the Kaplan-Meier curve of all waits, in which
the others leave at the day they left [1]_: they tell what is waited by who is prepared to wait. They are nan
when the curve does not reach so low, and before the last day seen. Patience and health are assumed not to
depend on how long the wait is going to be.

References
----------
.. [1] Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat Assoc
   1958;53:457-481. doi:10.1080/01621459.1958.10501452
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.domain.clinic import WaitTargets
from sim.domain.events import Event, Leaving
from sim.outcomes.course_starts import CourseStarts
from sim.outcomes.history import FloatArray, IntArray
from sim.outcomes.pending import Pending
from sim.outcomes.service import NO_STEP, Service
from sim.outcomes.tally import Counted
from sim.outcomes.totals import counts
from sim.units import DAYS_PER_WEEK, MINUTES_PER_DAY

STEPS = ("screening", "start", "induction", "maintenance")
DECISION = "decision"
MOST = 0.9
ROUNDING = 1e-12
"""What a share may miss a quantile by, because it is a product of shares."""
HELD, LEFT, CUT = range(3)
_ENDINGS = 3
Ends = tuple[IntArray | FloatArray, IntArray | FloatArray, IntArray | FloatArray]


@dataclass(frozen=True, slots=True)
class _Curve:
    """Share of waits longer than each number of days, up to the longest seen."""

    longer: FloatArray

    @staticmethod
    def of(ends: FloatArray) -> _Curve:
        """Return the Kaplan-Meier curve of waits by days, one row for each way to end."""
        leaving = ends.sum(axis=0)
        n_days = 1 + int(np.flatnonzero(leaving).max(initial=NO_STEP))
        leaving, held = leaving[:n_days], ends[HELD, :n_days]
        at_risk = leaving.sum() - np.cumsum(leaving) + leaving
        return _Curve(np.cumprod(1 - held / at_risk))

    def quantile(self, share: float) -> float:
        """Return the days within which a share of the waits ends."""
        days = np.flatnonzero(self.longer <= 1 - share + ROUNDING)
        return float(days[0]) if len(days) else math.nan

    def longer_than(self, days: float) -> float:
        """Return the share of waits longer than some days."""
        if math.isnan(days) or not len(self.longer):
            return math.nan
        if days >= len(self.longer):
            return 0.0 if self.longer[-1] <= ROUNDING else math.nan
        return float(self.longer[int(days)])


def waits_counted(service: Service, starts: CourseStarts, pending: Pending, n_days: int) -> Counted:
    """Count the waits of each step by their length and by how they ended.

    Parameters
    ----------
    service : Service
        Steps of all patients.
    starts : CourseStarts
        How courses began.
    pending : Pending
        Waits that were cut short.
    n_days : int
        Days of follow-up.

    Returns
    -------
    Counted
        For each of `STEPS` and for `DECISION`, ``waits_<step>`` of shape (3, longest wait + 1): how many
        waits of so many days ended with the appointment (`HELD`), with giving up (`LEFT`) and otherwise
        (`CUT`).
    """
    held, left = _further_sessions(service, starts)
    gave_up = service.given_up
    ends: dict[str, Ends] = {
        "screening": (
            service.screening_delays,
            service.days_given_up(service.leaving(Leaving.WAITING_FOR_SCREENING)),
            pending.screening.days,
        ),
        "start": (
            starts.days_waited,
            service.days_given_up(gave_up.steps) + service.days_for_preparation(gave_up.prepared),
            _cut_start(service, pending),
        ),
        "induction": (held[0], left[0], pending.induction.days),
        "maintenance": (held[1], left[1], pending.maintenance.days),
        DECISION: (
            starts.days_since_decision,
            _days_since_decision(service, gave_up.steps, gave_up.decided),
            _days_since_decision(service, pending.start.steps, pending.decided),
        ),
    }
    by_length = _by_length(list(ends.values()), n_days)
    return Counted(sums={f"waits_{step}": lengths for step, lengths in zip(ends, by_length, strict=True)})


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
        that ended because the patient gave up), ``<step>_cut_share`` (of waits that something else cut
        short, as `sim.outcomes.pending` tells);
        ``decision_to_start_median_days`` and ``…_p90_days``; of maintenance sessions held,
        ``maintenance_late_share``, ``maintenance_week_late_share`` (more than a week) and
        ``maintenance_overdue_days`` (mean of those late).
    """
    columns = {}
    for step in STEPS:
        ends = counted.sums[f"waits_{step}"]
        curve = _Curve.of(ends)
        columns[f"{step}_wait_median_days"] = curve.quantile(1 / 2)
        columns[f"{step}_wait_p90_days"] = curve.quantile(MOST)
        columns[f"{step}_over_target_share"] = curve.longer_than(_target(targets, step))
        columns[f"{step}_left_share"] = _ratio(ends[LEFT].sum(), ends.sum())
        columns[f"{step}_cut_share"] = _ratio(ends[CUT].sum(), ends.sum())
    decided = _Curve.of(counted.sums[f"waits_{DECISION}"])
    columns["decision_to_start_median_days"] = decided.quantile(1 / 2)
    columns["decision_to_start_p90_days"] = decided.quantile(MOST)
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


def _by_length(ends: list[Ends], n_days: int) -> FloatArray:
    """Count waits by whole days, shape (n_steps, 3, longest + 1); one row for each way to end."""
    waits = [days for step in ends for days in step]
    days = np.minimum(np.concatenate(waits), n_days - 1).astype(np.int64)
    longest = 1 + int(days.max(initial=0))
    row = np.repeat(np.arange(len(waits)), [len(some) for some in waits])
    return counts(row * longest + days, len(waits) * longest).reshape(len(ends), _ENDINGS, longest)


def _further_sessions(
    service: Service, starts: CourseStarts
) -> tuple[tuple[IntArray, IntArray], tuple[FloatArray, FloatArray]]:
    """Return the waits for sessions after the first, held and given up, in induction and in maintenance."""
    days, maintained, further = (
        service.history.session_delays,
        service.history.is_maintenance,
        ~starts.is_first,
    )
    left = service.leaving(Leaving.WAITING_FOR_SESSION)
    phase = service.latest(left, Event.COURSE_STARTED, Event.MAINTENANCE_STARTED)
    in_maintenance = service.event[phase] == Event.MAINTENANCE_STARTED
    given_up = service.days_given_up(left)
    held = days[further & ~maintained], days[further & maintained]
    return held, (given_up[~in_maintenance], given_up[in_maintenance])


def _cut_start(service: Service, pending: Pending) -> IntArray:
    """Return how long those queued who neither began a treatment nor gave up."""
    cut, was_prepared = pending.start, pending.prepared != NO_STEP
    days = np.maximum(cut.days, 0) + service.days_for_preparation(pending.prepared)
    return np.asarray(days[(cut.days >= 0) | was_prepared])


def _days_since_decision(service: Service, steps: IntArray, decided: IntArray) -> IntArray:
    """Return the days to some steps from decisions, 0 without one."""
    since = service.time(np.where(decided != NO_STEP, decided, steps)) // MINUTES_PER_DAY
    return np.asarray(service.time(steps) // MINUTES_PER_DAY - since)


def _ratio(part: np.float64, whole: np.float64) -> float:
    return float(part / whole) if whole else math.nan
