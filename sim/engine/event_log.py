"""The append-only event log: written by visits, read by outcomes, edited by nobody."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.domain.events import LOG_DTYPE

Row = tuple[int, int, int, int, int, int, int, float, float, int]
EventLog = list[Row]


def record(
    log: EventLog,
    time: int,
    patient: int,
    event: int,
    treatment: int,
    course: int,
    session: int,
    reason: int = 0,
    value: float = 0.0,
    target: float = 0.0,
    until: int = 0,
) -> None:
    """Append one event; the columns are those of `sim.domain.events`."""
    log.append((time, patient, event, treatment, course, session, reason, value, target, until))


def sealed(log: EventLog) -> NDArray[np.void]:
    """Return the log as a structured array of `LOG_DTYPE`, in order of time."""
    return in_order(np.array(log, dtype=LOG_DTYPE))


def in_order(rows: NDArray[np.void]) -> NDArray[np.void]:
    """Return a log as it is, once it is certain that time never runs backwards.

    Raises
    ------
    ValueError
        If it does, which would be an error of the clock.
    """
    backwards = np.flatnonzero(np.diff(rows["time"]) < 0)
    if backwards.size:
        row = rows[backwards[0] + 1]
        raise ValueError(
            f"patient {row['patient']}: log time must not run backwards, got {row['time']} minutes"
        )
    return rows
