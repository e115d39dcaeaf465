"""Draw the patients of a replication: attributes by inverse CDF, one named stream per attribute."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.patients import ArrivalPeriod, Population
from sim.domain.scenario import Scenario
from sim.streams import FloatArray, Streams
from sim.units import DAYS_PER_WEEK, MINUTES_PER_DAY

FIFTY_YEARS = 50
MOST_SPREADS = 60
"""Standard deviations above the mean that no number of failed trials exceeds: a chance below 1e-20."""


def draw_cohort(scenario: Scenario, streams: Streams, n_patients: int) -> Cohort:
    """Return the patients, or a part of them, that every strategy of this replication sees.

    Parameters
    ----------
    scenario : Scenario
        Gives the population.
    streams : Streams
        Random streams of the replication, from the first of these patients on.
    n_patients : int
        Patients of this part.

    Returns
    -------
    Cohort
        Attributes of ``n_patients`` patients.
    """
    from scipy.special import ndtri  # noqa: PLC0415

    population, n = scenario.population, n_patients
    age = _cut_normal(
        streams.uniforms("age", n), population.age.mean.value, population.age.sd.value,
        population.age.youngest, population.age.oldest,
    )  # fmt: skip
    severity = _cut_normal(
        streams.uniforms("severity", n), population.severity.mean.value, population.severity.sd.value,
        population.severity.lowest, population.severity.highest,
    )  # fmt: skip
    is_female = streams.uniforms("sex", n) < population.female.value
    distance = population.distance_median.value * np.exp(
        population.distance_log_sd.value * ndtri(streams.uniforms("distance", n))
    )
    shares = np.cumsum([share.value for share in population.payers.values()])
    payer = np.minimum(np.searchsorted(shares, streams.uniforms("payer", n), side="right"), len(shares) - 1)
    return Cohort(
        referral_minutes=_referrals(population.arrivals, n, streams),
        age_years=age,
        is_female=is_female,
        severity=severity,
        failed_trials=_failed_trials(population, streams.uniforms("failed_trials", n)),
        distance_miles=distance,
        payer=payer.astype(np.int64),
        conditions=_conditions(population, age, is_female, streams),
    )


def resolvable_conditions(population: Population, n: int, streams: Streams) -> NDArray[np.int64]:
    """Return, as a bit set per patient, which conditions would be settled by re-screening."""
    bits = np.zeros(n, dtype=np.int64)
    for position, (name, condition) in enumerate(population.conditions.items()):
        if condition.resolves is not None:
            settled = streams.uniforms(f"resolves/{name}", n) < condition.resolves.value
            bits |= settled.astype(np.int64) << position
    return bits


def _conditions(
    population: Population, age: FloatArray, is_female: NDArray[np.bool_], streams: Streams
) -> NDArray[np.int64]:
    bits = np.zeros(len(age), dtype=np.int64)
    for position, (name, condition) in enumerate(population.conditions.items()):
        has = streams.uniforms(f"condition/{name}", len(age)) < condition.prevalence.value
        if condition.women_under_50_only:
            has &= is_female & (age < FIFTY_YEARS)
        bits |= has.astype(np.int64) << position
    return bits


def _cut_normal(u: FloatArray, mean: float, sd: float, low: float, high: float) -> FloatArray:
    """Return quantiles of a normal distribution cut to [low, high]."""
    from scipy.special import ndtr, ndtri  # noqa: PLC0415

    if sd <= 0:
        return np.full(len(u), min(max(mean, low), high))
    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    return np.asarray(np.clip(mean + sd * ndtri(below + u * (above - below)), low, high), dtype=np.float64)


def _failed_trials(population: Population, u: FloatArray) -> NDArray[np.int64]:
    """Return 1 plus a negative binomial number, or a Poisson number when it has no extra spread.

    A mean below 1 gives none or one; a spread of 0 gives all the same.
    """
    from scipy.special import betainc, pdtr  # noqa: PLC0415  scipy.stats has both, but takes long to import

    mean = population.failed_trials_mean.value - 1
    variance = population.failed_trials_sd.value**2
    if mean <= 0:
        return (u < 1 + mean).astype(np.int64)
    if variance == 0:
        return np.full(len(u), round(1 + mean))
    most = math.ceil(mean + MOST_SPREADS * math.sqrt(max(variance, mean)))
    numbers = np.arange(most + 1)
    if variance <= mean:
        passed = pdtr(numbers, mean)
    else:
        passed = betainc(mean**2 / (variance - mean), numbers + 1, mean / variance)
    return np.asarray(1 + np.searchsorted(passed, u), dtype=np.int64)


def _referrals(arrivals: tuple[ArrivalPeriod, ...] | None, n: int, streams: Streams) -> NDArray[np.int64]:
    """Return referral times: all on day 0, or a Poisson process with piecewise constant rate."""
    if arrivals is None:
        return np.zeros(n, dtype=np.int64)
    from_the_first = replace(streams, first=0)
    passed = np.cumsum(from_the_first.exponentials("arrival", streams.first + n))[streams.first :]
    starts = np.array([period.from_day for period in arrivals], dtype=np.float64)
    per_day = np.array([period.per_week for period in arrivals]) / DAYS_PER_WEEK
    expected = np.append(0.0, np.cumsum(np.diff(starts) * per_day[:-1]))
    period = np.searchsorted(expected, passed, side="right") - 1
    days = starts[period] + (passed - expected[period]) / per_day[period]
    return np.asarray(np.rint(days * MINUTES_PER_DAY), dtype=np.int64)
