"""Published models pass through the discounting and the comparison of this house, and come out as published.

The builders are in ``tests/published``: they date costs and health, and discount nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from published import hip_replacement, hiv_therapy, sick_sicker
from published.dated import Flows, LumpSums

from sim.analysis.comparison import compare
from sim.analysis.frontier import frontier
from sim.analysis.increments import increments, net_monetary_benefit
from sim.analysis.table_comparison import compare_table
from sim.outcomes.discounting import present_value_of_flow, present_value_of_lump_sums
from sim.results import CLINICAL_VALUES, COLUMNS, KEYS, Results, ScenarioSettings

STRATEGIES = tuple(sick_sicker.STRATEGIES)


def _of_sums(sums: LumpSums, cost_rate: float, effect_rate: float) -> tuple[float, float]:
    """Return discounted cost and health."""
    return (
        present_value_of_lump_sums(sums.cost, sums.at, discount_rate=cost_rate).sum(),
        present_value_of_lump_sums(sums.health, sums.at, discount_rate=effect_rate).sum(),
    )


def _of_flows(flows: Flows, rate: float) -> tuple[float, float]:
    """Return discounted cost and QALYs."""
    cost, health = (
        present_value_of_flow(flow, flows.start, flows.stop, discount_rate=rate).sum()
        for flow in (flows.cost, flows.health)
    )
    return cost, health


def _compared(comparator, other):
    """Return the ICER of the dearer of two strategies from the frontier, checked against their increments."""
    (costs, effects) = np.array([comparator, other]).T
    standings = frontier(costs.tolist(), effects.tolist())
    cost, effect = (increments(values[:, None], 0)[1, 0] for values in (costs, effects))
    assert [standing.status for standing in standings] == ["on frontier", "on frontier"]
    assert standings[1].icer == pytest.approx(cost / effect, rel=1e-12)
    return standings[1].icer


# HIV combination therapy


def _hiv(lamivudine, **price):
    rates = hiv_therapy.COST_RATE, hiv_therapy.EFFECT_RATE
    return _of_sums(hiv_therapy.arm(lamivudine, **price), *rates)


@pytest.mark.parametrize(
    ("lamivudine", "cost", "life_years"),
    [(False, 44_663.4535637, 7.9912066), (True, 50_601.6513312, 8.9373889)],
)
def test_each_arm_of_the_hiv_model_costs_and_gains_what_the_spreadsheet_of_the_exercise_says(
    lamivudine, cost, life_years
):
    assert _hiv(lamivudine) == (pytest.approx(cost, abs=1e-6), pytest.approx(life_years, abs=1e-7))


def test_the_hiv_model_has_the_published_icer():
    assert _compared(_hiv(False), _hiv(True)) == pytest.approx(6_275.96, abs=0.005)


def test_a_price_of_lamivudine_in_whole_pounds_moves_the_hiv_icer_by_a_pound():
    assert _compared(_hiv(False), _hiv(True, price=2_087)) == pytest.approx(6_276.92, abs=0.005)


# Total hip replacement


def _hip(new):
    return _of_sums(hip_replacement.arm(new), hip_replacement.COST_RATE, hip_replacement.EFFECT_RATE)


@pytest.mark.parametrize(
    ("new", "cost", "qaly"), [(False, 512.434658, 14.6531896), (True, 610.311818, 14.69770986)]
)
def test_each_arm_of_the_hip_model_costs_and_gains_what_the_spreadsheet_of_the_exercise_says(new, cost, qaly):
    assert _hip(new) == (pytest.approx(cost, abs=1e-6), pytest.approx(qaly, abs=1e-7))


@pytest.mark.parametrize(
    ("new", "eighth_year"),
    [
        (False, [0.88040225, 0.00168398, 0.00618146, 0.11173231]),
        (True, [0.88631355, 0.00044144, 0.00161577, 0.11162924]),
    ],
)
def test_patients_of_the_hip_model_are_in_the_published_states_after_eight_years(new, eighth_year):
    np.testing.assert_allclose(hip_replacement.trace(new)[7, 1:], eighth_year, atol=5e-9)


def test_the_hip_model_has_the_published_icer():
    assert _compared(_hip(False), _hip(True)) == pytest.approx(2_198.49, abs=0.005)


# Sick-Sicker

RATE = sick_sicker.DISCOUNT_RATE


@pytest.mark.parametrize(
    ("strategy", "cost", "qaly"),
    [("soc", 151_580, 20.711), ("a", 284_805, 21.499), ("b", 259_100, 22.184), ("ab", 378_875, 23.137)],
)
def test_sick_sicker_by_yearly_cycles_meets_the_table_of_the_tutorial(strategy, cost, qaly):
    sums = _of_sums(sick_sicker.by_cycles(strategy), RATE, RATE)
    assert sums == (pytest.approx(cost, abs=0.5), pytest.approx(qaly, abs=0.0005))


def test_sick_sicker_by_yearly_cycles_has_the_icers_of_the_tutorial():
    costs, effects = zip(
        *(_of_sums(sick_sicker.by_cycles(key), RATE, RATE) for key in STRATEGIES), strict=True
    )
    soc, a, b, ab = frontier(costs, effects)
    assert (soc.icer, a.status, b.versus, ab.versus) == (None, "dominated", 0, 2)
    assert (b.icer, ab.icer) == (pytest.approx(72_988, abs=0.5), pytest.approx(125_764, abs=0.5))


def test_sick_sicker_in_continuous_time_has_the_reference_cost_and_qalys_of_standard_care():
    cost, qaly = _of_flows(sick_sicker.in_continuous_time("soc"), RATE)
    assert cost == pytest.approx(147_742.6, abs=0.05)
    assert qaly == pytest.approx(21.3448, abs=0.00005)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_daily_flows_of_sick_sicker_meet_the_closed_form(strategy):
    flows = _of_flows(sick_sicker.in_continuous_time(strategy), RATE)
    assert flows == pytest.approx(sick_sicker.exact_present_values(strategy), rel=1e-9)


# Sick-Sicker through the day-by-day account, the way our own results go

SETTINGS = ScenarioSettings(
    title="Sick-Sicker", digest="", perspective="sector", currency="USD", comparator="soc", price_year=2019,
    discount_rate_costs=RATE, discount_rate_effects=RATE, wtp=100_000.0, horizon_years=sick_sicker.YEARS,
    n_patients=1, seed=0, strategies={key: key for key in STRATEGIES}, resources={},
    needed={key: {} for key in STRATEGIES}, drug_price="list", price_index={"2019": 1.0},
    price_index_source="", has_arrivals=False, budget=None, payers=[],
)  # fmt: skip


def _frame(name, **columns):
    return pd.DataFrame(dict.fromkeys(COLUMNS[name]) | columns)


def _account(strategy: str) -> Results:
    """Return what one strategy earns on each day, as frames of a run."""
    flows = sick_sicker.in_continuous_time(strategy)
    years = flows.stop - flows.start
    keys = dict(zip(KEYS, ("sick_sicker", strategy, 0), strict=True))
    day = {"day": np.arange(len(years))}
    cost = {"category": "background", "cost": flows.cost * years, "covered": 0.0}
    health = {"qaly": flows.health * years, "life_years": flows.alive * years}
    return Results(
        clinical=pd.DataFrame([keys | dict.fromkeys(CLINICAL_VALUES, 1.0)]),
        flows=_frame("flows", **keys | day | cost),
        health=_frame("health", **keys | day | health),
        curves=pd.DataFrame(columns=list(COLUMNS["curves"])),
        utilization=pd.DataFrame(columns=list(COLUMNS["utilization"])),
        settings={"sick_sicker": SETTINGS},
        manifest={},
    )


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Return the comparison of all four strategies."""
    return compare(Results.combine([_account(key) for key in STRATEGIES])).set_index("strategy")


def test_a_comparison_of_sick_sicker_has_the_reference_cost_and_qalys_of_standard_care(table):
    assert table.loc["soc", "cost"] == pytest.approx(147_742.6, abs=0.05)
    assert table.loc["soc", "qaly"] == pytest.approx(21.3448, abs=0.00005)


def test_a_comparison_of_sick_sicker_meets_the_closed_form_for_every_strategy(table):
    exact = [sick_sicker.exact_present_values(key) for key in STRATEGIES]
    np.testing.assert_allclose(table[["cost", "qaly"]].to_numpy(), exact, rtol=1e-9)


def test_a_comparison_of_sick_sicker_ranks_as_the_closed_form_does(table):
    exact = np.array([sick_sicker.exact_present_values(key) for key in STRATEGIES])
    benefit = net_monetary_benefit(exact[:, 0], exact[:, 1], SETTINGS.wtp)
    b, ab = (exact[2] - exact[0]), (exact[3] - exact[2])
    assert table["status"].tolist() == ["on frontier", "dominated", "on frontier", "on frontier"]
    assert table.loc[["b", "ab"], "icer_versus"].tolist() == ["soc", "b"]
    rows = compare_table(STRATEGIES, table["cost"].to_numpy(), table["qaly"].to_numpy())
    icer = {row["strategy"]: row["icer"] for row in rows}
    np.testing.assert_allclose([icer["b"], icer["ab"]], [b[0] / b[1], ab[0] / ab[1]], rtol=1e-7)
    np.testing.assert_allclose(table["nmb"], benefit, rtol=1e-7)
    np.testing.assert_allclose(table["incremental_qaly"][1:], exact[1:, 1] - exact[0, 1], rtol=1e-7)
