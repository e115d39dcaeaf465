"""The page Pathways: the library's content, the people of a flow, and the way to one person's story."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from sim.batch.tracing import Trace
from sim.report import sankey
from sim.report.pathway_map import pathway_map
from sim.scenario_io.load import load
from sim.ui import places
from sim.ui.words import plain

SMALL = "run.n_patients=20"
SCRIPT = "from sim.ui.frame import draw, page_of\ndraw(page_of('pathways'))"


@pytest.fixture
def page(server):
    page = AppTest.from_string(SCRIPT, default_timeout=120)
    page.query_params["set"] = [SMALL]
    return page


def flows_of(strategy, replication=0):
    shown = load("base", overrides=[SMALL])
    journeys = Trace(shown, strategy, replication).run().journeys
    return [flow for part in sankey.PARTS for flow in sankey.flows(journeys, shown, part)]


def map_shown(page):
    """Return the Mermaid text of the map, which Streamlit keeps in a block of Markdown."""
    [found] = [text.value for text in page.markdown if "```mermaid" in text.value]
    return found


def flow_options(page):
    return page.selectbox(key="paths_flow").options


def test_the_page_shows_the_map_the_flows_and_the_people(page):
    page.run()
    assert not page.exception
    assert not page.error
    assert [one.value for one in page.header] == ["The map", "Who goes where", "People over time"]
    assert pathway_map(load("base"), "ssri").mermaid.partition("\n")[2] in map_shown(page)
    assert len(page.get("echarts_chart")) == 2


def test_the_flows_are_those_of_the_library(page):
    page.query_params["paths_strategy"] = "ketamine_iv"
    page.query_params["paths_replication"] = "3"
    page.run()
    assert flow_options(page) == [plain(flow.label) for flow in flows_of("ketamine_iv", 3)]


def test_the_people_of_a_flow_are_listed_for_the_keyboard_too(page):
    page.run()
    flow = flows_of("ssri")[-1]
    page.selectbox(key="paths_flow").set_value(flow.key).run()
    assert page.selectbox(key="paths_person").options == [str(number) for number in flow.patients]
    listed = [table.value for table in page.dataframe if "patient" in table.value]
    assert listed[-1]["patient"].tolist() == list(flow.patients)


def test_another_strategy_forgets_a_flow_it_does_not_have(page):
    page.run()
    page.selectbox(key="paths_flow").set_value(flows_of("ssri")[-1].key)
    page.selectbox(key="paths_strategy").set_value("usual_care").run()
    assert not page.exception
    assert page.selectbox(key="paths_flow").value == "referred:referred>screening:not_offered"


def test_parts_of_a_mix_can_be_seen_alone(page):
    page.query_params["scenario"] = "mix"
    page.query_params["paths_strategy"] = "mostly_home"
    page.run()
    page.selectbox(key="paths_part").set_value("ECT").run()
    assert "start_ect_1_ect" in map_shown(page)
    assert "start_ketamine_iv" not in map_shown(page)


def test_a_changed_number_is_pointed_out_on_the_map(page):
    page.query_params["set"] = [SMALL, "care.session_no_show=0.3"]
    page.run()
    assert "Changed by you: `care.session_no_show`." in [one.value for one in page.caption]


def test_a_person_can_be_followed_to_the_story(page, server):
    went = []
    server.setattr(places, "go_to", went.append)
    page.run()
    flow = flows_of("ssri")[0]
    page.button(key="paths_follow").click().run()
    assert went == [places.FOLLOW]
    assert page.session_state[places.FOLLOW_PATIENT] == flow.patients[0]
    assert page.session_state[places.FOLLOW_STRATEGY] == "ssri"


def test_only_the_replication_the_story_tells_of_leads_there(page):
    page.run()
    page.number_input(key="paths_replication").set_value(2).run()
    assert page.button(key="paths_follow").disabled
    assert "Follow a patient tells of replication 0 only." in [one.value for one in page.caption]
