"""Queues in words: a table of steps, what waiting does, and a warning in a sentence."""

from __future__ import annotations

import pytest

from sim.analysis.queues import Queue
from sim.domain.columns import CAPACITY_VALUES
from sim.report.queues import queue_tables, queue_warnings

LABELS = {"a": "Alpha", "b": "Beta"}
RESOURCES = {"chairs": "Treatment chair", "clinician": "Clinician"}


def a_queue(kind, **changes):
    steady = dict.fromkeys(
        (f"steady_{step}_days{se}" for step in ("screening", "start") for se in ("", "_se")), 2.0
    )
    return steady | {
        "kind": kind, "referral_weeks": 50, "resource": "chairs", "demand": 1.44, "demand_se": 0.01,
        "step": "start", "growth_days_per_week": 0.512, "growth_days_per_week_se": 0.1, "left_share": 0.2,
        "rise_days": 12.8, "overfull": [{"resource": "chairs", "demand": 1.44, "demand_se": 0.01}],
        "warm_up_weeks": 12,
    } | changes  # fmt: skip


def a_row(strategy, queue=None, **changes):
    values = dict.fromkeys(CAPACITY_VALUES, 0.25)
    cost = {"programme_cost": 1200.0, "programme_cost_se": 30.0}
    return values | cost | {"strategy": strategy, "resources": [{}], "queue": queue} | changes


def warnings(queue):
    return queue_warnings([a_row("a", queue)], LABELS, RESOURCES)


def test_a_growing_queue_is_told_with_its_resource():
    (warning,) = warnings(a_queue(Queue.GROWING, left_share=0.0))
    assert warning == (
        "Alpha: demand exceeds capacity and the queue grows without limit: Treatment chair is asked for 144% "
        "of what whole visits can fill of its minutes, and waits for the start of treatment still rise by 0.51 "
        "days with every week of referrals. Waits told here depend on how long referrals last."
    )


def test_a_step_is_told_with_the_resource_that_serves_it_and_other_full_ones_after_it():
    full = [{"resource": "chairs", "demand": 1.43}, {"resource": "clinician", "demand": 1.09}]
    changes = {"resource": "clinician", "demand": 1.09, "step": "screening", "overfull": full}
    (warning,) = warnings(a_queue(Queue.GROWING, left_share=0.0, growth_days_per_week=0.133, **changes))
    assert warning.split("limit: ")[1].split(". Waits")[0] == (
        "Clinician is asked for 109% of what whole visits can fill of its minutes, and waits for screening "
        "still rise by 0.13 days with every week of referrals; Treatment chair is asked for 143%, too"
    )


def test_work_that_piles_up_elsewhere_is_not_joined_to_a_step_it_does_not_serve():
    full = [{"resource": "chairs", "demand": 1.43}]
    changes = {"resource": "clinician", "demand": 0.8, "step": "screening", "overfull": full}
    (warning,) = warnings(a_queue(Queue.GROWING, left_share=0.0, **changes))
    assert (
        "limit: Treatment chair is asked for 143% of what whole visits can fill of its minutes. " in warning
    )
    assert "screening" not in warning


def test_waits_that_rise_by_less_than_a_day_are_not_told():
    (warning,) = warnings(a_queue(Queue.GROWING, rise_days=0.4))
    assert "still rise" not in warning


def test_rising_waits_for_what_has_no_limit_say_so():
    (warning,) = warnings(a_queue(Queue.RISING, resource=None, demand=None, overfull=[]))
    assert "though no resource that serves it has a limit; let referrals last longer" in warning


def test_a_growing_queue_that_patients_leave_says_so():
    (warning,) = warnings(a_queue(Queue.GROWING))
    assert "without limit, but for those who give up (20% of the referred so far): " in warning


def test_a_queue_held_by_leaving_says_how_many_give_up():
    assert warnings(a_queue(Queue.HELD_BY_LEAVING)) == [
        "Alpha: waits level off only because 20% of those referred give up waiting; Treatment chair is asked "
        "for 144% of what whole visits can fill of its minutes."
    ]


def test_rising_waits_ask_for_a_longer_run():
    (warning,) = warnings(a_queue(Queue.RISING, demand=0.95, overfull=[]))
    assert warning.endswith(
        "still rise by 0.51 days with every week of referrals when referrals end, though Treatment chair is "
        "asked for 95% of what whole visits can fill of its minutes; let referrals last longer to see where "
        "waits settle."
    )


@pytest.mark.parametrize("queue", [None, a_queue(Queue.STEADY)])
def test_a_queue_that_settles_needs_no_warning(queue):
    assert warnings(queue) == []


def test_steps_tell_median_most_over_target_and_given_up():
    row = a_row(
        "a", screening_wait_median_days=4.0, screening_wait_p90_days=None, screening_over_target_share=0.126,
        start_over_target_share=None, induction_left_share=None,
    )  # fmt: skip
    steps, _ = queue_tables([row, a_row("b", resources=[])], LABELS)
    assert steps.rows == (
        ("Alpha", "4 / - (13% over, 25% left)", "0 / 0 (25% left)", "-", "0 / 0 (25% over, 25% left)"),
    )


def test_what_waiting_does_is_told_with_errors_and_without_the_warm_up():
    row = a_row("a", a_queue(Queue.STEADY), waiting_qaly_loss_se=0.01, excess_relapses_per_100_se=None)
    _, doing = queue_tables([row], LABELS)
    assert doing.rows == (
        ("Alpha", "25.0% (25.0%)", "0.2 ± 0.2", "0.250 ± 0.010", "$1,200 ± 30",
         "2.0 ± 2.0 + 2.0 ± 2.0 (12 of 50 weeks cut)"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("queue", "told"),
    [
        (None, "no open programme"),
        (a_queue(Queue.GROWING), "does not settle"),
        (a_queue(Queue.STEADY, warm_up_weeks=None), "not settled in 50 weeks"),
    ],
)
def test_without_a_steady_state_the_table_says_why(queue, told):
    _, doing = queue_tables([a_row("a", queue)], LABELS)
    assert doing.rows[0][-1] == told


def test_without_limited_resources_there_is_nothing_to_tell():
    assert queue_tables([a_row("a", resources=[])], LABELS) == []
