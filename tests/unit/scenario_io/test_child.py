"""A scenario as a small file on top of a shipped one reads back as the same scenario."""

from __future__ import annotations

from functools import cache

import pytest
from as_shipped import scenarios_of

from sim.errors import ScenarioError
from sim.scenario_io import shipped
from sim.scenario_io.child import TEMPLATE, child_text
from sim.scenario_io.load import check
from sim.scenario_io.texts import check_text
from sim.scenario_io.what_if import with_what_ifs
from sim.scenario_io.yaml_file import parse

read = cache(check)


@pytest.mark.parametrize("name", ["base", "nurse_ratio", "sequence"])
def test_the_small_file_of_a_shipped_scenario_reads_back_as_it(name):
    loaded = read(name)[0]
    text = child_text(loaded, loaded.scenario, loaded.scenario.name, read=read)
    [again] = check_text(text, "again.yaml")
    assert again.scenario == loaded.scenario
    assert len(text) < 2000


def test_changes_stand_in_the_small_file_and_nothing_else_does():
    [loaded] = read("base")
    path = "treatments.ketamine_home.effect.odds_ratio"
    changed = with_what_ifs(loaded, {path: 0.5, "run.seed": 7})
    tree = parse(child_text(loaded, changed, "mine", read=read), file="mine.yaml").tree
    assert tree["run"] == {"seed": 7}
    assert tree["treatments"]["ketamine_home"]["effect"]["odds_ratio"]["source"] == "what-if"
    assert set(tree) == {"extends", "name", "run", "treatments"}


def test_a_scenario_that_cites_fewer_sources_lists_none():
    [loaded] = check_text(TEMPLATE, "mine.yaml")
    text = child_text(loaded, loaded.scenario, loaded.scenario.name, read=read)
    assert "\nsources" not in text
    assert check_text(text, "mine.yaml")[0].scenario == loaded.scenario


def test_a_scenario_that_stands_alone_becomes_a_file_above_the_base_case(tiny, write_scenario, tiny_tree):
    [loaded] = check(write_scenario(tiny_tree))
    text = child_text(loaded, tiny, tiny.name, read=read)
    assert text.startswith("extends: base.yaml\n")
    assert check_text(text, "tiny.yaml")[0].scenario == tiny


def test_the_template_sets_what_it_says():
    [loaded] = check_text(TEMPLATE, "my_programme.yaml")
    assert list(loaded.scenario.strategies) == ["usual_care", "ketamine_home"]
    assert loaded.scenario.resources["chair"].units == 4
    assert loaded.scenario.run.n_patients == 400
    assert scenarios_of("base")[0].run.n_patients != 400


def test_a_text_may_give_only_so_many_scenarios():
    text = "extends: base.yaml\nsweep: {run.seed: [1, 2, 3]}\n"
    assert len(check_text(text, "mine.yaml", most=3)) == 3
    with pytest.raises(ScenarioError, match=r"mine.yaml:2: sweep: must give at most 2 scenarios, got 3"):
        check_text(text, "mine.yaml", most=2)


def test_every_shipped_file_can_be_the_parent_of_its_own_scenario():
    assert all(shipped.named(name) is not None for name in shipped.names())
