"""Waits and use of resources by strategy, and which resource is the bottleneck."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from sim.analysis.breakdown import mean_utilization
from sim.analysis.capacity import capacity_rows, use_by_period

PAIRS = {"home": [(1.0, 1.0), (1.0, 1.0)], "clinic": [(2.0, 1.0), (2.0, 1.0)]}
WEEKS = {
    # minutes used, offered and wanted in three weeks, the last one closed
    "home": {"chairs": [(50.0, 100.0, 50.0), (79.0, 100.0, 79.0), (0.0, 0.0, 0.0)]},
    "clinic": {
        "chairs": [(100.0, 100.0, 140.0), (95.0, 100.0, 150.0), (0.0, 0.0, 0.0)],
        "rooms": [(99.0, 100.0, 99.0), (10.0, 100.0, 10.0), (0.0, 0.0, 0.0)],
        "nurses": [(70.0, float("nan"), 70.0)] * 3,
    },
}


def with_use(results, weeks):
    rows = [
        ("tiny", strategy, replication, resource, week, used, offered, offered, wanted)
        for strategy, resources in weeks.items()
        for replication in (0, 1)
        for resource, minutes in resources.items()
        for week, (used, offered, wanted) in enumerate(minutes)
    ]
    resources = {"chairs": "Chairs", "rooms": "Rooms", "nurses": "Nurses"}
    settings = {"tiny": replace(results.settings["tiny"], resources=resources)}
    use = pd.DataFrame(rows, columns=list(results.utilization.columns))
    return replace(results, utilization=use, settings=settings)


@pytest.fixture
def results(make_results):
    return with_use(make_results(PAIRS, p90_wait_days=30.0, left_before_start_share=0.1), WEEKS)


@pytest.fixture
def rows(results):
    return {row["strategy"]: row for row in capacity_rows(results)}


def test_every_strategy_tells_its_waits_with_errors(rows):
    assert list(rows) == ["home", "clinic"]
    assert (rows["home"]["p90_wait_days"], rows["home"]["p90_wait_days_se"]) == (30, 0)
    assert rows["home"]["left_before_start_share"] == pytest.approx(0.1)


def test_utilization_is_told_over_all_weeks_and_in_the_busiest(rows):
    names = ("resource", "utilization", "peak_utilization", "full_weeks")
    told = [tuple(load[name] for name in names) for load in rows["clinic"]["resources"]]
    assert told == [("chairs", 0.975, 1.0, 2), ("rooms", pytest.approx(0.545), 0.99, 1)]


def test_idle_hours_are_minutes_offered_and_not_used(rows):
    idle = {load["resource"]: load["idle_hours"] for load in rows["clinic"]["resources"]}
    assert idle == {"chairs": pytest.approx(5 / 60), "rooms": pytest.approx(91 / 60)}


def test_the_cost_of_the_programme_is_told_whatever_the_perspective(results):
    wages = results.flows.assign(category=results.flows["category"].astype(str).replace("session", "staff"))
    paid = replace(results, flows=wages)
    rows = capacity_rows(paid)
    settings = replace(results.settings["tiny"], perspective="patient")
    others = capacity_rows(replace(paid, settings={"tiny": settings}))
    assert [row["programme_cost"] for row in rows] == [row["programme_cost"] for row in others] == [1.0, 2.0]


def test_the_resource_that_is_nearly_full_for_longest_is_the_bottleneck(rows):
    assert (rows["clinic"]["busiest"], rows["clinic"]["bottleneck"]) == ("chairs", "chairs")


def test_a_resource_with_room_in_every_week_is_no_bottleneck(rows):
    assert (rows["home"]["busiest"], rows["home"]["bottleneck"]) == ("chairs", None)


def test_a_strategy_that_needs_no_limited_resource_has_none(results):
    without = with_use(results, {"clinic": WEEKS["clinic"]})
    home = capacity_rows(without)[0]
    assert (home["strategy"], home["resources"], home["busiest"]) == ("home", [], None)


def test_without_any_limit_nothing_is_told_of_capacity(results):
    unlimited = with_use(results, {"clinic": {"nurses": WEEKS["clinic"]["nurses"]}})
    assert capacity_rows(unlimited) == []


def test_use_over_time_leaves_out_closed_weeks_and_resources_without_a_limit(results):
    periods = use_by_period(mean_utilization(results), "clinic")
    assert set(periods["resource"]) == {"chairs", "rooms"}
    chairs = periods[periods["resource"] == "chairs"]
    assert chairs[["first_week", "last_week"]].to_numpy().tolist() == [[1, 1], [2, 2]]
    assert chairs["utilization"].tolist() == [1.0, 0.95]


def test_weeks_are_put_together_when_there_are_many(results):
    [both] = (
        use_by_period(mean_utilization(results), "clinic", most=1)
        .query("resource == 'rooms'")
        .to_dict("records")
    )
    assert (both["first_week"], both["last_week"]) == (1, 2)
    assert both["utilization"] == pytest.approx(0.545)
    assert (both["peak"], both["busy_weeks"], both["weeks"]) == (0.99, 1, 2)
