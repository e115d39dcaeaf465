"""EVPPI and EVSI: noise floor, errors, ties, constants, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from scipy.stats import norm

from sim.analysis.information_ranking import rank
from sim.analysis.net_benefit import gains
from sim.analysis.partial_information import PartialInformation, evppi, evppi_curves, fit_by
from sim.analysis.sample_information import Binomial, Normal, best_size, enbs, evsi, evsi_by_size
from sim.analysis.smoothing import N_BASIS, group_smoother, normal_scores, smoothers
from sim.errors import AnalysisError

N = 400


@pytest.fixture
def random():
    return np.random.default_rng(20250101)


def _table(increment):
    return np.column_stack([np.zeros(len(increment)), increment])


def test_unrelated_parameters_stay_below_the_floor_in_nineteen_cases_of_twenty(random):
    table = _table(0.05 + random.normal(size=N))
    unrelated = {f"p{number}": random.normal(size=N) for number in range(1000)}
    found = evppi(table, unrelated, n_shuffles=2000)
    above = sum(one.exceeds_floor for one in found.values())
    assert abs(above - 50) < 4 * np.sqrt(1000 * 0.05 * 0.95 * (1 + 1000 / 2000))  # both samples are finite
    above_most = np.quantile([one.value for one in found.values()], 0.95)
    assert above_most == pytest.approx(found["p0"].floor, rel=0.2)


@pytest.mark.parametrize("levels", [2, 5, 40])
def test_unrelated_parameters_of_few_values_have_a_floor_of_their_own(random, levels):
    table = _table(random.normal(size=N))
    above = [
        evppi(table, {"p": random.integers(0, levels, N).astype(float)}, n_shuffles=60, seed=seed)[
            "p"
        ].exceeds_floor
        for seed in range(40)
    ]
    assert sum(above) < 40 * 0.05 + 4 * np.sqrt(40 * 0.05 * 0.95)


def test_a_parameter_that_matters_stands_out_and_is_named_first(random):
    parameters = {f"p{number}": random.normal(size=N) for number in range(20)}
    found = evppi(_table(parameters["p7"] + random.normal(size=N)), parameters)
    first, second, *_ = rank(found)
    assert (first.name, first.exceeds_floor) == ("p7", True)
    assert first.false_discovery_rate == pytest.approx(20 / 2001)
    assert first.value > second.value
    assert found["p7"].chance == pytest.approx(1 / 2001)


def test_ranks_keep_the_order_of_equal_values_and_adjust_chance_for_their_number():
    found = {
        name: PartialInformation(value, 0.1, 1.0, chance, value > 1)
        for name, value, chance in [("a", 0.0, 1.0), ("b", 3.0, 0.02), ("c", 0.0, 0.9), ("d", 2.0, 0.01)]
    }
    ranks = rank(found)
    assert [one.name for one in ranks] == ["b", "d", "a", "c"]
    assert [one.false_discovery_rate for one in ranks] == pytest.approx([0.04, 0.04, 1, 1])
    assert [one.exceeds_floor for one in ranks] == [True, True, False, False]


def test_the_standard_error_agrees_with_repetitions(random):
    fits = []
    for _ in range(200):
        parameter, noise = random.normal(size=(2, N))
        fits.append(fit_by(smoothers([parameter])[0], gains(_table(0.3 + 0.7 * parameter + 0.5 * noise))))
    spread = np.std([fit.value for fit in fits], ddof=1)
    assert np.mean([fit.error for fit in fits]) == pytest.approx(spread, rel=0.2)


def test_the_same_seed_gives_the_same_floor_and_another_another(random):
    table, parameters = _table(random.normal(size=N)), {"p": random.normal(size=N)}
    first, again, other = (evppi(table, parameters, n_shuffles=30, seed=seed)["p"] for seed in (1, 1, 2))
    assert first == again
    assert first.floor != other.floor
    assert first.value == other.value


def test_parameters_that_repeat_little_share_the_floor_of_those_that_do_not_repeat(random):
    """Rounded to 2 decimals no value takes 1 % of draws; their own floor is the same within its error."""
    n = 2000
    noise, known = random.normal(size=(2, n))
    table = _table(noise - noise.mean() + 0.001)
    rounded, coarse = known.round(2), known.round(0)
    found = evppi(table, {"exact": known, "rounded": rounded, "coarse": coarse}, n_shuffles=500)
    assert found["rounded"].floor == found["exact"].floor != found["coarse"].floor
    own = [evppi(table, {"p": rounded}, n_shuffles=250, seed=seed)["p"].floor for seed in range(1, 5)]
    error = np.std(own, ddof=1) * np.sqrt(1 / 4 + 1 / 2)
    assert abs(np.mean(own) - found["exact"].floor) < 4 * error
    assert error < 0.15 * np.mean(own)


def test_what_does_not_vary_is_worth_nothing(random):
    found = evppi(_table(random.normal(size=N)), {"p": np.full(N, 2.0)}, {"all": ["p"]}, n_shuffles=20)
    assert found["p"] == found["all"] == PartialInformation(0, 0, 0, 1, exceeds_floor=False)
    assert not found["p"].exceeds_floor


def test_few_values_are_averaged_by_value(random):
    level = random.integers(0, 3, N)
    increment = np.array([-1.0, 0.2, 2.0])[level] + random.normal(size=N)
    fitted = smoothers([level.astype(float)])[0].fitted(_table(increment))[:, 1]
    np.testing.assert_allclose(fitted, [increment[level == one].mean() for one in level])


@pytest.mark.parametrize("n_values", [N_BASIS, N_BASIS + 1, 60])
def test_repeated_values_get_the_same_prediction(random, n_values):
    values = random.integers(0, n_values, N).astype(float)
    fitted = smoothers([values])[0].fitted(_table(values / n_values + random.normal(size=N)))
    for value in np.unique(values):
        assert np.ptp(fitted[values == value], axis=0) == pytest.approx([0, 0], abs=1e-9)
    np.testing.assert_allclose(fitted.mean(axis=0)[0], 0, atol=1e-12)


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_a_parameter_that_is_often_nothing_can_be_smoothed(random, share):
    values = np.where(random.random(N) < share, 0, random.gamma(2, size=N))
    fitted = smoothers([values])[0].fitted(_table(values))[:, 1]
    assert np.corrcoef(fitted, values)[0, 1] > 0.95


def test_smooth_curves_follow_a_bend_and_leave_a_line_alone(random):
    score = normal_scores(random.normal(size=1000))
    found = smoothers([score])[0].fitted(np.column_stack([3 - 2 * score, np.sin(2 * score)]))
    np.testing.assert_allclose(found[:, 0], 3 - 2 * score, atol=1e-6)
    assert np.abs(found[:, 1] - np.sin(2 * score))[np.abs(score) < 2].max() < 0.1


def test_roughness_is_the_integral_of_squared_second_derivatives(random):
    score = np.sort(normal_scores(random.normal(size=1000)))
    smoother = smoothers([score])[0]
    grid = np.linspace(score[0], score[-1], 20_001)
    bends = CubicSpline(score, smoother.basis)(grid, 2)
    found = 1000 * (bends**2).sum(axis=0) * (grid[1] - grid[0])
    np.testing.assert_allclose(found, smoother.roughness, rtol=0.01, atol=0.01)  # error of the rectangles


def test_overshooting_fits_are_cut_off_at_the_value_of_knowing_everything(random):
    parameter = random.normal(size=N)
    table = _table(np.where(parameter < 0, -1.0, 0.0))  # never better, so nothing is to be known
    assert smoothers([parameter])[0].predicted(table).max() > 0.05
    found = evppi(table, {"p": parameter}, n_shuffles=20)["p"]
    assert (found.value, found.floor) == (0, 0)


def test_falls_that_noise_leaves_between_close_sizes_are_leveled(random):
    response, sizes = random.beta(4, 6, N), list(range(40, 50))
    table = _table(1000 * (response - 0.42) + random.normal(size=N) * 300)
    raw = np.array([evsi(table, {"a": Binomial(response, n)}).value for n in sizes])
    leveled = evsi_by_size(table, {"a": Binomial(response, 1)}, sizes).value
    assert np.diff(raw).min() < 0 <= np.diff(leveled).min()
    assert leveled.mean() == pytest.approx(raw.mean())


def test_scores_of_ranks_are_symmetric_and_ties_share_one():
    np.testing.assert_allclose(
        normal_scores(np.array([5.0, 1.0, 9.0])) + normal_scores(np.array([5.0, 9.0, 1.0])), 0, atol=1e-12
    )
    assert len(set(normal_scores(np.array([1.0, 1.0, 4.0, 4.0])).tolist())) == 2


def test_members_of_a_group_may_say_the_same(random):
    one = random.normal(size=N)
    table = _table(one + random.normal(size=N))
    alone = fit_by(smoothers([one])[0], gains(table)).value
    twice = fit_by(group_smoother([one, 2 * one]), gains(table)).value
    assert twice == pytest.approx(alone, rel=0.05)


def test_a_group_is_not_worth_more_for_members_that_do_not_matter(random):
    fitted, predicted = [], []
    for _ in range(20):
        columns = list(random.normal(size=(7, N)))
        gain = gains(_table(0.05 + 0.3 * columns[0] + random.normal(size=N)))
        smoother = group_smoother(columns)
        fitted.append(smoother.fitted(gain).max(axis=1).mean())
        predicted.append(smoother.predicted(gain).max(axis=1).mean())
    theory = 0.3 * norm.pdf(1 / 6) - 0.05 * norm.cdf(-1 / 6)
    assert abs(np.mean(predicted) - theory) < 4 * np.std(predicted) / np.sqrt(20)
    picked_up = np.subtract(fitted, predicted)
    assert picked_up.mean() > 4 * picked_up.std() / np.sqrt(20)


def test_large_groups_are_additive(random):
    columns = list(random.normal(size=(6, N)))
    table = _table(0.1 + columns[0] * columns[1])
    pair = fit_by(group_smoother(columns[:2]), gains(table)).value
    assert fit_by(group_smoother(columns), gains(table)).value < pair / 2


def test_curves_are_the_values_at_each_willingness_to_pay(random):
    cost, effect = _table(random.normal(100, 50, N)), _table(random.normal(0.01, 0.02, N))
    parameters, groups = {"effect": effect[:, 1], "cost": cost[:, 1]}, {"both": ["effect", "cost"]}
    curves = evppi_curves(cost, effect, np.array([0.0, 10_000.0]), parameters, groups)
    at_last = evppi(10_000 * effect - cost, parameters, groups, n_shuffles=20)
    assert {name: curve[1] for name, curve in curves.items()} == {
        name: one.value for name, one in at_last.items()
    }
    assert curves["effect"][0] < curves["cost"][0]


def test_an_arm_counts_events_by_its_own_luck():
    arm = Binomial(np.array([0.0, 0.3, 0.3, 1.0]), 10)
    np.testing.assert_array_equal(arm.observed(np.array([0.9, 0.01, 0.99, 0.01])), [0, 0, 0.7, 1])


def test_an_arm_reports_a_mean_around_what_it_measures():
    np.testing.assert_allclose(
        Normal(np.array([5.0, 5.0]), 2.0, 16).observed(np.array([0.5, 0.975])), [5, 5.98], atol=0.001
    )


def test_a_trial_that_sees_nothing_uncertain_is_worth_nothing(random):
    found = evsi(_table(random.normal(size=N)), {"a": Binomial(np.zeros(N), 50)})
    assert (found.value, found.ceiling) == (0, 0)


def test_the_net_benefit_of_sampling_and_the_best_size():
    sizes, net = np.array([50, 100, 200]), enbs(np.array([1.0, 1.5, 1.6]), 1000, np.array([700, 900, 1300]))
    np.testing.assert_allclose(net, [300, 600, 300])
    assert best_size(sizes, net) == 100
    assert best_size(sizes, net - 600) is None


TWO = _table(np.linspace(-1, 1, N))
P = np.linspace(0, 1, N)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: evppi(TWO[:50], {"p": P[:50]}),
            "EVPPI needs at least two strategies and 100 draws, got 2 and 50",
        ),
        (
            lambda: evppi(TWO, {"p": P[1:]}),
            r"parameter 'p': must have one value for each of 400 draws, got shape \(399,\); give parameters and results",
        ),
        (
            lambda: evppi(TWO, {"p": np.where(P == 1, np.inf, P)}),
            r"parameter 'p' must be finite, got inf in draw 400 \(counted from 1\); correct or drop it",
        ),
        (
            lambda: evppi(TWO, {"p": P}, n_shuffles=19),
            "EVPPI: n_shuffles must be at least 20, got 19; raise it",
        ),
        (
            lambda: evppi(TWO, {"p": P}, {"g": ["p", "q"]}),
            "group 'g': members must be parameters, got 'q'; correct it",
        ),
        (
            lambda: evppi(TWO, {"p": P}, {"g": []}),
            "group 'g': members must be parameters, got none; correct it",
        ),
        (
            lambda: evppi(TWO, {"p": P}, {"p": ["p"]}),
            "group 'p': must not have the name of a parameter; rename it",
        ),
        (
            lambda: evppi_curves(TWO, TWO[:, :1], np.ones(1), {"p": P}),
            "EVPPI: costs and effects must have the same draws and strategies",
        ),
        (lambda: evsi(TWO, {}), "EVSI: a trial must have at least one arm, got none; describe one"),
        (
            lambda: evsi(TWO[:9], {"a": Binomial(P[:9], 5)}),
            "EVSI needs at least two strategies and 100 draws, got 2 and 9",
        ),
        (
            lambda: evsi(TWO, {"a": Binomial(P, 0)}),
            "arm 'a': n must be at least 1, got 0; give people to the arm",
        ),
        (
            lambda: evsi(TWO, {"a": Binomial(P * 2, 5)}),
            r"arm 'a': probability must lie in \[0, 1\], got 1.00\d+; correct it",
        ),
        (lambda: evsi(TWO, {"a": Binomial(P[:7], 5)}), "arm 'a': must have one value for each of 400 draws"),
        (
            lambda: evsi(TWO, {"a": Normal(P, -1.0, 5)}),
            "arm 'a': sd must be finite and at least 0, got -1.0; correct it",
        ),
        (
            lambda: evsi_by_size(TWO, {"a": Binomial(P, 5)}, [10, 10]),
            r"EVSI: sizes must increase, got \[10, 10\]; sort them and drop repeats",
        ),
        (lambda: evsi_by_size(TWO, {"a": Binomial(P, 5)}, []), r"EVSI: sizes must increase, got \[\]"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_reason(call, message):
    with pytest.raises(AnalysisError, match=message):
        call()
