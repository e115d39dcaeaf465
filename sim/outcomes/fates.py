"""What befell each patient, so that one can be found: who responded, relapsed, left or gave up waiting."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sim.domain.events import WHILE_WAITING, Event, Outcome
from sim.outcomes.history import BoolArray


class Fate(StrEnum):
    """Something that may be seen in a patient's log."""

    RESPONDED = "responded"
    """To a treatment, at an assessment."""
    REMITTED = "remitted"
    """At an assessment."""
    NOT_HELPED = "not_helped"
    """Treated, and at no assessment in response."""
    RELAPSED = "relapsed"
    NEXT_LINE = "next_line"
    """Another treatment was decided."""
    TOLERANT = "tolerant"
    HARMED = "harmed"
    """Stopped for an adverse effect."""
    MISSED = "missed"
    """Missed a session."""
    LEFT = "left"
    """By own decision, at any time."""
    GAVE_UP = "gave_up"
    """Left while waiting."""
    UNTREATED = "untreated"
    """No session was held."""


def fates(log: NDArray[np.void], n_patients: int) -> dict[Fate, BoolArray]:
    """Return who has which fate.

    Parameters
    ----------
    log : ndarray of ``LOG_DTYPE``, shape (n_rows,)
        Event log of one strategy.
    n_patients : int
        Patients, also those without a row.

    Returns
    -------
    dict
        By fate, shape (n_patients,).
    """
    event, reason = log["event"], log["reason"]
    assessed, dropped = event == Event.ASSESSED, event == Event.DROPPED_OUT

    def whoever(rows: BoolArray) -> BoolArray:
        found = np.zeros(n_patients, dtype=np.bool_)
        found[log["patient"][rows]] = True
        return found

    treated = whoever(event == Event.SESSION)
    responded = whoever(assessed & (reason >= Outcome.RESPONSE))
    return {
        Fate.RESPONDED: responded,
        Fate.REMITTED: whoever(assessed & (reason == Outcome.REMISSION)),
        Fate.NOT_HELPED: treated & ~responded,
        Fate.RELAPSED: whoever(event == Event.RELAPSED),
        Fate.NEXT_LINE: whoever(event == Event.NEXT_LINE),
        Fate.TOLERANT: whoever(event == Event.TOLERANT),
        Fate.HARMED: whoever(event == Event.STOPPED_FOR_HARM),
        Fate.MISSED: whoever(event == Event.SESSION_MISSED),
        Fate.LEFT: whoever(dropped),
        Fate.GAVE_UP: whoever(dropped & np.isin(reason, tuple(WHILE_WAITING))),
        Fate.UNTREATED: ~treated,
    }
