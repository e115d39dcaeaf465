from __future__ import annotations

import math

import numpy as np
import pytest

from sim.domain.events import Event, Leaving
from sim.domain.measures import Criterion, FirstReached, ScoreAt, SecondCourse, StateAt
from sim.outcomes.mean_scores import mean_scores
from sim.outcomes.measures import Arm, measured
from sim.outcomes.score_times import score_at

HALF = Criterion(improvement=0.5)


def begins(patient, targets, *, day=10.0, every=4.0, reach=1.0, course=0, score=30.0):
    """Return the sessions of an induction and the scores they lead to."""
    rows = [(day, patient, Event.COURSE_STARTED, {"course": course})]
    for number, target in enumerate(targets):
        at = day + number * every
        rows += [
            (at, patient, Event.SESSION, {"course": course, "session": number}),
            (
                at,
                patient,
                Event.SCORE,
                {"course": course, "value": score, "target": target, "until": at + reach},
            ),
        ]
        score = target
    return rows


def referred(patient, *, day=0.0, score=30.0):
    return [
        (day, patient, Event.REFERRED, {"value": score}),
        (day, patient, Event.SCORE, {"value": score, "target": score, "until": day}),
    ]


ROWS = [
    # patient 0 remits
    *referred(0),
    *begins(0, [24.0, 15.0, 9.0]),
    (20, 0, Event.ASSESSED, {"value": 9.0, "reason": 3}),
    (100, 0, Event.HORIZON),
    # patient 1 leaves at the second session, whose full effect would have been a response
    *referred(1),
    *begins(1, [24.0, 14.0]),
    (14, 1, Event.DROPPED_OUT, {"reason": int(Leaving.INDUCTION)}),
    (14, 1, Event.SCORE, {"value": 24.0, "target": 30.0, "until": 42}),
    (100, 1, Event.HORIZON),
    # patient 2 does not respond
    *referred(2),
    *begins(2, [27.0, 24.0, 20.0]),
    (20, 2, Event.ASSESSED, {"value": 20.0, "reason": 1}),
    (20, 2, Event.SCORE, {"value": 20.0, "target": 30.0, "until": 40}),
    (100, 2, Event.HORIZON),
    # patient 3 dies after the first session
    *referred(3),
    *begins(3, [24.0]),
    (12, 3, Event.DIED, {"reason": 1}),
    # patient 4 never begins
    *referred(4, day=2),
    (100, 4, Event.HORIZON),
]


@pytest.fixture
def arm(make_history, make_cohort, tiny):
    def read(rows):
        history = make_history(rows)
        return Arm(history, make_cohort(history.n_patients), tiny)

    return read


@pytest.fixture
def estimate(arm):
    def read(measure, rows=ROWS):
        found = measured(measure, "infusion", {"infusion": arm(rows)})
        return found.value, found.n

    return read


def score_share(among="starters", criterion=HALF, **more):
    return ScoreAt(what="score_at", among=among, criterion=criterion, **more)


def reached(criterion=HALF, **more):
    return FirstReached(what="first_reached", criterion=criterion, **more)


def test_the_full_effect_of_the_last_session_counts_for_those_who_left_as_well(estimate):
    assert estimate(score_share(moment="last_session")) == (2 / 4, 4)


def test_of_a_criterion_all_that_is_given_must_hold(estimate):
    both = Criterion(improvement=0.5, score=12)
    assert estimate(score_share(criterion=both, moment="last_session")) == (1 / 4, 4)
    high = Criterion(improvement=0.7, score=29)
    assert estimate(score_share(criterion=high, moment="last_session")) == (1 / 4, 4)


def test_who_dies_before_the_full_effect_does_not_count(estimate):
    rows = [*referred(0), *begins(0, [15.0], reach=3), (12, 0, Event.DIED, {"reason": 1})]
    value, n = estimate(score_share(moment="last_session"), rows)
    assert math.isnan(value)
    assert n == 0


def test_a_session_that_ends_in_death_has_no_effect(estimate):
    rows = [
        *referred(0),
        *begins(0, [20.0]),
        (14, 0, Event.SESSION, {"session": 1}),
        (14, 0, Event.DIED, {"reason": 3}),
        *referred(1),
        *begins(1, [12.0]),
        (100, 1, Event.HORIZON),
    ]
    assert estimate(score_share(moment="last_session"), rows) == (1 / 2, 2)


def test_a_harm_that_ends_treatment_leaves_the_effect_of_its_session(estimate):
    rows = [
        *referred(0),
        *begins(0, [12.0]),
        (10, 0, Event.STOPPED_FOR_HARM),
        (10, 0, Event.SCORE, {"value": 30.0, "target": 30.0, "until": 38}),
        (100, 0, Event.HORIZON),
    ]
    assert estimate(score_share(moment="last_session"), rows) == (1, 1)


def test_maintenance_sessions_are_no_induction_sessions(estimate):
    rows = [
        *ROWS,
        (60, 0, Event.SESSION, {"target": 1.0}),
        (60, 0, Event.SCORE, {"value": 9.0, "target": 29.0}),
    ]
    assert estimate(score_share(moment="last_session"), rows) == (2 / 4, 4)


def test_at_the_assessment_those_who_left_count_as_not_meeting_it_and_the_dead_do_not_count(estimate):
    assert estimate(score_share(moment="assessment")) == (1 / 3, 3)


def test_among_those_assessed_the_score_of_the_last_assessment_counts(estimate):
    assert estimate(score_share("assessed", moment="assessment")) == (1 / 2, 2)
    later = [*ROWS, (26, 2, Event.ASSESSED, {"value": 15.0, "reason": 2})]
    assert estimate(score_share("assessed", moment="assessment"), later) == (1, 2)


@pytest.mark.parametrize(
    ("days", "improvement", "expected"),
    [
        (0.5, 0.1, (3 / 4, 4)),
        (1, 0.2, (3 / 4, 4)),
        (2, 0.2, (3 / 4, 4)),
        (3, 0.2, (2 / 3, 3)),
        (91, 0.2, (math.nan, 0)),
    ],
)
def test_the_score_on_a_day_is_read_from_the_path_of_those_alive_and_followed(
    estimate, days, improvement, expected
):
    criterion = Criterion(improvement=improvement)
    value, n = estimate(score_share(criterion=criterion, days=days))
    assert (value, n) == pytest.approx(expected, nan_ok=True)


def test_those_assessed_can_be_looked_at_on_a_day(estimate):
    assert estimate(score_share("assessed", days=9)) == (1 / 2, 2)


def test_only_those_who_did_not_meet_it_earlier_may_be_asked_for(estimate):
    fifth = Criterion(improvement=0.2)
    assert estimate(score_share(criterion=fifth, days=8, unless_at_days=1)) == (1, 1)
    assert estimate(score_share("assessed", criterion=fifth, days=1, unless_at_days=0)) == (1 / 2, 2)


def test_the_error_of_a_share_is_binomial(arm):
    found = measured(score_share(moment="assessment"), "infusion", {"infusion": arm(ROWS)})
    assert found.se == pytest.approx(math.sqrt(1 / 3 * 2 / 3 / 3))


@pytest.mark.parametrize(("sessions", "expected"), [(1, 0), (2, 2 / 4), (3, 2 / 4)])
def test_by_a_session_the_effect_of_that_or_an_earlier_one_counts(estimate, sessions, expected):
    assert estimate(reached(sessions=sessions)) == (expected, 4)


def test_who_met_a_criterion_and_lost_it_again_has_still_reached_it(estimate):
    rows = [*referred(0), *begins(0, [12.0, 20.0]), (100, 0, Event.HORIZON)]
    assert estimate(reached(sessions=2), rows) == (1, 1)


def test_of_reachers_only_those_count_who_meet_it_at_all(estimate):
    rows = [*ROWS, *referred(5), *begins(5, [25.0, 20.0, 14.0]), (100, 5, Event.HORIZON)]
    assert estimate(reached(sessions=2, of_reachers=True), rows) == (2 / 3, 3)
    assert estimate(reached(sessions=2, of_reachers=True, later=True), rows) == (pytest.approx(1 / 3), 3)
    assert estimate(reached(sessions=2, later=True), rows) == (1 / 5, 5)


@pytest.mark.parametrize(("days", "expected"), [(4.6, 0), (4.7, 1 / 4), (60, 1 / 4)])
def test_by_a_day_the_first_crossing_on_the_path_counts(estimate, days, expected):
    assert estimate(reached(Criterion(score=18), days=days)) == (expected, 4)


def test_a_score_that_falls_from_visit_to_visit_crosses_between_them(estimate):
    rows = [
        *referred(0),
        *begins(0, [26.0, 10.0], every=28, reach=28),
        (66, 0, Event.ASSESSED, {"value": 10.0, "reason": 3}),
        (200, 0, Event.HORIZON),
    ]
    crossing = 28 + 28 * (26 - 15) / (26 - 10)
    assert estimate(reached(days=crossing + 0.01, of_reachers=True), rows) == (1, 1)
    assert estimate(reached(days=crossing - 0.01, of_reachers=True, later=True), rows) == (1, 1)


def test_a_criterion_met_at_the_first_session_is_reached_on_day_0(estimate):
    assert estimate(reached(Criterion(score=30), days=0)) == (1, 4)


def test_by_a_day_those_not_followed_so_long_do_not_count(estimate):
    rows = [*ROWS, *referred(5), *begins(5, [25.0]), (30, 5, Event.HORIZON)]
    assert estimate(reached(days=40), rows) == (1 / 4, 4)


def test_a_state_is_that_of_all_referred_who_are_alive_so_long_after_referral(estimate):
    state = {"what": "state_at", "criterion": HALF}
    assert estimate(StateAt(**state, days=30)) == (1 / 4, 4)
    assert estimate(StateAt(**state, days=30, is_not=True)) == (3 / 4, 4)
    assert estimate(StateAt(**state, days=11)) == (0, 5)
    assert estimate(StateAt(**state, days=99)) == (1 / 3, 3)


def test_a_later_state_may_be_asked_of_those_who_met_it_earlier(estimate):
    state = {"what": "state_at", "criterion": Criterion(score=21), "given_days": 20}
    assert estimate(StateAt(**state, days=25)) == (1 / 2, 2)
    assert estimate(StateAt(**state, days=25, is_not=True)) == (1 / 2, 2)


def relapses(patient, *, reason, treated=True, day=40.0):
    """Return a relapse after patient 0's kind of first course, and a second course."""
    again = begins(patient, [20.0, 12.0], day=70.0, course=1)
    return [
        *referred(patient),
        *begins(patient, [24.0, 9.0]),
        (20, patient, Event.ASSESSED, {"value": 9.0, "reason": 3}),
        (day, patient, Event.RELAPSED, {"value": 9.0, "reason": reason}),
        (day, patient, Event.SCORE, {"value": 9.0, "target": 30.0, "until": day + 20}),
        *(again if treated else []),
    ]


SECOND = [
    *relapses(0, reason=1),
    (80, 0, Event.ASSESSED, {"value": 12.0, "reason": 2, "course": 1}),
    (110, 0, Event.RELAPSED, {"value": 12.0, "reason": 1, "course": 1}),
    (110, 0, Event.SCORE, {"value": 12.0, "target": 30.0, "until": 128}),
    (400, 0, Event.HORIZON),
    *relapses(1, reason=1),
    (74, 1, Event.DROPPED_OUT, {"reason": int(Leaving.INDUCTION), "course": 1}),
    (400, 1, Event.HORIZON),
    *relapses(2, reason=0),
    (80, 2, Event.ASSESSED, {"value": 12.0, "reason": 2, "course": 1}),
    (90, 2, Event.DIED, {"reason": 1}),
    *relapses(3, reason=1, treated=False),
    (400, 3, Event.HORIZON),
    # patient 4 had no relapse before the second course
    *referred(4),
    *begins(4, [29.0]),
    *begins(4, [10.0], day=40.0, course=1),
    (50, 4, Event.ASSESSED, {"value": 10.0, "reason": 3, "course": 1}),
    (400, 4, Event.HORIZON),
]


def second(**more):
    return SecondCourse(what="second_course", criterion=HALF, **more)


def test_a_second_course_after_relapse_in_maintenance_is_judged_at_its_assessment(estimate):
    assert estimate(second(relapsed_in_maintenance=True), SECOND) == (1 / 2, 2)


def test_a_second_course_after_relapse_off_treatment_is_counted_apart(estimate):
    assert estimate(second(relapsed_in_maintenance=False), SECOND) == (1, 1)


@pytest.mark.parametrize(
    ("days", "expected"), [(4, (0, 2)), (5, (1, 2)), (60, (1 / 2, 2)), (331, (math.nan, 0))]
)
def test_a_second_course_may_be_judged_on_a_day_whatever_happened_between(estimate, days, expected):
    value, n = estimate(second(relapsed_in_maintenance=True, days=days), SECOND)
    assert (value, n) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(("after_days", "n"), [(0, 2), (10_000, 0)])
def test_a_second_course_may_be_asked_of_those_only_who_held_the_first_so_long(estimate, after_days, n):
    assert estimate(second(relapsed_in_maintenance=True, after_days=after_days), SECOND)[1] == n


def test_the_dead_do_not_count_on_a_day_of_the_second_course(estimate):
    assert estimate(second(relapsed_in_maintenance=False, days=20), SECOND) == (1, 1)
    assert estimate(second(relapsed_in_maintenance=False, days=21), SECOND)[1] == 0


def test_scores_are_unknown_before_referral_and_at_no_moment(make_history):
    history = make_history([*referred(0), (5, 0, Event.HORIZON), *referred(1, day=2), (5, 1, Event.HORIZON)])
    found = score_at(history, np.array([1, 1, 0]), np.array([2 * 1440 - 1, 2 * 1440, np.nan]))
    np.testing.assert_array_equal(found, [np.nan, 30, np.nan])


def test_mean_scores_are_of_starters_alive_and_followed_so_long(arm):
    curve = mean_scores(arm(ROWS), np.array([0.0, 1.0, 10.0, 90.0, 91.0]))
    day_10 = np.array([9.0, 24 + 6 * 6 / 28, 20.0])
    assert list(curve) == ["days", "n", "mean", "low", "high", "response", "remission"]
    assert curve["days"].tolist() == [0, 1, 10, 90, 91]
    assert curve["n"].tolist() == [4, 4, 3, 3, 0]
    np.testing.assert_allclose(curve["mean"], [30, (24 * 3 + 27) / 4, day_10.mean(), 23, np.nan])
    np.testing.assert_allclose(curve["low"], [30, 24, (9 + 20) / 2, (9 + 30) / 2, np.nan])
    np.testing.assert_allclose(curve["high"], [30, 24.75, (20 + day_10[1]) / 2, 30, np.nan])
    np.testing.assert_allclose(curve["response"], [0, 0, 1 / 3, 1 / 3, np.nan])
    np.testing.assert_allclose(curve["remission"], [0, 0, 1 / 3, 1 / 3, np.nan])
