"""Outcomes of simulated exponential lives against closed forms: within 4 errors, errors below 2 %."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from sim.domain.cohort import Cohort
from sim.domain.economics import CATEGORIES, Category
from sim.domain.events import LOG_DTYPE, Event, Outcome
from sim.domain.scenario import Scenario
from sim.outcomes.account import account
from sim.outcomes.discounting import discount_factors
from sim.outcomes.survival import kaplan_meier

YEARS, HAZARD, RATE = 4, 0.7, 0.05
N_REPLICATIONS, N_PATIENTS = 30, 400
MINUTES_PER_YEAR = 365.25 * 1440
ILL, WELL = 30.0, 5.0


@pytest.fixture(scope="module")
def closed_forms():
    spec = importlib.util.spec_from_file_location("closed_forms", Path(__file__).with_name("closed_forms.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def four_years(tiny_tree):
    return Scenario.model_validate(tiny_tree | {"horizon_years": YEARS})


def _cohort(n_patients):
    zeros = np.zeros(n_patients)
    whole = zeros.astype(np.int64)
    return Cohort(whole, zeros + 40, whole > 0, zeros + ILL, whole + 3, zeros + 10, whole, whole)


def _rows(patient, minutes, event, **columns):
    log = np.zeros(len(patient), dtype=LOG_DTYPE)
    log["patient"], log["time"], log["event"], log["treatment"] = patient, minutes, event, -1
    for name, value in columns.items():
        log[name] = value
    return log


def _lives(random, event):
    """Everybody is ill until an exponential time, when ``event`` happens, and followed to the horizon."""
    patient = np.arange(N_PATIENTS)
    horizon = round(YEARS * MINUTES_PER_YEAR)
    moment = np.round(random.exponential(1 / HAZARD, N_PATIENTS) * MINUTES_PER_YEAR).astype(np.int64)
    changes = moment < horizon
    stays = ~changes if event is Event.DIED else np.ones(N_PATIENTS, dtype=bool)
    parts = [
        _rows(patient, 0, Event.REFERRED),
        _rows(patient, 0, Event.SCORE, value=ILL, target=ILL),
        _rows(patient[changes], moment[changes], event, reason=int(Outcome.REMISSION)),
    ]
    if event is Event.IMPROVED_NATURALLY:
        now = moment[changes]
        parts.append(_rows(patient[changes], now, Event.SCORE, value=WELL, target=WELL, until=now))
    parts.append(_rows(patient[stays], horizon, Event.HORIZON))
    log = np.concatenate(parts)
    return log[np.argsort(log["time"], kind="stable")]


def _replicated(scenario, event, measure):
    random = np.random.default_rng(20250101)
    outcomes = [
        account(_lives(random, event), _cohort(N_PATIENTS), scenario, "usual_care")
        for _ in range(N_REPLICATIONS)
    ]
    return np.array([measure(outcome) for outcome in outcomes])


def _discounted(daily):
    return float(daily @ discount_factors(len(daily), RATE))


def _assert_meets(values, theory):
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean() - theory) < 4 * error
    assert error < 0.02 * abs(theory)


def test_discounted_cost_of_two_states_meets_theory(four_years, closed_forms):
    values = _replicated(
        four_years,
        Event.IMPROVED_NATURALLY,
        lambda outcome: _discounted(outcome.cost[CATEGORIES.index(Category.BACKGROUND)]),
    )
    theory = closed_forms.two_state_flow(12_000, 6_000, hazard=HAZARD, discount_rate=RATE, years=YEARS)
    _assert_meets(values, theory)


def test_discounted_qalys_of_two_states_meet_theory(four_years, closed_forms):
    values = _replicated(four_years, Event.IMPROVED_NATURALLY, lambda outcome: _discounted(outcome.qaly))
    theory = closed_forms.two_state_flow(
        0.9 - 0.01 * ILL, 0.9 - 0.01 * WELL, hazard=HAZARD, discount_rate=RATE, years=YEARS
    )
    _assert_meets(values, theory)


def test_discounted_life_years_under_a_constant_hazard_meet_theory(four_years, closed_forms):
    values = _replicated(four_years, Event.DIED, lambda outcome: _discounted(outcome.life_years))
    _assert_meets(values, closed_forms.exponential_stay(HAZARD, RATE, YEARS))


def test_undiscounted_life_years_under_a_constant_hazard_meet_theory(four_years, closed_forms):
    values = _replicated(four_years, Event.DIED, lambda outcome: outcome.life_years.sum())
    _assert_meets(values, closed_forms.exponential_stay(HAZARD, 0.0, YEARS))


def test_depression_free_days_of_two_states_meet_theory(four_years, closed_forms):
    values = _replicated(
        four_years, Event.IMPROVED_NATURALLY, lambda outcome: outcome.clinical["depression_free_days"]
    )
    well_years = YEARS - closed_forms.exponential_stay(HAZARD, 0.0, YEARS)
    _assert_meets(values, 365.25 * well_years)


def test_daily_discounting_meets_continuous_discounting(closed_forms):
    years = 10
    daily = np.full(round(years * 365.25), 1 / 365.25)
    theory = closed_forms.constant_flow(1.0, RATE, len(daily) / 365.25)
    assert _discounted(daily) == pytest.approx(theory, rel=1e-12)


def test_kaplan_meier_meets_exponential_survival_under_censoring(closed_forms):
    random = np.random.default_rng(7)
    estimates = []
    for _ in range(N_REPLICATIONS):
        event, censoring = random.exponential(1 / HAZARD, N_PATIENTS), random.uniform(0, 2, N_PATIENTS)
        estimates.append(kaplan_meier(np.minimum(event, censoring), event <= censoring, np.array([1.0]))[0])
    _assert_meets(np.array(estimates), closed_forms.exponential_survival(HAZARD, 1.0))
