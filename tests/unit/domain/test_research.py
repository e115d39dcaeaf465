"""Studies that could be done: sizes and arms that make sense; what a trial would count."""

from __future__ import annotations

import pytest
from builders import Tree, atom, set_value
from pydantic import ValidationError

from sim.domain.effects import completion, response_of_starters
from sim.domain.research import Trial
from sim.domain.scenario import Scenario

MONEY = {"price_year": 2025, "range": [0, 1e6]}


def trial(**changed: object) -> Tree:
    """Return a plain trial."""
    return {
        "label": "Tablets against infusion", "arms": ["tablets", "infusion"], "sizes": [50, 100],
        "fixed_cost": atom(1000, "USD") | MONEY, "cost_per_person": atom(10, "USD") | MONEY,
        "years": atom(3, "years"), **changed,
    }  # fmt: skip


def test_a_trial_has_sizes_that_increase() -> None:
    assert Trial.model_validate(trial()).sizes == (50, 100)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"sizes": [100, 100]}, r"sizes must increase, got \[100, 100\]"),
        ({"sizes": [100, 50]}, r"sizes must increase, got \[100, 50\]"),
        ({"arms": ["tablets", "tablets"]}, r"arms must differ, got \['tablets', 'tablets'\]"),
        ({"sizes": []}, "at least 1 item"),
        ({"sizes": [0]}, "greater than or equal to 1"),
    ],
)
def test_an_impossible_trial_is_refused(changed: Tree, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Trial.model_validate(trial(**changed))


def test_a_response_published_among_starters_comes_out_again(tiny: Scenario) -> None:
    assert [response_of_starters(tiny, key) for key in ("tablets", "infusion")] == pytest.approx([0.4, 0.5])


def test_a_response_published_among_those_assessed_counts_leaving_early_as_none(tiny_tree: Tree) -> None:
    tiny_tree["treatments"]["tablets"]["effect"]["basis"] = "assessed"
    scenario = Scenario.model_validate(tiny_tree)
    completing = completion(scenario, scenario.treatments["tablets"])
    assert 0 < completing < 1
    assert response_of_starters(scenario, "tablets") == pytest.approx(0.4 * completing)


def test_an_odds_ratio_acts_on_those_assessed(tiny_tree: Tree) -> None:
    set_value(tiny_tree, "illness.improvement.context", 2)
    scenario = Scenario.model_validate(tiny_tree)
    completing = completion(scenario, scenario.treatments["infusion"])
    odds = 2 * (0.5 / completing) / (1 - 0.5 / completing)
    assert response_of_starters(scenario, "infusion") == pytest.approx(odds / (1 + odds) * completing)
