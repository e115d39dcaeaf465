"""Levers of a deterministic analysis, their ranges, and the points along and across them."""

from __future__ import annotations

import pytest
from builders import Tree, atom, set_value

from sim.design.dsa import by_theme, grid, levers, line, main_levers, one_way, point, steps_of
from sim.design.points import Points, contradiction
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import value_at
from sim.errors import ScenarioError

PRICE = "care.screening.price"
COMMERCIAL, NONE, MEDICARE = (f"population.payers.{key}" for key in ("commercial", "none", "medicare"))


def lever_at(scenario: Scenario, path: str):
    (lever,) = levers(scenario, [path])
    return lever


@pytest.fixture
def three_payers(tiny_tree: Tree) -> Scenario:
    for key, share in (("commercial", 0.5), ("none", 0.2), ("medicare", 0.3)):
        tiny_tree["population"]["payers"][key] = atom(share, "probability") | {"range": [0, 0.8]}
    return Scenario.model_validate(tiny_tree)


def test_a_stated_range_comes_before_the_distribution(tiny: Scenario) -> None:
    price = lever_at(tiny, PRICE)
    assert (price.value, price.low, price.high) == (250, 125, 375)
    assert (price.label, price.unit, price.paths) == ("screening: price", "USD", (PRICE,))


def test_where_no_range_is_stated_it_is_the_middle_95_percent(tiny_tree: Tree) -> None:
    tiny_tree["sources"] = {"smith2019": {"citation": "Smith 2019", "design": "trial", "year": 2019}}
    tiny_tree["care"]["deferral"] = {
        "value": 60, "unit": "days", "source": "smith2019", "locator": "Table 2", "grade": "RCT",
        "distribution": {"uniform": {"low": 20, "high": 100}},
    }  # fmt: skip
    lever = lever_at(Scenario.model_validate(tiny_tree), "care.deferral")
    assert (lever.low, lever.high) == pytest.approx((22, 98))


def test_a_range_of_a_distribution_is_cut_to_what_the_unit_allows(tiny_tree: Tree) -> None:
    tiny_tree["sources"] = {"smith2019": {"citation": "Smith 2019", "design": "trial", "year": 2019}}
    tiny_tree["illness"]["relapse"]["failed_trials"] = {
        "value": 0, "unit": "ratio", "source": "smith2019", "locator": "Table 2", "grade": "RCT",
        "distribution": {"normal": {"mean": 0, "sd": 1}},
    }  # fmt: skip
    lever = lever_at(Scenario.model_validate(tiny_tree), "illness.relapse.failed_trials")
    assert (lever.low, lever.high) == pytest.approx((0, 1.959964))


def test_a_range_that_is_a_point_is_no_lever(tiny_tree: Tree) -> None:
    set_value(tiny_tree, "care.deferral", 60)
    assert "care.deferral" not in {lever.path for lever in levers(Scenario.model_validate(tiny_tree))}


def test_a_hazard_is_a_lever_by_its_first_number(tiny_tree: Tree) -> None:
    for key in ("tablets", "infusion"):
        tiny_tree["treatments"][key]["durability"]["relapse_hazard"]["range"] = [1, 4]
    lever = lever_at(Scenario.model_validate(tiny_tree), "treatments.infusion.durability.relapse_hazard")
    assert (lever.value, lever.low, lever.high, len(lever.paths)) == (2, 1, 4, 2)


def test_a_price_of_another_year_than_the_results_says_so(tiny_tree: Tree) -> None:
    tiny_tree["care"]["screening"]["price"]["price_year"] = 2023
    scenario = Scenario.model_validate(tiny_tree)
    assert lever_at(scenario, PRICE).unit == "USD in 2023 prices"
    assert lever_at(scenario, "economics.mile").unit == "USD per mile"


def test_any_place_of_a_figure_stands_for_it(tiny: Scenario) -> None:
    first, second = (f"treatments.{key}.dropout.per_induction_session" for key in ("tablets", "infusion"))
    assert lever_at(tiny, second) == lever_at(tiny, first)
    assert levers(tiny, [first, second]) == [lever_at(tiny, first)]
    assert point(tiny, lever_at(tiny, second), 0.1) == {first: 0.1, second: 0.1}


def test_equal_figures_of_different_range_are_varied_apart(tiny_tree: Tree) -> None:
    first, second = (f"treatments.{key}.uptake.accepts" for key in ("tablets", "infusion"))
    tiny_tree["treatments"]["infusion"]["uptake"]["accepts"]["range"] = [0.7, 0.9]
    scenario = Scenario.model_validate(tiny_tree)
    assert (lever_at(scenario, first).low, lever_at(scenario, first).paths) == (0.4, (first,))
    assert (lever_at(scenario, second).low, lever_at(scenario, second).paths) == (0.7, (second,))


def test_what_changes_no_outcome_is_no_lever(tiny_tree: Tree) -> None:
    people = {"range": [50, 200], "unit": "people per year", "value": 100}
    said = {"source": "assumption", "grade": "assumption"}
    tiny_tree["research"] = {
        "people_per_year": people | said, "decision_years": atom(5, "years") | {"range": [1, 9]},
        "trials": {},
    }  # fmt: skip
    tiny_tree["budget"] = {
        "eligible_per_year": people | said, "years": 1, "current": {"usual_care": 1.0},
        "new": {"infusion": 1.0}, "uptake": [1.0],
    }  # fmt: skip
    correlation = {"value": 0.5, "unit": "correlation", "range": [0, 1]} | said
    tiny_tree["correlations"] = {
        "prices": {"of": PRICE, "to": "care.preparation.price", "correlation": correlation}
    }
    found = {lever.path.split(".")[0] for lever in levers(Scenario.model_validate(tiny_tree))}
    assert found == {"economics", "illness", "population", "resources", "care", "treatments"}


def test_unknown_paths_are_told_together_with_the_nearest(tiny: Scenario) -> None:
    with pytest.raises(
        ScenarioError,
        match=r"--parameter: 'care\.screening\.prize' is not a parameter with a range; "
        r"did you mean 'care\.screening\.price'\?\n--parameter: 'nothing' is not a parameter with a range",
    ):
        levers(tiny, ["care.screening.prize", PRICE, "nothing"])


def test_the_option_that_is_wrong_is_named(tiny: Scenario) -> None:
    with pytest.raises(ScenarioError, match="--two-way: 'nothing' is not a parameter with a range"):
        levers(tiny, ["nothing"], option="--two-way")


def test_the_ends_of_each_figure_follow_the_scenario_as_it_is(tiny: Scenario) -> None:
    both = levers(tiny, [PRICE, "care.deferral"])
    assert one_way(tiny, both) == [
        {}, {PRICE: 125}, {PRICE: 375}, {"care.deferral": 30}, {"care.deferral": 90},
    ]  # fmt: skip


def test_steps_run_evenly_from_end_to_end(tiny: Scenario) -> None:
    price = lever_at(tiny, PRICE)
    assert steps_of(price, 3) == [125, 250, 375]
    assert line(tiny, price, [1, 2]) == [{PRICE: 1}, {PRICE: 2}]


@pytest.mark.parametrize("steps", [1, 0, -3])
def test_too_few_steps_are_refused(tiny: Scenario, steps: int) -> None:
    with pytest.raises(ScenarioError, match=rf"--steps must be at least 2, got {steps}"):
        steps_of(lever_at(tiny, PRICE), steps)


def test_in_a_grid_the_second_figure_runs_fastest(tiny: Scenario) -> None:
    price, days = lever_at(tiny, PRICE), lever_at(tiny, "care.deferral")
    assert [tuple(one.values()) for one in grid(tiny, price, days, 2)] == [
        (125, 30), (125, 90), (375, 30), (375, 90),
    ]  # fmt: skip


@pytest.mark.parametrize("value", [0.0, 0.35, 0.8])
def test_other_payers_give_way_in_proportion(three_payers: Scenario, value: float) -> None:
    found = point(three_payers, lever_at(three_payers, NONE), value)
    assert sum(found.values()) == pytest.approx(1)
    assert found[NONE] == value
    assert found[COMMERCIAL] / found[MEDICARE] == pytest.approx(5 / 3)
    assert contradiction(three_payers, found) is None


def test_a_payer_of_all_gives_way_to_the_others_alike(tiny_tree: Tree) -> None:
    for key, share in (("commercial", 1), ("none", 0), ("medicare", 0)):
        tiny_tree["population"]["payers"][key] = atom(share, "probability") | {"range": [0, 1]}
    scenario = Scenario.model_validate(tiny_tree)
    assert point(scenario, lever_at(scenario, COMMERCIAL), 0.4) == pytest.approx(
        {COMMERCIAL: 0.4, NONE: 0.3, MEDICARE: 0.3}
    )


def test_shares_of_two_payers_keep_their_values_in_a_grid(three_payers: Scenario) -> None:
    across, up = lever_at(three_payers, COMMERCIAL), lever_at(three_payers, NONE)
    for found, (x, y) in zip(
        grid(three_payers, across, up, 3), [(x, y) for x in (0, 0.4, 0.8) for y in (0, 0.4, 0.8)], strict=True
    ):
        assert (found[COMMERCIAL], found[NONE]) == pytest.approx((x, y))
        is_possible = x + y <= 1
        assert (contradiction(three_payers, found) is None) == is_possible


def test_two_payers_of_two_leave_nothing_to_give_way(tiny: Scenario) -> None:
    found = grid(tiny, lever_at(tiny, COMMERCIAL), lever_at(tiny, NONE), 2)
    shares = [share for one in found for share in one.values()]
    assert shares == pytest.approx([0.35, 0.15, 0.35, 0.45, 1, 0.15, 1, 0.45])
    assert "payers must add up to 1" in contradiction(tiny, found[0])


def test_points_are_numbered_and_impossible_ones_left_out(tiny: Scenario) -> None:
    impossible = {"illness.definitions.relapse": 9.0}
    chosen = Points(4, ({}, impossible, {PRICE: 300.0}))
    found = dict(chosen.worlds(tiny))
    assert chosen.name == "points 4 to 6"
    assert list(found) == [4, 6]
    assert found[4] == tiny
    assert value_at(found[6], PRICE) == 300


def test_a_contradiction_is_told(tiny: Scenario) -> None:
    assert contradiction(tiny, {}) is None
    assert contradiction(tiny, {"illness.definitions.relapse": 9.0}) == (
        "illness.definitions.relapse: must be above remission 10, got 9"
    )


def test_every_range_holds_its_value(tiny: Scenario) -> None:
    assert len(levers(tiny)) > 50
    assert all(lever.low <= lever.value <= lever.high for lever in levers(tiny))


def test_themes_hold_every_figure_once_the_largest_first(tiny: Scenario) -> None:
    found = levers(tiny)
    themes = by_theme(found)
    assert sorted(lever.path for group in themes.values() for lever in group) == sorted(
        lever.path for lever in found
    )
    sizes = [len(group) for group in themes.values()]
    assert sizes == sorted(sizes, reverse=True)


def test_the_main_figures_are_those_of_effects_and_prices_and_all_where_there_are_none(
    tiny: Scenario,
) -> None:
    found = levers(tiny)
    main = {lever.path for lever in main_levers(found)}
    assert "treatments.infusion.effect.response" in main
    assert PRICE not in main
    care = [lever for lever in found if lever.path == PRICE]
    assert main_levers(care) == care
