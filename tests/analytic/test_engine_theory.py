"""The engine against closed forms: within 4 standard errors, and the error below 2 % of the value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import Tree, first_difference, log_of, rows, set_value, unlimited, without_chance_events
from scipy.stats import poisson

from sim.analysis.comparison import compare
from sim.domain.events import Event, Outcome
from sim.domain.scenario import Scenario
from sim.engine.hazards import RAMP_STEPS
from sim.replication import replicate
from sim.results import Results
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY

HAZARD_PER_YEAR = 3.0
PROTECTION = 0.4
INTERVAL_DAYS = 28
N_PATIENTS = 12_000


@pytest.fixture
def responders(tiny_tree: Tree) -> Tree:
    """Everybody gets the infusion without chance events; relapse has one constant hazard."""
    tree = unlimited(without_chance_events(tiny_tree))
    tree["run"]["n_patients"] = N_PATIENTS
    tree["horizon_years"] = 1.5
    tree["care"]["max_reinductions"] = 0
    infusion = tree["treatments"]["infusion"]
    infusion.pop("tolerance")
    infusion["durability"]["relapse_hazard"] |= {"values": [HAZARD_PER_YEAR], "at": [0]}
    set_value(infusion, "durability.frailty_variance", 0)
    infusion["maintenance"]["steps"] = infusion["maintenance"]["steps"][1:]
    for name in ("protects_responders", "protects_remitters"):
        set_value(infusion, f"maintenance.{name}", PROTECTION)
    tree["strategies"]["infusion"]["lines"] = [{"treatment": "infusion"}]
    return tree


def relapse_free(tree: Tree, days: float) -> tuple[float, float, float]:
    """Return the simulated share relapse-free, its standard error, and the days maintenance began early."""
    log = log_of(tree, "infusion")
    assessed = rows(log, Event.ASSESSED, course=0)
    assessed = assessed[assessed["reason"] >= Outcome.RESPONSE]
    relapsed = {int(row["patient"]): int(row["time"]) for row in rows(log, Event.RELAPSED)[::-1]}
    times = np.array([relapsed.get(int(row["patient"]), 2**60) - row["time"] for row in assessed])
    share = float(np.mean(times > days * MINUTES_PER_DAY))
    lag = tree["treatments"]["infusion"]["induction"]["assessment_lag"]["value"]
    return share, float(np.sqrt(share * (1 - share) / len(times))), lag


def check(simulated: float, error: float, theory: float) -> None:
    assert abs(simulated - theory) < 4 * error
    assert error < 0.02 * theory


def test_relapse_free_survival_on_time_is_exponential_with_the_protected_hazard(responders: Tree) -> None:
    simulated, error, _ = relapse_free(responders, days=182)
    check(simulated, error, float(np.exp(-HAZARD_PER_YEAR * PROTECTION * 182 / DAYS_PER_YEAR)))


def test_relapse_free_survival_without_maintenance_is_exponential(responders: Tree) -> None:
    responders["treatments"]["infusion"].pop("maintenance")
    simulated, error, _ = relapse_free(responders, days=91)
    check(simulated, error, float(np.exp(-HAZARD_PER_YEAR * 91 / DAYS_PER_YEAR)))


def test_relapse_free_survival_falls_with_gamma_frailty_as_its_closed_form_says(responders: Tree) -> None:
    responders["treatments"]["infusion"].pop("maintenance")
    set_value(responders, "treatments.infusion.durability.frailty_variance", 0.8)
    simulated, error, _ = relapse_free(responders, days=91)
    hazard = HAZARD_PER_YEAR * 91 / DAYS_PER_YEAR
    check(simulated, error, float((1 + 0.8 * hazard) ** (-1 / 0.8)))


def test_relapse_of_remitters_and_by_failed_trials_has_the_stated_hazard_ratios(responders: Tree) -> None:
    responders["treatments"]["infusion"].pop("maintenance")
    set_value(responders, "illness.relapse.remitters", 0.4)
    set_value(responders, "illness.relapse.failed_trials", 0.9)
    set_value(responders, "population.failed_trials_mean", 5)
    set_value(responders, "population.failed_trials_sd", 0)
    log = log_of(responders, "infusion")
    assessed = rows(log, Event.ASSESSED, course=0)
    relapsed = {int(row["patient"]): int(row["time"]) for row in rows(log, Event.RELAPSED)[::-1]}
    for outcome, ratio in ((Outcome.RESPONSE, 1.0), (Outcome.REMISSION, 0.4)):
        group = assessed[assessed["reason"] == outcome]
        times = np.array([relapsed.get(int(row["patient"]), 2**60) - row["time"] for row in group])
        share = float(np.mean(times > 30 * MINUTES_PER_DAY))
        hazard = HAZARD_PER_YEAR * ratio * (6 / 3) ** 0.9
        check(
            share,
            float(np.sqrt(share * (1 - share) / len(times))),
            float(np.exp(-hazard * 30 / DAYS_PER_YEAR)),
        )


def test_overdue_maintenance_fades_to_no_protection_over_one_interval(responders: Tree) -> None:
    set_value(responders, "treatments.infusion.dropout.per_maintenance_session", 1)
    days = 140
    simulated, error, lag = relapse_free(responders, days=days)
    # One maintenance session is held; the next would be due an interval later and never comes.
    on_time = 2 * INTERVAL_DAYS - lag
    steps = [PROTECTION + (1 - PROTECTION) * (2 * step + 1) / (2 * RAMP_STEPS) for step in range(RAMP_STEPS)]
    fading = INTERVAL_DAYS * float(np.mean(steps))
    exposure = PROTECTION * on_time + fading + (days - on_time - INTERVAL_DAYS)
    check(simulated, error, float(np.exp(-HAZARD_PER_YEAR * exposure / DAYS_PER_YEAR)))


def stationary_wait_days(per_day: float, places: int) -> float:
    """Return the mean wait of a queue with Poisson referrals and ``places`` appointments a day.

    With X waiting in the morning, R = max(X - places, 0) are left in the evening and the next morning
    finds R + A. The j-th referral of a day has R + j - 1 people ahead and waits (R + j - 1) // places days.
    The stationary R is solved numerically on a truncated state space.
    """
    size = 400
    arrivals = poisson.pmf(np.arange(size), per_day)
    left = np.zeros(size)
    left[0] = 1
    for _ in range(20_000):
        morning = np.convolve(left, arrivals)[:size]
        evening = np.zeros(size)
        evening[0] = morning[: places + 1].sum()
        evening[1 : size - places] = morning[places + 1 :]
        if np.abs(evening - left).max() < 1e-15:
            break
        left = evening / evening.sum()
    at_least = 1 - np.cumsum(arrivals) + arrivals
    ahead = np.arange(size)
    return sum(float(at_least[j + 1] * (left * ((ahead + j) // places)).sum()) for j in range(60)) / per_day


@pytest.mark.slow
def test_wait_for_screening_equals_the_markov_chain_of_a_clinic_with_daily_places(
    tiny_tree: Tree, quickest_clock: str
) -> None:
    per_day, places = 2.4, 3
    tree: dict[str, Any] = without_chance_events(tiny_tree)
    tree["horizon_years"] = 0.2
    tree["population"]["arrivals"] = [{"from_day": 0, "per_week": per_day * 7}]
    tree["run"]["n_patients"] = 11_000
    tree["resources"]["chairs"] |= {"units": places, "open_minutes": [60] * 7}
    for treatment in tree["treatments"].values():
        set_value(treatment, "uptake.accepts", 0)
    assert first_difference(log_of(tree, "infusion", clock=quickest_clock), log_of(tree, "infusion")) == ""
    means = []
    for replication in range(24):
        screened = rows(log_of(tree, "infusion", replication, quickest_clock), Event.SCREENED)
        settled = screened[screened["patient"] >= 1_000]
        means.append(np.mean(settled["time"] - settled["until"]) / MINUTES_PER_DAY)
    error = float(np.std(means, ddof=1) / np.sqrt(len(means)))
    theory = stationary_wait_days(per_day, places)
    assert abs(np.mean(means) - theory) < 4 * error
    assert error < 0.02 * theory


@pytest.fixture
def two_states(tiny_tree: Tree) -> Tree:
    """Usual care alone: depressed until a spontaneous response that lasts; suicide at one rate."""
    tree = without_chance_events(tiny_tree)
    tree["run"]["n_patients"] = 4_000
    tree["horizon_years"] = 5
    tree["strategies"] = {"usual_care": tree["strategies"]["usual_care"]}
    natural = tree["illness"]["natural"]
    set_value(natural, "improvement_hazard", 0.4)
    set_value(natural, "relapse_hazard", 0)
    set_value(natural, "improvement_days", 0)
    for state in ("response", "remission"):
        set_value(tree, f"illness.background_cost.{state}", 4_000)
    set_value(tree, "illness.background_cost.depressed", 20_000)
    return tree


def per_replication(tree: Tree, column: str, replications: int = 12) -> tuple[float, float]:
    """Return the mean of a column of the comparison over replications and its standard error."""
    scenario = Scenario.model_validate(tree)
    parts = [replicate(scenario, replication) for replication in range(replications)]
    row = compare(Results.combine(parts)).iloc[0]
    return float(row[column]), float(row[f"{column}_se"])


def discounted_time(rate: float, years: float) -> float:
    """Return the discounted years of one who leaves at a constant rate: the integral of exp(-(rate + d) t)."""
    force = float(np.log(1.03)) + rate
    return (1 - float(np.exp(-force * years))) / force


def test_the_discounted_cost_of_a_two_state_patient_is_its_closed_form(two_states: Tree) -> None:
    depressed = discounted_time(0.4, 5)
    theory = 20_000 * depressed + 4_000 * (discounted_time(0, 5) - depressed)
    cost, error = per_replication(two_states, "cost")
    check(cost, error, theory)


def test_the_discounted_qalys_of_a_patient_at_a_constant_hazard_of_death_are_their_closed_form(
    two_states: Tree,
) -> None:
    set_value(two_states, "illness.utility.at_zero", 0.7)
    set_value(two_states, "illness.utility.per_point", 0)
    for state in ("depressed", "response", "remission"):
        set_value(two_states, f"illness.mortality.suicide.{state}", 0.2)
    qaly, error = per_replication(two_states, "qaly")
    check(qaly, error, 0.7 * discounted_time(0.2, 5))
    life_years, error = per_replication(two_states, "life_years")
    check(life_years, error, discounted_time(0.2, 5))
