"""What a patient and the clinic do with each other, in order: appointments, decisions, how they ended.

Scores, tolerance and the like are left out, so that the row before a row is the step before a step.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.domain.events import Event, Leaving
from sim.outcomes.history import FloatArray, History, IntArray, SmallIntArray, event_table
from sim.units import MINUTES_PER_DAY

NO_STEP = -1
BEFORE_CHANGE = 2
"""A change of pathway comes right after the other treatment was found eligible, which ends no wait."""
_IS_STEP = ~event_table(
    Event.ROUTED, Event.INTEGRATED, Event.INTEGRATION_SKIPPED, Event.SCORE, Event.TOLERANT,
    Event.DOSE_RAISED, Event.INTERVAL_SHORTENED, Event.NEXT_LINE, Event.NO_PLACE,
)  # fmt: skip
_NOT_TAKEN_UP = (Event.DECLINED, Event.NOT_APPROVED)


class GivenUp(NamedTuple):
    """Waits for a course that were given up, in order.

    Parameters
    ----------
    steps : ndarray of int64, shape (n,)
        Steps in which they were given up.
    decided, prepared : ndarray of int64, shape (n,)
        Decision for the treatment waited for, and preparation visit held since; `NO_STEP` without.
    """

    steps: IntArray
    decided: IntArray
    prepared: IntArray


@dataclass(frozen=True)
class Service:
    """The steps of all patients, in order of patient and time.

    Parameters
    ----------
    history : History
        Events by patient.
    rows : ndarray of int64, shape (n_steps,)
        Row of each step in the history.
    event : ndarray, shape (n_steps,)
        Its event.
    position : ndarray of int64, shape (n_rows,)
        Position among the steps of each row of the history that is one.
    """

    history: History
    rows: IntArray
    event: SmallIntArray
    position: IntArray

    def steps(self, *events: Event) -> IntArray:
        """Return the positions of the steps of some kinds, in order."""
        return np.asarray(self.position[self.history.rows(*events)])

    def latest(self, steps: IntArray, *events: Event) -> IntArray:
        """Return the patient's last step of some kinds up to each of some steps, themselves counted.

        Parameters
        ----------
        steps : ndarray of int64, shape (n,)
            Positions.
        *events : Event
            Kinds of step.

        Returns
        -------
        ndarray of int64, shape (n,)
            Positions; `NO_STEP` where there is none.
        """
        return self.latest_of(self.steps(*events), steps)

    def latest_of(self, chosen: IntArray, steps: IntArray) -> IntArray:
        """Return the patient's last of some chosen steps up to each of some steps; `NO_STEP` without."""
        if not len(chosen) or not len(steps):
            return np.full(len(steps), NO_STEP)
        found = np.searchsorted(chosen, steps, side="right") - 1
        last = chosen[np.maximum(found, 0)]
        known = (found >= 0) & (self.patient(last) == self.patient(steps))
        return np.asarray(np.where(known, last, NO_STEP))

    def event_before(self, steps: IntArray) -> IntArray:
        """Return the event of the patient's step before each of some; 0 before the first."""
        before = steps - 1
        known = (before >= 0) & (self.patient(before) == self.patient(steps))
        return np.asarray(np.where(known, self.event[before], 0))

    def time(self, steps: IntArray) -> IntArray:
        """Return when some steps happened [minutes from day 0]."""
        return np.asarray(self.history.time[self.rows[steps]])

    def until(self, steps: IntArray) -> IntArray:
        """Return the column ``until`` of some steps [minutes from day 0]."""
        return np.asarray(self.history.until[self.rows[steps]])

    def next_possible(self, steps: IntArray) -> IntArray:
        """Return from when on the next appointment can be, after one missed or cancelled [minutes].

        It is the day after the lost one, also when that was cancelled days ahead.
        """
        lost = self.time(steps) // MINUTES_PER_DAY + self.history.reason[self.rows[steps]]
        return np.asarray((lost + 1) * MINUTES_PER_DAY)

    def patient(self, steps: IntArray) -> IntArray:
        """Return whose steps they are."""
        return np.asarray(self.history.patient[self.rows[steps]])

    def treatment(self, steps: IntArray) -> IntArray:
        """Return the treatment of some steps."""
        return np.asarray(self.history.treatment[self.rows[steps]])

    def leaving(self, reason: int) -> IntArray:
        """Return the steps in which patients left for one reason."""
        return self._left[reason]

    @cached_property
    def _left(self) -> tuple[IntArray, ...]:
        """Steps in which patients left, by the number of the reason."""
        rows = self.history.rows(Event.DROPPED_OUT)
        reason = self.history.reason[rows]
        return tuple(self.position[rows[reason == one]] for one in range(max(Leaving) + 1))

    def days_given_up(self, steps: IntArray) -> FloatArray:
        """Return how long beyond the wished day those who gave up waiting had waited [days]."""
        return np.asarray(np.maximum(self.history.value[self.rows[steps]], 0))

    def days_late(self, steps: IntArray) -> IntArray:
        """Return the whole days between the wished day of appointments and the day they were held."""
        return self.history.days_late(self.rows[steps])

    @cached_property
    def screening_delays(self) -> IntArray:
        """By how much each screening appointment came late, in order [days]."""
        return self.history.days_late(self.history.rows(Event.SCREENED))

    @cached_property
    def decisions(self) -> IntArray:
        """Steps in which a treatment was decided: found eligible and taken up, or given again."""
        eligible = self.steps(Event.ELIGIBLE)
        following = self.event[np.minimum(eligible + 1, len(self.rows) - 1)]
        refused = (following == _NOT_TAKEN_UP[0]) | (following == _NOT_TAKEN_UP[1])
        return np.sort(np.concatenate([eligible[~refused], self.steps(Event.REINDUCTION)]), kind="stable")

    @cached_property
    def given_up(self) -> GivenUp:
        """Waits for a course that were given up.

        Patients leave, or change to another treatment, which is found eligible just before.
        """
        left = self.leaving(Leaving.WAITING_FOR_TREATMENT)
        changed = self.steps(Event.CHANGED_PATHWAY)
        steps = np.concatenate([left, changed])
        order = np.argsort(steps)
        waiting = np.concatenate([left, changed - BEFORE_CHANGE])[order]
        decided = self.latest_of(self.decisions, waiting)
        return GivenUp(steps[order], decided, self.preparation(waiting, decided))

    def preparation(self, steps: IntArray, decided: IntArray) -> IntArray:
        """Return the preparation visits between decisions for a course and some steps; `NO_STEP` without."""
        prepared = self.latest(steps, Event.PREPARED)
        return np.asarray(np.where(prepared > decided, prepared, NO_STEP))

    def days_for_preparation(self, prepared: IntArray) -> IntArray:
        """Return the days waited for some preparation visits; 0 where there is none."""
        days = np.zeros(len(prepared), dtype=np.int64)
        visits = np.flatnonzero(prepared != NO_STEP)
        days[visits] = self.days_late(prepared[visits])
        return days


def service_of(history: History) -> Service:
    """Return the steps of all patients.

    Parameters
    ----------
    history : History
        Events by patient.

    Returns
    -------
    Service
        In order of patient and time.
    """
    is_step = _IS_STEP[history.event]
    rows = np.flatnonzero(is_step)
    return Service(history, rows, history.event[rows], np.cumsum(is_step) - 1)
