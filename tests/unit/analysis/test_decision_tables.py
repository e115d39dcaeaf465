"""Acceptability, expected loss and EVPI: small tables, ties, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.acceptability import acceptability
from sim.analysis.chance import variance_parts, without_chance
from sim.analysis.draw_table import DrawTable
from sim.analysis.expected_loss import expected_loss
from sim.analysis.net_benefit import best_strategy, error_of_choice, gains, leaders
from sim.analysis.perfect_information import evpi, nested_evpi
from sim.analysis.population_value import people_affected
from sim.analysis.value_curves import value_curves
from sim.errors import AnalysisError

TABLE = np.array([[1.0, 3.0, 0.0], [4.0, 3.0, 0.0]])
HUNDRED = np.tile(TABLE, (50, 1))


def curves_of(cost, effect, wtp):
    names = tuple("abc"[: cost.shape[1]])
    table = DrawTable(names, cost[:, None], effect[:, None], (), np.empty((len(cost), 0)))
    return value_curves(table, wtp, fewest=1)


def test_acceptability_counts_the_draws_in_which_a_strategy_is_best():
    assert acceptability(TABLE).tolist() == [0.5, 0.5, 0]


@pytest.mark.parametrize(
    ("draw", "shares"), [([2, 2, 1], [0.5, 0.5, 0]), ([2, 2, 2], [1 / 3] * 3), ([0, 2, 2], [0, 0.5, 0.5])]
)
def test_ties_are_split_equally(draw, shares):
    np.testing.assert_allclose(acceptability(np.array([draw])), shares)


def test_the_frontier_follows_the_mean_even_where_another_strategy_is_best_more_often():
    effect = np.array([[0.0, 0.1], [0.0, 0.1], [0.0, -0.5]])
    curves = curves_of(np.zeros((3, 2)), effect, [1000.0])
    assert curves.best.tolist() == [0]
    np.testing.assert_allclose(curves.probability, [[1 / 3, 2 / 3]])


def test_expected_loss_is_what_the_best_of_each_draw_adds():
    assert expected_loss(TABLE).tolist() == [1, 0.5, 3.5]


def test_losses_over_willingness_to_pay_are_those_of_each_net_benefit():
    cost, effect = np.array([[0.0, 100.0]] * 2), np.array([[0.0, 0.01]] * 2)
    np.testing.assert_allclose(
        curves_of(cost, effect, [0, 10_000, 30_000]).loss, [[0, 100], [0, 0], [200, 0]], atol=1e-12
    )


def test_gains_count_from_the_strategy_that_is_best_on_average():
    assert best_strategy(TABLE) == 1
    assert gains(TABLE).tolist() == [[-2, 0, -3], [1, 0, -3]]
    assert leaders(TABLE) == (1, 0)
    assert leaders(np.ones((2, 3))) == (0, 1)


def test_the_error_of_a_choice_is_that_of_the_gains_it_picks():
    """Choices a, b, a of gains 1, 0, 4: mean 5/3, sum of squares about it 26/3."""
    gain, choice = np.array([[1.0, 0], [9, 0], [4, 0]]), np.array([[1.0, 0], [0, 1], [2, 2]])
    assert error_of_choice(gain, choice) == pytest.approx(np.sqrt(26 / 3 / 2 / 3))


def test_evpi_is_the_mean_gain_of_knowing_the_draw():
    found = evpi(HUNDRED)
    assert found.value == 0.5
    assert found.error == pytest.approx(0.5 / np.sqrt(99))


def test_evpi_is_nothing_when_one_strategy_is_always_best():
    assert evpi(np.tile([[1.0, 2.0]], (100, 1))).value == 0


def test_the_first_of_equal_strategies_counts_as_best_and_nothing_is_to_be_known():
    assert best_strategy(np.ones((100, 3))) == 0
    assert evpi(np.ones((100, 3))).value == 0


def test_runs_without_chance_need_no_correction():
    found = nested_evpi(np.repeat(HUNDRED[:, np.newaxis], 4, axis=1))
    assert (found.value, found.uncorrected) == (0.5, 0.5)


def test_pure_chance_is_not_worth_knowing():
    runs = np.zeros((10_000, 8, 2))
    runs[..., 1] = np.random.default_rng(1).normal(size=(10_000, 8))
    found = nested_evpi(runs)
    assert found.uncorrected == pytest.approx(1 / np.sqrt(2 * np.pi * 8), rel=0.04)
    assert found.value == pytest.approx((2 - np.sqrt(2)) * found.uncorrected, rel=0.08)  # the known remainder
    assert evpi(without_chance(runs)).value < 0.2 * found.uncorrected


def test_nothing_is_drawn_together_where_runs_agree_or_nothing_varies():
    runs = np.repeat(HUNDRED[:, np.newaxis], 3, axis=1)
    np.testing.assert_allclose(without_chance(runs), HUNDRED, atol=1e-12)
    np.testing.assert_array_equal(without_chance(np.ones((100, 2, 3))), np.ones((100, 3)))


def test_drawing_together_keeps_means_and_leaves_the_covariance_of_parameters():
    random = np.random.default_rng(2)
    runs = random.normal(size=(200, 1, 3)) + random.normal(size=(200, 4, 3))
    cleaned, parts = without_chance(runs), variance_parts(runs)
    np.testing.assert_allclose(cleaned.mean(axis=0), runs.mean(axis=(0, 1)))
    contrast = np.array([[1, -1, 0], [0, 1, -1]])
    found = contrast @ np.cov(cleaned.T) @ contrast.T
    np.testing.assert_allclose(found, contrast @ parts.parameters @ contrast.T, rtol=1e-9)


def test_luck_that_all_draws_share_is_no_chance_within_draws():
    runs = np.zeros((100, 2, 2))
    runs[..., 1] = np.linspace(-2, 2, 100)[:, np.newaxis] + np.array([1, -1])
    found = nested_evpi(runs)
    assert found.uncorrected - found.value == pytest.approx(0, abs=1e-12)
    assert found.value == pytest.approx(evpi(runs.mean(axis=1)).value)


def test_chance_has_no_share_where_nothing_varies():
    parts = variance_parts(np.ones((100, 3, 2)))
    assert parts.chance_share(0, 1) == 0
    np.testing.assert_array_equal(parts.parameters, np.zeros((2, 2)))


def test_chance_has_all_of_it_where_draws_do_not_differ():
    runs = np.tile(np.array([[[0.0, 1.0], [0.0, -1.0]]]), (100, 1, 1))
    assert variance_parts(runs).chance_share(0, 1) == 1


def test_information_after_the_horizon_reaches_nobody():
    assert people_affected(1000, 5, 0.03, delay_years=5) == 0


def test_nobody_is_counted_twice_for_a_delay():
    whole, early = people_affected(10, 8, 0.04), people_affected(10, 3, 0.04)
    assert people_affected(10, 8, 0.04, delay_years=3) == pytest.approx(whole - early)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: evpi(np.ones((1, 2))),
            "EVPI needs at least two strategies and 100 draws, got 2 and 1; give more strategies or run 'psa' with more draws",
        ),
        (lambda: evpi(np.ones((200, 1))), "EVPI needs at least two strategies and 100 draws, got 1 and 200"),
        (lambda: evpi(np.ones(200)), "EVPI needs at least two strategies and 100 draws, got 1 and 200"),
        (
            lambda: acceptability(np.ones((5, 1))),
            "acceptability needs at least two strategies and 1 draws, got 1 and 5",
        ),
        (
            lambda: expected_loss(np.ones((0, 2))),
            "expected loss needs at least two strategies and 1 draws, got 2 and 0",
        ),
        (
            lambda: evpi(np.where(np.arange(200).reshape(100, 2) == 7, np.nan, 1.0)),
            r"EVPI: net benefit must be finite, got nan in draw 4, strategy 2 \(counted from 1\); correct or drop it",
        ),
        (
            lambda: acceptability(np.array([[1, np.inf]])),
            "acceptability: net benefit must be finite, got inf in draw 1",
        ),
        (
            lambda: curves_of(np.ones((100, 2)), np.ones((100, 3)), [1.0]),
            r"decision: costs and effects must have the same draws and strategies, got shapes \(100, 2\) and \(100, 3\)",
        ),
        (
            lambda: curves_of(np.ones((2, 2)), np.ones((2, 2)), [1.0, -5.0]),
            "decision: wtp must be finite and at least 0, got -5.0; correct it",
        ),
        (
            lambda: curves_of(np.ones((2, 2)), np.ones((2, 2)), [np.nan]),
            "decision: wtp must be finite and at least 0, got nan",
        ),
        (
            lambda: nested_evpi(np.ones((100, 2))),
            r"EVPI: net benefit must have at least two replications of each draw .*, got shape \(100, 2\); run 'psa' with more",
        ),
        (lambda: nested_evpi(np.ones((100, 1, 2))), r"EVPI: net benefit must have at least two replications"),
        (
            lambda: variance_parts(np.ones((99, 2, 2))),
            "variance needs at least two strategies and 100 draws, got 2 and 99",
        ),
        (
            lambda: people_affected(-1, 5, 0.03),
            "people affected: per_year must be finite and at least 0, got -1; correct it",
        ),
        (
            lambda: people_affected(1, 5, 0.03, delay_years=np.nan),
            "people affected: delay_years must be finite and at least 0, got nan",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_reason(call, message):
    with pytest.raises(AnalysisError, match=message):
        call()
