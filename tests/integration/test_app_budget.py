"""The page Budget: the library's numbers under the mixes, people and years asked for, without a new run."""

from __future__ import annotations

import pytest
from uploaded import charts, page_on, texts

from sim.api.budgeting import budget
from sim.batch.run import simulate
from sim.design.preview import preview_of
from sim.domain.scenario import Scenario

BUDGET = {
    "eligible_per_year": {
        "label": "People referred a year", "value": 100, "unit": "people per year", "range": [10, 200],
        "source": "assumption", "grade": "assumption",
    },
    "years": 1, "uptake": [0.5], "current": {"tablets": 1.0}, "new": {"tablets": 0.4, "infusion": 0.6},
}  # fmt: skip


@pytest.fixture
def planned(tiny_tree):
    """Return the tiny scenario with a budget question."""
    tiny_tree["resources"]["chairs"]["units"] = None
    return tiny_tree | {"budget": BUDGET, "run": tiny_tree["run"] | {"n_patients": 20, "replications": 2}}


def test_it_shows_the_answer_of_the_library(server, planned):
    app = page_on("budget", planned).run()
    assert not app.exception
    assert not app.error
    results = simulate(preview_of(Scenario.model_validate(planned)), workers=1)
    told = budget(results)
    [total] = [row for row in told["net"] if row["year"] is None]
    [shown] = [text for text in texts(app) if text.startswith("## ")]
    assert f"{abs(total['net']):,.0f}" in shown.replace("\\", "")
    assert charts(app) == 1
    assert any("how it adds up" in text for text in texts(app))


def test_people_mixes_and_uptake_are_asked_without_a_new_run(server, planned):
    app = page_on("budget", planned).run()
    before = app.table[0].value
    app.number_input(key="budget_people").set_value(200.0).run()
    twice = app.table[0].value
    assert list(twice["People treated otherwise"]) == ["60"]
    assert list(before["People treated otherwise"]) == ["30"]
    app.number_input(key="budget_uptake_1").set_value(100.0).run()
    assert list(app.table[0].value["People treated otherwise"]) == ["120"]
    assert app.query_params["budget_people"] == "200"


def test_shares_that_do_not_add_up_are_divided_by_their_sum_and_told(server, planned):
    app = page_on("budget", planned, budget_new_infusion="40").run()
    assert any(text.startswith("These add up to 80 %") for text in texts(app))
    assert list(app.table[0].value["People treated otherwise"]) == ["25"]


def test_a_mix_of_nothing_is_refused_with_a_message(server, planned):
    app = page_on("budget", planned, budget_current_tablets="0").run()
    assert not app.exception
    assert "Current mix: some share must be above 0" in app.warning[0].value
    assert charts(app) == 0


def test_years_beyond_the_follow_up_are_told(server, planned):
    app = page_on("budget", planned, budget_years="3").run()
    assert not app.exception
    assert any("years up to then are complete" in text.value for text in app.info)
    assert list(app.table[0].value.index)[-1] == "3 (cut short)"


def test_arrivals_over_time_are_refused_with_what_to_choose(server, planned):
    planned["population"]["arrivals"] = [{"from_day": 0, "per_week": 10}]
    app = page_on("budget", planned).run()
    assert "choose a scenario without arrivals" in app.info[0].value
    assert not app.error


def test_a_scenario_without_a_budget_says_so(server, planned):
    app = page_on("budget", planned | {"budget": None}).run()
    assert app.info[0].value.startswith("This scenario asks no budget question")
