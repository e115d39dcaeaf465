"""Drawn values: quantiles, bounds, contradictions, and a scenario that is as valid as its base."""

from __future__ import annotations

import numpy as np
import pytest
from builders import Tree, set_value

from sim.domain.parameters import Bounds
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import (
    bounds_at,
    drawn_values,
    uncertain_parameters,
    value_at,
    with_values,
)
from sim.units import Unit

UNIFORMS = np.array([0.001, 0.5, 0.999])
RESPONSE = "treatments.infusion.effect.response"
RATIO = "treatments.infusion.effect.remission_ratio"


def uncertain(tree: Tree, path: str, **kind: Tree) -> Tree:
    """Give the atom at a path a distribution."""
    node = tree
    for step in path.split("."):
        node = node[step]
    node["distribution"] = kind
    return tree


def test_every_parameter_with_a_distribution_is_uncertain(tiny: Scenario) -> None:
    assert list(uncertain_parameters(tiny)) == [
        "care.screening.price",
        "care.preparation.price",
        "care.integration.price",
        "treatments.tablets.session.price",
        "treatments.tablets.effect.response",
        "treatments.infusion.session.price",
        "treatments.infusion.effect.response",
    ]


def test_a_uniform_becomes_the_quantile_of_its_distribution(tiny_tree: Tree) -> None:
    scenario = Scenario.model_validate(
        uncertain(tiny_tree, "care.deferral", uniform={"low": 20, "high": 100})
    )
    values = drawn_values(scenario, {"care.deferral": UNIFORMS})
    assert values["care.deferral"] == pytest.approx([20.08, 60, 99.92])


def test_a_value_beyond_what_its_unit_allows_is_cut(tiny_tree: Tree) -> None:
    path = "illness.relapse.failed_trials"
    scenario = Scenario.model_validate(uncertain(tiny_tree, path, normal={"mean": 0, "sd": 1}))
    assert drawn_values(scenario, {path: UNIFORMS})[path] == pytest.approx([0, 0, 3])


def test_no_draw_leaves_the_values_of_the_file(tiny: Scenario) -> None:
    assert drawn_values(tiny, {}) == {}
    assert with_values(tiny, {}) == tiny


def test_shares_of_payers_add_up_to_one_in_every_draw(tiny_tree: Tree) -> None:
    path = "population.payers.commercial"
    scenario = Scenario.model_validate(uncertain(tiny_tree, path, beta={"alpha": 7, "beta": 3}))
    values = drawn_values(scenario, {path: UNIFORMS})
    commercial = values[path]
    assert commercial + values["population.payers.none"] == pytest.approx(1)
    assert commercial / (1 - commercial) == pytest.approx(
        scenario.population.payers["commercial"].distribution.beta.ppf(UNIFORMS) / 0.3
    )
    drawn = with_values(scenario, {path: values[path][0] for path in values})
    assert Scenario.model_validate(drawn.model_dump()) == drawn


def test_payers_without_any_share_keep_that_of_the_file(tiny_tree: Tree) -> None:
    set_value(tiny_tree, "population.payers.none", 0)
    set_value(tiny_tree, "population.payers.commercial", 1)
    path = "population.payers.commercial"
    uncertain(tiny_tree, path, triangular={"low": 0, "mode": 1, "high": 1})
    tiny_tree["population"]["payers"]["commercial"]["note"] = "mode"
    values = drawn_values(Scenario.model_validate(tiny_tree), {path: np.array([0.0])})
    assert [column.tolist() for column in values.values()] == [[1.0], [0.0]]


def test_a_drawn_scenario_equals_one_that_is_validated_whole(tiny: Scenario) -> None:
    drawn = with_values(tiny, {RESPONSE: 0.6, "care.screening.price": 311.5})
    assert Scenario.model_validate(drawn.model_dump(mode="json")) == drawn
    assert value_at(drawn, RESPONSE) == 0.6
    assert value_at(drawn, "care.screening.price") == 311.5
    assert drawn.digest != tiny.digest


def test_only_the_drawn_parameters_change(tiny: Scenario) -> None:
    drawn = with_values(tiny, {RESPONSE: 0.6})
    before, after = dict(tiny.atoms()), dict(drawn.atoms())
    assert [path for path in before if before[path] != after[path]] == [RESPONSE]
    assert value_at(tiny, RESPONSE) == 0.5


def test_a_drawn_value_wears_no_citation(tiny_tree: Tree) -> None:
    tiny_tree["sources"] = {"smith2019": {"citation": "Smith 2019", "design": "trial", "year": 2019}}
    cited = {"source": "smith2019", "locator": "Table 2", "grade": "RCT", "checked": True}
    tiny_tree["treatments"]["infusion"]["effect"]["response"] |= cited
    drawn = with_values(Scenario.model_validate(tiny_tree), {RESPONSE: 0.6})
    response = drawn.treatments["infusion"].effect.response
    assert (response.source, response.locator, response.checked) == ("draw", None, False)
    assert response.note == "drawn in place of 0.5 from 'smith2019'"
    assert (response.range, response.distribution) == (None, None)


def test_money_keeps_its_price_year(tiny: Scenario) -> None:
    drawn = with_values(tiny, {"care.screening.price": 300.0})
    assert drawn.care.screening.price.price_year == 2025


@pytest.mark.parametrize(("drawn", "settled"), [(0.2, 0.439), (0.7, 0.7), (0.9999, 0.999)])
def test_a_remission_ratio_gives_way_to_the_response(tiny: Scenario, drawn: float, settled: float) -> None:
    scenario = with_values(tiny, {RESPONSE: 0.68, RATIO: drawn})
    assert value_at(scenario, RESPONSE) == 0.68
    assert value_at(scenario, RATIO) == pytest.approx(settled, abs=0.001)
    assert Scenario.model_validate(scenario.model_dump()) == scenario


def test_a_natural_remission_ratio_gives_way_to_what_responders_can_reach(tiny: Scenario) -> None:
    path = "illness.natural.remission_ratio"
    scenario = with_values(tiny, {path: 0.001})
    assert 0.001 < value_at(scenario, path) < 0.2
    assert Scenario.model_validate(scenario.model_dump()) == scenario


def test_values_that_cannot_be_settled_are_refused(tiny: Scenario) -> None:
    with pytest.raises(ValueError, match="response among starters must be at most"):
        with_values(tiny, {"treatments.infusion.dropout.per_induction_session": 0.5})
    with pytest.raises(ValueError, match=r"illness.definitions.relapse: must be above remission 10, got 9"):
        with_values(tiny, {"illness.definitions.relapse": 9})


def test_rules_of_one_part_are_checked(tiny: Scenario) -> None:
    with pytest.raises(ValueError, match="assessment_lag must be at least onset_days 5, got 3"):
        with_values(tiny, {"treatments.infusion.effect.onset_days": 5})
    with pytest.raises(ValueError, match=r"payers must add up to 1, got 1.2"):
        with_values(tiny, {"population.payers.commercial": 0.9})


def test_entries_of_lists_are_found(tiny: Scenario) -> None:
    path = "treatments.infusion.maintenance.steps.1.interval"
    drawn = with_values(tiny, {path: 21})
    assert [step.interval.value for step in drawn.treatments["infusion"].maintenance.steps] == [7, 21]
    assert bounds_at(tiny, path) == Bounds(Unit.DAYS, 0, 1e6)


@pytest.mark.parametrize(
    ("path", "bounds"),
    [
        (RESPONSE, Bounds(Unit.PROBABILITY, 0, 1)),
        ("population.payers.none", Bounds(Unit.PROBABILITY, 0, 1)),
        ("care.screening.needs.chairs", Bounds(Unit.MINUTES, 0, 1e6)),
        ("treatments.infusion.harms.nausea.fade", Bounds(Unit.RATIO, 0, 1.5)),
        ("economics.driving_speed", Bounds(Unit.MILES_PER_HOUR, 1, 1e4)),
        ("illness.utility.per_point", Bounds(Unit.UTILITY_PER_MADRS, -1, 0)),
    ],
)
def test_the_bounds_of_a_parameter_are_those_of_its_field(tiny: Scenario, path: str, bounds: Bounds) -> None:
    assert bounds_at(tiny, path) == bounds


def test_a_setting_that_is_no_parameter_has_no_bounds(tiny: Scenario) -> None:
    with pytest.raises(TypeError, match=r"Scenario.horizon_years must be a parameter with bounds"):
        bounds_at(tiny, "horizon_years")


HAZARD = "treatments.infusion.durability.relapse_hazard"


def test_all_numbers_of_a_hazard_move_in_proportion_to_the_first(tiny_tree: Tree) -> None:
    curve = tiny_tree["treatments"]["infusion"]["durability"]["relapse_hazard"]
    curve["distribution"] = {"gamma": {"shape": 4, "scale": 0.5}}
    scenario = Scenario.model_validate(tiny_tree)
    drawn = with_values(scenario, {HAZARD: 3.0}).treatments["infusion"].durability.relapse_hazard
    assert drawn.values == pytest.approx((3.0, 1.2))
    assert drawn.at == (0, 180)
    assert (drawn.source, drawn.distribution, drawn.range) == ("draw", None, None)
    assert drawn.note == "drawn in place of 2 from 'assumption'"
    assert value_at(scenario, HAZARD) == 2.0


def test_a_hazard_drawn_too_high_is_cut(tiny_tree: Tree) -> None:
    curve = tiny_tree["treatments"]["infusion"]["durability"]["relapse_hazard"]
    curve |= {"distribution": {"normal": {"mean": 2, "sd": 1e4}}}
    scenario = Scenario.model_validate(tiny_tree)
    assert bounds_at(scenario, HAZARD) == Bounds(Unit.PER_YEAR, 0, 1e4)
    assert drawn_values(scenario, {HAZARD: np.array([0.01, 0.99])})[HAZARD].tolist() == [0.0, 1e4]
    assert with_values(scenario, {HAZARD: 0.0}).treatments["infusion"].durability.relapse_hazard.values == (
        0.0,
        0.0,
    )
