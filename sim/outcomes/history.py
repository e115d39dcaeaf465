"""The event log, patient by patient: its columns sorted by patient, then by time.

Everything else in this package starts from here. Times stay in minutes from day 0, as the log has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.domain.events import LOG_DTYPE, Event
from sim.units import MINUTES_PER_DAY

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
SmallIntArray = NDArray[np.int16]

_N_EVENTS = max(Event) + 1
_WIDENED = ("patient", "treatment", "course")
_SMALL_BITS = np.iinfo(np.uint16).bits
_SMALL = 1 << _SMALL_BITS
_NOT_ENDED = -1


@dataclass(frozen=True)
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
    rows_of : tuple of ndarray of int64
        Positions of the rows of each event, in order, by the event's number.
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
    rows_of: tuple[IntArray, ...]

    def rows(self, *events: Event) -> IntArray:
        """Return the positions of the rows of some kinds of event, in order of patient and time."""
        parts = [self.rows_of[event] for event in events]
        # A stable sort merges what is sorted already.
        return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts), kind="stable")

    @cached_property
    def referral_scores(self) -> FloatArray:
        """Score of each patient at referral [MADRS points], nan without one; shape (n_patients,)."""
        rows = self.rows(Event.REFERRED)
        score = np.full(self.n_patients, np.nan)
        score[self.patient[rows]] = self.value[rows]
        return score

    @cached_property
    def moments(self) -> float:
        """Moments one patient may have, so that ``patient * moments + time`` rises from row to row."""
        return float(self.end.max(initial=0) + 1)

    @cached_property
    def score_moments(self) -> FloatArray:
        """That number of each SCORE row."""
        rows = self.rows(Event.SCORE)
        return np.asarray(self.patient[rows] * self.moments + self.time[rows])

    @cached_property
    def score_ends(self) -> IntArray:
        """When the stretch of each SCORE row ends: `until_next` of these rows [minutes from day 0]."""
        return self.until_next(self.rows(Event.SCORE))

    @cached_property
    def session_delays(self) -> IntArray:
        """By how much each session came late, `days_late` of these rows [days]."""
        return self.days_late(self.rows(Event.SESSION))

    @cached_property
    def is_maintenance(self) -> BoolArray:
        """Which sessions belong to maintenance."""
        return np.asarray(self.target[self.rows(Event.SESSION)] > 0)

    def days_late(self, rows: IntArray) -> IntArray:
        """Return the whole days between the wished day of appointments and the day they were held."""
        late = self.time[rows] // MINUTES_PER_DAY
        late -= self.until[rows] // MINUTES_PER_DAY
        return np.maximum(late, 0, out=late)

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
        stop = np.empty(len(rows), dtype=np.int64)
        stop[:-1] = self.time[rows[1:]]
        last = np.append(patient[:-1] != patient[1:], True)[: len(rows)]
        stop[last] = self.end[patient[last]]
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
    # Whole rows are moved once: quicker than every column by itself.
    rows = log.take(_order_by(log["patient"], n_patients))
    column = {name: rows[name] for name in LOG_DTYPE.names or () if name != "session"}
    column |= {name: column[name].astype(np.int64) for name in _WIDENED}
    # A byte wide, events are sorted in one pass.
    event = column["event"].astype(np.uint8)
    return History(
        n_patients=n_patients,
        end=_ends(column["patient"], column["event"], column["time"], n_patients),
        rows_of=_rows_by_event(event),
        **column,
    )


def event_table(*events: Event) -> BoolArray:
    """Return a table that tells by the number of an event whether it is one of some."""
    table = np.zeros(_N_EVENTS, dtype=np.bool_)
    table[list(events)] = True
    return table


def _rows_by_event(event: NDArray[np.uint8]) -> tuple[IntArray, ...]:
    """Return the positions of the rows of each event."""
    order = np.argsort(event, kind="stable")
    ends = np.cumsum(np.bincount(event, minlength=_N_EVENTS)).tolist()
    return tuple(order[start:end] for start, end in zip([0, *ends], ends, strict=False))


def _order_by(patient: NDArray[np.int32], n_patients: int) -> IntArray:
    """Return the stable order by patient, sorting two bytes at a time, which takes no comparisons."""
    order = np.argsort(patient.astype(np.uint16), kind="stable")
    if n_patients > _SMALL:
        high = (patient >> _SMALL_BITS).astype(np.uint16)
        order = order[np.argsort(high[order], kind="stable")]
    return order


def _ends(patient: IntArray, event: SmallIntArray, time: IntArray, n_patients: int) -> IntArray:
    """Find when each patient's follow-up ends."""
    end = np.full(n_patients, _NOT_ENDED, dtype=np.int64)
    if not len(patient):
        return end
    last = np.append(np.flatnonzero(patient[:-1] != patient[1:]), len(patient) - 1)
    final = event[last]
    open_ended = (final != Event.DIED) & (final != Event.HORIZON)
    if open_ended.any():
        first = int(np.argmax(open_ended))
        name = Event(int(final[first])).name
        raise ValueError(f"patient {patient[last[first]]}: last row must be DIED or HORIZON, got {name}")
    end[patient[last]] = time[last]
    return end
