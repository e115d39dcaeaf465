"""The event log, patient by patient: its columns sorted by patient, then by time.

Everything else in this package starts from here. Times stay in minutes from day 0, as the log has them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.events import LOG_DTYPE, Event

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
SmallIntArray = NDArray[np.int16]

_N_EVENTS = max(Event) + 1
_WIDENED = ("patient", "treatment", "course")
_SMALL = np.iinfo(np.uint16).max
_NOT_ENDED = -1


@dataclass(frozen=True, slots=True)
class History:
    """Columns of a log, sorted by patient and, within a patient, in the order of the log.

    Parameters
    ----------
    n_patients : int
        Number of patients of the cohort, also those without a row.
    time, until : ndarray of int64, shape (n_rows,)
        As in the log [minutes from day 0].
    patient, treatment, course : ndarray of int64, shape (n_rows,)
        As in the log, wide enough to be multiplied by a number of days.
    event, reason : ndarray, shape (n_rows,)
        As in the log.
    value, target : ndarray, shape (n_rows,)
        As in the log.
    end : ndarray of int64, shape (n_patients,)
        Death or end of follow-up [minutes from day 0]; -1 for patients without a row.
    """

    n_patients: int
    time: IntArray
    patient: IntArray
    event: SmallIntArray
    treatment: IntArray
    course: IntArray
    reason: NDArray[np.int32]
    value: FloatArray
    target: FloatArray
    until: IntArray
    end: IntArray

    def rows(self, *events: Event) -> IntArray:
        """Return the positions of the rows of some kinds of event, in order of patient and time."""
        if len(events) == 1:
            return np.flatnonzero(self.event == events[0])
        wanted = np.zeros(_N_EVENTS, dtype=np.bool_)
        wanted[list(events)] = True
        return np.flatnonzero(wanted[self.event])

    def until_next(self, rows: IntArray) -> IntArray:
        """Return when each row is followed by the patient's next of ``rows``, or by the end of follow-up.

        Parameters
        ----------
        rows : ndarray of int64, shape (n,)
            Positions in increasing order.

        Returns
        -------
        ndarray of int64, shape (n,)
            Times [minutes from day 0].
        """
        patient = self.patient[rows]
        stop = self.end[patient]
        same = patient[:-1] == patient[1:]
        stop[:-1][same] = self.time[rows[1:]][same]
        return stop

    def has(self, rows: IntArray) -> BoolArray:
        """Return which patients own at least one of ``rows``, shape (n_patients,)."""
        owned = np.zeros(self.n_patients, dtype=np.bool_)
        owned[self.patient[rows]] = True
        return owned

    def first_time(self, rows: IntArray) -> FloatArray:
        """Return the time of each patient's first of ``rows`` [minutes]; nan without one."""
        first = np.full(self.n_patients, np.nan)
        backwards = rows[::-1]
        first[self.patient[backwards]] = self.time[backwards]
        return first


def read_history(log: NDArray[np.void], n_patients: int) -> History:
    """Sort a log by patient.

    Parameters
    ----------
    log : ndarray of ``LOG_DTYPE``, shape (n_rows,)
        Event log in order of time.
    n_patients : int
        Number of patients of the cohort.

    Returns
    -------
    History
        The same rows by patient.

    Raises
    ------
    ValueError
        If the columns differ from ``LOG_DTYPE``, or a patient's rows do not end with DIED or HORIZON.
    """
    if log.dtype != LOG_DTYPE:
        raise ValueError(f"log must have the columns of LOG_DTYPE, got {log.dtype.names}")
    patient = log["patient"].astype(np.uint16 if n_patients <= _SMALL else np.int64)
    order = np.argsort(patient, kind="stable")
    column = {
        name: np.ascontiguousarray(log[name])[order] for name in LOG_DTYPE.names or () if name != "session"
    }
    column |= {name: column[name].astype(np.int64) for name in _WIDENED}
    end = _ends(column["patient"], column["event"], column["time"], n_patients)
    return History(n_patients=n_patients, end=end, **column)


def _ends(patient: IntArray, event: SmallIntArray, time: IntArray, n_patients: int) -> IntArray:
    """Find when each patient's follow-up ends."""
    last = np.append(patient[:-1] != patient[1:], True) if len(patient) else np.zeros(0, dtype=np.bool_)
    open_ended = last & (event != Event.DIED) & (event != Event.HORIZON)
    if open_ended.any():
        first = int(np.argmax(open_ended))
        raise ValueError(
            f"patient {patient[first]}: last row must be DIED or HORIZON, got {Event(int(event[first])).name}"
        )
    end = np.full(n_patients, _NOT_ENDED, dtype=np.int64)
    end[patient[last]] = time[last]
    return end
