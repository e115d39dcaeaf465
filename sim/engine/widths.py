"""How much luck a patient can need at most, and in which column of the table of fates each piece stands."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.domain.scenario import Scenario
from sim.domain.strategies import Strategy
from sim.domain.treatments import Treatment
from sim.engine.appointments import interval_days
from sim.engine.draws import HARM_STOP, SESSION_DEATH, SESSION_DROPOUT
from sim.units import DAYS_PER_YEAR, minutes_from_days

NATURAL_EPISODES = 8
"""Spontaneous improvements a patient may have; at the rates of the literature a third is rare."""


@dataclass(frozen=True, slots=True)
class Widths:
    """How many occurrences of each kind of draw the longest pathway can use."""

    sessions: int
    courses: int
    lines: int

    @property
    def episodes(self) -> int:
        """Responses: to each course, and by nature."""
        return self.courses + NATURAL_EPISODES

    @property
    def screenings(self) -> int:
        """Screenings: at referral, after a deferral in each line, after each spontaneous episode."""
        return 1 + self.lines + NATURAL_EPISODES


@dataclass(frozen=True, slots=True)
class Columns:
    """First column of each piece of luck in the table of fates, one row per patient.

    Parameters
    ----------
    n_columns, n_courses : int
        Columns in all, and courses for which luck is drawn.
    screening_patience, course_patience : int
        Minutes a patient waits beyond the wished day, by screening and by course.
    acceptance : int
        Chance of accepting, by treatment.
    improvement : int
        Final improvement, by treatment and course.
    natural_improvement, natural_threshold : int
        Improvement and threshold of spontaneous responses, by episode.
    relapse_threshold : int
        By response.
    frailty : int
        Relative hazard of relapse, by treatment; the natural course comes last.
    """

    n_columns: int
    n_courses: int
    screening_patience: int
    course_patience: int
    acceptance: int
    improvement: int
    natural_improvement: int
    natural_threshold: int
    relapse_threshold: int
    frailty: int


def columns_of(scenario: Scenario) -> Columns:
    """Return where each piece of luck stands."""
    width, n_treatments = widths(scenario), len(scenario.treatments)
    lengths = (
        width.screenings, width.courses, n_treatments, n_treatments * width.courses, NATURAL_EPISODES,
        NATURAL_EPISODES, width.episodes, n_treatments + 1,
    )  # fmt: skip
    first = [sum(lengths[:position]) for position in range(len(lengths))]
    return Columns(sum(lengths), width.courses, *first)


def widths(scenario: Scenario) -> Widths:
    """Return how many draws of each kind the longest strategy can use."""
    bounds = [_strategy_widths(scenario, strategy) for strategy in scenario.strategies.values()]
    return Widths(
        sessions=max(bound.sessions for bound in bounds),
        courses=max(bound.courses for bound in bounds),
        lines=max(bound.lines for bound in bounds),
    )


def luck_bytes(scenario: Scenario) -> int:
    """Return the memory that one patient's luck takes [bytes]: thresholds, patience, and draws of sessions.

    Draws of a session are kept once some patient asks for one; the most that can happen is all of them.
    """
    width = widths(scenario)
    harms = {name for treatment in scenario.treatments.values() for name in treatment.harms}
    attempts = 2 * width.sessions * scenario.care.most_misses
    per_session = len(harms) + len((SESSION_DROPOUT, SESSION_DEATH, HARM_STOP))
    luck = columns_of(scenario).n_columns
    return (luck + attempts + per_session * width.sessions) * np.dtype(np.float64).itemsize


def _strategy_widths(scenario: Scenario, strategy: Strategy) -> Widths:
    sessions = courses = 0
    lines = strategy.lines or ()
    for line in lines:
        again = scenario.care.max_reinductions if line.max_reinductions is None else line.max_reinductions
        first = [line.treatment] if line.route_to is None else [line.treatment, line.route_to]
        then = [] if line.instead_of_waiting is None else [line.instead_of_waiting]
        for keys in filter(None, (first, then)):
            sessions += max(
                _line_sessions(scenario.treatments[key], again, scenario.horizon_years) for key in keys
            )
            courses += 1 + again
    return Widths(max(sessions, 1), max(courses, 1), max(len(lines), 1))


def _line_sessions(treatment: Treatment, again: int, horizon_years: float) -> int:
    induction, maintenance = treatment.induction, treatment.maintenance
    course = induction.n_sessions + induction.n_extension
    if maintenance is None:
        return (1 + again) * course
    course += sum(round(step.sessions.value) for step in maintenance.steps if step.sessions)
    ratio = min(treatment.tolerance.interval_ratio.value, 1) if treatment.tolerance else 1
    shortest = interval_days(int(minutes_from_days(maintenance.steps[-1].interval.value) * ratio))
    return (1 + again) * (course + 1) + math.ceil(horizon_years * DAYS_PER_YEAR / shortest)
