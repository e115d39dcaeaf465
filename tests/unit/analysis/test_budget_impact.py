"""Budget impact against sums by hand, a brute-force convolution, and what must hold for any numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.budget_impact import budget_impact, year_weights
from sim.analysis.budget_plan import budget_plan
from sim.errors import AnalysisError
from sim.results import COLUMNS, Results
from sim.units import DAYS_PER_YEAR

PAIRS = {"usual": [(0.0, 1.0), (0.0, 1.0)], "home": [(0.0, 1.0), (0.0, 1.0)]}
BUDGET = {
    "eligible_per_year": 100.0, "years": 2,
    "current": {"usual": 1.0}, "new": {"usual": 0.25, "home": 0.75}, "uptake": [0.5, 1.0],
}  # fmt: skip
HALF_YEAR, YEAR_AND_A_HALF = 182, 547


@pytest.fixture
def with_flows(make_results):
    """Return a function from (strategy, replication, category, day, cost, covered) rows to results."""

    def make(rows, *, horizon_years=2, has_arrivals=False, budget=BUDGET):
        results = make_results(PAIRS)
        flows = pd.DataFrame([("tiny", *row) for row in rows], columns=list(COLUMNS["flows"]))
        settings = replace(
            results.settings["tiny"], horizon_years=horizon_years, has_arrivals=has_arrivals, budget=budget
        )
        open_wide = results.utilization.assign(offered_minutes=np.nan)
        return replace(results, flows=flows, settings={"tiny": settings}, utilization=open_wide)

    return make


@pytest.fixture
def two_lumps(with_flows):
    """Return results in which usual care costs 10 at once, and home 40 half a year and 80 later."""
    return with_flows(
        [
            ("usual", 0, "session", 0, 10.0, 10.0),
            ("usual", 1, "session", 0, 14.0, 14.0),
            ("home", 0, "session", HALF_YEAR, 40.0, 40.0),
            ("home", 0, "drug", YEAR_AND_A_HALF, 80.0, 40.0),
            ("home", 1, "session", HALF_YEAR, 44.0, 44.0),
            ("home", 1, "drug", YEAR_AND_A_HALF, 80.0, 40.0),
        ]
    )


def in_year(day: int, year: int) -> float:
    """Return the chance that a cost of some day falls into a year, for a referral at a random moment of the first."""
    time = (day + 0.5) / DAYS_PER_YEAR
    referred_from, referred_to = max(0.0, year - time), min(1.0, year + 1 - time)
    return max(0.0, referred_to - referred_from)


def test_two_years_of_two_strategies_meet_the_sum_by_hand(two_lumps):
    impact = budget_impact(two_lumps)
    first = 100 * (0.625 * 10 * in_year(0, 0) + 0.375 * 40 * in_year(HALF_YEAR, 0))
    assert impact.cost[1, 0, :, 0].sum() == pytest.approx(first)
    second = 100 * (
        0.625 * 10 * in_year(0, 1)
        + 0.375 * (40 * in_year(HALF_YEAR, 1) + 40 * in_year(YEAR_AND_A_HALF, 1))
        + 0.25 * 10 * in_year(0, 0)
        + 0.75 * 40 * in_year(HALF_YEAR, 0)
    )
    assert impact.cost[1, 1, :, 0].sum() == pytest.approx(second)
    assert impact.cost[0].sum(axis=(0, 1)) == pytest.approx(
        [1000 * (1 + in_year(0, 0)), 1400 * (1 + in_year(0, 0))]
    )


def test_the_net_impact_is_the_difference_of_the_mixes_in_each_replication(two_lumps):
    impact = budget_impact(two_lumps, perspective="sector")
    current, new = impact.cost.sum(axis=2)
    np.testing.assert_allclose(impact.net, new - current, rtol=1e-12)


def test_people_move_from_one_strategy_to_another_along_the_uptake(two_lumps):
    assert budget_impact(two_lumps).plan.people.tolist() == [
        [[100, 0], [100, 0]],
        [[62.5, 37.5], [25, 75]],
    ]


def test_other_mixes_than_the_scenario_s_can_be_asked_for(two_lumps):
    impact = budget_impact(two_lumps, current={"home": 1.0}, new={"usual": 0.5, "home": 0.5}, uptake=[1.0])
    assert impact.plan.people.tolist() == [[[0, 100]], [[50, 50]]]
    told = budget_impact(two_lumps, current={"usual": 1.0}, new={"usual": 0.25, "home": 0.75})
    np.testing.assert_array_equal(told.net, budget_impact(two_lumps).net)


def test_the_payer_s_budget_counts_the_covered_part_and_others_their_own(two_lumps):
    def drugs(perspective):
        impact = budget_impact(two_lumps, perspective=perspective)
        return impact.cost[1, 1, impact.categories.index("drug"), 0]

    payer = budget_impact(two_lumps)
    assert drugs("payer") == payer.cost[1, 1, payer.categories.index("drug"), 0]
    assert drugs("sector") == pytest.approx(2 * drugs("payer"))
    assert drugs("patient") == pytest.approx(drugs("payer"))
    assert drugs("programme") == 0


def test_nothing_is_discounted_and_amounts_move_with_the_price_year(two_lumps):
    settings = replace(two_lumps.settings["tiny"], discount_rate_costs=0.5)
    dear = replace(two_lumps, settings={"tiny": settings})
    assert budget_impact(dear).cost.tolist() == budget_impact(two_lumps).cost.tolist()
    moved = budget_impact(two_lumps, price_year=2023).cost
    np.testing.assert_allclose(moved, budget_impact(two_lumps).cost * 550 / 580)


def test_equal_mixes_have_no_impact_at_all(with_flows):
    mix = {"usual": 0.3, "home": 0.7}
    budget = BUDGET | {"current": mix, "new": mix, "uptake": [0.1, 0.7]}
    rows = [("usual", 0, "session", 3, 0.1, 0.1), ("home", 1, "drug", 400, 0.7, 0.3)]
    impact = budget_impact(with_flows(rows, budget=budget))
    assert impact.net.tolist() == [[0, 0], [0, 0]]
    assert impact.cost[0].tolist() == impact.cost[1].tolist()


def test_the_convolution_is_that_of_people_referred_one_by_one():
    rng = np.random.default_rng(7)
    day, cost = rng.integers(0, 1826, 40), rng.random(40)
    n_people = 100_000
    referred = (np.arange(n_people) + 0.5) / n_people
    falls_in = np.floor(referred[:, np.newaxis] + (day + 0.5) / DAYS_PER_YEAR)
    one_by_one = [(cost * (falls_in == year)).sum() / n_people for year in range(5)]
    np.testing.assert_allclose(year_weights(day, 5) @ cost, one_by_one, atol=40 / n_people)


@given(day=st.lists(st.integers(0, 1826), min_size=1, max_size=20))
def test_every_cost_falls_into_some_year_exactly_once(day):
    weights = year_weights(np.array(day), 7)
    assert weights.min() >= 0
    np.testing.assert_allclose(weights.sum(axis=0), 1, rtol=1e-12)


def test_years_beyond_the_follow_up_are_told(with_flows):
    rows = [("usual", 0, "session", 0, 10.0, 10.0)]
    assert budget_impact(with_flows(rows)).truncated_years == ()
    longer = budget_impact(with_flows(rows), uptake=[0.2, 0.5, 1, 1])
    assert (longer.plan.years, longer.truncated_years) == (4, (3, 4))
    assert budget_impact(with_flows(rows, horizon_years=0.5), years=1).truncated_years == (1,)


def test_limits_of_resources_are_told(two_lumps):
    limited = replace(two_lumps, utilization=two_lumps.utilization.assign(offered_minutes=200.0))
    assert not budget_impact(two_lumps).is_limited
    assert budget_impact(limited).is_limited


def test_twice_the_people_cost_twice_as_much(two_lumps):
    once, twice = budget_impact(two_lumps), budget_impact(two_lumps, eligible_per_year=200)
    np.testing.assert_allclose(twice.net, 2 * once.net)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"years": 0}, "years: must lie in 1 to 5, got 0"),
        (
            {"years": 3},
            "uptake: must give a share for each of the 3 years, got 2; such as --uptake 0.2,0.5,1",
        ),
        ({"uptake": [1.5]}, r"uptake: must lie in \[0, 1\], got 1.5"),
        *(
            ({"eligible_per_year": number}, f"eligible_per_year: must be above 0 and at most .*, got {told}")
            for number, told in ((0, "0"), (1e308, r"1e\+308"), (float("inf"), "inf"))
        ),
        (
            {"new": {"usual": 0.5, "home": 0.4}},
            "budget.new: must be shares from 0 to 1 that add up to 1, got 0.5, 0.4",
        ),
        ({"perspective": "payr"}, "perspective: 'payr' is not a perspective; did you mean 'payer'"),
    ],
)
def test_an_impossible_budget_is_refused_in_words(two_lumps, asked, message):
    with pytest.raises(AnalysisError, match=message):
        budget_impact(two_lumps, **asked)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"budget": None}, "budget: must be in the scenario, got none; add current, new and uptake to it"),
        (
            {"has_arrivals": True},
            "population.arrivals: must be left out for a budget.*--set population.arrivals=null",
        ),
        (
            {"budget": BUDGET | {"new": {"hom": 1.0}}},
            "budget.new.hom: 'hom' is not a strategy; did you mean 'home'",
        ),
    ],
)
def test_a_scenario_that_cannot_answer_is_refused_in_words(with_flows, settings, message):
    results = with_flows([("usual", 0, "session", 0, 10.0, 10.0)], **settings)
    with pytest.raises(AnalysisError, match=message):
        budget_plan(results.settings["tiny"])


def test_a_strategy_without_results_is_refused_in_words(two_lumps):
    frames = {name: frame[frame["strategy"] == "usual"] for name, frame in two_lumps.frames.items()}
    with pytest.raises(
        AnalysisError, match="budget: strategy 'home' must have results, got none; run it too"
    ):
        budget_impact(replace(two_lumps, **frames))


def test_the_question_travels_with_stored_results(two_lumps, tmp_path):
    two_lumps.save(tmp_path / "out")
    assert budget_impact(Results.load(tmp_path / "out")).net.tolist() == budget_impact(two_lumps).net.tolist()
