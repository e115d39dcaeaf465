"""One simulated patient's way as a timeline: score, costs, marks, totals; and what differs elsewhere.

Everything is read off the event log; nothing is simulated here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.events import Event
from sim.domain.scenario import Scenario
from sim.outcomes.fates import Fate
from sim.outcomes.history import History, read_history
from sim.outcomes.patient_account import PatientFlows, patient_flows
from sim.outcomes.score_paths import depression_free_days, score_paths
from sim.report.follow import story_of
from sim.report.numbers import count, counted, money
from sim.report.story import Entry
from sim.units import MINUTES_PER_DAY

SESSION, MAINTENANCE, MISSED, VISIT = "Session", "Maintenance session", "Missed or cancelled", "Other visit"
ASSESSED, RELAPSED, DECIDED, LINE, ENDED = "Assessment", "Relapse", "Decision", "Change of line", "End"
LANES = (SESSION, MAINTENANCE, MISSED, VISIT, ASSESSED, RELAPSED, DECIDED, LINE, ENDED)
"""Kinds of marks, from top to bottom."""
LANE_OF = {
    Event.SESSION: SESSION,
    Event.SESSION_MISSED: MISSED,
    Event.SCREENING_MISSED: MISSED,
    Event.CANCELLED: MISSED,
    Event.NO_PLACE: MISSED,
    Event.SCREENED: VISIT,
    Event.PREPARED: VISIT,
    Event.INTEGRATED: VISIT,
    Event.ASSESSED: ASSESSED,
    Event.IMPROVED_NATURALLY: ASSESSED,
    Event.RELAPSED: RELAPSED,
    Event.REINDUCTION: LINE,
    Event.NEXT_LINE: LINE,
    Event.ROUTED: LINE,
    Event.CHANGED_PATHWAY: LINE,
    Event.USUAL_CARE: LINE,
    Event.DROPPED_OUT: ENDED,
    Event.STOPPED_FOR_HARM: ENDED,
    Event.DIED: ENDED,
    Event.HORIZON: ENDED,
}
"""Kind of mark by event; every other event but a change of the score is a decision."""
FOUND_BY = {
    Fate.RESPONDED: "responded to a treatment",
    Fate.REMITTED: "reached remission",
    Fate.NOT_HELPED: "was treated and did not respond",
    Fate.RELAPSED: "relapsed",
    Fate.NEXT_LINE: "moved on to another treatment",
    Fate.TOLERANT: "was no longer protected by maintenance",
    Fate.HARMED: "stopped for an adverse effect",
    Fate.MISSED: "missed a session",
    Fate.LEFT: "left by own decision",
    Fate.GAVE_UP: "gave up waiting",
    Fate.UNTREATED: "had no session at all",
}
"""What a reader may look for, in words that follow “somebody who”."""
NOTICEABLE_DAYS, NOTICEABLE_COST = 1, 1
"""Smaller differences are told as none."""


class Point(NamedTuple):
    """A corner of a line: straight between corners.

    Parameters
    ----------
    day : float
        When [days from day 0].
    value : float
        Score [MADRS points] or cost [currency].
    """

    day: float
    value: float


class Mark(NamedTuple):
    """Something that happened.

    Parameters
    ----------
    day : float
        When [days from day 0].
    lane : str
        One of `LANES`.
    entry : Entry
        Its sentence.
    """

    day: float
    lane: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Timeline:
    """One patient's way through one strategy.

    Parameters
    ----------
    strategy, label : str
        Key and plain name of the strategy.
    patient : int
        Number, from 0.
    entries : list of Entry
        The story.
    score, cost : list of Point
        Lines, straight between corners; both from referral to the end of follow-up.
    marks : list of Mark
        In order of time.
    n_sessions : int
        Sessions held.
    days_well : float
        Depression-free days, as the scenario defines them [days].
    total_cost : float
        Undiscounted, as the scenario's perspective counts [currency].
    """

    strategy: str
    label: str
    patient: int
    entries: list[Entry]
    score: list[Point]
    cost: list[Point]
    marks: list[Mark]
    n_sessions: int
    days_well: float
    total_cost: float

    @property
    def days(self) -> tuple[float, float]:
        """First and last day followed."""
        return self.score[0].day, self.score[-1].day


def timeline(
    log: NDArray[np.void], cohort: Cohort, scenario: Scenario, strategy: str, patient: int
) -> Timeline:
    """Return the timeline of one patient of a simulated strategy.

    Parameters
    ----------
    log : structured ndarray
        Event log of the strategy.
    cohort : Cohort
        Its patients.
    scenario : Scenario
        What was simulated.
    strategy : str
        Key of the strategy.
    patient : int
        Number of the patient, from 0.

    Returns
    -------
    Timeline
        With exact lines.
    """
    rows = log[log["patient"] == patient]
    rows = rows[np.argsort(rows["time"], kind="stable")]
    entries = story_of(rows, cohort, scenario, strategy, patient)
    history = read_history(rows, cohort.n_patients)
    cost = _cost_line(rows, patient_flows(rows, cohort, scenario, patient), scenario)
    return Timeline(
        strategy=strategy,
        label=scenario.strategies[strategy].label,
        patient=patient,
        entries=entries,
        score=_score_line(history, float(cohort.severity[patient])),
        cost=cost,
        marks=[
            Mark(int(row["time"]) / MINUTES_PER_DAY, _lane(row), entry)
            for row, entry in zip(rows, entries, strict=True)
            if row["event"] not in {Event.SCORE, Event.REFERRED}
        ],
        n_sessions=int(np.count_nonzero(rows["event"] == Event.SESSION)),
        days_well=depression_free_days(score_paths(history), scenario.illness.definitions),
        total_cost=cost[-1].value,
    )


def _lane(row: np.void) -> str:
    if row["event"] == Event.SESSION and row["target"] > 0:
        return MAINTENANCE
    return LANE_OF.get(Event(int(row["event"])), DECIDED)


def _score_line(history: History, start: float) -> list[Point]:
    """Return the corners of the score: start, bend and stop of every stretch."""
    paths = score_paths(history)
    corners = [Point(float(history.time[0]) / MINUTES_PER_DAY, start)]
    for begin, bend, stop, score, rest in zip(
        paths.start, paths.bend, paths.stop, paths.score, paths.rest, strict=True
    ):
        corners += [Point(float(begin), float(score)), Point(float(bend), float(rest))]
        corners.append(Point(float(stop), float(rest)))
    corners.append(Point(float(history.end.max()) / MINUTES_PER_DAY, corners[-1].value))
    return [one for one, before in zip(corners, [None, *corners], strict=False) if one != before]


def _cost_line(rows: NDArray[np.void], flows: PatientFlows, scenario: Scenario) -> list[Point]:
    """Return the cumulative cost just before and at every moment something happened."""
    economics = scenario.economics
    corners = []
    for minute in np.unique(rows["time"]).tolist():
        for moment in (minute - 1, minute):
            cost = flows.cost_until(moment, economics.perspective, economics.drug_price)
            corners.append(Point(minute / MINUTES_PER_DAY, cost))
    return corners[1:]


def summary(one: Timeline, perspective: str) -> str:
    """Return what became of the patient in a sentence.

    Parameters
    ----------
    one : Timeline
        The way.
    perspective : str
        Whose costs count, in words.

    Returns
    -------
    str
        Sessions, relapses, days well and cost.
    """
    first, last = one.days
    relapses = sum(mark.lane == RELAPSED for mark in one.marks)
    return (
        f"{one.label}: {counted(one.n_sessions, 'session')}, {counted(relapses, 'relapse')}, "
        f"{count(one.days_well)} of {count(last - first)} days well (depression-free), "
        f"{money(one.total_cost)} in all ({perspective} perspective, undiscounted)."
    )


def difference(one: Timeline, other: Timeline) -> str:
    """Return what differs for the same patient in another pathway, in a sentence.

    Parameters
    ----------
    one, other : Timeline
        The same patient in two strategies.

    Returns
    -------
    str
        Of cost, days well and sessions.
    """
    cost = other.total_cost - one.total_cost
    well = other.days_well - one.days_well
    sessions = other.n_sessions - one.n_sessions
    money_told = f"costs {money(abs(cost))} {_more(cost, 'less')}"
    parts = [
        money_told if abs(cost) >= NOTICEABLE_COST else "costs the same",
        f"has {_number(well, 'day')} well"
        if round(abs(well)) >= NOTICEABLE_DAYS
        else "has as many days well",
        f"comes to {_number(sessions, 'session')}" if sessions else "comes to as many sessions",
    ]
    return f"With {other.label} instead of {one.label}, this person {parts[0]}, {parts[1]} and {parts[2]}."


def _number(difference: float, noun: str) -> str:
    number = round(abs(difference))
    return f"{number:,} {_more(difference, 'fewer')} {noun}{'' if number == 1 else 's'}"


def _more(difference: float, less: str) -> str:
    return "more" if difference > 0 else less
