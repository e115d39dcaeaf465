"""Waits by step: those held, those given up, those cut short, each counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.domain.clinic import WaitTargets
from sim.domain.events import Event, Leaving
from sim.outcomes.course_starts import course_starts
from sim.outcomes.pending import pending_of
from sim.outcomes.service import NO_STEP, service_of
from sim.outcomes.survival import kaplan_meier
from sim.outcomes.tally import Tally, merged
from sim.outcomes.waits import CUT, HELD, LEFT, wait_columns, waits_counted

N_DAYS = 400
INFUSION = {"treatment": 1}
WAITER = [
    # decided on day 10, prepared 3 days late, first session 2 days late, later ones 0, 4 and (maintenance) 9
    (0, 0, Event.REFERRED, {"target": 1.0}),
    (10, 0, Event.SCREENED, {"until": 7}),
    (10, 0, Event.ELIGIBLE, INFUSION),
    (20, 0, Event.PREPARED, INFUSION | {"until": 17}),
    (23, 0, Event.COURSE_STARTED, INFUSION | {"until": 10}),
    (23, 0, Event.SESSION, INFUSION | {"until": 21}),
    (28, 0, Event.SESSION, INFUSION | {"until": 28}),
    (36, 0, Event.SESSION, INFUSION | {"until": 32}),
    (40, 0, Event.ASSESSED, INFUSION | {"reason": 2}),
    (40, 0, Event.MAINTENANCE_STARTED, INFUSION),
    (52, 0, Event.SESSION, INFUSION | {"until": 43, "target": 1.0}),
    (65.5, 0, Event.DROPPED_OUT, INFUSION | {"reason": int(Leaving.WAITING_FOR_SESSION), "value": 6.5}),
    (300, 0, Event.HORIZON),
]
GAVE_UP_SCREENING = [
    (0, 0, Event.REFERRED, {"target": 1.0}),
    (12.5, 0, Event.DROPPED_OUT, {"reason": int(Leaving.WAITING_FOR_SCREENING), "value": 5.5}),
    (300, 0, Event.HORIZON),
]
GAVE_UP_START = [
    (0, 0, Event.REFERRED, {"target": 1.0}),
    (7, 0, Event.SCREENED, {"until": 7}),
    (7, 0, Event.ELIGIBLE, INFUSION),
    (18, 0, Event.PREPARED, INFUSION | {"until": 14}),
    (25, 0, Event.DROPPED_OUT, INFUSION | {"reason": int(Leaving.WAITING_FOR_TREATMENT), "value": 6.0}),
    (300, 0, Event.HORIZON),
]
DIED_WAITING = [(0, 0, Event.REFERRED, {"target": 1.0}), (30, 0, Event.DIED)]
USUAL_CARE = [(0, 0, Event.REFERRED), (0, 0, Event.USUAL_CARE), (300, 0, Event.HORIZON)]
DIED_BEFORE_THE_WISHED_DAY = [(0, 0, Event.REFERRED, {"target": 1.0}), (5, 0, Event.DIED)]
IMPROVED_WAITING = [
    (0, 0, Event.REFERRED, {"target": 1.0}),
    (7, 0, Event.SCREENED, {"until": 7}),
    (7, 0, Event.ELIGIBLE, INFUSION),
    (25, 0, Event.IMPROVED_NATURALLY, {"reason": 2}),
    (300, 0, Event.HORIZON),
]


@pytest.fixture
def count(make_history, tiny):
    """Return a function from lives to what is counted of their waits."""

    def count(*lives):
        rows = [(row[0], number, *row[2:]) for number, life in enumerate(lives) for row in life]
        service = service_of(make_history(rows))
        return waits_counted(service, course_starts(service), pending_of(service, tiny, N_DAYS), N_DAYS)

    return count


def found(counted, step, ending):
    number = counted.sums[f"waits_{step}"][ending].astype(int)
    return np.repeat(np.arange(len(number)), number).tolist()


def test_each_step_has_its_own_waits(count):
    counted = count(WAITER)
    assert found(counted, "screening", HELD) == [3]
    assert found(counted, "start", HELD) == [5]
    assert found(counted, "induction", HELD) == [0, 4]
    assert found(counted, "maintenance", HELD) == [9]
    assert found(counted, "decision", HELD) == [13]


@pytest.mark.parametrize(
    ("life", "step", "days"),
    [
        (GAVE_UP_SCREENING, "screening", 5),
        (GAVE_UP_START, "start", 10),
        (GAVE_UP_START, "decision", 18),
        (WAITER, "maintenance", 6),
    ],
)
def test_who_gives_up_is_known_to_have_waited_so_long(count, life, step, days):
    assert found(count(life), step, LEFT) == [days]


def test_who_gives_up_in_the_induction_counts_there(count):
    life = [row for row in WAITER if row[0] < 37] + WAITER[-2:]
    counted = count(life)
    assert (found(counted, "induction", LEFT), found(counted, "maintenance", LEFT)) == ([6], [])


def test_death_cuts_the_wait_for_screening_short(count):
    assert found(count(DIED_WAITING), "screening", CUT) == [23]


@pytest.mark.parametrize("life", [USUAL_CARE, DIED_BEFORE_THE_WISHED_DAY])
def test_who_does_not_wait_for_screening_is_not_counted(count, life):
    assert count(life).sums["waits_screening"].sum() == 0


def test_an_improvement_cuts_the_wait_for_treatment_short(count):
    counted = count(IMPROVED_WAITING)
    assert found(counted, "start", CUT) == [11]
    assert found(counted, "decision", CUT) == [18]


CHANGED = [
    (0, 0, Event.REFERRED, {"target": 1.0}),
    (7, 0, Event.SCREENED, {"until": 7}),
    (7, 0, Event.ELIGIBLE, INFUSION),
    (18, 0, Event.PREPARED, INFUSION | {"until": 14}),
    (30, 0, Event.ELIGIBLE, {"treatment": 0}),
    (30, 0, Event.CHANGED_PATHWAY, {"treatment": 0, "value": 6.0}),
    (39, 0, Event.PREPARED, {"treatment": 0, "until": 37}),
    (40, 0, Event.COURSE_STARTED, {"treatment": 0, "until": 30}),
    (40, 0, Event.SESSION, {"treatment": 0, "until": 40}),
    (300, 0, Event.HORIZON),
]


def test_a_change_to_another_treatment_gives_one_wait_up_and_begins_another(count):
    counted = count(CHANGED)
    assert (found(counted, "start", LEFT), found(counted, "start", HELD)) == ([10], [2])
    assert (found(counted, "decision", LEFT), found(counted, "decision", HELD)) == ([23], [10])


def test_who_changes_and_then_dies_is_cut_short_in_the_second_wait(count):
    counted = count([*CHANGED[:6], (39, 0, Event.DIED)])
    assert (found(counted, "start", LEFT), found(counted, "start", CUT)) == ([10], [2])


def test_a_treatment_offered_instead_and_declined_does_not_shorten_the_wait(count):
    offered = [(25, 0, Event.ELIGIBLE, {"treatment": 0}), (25, 0, Event.DECLINED, {"treatment": 0})]
    counted = count([*GAVE_UP_START[:4], *offered, *GAVE_UP_START[4:]])
    assert (found(counted, "start", LEFT), found(counted, "decision", LEFT)) == ([10], [18])


@pytest.mark.parametrize(("event", "treatment"), [(Event.SESSION_MISSED, 1), (Event.CANCELLED, 1)])
def test_after_a_miss_the_wait_for_the_first_session_begins_anew(count, event, treatment):
    missed = (21, 0, event, {"treatment": treatment, "until": 20})
    counted = count([*GAVE_UP_START[:4], missed, (30, 0, Event.DIED)])
    assert found(counted, "start", CUT) == [4 + 30 - 22]


@pytest.mark.parametrize("event", [Event.SCREENING_MISSED, Event.CANCELLED])
def test_after_a_miss_the_wait_for_screening_begins_anew(count, event):
    counted = count([DIED_WAITING[0], (14, 0, event), DIED_WAITING[1]])
    assert found(counted, "screening", CUT) == [30 - 15]


@pytest.mark.parametrize(("when", "reason"), [(14, 7), (14.5, 6)])
def test_after_cancelling_days_ahead_the_wait_begins_after_the_cancelled_day(count, when, reason):
    cancelled = (when, 0, Event.CANCELLED, {"reason": reason})
    first_free = int(when) + reason + 1
    assert found(count([DIED_WAITING[0], cancelled, (40, 0, Event.DIED)]), "screening", CUT) == [
        40 - first_free
    ]
    cancelled = (when, 0, Event.CANCELLED, INFUSION | {"reason": reason})
    decided = [(10, *row[1:]) if row[0] == 18 else row for row in GAVE_UP_START[:4]]
    counted = count([*decided, cancelled, (40, 0, Event.DIED)])
    assert found(counted, "start", CUT) == [40 - first_free]


def test_a_screening_cancelled_after_a_decision_for_treatment_is_no_wait_for_it(count):
    life = [
        *IMPROVED_WAITING[:-1],
        (100, 0, Event.RELAPSED, {}),
        (120, 0, Event.CANCELLED, {}),
        (130, 0, Event.DIED, {}),
    ]
    counted = count(life)
    assert found(counted, "screening", CUT) == [130 - 121]
    assert found(counted, "start", CUT) == [11]


def test_who_relapses_without_a_treatment_waits_for_screening_again(count):
    life = [*IMPROVED_WAITING[:-1], (100, 0, Event.RELAPSED, {}), (131, 0, Event.DIED, {})]
    # two weeks until the relapse is noticed end on day 114, a Wednesday
    assert found(count(life), "screening", CUT) == [131 - 114]


@pytest.mark.parametrize("event", [Event.RELAPSED, Event.DIED, Event.HORIZON])
def test_a_maintenance_session_that_never_came_was_waited_for(count, event):
    # due a week after day 52, on day 59, a Thursday
    end = [] if event != Event.RELAPSED else [(300, 0, Event.HORIZON)]
    counted = count([*WAITER[:-2], (75, 0, event, INFUSION), *end])
    assert found(counted, "maintenance", CUT) == [75 - 59]


def test_an_induction_session_that_never_came_was_waited_for(count):
    # four days after day 28
    life = [row for row in WAITER if row[0] <= 28]
    counted = count([*life, (50, 0, Event.DIED)])
    assert found(counted, "induction", CUT) == [50 - 32]


def test_who_has_had_all_sessions_awaits_no_further(count):
    life = [row for row in WAITER if row[0] <= 23]
    more = [(28 + 4 * number, 0, Event.SESSION, INFUSION | {"until": 28}) for number in range(5)]
    counted = count([*life, *more, (80, 0, Event.DIED)])
    assert (found(counted, "induction", CUT), found(counted, "start", HELD)) == ([], [5])


def test_shares_over_the_target_do_not_forget_those_who_relapse_first(count):
    dead = [*WAITER[:-2], (75, 0, Event.RELAPSED, INFUSION), (300, 0, Event.HORIZON)]
    target = WaitTargets(screening=1, start=1, session=7)
    counted = count(WAITER, dead)
    columns = wait_columns(counted, target)
    # 9 and 9 held, 6 left, 16 cut short: all four known to wait 6 days at least, none of three 7 or less
    assert columns["maintenance_over_target_share"] == 1
    assert columns["maintenance_cut_share"] == 1 / 4
    assert columns["maintenance_wait_median_days"] == 9


def test_nobody_referred_to_a_treatment_vanishes(count):
    lives = [WAITER, GAVE_UP_SCREENING, GAVE_UP_START, DIED_WAITING, IMPROVED_WAITING]
    counted = count(*lives)
    assert counted.sums["waits_screening"].sum() == len(lives)
    assert counted.sums["waits_start"].sum() == 3


def test_columns_tell_shares_of_all_waits(count):
    columns = wait_columns(count(WAITER, GAVE_UP_SCREENING, GAVE_UP_START, DIED_WAITING), None)
    assert columns["screening_left_share"] == 1 / 4
    assert columns["screening_cut_share"] == 1 / 4
    assert columns["start_left_share"] == 1 / 2
    assert columns["maintenance_left_share"] == 1 / 2
    assert math.isnan(columns["screening_over_target_share"])


def test_lateness_of_maintenance_is_that_of_sessions_held(count):
    columns = wait_columns(count(WAITER), None)
    assert columns["maintenance_late_share"] == 1
    assert columns["maintenance_week_late_share"] == 1
    assert columns["maintenance_overdue_days"] == 9


def test_a_session_a_week_late_is_not_more_than_a_week_late(count):
    week = [(50, *row[1:]) if row[0] == 52 else row for row in WAITER]
    assert wait_columns(count(week), None)["maintenance_week_late_share"] == 0


def lives_with_waits(held, left):
    came = [
        [
            (0, 0, Event.REFERRED, {"target": 1.0}),
            (7 + d, 0, Event.SCREENED, {"until": 7}),
            (390, 0, Event.HORIZON),
        ]
        for d in held
    ]
    reason = int(Leaving.WAITING_FOR_SCREENING)
    gone = [
        [(0, 0, Event.REFERRED, {"target": 1.0}), (7 + d, 0, Event.DROPPED_OUT, {"reason": reason, "value": d}),
         (390, 0, Event.HORIZON)]
        for d in left
    ]  # fmt: skip
    return came + gone


def test_shares_over_the_target_are_those_of_the_kaplan_meier_curve(count):
    held, left = [0, 3, 3, 10, 20, 41], [5, 12, 30]
    columns = wait_columns(
        count(*lives_with_waits(held, left)), WaitTargets(screening=10, start=1, session=1)
    )
    durations, happened = np.array([*held, *left], dtype=float), np.array([True] * 6 + [False] * 3)
    curve = kaplan_meier(durations, happened, np.arange(50.0))
    assert columns["screening_over_target_share"] == pytest.approx(curve[10])
    assert columns["screening_wait_median_days"] == np.argmax(curve <= 0.5)
    assert columns["screening_wait_p90_days"] == 41


def test_without_leaving_quantiles_are_those_of_the_waits(count):
    columns = wait_columns(count(*lives_with_waits(range(10), [])), None)
    assert (columns["screening_wait_median_days"], columns["screening_wait_p90_days"]) == (4, 8)


def test_a_wait_that_most_give_up_has_no_median(count):
    columns = wait_columns(
        count(*lives_with_waits([2], [10, 10, 10])), WaitTargets(screening=14, start=1, session=1)
    )
    assert math.isnan(columns["screening_wait_median_days"])
    assert math.isnan(columns["screening_over_target_share"])


def test_waits_of_parts_add_up_to_those_of_the_whole(count):
    first, second = [WAITER, DIED_WAITING], [GAVE_UP_START, GAVE_UP_SCREENING]
    parts = merged(Tally("infusion", N_DAYS, count(*lives)) for lives in (first, second)).counted
    whole = count(*first, *second)
    assert {name: array.tolist() for name, array in parts.sums.items()} == {
        name: array.tolist() for name, array in whole.sums.items()
    }


def test_nobody_waits_in_an_empty_log(count):
    columns = wait_columns(count(USUAL_CARE), None)
    assert all(math.isnan(value) for value in columns.values())


def test_steps_look_back_no_further_than_their_patient(make_history):
    lives = [
        (0, 0, Event.REFERRED), (5, 0, Event.SCREENED), (9, 0, Event.HORIZON),
        (0, 1, Event.REFERRED), (9, 1, Event.HORIZON),
    ]  # fmt: skip
    service = service_of(make_history(lives))
    steps = np.arange(5)
    assert service.latest(steps, Event.SCREENED).tolist() == [NO_STEP, 1, 1, NO_STEP, NO_STEP]
    assert service.event_before(steps).tolist() == [0, Event.REFERRED, Event.SCREENED, 0, Event.REFERRED]
