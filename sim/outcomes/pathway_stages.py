"""Who goes where: each patient's way through the stages of a pathway, read off the event log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.events import Event, Outcome
from sim.domain.scenario import Scenario
from sim.outcomes.care_states import CareState, CareStates, care_states
from sim.outcomes.clinical import achieved, first_course
from sim.outcomes.courses import first_courses
from sim.outcomes.history import BoolArray, History, IntArray, read_history
from sim.units import DAYS_PER_YEAR

PASSED_BY = -1
"""Position of those who do not come through a stage."""


class Stage(StrEnum):
    """A moment at which patients part."""

    REFERRED = "referred"
    PATHWAY = "pathway"
    SCREENING = "screening"
    START = "start"
    FIRST_COURSE = "first_course"
    HALF_YEAR = "half_year"
    YEAR = "year"
    END = "end"


class Screening(StrEnum):
    """What screening led to."""

    ELIGIBLE = "eligible"
    AFTER_DEFERRAL = "eligible_after_deferral"
    PUT_OFF = "put_off"
    INELIGIBLE = "ineligible"
    NOT_SCREENED = "not_screened"
    NOT_OFFERED = "not_offered"


class Start(StrEnum):
    """Whether an eligible patient began a treatment."""

    STARTED = "started"
    DECLINED = "declined"
    NOT_APPROVED = "not_approved"
    LEFT_WAITING = "left_waiting"
    IMPROVED = "improved"
    NOT_BEGUN = "not_begun"


class CourseEnd(StrEnum):
    """What the first course led to."""

    REMISSION = "remission"
    RESPONSE = "response"
    NO_RESPONSE = "no_response"
    LEFT_EARLY = "left_early"
    HARMED = "stopped_for_harm"
    UNFINISHED = "unfinished"
    NEVER_STARTED = "never_started"


@dataclass(frozen=True, slots=True)
class Branching:
    """Where patients are at one stage.

    Parameters
    ----------
    stage : Stage
        Which.
    nodes : tuple of str
        Keys of the places.
    place : ndarray of int64, shape (n_patients,)
        Position in ``nodes``; `PASSED_BY` for those who do not come through.
    """

    stage: Stage
    nodes: tuple[str, ...]
    place: IntArray


@dataclass(frozen=True, slots=True)
class Journeys:
    """The ways of all patients of one strategy and replication.

    Parameters
    ----------
    strategy : str
        Key of the strategy.
    replication : int
        Number of the replication, from 0.
    states : CareStates
        Where each is over time.
    branchings : tuple of Branching
        Stages in order of time.
    """

    strategy: str
    replication: int
    states: CareStates
    branchings: tuple[Branching, ...]

    def at(self, stage: Stage) -> Branching | None:
        """Return one stage; None where this pathway has none such."""
        return next((one for one in self.branchings if one.stage == stage), None)


def journeys(
    log: np.ndarray[tuple[int], np.dtype[np.void]],
    cohort: Cohort,
    scenario: Scenario,
    strategy: str,
    replication: int,
) -> Journeys:
    """Return every patient's way through the stages.

    Parameters
    ----------
    log : ndarray of ``LOG_DTYPE``, shape (n_rows,)
        Event log of one strategy and replication.
    cohort : Cohort
        The patients it is about.
    scenario : Scenario
        What was simulated.
    strategy : str
        Key of the strategy.
    replication : int
        Number of the replication, from 0.

    Returns
    -------
    Journeys
        The pathway a patient is dealt is a stage of mixes only; later moments only where followed so long.
    """
    history = read_history(log, cohort.n_patients)
    states = care_states(history, cohort, scenario.horizon_minutes)
    return Journeys(strategy, replication, states, tuple(_stages(history, states, scenario, strategy)))


def _stages(history: History, states: CareStates, scenario: Scenario, strategy: str) -> Iterator[Branching]:
    everybody = np.zeros(history.n_patients, dtype=np.int64)
    yield Branching(Stage.REFERRED, (Stage.REFERRED,), everybody)
    mix = scenario.strategies[strategy].mix
    if mix is not None:
        referred = history.rows(Event.REFERRED)
        dealt = everybody.copy()
        dealt[history.patient[referred]] = history.reason[referred]
        yield Branching(Stage.PATHWAY, tuple(mix), dealt)
    yield _branching(Stage.SCREENING, Screening, screening_of(history))
    started, responded, remitted = achieved(
        history, first_course(history, scenario.illness.definitions.relapse.value)
    )
    eligible = history.has(history.rows(Event.ELIGIBLE))
    yield _branching(Stage.START, Start, np.where(eligible, _start_of(history, started), PASSED_BY))
    yield _branching(Stage.FIRST_COURSE, CourseEnd, _course_end(history, started, responded, remitted))
    moments = {Stage.HALF_YEAR: DAYS_PER_YEAR / 2, Stage.YEAR: DAYS_PER_YEAR, Stage.END: states.horizon_days}
    for stage, day in moments.items():
        if stage == Stage.END or day < states.horizon_days:
            yield _branching(stage, [state.name.lower() for state in CareState], states.at(day))


def _branching(stage: Stage, nodes: type[StrEnum] | list[str], place: IntArray) -> Branching:
    return Branching(stage, tuple(str(node) for node in nodes), place)


def screening_of(history: History) -> IntArray:
    """Return the position of each patient's result in `Screening`, shape (n_patients,)."""
    eligible, deferred = history.rows(Event.ELIGIBLE), history.rows(Event.DEFERRED)
    was_put_off = history.first_time(deferred) < history.first_time(eligible)
    referred = history.rows(Event.REFERRED)
    has_lines = np.ones(history.n_patients, dtype=np.bool_)
    has_lines[history.patient[referred]] = history.target[referred] > 0
    return _first_that_holds(
        Screening,
        {
            Screening.NOT_OFFERED: ~has_lines,
            Screening.AFTER_DEFERRAL: history.has(eligible) & was_put_off,
            Screening.ELIGIBLE: history.has(eligible),
            Screening.INELIGIBLE: history.has(history.rows(Event.INELIGIBLE)),
            Screening.PUT_OFF: history.has(deferred),
        },
        Screening.NOT_SCREENED,
    )


def _start_of(history: History, started: BoolArray) -> IntArray:
    return _first_that_holds(
        Start,
        {
            Start.STARTED: started,
            Start.DECLINED: history.has(history.rows(Event.DECLINED)),
            Start.NOT_APPROVED: history.has(history.rows(Event.NOT_APPROVED)),
            Start.LEFT_WAITING: history.has(history.rows(Event.DROPPED_OUT)),
            Start.IMPROVED: history.has(history.rows(Event.IMPROVED_NATURALLY)),
        },
        Start.NOT_BEGUN,
    )


def _course_end(history: History, started: BoolArray, responded: BoolArray, remitted: BoolArray) -> IntArray:
    first = first_courses(history)
    assessed = first.assessed >= 0
    harmed = history.rows(Event.STOPPED_FOR_HARM)
    stopped = history.has(harmed[history.course[harmed] == 0])
    return _first_that_holds(
        CourseEnd,
        {
            CourseEnd.NEVER_STARTED: ~started,
            CourseEnd.REMISSION: remitted,
            CourseEnd.RESPONSE: responded,
            CourseEnd.NO_RESPONSE: assessed & (first.outcome < Outcome.RESPONSE),
            CourseEnd.HARMED: stopped,
            CourseEnd.LEFT_EARLY: ~np.isnan(first.left),
        },
        CourseEnd.UNFINISHED,
    )


def _first_that_holds(kind: type[StrEnum], holds: dict[StrEnum, BoolArray], otherwise: StrEnum) -> IntArray:
    """Return for each patient the position of the first result that holds."""
    order = [str(result) for result in kind]
    places = [np.full(len(next(iter(holds.values()))), order.index(str(result))) for result in holds]
    return np.asarray(np.select(list(holds.values()), places, default=order.index(str(otherwise))))
