from __future__ import annotations

from builders import Tree

from sim.domain.economics import CATEGORIES, Category
from sim.domain.scenario import Scenario
from sim.engine.simulate import event_logs
from sim.outcomes.account import account


def test_only_patients_referred_into_a_treatment_bear_the_cost_of_setting_up(tiny_tree: Tree) -> None:
    tiny_tree["strategies"]["mixed"] = {"label": "Mixed", "mix": {"tablets": 0.25, "usual_care": 0.75}}
    scenario = Scenario.model_validate(tiny_tree)
    setup = {
        strategy: account(log, cohort, scenario, strategy).cost[CATEGORIES.index(Category.SETUP)].sum()
        for strategy, log, cohort in event_logs(scenario, 0)
    }
    assert setup["usual_care"] == 0
    assert setup["tablets"] == 50
    assert 0 < setup["mixed"] < 25
