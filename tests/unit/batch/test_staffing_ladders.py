"""Levels of staffing: steps, days, planned changes, costs."""

from __future__ import annotations

import pytest
from clinics import clinic

from sim.batch.staffing_ladders import Rung, ladders, level_with, lowest_level, staffed, yearly_cost
from sim.domain.scenario import Scenario
from sim.errors import ScenarioError

WEEK = (480.0,) * 5 + (0.0, 0.0)


def scenario_of(tree, **chairs):
    tree["resources"]["chairs"] |= chairs
    return Scenario.model_validate(tree)


def ladder_of(scenario, steps=None):
    return ladders(scenario, ["chairs"], scenario.resources, steps or {})[0]


def test_parts_of_a_post_are_searched_in_half_posts_and_valued_by_whole_ones(tiny_tree):
    ladder = ladder_of(scenario_of(clinic(tiny_tree, chairs=1.6, clinicians=1)))
    assert [ladder.rung(level).units for level in (1, 2, 3)] == [0.5, 1, 1.5]
    assert ladder.more(ladder.today) == (Rung(2.6, WEEK), "unit")


def test_a_step_that_is_asked_for_counts_for_both(tiny_tree):
    ladder = ladder_of(scenario_of(clinic(tiny_tree, chairs=2, clinicians=1)), {"chairs": 0.25})
    assert ladder.rung(3).units == 0.75
    assert ladder.more(ladder.today)[0].units == 2.25


def test_days_are_opened_before_units_are_added(tiny_tree):
    open_minutes = [240, 0, 480, 0, 480, 0, 0]
    ladder = ladder_of(scenario_of(clinic(tiny_tree, chairs=2, clinicians=1), open_minutes=open_minutes))
    levels = [ladder.rung(level) for level in range(1, 7)]
    assert [rung.days for rung in levels] == [1, 2, 3, 4, 5, 5]
    assert [rung.units for rung in levels] == [2, 2, 2, 2, 2, 3]
    assert levels[3].open_minutes == (240, 480, 480, 0, 480, 0, 0)
    assert ladder.more(ladder.today) == (levels[3], "day a week")


def test_the_lowest_level_has_room_for_the_longest_visit(tiny_tree):
    scenario = scenario_of(clinic(tiny_tree, chairs=1, clinicians=1))
    # A session takes 120 of 480 minutes.
    assert lowest_level(scenario, ladder_of(scenario, {"chairs": 0.1})) == 3


def test_a_level_offers_the_minutes_asked_for(tiny_tree):
    ladder = ladder_of(scenario_of(clinic(tiny_tree, chairs=1, clinicians=1)))
    assert [level_with(ladder, minutes) for minutes in (0, 2400, 2401)] == [1, 1, 2]


@pytest.mark.parametrize(("units", "step"), [(0.4, 0.5), (1.2, 0.5), (0.3, 0.1), (2, 1), (3, 2)])
def test_todays_units_are_on_the_ladder(tiny_tree, units, step):
    ladder = ladder_of(scenario_of(clinic(tiny_tree, chairs=units, clinicians=1)), {"chairs": step})
    levels = [ladder.rung(level).units for level in range(1, 9)]
    assert ladder.rung(ladder.today_level) == ladder.today
    assert levels == sorted(set(levels))
    for wanted in (0.05, 0.35, units, units + 0.01, 1.9):
        level = ladder.level_of(wanted)
        assert ladder.rung(level).units >= wanted
        assert level == 1 or ladder.rung(level - 1).units < wanted


def test_planned_changes_beyond_what_a_scenario_allows_are_refused(tiny_tree):
    changes = [{"from_day": 70, "units": 99_999.5}]
    scenario = scenario_of(clinic(tiny_tree, chairs=2, clinicians=1), changes=changes)
    with pytest.raises(ScenarioError, match=r"--step: chairs .* planned changes included, got 100,000.5"):
        ladder_of(scenario)


def test_planned_changes_move_along_with_the_staffing(tiny_tree):
    changes = [{"from_day": 70, "units": 3}, {"from_day": 140, "units": 1}]
    scenario = scenario_of(clinic(tiny_tree, chairs=2, clinicians=1), changes=changes)
    changed = staffed(scenario, {"chairs": Rung(4.0, WEEK)}).resources["chairs"]
    assert [(change.from_day, change.units) for change in changed.changes] == [(70, 5), (140, 3)]


def test_closed_days_are_not_paid(tiny_tree):
    closures = [{"from_day": 0, "until_day": 70}]
    scenario = scenario_of(clinic(tiny_tree, chairs=2, clinicians=1), closures=closures)
    whole_year = 40 * 40 * 365.25 / 7
    assert yearly_cost(scenario, "chairs", Rung(1.0, WEEK), 140) == pytest.approx(whole_year / 2)
    assert yearly_cost(scenario, "clinicians", Rung(2.0, WEEK), 140) == pytest.approx(2 * whole_year)
