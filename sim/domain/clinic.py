"""What must be held to treat: resources, their opening hours and what a staffed hour costs."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.domain.frozen import Flag, Frozen, Key, Label, Number, Whole
from sim.domain.parameters import (
    HIGHEST_SCORE,
    Days,
    MadrsPerMonth,
    Minutes,
    Money,
    MoneyPerHour,
    PatientsPerUnit,
    Probability,
    Ratio,
)
from sim.units import DAYS_PER_WEEK, MINUTES_PER_DAY

UNLIMITED = 2**53
"""Minutes a day offered by a resource without a limit."""
MOST_UNITS = 100_000
"""Units of one resource that a scenario may have."""
Day = Annotated[Whole, Field(ge=0, le=100_000)]
TargetDays = Annotated[Number, Field(ge=0, le=3_650)]


class Closure(Frozen):
    """Days on which a resource, or the whole clinic, is closed."""

    from_day: Day
    """First closed day."""
    until_day: Day
    """First day open again."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until_day <= self.from_day:
            raise ValueError(f"until_day must come after from_day {self.from_day}, got {self.until_day}")
        return self


class UnitsChange(Frozen):
    """From one day on, another number of units."""

    from_day: Day
    """First day of the new number."""
    units: Annotated[Number, Field(ge=0, le=MOST_UNITS)]
    """Number of units from that day."""


class Resource(Frozen):
    """Something a session needs for some minutes of a day."""

    label: Label
    """Plain name."""
    units: Annotated[Number, Field(gt=0, le=MOST_UNITS)] | None = None
    """Units in parallel (2.5 = two and a half posts); left out = unlimited."""
    open_minutes: tuple[Annotated[Number, Field(ge=0, le=MINUTES_PER_DAY)], ...] = (
        480,
        480,
        480,
        480,
        480,
        0,
        0,
    )
    """Minutes open per unit, Monday to Sunday; day 0 is a Monday."""
    closures: tuple[Closure, ...] = ()
    """Planned closed days."""
    changes: tuple[UnitsChange, ...] = ()
    """Planned changes of units: ramp-up or reduction."""
    cost: MoneyPerHour
    """Cost of one unit for one open hour: wage with benefits, or rent of a place."""

    @model_validator(mode="after")
    def _week(self) -> Self:
        if len(self.open_minutes) != DAYS_PER_WEEK:
            got = len(self.open_minutes)
            raise ValueError(f"open_minutes must have {DAYS_PER_WEEK} numbers, Monday to Sunday, got {got}")
        if not any(self.open_minutes):
            raise ValueError("open_minutes must be above 0 on some weekday, got none")
        days = [change.from_day for change in self.changes]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError(f"changes must come in order of their days, got from_day {days}")
        if self.units is None and self.changes:
            raise ValueError("changes need a number of units to start from; give units")
        return self

    def minutes_by_day(self, n_days: int, holidays: Iterable[Closure] = ()) -> NDArray[np.int64]:
        """Return the minutes offered on each day from day 0.

        Parameters
        ----------
        n_days : int
            Number of days wanted.
        holidays : iterable of Closure
            Days on which the whole clinic is closed; `ScenarioParts.minutes_by_day` knows them.

        Returns
        -------
        ndarray of int64, shape (n_days,)
            Units times open minutes, 0 on closed days; `UNLIMITED` on open days when units are
            unlimited [minutes].
        """
        day = np.arange(n_days)
        open_minutes = np.asarray(self.open_minutes)[day % DAYS_PER_WEEK]
        units = np.full(n_days, UNLIMITED if self.units is None else self.units, dtype=np.float64)
        for change in self.changes:
            units[change.from_day :] = change.units
        minutes = np.where(open_minutes > 0, UNLIMITED, 0) if self.units is None else units * open_minutes
        for closure in (*self.closures, *holidays):
            minutes[closure.from_day : closure.until_day] = 0
        return np.floor(minutes).astype(np.int64)


class Shared(Frozen):
    """Time during which one unit of a resource watches several patients at once."""

    minutes: Minutes
    """Minutes during which the patient is watched."""
    patients_per_unit: PatientsPerUnit
    """Patients that one unit watches at the same time; each takes that share of its minutes."""


class Visit(Frozen):
    """One appointment: what it takes and what is charged for it."""

    needs: dict[Key, Minutes]
    """Minutes taken from each resource for this patient alone."""
    shared: dict[Key, Shared] = Field(default_factory=dict)
    """Minutes of a resource shared with other patients, such as a nurse who watches three; they come on
    top of those in ``needs``."""
    patient_minutes: Minutes
    """Time the patient spends, without travel."""
    price: Money
    """Charge or cost per visit."""

    @property
    def whole_minutes(self) -> dict[str, int]:
        """Minutes taken from each resource, as the appointment books count them."""
        return {name: round(minutes) for name, minutes in self.minutes_taken.items()}

    @property
    def minutes_taken(self) -> dict[str, float]:
        """Minutes taken from each resource, those of this patient alone and the share of the others."""
        taken = {name: minutes.value for name, minutes in self.needs.items()}
        for name, shared in self.shared.items():
            taken[name] = taken.get(name, 0.0) + shared.minutes.value / shared.patients_per_unit.value
        return taken


class WaitTargets(Frozen):
    """How long each step may wait: plain planning numbers, in days beyond the first day it could be."""

    screening: TargetDays
    """From the first day the screening appointment could be to the appointment [days]."""
    start: TargetDays
    """For a treatment to begin: the waits for its preparation visit and for its first session, each from the
    first day it could be, added together [days]."""
    session: TargetDays
    """From the day the schedule wants a further session to that session [days]."""


class PriorityRule(StrEnum):
    """Who is called from the waiting list before others; judged when a patient joins it."""

    MAINTENANCE = "maintenance"
    """Those whose maintenance session is due."""
    REINDUCTION = "reinduction"
    """Those who relapsed and wait to be treated again."""
    SEVERITY = "severity"
    """Those whose score is at least ``severe_from`` when they join."""


class WaitingList(Frozen):
    """Nobody is booked ahead: who is due waits, and each morning the day's places are given out."""

    order: tuple[PriorityRule, ...] = ()
    """Who goes first; an earlier rule counts more, and among equals the longest wait. Empty: the longest
    wait alone."""
    severe_from: Annotated[Number, Field(ge=0, le=HIGHEST_SCORE)] | None = None
    """Score from which ``severity`` counts [MADRS points]; needed by that rule, and only by it."""

    @model_validator(mode="after")
    def _rules_fit(self) -> Self:
        names = [rule.value for rule in self.order]
        if len(set(names)) < len(names):
            raise ValueError(f"order must name each rule once, got {names}")
        if (PriorityRule.SEVERITY in self.order) != (self.severe_from is not None):
            raise ValueError("severe_from must be given when order has 'severity', and only then")
        return self


class Care(Frozen):
    """Rules of the programme that hold for every treatment."""

    referral_lead: Days
    """Days from referral to the first day the screening appointment can be."""
    screening: Visit
    """Screening appointment."""
    screening_no_show: Probability
    """Chance of missing a screening appointment."""
    reported_unasked: Probability
    """Share of harms that patients report when nobody asks."""
    rebooks: Probability
    """Chance that a patient who missed an appointment books another."""
    continues_drugs: Flag = True
    """False when patients take no antidepressant during and after a course, as in some studies."""
    most_misses: Annotated[Whole, Field(ge=1, le=10)] = 4
    """Misses in a row of the same appointment after which a patient is discharged."""
    session_no_show: Probability
    """Chance of missing a session."""
    cancels: Probability | None = None
    """Share of missed appointments that patients cancel ahead, so that others can have the place; left
    out = none, every missed place is lost."""
    cancel_notice: Days | None = None
    """Days before the appointment on which they cancel; needed with ``cancels``."""
    patience: Days
    """Mean of the exponential time patients accept to wait for an appointment beyond the wished day."""
    worsening: MadrsPerMonth | None = None
    """Points by which the score rises in each month of waiting for a treatment; left out = 0."""
    wait_targets: WaitTargets | None = None
    """Waits aimed at, against which those of the run are counted; left out = none."""
    waiting_list: WaitingList | None = None
    """Left out = appointments are booked ahead, first come first served. Given, nobody is booked ahead and
    the places of each day go to those on a list."""
    holidays: tuple[Closure, ...] = ()
    """Days on which everything is closed, in order."""
    deferral: Days
    """Days from deferral to re-screening."""
    start_lead: Days
    """Days from the decision for a treatment to the first day it can begin."""
    preparation: Visit | None = None
    """Preparation visit before the first session of a course; left out = none."""
    integration: Visit | None = None
    """Integration visit after sessions; left out = none."""
    integration_after: tuple[Annotated[Whole, Field(ge=1)], ...] = ()
    """Sessions of the induction after which an integration visit is offered."""
    integration_effect: Ratio | None = None
    """Odds ratio of response from preparation and integration in courses that have them; none = 1."""
    relapse_noticed: Days
    """Days from the start of a relapse until re-treatment is decided."""
    max_reinductions: Annotated[Whole, Field(ge=0, le=10)]
    """Re-inductions of the same treatment before the next line."""

    @model_validator(mode="after")
    def _rules_fit(self) -> Self:
        if (self.cancels is None) != (self.cancel_notice is None):
            raise ValueError("cancels and cancel_notice must be given together, got one of them")
        if any(later.from_day < earlier.until_day for earlier, later in pairwise(self.holidays)):
            days = [(holiday.from_day, holiday.until_day) for holiday in self.holidays]
            raise ValueError(f"holidays must come in order and not overlap, got days {days}")
        return self
