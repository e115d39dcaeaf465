"""A budget impact in words, tables and rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.budget_impact import BudgetImpact
from sim.analysis.budget_plan import BudgetPlan
from sim.analysis.output_settings import output_settings
from sim.report.budget import (
    budget_caption,
    budget_content,
    budget_exhibit,
    budget_sentences,
    budget_tables,
    net_table,
)
from sim.results import ScenarioSettings

COST = np.array(
    [
        [[[1000.0, 1010.0], [0, 0], [500, 500]], [[2000, 2020], [0, 0], [500, 500]]],
        [[[1400.0, 1430.0], [0, 0], [500, 500]], [[3000, 3060], [0, 0], [500, 500]]],
    ]
)


@pytest.fixture
def impact(tiny):
    settings = ScenarioSettings.of(tiny)
    plan = BudgetPlan(
        eligible_per_year=100,
        years=2,
        strategies=("usual_care", "tablets", "infusion"),
        shares=np.array([[0.5, 0.5, 0], [0.5, 0, 0.5]]),
        uptake=np.array([0.5, 1]),
    )
    return BudgetImpact(
        scenario="tiny",
        settings=settings,
        output=output_settings(settings, perspective="payer"),
        plan=plan,
        categories=("session", "travel", "adverse_events"),
        cost=COST,
        net=(COST[1] - COST[0]).sum(axis=1),
        truncated_years=(2,),
        is_limited=True,
    )


def test_rows_tell_costs_by_year_mix_and_category(impact):
    content = budget_content(impact)
    assert content["results"][0] == {
        "scenario": "tiny", "year": 1, "mix": "current", "category": "session", "cost": 1005, "cost_se": 5,
    }  # fmt: skip
    assert {row["category"] for row in content["results"]} == {"session", "adverse_events"}
    assert content["totals"][-1] == {
        "scenario": "tiny", "year": 2, "mix": "new", "cost": 3530, "cost_se": 30,
    }  # fmt: skip


def test_categories_of_a_year_and_mix_add_up_to_their_total(impact):
    content = budget_content(impact)
    for total in content["totals"]:
        parts = [
            row["cost"]
            for row in content["results"]
            if (row["year"], row["mix"]) == (total["year"], total["mix"])
        ]
        assert sum(parts) == pytest.approx(total["cost"])


def test_the_net_impact_has_the_error_of_its_pairs_and_a_row_for_all_years(impact):
    assert budget_content(impact)["net"] == [
        {"scenario": "tiny", "year": 1, "net": 410, "net_se": 10},
        {"scenario": "tiny", "year": 2, "net": 1020, "net_se": 20},
        {"scenario": "tiny", "year": None, "net": 1430, "net_se": pytest.approx(30)},
    ]


def test_people_and_settings_are_told(impact):
    content = budget_content(impact)
    assert [row["people"] for row in content["people"] if row["strategy"] == "infusion"] == [25, 50]
    (settings,) = content["settings"]
    assert (settings["perspective"], settings["price_year"], settings["truncated_years"]) == (
        "payer",
        2025,
        [2],
    )
    assert settings["new"] == {"usual_care": 0.5, "infusion": 0.5}


def test_one_replication_has_no_error_and_no_interval(impact):
    single = replace(impact, cost=impact.cost[..., :1], net=impact.net[:, :1])
    assert budget_content(single)["net"][0]["net_se"] is None
    assert budget_sentences(single)[0] == (
        "Over 2 years the new mix costs $1,400 more than the current one (payer perspective)."
    )


def test_the_answer_says_by_how_much_and_how_sure(impact):
    surer = replace(
        impact, net=np.array([[-400.0, -401.0], [-1000, -1001]]), truncated_years=(), is_limited=False
    )
    assert budget_sentences(surer) == [
        "Over 2 years the new mix costs $1,401 less than the current one (payer perspective, 95 % interval "
        "-$1,414 to -$1,388)."
    ]


def test_an_interval_that_spans_zero_is_no_clear_difference(impact):
    unsure = replace(impact, net=np.array([[400.0, -390.0], [0, 0]]))
    assert budget_sentences(unsure)[0] == (
        "Over 2 years there is no clear difference between the mixes: the new one costs $5 more than the current "
        "one (payer perspective, 95 % interval -$5,014 to $5,024)."
    )


def test_equal_mixes_cost_the_same(impact):
    told = budget_sentences(replace(impact, net=np.zeros((2, 2))))
    assert told[0] == "Over 2 years the new mix costs the same as the current one (payer perspective)."


def test_missing_follow_up_and_limits_are_warned_of(impact):
    assert budget_sentences(impact)[1:] == [
        "Warning: patients were followed for 1 year, so later costs are missing in year 2, in both mixes and in "
        "their difference; run a longer horizon (--set horizon_years=...).",
        "Warning: some resources have limits, so the cost of a person depends on how many came in the run; it is "
        "scaled to the people below as it is.",
    ]


def test_the_tables_show_totals_categories_and_people(impact):
    totals, categories, people = budget_tables(impact)
    assert totals.rows == (
        ("1", "$1,505 ± 5", "$1,915 ± 15", "$410 ± 10"),
        ("2 (cut short)", "$2,510 ± 10", "$3,530 ± 30", "$1,020 ± 20"),
        ("All", "$4,015 ± 15", "$5,445 ± 45", "$1,430 ± 30"),
    )
    assert categories.header == (
        "Category",
        "Year 1, current",
        "Year 1, new",
        "Year 2, current",
        "Year 2, new",
    )
    assert categories.rows[1] == ("adverse events", "$500", "$500", "$500", "$500")
    assert people.rows[2] == ("Infusion, then tablets", "-", "25", "-", "50")


def test_the_figure_tells_net_prices_of_drugs(impact):
    net = replace(impact, output=output_settings(impact.settings, perspective="payer", drug_price="net"))
    facts = (
        "USD 2025 (prices moved by an assumed index), drugs net of rebates, payer perspective, 2 years, not"
    )
    assert facts in budget_exhibit(net).caption
    assert facts in budget_caption(net)


def test_the_caption_says_money_perspective_people_and_uptake(impact):
    assert budget_caption(impact) == (
        "100 people referred a year, evenly through each year, none before the first; 50.0% and 100.0% of the way "
        "to the new mix by year. USD 2025 (prices moved by an assumed index), payer perspective, 2 years, not "
        "discounted; 200 patients per strategy, no draws of parameters, 2 replications; ± standard error between "
        "replications (chance only)."
    )


def test_the_net_impact_adds_up_within_each_replication(impact):
    first, second = net_table(impact).rows
    assert first == ("1", "50.0%", "25", "$410 ± 10", "$410 ± 10")
    assert second == ("2 (cut short)", "100.0%", "50", "$1,020 ± 20", "$1,430 ± 30")
