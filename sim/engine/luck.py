"""Fix each patient's luck before the clock starts: what takes a logarithm or a quantile, as arrays.

Plain uniforms that recur are looked up during visits, see `sim.engine.draws`. Strategies share the luck, so
the same patient meets the same fate wherever the pathways agree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.effects import improvement_of, natural_improvement_of
from sim.domain.events import NEVER
from sim.domain.parameters import Curve
from sim.domain.scenario import Scenario
from sim.domain.treatments import Uptake
from sim.engine.cohort import resolvable_conditions
from sim.engine.widths import NATURAL_EPISODES, columns_of, widths
from sim.streams import FloatArray, Streams
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY

SMALLEST_VARIANCE = 1e-9
TRIALS_OF_RESISTANCE = 2
"""Failed trials from which depression is called resistant; hazards of relapse are given for these."""


@dataclass(frozen=True, slots=True)
class Luck:
    """Everything that chance decides before the clock about the patients of one replication.

    Each array has one element, or one row, per patient. Thresholds are unit exponentials.

    Parameters
    ----------
    allocation, tolerance : ndarray, shape (n_patients,)
        Uniforms: which part of a mix, and how prone to tolerance.
    resolvable : ndarray of int64, shape (n_patients,)
        Bit set of conditions that re-screening would find settled.
    speed : ndarray, shape (n_patients,)
        How far ahead of the onset curve, 0 to 1.
    suicide_threshold, first_natural_threshold : ndarray, shape (n_patients,)
        Thresholds of suicide and of the first spontaneous response.
    background_death : ndarray of int64, shape (n_patients,)
        Minute of death from other causes.
    fates : ndarray, shape (n_patients, n_columns)
        All that is counted by occurrence, see `sim.engine.widths.Columns`.
    """

    allocation: FloatArray
    tolerance: FloatArray
    resolvable: NDArray[np.int64]
    speed: FloatArray
    suicide_threshold: FloatArray
    first_natural_threshold: FloatArray
    background_death: NDArray[np.int64]
    fates: FloatArray


def draw_luck(scenario: Scenario, cohort: Cohort, streams: Streams) -> Luck:
    """Return the luck of a replication's patients.

    Parameters
    ----------
    scenario : Scenario
        Gives distributions and the widths of recurring draws.
    cohort : Cohort
        The patients.
    streams : Streams
        Random streams of the replication.

    Returns
    -------
    Luck
        One row per patient in every array.
    """
    n = cohort.n_patients
    fates = _fates(scenario, cohort, streams)
    return Luck(
        allocation=streams.uniforms("allocation", n),
        tolerance=streams.uniforms("tolerance", n),
        resolvable=resolvable_conditions(scenario.population, n, streams),
        speed=scenario.illness.improvement.speed_spread.value * streams.uniforms("speed", n),
        suicide_threshold=streams.exponentials("suicide", n),
        first_natural_threshold=fates[:, columns_of(scenario).natural_threshold],
        background_death=_background_death(scenario, cohort, streams.exponentials("background_death", n)),
        fates=fates,
    )


def _fates(scenario: Scenario, cohort: Cohort, streams: Streams) -> FloatArray:
    """Return all luck that is counted by occurrence, in the order of `sim.engine.widths.Columns`."""
    n, width = cohort.n_patients, widths(scenario)
    patience = scenario.care.patience.value * MINUTES_PER_DAY
    return np.column_stack(
        [
            patience * _exponential(streams.block("screening/patience", n, width.screenings)),
            patience * _exponential(streams.block("course/patience", n, width.courses)),
            _acceptance(scenario, cohort),
            _improvement(scenario, n, width.courses, streams).reshape(n, -1),
            natural_improvement_of(scenario).quantile_of_responders(
                streams.block("natural/improvement", n, NATURAL_EPISODES)
            ),
            _exponential(streams.block("natural/threshold", n, NATURAL_EPISODES)),
            _exponential(streams.block("relapse", n, width.episodes)),
            _frailty(scenario, cohort, streams.uniforms("frailty", n)),
        ]
    )


def _exponential(u: FloatArray) -> FloatArray:
    return np.asarray(-np.log1p(-u), dtype=np.float64)


def _acceptance(scenario: Scenario, cohort: Cohort) -> FloatArray:
    columns = [_chance_of_accepting(treatment.uptake, cohort) for treatment in scenario.treatments.values()]
    return np.column_stack(columns) if columns else np.empty((cohort.n_patients, 0))


def _chance_of_accepting(uptake: Uptake, cohort: Cohort) -> FloatArray:
    chance = np.full(cohort.n_patients, uptake.accepts.value)
    bands: Curve | None = uptake.by_distance
    if bands is not None and bands.at is not None:
        band = np.searchsorted(np.asarray(bands.at), cohort.distance_miles, side="right") - 1
        chance *= np.asarray(bands.values)[np.maximum(band, 0)]
    return np.asarray(np.minimum(chance, 1.0), dtype=np.float64)


def _improvement(scenario: Scenario, n: int, courses: int, streams: Streams) -> FloatArray:
    """Return the final improvement by patient, treatment and course.

    A Gaussian copula ties the courses of a patient: z = sqrt(rho) z_patient + sqrt(1 - rho) z_course.
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415

    rho = scenario.illness.improvement.across_courses.value
    own = ndtri(streams.uniforms("responsiveness", n))[:, None]
    z = math.sqrt(rho) * own + math.sqrt(1 - rho) * ndtri(streams.block("response", n, courses))
    u = ndtr(z)
    improvement = np.empty((n, len(scenario.treatments), courses))
    for number, key in enumerate(scenario.treatments):
        improvement[:, number, :] = improvement_of(scenario, key).quantile(u)
    return improvement


def _frailty(scenario: Scenario, cohort: Cohort, u: FloatArray) -> FloatArray:
    """Return the relative hazard of relapse by patient and treatment; the natural course, 1, comes last.

    A gamma frailty of mean 1, times ((1 + failed trials) / (1 + 2)) to a power, times the ratio of those who
    take no drugs where nobody does.
    """
    from scipy.special import gammaincinv  # noqa: PLC0415

    power = scenario.illness.relapse.failed_trials.value
    by_trials = ((1 + cohort.failed_trials) / (1 + TRIALS_OF_RESISTANCE)) ** power
    if not scenario.care.continues_drugs:
        by_trials = by_trials * scenario.illness.relapse.without_drugs.value
    variances = [treatment.durability.frailty_variance.value for treatment in scenario.treatments.values()]
    frailty = {
        variance: by_trials
        * (variance * gammaincinv(1 / variance, u) if variance >= SMALLEST_VARIANCE else 1.0)
        for variance in set(variances)
    }
    return np.column_stack([*(frailty[variance] for variance in variances), np.ones_like(u)])


def _background_death(scenario: Scenario, cohort: Cohort, threshold: FloatArray) -> NDArray[np.int64]:
    """Return the minute of death from all causes but suicide, or NEVER beyond the horizon.

    The chance q of dying within the year that follows an exact age gives that year's hazard,
    -ln(1 - q), interpolated on the logarithm between the ages given.
    """
    mortality = scenario.illness.mortality
    death = np.full(cohort.n_patients, NEVER, dtype=np.int64)
    left = threshold.copy()
    for year in range(math.ceil(scenario.horizon_years)):
        age = cohort.age_years + year
        hazard = np.where(
            cohort.is_female, _hazard_at(mortality.female, age), _hazard_at(mortality.male, age)
        )
        hazard = hazard * mortality.relative_risk.value
        dies = (death == NEVER) & (left < hazard)
        part = np.divide(left, hazard, out=np.zeros_like(left), where=dies)
        minutes = np.ceil((year + part) * DAYS_PER_YEAR * MINUTES_PER_DAY).astype(np.int64)
        death = np.where(dies, cohort.referral_minutes + minutes, death)
        left = np.where(dies, left, left - hazard)
    return death


def _hazard_at(table: Curve, age: FloatArray) -> FloatArray:
    hazard = -np.log1p(-np.asarray(table.values))
    if not hazard.all():
        return np.asarray(np.interp(age, table.at or (), hazard), dtype=np.float64)
    return np.asarray(np.exp(np.interp(age, table.at or (), np.log(hazard))), dtype=np.float64)
