"""Coherence of a whole decision analysis, for any table of draws and however often each draw was run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.decision import Decision, DecisionQuestion, TrialPlan, decide
from sim.analysis.draw_table import DrawTable
from sim.analysis.sample_information import Binomial, Normal

FEW = settings(max_examples=4)
"""Each example fits hundreds of curves."""
MANY = settings(max_examples=25)
WTP = [20_000.0, 0.5, 100_000.0]
PLAIN = DecisionQuestion(wtp=WTP, chosen=WTP[0])


@st.composite
def tables(draw: st.DrawFn, *, n_parameters: int = 3) -> DrawTable:
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_draws, n_strategies = draw(st.integers(100, 140)), draw(st.integers(2, 5))
    n_inner = draw(st.integers(1, 3))
    values = np.column_stack(
        [dice.normal(size=n_draws), dice.beta(2, 5, n_draws), dice.integers(0, 2, n_draws)]
    )
    values = values[:, :n_parameters]
    weights = dice.normal(size=(n_parameters, n_strategies)) * draw(st.sampled_from([0, 0.02, 0.1]))
    effect = 0.05 * dice.normal(size=n_strategies) + (values @ weights if n_parameters else 0)
    effect = effect + 0.02 * dice.normal(size=(n_draws, n_strategies))
    luck = dice.normal(size=(2, n_draws, n_inner, n_strategies))
    effect = effect[:, None] + luck[0] * draw(st.sampled_from([0, 0.05]))
    cost = dice.normal(-500, 1000, (n_draws, 1, n_strategies)) + 800 * luck[1]
    names = ("normal", "probability", "few")[:n_parameters]
    return DrawTable(tuple("abcde"[:n_strategies]), cost, effect, names, values)


def curves(found: Decision) -> dict[str, np.ndarray]:
    one = found.curves
    return {
        "evpi": np.array([value.value for value in one.evpi]),
        "with_chance": np.array([value.value for value in one.evpi_with_chance]),
        "loss": one.loss,
        "probability": one.probability,
    }


def close(found: np.ndarray, expected: np.ndarray, table: DrawTable, factor: float = 1.0) -> None:
    size = factor * np.ptp(table.net_benefit(max(WTP)))
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7 * size)


@FEW
@given(drawn=tables())
def test_values_of_information_are_ordered_at_every_willingness_to_pay(drawn: DrawTable) -> None:
    arms = {"p": Binomial(drawn.column("probability"), 1), "x": Normal(drawn.column("normal"), 1.0, 1)}
    asked = replace(PLAIN, groups={"g": ["normal", "few"]}, trials={"t": TrialPlan("t", arms, [5, 50, 500])})
    found = decide(drawn, asked)
    for name, curve in found.evppi_curves.items():
        assert (curve >= 0).all(), name
        assert (curve <= curves(found)["evpi"]).all(), name
    for one in (found.evppi | found.group_evppi).values():
        assert 0 <= one.value <= found.evpi.value
    by_size = found.trials["t"].by_size
    assert (by_size.value >= 0).all()
    assert (np.diff(by_size.value) >= 0).all()
    assert (by_size.value <= by_size.ceiling).all()
    assert by_size.ceiling <= found.evpi.value


@MANY
@given(drawn=tables(n_parameters=0))
def test_evpi_is_the_lower_envelope_of_losses_and_probabilities_sum_to_one(drawn: DrawTable) -> None:
    found = decide(drawn, PLAIN).curves
    np.testing.assert_allclose(found.probability.sum(axis=1), 1, rtol=1e-12)
    evpi = np.array([one.value for one in found.evpi])
    close(found.loss.min(axis=1), evpi, drawn)
    np.testing.assert_array_equal(found.loss.argmin(axis=1), found.best)
    means = [drawn.net_benefit(wtp).mean(axis=(0, 1)) for wtp in WTP]
    np.testing.assert_array_equal(np.argmax(means, axis=1), found.best)


@MANY
@given(drawn=tables(n_parameters=0), seed=st.integers(0, 99))
def test_relabeling_strategies_and_draws_permutes_results(drawn: DrawTable, seed: int) -> None:
    dice = np.random.default_rng(seed)
    order, rows = dice.permutation(len(drawn.strategies)), dice.permutation(drawn.n_draws)
    moved = replace(
        drawn, strategies=tuple(drawn.strategies[place] for place in order),
        cost=drawn.cost[rows][..., order], effect=drawn.effect[rows][..., order], values=drawn.values[rows],
    )  # fmt: skip
    first, second = curves(decide(drawn, PLAIN)), curves(decide(moved, PLAIN))
    close(second["evpi"], first["evpi"], drawn)
    close(second["with_chance"], first["with_chance"], drawn)
    close(second["loss"], first["loss"][:, order], drawn)
    np.testing.assert_allclose(second["probability"], first["probability"][:, order], atol=1e-12)


@FEW
@given(drawn=tables(), seed=st.integers(0, 99))
def test_what_all_strategies_of_a_draw_cost_alike_changes_nothing(drawn: DrawTable, seed: int) -> None:
    shared = np.random.default_rng(seed).normal(0, 3000, (drawn.n_draws, 1, 1))
    first, second = (decide(one, PLAIN) for one in (drawn, replace(drawn, cost=drawn.cost + shared)))
    for name, values in curves(first).items():
        close(curves(second)[name], values, drawn)
    for name, curve in first.evppi_curves.items():
        close(second.evppi_curves[name], curve, drawn)


@FEW
@given(drawn=tables(), factor=st.sampled_from([1e-3, 7.0, 1e4]))
def test_another_currency_scales_every_value(drawn: DrawTable, factor: float) -> None:
    scaled = replace(drawn, cost=factor * drawn.cost)
    asked = replace(PLAIN, wtp=[factor * wtp for wtp in WTP], chosen=factor * PLAIN.chosen)
    first, second = decide(drawn, PLAIN), decide(scaled, asked)
    for name, values in curves(first).items():
        close(curves(second)[name], values * (1 if name == "probability" else factor), drawn, factor)
    for name, one in first.evppi.items():
        close(second.evppi[name].value, factor * one.value, drawn, factor)
        close(second.evppi[name].floor, factor * one.floor, drawn, factor)
