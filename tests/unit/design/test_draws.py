"""Parameter draws: addressed by number and path, valid in any case."""

from __future__ import annotations

import numpy as np
import pytest
from as_shipped import base_case
from builders import Tree

from sim.design import draws
from sim.design.draws import drawn_scenarios
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import uncertain_parameters, value_at
from sim.errors import ScenarioError

RESPONSE = "treatments.infusion.effect.response"


@pytest.fixture(scope="module")
def base() -> Scenario:
    return base_case()


def values(scenario: Scenario, path: str, first: int, n_draws: int) -> list[float]:
    return [value_at(drawn, path) for drawn in drawn_scenarios(scenario, first, n_draws)]


@pytest.mark.slow
def test_three_hundred_draws_of_the_base_case_pass_the_whole_validation(base: Scenario) -> None:
    drawn = list(drawn_scenarios(base, 0, 300))
    assert [Scenario.model_validate(one.model_dump()) for one in drawn] == drawn
    assert len({one.digest for one in drawn[:10]}) == 10


def test_no_draw_of_the_base_case_is_made_anew(base: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "MOST_ATTEMPTS", 0)
    assert len(list(drawn_scenarios(base, 300, 200))) == 200


def test_a_draw_depends_on_its_number_only(tiny: Scenario) -> None:
    assert values(tiny, RESPONSE, 0, 6)[3:5] == values(tiny, RESPONSE, 3, 2)


def test_another_seed_draws_other_values(tiny: Scenario) -> None:
    other = tiny.with_changes({"run.seed": 1})
    assert values(tiny, RESPONSE, 0, 3) != values(other, RESPONSE, 0, 3)


def test_a_further_parameter_disturbs_no_other(tiny: Scenario, tiny_tree: Tree) -> None:
    tiny_tree["care"]["deferral"]["distribution"] = {"uniform": {"low": 20, "high": 100}}
    more = Scenario.model_validate(tiny_tree)
    assert len(uncertain_parameters(more)) == len(uncertain_parameters(tiny)) + 1
    for path in uncertain_parameters(tiny):
        assert values(more, path, 0, 4) == values(tiny, path, 0, 4)


def test_draws_follow_the_stated_distribution(tiny: Scenario) -> None:
    n_draws = 2_000
    drawn = np.array(values(tiny, RESPONSE, 0, n_draws))
    distribution = uncertain_parameters(tiny)[RESPONSE].distribution.kind
    error = distribution.sd / np.sqrt(n_draws)
    assert abs(drawn.mean() - distribution.mean) < 4 * error
    assert error < 0.02 * distribution.mean
    assert drawn.std() == pytest.approx(distribution.sd, rel=0.1)


def test_different_parameters_are_drawn_independently(tiny: Scenario) -> None:
    paths = (RESPONSE, "treatments.tablets.effect.response")
    drawn = [[value_at(one, path) for path in paths] for one in drawn_scenarios(tiny, 0, 1_000)]
    assert abs(np.corrcoef(np.array(drawn).T)[0, 1]) < 4 / np.sqrt(1_000)


def test_a_draw_that_contradicts_itself_is_made_anew(tiny_tree: Tree) -> None:
    definitions = tiny_tree["illness"]["definitions"]
    definitions["relapse"] |= {"distribution": {"normal": {"mean": 22, "sd": 9}}, "note": "wide"}
    scenario = Scenario.model_validate(tiny_tree)
    path = "illness.definitions.relapse"
    drawn = np.array(values(scenario, path, 0, 300))
    assert drawn.min() > 10
    kept = values(scenario, path, 5, 1)
    assert kept == [drawn[5]]


def test_values_that_never_fit_together_end_in_a_message(tiny_tree: Tree) -> None:
    definitions = tiny_tree["illness"]["definitions"]
    definitions["remission"]["distribution"] = {"uniform": {"low": 9.95, "high": 10.05}}
    definitions["relapse"] |= {
        "value": 10.2, "range": [5, 22], "note": "hardly ever above remission",
        "distribution": {"triangular": {"low": 0, "mode": 0, "high": 10.21}},
    }  # fmt: skip
    scenario = Scenario.model_validate(tiny_tree)
    with pytest.raises(
        ScenarioError,
        match=r"scenario 'tiny', draw 7: distributions must allow values that fit together, got none in 100 "
        r"attempts; the last one: illness.definitions.relapse: must be above remission",
    ):
        list(drawn_scenarios(scenario, 7, 1))
