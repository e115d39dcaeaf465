"""What a strategy can draw on: treatments by every way that leads there, resources by step."""

from __future__ import annotations

import pytest

from sim.domain.reach import START, resources_by_step, treatments_of, visits_of
from sim.domain.scenario import Scenario


@pytest.fixture
def staffed(tiny_tree):
    """Return a scenario in which every kind of visit has a resource of its own."""
    names = ("clinician", "therapist", "guide", "phone")
    for name in names:
        tiny_tree["resources"][name] = dict(tiny_tree["resources"]["chairs"], label=name.capitalize())
    visits = (
        tiny_tree["care"]["screening"],
        tiny_tree["care"]["preparation"],
        tiny_tree["care"]["integration"],
        tiny_tree["treatments"]["tablets"]["session"],
    )
    for visit, name in zip(visits, names, strict=True):
        visit["needs"] = {name: visit["needs"]["chairs"]}
    tiny_tree["treatments"]["tablets"]["preparation"] = False
    lines = [{"treatment": "infusion", "instead_of_waiting": "tablets"}]
    tiny_tree["strategies"] = {
        "usual_care": {"label": "Usual care", "lines": []},
        "tablets": {"label": "Tablets", "lines": [{"treatment": "tablets"}]},
        "instead": {"label": "Instead", "lines": lines},
        "mixed": {"label": "Mixed", "mix": {"usual_care": 0.5, "tablets": 0.5}},
    }
    return Scenario.model_validate(tiny_tree)


@pytest.mark.parametrize(
    ("strategy", "treatments", "screening", "start"),
    [
        ("usual_care", [], [], []),
        ("tablets", ["tablets"], ["clinician"], ["phone"]),
        ("mixed", ["tablets"], ["clinician"], ["phone"]),
        ("instead", ["tablets", "infusion"], ["clinician"], ["chairs", "therapist", "phone"]),
    ],
)
def test_each_step_is_served_by_the_resources_its_visits_need(
    staffed, strategy, treatments, screening, start
):
    assert treatments_of(staffed, strategy) == treatments
    assert resources_by_step(staffed, strategy) == {"screening": screening, START: start}


def test_integration_is_a_visit_but_nobody_waits_for_it_to_begin(staffed):
    named = {name for visit in visits_of(staffed, "instead") for name in visit.whole_minutes}
    assert named == {"clinician", "therapist", "guide", "phone", "chairs"}
