"""What common sense demands of a whole run, from scenario to comparison table."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders import Tree, set_value, without_chance_events

from sim.analysis.comparison import compare
from sim.domain.scenario import Scenario
from sim.replication import replicate
from sim.results import Results


def compared(tree: Tree, **settings: Any) -> pd.DataFrame:
    scenario = Scenario.model_validate(tree)
    results = Results.combine([replicate(scenario, replication) for replication in range(2)])
    return compare(results, **settings).set_index("strategy")


def multiply(node: Any, units: str, factor: float) -> None:
    """Multiply every atom of a unit below a node, with its range."""
    if isinstance(node, dict):
        if str(node.get("unit", "")).startswith(units):
            node.pop("distribution", None)
            node["value"] *= factor
            node["range"] = [low_or_high * factor for low_or_high in node["range"]]
        for child in node.values():
            multiply(child, units, factor)
    elif isinstance(node, list):
        for child in node:
            multiply(child, units, factor)


def test_equal_effect_durability_and_dropout_without_harms_give_equal_response_and_qalys(
    tiny_tree: Tree,
) -> None:
    tree = tiny_tree
    tree["resources"]["chairs"].pop("units")
    for treatment in tree["treatments"].values():
        treatment["harms"] = {}
    twin = copy.deepcopy(tree["treatments"]["infusion"]) | {"label": "Twin at home", "setting": "home"}
    set_value(twin["session"], "price", 40)
    tree["treatments"] = {"twin": twin} | tree["treatments"]
    tree["strategies"]["infusion"]["lines"] = [{"treatment": "infusion"}]
    tree["strategies"]["twin"] = {"label": "Twin", "lines": [{"treatment": "twin"}]}
    table = compared(tree)
    for column in (
        "response_share",
        "remission_share",
        "qaly",
        "life_years",
        "relapse_free_6m",
        "started_share",
    ):
        assert table.loc["twin", column] == table.loc["infusion", column]
    assert table.loc["twin", "cost"] < table.loc["infusion", "cost"]


def test_utilities_of_one_without_discounting_make_qalys_equal_life_years(tiny_tree: Tree) -> None:
    set_value(tiny_tree, "illness.utility.at_zero", 1)
    set_value(tiny_tree, "illness.utility.per_point", 0)
    for treatment in tiny_tree["treatments"].values():
        treatment["harms"] = {}
    table = compared(tiny_tree, discount_rate_effects=0)
    assert np.allclose(table["qaly"], table["life_years"], rtol=1e-12)
    assert (table["life_years"] < 1).all()


@pytest.mark.parametrize("perspective", ["sector", "payer", "patient", "programme", "societal"])
def test_doubled_prices_double_costs(tiny_tree: Tree, perspective: str) -> None:
    once = compared(tiny_tree, perspective=perspective)
    multiply(tiny_tree, "USD", 2)
    twice = compared(tiny_tree, perspective=perspective)
    assert np.allclose(twice["cost"], 2 * once["cost"], rtol=1e-9)
    assert (once["cost"].drop("usual_care") > 0).all()
    assert np.array_equal(twice["qaly"], once["qaly"])


def test_swapping_two_strategies_swaps_their_rows(tiny_tree: Tree) -> None:
    before = compared(tiny_tree).drop(columns="icer_versus")
    strategies = tiny_tree["strategies"]
    strategies["tablets"], strategies["infusion"] = strategies["infusion"], strategies["tablets"]
    after = compared(tiny_tree).drop(columns="icer_versus")
    pd.testing.assert_series_equal(after.loc["tablets"], before.loc["infusion"], check_names=False)
    pd.testing.assert_series_equal(after.loc["infusion"], before.loc["tablets"], check_names=False)


def test_qalys_fall_as_the_discount_rate_rises(tiny_tree: Tree) -> None:
    tables = [compared(tiny_tree, discount_rate_effects=rate)["qaly"] for rate in (0, 0.03, 0.1)]
    assert (tables[0] > tables[1]).all()
    assert (tables[1] > tables[2]).all()


def test_a_treatment_nobody_responds_to_leaves_the_qalys_of_the_natural_course_at_best(
    tiny_tree: Tree,
) -> None:
    tree = without_chance_events(tiny_tree)
    tree["resources"]["chairs"].pop("units")
    set_value(tree, "treatments.tablets.effect.response", 0)
    set_value(tree, "illness.improvement.unimproved_low", -0.001)
    set_value(tree, "illness.improvement.unimproved_high", 0.0011)
    table = compared(tree)
    assert table.loc["tablets", "response_share"] == 0
    assert abs(table.loc["tablets", "qaly"] - table.loc["usual_care", "qaly"]) < 1e-3
