"""The map, the Sankey diagram and the animation of a pathway, as content without a page."""

from __future__ import annotations

import json
import re

import pytest

from sim.batch.tracing import Trace
from sim.domain.scenario import Scenario
from sim.outcomes.care_states import CareState
from sim.report.flow_animation import MOST_DOTS, animation, animation_told, legend, month_table
from sim.report.pathway_map import map_told, pathway_map
from sim.report.pathway_words import COLORS, MEANINGS, STATES, Stage, stage_label
from sim.report.sankey import (
    LINE_HEIGHT,
    MOST_NODES,
    NODE_GAP,
    PARTS,
    SMALLEST,
    clicked,
    flow_table,
    flows,
    sankey_option,
    stages_told,
    told,
    way_table,
)

HUNDRED_AND_FIFTY_KB = 150_000


@pytest.fixture(scope="module")
def scenario(tiny):
    tree = tiny.model_dump(mode="json")
    tree["run"]["n_patients"] = 250
    tree["population"]["conditions"]["far"] = tree["population"]["conditions"]["psychosis"] | {
        "label": 'lives "far" <away>'
    }
    tree["treatments"]["infusion"]["screening"]["far"] = "route"
    tree["treatments"]["infusion"]["uptake"]["approval"] = tree["treatments"]["infusion"]["uptake"]["accepts"]
    tree["treatments"]["tablets"]["induction"]["extension_sessions"] = tree["treatments"]["tablets"][
        "induction"
    ]["sessions"] | {"value": 2, "range": [1, 3]}
    tree["strategies"]["routed"] = {
        "label": 'Infusion, tablets for "others"',
        "lines": [{"treatment": "infusion", "route_to": "tablets", "max_reinductions": 0}],
    }
    tree["strategies"]["half"] = {"label": "Half and half", "mix": {"tablets": 0.5, "infusion": 0.5}}
    return Scenario.model_validate(tree)


@pytest.fixture(scope="module")
def journeys(scenario):
    return Trace(scenario, "infusion", 0).run().journeys


# The map


@pytest.fixture(scope="module", params=["usual_care", "tablets", "infusion", "routed", "half"])
def drawn(request, scenario):
    return pathway_map(scenario, request.param)


def test_every_mark_on_the_map_is_in_the_list_and_the_other_way_round(drawn):
    on_map = set(re.findall(r"\[(\d+|[A-Z]+)\]", drawn.mermaid))
    assert on_map == {row["mark"] for row in drawn.numbers}


def test_the_list_has_the_values_of_the_scenario_by_path(scenario):
    rows = {row["path"]: row for row in pathway_map(scenario, "infusion").numbers}
    row = rows["treatments.infusion.induction.interval"]
    assert (row["value"], row["unit"]) == ("4", "days")
    assert rows["treatments.infusion.tolerance.share"]["value"] == "0.15"
    assert rows["care.max_reinductions"]["value"] == "1"


def test_a_changed_number_changes_the_map(scenario):
    tree = scenario.model_dump(mode="json")
    tree["treatments"]["infusion"]["induction"]["interval"] |= {"value": 5.5, "range": [1, 9]}
    changed = pathway_map(Scenario.model_validate(tree), "infusion")
    assert "every 5.5 days" in changed.mermaid
    assert "every 5.5 days" not in pathway_map(scenario, "infusion").mermaid


def test_the_words_tell_every_box_and_where_it_leads(scenario):
    sentences = pathway_map(scenario, "infusion").sentences
    [assessment] = [one for one in sentences if ": Assessment" in one and "Infusion in a clinic" in one]
    assert "to “Line 2: Tablets at home” (no response)" in assessment
    assert sentences[-1].startswith("Well without treatment")


def test_usual_care_alone_is_a_short_map(scenario):
    drawn = pathway_map(scenario, "usual_care")
    assert len(drawn.sentences) == 3
    assert drawn.parts == {}


def test_lines_and_parts_of_a_mix_can_be_drawn_alone(scenario):
    assert list(pathway_map(scenario, "infusion").parts) == [
        "Line 1: Infusion in a clinic",
        "Line 2: Tablets at home",
    ]
    mix = pathway_map(scenario, "half")
    assert list(mix.parts) == [
        "Tablets",
        "Infusion, then tablets, Line 1: Infusion in a clinic",
        "Infusion, then tablets, Line 2: Tablets at home",
    ]
    alone = mix.parts["Tablets"]
    assert "infusion_1" not in alone
    assert "50%" in mix.mermaid


def test_routed_patients_are_drawn_to_the_other_treatment(scenario):
    mermaid = pathway_map(scenario, "routed").mermaid
    assert re.search(r'offer_routed_1 -->\|"1 condition \[\w\]: routed"\| start_routed_1_tablets', mermaid)
    assert "no re-induction" in mermaid
    assert "partial response: 2 more sessions" in mermaid


def test_words_of_a_scenario_file_cannot_break_the_map(scenario):
    tree = scenario.model_dump(mode="json")
    tree["treatments"]["tablets"]["label"] = 'Tablets "x"] <b>#1</b> `y`'
    mermaid = pathway_map(Scenario.model_validate(tree), "tablets").mermaid
    assert "Tablets #quot;x#quot;] #lt;b#gt;#35;1#lt;/b#gt; 'y'" in mermaid
    assert "<b>" not in mermaid


def test_the_alternative_of_the_map_names_what_it_is_a_map_of(scenario):
    drawn = pathway_map(scenario, "half")
    assert map_told(scenario, "half", drawn) == (
        "Map of the mix “Half and half” of “Tablets” and “Infusion, then tablets”: "
        f"{len(drawn.sentences)} boxes, told in words below."
    )


# Who goes where


@pytest.mark.parametrize("part", list(PARTS))
def test_what_flows_into_a_place_flows_out_of_it_or_ends_there(journeys, scenario, part):
    found = flows(journeys, scenario, part)
    nodes = {node.key: node for flow in found for node in (flow.source, flow.target)}
    for node in nodes.values():
        into = [flow for flow in found if flow.target.key == node.key]
        out = [flow for flow in found if flow.source.key == node.key]
        assert not into or sum(len(flow.patients) for flow in into) == node.patients.sum()
        assert sum(len(flow.patients) for flow in out) <= node.patients.sum()


def test_after_the_first_course_nobody_is_lost(journeys, scenario):
    found = flows(journeys, scenario, "after")
    starts = [flow for flow in found if flow.source.stage == "First course"]
    assert sorted(number for flow in starts for number in flow.patients) == list(range(250))


def test_small_places_stand_together_and_there_are_never_many(journeys, scenario):
    found = flows(journeys, scenario, "after")
    nodes = {node.key: node for flow in found for node in (flow.source, flow.target)}
    by_stage = {}
    for node in nodes.values():
        by_stage.setdefault(node.stage, []).append(node)
    assert max(map(len, by_stage.values())) <= MOST_NODES
    for places in by_stage.values():
        small = [node for node in places if node.patients.mean() < SMALLEST and "Others" not in node.label]
        assert len(small) <= 1


def test_the_option_names_counts_and_shares_and_is_plain_json(journeys, scenario):
    found = flows(journeys, scenario, "start")
    option = json.loads(json.dumps(sankey_option(found, "#000000")))
    [series] = option["series"]
    assert [link["value"] for link in series["links"]] == [len(flow.patients) for flow in found]
    assert series["data"][0]["label"]["formatter"] == "Referred\n250 (100.0%)"
    assert len({item["name"] for item in series["data"]}) == len(series["data"])


def test_a_click_on_a_band_or_a_place_finds_a_flow(journeys, scenario):
    found = flows(journeys, scenario, "start")

    def state(kind, index):
        return {"selection": {"selected": [{"data_type": kind, "data_indices": [index]}]}}

    assert clicked(found, state("edge", 2)) is found[2]
    assert clicked(found, state("node", 0)) == max(
        (flow for flow in found if flow.source.label == "Referred"), key=lambda flow: len(flow.patients)
    )
    assert clicked(found, state("edge", 10_000)) is None
    assert clicked(found, {"selection": {"selected": []}}) is None
    assert clicked(found, None) is None


def test_tables_and_sentences_tell_the_same_counts(journeys, scenario):
    found = flows(journeys, scenario, "start")
    table = flow_table(found)
    assert table["patients"].tolist() == [len(flow.patients) for flow in found]
    assert found[0].label in told(found, "start")
    assert stages_told(found).startswith("From left to right: referred, screening, start and first course.")


def test_every_patient_has_a_row_with_the_whole_way(journeys, scenario):
    table = way_table(journeys, scenario)
    assert list(table.columns) == [
        "patient",
        "Screening",
        "Start",
        "First course",
        "At 6 months",
        "At 1 year",
    ]
    assert len(table) == 250
    assert (table.loc[table["First course"] == "Remission", "Start"] == "Started").all()


def test_the_parts_of_a_mix_are_a_stage(scenario):
    found = flows(Trace(scenario, "half", 0).run().journeys, scenario, "start")
    assert {flow.target.label for flow in found if flow.source.label == "Referred"} == {
        "Tablets",
        "Infusion, then tablets",
    }


def test_usual_care_by_design_is_told_so(scenario):
    found = flows(Trace(scenario, "usual_care", 0).run().journeys, scenario, "start")
    assert [flow.label for flow in found] == [
        "Referred: Referred → Screening: Usual care by design: 250 (100.0%)"
    ]


@pytest.mark.parametrize(("years", "label"), [(1, "At 1 year"), (2.5, "At 2.5 years"), (0.1, "At 37 days")])
def test_the_end_is_named_by_the_follow_up(scenario, years, label):
    assert stage_label(Stage.END, scenario.with_changes({"horizon_years": years})) == label


# People over time


def test_every_state_has_words_and_a_color():
    assert list(STATES) == list(MEANINGS) == list(COLORS) == list(CareState)


def test_the_animation_is_small_and_starts_every_dot_at_referral(journeys):
    content = animation(journeys.states)
    assert len(json.dumps(content)) < HUNDRED_AND_FIFTY_KB
    assert len(content["patients"]) == MOST_DOTS
    assert {changes[0] for changes in content["patients"]} == {0.0}
    assert max(place for changes in content["patients"] for place in changes[1::2]) < len(content["states"])


def test_the_last_places_of_the_dots_are_those_at_the_end(journeys):
    content = animation(journeys.states)
    last = [content["states"][changes[-1]]["label"] for changes in content["patients"]]
    at_end = journeys.states.at(journeys.states.horizon_days)[:MOST_DOTS]
    assert last == [STATES[CareState(state)] for state in at_end]


def test_the_table_by_month_holds_everybody_every_month(journeys):
    table = month_table(journeys.states)
    assert table["month"].tolist() == list(range(13))
    assert (table.drop(columns="month").sum(axis=1) == 250).all()


def test_long_follow_up_is_told_every_few_months(scenario):
    long = scenario.with_changes({"horizon_years": 10, "run.n_patients": 3})
    table = month_table(Trace(long, "tablets", 0).run().journeys.states)
    assert table["month"].tolist()[:3] == [0, 3, 6]
    assert len(table) == 41


def test_the_animation_is_told_in_words(journeys, scenario):
    told_in_words = animation_told(journeys.states, scenario, "infusion")
    assert told_in_words.startswith(
        "Infusion, then tablets, 250 patients: on the day of referral 250 waiting for screening; halfway "
    )
    assert any(line.startswith("**Usual care**") for line in legend(journeys.states))


def test_names_of_small_places_have_room_for_three_lines_each():
    assert NODE_GAP >= 3 * LINE_HEIGHT
