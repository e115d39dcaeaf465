"""Planning capacity on a small clinic: bottlenecks, joint values, the cheapest staffing."""

from __future__ import annotations

import itertools
import json

import pytest
from clinics import clinic

from sim.batch.executors import InlineExecutor
from sim.batch.run import simulate
from sim.batch.settings import with_settings
from sim.batch.staffing import plan_capacity
from sim.batch.staffing_question import Question
from sim.domain.scenario import Scenario
from sim.errors import ScenarioError


def plan(tree, **asked):
    question = Question(**({"replications": 6, "workers": 1} | asked))
    return plan_capacity(Scenario.model_validate(tree), question)


@pytest.fixture(scope="module")
def module_tree(request):
    # The fixture of the session has the same tree, frozen.
    return request.getfixturevalue("tiny").model_dump(mode="json")


@pytest.fixture(scope="module")
def single(module_tree):
    return plan(clinic(module_tree, chairs=1, clinicians=0.3))


@pytest.fixture(scope="module")
def joint(module_tree):
    return plan(clinic(module_tree, chairs=1, clinicians=2, nurses=1))


@pytest.fixture(scope="module")
def answered(module_tree):
    return plan(clinic(module_tree, chairs=1, clinicians=2), targets=["median_wait_days<=17"])


def test_the_bottleneck_is_the_resource_whose_extra_unit_is_worth_most(single):
    values = {key: row["value"] for key, row in single["value_of_one_more"].items()}
    assert (single["bottleneck"], single["bottleneck_by"]) == ("chairs", "value")
    assert max(values, key=values.get) == "chairs"
    assert values["chairs"] > 3 * single["value_of_one_more"]["chairs"]["se"]


def test_an_executor_that_is_lent_runs_the_jobs_and_changes_nothing(module_tree, single):
    class Counting(InlineExecutor):
        n_jobs = 0

        def submit(self, fn, /, *arguments, **keywords):
            Counting.n_jobs += 1
            return super().submit(fn, *arguments, **keywords)

    scenario = Scenario.model_validate(clinic(module_tree, chairs=1, clinicians=0.3))
    told = plan_capacity(scenario, Question(replications=6), executor=Counting())
    assert Counting.n_jobs > 6
    assert told["manifest"]["workers"] is None
    assert {key: told[key] for key in told if key != "manifest"} == {
        key: single[key] for key in single if key != "manifest"
    }


def test_doubling_the_bottleneck_moves_it_elsewhere(module_tree, single):
    doubled = plan(clinic(module_tree, chairs=2, clinicians=0.3))
    assert single["bottleneck"] == "chairs"
    assert doubled["bottleneck"] == "clinicians"


def test_two_resources_that_bind_together_are_worth_something_only_together(joint):
    rows = joint["value_of_one_more"]
    assert (rows["chairs"]["value"], rows["nurses"]["value"]) == (0, 0)
    pair = next(row for row in joint["joint"] if row["resources"] == ["chairs", "nurses"])
    assert pair["value"] > 3 * pair["se"] > 0
    assert pair["binds_together"]
    assert joint["bottleneck"] is None
    assert joint["bottleneck_by"] == "value together"
    assert joint["bottleneck_together"] == ["chairs", "nurses"]


def test_a_unit_nobody_needs_is_worth_exactly_nothing_and_costs_its_hours(joint):
    row = joint["value_of_one_more"]["clinicians"]
    assert (row["value"], row["se"], row["wait_change"]) == (0, 0, 0)
    # 40 hours a week at $40, in weeks of a mean year.
    assert row["cost_of_unit"] == pytest.approx(40 * 40 * 365.25 / 7)
    assert row["cost_besides"] == pytest.approx(row["cost_of_unit"])
    assert row["net_value"] == pytest.approx(-row["cost_of_unit"])


def test_what_the_programme_pays_for_idle_hours_is_no_part_of_the_value(module_tree):
    tree = clinic(module_tree, chairs=1, clinicians=2)
    row = plan(tree, output={"perspective": "programme"})["value_of_one_more"]["clinicians"]
    assert (row["value"], row["se"]) == (0, 0)


def yearly_cost_of_used_hours(tree, **changes):
    scenario = with_settings(Scenario.model_validate(tree), {"run.replications": 1, **changes})
    results = simulate(scenario, workers=1)
    used = results.utilization[results.utilization["strategy"] == "infusion"]["used_minutes"].sum()
    # Both resources cost $40 an hour.
    return used / 60 * 40 / ((results.health["day"].max() + 1) / 365.25)


def test_hours_used_for_priced_sessions_are_not_set_against_their_worth_again(module_tree):
    tree = clinic(module_tree, chairs=1, clinicians=1)
    content = plan(tree, replications=1, output={"discount_rate_costs": 0.0})
    row = content["value_of_one_more"]["chairs"]
    more_used = yearly_cost_of_used_hours(tree, **{"resources.chairs.units": 2})
    more_used -= yearly_cost_of_used_hours(tree)
    assert content["value_less"] == "idle hours"
    assert more_used > 0.1 * row["cost_of_unit"]
    assert row["cost_besides"] == pytest.approx(row["cost_of_unit"] - more_used)
    assert row["net_value"] == pytest.approx(row["value"] - row["cost_besides"])


def test_the_programme_sets_all_paid_hours_against_the_worth(module_tree):
    tree = clinic(module_tree, chairs=1, clinicians=1)
    content = plan(tree, replications=2, output={"perspective": "programme"})
    assert content["value_less"] == "paid hours"
    for row in content["value_of_one_more"].values():
        assert (row["cost_besides"], row["cost_besides_se"]) == (row["cost_of_unit"], 0)
        assert row["net_value"] == pytest.approx(row["value"] - row["cost_of_unit"])


def test_value_is_worth_of_health_and_money_saved(single):
    for row in single["value_of_one_more"].values():
        assert row["value"] == pytest.approx(single["wtp"] * row["qaly"] + row["saving"])


def test_the_answer_is_the_cheapest_of_all_staffings_tried_one_by_one(module_tree, answered):
    scenario = Scenario.model_validate(clinic(module_tree, chairs=1, clinicians=2))
    meeting = {}
    for chairs, clinicians in itertools.product((1.0, 2.0, 3.0), (1.0, 2.0)):
        changes = {"resources.chairs.units": chairs, "resources.clinicians.units": clinicians}
        changed = with_settings(scenario, changes | {"run.replications": 6})
        clinical = simulate(changed, workers=1).clinical
        wait = clinical[clinical["strategy"] == "infusion"]["median_wait_days"].mean()
        if wait <= 17:
            meeting[chairs + clinicians] = ({"chairs": chairs, "clinicians": clinicians}, wait)
    staffing, wait = meeting[min(meeting)]
    assert answered["staffing"] == staffing
    assert answered["wait"] == pytest.approx(wait)
    assert answered["search"]["is_complete"]


def test_every_step_below_the_answer_misses_the_target(answered):
    assert answered["is_met"]
    assert [row["resource"] for row in answered["neighbors"]] == ["chairs"]
    assert not any(row["is_met"] for row in answered["neighbors"])
    assert all(row["is_distinguishable"] for row in answered["neighbors"])


def test_the_answer_tells_how_sure_it_is(answered):
    (target,) = answered["targets"]
    assert target["value"] <= 17
    assert target["se"] > 0
    assert 0.5 < target["chance_met"] <= 1
    assert 0 < answered["certainty"]["chance_same"] <= 1
    assert answered["certainty"]["cost_low"] <= answered["cost"] <= answered["certainty"]["cost_high"]


def test_the_frontier_rises_in_cost_and_falls_in_wait(answered):
    costs, waits = zip(*((row["cost"], row["wait"]) for row in answered["frontier"]), strict=True)
    assert len(costs) > 2
    assert list(costs) == sorted(costs)
    assert list(waits) == sorted(waits, reverse=True)
    assert answered["cost"] in costs


def test_a_target_below_the_lead_times_is_met_by_no_staffing(module_tree):
    content = plan(clinic(module_tree, chairs=1, clinicians=2), targets=["median_wait_days<=5"])
    assert not content["is_met"]
    assert content["wait"] > 5
    assert content["at_answer"] is None


def test_a_search_cut_short_says_so(module_tree):
    tree = clinic(module_tree, chairs=1, clinicians=2)
    content = plan(tree, targets=["median_wait_days<=17"], most_staffings=2, replications=2)
    assert content["is_met"]
    assert not content["search"]["is_complete"]
    assert "cut short" in content["search"]["claim"]


def test_resources_that_may_not_change_stay_and_are_paid_for(module_tree):
    tree = clinic(module_tree, chairs=1, clinicians=2)
    content = plan(tree, targets=["median_wait_days<=17"], resources=["chairs"])
    assert content["staffing"] == {"clinicians": 2, "chairs": 2}
    assert set(content["value_of_one_more"]) == {"chairs"}
    assert content["cost"] == pytest.approx(4 * 40 * 40 * 365.25 / 7)


def test_a_resource_open_on_part_of_the_week_is_given_another_day(module_tree):
    tree = clinic(module_tree, chairs=2, clinicians=2)
    tree["resources"]["chairs"]["open_minutes"] = [480, 0, 480, 0, 0, 0, 0]
    content = plan(tree)
    row = content["value_of_one_more"]["chairs"]
    assert (row["step"], row["kind"]) == (1, "day a week")
    assert row["wait_change"] < 0
    assert content["open_days"] == {"chairs": 2}
    assert row["cost_of_unit"] == pytest.approx(2 * 8 * 40 * 365.25 / 7)


def test_workers_do_not_change_the_answer(module_tree):
    tree = clinic(module_tree, chairs=1, clinicians=1)
    one, two = (plan(tree, replications=2, workers=workers) for workers in (1, 2))
    without = [{key: told[key] for key in told if key != "manifest"} for told in (one, two)]
    assert json.dumps(without[0]) == json.dumps(without[1])


def test_mistakes_in_a_question_are_told_all_at_once(module_tree):
    with pytest.raises(ScenarioError) as caught:
        plan(
            clinic(module_tree, chairs=1, clinicians=2),
            targets=["median_wait<=14", "median_wait_days=14"],
            strategy="infusions",
            resources=["chair"],
            steps={"chairs": -1},
            replications=0,
        )
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("--target: 'median_wait' is not a clinical result; did you mean")
    assert lines[1] == "--target: must be like 'median_wait_days<=14', got 'median_wait_days=14'"
    assert [line.split(":")[0] for line in lines[2:]] == [
        "--strategy", "--resources", "--step", "--replications",
    ]  # fmt: skip


def test_without_any_limit_nobody_waits_and_the_question_is_refused(module_tree):
    tree = clinic(module_tree, chairs=1, clinicians=2)
    for resource in tree["resources"].values():
        resource["units"] = None
    with pytest.raises(ScenarioError, match="no strategy draws on a resource with a limit"):
        plan(tree)


def test_a_strategy_that_needs_nothing_limited_is_refused(module_tree):
    with pytest.raises(ScenarioError, match="'usual_care' draws on no resource with a limit"):
        plan(clinic(module_tree, chairs=1, clinicians=2), strategy="usual_care")


def test_todays_staffing_is_the_answer_when_it_meets_the_target_and_nothing_cheaper_does(module_tree):
    tree = clinic(module_tree, chairs=1, clinicians=0.4)
    content = plan(tree, targets=["median_wait_days<=200"], resources=["clinicians"], replications=2)
    assert content["is_met"]
    assert content["cost"] <= content["today"]["cost"]
    assert content["value_of_one_more"]["clinicians"]["step"] == 1
