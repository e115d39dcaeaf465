from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.analysis.breakdown import clinical_means, cost_by_category, mean_curves, mean_utilization
from sim.analysis.comparison import COLUMNS, ERROR_COLUMNS, EXTRA_COLUMNS, compare, to_rows
from sim.analysis.fieller import fieller_interval
from sim.errors import AnalysisError
from sim.results import Results

PAIRS = {
    "usual_care": [(100.0, 1.0), (110.0, 1.1)],
    "home": [(300.0, 1.2), (330.0, 1.3)],
    "clinic": [(600.0, 1.1), (640.0, 1.2)],
}
FOUR = {
    "usual_care": [(100.0, 1.0), (110.0, 1.0), (90.0, 1.0), (100.0, 1.0)],
    "home": [(310.0, 1.2), (300.0, 1.22), (290.0, 1.18), (300.0, 1.2)],
}
DESIGN = [
    "strategy",
    "n_patients",
    "eligible_share",
    "started_share",
    "response_share",
    "remission_share",
    "relapse_free_6m",
    "relapse_free_12m",
    "median_days_to_response",
    "median_wait_days",
    "sessions_per_starter",
    "dropout_share",
    "cost",
    "qaly",
    "life_years",
    "depression_free_days",
    "cost_per_responder",
    "cost_per_remitter",
    "incremental_cost",
    "incremental_qaly",
    "icer",
    "nmb",
    "status",
]


@pytest.fixture
def results(make_results):
    return make_results(PAIRS)


def with_responders(results: Results, strategy: str, shares: list[float]) -> Results:
    """Let half start everywhere, and this share of them respond: 0.2 with the others."""
    clinical = results.clinical.assign(started_share=0.5, response_share=0.2)
    clinical.loc[clinical["strategy"] == strategy, "response_share"] = shares
    return replace(results, clinical=clinical)


def _by_strategy(table: pd.DataFrame, column: str) -> dict[str, object]:
    return dict(zip(table["strategy"], to_rows(table[[column]]), strict=True))


def test_the_columns_are_those_of_the_design(results):
    table = compare(results)
    assert list(COLUMNS) == DESIGN
    assert list(table.columns) == [*COLUMNS, *ERROR_COLUMNS, *EXTRA_COLUMNS]
    assert set(ERROR_COLUMNS) == {f"{name}_se" for name in DESIGN} - {
        "strategy_se",
        "n_patients_se",
        "status_se",
    }


def test_rows_stand_in_the_order_of_the_scenario(results):
    assert compare(results)["strategy"].tolist() == ["usual_care", "home", "clinic"]


def test_costs_and_qalys_are_means_over_replications(results):
    table = compare(results)
    assert table["cost"].tolist() == pytest.approx([105, 315, 620])
    assert table["qaly"].tolist() == pytest.approx([1.05, 1.25, 1.15])
    assert table["cost_se"].tolist() == pytest.approx([5, 15, 20])


def test_increments_are_paired_by_replication(results):
    rows = to_rows(compare(results))
    assert [row["incremental_cost"] for row in rows] == [None, pytest.approx(210), pytest.approx(515)]
    assert [row["incremental_cost_se"] for row in rows] == [None, pytest.approx(10), pytest.approx(15)]
    assert rows[1]["incremental_qaly_se"] == pytest.approx(0, abs=1e-12)


def test_another_comparator_changes_increments_and_nothing_else(results):
    usual, home = compare(results), compare(results, comparator="home")
    assert to_rows(home)[2]["incremental_cost"] == pytest.approx(305)
    changed = {name for name in usual.columns if not usual[name].equals(home[name])}
    assert {"incremental_cost", "incremental_qaly", "incremental_nmb", "incremental_cost_se"} <= changed
    assert [name for name in changed if not name.startswith("incremental_")] == []


def test_icers_are_fully_incremental_and_dominated_strategies_have_none(results):
    rows = to_rows(compare(results))
    assert [row["status"] for row in rows] == ["on frontier", "on frontier", "dominated"]
    assert [row["icer"] for row in rows] == [None, pytest.approx(1050), None]
    assert [row["icer_versus"] for row in rows] == [None, "usual_care", None]


def test_an_icer_comes_with_its_interval_from_paired_replications(make_results):
    row = to_rows(compare(make_results(FOUR)))[1]
    costs, qalys = np.array([210.0, 190, 200, 200]), np.array([0.2, 0.22, 0.18, 0.2])
    assert (row["icer"], row["icer_low"], row["icer_high"]) == pytest.approx(fieller_interval(costs, qalys))
    assert row["icer_reason"] is None
    assert row["icer_low"] < row["icer"] < row["icer_high"]


def test_an_icer_is_refused_when_chance_can_explain_the_difference_in_qalys(make_results):
    arms = {"a": [(100.0, 1.0), (100.0, 1.0)], "b": [(200.0, 1.003), (210.0, 0.999)]}
    row = to_rows(compare(make_results(arms)))[1]
    assert (row["status"], row["icer_versus"]) == ("on frontier", "a")
    assert (row["icer"], row["icer_low"], row["icer_high"]) == (None, None, None)
    assert row["icer_reason"] == (
        "difference in QALYs 0.001 ± 0.002 cannot be told from zero (2 replications); "
        "compare net monetary benefits instead"
    )
    assert row["incremental_nmb"] == pytest.approx(0.001 * 100_000 - 105)


def test_one_replication_gives_no_icer(make_results):
    row = to_rows(compare(make_results({"a": [(1.0, 1.0)], "b": [(2.0, 2.0)]})))[1]
    assert (row["status"], row["icer"]) == ("on frontier", None)
    assert (
        row["icer_reason"]
        == "one replication cannot tell a difference in QALYs from chance; run at least two"
    )


def test_strategies_without_an_icer_say_why(make_results):
    arms = {
        name: [pair, pair] for name, pair in {"none": (0.0, 1.0), "x": (90.0, 1.1), "y": (100.0, 2.0)}.items()
    }
    rows = to_rows(compare(make_results(arms | {"z": [(110.0, 1.5)] * 2})))
    assert [row["icer_reason"] for row in rows] == [
        "cheapest on the frontier: there is none to count from",
        "extendedly dominated: a mixture of two others gains as much for less",
        None,
        "dominated: another strategy costs no more and gains no less",
    ]


def test_increments_of_net_benefit_are_paired_by_replication(results):
    rows = to_rows(compare(results, wtp=1000))
    assert [row["incremental_nmb"] for row in rows] == [None, pytest.approx(-10), pytest.approx(-415)]
    assert [row["incremental_nmb_se"] for row in rows] == [None, pytest.approx(10), pytest.approx(15)]


def test_cost_per_depression_free_day_is_a_ratio_of_means(make_results):
    row = to_rows(compare(make_results(PAIRS, depression_free_days=50.0)))[1]
    assert row["cost_per_depression_free_day"] == pytest.approx(315 / 50)
    assert row["cost_per_depression_free_day_se"] == pytest.approx(15 / 50)


def test_what_one_more_responder_costs_needs_more_responders_beyond_chance(make_results):
    rows = to_rows(compare(with_responders(make_results(FOUR), "home", [0.50, 0.52, 0.48, 0.50])))
    expected = fieller_interval(np.array([210.0, 190, 200, 200]), np.array([0.25, 0.26, 0.24, 0.25]) - 0.1)
    told = [rows[1][f"incremental_cost_per_responder{end}"] for end in ("", "_low", "_high")]
    assert told == pytest.approx(list(expected))
    assert rows[1]["incremental_responders"] == pytest.approx(0.15)
    unclear = to_rows(compare(with_responders(make_results(FOUR), "home", [0.1, 0.35, 0.2, 0.3])))
    assert unclear[1]["incremental_responders"] > 0
    assert unclear[1]["incremental_cost_per_responder"] is None


def test_a_strategy_that_saves_money_has_no_cost_of_one_more_responder(make_results):
    results = with_responders(make_results(FOUR), "home", [0.50, 0.52, 0.48, 0.50])
    row = to_rows(compare(results, comparator="home"))[0]
    assert (row["incremental_cost"], row["incremental_cost_per_responder"]) == (pytest.approx(-200), None)


def test_net_monetary_benefit_follows_the_willingness_to_pay(results):
    assert compare(results, wtp=1000)["nmb"].tolist() == pytest.approx([945, 935, 530])
    assert compare(results)["nmb"].tolist() == pytest.approx([104_895, 124_685, 114_380])


@pytest.mark.parametrize(
    ("perspective", "cost"),
    [("sector", 105), ("payer", 26.25), ("patient", 78.75 + 10), ("societal", 115), ("programme", 0)],
)
def test_each_perspective_counts_its_own_part(results, perspective, cost):
    assert compare(results, perspective=perspective)["cost"][0] == pytest.approx(cost)


def test_costs_and_effects_are_discounted_at_their_own_rates(results):
    table = compare(results, perspective="societal", discount_rate_costs=0.5, discount_rate_effects=0.1)
    half_a_day = 0.5 / 365.25
    assert table["cost"][0] == pytest.approx(105 * 1.5**-half_a_day + 10 * 1.5 ** -(365.5 / 365.25))
    assert table["qaly"][0] == pytest.approx(1.05 * 1.1**-half_a_day)


def test_cost_per_responder_divides_by_responders_per_referred_patient(make_results):
    table = compare(make_results(PAIRS, started_share=0.5, response_share=0.4, remission_share=0.2))
    assert table["cost_per_responder"].tolist() == pytest.approx([525, 1575, 3100])
    assert table["cost_per_remitter"].tolist() == pytest.approx([1050, 3150, 6200])
    assert table["cost_per_responder_se"].tolist() == pytest.approx([25, 75, 100])


def test_responders_per_referred_patient_are_counted_in_each_replication(make_results):
    first = make_results({"a": [(1000.0, 1.0)]}, started_share=0.2, response_share=0.9, remission_share=0.5)
    second = make_results(
        {"a": [(2000.0, 1.0)]},
        first_replication=1,
        started_share=0.8,
        response_share=0.1,
        remission_share=0.0,
    )
    row = to_rows(compare(Results.combine([first, second]), scenario="tiny"))[0]
    assert row["cost_per_responder"] == pytest.approx(1500 / ((0.18 + 0.08) / 2))
    assert row["cost_per_remitter"] == pytest.approx(1500 / (0.1 / 2))
    per_responder = 1500 / 0.13
    moves = [(1000 - per_responder * 0.18) / 0.13, (2000 - per_responder * 0.08) / 0.13]
    assert row["cost_per_responder_se"] == pytest.approx(abs(moves[1] - moves[0]) / 2)


def test_a_replication_in_which_nobody_started_counts_no_responder(make_results):
    first = make_results({"a": [(1000.0, 1.0)]}, started_share=0.2, response_share=0.5)
    second = make_results(
        {"a": [(1000.0, 1.0)]}, first_replication=1, started_share=0.0, response_share=float("nan")
    )
    row = to_rows(compare(Results.combine([first, second])))[0]
    assert row["cost_per_responder"] == pytest.approx(1000 / (0.1 / 2))


def test_an_icer_has_a_column_for_its_error_that_is_always_empty(results):
    assert [row["icer_se"] for row in to_rows(compare(results))] == [None, None, None]


def test_without_responders_there_is_no_cost_per_responder(make_results):
    row = to_rows(compare(make_results(PAIRS, started_share=0.0, response_share=float("nan"))))[0]
    assert (row["cost_per_responder"], row["cost_per_responder_se"], row["response_share"]) == (
        None,
        None,
        None,
    )


def test_one_replication_has_no_errors(make_results):
    row = to_rows(compare(make_results({"a": [(1.0, 1.0)], "b": [(2.0, 2.0)]})))[1]
    assert {name: row[name] for name in ERROR_COLUMNS} == dict.fromkeys(ERROR_COLUMNS)


def test_one_strategy_alone_can_be_described(make_results):
    row = to_rows(compare(make_results({"a": [(1.0, 1.0), (2.0, 1.0)]})))[0]
    assert (row["status"], row["icer"], row["incremental_cost"]) == ("on frontier", None, None)


def test_swapping_strategies_swaps_rows(make_results):
    swapped = make_results(
        {"usual_care": PAIRS["home"], "home": PAIRS["usual_care"], "clinic": PAIRS["clinic"]}
    )
    table, other = compare(make_results(PAIRS)), compare(swapped)
    numbers = ["cost", "qaly", "nmb", "icer", "cost_se", "nmb_se"]
    np.testing.assert_array_equal(table.loc[[1, 0, 2], numbers], other[numbers])


def test_rows_are_ready_for_json(results):
    rows = json.loads(json.dumps(to_rows(compare(results)), allow_nan=False))
    assert rows[0]["strategy"] == "usual_care"
    assert rows[0]["n_patients"] == 100
    assert rows[0]["icer"] is None


def test_several_scenarios_stand_below_each_other(make_results):
    both = Results.combine([make_results(PAIRS), make_results({"a": [(1.0, 1.0)]}, name="other")])
    assert compare(both)["scenario"].tolist() == ["tiny", "tiny", "tiny", "other"]
    assert compare(both, scenario="other")["strategy"].tolist() == ["a"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"comparator": "hone"}, "comparator: 'hone' is not a strategy; did you mean 'home'"),
        ({"perspective": "payor"}, "perspective: 'payor' is not a perspective; did you mean 'payer'"),
        ({"scenario": "tine"}, "scenario: 'tine' is not a scenario of these results; did you mean 'tiny'"),
        ({"discount_rate_costs": -0.01}, r"discount_rate_costs: must lie in \[0, 1\], got -0.01$"),
        (
            {"discount_rate_effects": 3},
            r"discount_rate_effects: must lie in \[0, 1\], got 3; write 3 % as 0.03",
        ),
        ({"wtp": 0}, "wtp: must be above 0, got 0"),
    ],
)
def test_impossible_settings_are_refused_in_words(results, settings, message):
    with pytest.raises(AnalysisError, match=message):
        compare(results, **settings)


def test_strategies_with_different_replications_cannot_be_paired(make_results):
    results = make_results({"a": [(1.0, 1.0), (2.0, 1.0)], "b": [(1.0, 1.0)]})
    with pytest.raises(AnalysisError, match="got none with number 1 for 'b'; run what is missing"):
        compare(results)


def test_costs_by_category_add_up_to_the_table(results):
    table = cost_by_category(results, perspective="societal")
    assert table["category"].unique().tolist() == ["session", "travel"]
    assert table.groupby("strategy", sort=False)["cost"].sum().tolist() == pytest.approx([115, 325, 630])
    assert table["cost_se"].tolist() == pytest.approx([5, 0, 15, 0, 20, 0])


def test_clinical_means_hold_every_column_with_its_error(results):
    table = clinical_means(results, scenario="tiny")
    assert table["death_share"].tolist() == [0.5, 0.5, 0.5]
    assert table["death_share_se"].tolist() == [0, 0, 0]


def test_curves_are_averaged_over_replications(results):
    table = mean_curves(results)
    assert table["value"].tolist() == pytest.approx([105, 315, 620])
    assert table["value_se"].tolist() == pytest.approx([5, 15, 20])


def test_utilization_is_minutes_used_over_minutes_offered(results):
    table = mean_utilization(results, scenario="tiny")
    assert table["utilization"].tolist() == pytest.approx([105 / 200, 315 / 200, 620 / 200])
