"""Coherence of decision analysis: what must hold for any table of probabilistic results.

Apart from the last test, everything here is true by construction, up to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.acceptability import acceptability
from sim.analysis.chance import without_chance
from sim.analysis.draw_table import DrawTable
from sim.analysis.expected_loss import expected_loss
from sim.analysis.partial_information import evppi, evppi_curves
from sim.analysis.perfect_information import evpi, nested_evpi
from sim.analysis.sample_information import Binomial, Normal, evsi, evsi_by_size
from sim.analysis.value_curves import ValueCurves, value_curves

FEW = settings(max_examples=15)
"""For what fits many curves; each example is a whole table."""
WTP = np.array([0.0, 20_000.0, 100_000.0])


@dataclass(frozen=True)
class Draws:
    cost: np.ndarray
    effect: np.ndarray
    parameters: dict[str, np.ndarray]
    random: np.random.Generator

    @property
    def net_benefit(self) -> np.ndarray:
        return WTP[1] * self.effect - self.cost


@st.composite
def draws(draw: st.DrawFn) -> Draws:
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_draws, n_strategies = draw(st.integers(100, 160)), draw(st.integers(2, 5))
    parameters = {
        "normal": random.normal(size=n_draws),
        "skewed": random.gamma(2, size=n_draws),
        "probability": random.beta(2, 5, n_draws),
        "few": random.integers(0, 3, n_draws).astype(float),
        "tied": np.maximum(random.normal(size=n_draws), 0),
        "constant": np.full(n_draws, 3.0),
    }
    weights = random.normal(size=(len(parameters), n_strategies)) * draw(st.sampled_from([0, 0.01, 0.1]))
    noise = random.normal(size=(n_draws, n_strategies)) * draw(st.sampled_from([0, 0.01, 0.1]))
    shift = 0.1 * random.normal(size=n_strategies)
    effect = shift + np.column_stack(list(parameters.values())) @ weights + noise
    return Draws(random.normal(3000, 1000, (n_draws, n_strategies)), effect, parameters, random)


def curves(cost: np.ndarray, effect: np.ndarray) -> ValueCurves:
    names, nothing = tuple("abcde"[: cost.shape[1]]), np.empty((len(cost), 0))
    return value_curves(DrawTable(names, cost[:, None], effect[:, None], (), nothing), WTP.tolist())


def values(table: np.ndarray, parameters: dict[str, np.ndarray]) -> np.ndarray:
    """EVPPI of each parameter and of a group, at a willingness to pay of 0."""
    groups = {"group": ["normal", "few", "constant"]}
    found = evppi_curves(-table, 0 * table, np.zeros(1), parameters, groups)
    return np.array([value[0] for value in found.values()])


def close(found: np.ndarray, expected: np.ndarray, table: np.ndarray) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6 * np.ptp(table))


@FEW
@given(given_draws=draws())
def test_evppi_lies_between_nothing_and_evpi(given_draws: Draws) -> None:
    found = values(given_draws.net_benefit, given_draws.parameters)
    assert (found >= 0).all()
    assert (found <= evpi(given_draws.net_benefit).value).all()


@FEW
@given(given_draws=draws(), n=st.integers(1, 300))
def test_evsi_lies_between_nothing_and_the_evppi_of_what_is_observed(given_draws: Draws, n: int) -> None:
    parameters, table = given_draws.parameters, given_draws.net_benefit
    trial = {"a": Binomial(parameters["probability"], n), "b": Normal(parameters["normal"], 2.0, n)}
    found = evsi(table, trial)
    groups = {"observed": ["probability", "normal"]}
    known = evppi(table, parameters, groups, n_shuffles=20)["observed"].value
    assert 0 <= found.value <= found.ceiling <= evpi(table).value
    assert found.ceiling == pytest.approx(known)


@FEW
@given(given_draws=draws())
def test_evsi_never_falls_with_the_size(given_draws: Draws) -> None:
    trial = {"a": Binomial(given_draws.parameters["probability"], 1)}
    found = evsi_by_size(given_draws.net_benefit, trial, [5, 10, 50, 200])
    assert (np.diff(found.value) >= 0).all()
    assert found.value.max() <= found.ceiling + 1e-9


@given(given_draws=draws())
def test_acceptability_sums_to_one_and_holds_the_frontier(given_draws: Draws) -> None:
    whole = curves(given_draws.cost.round(-3), given_draws.effect.round(1))  # with ties
    np.testing.assert_allclose(whole.probability.sum(axis=1), 1, rtol=1e-12)
    frontier = whole.probability[np.arange(len(WTP)), whole.best]
    assert ((frontier >= 0) & (frontier <= whole.probability.max(axis=1))).all()


@given(given_draws=draws())
def test_evpi_is_the_lower_envelope_of_expected_loss(given_draws: Draws) -> None:
    found = curves(given_draws.cost, given_draws.effect)
    value = [one.value for one in found.evpi]
    np.testing.assert_allclose(found.loss.min(axis=1), value, rtol=1e-9)
    np.testing.assert_array_equal(found.loss.argmin(axis=1), found.best)


@FEW
@given(given_draws=draws())
def test_a_dominated_constant_strategy_changes_nothing(given_draws: Draws) -> None:
    """So far below that no fit reaches up: rows of a smoother add up to at most sqrt(n) < 20 in size."""
    table = given_draws.net_benefit
    low = np.full((len(table), 1), table.min() - 20 * np.ptp(table))
    more = np.hstack([table, low])
    np.testing.assert_allclose(acceptability(more), [*acceptability(table), 0])
    np.testing.assert_allclose(expected_loss(more)[:-1], expected_loss(table))
    close(values(more, given_draws.parameters), values(table, given_draws.parameters), table)


@FEW
@given(given_draws=draws())
def test_relabeling_strategies_permutes_what_belongs_to_them(given_draws: Draws) -> None:
    table = given_draws.net_benefit
    order = given_draws.random.permutation(table.shape[1])
    np.testing.assert_allclose(acceptability(table[:, order]), acceptability(table)[order])
    np.testing.assert_allclose(expected_loss(table[:, order]), expected_loss(table)[order])
    close(values(table[:, order], given_draws.parameters), values(table, given_draws.parameters), table)


@FEW
@given(given_draws=draws(), constant=st.floats(-1e5, 1e5))
def test_what_all_strategies_share_changes_nothing(given_draws: Draws, constant: float) -> None:
    table = given_draws.net_benefit
    shifted = table + constant + given_draws.random.normal(size=(len(table), 1)) * 1000
    assert evpi(shifted).value == pytest.approx(evpi(table).value, rel=1e-6, abs=1e-6)
    close(values(shifted, given_draws.parameters), values(table, given_draws.parameters), table)


@FEW
@given(given_draws=draws(), factor=st.sampled_from([1e-6, 0.5, 1e6]))
def test_another_currency_scales_every_value(given_draws: Draws, factor: float) -> None:
    table = given_draws.net_benefit
    assert evpi(factor * table).value == pytest.approx(factor * evpi(table).value)
    found = values(factor * table, given_draws.parameters)
    close(found / factor, values(table, given_draws.parameters), table)


@FEW
@given(given_draws=draws())
def test_units_of_a_parameter_change_nothing(given_draws: Draws) -> None:
    other = {name: 7 * np.exp(values / 3) - 2 for name, values in given_draws.parameters.items()}
    found = values(given_draws.net_benefit, other)
    close(found, values(given_draws.net_benefit, given_draws.parameters), given_draws.net_benefit)


@FEW
@given(given_draws=draws())
def test_the_order_of_draws_changes_nothing(given_draws: Draws) -> None:
    table, order = given_draws.net_benefit, given_draws.random.permutation(len(given_draws.cost))
    parameters = {name: column[order] for name, column in given_draws.parameters.items()}
    close(values(table[order], parameters), values(table, given_draws.parameters), table)


@FEW
@given(given_draws=draws())
def test_a_group_of_one_and_a_group_with_a_constant_are_the_parameter_itself(given_draws: Draws) -> None:
    groups = {name: [name, "constant"] for name in ("normal", "few", "tied")}
    named = {f"group of {name}": members for name, members in groups.items()}
    found = evppi(given_draws.net_benefit, given_draws.parameters, named, n_shuffles=20)
    for name in groups:
        assert found[f"group of {name}"].value == pytest.approx(found[name].value, rel=1e-6, abs=1e-6)
    assert found["constant"].value == 0


@given(given_draws=draws(), n_inner=st.integers(2, 4))
def test_taking_out_chance_follows_the_strategies_and_ignores_what_they_share(
    given_draws: Draws, n_inner: int
) -> None:
    table, random = given_draws.net_benefit[:, np.newaxis], given_draws.random
    runs = table + random.normal(size=(len(table), n_inner, table.shape[2])) * 300
    order, shared = random.permutation(table.shape[2]), random.normal(size=(len(table), n_inner, 1)) * 1000
    found = without_chance((runs + shared)[:, :, order]) - shared.mean(axis=1)
    np.testing.assert_allclose(found, without_chance(runs)[:, order], rtol=1e-6, atol=1e-6 * np.ptp(runs))


@given(given_draws=draws(), n_inner=st.integers(2, 6))
def test_the_correction_for_chance_only_takes_away(given_draws: Draws, n_inner: int) -> None:
    table = given_draws.net_benefit[:, np.newaxis]
    runs = table + given_draws.random.normal(size=(len(table), n_inner, table.shape[2])) * 1000
    found = nested_evpi(runs)
    assert found.uncorrected == pytest.approx(evpi(runs.mean(axis=1)).value, rel=1e-6, abs=1e-6)
    assert 0 <= found.value <= found.uncorrected + 1e-6
    assert evpi(without_chance(runs)).value >= 0
    certain = nested_evpi(np.repeat(table, n_inner, axis=1))
    assert certain.uncorrected - certain.value == pytest.approx(0, abs=1e-6)


@FEW
@given(seed=st.integers(0, 2**32 - 1))
def test_a_group_is_worth_no_less_than_its_members_within_error(seed: int) -> None:
    """Not by construction: each fit has its own noise, so 4 standard errors of both are allowed."""
    one, other, noise = np.random.default_rng(seed).normal(size=(3, 400))
    table = np.column_stack([0 * one, 0.2 + 0.6 * one + 0.4 * other + noise])
    found = evppi(table, {"one": one, "other": other}, {"both": ["one", "other"]}, n_shuffles=20)
    for member in ("one", "other"):
        allowed = 4 * np.hypot(found["both"].error, found[member].error)
        assert found["both"].value > found[member].value - allowed
