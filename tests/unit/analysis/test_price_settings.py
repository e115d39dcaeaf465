"""Price year and drug price as output settings: what they change, and what they leave alone."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from as_shipped import base_case

from sim.analysis.breakdown import cost_by_category
from sim.analysis.capacity import capacity_rows
from sim.analysis.comparison import compare
from sim.analysis.output_settings import output_settings
from sim.domain.economics import Category
from sim.errors import AnalysisError
from sim.replication import replicate
from sim.results import COLUMNS, KEYS, Results, ScenarioSettings

PAIRS = {"usual_care": [(100.0, 1.0), (110.0, 1.1)], "spray": [(300.0, 1.2), (330.0, 1.3)]}
TO_2023 = 550 / 580
"""Ratio of the price index of the small scenario."""


@pytest.fixture
def results(make_results):
    return make_results(PAIRS)


@pytest.fixture
def with_rebates(results):
    """Give every row of care a rebate of 20 beside it."""
    care = results.flows[results.flows["category"] == "session"]
    rebates = care.assign(category="rebate", cost=-20.0, covered=-20.0)
    flows = pd.concat([results.flows, rebates]).sort_values(["strategy", "replication"], kind="stable")
    return replace(results, flows=flows)


def test_another_price_year_moves_costs_by_the_ratio_of_the_index_and_nothing_else(results):
    own, moved = compare(results), compare(results, price_year=2023)
    assert moved["cost"].tolist() == pytest.approx((own["cost"] * TO_2023).tolist())
    assert moved["cost_se"].tolist() == pytest.approx((own["cost_se"] * TO_2023).tolist())
    assert moved["incremental_cost"][1] == pytest.approx(own["incremental_cost"][1] * TO_2023)
    assert moved["qaly"].equals(own["qaly"])


def test_the_willingness_to_pay_stays_as_asked_when_the_price_year_changes(results):
    moved = compare(results, price_year=2023, wtp=1000)
    assert moved["nmb"].tolist() == pytest.approx((1000 * moved["qaly"] - moved["cost"]).tolist())


def test_the_scenario_s_own_price_year_changes_nothing_at_all(results):
    assert compare(results, price_year=2025).equals(compare(results))


def test_costs_by_category_add_up_to_the_cost_under_every_setting(with_rebates):
    asked = {"perspective": "societal", "drug_price": "net", "price_year": 2024}
    parts = cost_by_category(with_rebates, **asked)
    assert set(parts["category"]) == {"session", "travel", "rebate"}
    sums = parts.groupby("strategy", sort=False)["cost"].sum()
    assert sums.tolist() == pytest.approx(compare(with_rebates, **asked)["cost"].tolist())


@pytest.mark.parametrize(
    ("perspective", "given_back"),
    [("sector", 20), ("payer", 20), ("societal", 20), ("patient", 0), ("programme", 0)],
)
def test_rebates_lower_the_cost_of_whoever_pays_for_drugs_and_only_at_net_prices(
    with_rebates, results, perspective, given_back
):
    before = compare(results, perspective=perspective)["cost"]
    listed = compare(with_rebates, perspective=perspective)["cost"]
    net = compare(with_rebates, perspective=perspective, drug_price="net")["cost"]
    assert listed.tolist() == pytest.approx(before.tolist())
    assert (listed - net).tolist() == pytest.approx([given_back] * 2)


def test_the_cost_of_the_programme_beside_the_waits_moves_too(tiny):
    results = replicate(tiny, 0)
    (own, *_), (moved, *_) = capacity_rows(results), capacity_rows(results, price_year=2023)
    assert moved["programme_cost"] == pytest.approx(own["programme_cost"] * TO_2023)


def test_stored_results_can_still_be_moved_to_another_price_year(results, tmp_path):
    results.save(tmp_path / "out")
    read = Results.load(tmp_path / "out")
    assert compare(read, price_year=2024).equals(compare(results, price_year=2024))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"price_year": 1999},
            r"price_year: must be a year of the price index \(2023, 2024, 2025\), got 1999",
        ),
        (
            {"drug_price": "nett"},
            "drug_price: 'nett' is not a drug price; did you mean 'net'\\?; known: list, net",
        ),
    ],
)
def test_an_impossible_price_setting_is_refused_in_words(results, asked, message):
    with pytest.raises(AnalysisError, match=message):
        compare(results, **asked)


def test_the_base_case_shows_list_prices_and_cites_its_index():
    settings = ScenarioSettings.of(base_case())
    assert settings.drug_price == "list"
    assert settings.price_index_source.endswith("series CUUR0000SAM")
    assert output_settings(settings, price_year=2019).price_factor == pytest.approx(498.413 / 580)


@pytest.fixture(scope="module")
def as_large_as_the_base_case():
    """Return frames as large as 7 strategies, 2,000 patients and 20 replications give (612,000 flows)."""
    settings = ScenarioSettings.of(base_case())
    strategies, n_replications, n_days, categories = list(settings.strategies), 20, 731, list(Category)[:6]

    def frame(name: str, n_inner: int, **columns: object) -> pd.DataFrame:
        n_arms = len(strategies) * n_replications
        keys = {
            "scenario": pd.Categorical(["base"] * (n_arms * n_inner)),
            "strategy": pd.Categorical(np.repeat(strategies, n_replications * n_inner), strategies),
            "replication": np.tile(np.repeat(np.arange(n_replications), n_inner), len(strategies)),
        }
        inner = {key: np.tile(value, n_arms) for key, value in columns.items()}
        return pd.DataFrame(keys | dict.fromkeys(COLUMNS[name][len(KEYS) :], 0.5) | inner)

    days = np.arange(n_days)
    named = np.repeat(categories, n_days)
    return Results(
        clinical=frame("clinical", 1),
        flows=frame("flows", len(named), category=named, day=np.tile(days, len(categories))),
        health=frame("health", n_days, day=days),
        curves=frame("curves", 105, measure=["score"] * 105, week=np.arange(105)),
        utilization=frame("utilization", 105, resource=["nurse"] * 105, week=np.arange(105)),
        settings={"base": settings},
        manifest={},
    )


@pytest.mark.slow
@pytest.mark.parametrize("perspective", ["sector", "payer", "societal"])
def test_other_output_settings_take_a_fifth_of_a_second(as_large_as_the_base_case, perspective):
    def seconds() -> float:
        started = time.perf_counter()
        compare(as_large_as_the_base_case, perspective=perspective, price_year=2020, drug_price="net")
        return time.perf_counter() - started

    assert len(as_large_as_the_base_case.flows) > 600_000
    assert min(seconds() for _ in range(5)) < 0.2
