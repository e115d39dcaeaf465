from __future__ import annotations

from sim.domain.remembered import SCENARIOS_KEPT, remembered
from sim.domain.scenario import Scenario


def test_a_scenario_is_asked_about_once_and_an_equal_one_anew(tiny_tree):
    asked = []

    @remembered
    def name(scenario):
        asked.append(scenario)
        return scenario.name

    first, second = (Scenario.model_validate(tiny_tree) for _ in range(2))
    assert [name(first), name(first), name(second), name(first)] == ["tiny"] * 4
    assert len(asked) == 2
    assert asked[0] is first
    assert asked[1] is second


def test_only_the_last_scenarios_are_kept(tiny_tree):
    asked = []
    ask = remembered(asked.append)
    scenarios = [Scenario.model_validate(tiny_tree) for _ in range(SCENARIOS_KEPT + 1)]
    for scenario in [*scenarios, scenarios[0]]:
        ask(scenario)
    assert len(asked) == SCENARIOS_KEPT + 2


def test_answers_to_different_numbers_are_kept_apart(tiny):
    asked = []

    @remembered
    def days(scenario, number):
        asked.append(number)
        return scenario.horizon_years * number

    assert [days(tiny, 1), days(tiny, 2), days(tiny, 1)] == [
        tiny.horizon_years * number for number in (1, 2, 1)
    ]
    assert asked == [1, 2]
