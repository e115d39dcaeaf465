"""Points of a scenario: why one is impossible is told in plain words."""

from __future__ import annotations

from sim.design.points import contradiction

LAG = "treatments.tablets.induction.assessment_lag"


def test_a_point_is_told_to_contradict_another_figure_in_one_line(tiny):
    assert contradiction(tiny, {LAG: 0.5}) == "assessment_lag must be at least onset_days 1, got 0.5"


def test_a_value_outside_its_unit_is_told_too(tiny):
    told = contradiction(tiny, {"population.female": 1.5})
    assert told is not None
    assert "\n" not in told
    assert "pydantic" not in told


def test_a_possible_point_contradicts_nothing(tiny):
    assert contradiction(tiny, {LAG: 2.0}) is None
