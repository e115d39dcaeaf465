"""Targets, paired values, bottlenecks and frontiers on literal numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from sim.analysis.staffing_frontier import Tried, certainty, frontier
from sim.analysis.staffing_targets import (
    Target,
    direction,
    is_clear_miss,
    read_targets,
    target_row,
    wait_column,
)
from sim.analysis.staffing_values import Measurement, bottleneck, is_clear, joint_row, value_row
from sim.errors import ScenarioError

WAIT = "median_wait_days"


def measured(costs, qalys, waits, hours_in_prices=0.0):
    return [
        Measurement({WAIT: wait}, cost, qaly, hours_in_prices=hours_in_prices, use={}, n_days=365)
        for cost, qaly, wait in zip(costs, qalys, waits, strict=True)
    ]


BASE = measured([100, 110, 120], [1.0, 1.1, 1.2], [20, 21, 22])


def test_targets_are_read_with_their_relation():
    targets = read_targets(["median_wait_days<=14", " started_share >= 0.5 "])
    assert targets == [Target(WAIT, "<=", 14), Target("started_share", ">=", 0.5)]


@pytest.mark.parametrize("text", ["median_wait_days<=nan", "median_wait_days<=inf", "median_wait_days<=soon"])
def test_a_target_needs_a_finite_number(text):
    with pytest.raises(ScenarioError, match="must be compared with a"):
        read_targets([text])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("median_wait_days>=30", "better low, so it must be <= a number"),
        ("left_before_start_share>0.1", "better low"),
        ("started_share<=0.6", "better high, so it must be >= a number"),
        ("p90_wait_days<=-3", "never below 0"),
        ("started_share>=60", "a share from 0 to 1"),
        ("waits<=3", "better low .<=.: .*median_wait_days.*better high .>=.: .*started_share"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(text, message):
    with pytest.raises(ScenarioError, match=message):
        read_targets([text])


def test_what_has_no_better_side_may_be_a_target_either_way():
    assert direction("sessions_per_starter") is None
    assert len(read_targets(["sessions_per_starter<=9", "sessions_per_starter>=3"])) == 2


def test_the_wait_of_the_first_target_on_a_wait_is_told():
    targets = read_targets(["started_share>=0.5", "p90_wait_days<=30", "median_wait_days<=14"])
    assert wait_column(targets) == "p90_wait_days"
    assert wait_column([]) == WAIT


def test_the_chance_to_meet_a_target_is_that_of_student():
    values = np.array([12.0, 13.0, 14.5, 13.5])
    row = target_row(Target(WAIT, "<=", 14), values)
    error = values.std(ddof=1) / 2
    assert row["chance_met"] == pytest.approx(t.cdf((14 - values.mean()) / error, 3))
    assert (row["is_met"], row["share_met"]) == (True, 0.75)


def test_an_undefined_wait_meets_nothing():
    row = target_row(Target(WAIT, "<=", 14), np.array([np.nan, 3.0]))
    assert (row["is_met"], row["share_met"], row["chance_met"]) == (False, 0.5, None)


def test_a_miss_is_clear_only_when_every_replication_misses_by_more_than_chance():
    target = Target(WAIT, "<=", 14)
    assert is_clear_miss(target, np.array([20.0, 21.0, 22.0]))
    assert not is_clear_miss(target, np.array([13.0, 21.0, 22.0]))
    assert not is_clear_miss(target, np.array([14.1, 14.1, 30.0]))
    assert is_clear_miss(target, np.array([np.nan, np.nan]))


def test_values_are_paired_differences():
    more = measured([90, 101, 108], [1.1, 1.2, 1.3], [18, 19, 20])
    row = value_row(BASE, more, wtp=100, wait=WAIT, cost_of_unit=15)
    gains = np.array([20.0, 19.0, 22.0])
    assert row["value"] == pytest.approx(gains.mean())
    assert row["se"] == pytest.approx(gains.std(ddof=1) / np.sqrt(3))
    assert row["saving"] == pytest.approx(31 / 3)
    assert (row["qaly"], row["wait_change"]) == pytest.approx((0.1, -2))
    assert (row["cost_besides"], row["net_value"]) == pytest.approx((15, gains.mean() - 15))
    assert (row["pays"], row["loses"]) == (True, False)
    assert row["shortens_wait"]


def test_hours_that_prices_of_care_pay_are_not_counted_again():
    more = measured([90, 101, 108], [1.1, 1.2, 1.3], [18, 19, 20], hours_in_prices=25.0)
    row = value_row(BASE, more, wtp=100, wait=WAIT, cost_of_unit=40)
    assert (row["cost_of_unit"], row["cost_besides"], row["cost_besides_se"]) == (40, 15, 0)
    assert row["net_value"] == pytest.approx(row["value"] - 15)
    assert (row["pays"], row["loses"]) == (True, False)
    twice = value_row(
        BASE, measured([90, 101, 108], [1.1, 1.2, 1.3], [18, 19, 20]), wtp=100, wait=WAIT, cost_of_unit=40
    )
    assert (twice["pays"], twice["loses"]) == (False, True)


def test_rounding_is_no_difference():
    assert not is_clear(np.full(4, 1e-9))
    assert is_clear(np.full(4, 1.0))
    assert not is_clear(np.array([5.0, -4.0, 1.0]))


def test_what_only_both_gain_binds_together():
    both = measured([50, 60, 69], [1.0, 1.1, 1.2], [10, 11, 12])
    row = joint_row(BASE, {"a": BASE, "b": BASE}, both, wtp=100, wait=WAIT)
    assert row["binds_together"]
    assert row["waits_together"]
    assert row["apart"] == 0
    alone = joint_row(BASE, {"a": both, "b": BASE}, both, wtp=100, wait=WAIT)
    assert not alone["binds_together"]


def value(amount, *, clear=True, wait=0.0):
    row = {"value": amount, "is_clear": clear, "shortens_wait": wait < 0, "wait_change": wait}
    return row | {"cost_of_unit": 1.0}


def pair(*resources, amount, binds, waits=False):
    row = {"resources": list(resources), "value": amount, "wait_change": -1.0}
    return row | {"binds_together": binds, "waits_together": waits}


def test_the_bottleneck_is_worth_most_then_binds_together_then_shortens_waits():
    rows = {"a": value(5.0), "b": value(9.0), "c": value(99.0, clear=False, wait=-3.0)}
    assert bottleneck(rows, [])["bottleneck"] == "b"
    unclear = {"a": value(-5.0), "c": rows["c"]}
    both = bottleneck(unclear, [pair("a", "c", amount=7.0, binds=True)])
    assert (both["bottleneck"], both["bottleneck_together"]) == (None, ["a", "c"])
    assert bottleneck(unclear, [])["bottleneck"] == "c"
    waiting = bottleneck({"a": value(0.0)}, [pair("a", "c", amount=0.0, binds=False, waits=True)])
    assert waiting["bottleneck_by"] == "wait together"
    assert bottleneck({"a": value(0.0, clear=False)}, [])["bottleneck_by"] is None


def test_what_shortens_the_wait_most_need_not_be_worth_most():
    rows = {
        "a": value(9.0, wait=-10.0) | {"cost_of_unit": 100.0},
        "b": value(5.0, wait=-11.0) | {"cost_of_unit": 300.0},
        "c": value(1.0) | {"cost_of_unit": 1.0},
    }
    named = bottleneck(rows, [])
    assert (named["bottleneck"], named["shortens_wait_most"]) == ("a", "b")
    assert named["shortens_wait_most_for_hours"] == "a"
    assert bottleneck({"c": rows["c"]}, [])["shortens_wait_most"] is None


def tried(cost, *waits):
    return Tried(cost, measured([0.0] * len(waits), [0.0] * len(waits), waits))


def test_the_frontier_leaves_out_what_a_cheaper_staffing_beats():
    staffings = [tried(30, 10.0), tried(10, 20.0), tried(20, 25.0), tried(40, 10.0), tried(5, np.nan)]
    assert frontier(staffings, WAIT) == [1, 0]


def test_certainty_follows_the_replications():
    targets = [Target(WAIT, "<=", 14)]
    sure = certainty([tried(10, 20, 20), tried(20, 5, 5)], 1, targets, seed=0)
    assert (sure["chance_same"], sure["cost_low"], sure["cost_high"]) == (1, 20, 20)
    # The cheaper one meets the target unless its bad replication is drawn twice of two.
    unsure = certainty([tried(10, 30, 0), tried(20, 5, 5)], 1, targets, seed=0)
    assert unsure["chance_same"] == pytest.approx(0.75, abs=0.05)
    assert certainty([tried(10, 20)], 0, targets, seed=0)["chance_same"] is None
