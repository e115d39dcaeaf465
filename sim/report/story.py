"""Tell what happened to one patient, in dated sentences with reasons.

The story is read off the event log; nothing is simulated here. It is one simulated
person's story and predicts nothing about a real one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.events import Event
from sim.domain.scenario import Scenario
from sim.report.sentences import describe
from sim.report.setting import Setting, day_of
from sim.units import DAYS_PER_WEEK

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated sentence of a story.

    Parameters
    ----------
    day : int
        Day of the event, counted from day 0 (a Monday).
    event : str
        Name of the event, in lower case.
    text : str
        What happened.
    reason : str
        The rule or draw behind it; empty when the text says it.
    score : float
        Depression score at that time [MADRS points].
    cost : float
        Undiscounted cost of this patient up to and including that moment [currency].
    """

    day: int
    event: str
    text: str
    reason: str
    score: float
    cost: float

    @property
    def date(self) -> str:
        """Day, week and weekday in words."""
        week = self.day // DAYS_PER_WEEK + 1
        return f"Day {self.day} (week {week}, {WEEKDAYS[self.day % DAYS_PER_WEEK]})"


def tell(
    log: NDArray[np.void],
    cohort: Cohort,
    scenario: Scenario,
    strategy: str,
    patient: int,
    *,
    cost_until: Callable[[int], float],
) -> list[Entry]:
    """Return the story of one patient.

    Parameters
    ----------
    log : structured ndarray
        Event log of one strategy; rows of other patients are left aside.
    cohort : Cohort
        Attributes of the patients.
    scenario : Scenario
        Names and rules behind the log.
    strategy : str
        Key of the strategy that was simulated.
    patient : int
        Number of the patient, from 0.
    cost_until : callable
        From a time [minutes from day 0] to this patient's undiscounted cost until then [currency].

    Returns
    -------
    list of Entry
        In order of time.
    """
    rows = log[log["patient"] == patient]
    rows = rows[np.argsort(rows["time"], kind="stable")]
    referred = rows[rows["event"] == Event.REFERRED]
    pathway = int(referred[0]["reason"]) if len(referred) else 0
    setting = Setting(scenario, strategy, cohort, patient, pathway)
    severity = float(cohort.severity[patient])
    entries = []
    for row in rows:
        text, reason = describe(row, setting)
        minute = int(row["time"])
        entries.append(
            Entry(
                day=day_of(minute),
                event=Event(int(row["event"])).name.lower(),
                text=text,
                reason=reason,
                score=score_at(rows, minute, start=severity),
                cost=cost_until(minute),
            )
        )
    return entries


def score_at(rows: NDArray[np.void], minute: int, *, start: float) -> float:
    """Return the score at one time, on the straight line of the latest change of course.

    Parameters
    ----------
    rows : structured ndarray
        One patient's part of the log, in order of time.
    minute : int
        Time asked for [minutes from day 0].
    start : float
        Score before the first change [MADRS points].

    Returns
    -------
    float
        Score [MADRS points].
    """
    changes = rows[(rows["event"] == Event.SCORE) & (rows["time"] <= minute)]
    if not len(changes):
        return start
    latest = changes[-1]
    begin, end = int(latest["time"]), int(latest["until"])
    if minute >= end or end <= begin:
        return float(latest["target"])
    share = (minute - begin) / (end - begin)
    return float(latest["value"] + share * (latest["target"] - latest["value"]))


def as_rows(entries: list[Entry]) -> list[dict[str, object]]:
    """Return entries as plain rows for ``--json`` and tables."""
    return [asdict(entry) | {"date": entry.date} for entry in entries]
