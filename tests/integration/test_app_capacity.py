"""The page Capacity: queues where resources have limits, words where none has, and plans on demand."""

from __future__ import annotations

import pytest
from clinics import clinic
from uploaded import charts, page_on, texts

from sim.api.planning import capacity
from sim.domain.scenario import Scenario
from sim.report.staffing import staffing_sentences
from sim.ui.words import plain


@pytest.fixture
def small(tiny_tree):
    """Return a small clinic that takes part in tests of pages."""
    tree = clinic(tiny_tree, chairs=1, clinicians=0.3)
    tree["run"] |= {"n_patients": 20, "replications": 2}
    return tree


def test_it_tells_the_bottleneck_the_waits_by_step_and_the_use_of_resources(server, small):
    app = page_on("capacity", small).run()
    assert not app.exception
    assert not app.error
    assert any(text.startswith("- Infusion: ") for text in texts(app))
    assert list(app.table[0].value.columns) == [
        "Median", "9 of 10 wait at most", "Waits over the target", "Gave up waiting",
    ]  # fmt: skip
    assert list(app.dataframe[0].value["Resource"]) == ["Chairs", "Clinicians"]
    assert charts(app) == 1


def test_without_limits_it_says_so_and_what_to_do(server, tiny_tree):
    tiny_tree["resources"]["chairs"]["units"] = None
    app = page_on("capacity", tiny_tree).run()
    assert app.info[0].value.startswith("No resource of this scenario has a limit, so nobody waits")
    assert "Set units" in app.info[0].value
    assert charts(app) == 0


def test_what_more_is_worth_is_the_plan_of_the_library(server, small):
    server.setattr("sim.api.planning.REPLICATIONS", 2)
    app = page_on("capacity", small).run()
    app.button(key="begin worth").click().run()
    assert not app.exception
    told = app.session_state["last finished"]["worth"].result()
    expected = capacity(Scenario.model_validate(small), strategy="infusion", workers=1, engine="simpy")
    for same in ("value_of_one_more", "joint", "bottleneck", "n_staffings"):
        assert told[same] == expected[same]
    first = staffing_sentences(told | {"other_strategies": []})[0]
    assert f"## {plain(first)}" in texts(app)


def test_the_search_asks_for_the_target_on_the_page(server, small):
    asked = {"capacity_days": "300", "capacity_replications": "2", "capacity_change": "chairs"}
    app = page_on("capacity", small, **asked).run()
    app.button(key="begin staffing").click().run()
    assert not app.exception
    told = app.session_state["last finished"]["staffing"].result()
    assert [target["target"] for target in told["targets"]] == ["median_wait_days <= 300"]
    assert told["may_change"] == ["chairs"]
    assert app.query_params["capacity_days"] == "300"


def test_compare_keeps_a_short_version_and_points_here(server, small):
    app = page_on("compare", small).run()
    assert not app.exception
    assert any("page *Capacity*" in text for text in texts(app))
    assert any(text.startswith("- Infusion: ") for text in texts(app))
    assert not any("How busy resources are in all" in text for text in texts(app))
