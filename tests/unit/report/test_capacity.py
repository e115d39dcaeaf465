"""Capacity in words and cells: the bottleneck, waits by step, use over time with a mark where it is high."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.domain.columns import CAPACITY_VALUES
from sim.report.capacity import bottleneck_sentences, use_exhibit, wait_table

LABELS = {"a": "Alpha", "b": "Beta", "c": "Gamma"}
RESOURCES = {"chairs": "Treatment chair", "nurse": "Nurse"}


def a_load(resource, full_weeks):
    return {"resource": resource, "full_weeks": full_weeks}


def a_row(strategy, loads, *, bottleneck=None):
    values = dict.fromkeys(CAPACITY_VALUES, 0.25)
    busiest = loads[0]["resource"] if loads else None
    return values | {"strategy": strategy, "resources": loads, "busiest": busiest, "bottleneck": bottleneck}


@pytest.fixture
def periods():
    columns = ["resource", "first_week", "last_week", "utilization", "peak", "weeks", "busy_weeks"]
    rows = [
        ("chairs", 1, 2, 0.86, 0.9, 2, 1), ("chairs", 3, 4, 0.85, 0.95, 2, 1), ("nurse", 1, 2, 0.2, 0.3, 2, 0),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def test_the_bottleneck_is_named_with_others_that_are_nearly_full():
    row = a_row("a", [a_load("chairs", 12), a_load("nurse", 1)], bottleneck="chairs")
    assert bottleneck_sentences([row], LABELS, RESOURCES) == [
        "Alpha: Treatment chair is the bottleneck, nearly full in 12 weeks. Nearly full in some weeks, too: Nurse."
    ]


def test_room_in_every_week_is_told_and_strategies_without_limits_are_left_out():
    rows = [a_row("a", [a_load("nurse", 0)]), a_row("b", [])]
    assert bottleneck_sentences(rows, LABELS, RESOURCES) == [
        "Alpha: no bottleneck; the busiest resource, Nurse, has room in every week."
    ]


def test_waits_are_told_by_step_and_missing_ones_as_a_dash():
    row = a_row("a", []) | {
        "screening_wait_median_days": 3.04, "screening_wait_p90_days": 13.5,
        "screening_over_target_share": None, "screening_left_share": 0.044, "start_left_share": None,
    }  # fmt: skip
    table = wait_table(row, "Alpha")
    assert table.rows[0] == ("Screening", "3.0", "13.5", "-", "4.4%")
    assert "Start of treatment" not in [cells[0] for cells in table.rows]


def test_use_above_85_percent_is_marked_in_words_not_by_color_alone(periods):
    exhibit = use_exhibit(periods, RESOURCES, "Alpha")
    words = [row["words"] for rows in exhibit.chart.to_dict()["datasets"].values() for row in rows]
    assert words == ["86!", "85", "20"]
    assert exhibit.table.rows[0] == ("Treatment chair", "86% (90%)!", "85% (95%)")
    assert exhibit.table.rows[1] == ("Nurse", "20% (30%)", "-")


def test_use_is_told_to_those_who_do_not_see_it(periods):
    exhibit = use_exhibit(periods, RESOURCES, "Alpha")
    assert exhibit.alt == (
        "Use by resource and weeks. More than 85% is used of Treatment chair in 2 of 4 weeks and Nurse in 0 of 2 "
        "weeks."
    )
    assert "! marks more than 85%" in exhibit.caption
    assert "Treatment chair in 2 of 4 weeks" in exhibit.caption
