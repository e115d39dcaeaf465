"""Clinical states as intervals without gaps, from referral to death or the end of follow-up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.domain.events import Event, Outcome
from sim.domain.illness import State
from sim.outcomes.history import FloatArray, History, IntArray
from sim.units import MINUTES_PER_DAY

STATES = tuple(State)
"""States in the order of their position in arrays."""
_STATE_OF_OUTCOME = np.array(
    [
        STATES.index(
            {Outcome.RESPONSE: State.RESPONSE, Outcome.REMISSION: State.REMISSION}.get(
                outcome, State.DEPRESSED
            )
        )
        for outcome in Outcome
    ]
)


@dataclass(frozen=True, slots=True)
class StateIntervals:
    """Half-open stretches in one clinical state.

    Parameters
    ----------
    patient : ndarray of int64, shape (n_intervals,)
        Patient of each stretch.
    state : ndarray of int64, shape (n_intervals,)
        Position in `STATES`.
    start, stop : ndarray, shape (n_intervals,)
        Ends of each stretch, ``start < stop`` [days from day 0].
    """

    patient: IntArray
    state: IntArray
    start: FloatArray
    stop: FloatArray


def state_intervals(history: History) -> StateIntervals:
    """Return the stretches every patient spends in each state.

    Parameters
    ----------
    history : History
        Events by patient.

    Returns
    -------
    StateIntervals
        In order of patient and time.

    Notes
    -----
    Patients are depressed from referral. An assessment or a natural improvement sets the state by its
    outcome, a relapse sets it back to depressed.
    """
    rows = history.rows(Event.REFERRED, Event.ASSESSED, Event.RELAPSED, Event.IMPROVED_NATURALLY)
    event = history.event[rows]
    judged = (event == Event.ASSESSED) | (event == Event.IMPROVED_NATURALLY)
    state = np.full(len(rows), STATES.index(State.DEPRESSED))
    state[judged] = _STATE_OF_OUTCOME[history.reason[rows[judged]]]
    start, stop = history.time[rows], history.until_next(rows)
    kept = stop > start
    return StateIntervals(
        patient=history.patient[rows][kept],
        state=state[kept],
        start=start[kept] / MINUTES_PER_DAY,
        stop=stop[kept] / MINUTES_PER_DAY,
    )
