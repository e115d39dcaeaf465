"""Where each patient is on the pathway at any time: waiting, in treatment, well, gone; no single sessions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.events import Event, Outcome
from sim.outcomes.history import FloatArray, History, IntArray
from sim.units import MINUTES_PER_DAY


class CareState(IntEnum):
    """One place on the pathway; a patient is in exactly one at any time since referral."""

    WAITING_SCREENING = 0
    """Referred, or put off at screening, and not yet found eligible."""
    WAITING_START = 1
    """Eligible for a first line, or to be treated again, before the first session."""
    INDUCTION = 2
    """From the first session of a first-line course to its assessment."""
    MAINTENANCE = 3
    """In response, with maintenance sessions."""
    WELL = 4
    """In response without sessions, also by natural improvement and after leaving."""
    RELAPSED = 5
    """Relapsed, and not yet noticed."""
    LATER_LINE = 6
    """Waiting for a second or later line, or in its induction."""
    USUAL_CARE = 7
    """Depressed, with no (further) treatment of this programme."""
    LEFT = 8
    """Depressed, after leaving by own decision."""
    DIED = 9
    """Died."""


@dataclass(frozen=True, slots=True)
class CareStates:
    """Changes of place, in order of patient and time.

    Parameters
    ----------
    n_patients : int
        Patients of the cohort.
    patient : ndarray of int64, shape (n_changes,)
        Patient of each change; every patient has one at day 0.
    state : ndarray of int8, shape (n_changes,)
        `CareState` from then on.
    day : ndarray, shape (n_changes,)
        When [days since referral].
    referral_days : ndarray, shape (n_patients,)
        Referral of each patient [days from day 0].
    horizon_days : float
        Follow-up [days since referral].
    """

    n_patients: int
    patient: IntArray
    state: np.ndarray[tuple[int], np.dtype[np.int8]]
    day: FloatArray
    referral_days: FloatArray
    horizon_days: float

    def at(self, day: float) -> IntArray:
        """Return the state of every patient at a day since referral, shape (n_patients,)."""
        state = np.full(self.n_patients, int(CareState.WAITING_SCREENING))
        reached = self.day <= day
        state[self.patient[reached]] = self.state[reached]
        return state

    def counts(self, days: FloatArray) -> IntArray:
        """Return how many patients are in each state at some days, shape (n_days, n_states)."""
        return np.array([np.bincount(self.at(float(day)), minlength=len(CareState)) for day in days])


def care_states(history: History, cohort: Cohort, horizon_minutes: int) -> CareStates:
    """Return where each patient is over time.

    Parameters
    ----------
    history : History
        Events by patient.
    cohort : Cohort
        Days of referral.
    horizon_minutes : int
        Follow-up of each patient from referral [minutes].

    Returns
    -------
    CareStates
        What several events of one moment lead to is one change.
    """
    rows = history.rows(*_CHANGING)
    places = _places(history, rows)
    patient, minutes = history.patient[rows], history.time[rows]
    last = np.append((patient[1:] != patient[:-1]) | (minutes[1:] != minutes[:-1]), True)[: len(rows)]
    patient, minutes, places = patient[last], minutes[last], places[last]
    new = np.append(True, (patient[1:] != patient[:-1]) | (places[1:] != places[:-1]))[: len(places)]
    patient, minutes, places = patient[new], minutes[new], places[new]
    return CareStates(
        n_patients=history.n_patients,
        patient=patient,
        state=places,
        day=(minutes - cohort.referral_minutes[patient]) / MINUTES_PER_DAY,
        referral_days=cohort.referral_minutes / MINUTES_PER_DAY,
        horizon_days=horizon_minutes / MINUTES_PER_DAY,
    )


_CHANGING = (
    Event.REFERRED,
    Event.ELIGIBLE,
    Event.NEXT_LINE,
    Event.CHANGED_PATHWAY,
    Event.COURSE_STARTED,
    Event.ASSESSED,
    Event.MAINTENANCE_STARTED,
    Event.MAINTENANCE_ENDED,
    Event.STOPPED_FOR_HARM,
    Event.DROPPED_OUT,
    Event.RELAPSED,
    Event.REINDUCTION,
    Event.USUAL_CARE,
    Event.IMPROVED_NATURALLY,
    Event.DIED,
)
_TO_TREATMENT = frozenset({Event.ELIGIBLE, Event.CHANGED_PATHWAY, Event.REINDUCTION})
_ENDING_SESSIONS = frozenset({Event.MAINTENANCE_ENDED, Event.STOPPED_FOR_HARM, Event.DROPPED_OUT})


class _Walk:
    """One patient's way, event by event."""

    def __init__(self) -> None:
        self.place = CareState.WAITING_SCREENING
        self.is_well = self.has_left = self.is_later = False

    def meet(self, event: Event, reason: int) -> CareState:
        """Return where an event leads."""
        if event in _TO_TREATMENT:
            self.place = CareState.LATER_LINE if self.is_later else CareState.WAITING_START
        elif event == Event.COURSE_STARTED:
            self.place = CareState.LATER_LINE if self.is_later else CareState.INDUCTION
        elif event == Event.NEXT_LINE:
            self.is_later, self.place = True, CareState.LATER_LINE
        elif event == Event.MAINTENANCE_STARTED:
            self.place = CareState.MAINTENANCE
        elif event == Event.DIED:
            self.place = CareState.DIED
        else:
            self._health(event, reason)
        return self.place

    def _health(self, event: Event, reason: int) -> None:
        """Take in what changes health, or ends sessions."""
        if event == Event.IMPROVED_NATURALLY or (event == Event.ASSESSED and reason >= Outcome.RESPONSE):
            self.is_well, self.place = True, CareState.WELL
        elif event == Event.RELAPSED:
            self.is_well, self.place = False, CareState.RELAPSED
        elif event == Event.USUAL_CARE:
            self.is_well, self.place = False, CareState.LEFT if self.has_left else CareState.USUAL_CARE
        elif event in _ENDING_SESSIONS:
            self.has_left |= event == Event.DROPPED_OUT
            if self.is_well:
                self.place = CareState.WELL


def _places(history: History, rows: IntArray) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    """Return the state after each of some rows."""
    places = np.empty(len(rows), dtype=np.int8)
    walk = _Walk()
    told = zip(history.event[rows].tolist(), history.reason[rows].tolist(), strict=True)
    for position, (event, reason) in enumerate(told):
        if event == Event.REFERRED:
            walk = _Walk()
        places[position] = walk.meet(Event(event), reason)
    return places
