"""The page Uncertainty: one set of draws for three tabs and all output settings, a tornado, never empty."""

from __future__ import annotations

import json

import pytest
from uploaded import charts, page_on, texts

from sim.api.valuing import voi
from sim.batch import psa
from sim.report.voi_exhibits import GAINS
from sim.ui import draws as drawing
from sim.ui.pages import uncertainty
from sim.ui.words import plain

ONE_FIGURE = "care"
LARGEST_PAGE = 1_000_000


@pytest.fixture
def small(server, tiny_tree):
    """Return the tiny scenario, with few patients first offered."""
    server.setattr(uncertainty, "DRAWS", 100)
    server.setattr(uncertainty, "PATIENTS", 3)
    server.setattr(uncertainty, "POINT_PATIENTS", 5)
    return tiny_tree


def opened(app, place):
    app.session_state["uncertainty_tabs"] = uncertainty.TABS[place]
    return app.run()


@pytest.fixture
def drawn(small, server, tiny_draws):
    """Return the second tab, on draws of this very scenario and size that come with the package."""
    server.setattr(drawing, "shipped_draws", lambda: [tiny_draws])
    return opened(page_on("uncertainty", small), 1)


def test_the_three_kinds_of_uncertainty_are_told_apart(small):
    app = page_on("uncertainty", small).run()
    assert not app.exception
    [kinds] = [text for text in texts(app) if text.startswith("- **Chance**")]
    assert "- **Parameters**" in kinds
    assert "- **Structure**" in kinds


def test_the_page_is_never_empty_where_draws_of_the_scenario_are_shipped(drawn, tiny_draws):
    assert not drawn.exception
    assert not drawn.info
    assert charts(drawn) == 3
    assert drawn.session_state["last finished"]["psa"].result() is tiny_draws


def test_draws_serve_every_tab_and_willingness_to_pay(drawn, tiny_draws):
    made = drawn.session_state["last finished"]["psa"]
    drawn.number_input(key="wtp").set_value(10_000.0).run()
    told = voi(tiny_draws, wtp=10_000.0, comparator="usual_care")
    assert f"## {plain(told['sentences'][0])}" in texts(drawn)
    for place, n_charts in ((2, 2), (3, 2)):
        opened(drawn, place)
        assert not drawn.exception
        assert charts(drawn) == n_charts
    assert drawn.session_state["last finished"]["psa"] is made


def test_fewer_strategies_are_compared_without_new_draws(drawn):
    drawn.multiselect(key="strategies").set_value(["usual_care", "tablets"]).run()
    assert not drawn.exception
    assert not drawn.warning
    assert charts(drawn) == 3
    assert not any("Infusion" in text for text in texts(drawn) if text.startswith("## "))


def test_draws_are_made_on_demand_and_too_few_are_told_in_words(small, server):
    server.setattr(uncertainty, "DRAWS", 2)
    server.setattr(uncertainty, "FEWEST_DRAWS", 2)
    server.setattr(psa, "BASE_REPLICATIONS", 1)
    app = opened(page_on("uncertainty", small), 1)
    assert charts(app) == 0
    app.button(key="begin psa").click().run()
    assert not app.exception
    assert app.session_state["last finished"]["psa"].result().scenarios["tiny"].drawn.n_inner == 2
    assert "100 draws" in app.warning[0].value


def test_a_tornado_is_made_on_demand_and_names_chance(small):
    app = page_on("uncertainty", small, dsa_figures=ONE_FIGURE).run()
    assert charts(app) == 0
    app.button(key="begin dsa").click().run()
    assert not app.exception
    content = app.session_state["last finished"]["dsa"].result()
    assert {row["path"].split(".")[0] for row in content["one_way"]} == {ONE_FIGURE}
    assert charts(app) >= 1
    assert any("same patients with the same luck" in text for text in texts(app))


def test_other_sizes_than_the_shipped_are_not_answered_by_it(small, server, tiny_draws):
    server.setattr(drawing, "shipped_draws", lambda: [tiny_draws])
    app = opened(page_on("uncertainty", small, psa_patients="4"), 1)
    assert not app.exception
    assert charts(app) == 0


def test_the_figures_of_a_tab_stay_small(drawn):
    work = drawn.session_state["last finished"]["psa"]
    asked = {
        "wtp": 50_000.0, "comparator": "usual_care", "perspective": "sector", "discount_rate_costs": 0.03,
        "discount_rate_effects": 0.03, "drug_price": "list", "price_year": 2025,
    }  # fmt: skip
    strategies = ["usual_care", "tablets", "infusion"]
    _, parts = drawing.answered(work, asked, strategies, about_parameters=False)
    sizes = [len(json.dumps(one.chart.to_dict(validate=False))) for one in parts[GAINS]]
    assert sum(sizes) < LARGEST_PAGE
