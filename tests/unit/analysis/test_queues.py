"""What becomes of a queue: literal weekly waits, demand and leaving in; a verdict out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.analysis.capacity import capacity_rows
from sim.analysis.queues import Queue, queue_of

N_WEEKS, N_REPLICATIONS = 41, 4
"""The last week is never whole."""


@pytest.fixture
def verdict(make_results):
    """Return a function from waits by week, demand and leaving to what is told of the queue."""
    plain = make_results({"clinic": [(1.0, 1.0)] * N_REPLICATIONS})

    def verdict(start, *, demand=0.8, left=0.0, n_weeks=N_WEEKS, n_replications=N_REPLICATIONS, noise=0.3):
        rng = np.random.default_rng(3)
        weeks = np.arange(n_weeks)
        curves, use = [], []
        for replication in range(n_replications):
            values = {
                "referrals": np.full(n_weeks, 10.0),
                "left_waiting": np.full(n_weeks, left),
                "screening_queue_days": np.zeros(n_weeks),
                "start_queue_days": start(weeks) + noise * rng.normal(size=n_weeks),
            }
            curves += [
                ("tiny", "clinic", replication, measure, week, value)
                for measure, series in values.items()
                for week, value in zip(weeks, series, strict=True)
            ]
            use += [
                ("tiny", "clinic", replication, resource, week, 80.0, 100.0, wanted)
                for resource, wanted in (("chairs", 100.0 * demand + replication / 10), ("rooms", 30.0))
                for week in range(3 * n_weeks)
            ]
        chosen = plain.clinical["replication"] < n_replications
        results = replace(
            plain,
            clinical=plain.clinical[chosen],
            settings={
                "tiny": replace(plain.settings["tiny"], resources={"chairs": "Chairs", "rooms": "Rooms"})
            },
            curves=pd.DataFrame(curves, columns=list(plain.curves.columns)),
            utilization=pd.DataFrame(use, columns=list(plain.utilization.columns)),
        )
        return queue_of(results, "tiny", "clinic")

    return verdict


def settled(weeks):
    return 10 - 10 * np.exp(-weeks / 3)


def test_waits_that_settle_are_steady_and_told_without_the_warm_up(verdict):
    queue = verdict(settled)
    assert queue["kind"] is Queue.STEADY
    assert 5 < queue["warm_up_weeks"] < 20
    assert queue["steady_start_days"] == pytest.approx(10, abs=0.2)
    assert 0 < queue["steady_start_days_se"] < 0.2
    assert queue["steady_screening_days"] == 0


def test_a_queue_that_grows_is_told_with_its_slope_and_its_resource(verdict):
    queue = verdict(lambda weeks: 0.5 * weeks, demand=1.2)
    assert queue["kind"] is Queue.GROWING
    assert queue["growth_days_per_week"] == pytest.approx(0.5, abs=0.03)
    assert (queue["step"], queue["resource"]) == ("start", "chairs")
    assert queue["demand"] == pytest.approx(1.2, abs=0.01)
    assert (queue["warm_up_weeks"], queue["steady_start_days"]) == (None, None)


def test_waits_that_settle_because_patients_give_up_are_no_steady_queue(verdict):
    queue = verdict(settled, demand=1.3, left=0.25)
    assert (queue["kind"], queue["left_share"]) == (Queue.HELD_BY_LEAVING, pytest.approx(0.25))


def test_waits_that_seem_to_rise_are_not_called_level(verdict):
    queue = verdict(lambda weeks: 5 + 0.5 * weeks, demand=1.3, left=0.25, noise=8.0, n_replications=2)
    assert queue["growth_days_per_week"] - 6.31 * queue["growth_days_per_week_se"] < 0
    assert queue["kind"] is Queue.GROWING


def test_work_that_piles_up_while_nobody_leaves_is_growth(verdict):
    assert verdict(settled, demand=1.3)["kind"] is Queue.GROWING


def test_rising_waits_with_room_to_spare_ask_for_a_longer_run(verdict):
    assert verdict(lambda weeks: 0.5 * weeks, demand=0.95)["kind"] is Queue.RISING


def test_a_rise_of_less_than_a_day_is_no_growth(verdict):
    queue = verdict(lambda weeks: 5 + 0.02 * weeks, noise=0.01)
    assert queue["growth_days_per_week"] == pytest.approx(0.02, abs=0.001)
    assert queue["kind"] is Queue.STEADY


def test_demand_within_chance_of_what_is_offered_is_not_too_much(verdict):
    # replications ask for 99.9, 100.0, 100.1 and 100.2 % of the minutes
    assert verdict(settled, demand=0.999, left=0.2)["kind"] is Queue.STEADY


def test_a_single_replication_is_judged_by_its_own_scatter(verdict):
    assert verdict(lambda weeks: 0.5 * weeks, demand=1.2, n_replications=1)["kind"] is Queue.GROWING
    assert verdict(settled, n_replications=1)["kind"] is Queue.STEADY


def test_a_strategy_that_nobody_waits_for_has_no_wait_to_tell(verdict):
    queue = verdict(lambda weeks: np.full(len(weeks), np.nan))
    assert (queue["kind"], queue["growth_days_per_week"]) == (Queue.STEADY, 0)
    assert queue["steady_start_days"] is None


def test_a_short_programme_has_no_verdict(verdict):
    assert verdict(settled, n_weeks=9) is None


def test_a_closed_cohort_has_no_verdict(make_results):
    rows = capacity_rows(make_results({"home": [(1.0, 1.0), (2.0, 1.0)]}))
    assert [row["queue"] for row in rows] == [None]
