"""Shares over days, counted as published: which line a figure lies on, on which day, and what the line says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydantic import TypeAdapter

from sim.domain.events import Event
from sim.domain.measures import Measure
from sim.outcomes.measures import Arm, measured
from sim.outcomes.study_curves import CourseDays, course_days, day_of, line_of, study_curves

HALF, LOW = {"improvement": 0.5}, {"score": 10.0}
AT = {"what": "score_at", "among": "starters", "criterion": HALF}
REACHED = {"what": "first_reached", "criterion": HALF}
RELAPSE = {"what": "relapse_by", "among": "responders"}
DAYS = CourseDays(assessed=20.0, last_session=18.0, by_session=(1.0, 5.0, 9.0))


def measure(**named):
    return TypeAdapter(Measure).validate_python(named)


def patient(number, targets, outcome):
    """Return referral, sessions on days 0, 4, 8 with full effect a day later, and the assessment on day 10."""
    rows = [
        (0, number, Event.REFERRED, {"value": 30.0}),
        (0, number, Event.SCORE, {"value": 30.0, "target": 30.0, "until": 0}),
        (0, number, Event.COURSE_STARTED),
    ]
    score = 30.0
    for session, target in enumerate(targets):
        day = 4 * session
        rows += [
            (day, number, Event.SESSION, {"session": session}),
            (day, number, Event.SCORE, {"value": score, "target": target, "until": day + 1}),
        ]
        score = target
    return [
        *rows,
        (10, number, Event.ASSESSED, {"value": score, "reason": outcome}),
        (100, number, Event.HORIZON),
    ]


@pytest.fixture
def arm(make_history, make_cohort, tiny):
    rows = [*patient(0, [24, 15, 9], 3), *patient(1, [24, 20, 14], 2), *patient(2, [29, 28, 27], 0)]
    return Arm(make_history(rows), make_cohort(3), tiny)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (AT | {"days": 1}, AT | {"moment": "assessment"}),
        (AT | {"days": 1}, REACHED | {"sessions": 3}),
        (RELAPSE | {"days": 30}, RELAPSE | {"days": 90}),
    ],
)
def test_figures_that_differ_by_their_time_only_lie_on_one_line(first, second):
    assert line_of(measure(**first)) == line_of(measure(**second)) is not None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (AT | {"days": 1}, AT | {"days": 1, "among": "assessed"}),
        (AT | {"days": 1}, AT | {"days": 1, "criterion": LOW}),
        (RELAPSE | {"days": 30}, RELAPSE | {"days": 30, "landmark_days": 84}),
        (RELAPSE | {"days": 30}, RELAPSE | {"days": 30, "censors_leaving": True}),
    ],
)
def test_figures_counted_differently_lie_on_different_lines(first, second):
    assert line_of(measure(**first)) != line_of(measure(**second))


@pytest.mark.parametrize(
    "named",
    [
        AT | {"days": 8, "unless_at_days": 1},
        REACHED | {"sessions": 3, "of_reachers": True},
        REACHED | {"days": 56, "later": True},
        {"what": "maintained"},
        {"what": "difference", "of": AT | {"days": 1}, "against": "other"},
    ],
)
def test_other_figures_lie_on_no_line(named):
    assert line_of(measure(**named)) is None


@pytest.mark.parametrize(
    ("named", "day"),
    [
        (AT | {"days": 7}, 7),
        (AT | {"moment": "assessment"}, 20),
        (AT | {"moment": "last_session"}, 18),
        (REACHED | {"sessions": 2}, 5),
        (REACHED | {"days": 6}, 6),
        (RELAPSE | {"days": 30}, 30),
    ],
)
def test_a_figure_lies_on_the_day_it_was_counted(named, day):
    assert day_of(measure(**named), DAYS) == day


def test_a_session_that_is_never_held_has_no_day():
    assert math.isnan(day_of(measure(**REACHED, sessions=4), DAYS))


def test_the_days_of_a_course_are_medians(arm):
    assert course_days(arm) == CourseDays(assessed=10.0, last_session=9.0, by_session=(1.0, 5.0, 9.0))


def test_a_line_gives_the_share_measured_on_each_day(arm):
    curve = study_curves("a", arm, [measure(**AT, days=5)])[-1]
    assert curve.line == line_of(measure(**AT, days=5))
    for day in (0, 5, 9, 20):
        wanted = measured(measure(**AT, days=day), "a", {"a": arm}).value
        assert curve.share[curve.days == day] == pytest.approx([wanted])
    assert curve.share[[0, 5, 9]].tolist() == pytest.approx([0, 1 / 3, 2 / 3])


def test_a_line_of_relapse_gives_the_share_measured_on_each_day(make_history, make_cohort, tiny):
    lost = [(row if row[2] != Event.HORIZON else (100, 0, Event.HORIZON)) for row in patient(0, [9], 3)]
    lost += [
        (30, 0, Event.RELAPSED),
        (30, 0, Event.SCORE, {"value": 9.0, "target": 30.0, "until": 40}),
    ]
    arm = Arm(make_history([*lost, *patient(1, [9], 3)]), make_cohort(2), tiny)
    (curve,) = (
        curve
        for curve in study_curves("a", arm, [measure(**RELAPSE, days=60)])
        if curve.line.what == "relapse_by"
    )
    assert curve.days[-1] >= 60
    for day in (0, 20, 30, 60):
        wanted = measured(measure(**RELAPSE, days=float(day)), "a", {"a": arm}).value
        assert np.interp(day, curve.days, curve.share) == pytest.approx(wanted, abs=0.01)
    assert curve.share[-1] == 0.5


def test_response_and_remission_are_told_by_the_scenario_where_a_study_does_not(arm, tiny):
    lines = [curve.line for curve in study_curves("a", arm, [measure(**AT | {"criterion": LOW}, days=5)])]
    assert [(line.criterion.improvement, line.criterion.score) for line in lines] == [
        (tiny.illness.definitions.response.value, None),
        (None, 10.0),
    ]


def test_a_strategy_in_which_nobody_begins_has_no_lines(make_history, make_cohort, tiny):
    history = make_history([(0, 0, Event.REFERRED, {"value": 30.0}), (90, 0, Event.HORIZON)])
    assert study_curves("a", Arm(history, make_cohort(1), tiny), [measure(**AT, days=5)]) == []
