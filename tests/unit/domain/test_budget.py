"""The budget question of a scenario: mixes that add up, enough years of uptake."""

from __future__ import annotations

import pytest
from as_shipped import scenarios_of
from pydantic import ValidationError

from sim.domain.budget import Budget


@pytest.fixture
def tree():
    people = {
        "value": 100, "unit": "people per year", "range": [50, 200],
        "source": "assumption", "grade": "assumption",
    }  # fmt: skip
    return {
        "eligible_per_year": people, "years": 2,
        "current": {"a": 0.75, "b": 0.25}, "new": {"b": 1.0}, "uptake": [0.5, 1.0],
    }  # fmt: skip


def test_a_complete_question_is_accepted(tree):
    assert Budget.model_validate(tree).new == {"b": 1.0}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"new": {"b": 0.9}}, "new must add up to 1, got 0.9"),
        ({"current": {"a": 0.5, "b": 0.25}}, "current must add up to 1, got 0.75"),
        ({"uptake": [0.5]}, "uptake must give a share for each of the 2 years, got 1"),
        ({"years": 6}, "less than or equal to 5"),
        ({"uptake": [0.5, 1.5]}, "less than or equal to 1"),
    ],
)
def test_an_impossible_question_is_refused_in_words(tree, change, message):
    with pytest.raises(ValidationError, match=message):
        Budget.model_validate(tree | change)


def test_people_a_year_have_their_own_unit(tree):
    tree["eligible_per_year"]["unit"] = "count"
    with pytest.raises(ValidationError, match="unit must be 'people per year', got 'count'"):
        Budget.model_validate(tree)


def test_a_scenario_that_replaces_all_strategies_may_inherit_the_question():
    (scenario,) = scenarios_of("mix")
    assert set(scenario.budget.current) - set(scenario.strategies) == {"ssri", "esketamine"}
