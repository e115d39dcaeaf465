"""Fix each patient's luck before the clock starts: every draw a visit may need, as arrays.

Strategies share the luck, so the same patient meets the same fate wherever the pathways agree.
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
from sim.domain.strategies import Strategy
from sim.domain.treatments import Treatment, Uptake
from sim.engine.cohort import resolvable_conditions
from sim.engine.plan import harm_names, interval_days
from sim.streams import FloatArray, Streams
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY, minutes_from_days

NATURAL_EPISODES = 8
"""Spontaneous improvements a patient may have; at the rates of the literature a third is rare."""
SMALLEST_VARIANCE = 1e-9
TRIALS_OF_RESISTANCE = 2
"""Failed trials from which depression is called resistant; hazards of relapse are given for these."""


@dataclass(frozen=True, slots=True)
class Widths:
    """How many occurrences of each kind of draw the longest pathway can use."""

    sessions: int
    courses: int
    lines: int

    most_misses: int

    @property
    def attempts(self) -> int:
        """Booked sessions: each may be missed so many times in a row."""
        return self.sessions * self.most_misses

    @property
    def episodes(self) -> int:
        """Responses: to each course, and by nature."""
        return self.courses + NATURAL_EPISODES

    @property
    def screening_attempts(self) -> int:
        """Booked screenings: at referral, after a deferral in each line, after each spontaneous episode."""
        return (1 + self.lines + NATURAL_EPISODES) * self.most_misses


@dataclass(frozen=True, slots=True)
class Luck:
    """Everything that chance decides about the patients of one replication.

    Each array has one row per patient; further axes are named in the comments below by the
    occurrence they count. Thresholds are unit exponentials, the rest uniforms.
    """

    allocation: FloatArray
    resolvable: NDArray[np.int64]
    screening_no_show: FloatArray  # attempt
    screening_rebooks: FloatArray  # attempt
    screening_patience: FloatArray  # attempt, minutes
    course_patience: FloatArray  # course, minutes
    uptake: FloatArray  # line
    acceptance: FloatArray  # treatment, chance of accepting
    approval: FloatArray  # line
    improvement: FloatArray  # treatment, course
    natural_improvement: FloatArray  # episode
    natural_threshold: FloatArray  # episode
    relapse_threshold: FloatArray  # episode
    frailty: FloatArray  # treatment, natural course last
    speed: FloatArray  # how far ahead of the onset curve, 0 to 1
    tolerance: FloatArray
    suicide_threshold: FloatArray
    background_death: NDArray[np.int64]  # minute
    session_no_show: FloatArray  # attempt
    session_rebooks: FloatArray  # attempt
    session_dropout: FloatArray  # session
    session_death: FloatArray  # session
    harm: FloatArray  # harm, session
    harm_stop: FloatArray  # session


def widths(scenario: Scenario) -> Widths:
    """Return how many draws of each kind the longest strategy can use."""
    bounds = [_strategy_widths(scenario, strategy) for strategy in scenario.strategies.values()]
    return Widths(
        sessions=max(bound.sessions for bound in bounds),
        courses=max(bound.courses for bound in bounds),
        lines=max(bound.lines for bound in bounds),
        most_misses=scenario.care.most_misses,
    )


def luck_bytes(scenario: Scenario) -> int:
    """Return the memory that the recurring draws of one patient take [bytes]."""
    width = widths(scenario)
    per_session = len(harm_names(scenario)) + 2
    draws = 2 * width.attempts + per_session * width.sessions + len(scenario.treatments) * width.courses
    return draws * np.dtype(np.float64).itemsize


def _strategy_widths(scenario: Scenario, strategy: Strategy) -> Widths:
    sessions = courses = 0
    lines = strategy.lines or ()
    for line in lines:
        again = scenario.care.max_reinductions if line.max_reinductions is None else line.max_reinductions
        keys = [key for key in (line.treatment, line.route_to) if key is not None]
        sessions += max(
            _line_sessions(scenario.treatments[key], again, scenario.horizon_years) for key in keys
        )
        courses += 1 + again
    return Widths(max(sessions, 1), max(courses, 1), max(len(lines), 1), scenario.care.most_misses)


def _line_sessions(treatment: Treatment, again: int, horizon_years: float) -> int:
    induction, maintenance = treatment.induction, treatment.maintenance
    course = induction.n_sessions + induction.n_extension
    if maintenance is None:
        return (1 + again) * course
    course += sum(round(step.sessions.value) for step in maintenance.steps if step.sessions)
    ratio = min(treatment.tolerance.interval_ratio.value, 1) if treatment.tolerance else 1
    shortest = interval_days(int(minutes_from_days(maintenance.steps[-1].interval.value) * ratio))
    return (1 + again) * (course + 1) + math.ceil(horizon_years * DAYS_PER_YEAR / shortest)


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
    n, width = cohort.n_patients, widths(scenario)
    patience = scenario.care.patience.value * MINUTES_PER_DAY
    has_procedure_deaths = any(t.session_mortality.value > 0 for t in scenario.treatments.values())
    return Luck(
        allocation=streams.uniforms("allocation", n),
        resolvable=resolvable_conditions(scenario.population, n, streams),
        screening_no_show=streams.block("screening/no_show", n, width.screening_attempts),
        screening_rebooks=streams.block("screening/rebooks", n, width.screening_attempts),
        screening_patience=patience
        * _exponential(streams.block("screening/patience", n, width.screening_attempts)),
        course_patience=patience * _exponential(streams.block("course/patience", n, width.courses)),
        uptake=streams.block("uptake", n, width.lines),
        acceptance=_acceptance(scenario, cohort),
        approval=streams.block("approval", n, width.lines),
        improvement=_improvement(scenario, n, width.courses, streams),
        natural_improvement=natural_improvement_of(scenario).quantile_of_responders(
            streams.block("natural/improvement", n, NATURAL_EPISODES)
        ),
        natural_threshold=_exponential(streams.block("natural/threshold", n, NATURAL_EPISODES)),
        relapse_threshold=_exponential(streams.block("relapse", n, width.episodes)),
        frailty=_frailty(scenario, cohort, streams.uniforms("frailty", n)),
        speed=scenario.illness.improvement.speed_spread.value * streams.uniforms("speed", n),
        tolerance=streams.uniforms("tolerance", n),
        suicide_threshold=streams.exponentials("suicide", n),
        background_death=_background_death(scenario, cohort, streams.exponentials("background_death", n)),
        session_no_show=streams.block("session/no_show", n, width.attempts),
        session_rebooks=streams.block("session/rebooks", n, width.attempts),
        session_dropout=streams.block("session/dropout", n, width.sessions),
        session_death=streams.block("session/death", n, width.sessions if has_procedure_deaths else 1),
        harm=_harm(scenario, n, width.sessions, streams),
        harm_stop=streams.block("session/harm_stop", n, width.sessions),
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
    columns = []
    for treatment in scenario.treatments.values():
        variance = treatment.durability.frailty_variance.value
        flat = variance < SMALLEST_VARIANCE
        columns.append(by_trials * (np.ones_like(u) if flat else variance * gammaincinv(1 / variance, u)))
    return np.column_stack([*columns, np.ones_like(u)])


def _harm(scenario: Scenario, n: int, sessions: int, streams: Streams) -> FloatArray:
    names = harm_names(scenario)
    block = np.empty((n, max(len(names), 1), sessions))
    for row, name in enumerate(names):
        block[:, row, :] = streams.block(f"harm/{name}", n, sessions)
    return block


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
