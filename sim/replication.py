"""One replication from end to end: simulate each strategy, then account for, or measure, what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.domain.columns import CLINICAL_VALUES
from sim.domain.effects import response_of_starters
from sim.domain.measures import Measure
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import value_at
from sim.engine.clocks import SIMPY
from sim.engine.parts import parts_of
from sim.engine.simulate import event_log, event_logs, prepare
from sim.outcomes.account import account, outcome_of, tally
from sim.outcomes.discounting import discount_factors
from sim.outcomes.follow_up import year_bounds
from sim.outcomes.frames import Accounted, results_of
from sim.outcomes.history import FloatArray, read_history
from sim.outcomes.mean_scores import mean_scores
from sim.outcomes.measures import Arm, Estimate, measured
from sim.outcomes.patient_totals import PatientTotals, joined_totals, patient_totals
from sim.outcomes.study_curves import CourseDays, StudyCurve, course_days, study_curves
from sim.outcomes.tally import Tally, merged
from sim.results import Results
from sim.units import DAYS_PER_WEEK, DAYS_PER_YEAR
from sim.worlds.sums import Worlds

WEEKLY_FROM_DAYS = 28
"""Days since the first session from which on scores are told once a week; before, every day."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What a study scenario gives.

    Parameters
    ----------
    study : str
        Name of the scenario.
    estimates : dict
        Measured figure by key of its target.
    curves : dict
        By strategy, the score of starters by days since their first session, as
        `sim.outcomes.mean_scores.mean_scores` returns it.
    lines : list of StudyCurve
        Shares over time, counted as the published ones were.
    course_days : dict
        By strategy, when its first course usually reaches its moments.
    """

    study: str
    estimates: dict[str, Estimate]
    curves: dict[str, dict[str, FloatArray]]
    lines: list[StudyCurve] = field(default_factory=list)
    course_days: dict[str, CourseDays] = field(default_factory=dict)


def replicate(scenario: Scenario, replication: int, clock: str = SIMPY, *, patients: bool = False) -> Results:
    """Return the results of one replication of every strategy.

    Parameters
    ----------
    scenario, replication, clock, patients
        As for `accounts`.

    Returns
    -------
    Results
        Frames with one row per strategy (and day, week or category); no event log is kept.
    """
    return results_of(scenario, accounts(scenario, replication, clock, patients=patients))


def accounts(
    scenario: Scenario, replication: int, clock: str = SIMPY, *, patients: bool = False
) -> list[Accounted]:
    """Return what every strategy achieved and cost in one replication.

    Where nobody has to wait for anybody, the cohort is simulated in parts whose logs are dropped once they
    are accounted for, so that memory does not grow with it.

    Parameters
    ----------
    scenario : Scenario
        What to simulate.
    replication : int
        Number of the replication, from 0; with the scenario's seed it fixes all luck.
    clock : str
        `sim.engine.clocks.SIMPY` or `COMPILED`; results do not depend on it.
    patients : bool
        True keeps what every single patient cost and gained, for subgroups.

    Returns
    -------
    list of Accounted
        For `sim.outcomes.frames.results_of`; no event log is kept.
    """
    counted: dict[str, Tally] = {}
    singly: dict[str, list[PatientTotals]] = {strategy: [] for strategy in scenario.strategies}
    for part in parts_of(scenario):
        prepared = prepare(scenario, replication, part)
        for strategy in scenario.strategies:
            log, cohort = event_log(prepared, strategy, clock), prepared.cohort
            more = tally(log, cohort, scenario, strategy)
            counted[strategy] = merged((counted[strategy], more)) if strategy in counted else more
            if patients:
                history = read_history(log, cohort.n_patients)
                singly[strategy].append(patient_totals(history, cohort, scenario, strategy))
    return [
        Accounted(
            replication,
            outcome_of(counted[strategy], scenario),
            joined_totals(singly[strategy]) if patients else None,
        )
        for strategy in scenario.strategies
    ]


def world_sums(
    scenario: Scenario, parameters: Sequence[str], world: int, replication: int, clock: str = SIMPY
) -> Worlds:
    """Return what every strategy costs and achieves in one world and replication.

    Parameters
    ----------
    scenario : Scenario
        The scenario with the values of that world.
    parameters : sequence of str
        Paths whose values are noted.
    world, replication : int
        Number of the world, and of the patients it meets.
    clock : str
        As for `replicate`.

    Returns
    -------
    Worlds
        Arrays with one row; no event log is kept.
    """
    outcomes = [
        account(log, cohort, scenario, strategy)
        for strategy, log, cohort in event_logs(scenario, replication, clock)
    ]
    n_days = max(outcome.cost.shape[-1] for outcome in outcomes)
    money = discount_factors(n_days, scenario.economics.discount_rate_costs)
    health = discount_factors(n_days, scenario.economics.discount_rate_effects)
    years = year_bounds(n_days)[:-1]

    def by_year(name: str, factors: FloatArray | None = None) -> FloatArray:
        flows = np.array([getattr(outcome, name) for outcome in outcomes])
        return np.add.reduceat(flows if factors is None else flows * factors, years, axis=-1)[np.newaxis]

    return Worlds(
        parameters=tuple(parameters),
        strategies=tuple(outcome.strategy for outcome in outcomes),
        treatments=tuple(scenario.treatments),
        world=np.array([world]),
        replication=np.array([replication]),
        values=np.array([[value_at(scenario, path) for path in parameters]], dtype=np.float64),
        response=np.array([[response_of_starters(scenario, key) for key in scenario.treatments]]),
        cost=by_year("cost"),
        covered=by_year("covered"),
        cost_discounted=by_year("cost", money),
        covered_discounted=by_year("covered", money),
        qaly=by_year("qaly"),
        life_years=by_year("life_years"),
        qaly_discounted=by_year("qaly", health),
        life_years_discounted=by_year("life_years", health),
        clinical=np.array([[[outcome.clinical[name] for name in CLINICAL_VALUES] for outcome in outcomes]]),
    )


def observe(scenario: Scenario, wanted: Mapping[str, tuple[str, Measure]], clock: str = SIMPY) -> Observed:
    """Return what was measured in the first replication of a study scenario.

    Parameters
    ----------
    scenario : Scenario
        What to simulate, with ``run.n_patients`` patients.
    wanted : mapping
        Key of each target to the strategy it is measured in and the measure.
    clock : str
        As for `replicate`.

    Returns
    -------
    Observed
        Estimates by key, mean scores by strategy and shares over time; no event log is kept.
    """
    arms = {
        strategy: Arm(read_history(log, cohort.n_patients), cohort, scenario)
        for strategy, log, cohort in event_logs(scenario, 0, clock)
    }
    days = score_days(scenario.horizon_years)
    asked = {
        strategy: [measure for reported, measure in wanted.values() if reported == strategy]
        for strategy in arms
    }
    return Observed(
        study=scenario.name,
        estimates={key: measured(measure, strategy, arms) for key, (strategy, measure) in wanted.items()},
        curves={strategy: mean_scores(arm, days) for strategy, arm in arms.items()},
        lines=[line for key, arm in arms.items() for line in study_curves(key, arm, asked[key])],
        course_days={strategy: course_days(arm) for strategy, arm in arms.items()},
    )


def score_days(horizon_years: float) -> FloatArray:
    """Return the days since the first session at which scores are told.

    Parameters
    ----------
    horizon_years : float
        Follow-up [years].

    Returns
    -------
    ndarray, shape (n_days,)
        Rising, from 0 to the horizon [days].

    Examples
    --------
    >>> score_days(0.15)[[0, 1, 27, 28, 29, -1]].tolist()
    [0.0, 1.0, 27.0, 28.0, 35.0, 49.0]
    """
    horizon = horizon_years * DAYS_PER_YEAR
    later = np.arange(WEEKLY_FROM_DAYS, horizon + 1, DAYS_PER_WEEK)
    days = np.concatenate([np.arange(WEEKLY_FROM_DAYS), later]).astype(np.float64)
    return days[days <= horizon]
