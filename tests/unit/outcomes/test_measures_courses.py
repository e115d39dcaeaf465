from __future__ import annotations

import math

import pytest

from sim.domain.events import Event, Leaving
from sim.domain.measures import HarmSeen, Left, Maintained, SessionsHeld, StoppedForHarm
from sim.domain.scenario import Scenario
from sim.outcomes.measures import Arm, measured

NAUSEA, HEADACHE = 1, 2
INDUCTION, MAINTENANCE = {"treatment": 1}, {"treatment": 1, "target": 1.0}
ROWS = [
    # patient 0: induction, maintenance with a headache, leaves in it
    (0, 0, Event.REFERRED, {"value": 30.0}),
    (10, 0, Event.SESSION, INDUCTION | {"reason": NAUSEA}),
    (14, 0, Event.SESSION, INDUCTION),
    (20, 0, Event.MAINTENANCE_STARTED),
    (30, 0, Event.SESSION, MAINTENANCE | {"reason": NAUSEA + HEADACHE}),
    (60, 0, Event.SESSION, MAINTENANCE),
    (70, 0, Event.DROPPED_OUT, {"reason": int(Leaving.MAINTENANCE)}),
    (400, 0, Event.HORIZON),
    # patient 1: a harm ends the induction; screened again later, that list is left too
    (0, 1, Event.REFERRED, {"value": 30.0}),
    (10, 1, Event.SESSION, INDUCTION),
    (15, 1, Event.SESSION, INDUCTION | {"reason": HEADACHE}),
    (15, 1, Event.STOPPED_FOR_HARM, {"treatment": 1, "reason": 1}),
    (50, 1, Event.DROPPED_OUT, {"reason": int(Leaving.MISSED_SCREENING)}),
    (400, 1, Event.HORIZON),
    # patient 2: the next line's sessions, harms and leaving belong to no first course
    (0, 2, Event.REFERRED, {"value": 30.0}),
    (20, 2, Event.SESSION, INDUCTION),
    (40, 2, Event.DROPPED_OUT, {"reason": int(Leaving.WAITING_FOR_TREATMENT)}),
    (60, 2, Event.SESSION, {"treatment": 0, "course": 1, "reason": NAUSEA}),
    (60, 2, Event.STOPPED_FOR_HARM, {"treatment": 0, "course": 1}),
    (61, 2, Event.MAINTENANCE_STARTED, {"course": 1}),
    (62, 2, Event.DROPPED_OUT, {"course": 1, "reason": int(Leaving.INDUCTION)}),
    (400, 2, Event.HORIZON),
    # patient 3: maintenance booked but not begun, dies
    (0, 3, Event.REFERRED, {"value": 30.0}),
    (10, 3, Event.SESSION, INDUCTION),
    (12, 3, Event.MAINTENANCE_STARTED),
    (15, 3, Event.DIED, {"reason": 1}),
    # patient 4: misses the first session and is discharged
    (0, 4, Event.REFERRED, {"value": 30.0}),
    (10, 4, Event.DROPPED_OUT, {"reason": int(Leaving.MISSED_SESSION)}),
    (400, 4, Event.HORIZON),
]
SHORT = [
    (0, 5, Event.REFERRED, {"value": 30.0}),
    (10, 5, Event.SESSION, INDUCTION),
    (20, 5, Event.HORIZON),
]


@pytest.fixture
def scenario(tiny_tree):
    harms = tiny_tree["treatments"]["infusion"]["harms"]
    harms["headache"] = harms["nausea"] | {"label": "headache"}
    return Scenario.model_validate(tiny_tree)


@pytest.fixture
def estimate(make_history, make_cohort, scenario):
    def read(measure, rows=ROWS):
        history = make_history(rows)
        arm = Arm(history, make_cohort(history.n_patients), scenario)
        found = measured(measure, "infusion", {"infusion": arm})
        return found.value, found.n

    return read


@pytest.mark.parametrize(
    ("at_least", "within_days", "share"),
    [
        (1, None, 1),
        (2, None, 2 / 4),
        (3, None, 1 / 4),
        (5, None, 0),
        (2, 4, 1 / 4),
        (2, 5, 2 / 4),
        (4, 50, 1 / 4),
    ],
)
def test_sessions_of_the_first_course_are_counted_with_maintenance(estimate, at_least, within_days, share):
    measure = SessionsHeld(what="sessions_held", at_least=at_least, within_days=within_days)
    assert estimate(measure) == (share, 4)


def test_within_some_days_those_not_followed_so_long_do_not_count_but_the_dead_do(estimate):
    held = {"what": "sessions_held", "at_least": 2}
    assert estimate(SessionsHeld(**held), ROWS + SHORT) == (2 / 5, 5)
    assert estimate(SessionsHeld(**held, within_days=10), ROWS + SHORT) == (2 / 5, 5)
    assert estimate(SessionsHeld(**held, within_days=11), ROWS + SHORT) == (2 / 4, 4)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, (2 / 4, 4)),
        ({"stays": True}, (2 / 4, 4)),
        ({"within_days": 5}, (1 / 4, 4)),
        ({"within_days": 4, "stays": True}, (1, 4)),
        ({"phase": "induction"}, (1 / 4, 4)),
        ({"phase": "induction", "stays": True}, (3 / 4, 4)),
        ({"phase": "maintenance"}, (1 / 2, 2)),
        ({"phase": "maintenance", "within_days": 39}, (0, 2)),
        ({"phase": "maintenance", "within_days": 40}, (1 / 2, 2)),
        ({"phase": "maintenance", "within_days": 375}, (0, 1)),
    ],
)
def test_leaving_counts_in_the_first_course_since_its_first_session(estimate, asked, expected):
    assert estimate(Left(what="left", **asked)) == expected


def test_who_leaves_before_the_first_maintenance_session_leaves_in_maintenance(estimate):
    rows = [*ROWS, (13, 3, Event.DROPPED_OUT, {"reason": int(Leaving.WAITING_FOR_SESSION)})]
    assert estimate(Left(what="left", phase="maintenance", within_days=1), rows) == (1 / 2, 2)
    assert estimate(Left(what="left", phase="induction"), rows) == (1 / 4, 4)


def test_leaving_is_only_of_those_followed_so_long(estimate):
    assert estimate(Left(what="left", within_days=11), ROWS + SHORT) == (1 / 4, 4)
    assert estimate(Left(what="left"), ROWS + SHORT) == (2 / 5, 5)


def test_maintained_are_starters_who_went_on_in_the_first_course(estimate):
    assert estimate(Maintained(what="maintained"), ROWS + SHORT) == (2 / 5, 5)
    assert estimate(Maintained(what="maintained", is_not=True), ROWS + SHORT) == (3 / 5, 5)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, (2 / 4, 4)),
        ({"harm": "nausea"}, (1 / 4, 4)),
        ({"harm": "headache"}, (2 / 4, 4)),
        ({"harm": "headache", "phase": "induction"}, (1 / 4, 4)),
        ({"harm": "headache", "phase": "maintenance"}, (1, 1)),
        ({"harm": "headache", "sessions": 1}, (0, 4)),
        ({"harm": "headache", "sessions": 2}, (1 / 4, 4)),
        ({"harm": "headache", "phase": "maintenance", "sessions": 1}, (1, 1)),
        ({"harm": "headache", "within_days": 4}, (0, 4)),
        ({"harm": "headache", "within_days": 5}, (1 / 4, 4)),
        ({"harm": "nausea", "phase": "maintenance", "within_days": 0}, (1, 1)),
        ({"harm": "nausea", "after_days": 1}, (1 / 2, 2)),
        ({"harm": "nausea", "after_days": 21}, (0, 1)),
        ({"harm": "nausea", "phase": "maintenance", "after_days": 30}, (0, 1)),
        ({"per_session": True}, (3 / 8, 8)),
        ({"harm": "nausea", "per_session": True}, (2 / 8, 8)),
        ({"harm": "headache", "per_session": True, "phase": "maintenance"}, (1 / 2, 2)),
        ({"harm": "headache", "per_session": True, "sessions": 2}, (1 / 6, 6)),
        ({"harm": "headache", "per_session": True, "after_days": 5}, (2 / 3, 3)),
        ({"harm": "headache", "per_session": True, "within_days": 5}, (1 / 6, 6)),
    ],
)
def test_harms_are_read_from_the_sessions_of_the_first_course(estimate, asked, expected):
    assert estimate(HarmSeen(what="harm_seen", **asked)) == expected


def test_the_same_harm_has_another_place_in_another_treatment(estimate, scenario):
    rows = [*ROWS, *SHORT, (11, 5, Event.SESSION, {"treatment": 0, "reason": HEADACHE})]
    assert list(scenario.treatments["tablets"].harms) == ["nausea"]
    assert estimate(HarmSeen(what="harm_seen", harm="headache"), rows) == (2 / 5, 5)


@pytest.mark.parametrize(("within_days", "share"), [(None, 1 / 4), (4, 0), (5, 1 / 4), (300, 1 / 4)])
def test_stopping_for_a_harm_counts_in_the_first_course(estimate, within_days, share):
    assert estimate(StoppedForHarm(what="stopped_for_harm", within_days=within_days)) == (share, 4)


def test_stopping_for_a_harm_is_only_of_those_followed_so_long(estimate):
    assert estimate(StoppedForHarm(what="stopped_for_harm", within_days=11), ROWS + SHORT) == (1 / 4, 4)


@pytest.mark.parametrize(
    "measure",
    [
        SessionsHeld(what="sessions_held", at_least=1),
        Left(what="left", phase="maintenance"),
        Maintained(what="maintained"),
        HarmSeen(what="harm_seen", per_session=True),
        StoppedForHarm(what="stopped_for_harm"),
    ],
    ids=lambda measure: measure.what,
)
def test_without_starters_there_is_nothing_to_count(estimate, measure):
    value, n = estimate(measure, [(0, 0, Event.REFERRED, {"value": 30.0}), (9, 0, Event.HORIZON)])
    assert math.isnan(value)
    assert n == 0
