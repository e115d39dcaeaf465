"""Figures of a study as they run over days, so that published figures can be laid on them.

Where a study reports a share at one time, the same share is told here for many days: counted among the same
patients and by the same criterion.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.domain.measures import Among, Criterion, FirstReached, Measure, Moment, RelapseBy, ScoreAt
from sim.outcomes.courses import NO_ROW
from sim.outcomes.estimates import Arm
from sim.outcomes.history import FloatArray
from sim.outcomes.measured_relapse import relapse_shares
from sim.outcomes.measured_scores import induction_steps, score_at_share
from sim.units import MINUTES_PER_DAY

Line = ScoreAt | RelapseBy
"""A measure on day 0: who is counted, by which criterion, whatever the day."""
ACUTE_COURSES = 2
"""Shares by score are told for so many times the days until the assessment."""
SHORTEST_DAYS = 28
"""They are told for so long at least."""
BEYOND = 1.1
"""Shares of relapse are told for so many times the last published day."""
MOST_STEPS = 60


@dataclass(frozen=True, slots=True)
class CourseDays:
    """When the first course of a strategy usually reaches its moments: medians.

    Parameters
    ----------
    assessed : float
        Last assessment [days since the first session]; nan when nobody is assessed.
    last_session : float
        Full effect of the last induction session held [days since the first session]; nan without one.
    by_session : tuple of float
        Full effect of the first, second, … induction session [days since the first session].
    """

    assessed: float
    last_session: float
    by_session: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class StudyCurve:
    """A share over time.

    Parameters
    ----------
    strategy : str
        Strategy it is counted in.
    line : ScoreAt or RelapseBy
        What is counted.
    days : ndarray, shape (n_days,)
        Days since the first session; of relapse, since the assessment or the landmark.
    share : ndarray, shape (n_days,)
        The share; nan where nobody is followed so long.
    """

    strategy: str
    line: Line
    days: FloatArray
    share: FloatArray


def course_days(arm: Arm) -> CourseDays:
    """Return when the first course of a strategy usually reaches its moments."""
    history, course = arm.history, arm.first_course
    assessed = course.assessed[course.assessed != NO_ROW]
    steps, number = induction_steps(history, course)
    full = np.maximum(history.until[steps], history.time[steps]) - course.start[history.patient[steps]]
    last = np.full(history.n_patients, np.nan)
    last[history.patient[steps]] = full
    return CourseDays(
        _median_days(history.time[assessed] - course.start[history.patient[assessed]]),
        _median_days(last[~np.isnan(last)]),
        tuple(_median_days(full[number == session]) for session in range(1, number.max(initial=0) + 1)),
    )


def line_of(measure: Measure) -> Line | None:
    """Return the line on which a figure lies, or None when it lies on none.

    Parameters
    ----------
    measure : Measure
        What a study reported.

    Returns
    -------
    ScoreAt, RelapseBy or None
        Figures on the same line differ by their time only. A share who reached a criterion by some session
        is laid on the line of those who meet it then: the two are close while scores only fall.

    Examples
    --------
    >>> line_of(RelapseBy(what="relapse_by", among="remitters", days=30)).days
    0.0
    """
    if isinstance(measure, RelapseBy):
        return measure.model_copy(update={"days": 0.0})
    if isinstance(measure, ScoreAt) and measure.unless_at_days is None:
        return _line(measure.among, measure.criterion)
    if isinstance(measure, FirstReached) and not (measure.of_reachers or measure.later):
        return _line(Among.STARTERS, measure.criterion)
    return None


def day_of(measure: Measure, days: CourseDays) -> float:
    """Return where on its line a figure lies.

    Parameters
    ----------
    measure : Measure
        What a study reported.
    days : CourseDays
        Of the strategy it was reported for.

    Returns
    -------
    float
        Day; nan when the strategy never reaches that moment, or the figure has no line.
    """
    match measure:
        case RelapseBy():
            return measure.days
        case ScoreAt(moment=Moment.ASSESSMENT):
            return days.assessed
        case ScoreAt(moment=Moment.LAST_SESSION):
            return days.last_session
        case ScoreAt() | FirstReached() if measure.days is not None:
            return measure.days
        case FirstReached() if (measure.sessions or 0) <= len(days.by_session):
            return days.by_session[(measure.sessions or 0) - 1]
    return math.nan


def study_curves(strategy: str, arm: Arm, measures: Iterable[Measure]) -> list[StudyCurve]:
    """Return the shares of one strategy over time.

    Parameters
    ----------
    strategy : str
        Its key.
    arm : Arm
        Its log.
    measures : iterable of Measure
        What was reported for it.

    Returns
    -------
    list of StudyCurve
        One for each line on which a measure lies. Where none counts response (or remission), starters are
        counted by the scenario's definition. Nothing when nobody begins a course.
    """
    days = course_days(arm)
    if not days.by_session:
        return []
    last: dict[Line, float] = dict.fromkeys(_usual(arm, measures), 0.0)
    for measure in measures:
        line, day = line_of(measure), day_of(measure, days)
        if line is not None and not math.isnan(day):
            last[line] = max(last.get(line, 0.0), day)
    acute = max(
        SHORTEST_DAYS,
        ACUTE_COURSES * np.nan_to_num(days.assessed),
        *(BEYOND * day for line, day in last.items() if isinstance(line, ScoreAt)),
    )
    horizon = arm.scenario.horizon_minutes / MINUTES_PER_DAY
    return [
        _curve(strategy, arm, line, min(acute if isinstance(line, ScoreAt) else BEYOND * day, horizon))
        for line, day in last.items()
    ]


def is_remission(criterion: Criterion) -> bool:
    """Tell whether a criterion asks for a low score, not only for an improvement."""
    return criterion.score is not None


def _usual(arm: Arm, measures: Iterable[Measure]) -> list[Line]:
    """Return response and remission by the scenario's definitions, unless a study counted them its way."""
    definitions = arm.scenario.illness.definitions
    lines = [line for measure in measures if isinstance(line := line_of(measure), ScoreAt)]
    return [
        _line(Among.STARTERS, criterion)
        for criterion in (
            Criterion(improvement=definitions.response.value),
            Criterion(score=definitions.remission.value),
        )
        if not any(is_remission(line.criterion) == is_remission(criterion) for line in lines)
    ]


def _line(among: Among, criterion: Criterion) -> ScoreAt:
    return ScoreAt.model_validate({"what": "score_at", "among": among, "criterion": criterion, "days": 0.0})


def _curve(strategy: str, arm: Arm, line: Line, last_day: float) -> StudyCurve:
    step = max(1, math.ceil(last_day / MOST_STEPS))
    days = np.arange(0, last_day + 1, step, dtype=np.float64)
    if isinstance(line, RelapseBy):
        return StudyCurve(strategy, line, days, relapse_shares(line, arm, days))
    shares = [score_at_share(line.model_copy(update={"days": float(day)}), arm).value for day in days]
    return StudyCurve(strategy, line, days, np.array(shares))


def _median_days(minutes: FloatArray) -> float:
    return float(np.median(minutes)) / MINUTES_PER_DAY if len(minutes) else math.nan
