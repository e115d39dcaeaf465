"""Decision analysis against closed forms: normal strategies, conjugate trials, discounted people.

Monte-Carlo results must lie within 4 standard errors of theory, with a standard error below 2 % of it.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import betabinom, norm

from sim.analysis.acceptability import acceptability
from sim.analysis.chance import variance_parts, without_chance
from sim.analysis.draw_table import DrawTable
from sim.analysis.partial_information import evppi, evppi_curves
from sim.analysis.perfect_information import evpi, nested_evpi
from sim.analysis.population_value import people_affected
from sim.analysis.sample_information import Binomial, Normal, evsi, evsi_by_size
from sim.analysis.value_curves import value_curves

N_DRAWS = 30_000
LEAD, MAIN_SD, OTHER_SD = 0.2, 0.8, 0.4
FEW_SHUFFLES = 20


def unit_normal_loss(lead, sd):
    """Value of knowing a normal increment with this mean before choosing: sd phi(z) - |lead| Phi(-z)."""
    z = abs(lead) / sd
    return sd * norm.pdf(z) - abs(lead) * norm.cdf(-z)


def assert_close(value, error, theory, *, largest_error=0.02):
    assert error < largest_error * theory
    assert abs(value - theory) < 4 * error


def additive(seed, n_draws=N_DRAWS):
    """Net benefit of two strategies whose increment is the sum of two normal parameters."""
    main, other = np.random.default_rng(seed).normal(size=(2, n_draws))
    increment = LEAD + MAIN_SD * main + OTHER_SD * other
    return np.column_stack([np.zeros(n_draws), increment]), {"main": main, "other": other}


@pytest.mark.parametrize(("lead", "sd"), [(0.0, 1.0), (0.3, 0.8), (-500.0, 900.0)])
def test_evpi_of_a_normal_increment_is_the_unit_normal_loss(lead, sd):
    middles = (np.arange(N_DRAWS) + 0.5) / N_DRAWS
    increment = lead + sd * norm.ppf(middles)
    found = evpi(np.column_stack([np.zeros(N_DRAWS), increment]))
    assert found.value == pytest.approx(unit_normal_loss(lead, sd), rel=2e-4)  # error of the midpoint rule
    loss = np.maximum(increment, 0) - (lead >= 0) * increment
    assert found.error == pytest.approx(loss.std() / N_DRAWS**0.5, rel=1e-3)


def test_evpi_of_random_draws_agrees_within_its_error():
    table, _ = additive(1)
    found = evpi(table)
    assert_close(found.value, found.error, unit_normal_loss(LEAD, np.hypot(MAIN_SD, OTHER_SD)))


def test_evppi_of_additive_normal_parameters_and_of_their_group():
    table, parameters = additive(2)
    found = evppi(table, parameters, {"both": ["main", "other"]}, n_shuffles=FEW_SHUFFLES)
    both = found["both"]
    assert_close(both.value, both.error, unit_normal_loss(LEAD, np.hypot(MAIN_SD, OTHER_SD)))
    assert_close(found["main"].value, found["main"].error, unit_normal_loss(LEAD, MAIN_SD))
    other = found["other"]  # rarely changes the choice
    assert_close(other.value, other.error, unit_normal_loss(LEAD, OTHER_SD), largest_error=0.06)


def test_evppi_of_a_bent_relation_agrees_with_quadrature():
    main, noise = np.random.default_rng(3).normal(size=(2, N_DRAWS))
    increment = 0.2 + 0.6 * (main**2 - 1) + 0.5 * noise
    found = evppi(np.column_stack([0 * main, increment]), {"main": np.exp(main)}, n_shuffles=FEW_SHUFFLES)
    roots = np.sqrt(1 - 0.2 / 0.6)
    known = quad(lambda z: max(0.2 + 0.6 * (z**2 - 1), 0) * norm.pdf(z), -9, 9, points=[-roots, roots])[0]
    assert_close(found["main"].value, found["main"].error, known - 0.2)


def test_evppi_of_a_product_needs_both_of_its_factors():
    one, other = np.random.default_rng(4).normal(size=(2, N_DRAWS))
    table = np.column_stack([0 * one, 0.1 + one * other])
    found = evppi(table, {"one": one, "other": other}, {"both": ["one", "other"]}, n_shuffles=FEW_SHUFFLES)
    above = np.maximum(table[:, 1], 0) - table[:, 1]
    assert found["both"].value == pytest.approx(above.mean(), rel=0.02)  # known: the table itself
    assert max(found["one"].value, found["other"].value) < 0.02


def test_evppi_over_willingness_to_pay_follows_the_unit_normal_loss():
    effect, cost = np.random.default_rng(5).normal([0.1, 2000], [0.08, 500], (N_DRAWS, 2)).T
    zeros, wtp = np.zeros(N_DRAWS), np.array([10_000.0, 25_000.0, 60_000.0])
    tables = np.column_stack([zeros, cost]), np.column_stack([zeros, effect])
    found = evppi_curves(*tables, wtp, {"effect": effect})["effect"]
    theory = [unit_normal_loss(k * 0.1 - 2000, k * 0.08) for k in wtp]
    np.testing.assert_allclose(found, theory, rtol=0.06)  # 4 standard errors of about 1.5 %


def test_acceptability_of_a_normal_increment_is_its_normal_probability():
    effect, cost = np.random.default_rng(6).normal([0.1, 2000], [0.08, 500], (N_DRAWS, 2)).T
    zeros, wtp = np.zeros(N_DRAWS), np.array([0.0, 10_000.0, 20_000.0, 25_000.0, 50_000.0])
    tables = (np.column_stack([zeros, values])[:, None] for values in (cost, effect))
    curves = value_curves(DrawTable(("a", "b"), *tables, (), np.empty((N_DRAWS, 0))), wtp.tolist())
    theory = norm.cdf((wtp * 0.1 - 2000) / np.hypot(wtp * 0.08, 500))
    assert (np.abs(curves.probability[:, 1] - theory) < 4 * np.sqrt(theory * (1 - theory) / N_DRAWS)).all()
    assert curves.best.tolist()[:2] + curves.best.tolist()[-2:] == [0, 0, 1, 1]
    evpi_there = [one.value for one in curves.evpi]
    np.testing.assert_allclose(curves.loss[np.arange(5), curves.best], evpi_there, rtol=1e-9)


@pytest.mark.parametrize("n", [5, 50, 500])
def test_evsi_of_a_conjugate_normal_trial_follows_the_preposterior_spread(n):
    table, parameters = additive(7)
    sd = 4.0
    trial = {"arm": Normal(LEAD + MAIN_SD * parameters["main"], sd, n)}
    found = evsi(table, trial)
    preposterior = MAIN_SD**2 / np.sqrt(MAIN_SD**2 + sd**2 / n)
    theory = unit_normal_loss(LEAD, preposterior)
    assert_close(found.value, found.error, theory, largest_error={5: 0.06, 50: 0.03, 500: 0.02}[n])
    assert found.ceiling == pytest.approx(unit_normal_loss(LEAD, MAIN_SD), rel=0.06)


def test_evsi_of_two_normal_arms_adds_their_preposterior_variances():
    first, second = np.random.default_rng(8).normal([0.2, 0.0], [0.5, 0.8], (N_DRAWS, 2)).T
    found = evsi(np.column_stack([first, second]), {"a": Normal(first, 3, 30), "b": Normal(second, 3, 30)})
    spread = np.sqrt(sum(sd**4 / (sd**2 + 9 / 30) for sd in (0.5, 0.8)))
    assert_close(found.value, found.error, unit_normal_loss(0.2, spread))


@pytest.mark.parametrize("n", [1, 10, 40, 200])
def test_evsi_of_a_beta_binomial_trial_agrees_with_the_sum_over_its_counts(n):
    alpha, beta, worth, needed = 8, 12, 10_000, 0.41
    random = np.random.default_rng(9)
    response = random.beta(alpha, beta, N_DRAWS)
    table = np.column_stack([random.normal(0, 100, N_DRAWS), worth * (response - needed)])
    found = evsi(table, {"arm": Binomial(response, n)})
    events = np.arange(n + 1)
    increment = worth * ((alpha + events) / (alpha + beta + n) - needed)
    theory = np.sum(betabinom.pmf(events, n, alpha, beta) * np.maximum(increment, 0))
    assert_close(found.value, found.error, theory, largest_error={1: 0.06}.get(n, 0.03))


def test_evsi_rises_with_the_size_to_the_value_of_knowing():
    table, parameters = additive(10, 20_000)
    trial = {"arm": Normal(LEAD + MAIN_SD * parameters["main"], 4.0, 1)}
    found = evsi_by_size(table, trial, [5, 20, 80, 320, 1280, 10**7])
    spread = MAIN_SD**2 / np.sqrt(MAIN_SD**2 + 16 / found.sizes)
    assert (np.abs(found.value - unit_normal_loss(LEAD, spread)) < 4 * found.error).all()
    assert (np.diff(found.value) > 0).all()
    assert found.value[-1] == pytest.approx(found.ceiling, rel=0.01)


@pytest.mark.parametrize("n_inner", [2, 3, 8])
def test_nested_evpi_has_the_expectation_that_theory_gives_it(n_inner):
    lead, parameter_sd, chance_sd = 0.4, 1.0, 1.2
    random = np.random.default_rng(n_inner)
    expected = lead + parameter_sd * random.normal(size=(20_000, 1))
    increment = expected + chance_sd * random.normal(size=(20_000, n_inner))
    found = nested_evpi(np.stack([np.zeros_like(increment), increment], axis=2))

    def as_if(runs):
        return unit_normal_loss(lead, np.hypot(parameter_sd, chance_sd / np.sqrt(runs)))

    half = n_inner // 2
    theory = 2 * as_if(n_inner) - (half * as_if(half) + (n_inner - half) * as_if(n_inner - half)) / n_inner
    truth = unit_normal_loss(lead, parameter_sd)
    assert abs(found.value - theory) < 4 * found.error
    assert found.error < 0.03 * truth
    assert abs(theory - truth) < 0.3 * (as_if(n_inner) - truth)  # what the correction leaves of the bias
    assert found.uncorrected > found.value


def test_normal_results_lose_their_chance_entirely():
    lead, parameter_sd, chance_sd = 0.4, 1.0, 2.0
    random = np.random.default_rng(12)
    expected = lead + parameter_sd * random.normal(size=(30_000, 1))
    increment = expected + chance_sd * random.normal(size=(30_000, 4))
    table = np.stack([0 * increment, increment], axis=2)
    cleaned = without_chance(table)
    found = evpi(cleaned, observed=table.mean(axis=1))
    assert_close(found.value, found.error, unit_normal_loss(lead, parameter_sd))
    theory = norm.cdf(lead / parameter_sd)
    assert acceptability(cleaned)[1] == pytest.approx(theory, abs=4 * np.sqrt(theory * (1 - theory) / 30_000))


@pytest.mark.parametrize(("lead", "chance_sd"), [(0.0, 1500.0), (300.0, 1000.0), (800.0, 1500.0)])
def test_the_error_of_evpi_counts_chance_up_to_half_of_the_variance(lead, chance_sd):
    """300 studies of 1,000 draws x 2 replications, parameter sd 1,000; their spread is known to 4 %.

    Chance makes 33 % to 53 % of the variance between draws; how well it is known is not counted, which is
    less than 15 % of the error there. Without chance in it the error would be a quarter to a half too small.
    """
    random = np.random.default_rng(13)
    found = []
    for _ in range(300):
        increment = lead + 1000 * random.normal(size=(1000, 1)) + chance_sd * random.normal(size=(1000, 2))
        table = np.stack([0 * increment, increment], axis=2)
        found.append(evpi(without_chance(table), observed=table.mean(axis=1)))
    spread = np.std([one.value for one in found], ddof=1)
    assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.15)


def test_variances_are_split_into_parameters_and_chance():
    random, shape = np.random.default_rng(11), (400, 100, 2)
    mixing = np.array([[1.0, 0.5], [0.0, 1.0]])
    parameters = random.normal(size=(400, 1, 2)) @ mixing
    luck = 2 * random.normal(size=shape) @ mixing.T
    found = variance_parts(parameters + luck + 3 * random.normal(size=shape))
    between, of_luck, noise = mixing.T @ mixing, 4 * mixing @ mixing.T, 9 * np.eye(2)
    np.testing.assert_allclose(found.parameters, between, atol=4 * 1.5 * np.sqrt(2 / 400))
    left = of_luck + noise
    np.testing.assert_allclose(found.left, left / 100, atol=0.05 * left.max() / 100)
    difference = np.array([1, -1])
    share = difference @ left @ difference / 100
    assert found.chance_share(0, 1) == pytest.approx(
        share / (share + difference @ between @ difference), rel=0.3
    )


@pytest.mark.parametrize("rate", [0.0, 1e-9, 0.03, 0.2])
@pytest.mark.parametrize(("horizon", "delay"), [(10.0, 0.0), (10.0, 3.5), (0.5, 0.1)])
def test_people_affected_agree_with_quadrature(rate, horizon, delay):
    theory = quad(lambda t: 1200 * (1 + rate) ** -t, delay, horizon, epsabs=0, epsrel=1e-12)[0]
    found = people_affected(1200, horizon, rate, delay_years=delay)
    assert found == pytest.approx(theory, rel=1e-10)
