"""Attributes follow their stated distributions, and one patient's parameter never moves another's draw."""

from __future__ import annotations

import numpy as np
import pytest
from builders import Tree, set_value

from sim.domain.cohort import Cohort
from sim.domain.events import NEVER, Event
from sim.domain.scenario import Scenario
from sim.engine.cohort import draw_cohort
from sim.engine.event_log import sealed
from sim.engine.luck import draw_luck
from sim.streams import Streams

N = 20_000


def cohort_of(tree: Tree) -> Cohort:
    tree["run"]["n_patients"] = N
    scenario = Scenario.model_validate(tree)
    return draw_cohort(scenario, Streams(seed=4, replication=0), scenario.run.n_patients)


def is_near(values: np.ndarray, mean: float) -> bool:
    return bool(abs(values.mean() - mean) < 4 * values.std() / np.sqrt(values.size))


def test_ages_and_scores_stay_within_their_limits_around_their_means(tiny_tree: Tree) -> None:
    cohort = cohort_of(tiny_tree)
    assert cohort.age_years.min() >= 18
    assert cohort.severity.min() >= 20
    assert is_near(cohort.severity, 32.11)  # a normal of 32 and 5 cut at 20 and 60 has mean 32.11


def test_shares_of_women_payers_and_conditions_are_the_stated_ones(tiny_tree: Tree) -> None:
    cohort = cohort_of(tiny_tree)
    assert is_near(cohort.is_female.astype(float), 0.6)
    assert is_near((cohort.payer == 0).astype(float), 0.7)
    assert is_near((cohort.conditions & 1 > 0).astype(float), 0.03)
    assert is_near((cohort.conditions & 2 > 0).astype(float), 0.1)


def test_distances_are_lognormal_around_the_median(tiny_tree: Tree) -> None:
    logs = np.log(cohort_of(tiny_tree).distance_miles)
    assert is_near(logs, float(np.log(10)))
    assert abs(logs.std() - 0.8) < 4 * 0.8 / np.sqrt(2 * N)


@pytest.mark.parametrize(("mean", "sd"), [(3, 2.5), (3, 1), (1, 0)])
def test_failed_trials_have_the_stated_mean_and_are_at_least_one(
    tiny_tree: Tree, mean: float, sd: float
) -> None:
    set_value(tiny_tree, "population.failed_trials_mean", mean)
    set_value(tiny_tree, "population.failed_trials_sd", sd)
    trials = cohort_of(tiny_tree).failed_trials
    assert trials.min() == 1
    assert is_near(trials.astype(float), mean) or (trials == mean).all()


def test_a_spread_of_zero_gives_everybody_the_same_age(tiny_tree: Tree) -> None:
    set_value(tiny_tree, "population.age.sd", 0)
    assert set(cohort_of(tiny_tree).age_years) == {45.0}


def test_only_younger_women_are_pregnant(tiny_tree: Tree) -> None:
    conditions = tiny_tree["population"]["conditions"]
    conditions["pregnancy"] = conditions["psychosis"] | {"label": "pregnancy", "women_under_50_only": True}
    set_value(tiny_tree, "population.conditions.pregnancy.prevalence", 1)
    cohort = cohort_of(tiny_tree)
    is_pregnant = cohort.conditions & 4 > 0
    assert np.array_equal(is_pregnant, cohort.is_female & (cohort.age_years < 50))


def test_referrals_follow_the_weekly_rates_of_their_periods(tiny_tree: Tree) -> None:
    tiny_tree["population"]["arrivals"] = [
        {"from_day": 0, "per_week": 70},
        {"from_day": 700, "per_week": 140},
    ]
    days = cohort_of(tiny_tree).referral_minutes / 1440
    assert (np.diff(days) >= 0).all()
    early = (days < 700).sum()
    assert abs(early - 7_000) < 4 * np.sqrt(7_000)
    later = ((days >= 700) & (days < 1_000)).sum()
    assert abs(later - 6_000) < 4 * np.sqrt(6_000)


def test_a_higher_prevalence_only_adds_patients_with_the_condition(tiny_tree: Tree) -> None:
    few = cohort_of(tiny_tree)
    set_value(tiny_tree, "population.conditions.hypertension.prevalence", 0.3)
    many = cohort_of(tiny_tree)
    assert ((few.conditions & 2) <= (many.conditions & 2)).all()
    assert np.array_equal(few.conditions & 1, many.conditions & 1)
    assert np.array_equal(few.severity, many.severity)


def dead_by_the_horizon(tree: Tree) -> np.ndarray:
    tree["run"]["n_patients"] = N
    scenario, streams = Scenario.model_validate(tree), Streams(seed=4, replication=0)
    cohort = draw_cohort(scenario, streams, scenario.run.n_patients)
    return draw_luck(scenario, cohort, streams).background_death < NEVER


def test_deaths_in_a_year_are_those_of_the_life_table_times_the_relative_risk(tiny_tree: Tree) -> None:
    for sex in ("male", "female"):
        tiny_tree["illness"]["mortality"][sex]["values"] = [0.02] * 13
    set_value(tiny_tree, "illness.mortality.relative_risk", 1.5)
    assert is_near(dead_by_the_horizon(tiny_tree).astype(float), 1 - 0.98**1.5)


def test_the_chance_of_dying_at_an_exact_age_is_that_of_the_year_that_follows(tiny_tree: Tree) -> None:
    tiny_tree["run"]["n_patients"] = N
    set_value(tiny_tree, "population.age.sd", 0)
    set_value(tiny_tree, "illness.mortality.relative_risk", 1)
    for sex in ("male", "female"):
        tiny_tree["illness"]["mortality"][sex] |= {"at": [45, 46, 47], "values": [0.02, 0.2, 0.2]}
    assert is_near(dead_by_the_horizon(tiny_tree).astype(float), 0.02)


def test_nobody_dies_of_the_background_where_the_life_table_says_so(tiny_tree: Tree) -> None:
    for sex in ("male", "female"):
        tiny_tree["illness"]["mortality"][sex]["values"] = [0.0] * 13
    assert not dead_by_the_horizon(tiny_tree).any()


def test_a_log_whose_time_runs_backwards_is_refused() -> None:
    rows = [
        (5, 0, Event.REFERRED, -1, -1, 0, 0, 0.0, 0.0, 0),
        (4, 7, Event.HORIZON, -1, -1, 0, 0, 0.0, 0.0, 0),
    ]
    with pytest.raises(ValueError, match="patient 7: log time must not run backwards, got 4 minutes"):
        sealed(rows)
