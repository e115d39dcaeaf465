"""What sliders are called."""

from __future__ import annotations

from sim.design.planner import lever_names, planner_levers
from sim.scenario_io.load import load


def test_a_figure_with_a_label_of_its_own_is_not_named_with_its_treatment_again():
    scenario = load("base")
    offered = [lever for found in planner_levers(scenario).values() for lever in found]
    names = lever_names(scenario, offered)
    assert (
        names["treatments.ketamine_home.effect.odds_ratio"]
        == "Odds ratio of response at home against infusion"
    )
    assert len(set(names.values())) == len(offered)


def test_figures_with_the_same_label_are_told_apart_by_their_treatments():
    scenario = load("base")
    lever = next(one for one in planner_levers(scenario)["Care"] if one.path.startswith("treatments.ect."))
    assert lever_names(scenario, [lever, lever])[lever.path] == lever.label
