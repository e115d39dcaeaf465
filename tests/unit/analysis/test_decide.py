"""A whole decision analysis on tables small enough to be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.decision import DecisionQuestion, TrialPlan, decide, shuffles_for
from sim.analysis.draw_table import DrawTable
from sim.analysis.partial_information import evppi, smoothers_by_name
from sim.analysis.sample_information import Binomial, Normal
from sim.analysis.value_curves import value_curves
from sim.errors import AnalysisError

COST = np.array([[0.0, 10.0, 34.0]] * 4)
EFFECT = np.array([[1.0, 2, 3], [1, 3, 2], [2, 1, 4], [1, 2, 5]])
ASKED = DecisionQuestion(wtp=[10, 20], chosen=10, fewest=2)


def table(cost=COST, effect=EFFECT, parameters=(), values=None):
    values = np.empty((len(cost), 0)) if values is None else values
    return DrawTable(("a", "b", "c"), cost[:, None, :], effect[:, None, :], parameters, values)


def test_four_draws_by_hand():
    """Net benefit, wtp x effect less cost, by draw.

    ====  ==================  ==================
    draw  at 10: a, b, c      at 20: a, b, c
    ====  ==================  ==================
    1     10, 10, -4          20, 30, 26
    2     10, 20, -14         20, 50, 6
    3     20, 0, 6            40, 10, 46
    4     10, 10, 16          20, 30, 66
    mean  12.5, 10, 1         25, 30, 36
    ====  ==================  ==================

    At 10 the best of each draw is 10 (a and b share the first draw), 20, 20, 16: 16.5 on average. Choosing a
    loses 4, b 6.5, c 15.5. At 20 it is 30, 50, 46, 66: 48 on average, and a loses 23, b 18, c 12.
    """
    curves = decide(table(), ASKED).curves
    np.testing.assert_allclose(curves.probability, [[0.375, 0.375, 0.25], [0, 0.5, 0.5]])
    np.testing.assert_allclose(curves.loss, [[4, 6.5, 15.5], [23, 18, 12]])
    assert curves.best.tolist() == [0, 2]
    assert [one.value for one in curves.evpi] == pytest.approx([4, 12])
    # What a loses at 10 in each draw: 0, 10, 0, 6; their standard deviation is the root of 24.
    assert curves.evpi[0].error == pytest.approx(np.sqrt(24) / 2)
    assert curves.evpi_with_chance == curves.evpi


def test_a_parameter_that_tells_the_best_strategy_is_worth_all_and_a_constant_nothing():
    """Two kinds of draws, 50 each: in one kind a gains 8, in the other it loses 4. EVPI is 4 / 2."""
    kind = np.repeat([0.0, 1.0], 50)
    effect = np.column_stack([np.where(kind == 0, 8.0, -4.0), 0 * kind, 0 * kind - 1])
    found = decide(
        table(0 * effect, effect, ("kind", "constant"), np.column_stack([kind, np.ones(100)])),
        replace(ASKED, chosen=1, wtp=[1, 3], groups={"both": ["kind", "constant"]}),
    )
    assert found.evpi.value == pytest.approx(2)
    assert {name: one.value for name, one in found.evppi.items()} == pytest.approx({"kind": 2, "constant": 0})
    assert found.group_evppi["both"].value == pytest.approx(2)
    np.testing.assert_allclose(found.evppi_curves["kind"], [2, 6])


def nested(n_draws=150, seed=3):
    """Return draws in which chance is most of what looks uncertain."""
    dice = np.random.default_rng(seed)
    known = dice.normal(size=n_draws)
    effect = np.stack([0 * known, 0.1 + known, -known], axis=-1)[:, None, :]
    effect = effect + dice.normal(size=(n_draws, 2, 3)) * 2
    return DrawTable(("a", "b", "c"), 0 * effect, effect, ("known",), known[:, None])


@pytest.mark.parametrize("seed", range(5))
def test_a_trial_is_worth_no_more_than_everything_with_chance_taken_out(seed):
    drawn = nested(seed=seed)
    arms = {"one": Normal(drawn.column("known"), 0.1, 1)}
    asked = DecisionQuestion(wtp=[1], chosen=1, trials={"t": TrialPlan("t", arms, [10, 1000])})
    found = decide(drawn, asked)
    by_size = found.trials["t"].by_size
    assert (by_size.value <= by_size.ceiling).all()
    assert by_size.ceiling <= found.evpi.value
    assert found.evppi["known"].value <= found.evpi.value < found.chosen_curves.evpi_with_chance[0].value


def test_the_check_without_normality_agrees_where_draws_are_nested():
    drawn = nested(400)
    found = decide(drawn, DecisionQuestion(wtp=[1], chosen=1))
    assert found.nested is not None
    assert found.nested.value == pytest.approx(found.evpi.value, abs=4 * found.nested.error)
    assert found.chance_share is not None
    assert 0 < found.chance_share < 1
    assert found.leaders == (1, 0)
    assert found.lead == pytest.approx((drawn.effect[..., 1] - drawn.effect[..., 0]).mean())


def test_no_uncertainty_is_told_where_draws_differ_by_no_more_than_chance():
    """Replications of a draw differ by more than draws do, so their variance is estimated as nothing."""
    drawn = np.tile([[[1.0, 0, -9], [-0.5, 0, -9]]], (100, 1, 1))
    table_of = DrawTable(("a", "b", "c"), 0 * drawn, drawn, (), np.empty((100, 0)))
    found = decide(table_of, DecisionQuestion(wtp=[1, 2], chosen=1))
    assert found.chance_share == 1
    assert found.evpi.value == found.evpi.error == 0
    assert found.curves.is_told.tolist() == [False, False]
    assert decide(nested(400), DecisionQuestion(wtp=[1], chosen=1)).curves.is_told.tolist() == [True]


def test_a_value_cut_off_at_evpi_still_lies_above_its_floor_if_it_did():
    """Chance taken out leaves nothing to know of the choice, but the regression sees a parameter matter."""
    dice = np.random.default_rng(0)
    known, luck = dice.normal(size=200), 3 * dice.normal(size=200)
    difference = np.stack([known + luck, known - luck], axis=1)[..., None]
    effect = np.concatenate([0 * difference, difference], axis=2)
    drawn = DrawTable(("a", "b"), 0 * effect, effect, ("known",), known[:, None])
    whole = evppi(effect.mean(axis=1), {"known": known})["known"]
    found = decide(drawn, DecisionQuestion(wtp=[1], chosen=1))
    (one,) = found.evppi.values()
    assert whole.exceeds_floor
    assert found.evpi.value < min(whole.value, whole.floor)
    assert one.value == one.floor == found.evpi.value
    assert one.exceeds_floor
    assert one.chance < 0.05


def test_values_for_a_population_are_those_per_person_times_its_people():
    drawn = table(np.zeros((100, 3)), np.random.default_rng(0).normal(size=(100, 3)))
    plan = TrialPlan("t", {"x": Binomial(np.linspace(0, 1, 100), 1)}, [50], years=1.0)
    found = decide(drawn, replace(ASKED, people_per_year=10, decision_years=3, trials={"t": plan}))
    assert found.population_evpi == pytest.approx(30 * found.evpi.value)
    trial = found.trials["t"]
    assert trial.population_value == pytest.approx(20 * trial.by_size.value)
    assert trial.population_error == pytest.approx(20 * trial.by_size.error)
    alone = decide(drawn, replace(ASKED, trials={"t": plan}))
    assert alone.population_evpi is alone.trials["t"].population_value is None
    assert alone.trials["t"].population_error is None


def test_people_are_discounted_and_wait_for_the_trial():
    """1,000 a year over 10 years without discounting; those of the 6 after a trial of 4 years benefit."""
    drawn = table(np.zeros((100, 3)), np.random.default_rng(0).normal(size=(100, 3)))
    plan = TrialPlan("t", {"x": Binomial(np.linspace(0, 1, 100), 1)}, [50], 1e9, 3.0, 4.0)
    asked = replace(ASKED, people_per_year=1000, decision_years=10, trials={"t": plan})
    found = decide(drawn, asked)
    assert found.people == 10_000
    assert found.trials["t"].people == 6000
    assert found.trials["t"].cost.tolist() == [1e9 + 150]
    assert found.trials["t"].best is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"chosen": -1}, "decision: wtp must be finite and at least 0, got -1; correct it"),
        ({"wtp": [np.inf]}, "decision: wtp must be finite and at least 0, got inf; correct it"),
        ({"fewest": 5}, "EVPI needs at least two strategies and 5 draws, got 3 and 4; give more strategies"),
        ({"groups": {"g": ["q"]}}, "group 'g': members must be parameters, got 'q'; correct it"),
        ({"groups": {"g": ["x"]}}, "group 'g': must have at most 0 members, one for 10 draws, got 1; split"),
        ({"groups": {"x": ["x"]}}, "group 'x': must not have the name of a parameter; rename it"),
    ],
)
def test_what_is_impossible_is_refused(change, message):
    drawn = table(parameters=("x",), values=np.arange(4.0)[:, None])
    with pytest.raises(AnalysisError) as told:
        decide(drawn, replace(ASKED, **change))
    assert message in str(told.value)


def test_curves_come_in_the_order_asked_for():
    curves = value_curves(table(), [20, 10, 20], fewest=2)
    assert curves.wtp.tolist() == [20, 10, 20]
    assert [one.value for one in curves.evpi] == pytest.approx([12, 4, 12])


@pytest.mark.parametrize(
    ("n_draws", "n_repeating", "n_shuffles"),
    [(150, 5, 2000), (10_000, 0, 2000), (10_000, 4, 400), (10_000, 50, 200)],
)
def test_large_tables_whose_values_repeat_are_shuffled_less(n_draws, n_repeating, n_shuffles):
    """A parameter with much repeated values needs a noise floor of its own, so time would grow with them."""
    once, twice, often = np.arange(n_draws), np.arange(n_draws) // 2, np.arange(n_draws) // 150
    parameters = {"once": once, "twice": twice if n_draws > 200 else once, "constant": 0 * once}
    parameters |= {f"p{number}": often for number in range(n_repeating)}
    assert shuffles_for(smoothers_by_name(parameters, {}, n_draws)) == n_shuffles
    assert shuffles_for({}) == 2000
