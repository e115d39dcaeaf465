"""Measure in the model what a study reported: from a strategy's log to a figure with its error."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.domain.measures import (
    Difference,
    FirstReached,
    HarmSeen,
    Left,
    Maintained,
    Measure,
    RelapseBy,
    RelapseHazardRatio,
    ScoreAt,
    SecondCourse,
    SessionsHeld,
    StateAt,
    StillWell,
    StoppedForHarm,
)
from sim.outcomes.estimates import Arm, Estimate
from sim.outcomes.measured_courses import (
    harm_seen_share,
    left_share,
    maintained_share,
    sessions_held_share,
    stopped_for_harm_share,
)
from sim.outcomes.measured_relapse import relapse_by_share, relapse_hazard_ratio, still_well_share
from sim.outcomes.measured_scores import (
    first_reached_share,
    score_at_share,
    second_course_share,
    state_at_share,
)

__all__ = ["Arm", "Estimate", "measured"]


def measured(measure: Measure, strategy: str, arms: Mapping[str, Arm]) -> Estimate:
    """Return what a study reported, as the model has it.

    Parameters
    ----------
    measure : Measure
        What is counted.
    strategy : str
        Strategy it is counted in.
    arms : mapping of str to Arm
        Logs of the study by strategy: that one and any it is held against.

    Returns
    -------
    Estimate
        Figure, Monte-Carlo standard error and number counted; nan, nan and 0 when nobody counts.

    Notes
    -----
    Errors are binomial for shares, Greenwood's for Kaplan-Meier, that of the logarithm times the ratio
    for hazard ratios. Of a difference they are summed as if the strategies had different patients, which
    is too wide where the same luck meets both.
    """
    if isinstance(measure, Difference):
        first = measured(measure.of, strategy, arms)
        second = measured(measure.of, measure.against, arms)
        return Estimate(first.value - second.value, math.hypot(first.se, second.se), first.n + second.n)
    if isinstance(measure, RelapseHazardRatio):
        return relapse_hazard_ratio(measure, arms[strategy], arms[measure.against])
    return _of_one_strategy(measure, arms[strategy])


def _of_one_strategy(
    measure: ScoreAt
    | FirstReached
    | RelapseBy
    | StillWell
    | SessionsHeld
    | Left
    | Maintained
    | HarmSeen
    | StoppedForHarm
    | StateAt
    | SecondCourse,
    arm: Arm,
) -> Estimate:
    """Measure what needs no other strategy."""
    match measure:
        case ScoreAt():
            return score_at_share(measure, arm)
        case FirstReached():
            return first_reached_share(measure, arm)
        case RelapseBy():
            return relapse_by_share(measure, arm)
        case StillWell():
            return still_well_share(measure, arm)
        case SessionsHeld():
            return sessions_held_share(measure, arm)
        case Left():
            return left_share(measure, arm)
        case Maintained():
            return maintained_share(measure, arm)
        case HarmSeen():
            return harm_seen_share(measure, arm)
        case StoppedForHarm():
            return stopped_for_harm_share(measure, arm)
        case StateAt():
            return state_at_share(measure, arm)
        case SecondCourse():
            return second_course_share(measure, arm)
