"""What is printed: whole when it is no terminal, a list on a narrow one."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from sim.errors import ScenarioError
from sim.report.console import print_story, print_table
from sim.report.follow import follow
from sim.report.story import Entry
from sim.report.tables import Table

TABLE = Table("Title", ("Strategy", "Cost"), (("Alpha", "$1"), ("Beta", "$2")))


def printed(width, write):
    sink = io.StringIO()
    write(Console(file=sink, width=width, highlight=False))
    return [line.rstrip() for line in sink.getvalue().splitlines()]


def test_a_wide_console_gets_a_table():
    assert printed(200, lambda console: print_table(console, TABLE)) == [
        "Title",
        "Strategy  Cost",
        "Alpha       $1",
        "Beta        $2",
    ]


def test_a_narrow_console_gets_a_list():
    lines = printed(12, lambda console: print_table(console, TABLE))
    assert lines == ["Title", "Alpha", "  Cost: $1", "Beta", "  Cost: $2"]


def test_a_story_has_one_heading_per_day_and_ends_with_the_notice():
    entries = [
        Entry(3, "screened", "First.", "a rule", 30.0, 12.0),
        Entry(3, "score", "Second.", "", 30.0, 12.0),
    ]
    lines = printed(200, lambda console: print_story(console, entries, perspective="sector"))
    assert lines == [
        "Day 3 (week 1, Thursday): score 30, cost so far $12 (sector, undiscounted)",
        "  First. [a rule]",
        "  Second.",
        "Planning and teaching model, never advice for one patient.",
    ]


@pytest.mark.parametrize(
    ("strategy", "patient", "replication", "message"),
    [
        ("infusions", 0, 0, "'infusions' is not a strategy; did you mean 'infusion'?"),
        ("infusion", 200, 0, r"patient: must lie in 0 to 199, got 200"),
        ("infusion", 0, -1, "replication: must be at least 0, got -1"),
    ],
)
def test_following_somebody_who_does_not_exist_is_refused(tiny, strategy, patient, replication, message):
    with pytest.raises(ScenarioError, match=message):
        follow(tiny, strategy, patient, replication)


def test_the_same_patient_meets_the_same_luck_in_two_strategies(tiny):
    first, second = (follow(tiny, strategy, 17) for strategy in ("infusion", "tablets"))
    assert first[0].text == second[0].text
    assert first != second


def test_the_cost_of_a_patient_ends_at_the_sum_of_the_patients_flows(tiny):
    from sim.engine.simulate import simulate_strategy
    from sim.outcomes.account import account

    small = tiny.with_changes({"run.n_patients": 5, "resources.chairs.units": None})
    stories = [follow(small, "tablets", patient) for patient in range(5)]
    log, cohort = simulate_strategy(small, "tablets", 0)
    outcome = account(log, cohort, small, "tablets")
    counted = [i for i, name in enumerate(categories()) if name in sector()]
    assert sum(story[-1].cost for story in stories) / 5 == pytest.approx(
        outcome.cost[counted].sum(), rel=1e-9
    )


def categories():
    from sim.domain.economics import Category

    return list(Category)


def sector():
    from sim.domain.economics import IMPACT_INVENTORY, Perspective

    return IMPACT_INVENTORY[Perspective.SECTOR]


@pytest.mark.parametrize("width", [40, 200])
def test_the_notes_of_a_table_stand_below_it(width):
    noted = Table("Title", ("Strategy", "Cost"), (("Alpha", "$1"),), notes=("No ratio.",))
    assert printed(width, lambda console: print_table(console, noted))[-1] == "No ratio."


@pytest.mark.parametrize(("width", "is_list"), [(20, True), (24, False), (99, False), (100, False)])
def test_a_table_becomes_a_list_only_where_it_does_not_fit(width, is_list):
    """The columns of this table and what stands between them take 24 characters."""
    table = Table("Title", ("Strategy", "Cost", "QALYs"), (("Usual care", "$1", "0.5"),))
    lines = printed(width, lambda console: print_table(console, table))
    assert ("Cost: $1" in [line.strip() for line in lines]) == is_list
    assert any(line.split()[:3] == ["Strategy", "Cost", "QALYs"] for line in lines) != is_list
