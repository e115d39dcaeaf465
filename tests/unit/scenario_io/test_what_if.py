"""What is shared with a valid scenario is not validated again, and nothing else comes of it."""

from __future__ import annotations

import pytest

from sim.domain.scenario import Scenario
from sim.errors import ScenarioError
from sim.scenario_io.load import check, load_all
from sim.scenario_io.what_if import as_typed, with_what_ifs

HOME = "treatments.ketamine_home"
POSSIBLE = {
    "a number": {f"{HOME}.effect.odds_ratio": 0.5},
    "two numbers and a size": {f"{HOME}.effect.odds_ratio": 0.5, "care.session_no_show": 0.11, "run.seed": 7},
    "a whole parameter": {"care.patience": {"value": 21, "unit": "days", "range": [7, 60]}},
    "a part left out": {"budget": None},
    "a list": {"strategies.ketamine_home.lines": [{"treatment": "ect"}]},
    "a text": {"title": "Another title"},
    "a map without settings": {"strategies": {}},
}
IMPOSSIBLE = {
    "a value": {f"{HOME}.effect.odds_ratio": -1},
    "a name": {"strategies.ketamine_home.lines.0.treatment": "nothing"},
    "a source": {"care.patience.source": "nobody2020"},
    "parts that contradict each other": {"illness.definitions.partial_response": 0.9},
    "two at once": {f"{HOME}.effect.odds_ratio": "much", "run.n_patients": 0},
}


@pytest.fixture(scope="module")
def base():
    [loaded] = check("base")
    return loaded


@pytest.mark.parametrize("what_ifs", POSSIBLE.values(), ids=POSSIBLE)
def test_a_what_if_gives_the_scenario_that_reading_everything_gives(base, what_ifs):
    [read] = load_all("base", overrides=as_typed(what_ifs))
    assert with_what_ifs(base, what_ifs) == read
    assert with_what_ifs(base, what_ifs).digest == read.digest


def test_a_what_if_can_cite_a_source_that_nothing_cited_before(base):
    source = next(key for key in base.composed.tree["sources"] if key not in base.scenario.sources)
    patience = {"value": 21, "unit": "days", "range": [7, 60], "source": source, "locator": "p. 1"}
    patience["grade"] = "cohort"
    what_ifs = {"care.patience": patience}
    [read] = load_all("base", overrides=as_typed(what_ifs))
    assert with_what_ifs(base, what_ifs) == read
    assert source in read.sources


@pytest.mark.parametrize("what_ifs", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_is_impossible_is_told_in_the_same_words(base, what_ifs):
    with pytest.raises(ScenarioError) as read:
        load_all("base", overrides=as_typed(what_ifs))
    with pytest.raises(ScenarioError) as quick:
        with_what_ifs(base, what_ifs)
    assert str(quick.value) == str(read.value)


def test_parts_that_are_not_changed_are_the_very_same(base):
    changed = with_what_ifs(base, {f"{HOME}.effect.odds_ratio": 0.5})
    assert changed.illness is base.scenario.illness
    assert changed.treatments["ect"] is base.scenario.treatments["ect"]
    assert changed.treatments["ketamine_home"] != base.scenario.treatments["ketamine_home"]


@pytest.mark.parametrize("name", ["home_supervision", "nurse_ratio", "waiting_list"])
def test_points_of_a_sweep_that_share_parts_are_each_what_they_are_alone(name):
    points = check(name)
    alone = [
        Scenario.model_validate(point.composed.tree | {"sources": point.scenario.sources}) for point in points
    ]
    assert len(points) > 1
    assert [point.scenario for point in points] == alone
