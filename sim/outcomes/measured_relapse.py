"""Relapse of first-course responders: by a day, against another strategy, and who stays well."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.domain.events import Event, Outcome
from sim.domain.measures import Among, RelapseBy, RelapseHazardRatio, StillWell
from sim.outcomes.courses import NO_ROW, Courses, with_follow_up
from sim.outcomes.cox import hazard_ratio
from sim.outcomes.estimates import Arm, Estimate, share
from sim.outcomes.history import BoolArray, FloatArray, IntArray
from sim.outcomes.relapses import relapse_minutes
from sim.outcomes.survival import kaplan_meier, kaplan_meier_error
from sim.units import MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class Observation:
    """How long responders were watched for relapse.

    Parameters
    ----------
    days : ndarray, shape (n,)
        Days from the landmark to relapse or to the end of observation.
    relapsed : ndarray of bool, shape (n,)
        True for relapse, False when observation ended first.
    """

    days: FloatArray
    relapsed: BoolArray


def relapse_by_share(measure: RelapseBy, arm: Arm) -> Estimate:
    """Return the Kaplan-Meier share of responders who relapsed by a day, with Greenwood's error."""
    at = np.array([measure.days], dtype=np.float64)
    relapsed, variance, n = 0.0, 0.0, 0
    for weight, group in _groups(measure):
        seen = _observed(group, arm)
        relapsed += weight * (1 - float(kaplan_meier(seen.days, seen.relapsed, at)[0]))
        variance += (weight * float(kaplan_meier_error(seen.days, seen.relapsed, at)[0])) ** 2
        n += len(seen.days)
    return Estimate(relapsed, math.sqrt(variance), n)


def relapse_shares(measure: RelapseBy, arm: Arm, days: FloatArray) -> FloatArray:
    """Return the Kaplan-Meier share of responders who relapsed by several days.

    Parameters
    ----------
    measure : RelapseBy
        Who is watched, and from when; its own day plays no part.
    arm : Arm
        One strategy.
    days : ndarray, shape (n_days,)
        Days since the assessment, or since the landmark.

    Returns
    -------
    ndarray, shape (n_days,)
        Shares; nan where nobody is watched so long.
    """
    relapsed = np.zeros(len(days))
    for weight, group in _groups(measure):
        seen = _observed(group, arm)
        relapsed += weight * (1 - kaplan_meier(seen.days, seen.relapsed, days))
    return relapsed


def _groups(measure: RelapseBy) -> list[tuple[float, RelapseBy]]:
    """Return the groups of responders that a share is made of, and the weight of each."""
    if measure.remitters is None:
        return [(1.0, measure)]
    plain = {"remitters": None}
    return [
        (measure.remitters, measure.model_copy(update=plain | {"among": Among.REMITTERS})),
        (1 - measure.remitters, measure.model_copy(update=plain | {"among": Among.SHORT_OF_REMISSION})),
    ]


def relapse_hazard_ratio(measure: RelapseHazardRatio, arm: Arm, against: Arm) -> Estimate:
    """Return the hazard ratio of relapse of one strategy to another."""
    first, second = _observed(measure, arm), _observed(measure, against)
    days = np.concatenate([first.days, second.days])
    relapsed = np.concatenate([first.relapsed, second.relapsed]) & (days <= measure.until_days)
    exposed = np.arange(len(days)) < len(first.days)
    ratio, error = hazard_ratio(np.minimum(days, measure.until_days), relapsed, exposed)
    return Estimate(ratio, error, len(days))


def still_well_share(measure: StillWell, arm: Arm) -> Estimate:
    """Return the share of starters who responded and have neither relapsed, left nor died some days later.

    Notes
    -----
    Not counted are those whose follow-up ended before that day, or before they were assessed.
    """
    history, course = arm.history, arm.first_course
    assessed = course.assessed != NO_ROW
    until = np.full(history.n_patients, np.nan)
    until[assessed] = history.time[course.assessed[assessed]] + measure.days * MINUTES_PER_DAY
    chosen = _chosen(course, Among.RESPONDERS)
    relapse = np.full(history.n_patients, np.nan)
    relapse[chosen] = _relapses(arm, course.assessed[chosen])
    lost = (relapse <= until) | (course.left <= until)
    well = chosen & ~lost & (history.end >= until)
    known = assessed | ~np.isnan(course.left) | history.has(history.rows(Event.DIED))
    return share(well, course.started & known & with_follow_up(history, until))


def _observed(measure: RelapseBy | RelapseHazardRatio, arm: Arm) -> Observation:
    """Watch responders from the landmark on."""
    history, course = arm.history, arm.first_course
    origin = course.assessed[_chosen(course, measure.among)]
    patient = history.patient[origin]
    start = history.time[origin] + measure.landmark_days * MINUTES_PER_DAY
    relapse, left, end = _relapses(arm, origin), course.left[patient], history.end[patient]
    entered = (end > start) & ~(relapse <= start) & ~(left <= start)
    stop = np.fmin(end, left) if measure.censors_leaving else end
    relapsed = relapse <= stop
    days = (np.where(relapsed, relapse, stop) - start) / MINUTES_PER_DAY
    return Observation(days[entered], relapsed[entered])


def _chosen(course: Courses, among: Among) -> BoolArray:
    """Return who responded as asked at the last assessment of the first course."""
    if among is Among.REMITTERS:
        return np.asarray(course.outcome == Outcome.REMISSION)
    if among is Among.SHORT_OF_REMISSION:
        return np.asarray(course.outcome == Outcome.RESPONSE)
    return np.asarray(course.outcome >= Outcome.RESPONSE)


def _relapses(arm: Arm, origin: IntArray) -> FloatArray:
    """Return when the patients of some rows relapsed by the scenario's definition [minutes]."""
    return relapse_minutes(arm.history, origin, arm.scenario.illness.definitions.relapse.value)
