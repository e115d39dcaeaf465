"""Costs and effects of stored worlds: those of the comparison, under any output settings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from builders import Tree

from sim.analysis.comparison import compare
from sim.analysis.draw_table import DrawTable, draw_table
from sim.analysis.output_settings import output_settings
from sim.batch.worlds import run_points
from sim.domain.columns import CLINICAL_VALUES
from sim.domain.economics import CATEGORIES, Perspective
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError
from sim.outcomes.discounting import discount_factors
from sim.replication import replicate
from sim.results import Results, ScenarioSettings
from sim.worlds.sums import Worlds

REBATE = {
    "value": 0.4, "unit": "probability", "range": [0, 1], "source": "assumption", "grade": "assumption",
}  # fmt: skip


@pytest.fixture(scope="module")
def long(request: pytest.FixtureRequest) -> Scenario:
    tree: Tree = request.getfixturevalue("tiny").model_dump()
    tree["treatments"]["infusion"]["prices"]["rebate"] = REBATE
    tree["run"] |= {"n_patients": 20, "replications": 2}
    tree["horizon_years"] = 3.5
    return Scenario.model_validate(tree)


@pytest.fixture(scope="module")
def both(long: Scenario) -> tuple[Worlds, Results]:
    worlds = run_points(long, [{}], replications=2, workers=1)
    return worlds, Results.combine([replicate(long, number) for number in (0, 1)])


def gap(long: Scenario, both: tuple[Worlds, Results], **asked: object) -> float:
    """Return the largest difference to the comparison, relative to cost and QALYs where there are any."""
    worlds, results = both
    settings = ScenarioSettings.of(long)
    table = draw_table(worlds, settings, output_settings(settings, **asked))
    frame = compare(results, **asked)
    found = np.stack([table.cost.mean(axis=(0, 1)), table.effect.mean(axis=(0, 1))])
    expected = frame[["cost", "qaly"]].to_numpy().T
    return float((np.abs(found - expected) / np.where(expected == 0, 1, expected)).max())


@pytest.mark.parametrize("perspective", list(Perspective))
def test_means_are_those_of_the_comparison_from_every_perspective(
    long: Scenario, both: tuple[Worlds, Results], perspective: Perspective
) -> None:
    assert gap(long, both, perspective=perspective) < 1e-12


@pytest.mark.parametrize(
    "asked",
    [
        {"discount_rate_costs": 0, "discount_rate_effects": 0},
        {"drug_price": "net"},
        {"price_year": 2023},
        {"price_year": 2024, "perspective": "payer", "drug_price": "net"},
    ],
    ids=str,
)
def test_means_are_exact_without_discounting_and_at_any_price(
    long: Scenario, both: tuple[Worlds, Results], asked: dict[str, object]
) -> None:
    assert gap(long, both, **asked) < 1e-12


@pytest.mark.parametrize("rate", [0.001, 0.015, 0.035, 0.05])
@pytest.mark.parametrize("perspective", ["programme", "societal"])
def test_other_rates_miss_by_less_than_a_ten_thousandth(
    long: Scenario, both: tuple[Worlds, Results], perspective: str, rate: float
) -> None:
    asked = {"discount_rate_costs": rate, "discount_rate_effects": rate, "perspective": perspective}
    assert gap(long, both, **asked) < 1e-4


def worlds_of(flow: np.ndarray, rate: float) -> Worlds:
    """Return worlds in which one strategy spends, and gains, a flow by day within one year."""
    spent, worth = flow.sum(), (flow * discount_factors(len(flow), rate)).sum()
    money, health = np.zeros((1, 1, len(CATEGORIES), 1)), np.array([[[spent]]])
    discounted = money.copy()
    money[..., CATEGORIES.index("session"), 0], discounted[..., CATEGORIES.index("session"), 0] = spent, worth
    return Worlds(
        parameters=(), strategies=("one",), treatments=(), world=np.array([0]), replication=np.array([0]),
        values=np.empty((1, 0)), response=np.empty((1, 0)), cost=money, covered=money,
        cost_discounted=discounted, covered_discounted=discounted, qaly=health, life_years=health,
        qaly_discounted=np.array([[[worth]]]), life_years_discounted=health,
        clinical=np.zeros((1, 1, len(CLINICAL_VALUES))),
    )  # fmt: skip


def relative_error(tiny: Scenario, flow: np.ndarray, own_rate: float, rate: float) -> float:
    settings = replace(
        ScenarioSettings.of(tiny), discount_rate_costs=own_rate, discount_rate_effects=own_rate
    )
    asked = output_settings(settings, discount_rate_costs=rate, discount_rate_effects=rate)
    table = draw_table(worlds_of(flow, own_rate), settings, asked)
    exact = (flow * discount_factors(len(flow), rate)).sum()
    assert table.cost[0, 0, 0] == pytest.approx(table.effect[0, 0, 0])
    return abs(float(table.cost[0, 0, 0]) / exact - 1)


RATES = [0.005, 0.015, 0.03, 0.05]


@pytest.mark.parametrize("own_rate", RATES)
@pytest.mark.parametrize("rate", RATES)
def test_a_flow_over_a_year_is_worth_what_it_says_at_other_rates(
    tiny: Scenario, own_rate: float, rate: float
) -> None:
    force, own_force = np.log1p([rate, own_rate])
    error = relative_error(tiny, np.ones(366), own_rate, rate)
    assert error < 1e-4
    assert error == pytest.approx(abs(force * (force - own_force)) / 24, rel=0.1, abs=1e-9)


@pytest.mark.parametrize("rate", RATES)
def test_amounts_at_both_ends_of_a_year_miss_by_at_most_three_times_that(tiny: Scenario, rate: float) -> None:
    ends = np.zeros(366)
    ends[[0, -1]] = 1
    assert relative_error(tiny, ends, 0.005, rate) < 3e-4


@pytest.mark.parametrize("day", [0, 100, 365])
def test_an_amount_at_one_moment_is_worth_exactly_what_it_is(tiny: Scenario, day: int) -> None:
    flow = np.zeros(366)
    flow[day] = 500
    assert relative_error(tiny, flow, 0.03, 0.05) < 1e-9


def test_amounts_stored_without_discounting_cannot_be_discounted(tiny: Scenario) -> None:
    with pytest.raises(
        AnalysisError,
        match=r"discount_rate_costs: must be 0 where draws were made at a rate of 0, got 0.03; "
        r"make them anew with --set economics.discount_rate_costs=0.03",
    ):
        relative_error(tiny, np.ones(366), 0, 0.03)


def test_amounts_stored_without_discounting_can_be_told_so(tiny: Scenario) -> None:
    assert relative_error(tiny, np.ones(366), 0, 0) == 0


def test_what_is_nothing_stays_nothing_at_any_rate(tiny: Scenario) -> None:
    settings = ScenarioSettings.of(tiny)
    asked = output_settings(settings, discount_rate_costs=0.05)
    assert draw_table(worlds_of(np.zeros(366), 0.03), settings, asked).cost.tolist() == [[[0]]]


def test_replications_stay_within_their_draw(long: Scenario, both: tuple[Worlds, Results]) -> None:
    worlds, _ = both
    settings = ScenarioSettings.of(long)
    table = draw_table(worlds, settings, output_settings(settings))
    assert (table.n_draws, table.n_inner, table.cost.shape) == (1, 2, (1, 2, 3))
    second = Results.combine([replicate(long, 1)])
    assert table.cost[0, 1] == pytest.approx(compare(second)["cost"].to_numpy())


def test_net_benefit_and_columns_of_a_table() -> None:
    table = DrawTable(
        ("a",), np.array([[[10.0]], [[30.0]]]), np.array([[[0.5]], [[1.0]]]), ("p", "q"),
        np.array([[1.0, 2.0], [3.0, 4.0]]),
    )  # fmt: skip
    assert table.net_benefit(100).ravel().tolist() == [40, 70]
    assert table.column("q").tolist() == [2, 4]


def test_a_table_of_some_strategies_keeps_their_order_and_numbers() -> None:
    cost = np.arange(12.0).reshape(2, 2, 3)
    table = DrawTable(("a", "b", "c"), cost, cost + 1, ("p",), np.array([[1.0], [2.0]]))
    some = table.only(["c", "a"])
    assert some.strategies == ("a", "c")
    assert np.array_equal(some.cost, cost[..., [0, 2]])
    assert np.array_equal(some.effect, cost[..., [0, 2]] + 1)
    assert some.parameters == ("p",)
    assert table.without_parameters().values.shape == (2, 0)
