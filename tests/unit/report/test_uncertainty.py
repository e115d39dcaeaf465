"""Three ways of not knowing in words, and how precise an analysis can be."""

from __future__ import annotations

from sim.report.uncertainty import KINDS, draws_precision, kinds_told, points_precision


def test_chance_parameters_and_structure_are_kept_apart():
    assert list(KINDS) == ["Chance", "Parameters", "Structure"]
    assert [line.split("**")[1] for line in kinds_told().splitlines()] == list(KINDS)


def test_four_times_the_draws_tell_twice_as_precisely():
    assert "within 5.0 percentage points" in draws_precision(100)
    assert "within 2.5 percentage points" in draws_precision(400)


def test_a_one_way_analysis_tells_its_size_and_that_luck_is_the_same():
    told = points_precision(12, 200, 2)
    assert told.startswith(
        "12 figures, each at both ends of its range, with 400 patients per strategy at each."
    )
    assert "same luck" in told
