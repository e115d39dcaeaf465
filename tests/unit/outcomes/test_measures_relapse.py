from __future__ import annotations

import math

import numpy as np
import pytest

from sim.domain.events import Event, Leaving
from sim.domain.measures import RelapseBy, RelapseHazardRatio, StillWell
from sim.outcomes.cox import hazard_ratio
from sim.outcomes.measures import Arm, measured
from sim.outcomes.relapses import relapse_minutes
from sim.outcomes.survival import kaplan_meier_error

MERCAPTOPURINE = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
SEEN = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def responds(patient, score, outcome, *, referral=30.0):
    """Return a first course with one session on day 10 and an assessment on day 20."""
    return [
        (0, patient, Event.REFERRED, {"value": referral}),
        (0, patient, Event.SCORE, {"value": referral, "target": referral}),
        (10, patient, Event.SESSION),
        (10, patient, Event.SCORE, {"value": referral, "target": score, "until": 11}),
        (20, patient, Event.ASSESSED, {"value": score, "reason": outcome}),
    ]


def loses(patient, day, score, *, referral=30.0):
    """Return a relapse in which the score rises by one point a day, back to that at referral."""
    until = day + referral - score
    return [
        (day, patient, Event.RELAPSED, {"value": score}),
        (day, patient, Event.SCORE, {"value": score, "target": referral, "until": until}),
    ]


ROWS = [
    # by score: patient 0 relapses after 33 days, patient 1 after 17, patient 2, never above 20, after 21
    *responds(0, 9.0, 3),
    *loses(0, 40, 9.0),
    (200, 0, Event.HORIZON),
    *responds(1, 15.0, 2),
    *loses(1, 30, 15.0),
    (200, 1, Event.HORIZON),
    *responds(2, 9.0, 2, referral=20.0),
    *loses(2, 30, 9.0, referral=20.0),
    (200, 2, Event.HORIZON),
    # patient 3 dies, patient 4 leaves, patient 5 did not respond
    *responds(3, 14.0, 2),
    (25, 3, Event.DIED, {"reason": 1}),
    *responds(4, 14.0, 2),
    (26, 4, Event.DROPPED_OUT, {"reason": int(Leaving.MAINTENANCE)}),
    (120, 4, Event.HORIZON),
    *responds(5, 25.0, 0),
    (200, 5, Event.HORIZON),
]


@pytest.fixture
def arm(make_history, make_cohort, tiny):
    def read(rows):
        history = make_history(rows)
        return Arm(history, make_cohort(history.n_patients), tiny)

    return read


@pytest.fixture
def estimate(arm):
    return lambda measure, rows=ROWS: measured(measure, "infusion", {"infusion": arm(rows)})


def relapse_by(days, among="responders", **more):
    return RelapseBy(what="relapse_by", among=among, days=days, **more)


def _relapse_days(make_history, rows):
    history = make_history(rows)
    return relapse_minutes(history, history.rows(Event.ASSESSED), 22.0) / 1440


def test_a_patient_has_relapsed_when_the_score_reaches_the_definition(make_history):
    np.testing.assert_allclose(_relapse_days(make_history, ROWS), [53, 37, 41, np.nan, np.nan, np.nan])


def test_who_is_above_the_definition_already_relapses_at_once(make_history):
    rows = [*responds(0, 25.0, 2, referral=50.0), *loses(0, 30, 25.0, referral=50.0), (90, 0, Event.HORIZON)]
    assert _relapse_days(make_history, rows).tolist() == [30]


def test_a_response_that_fades_from_the_assessment_on_relapses_on_its_way_up(make_history):
    rows = [*responds(0, 9.0, 3), *loses(0, 20, 9.0), (90, 0, Event.HORIZON)]
    assert _relapse_days(make_history, rows).tolist() == [33]


@pytest.mark.parametrize("event", [Event.DIED, Event.HORIZON])
def test_who_is_no_longer_seen_when_the_score_gets_there_has_not_relapsed(make_history, event):
    rows = [*responds(0, 9.0, 3), *loses(0, 40, 9.0), (52.9, 0, event)]
    assert np.isnan(_relapse_days(make_history, rows)).all()


def test_a_new_treatment_may_hold_the_score_below_the_definition_for_a_while(make_history):
    rows = [
        *responds(0, 9.0, 3),
        *loses(0, 40, 9.0),
        (50, 0, Event.SCORE, {"value": 19.0, "target": 9.0, "until": 51}),
        (60, 0, Event.SCORE, {"value": 9.0, "target": 30.0, "until": 81}),
        (200, 0, Event.HORIZON),
    ]
    assert _relapse_days(make_history, rows).tolist() == [73]


def test_relapse_by_a_day_is_a_kaplan_meier_share_with_greenwoods_error(estimate):
    found = estimate(relapse_by(30))
    assert found.value == pytest.approx(1 - 3 / 4 * 2 / 3)
    assert found.se == pytest.approx(1 / 2 * math.sqrt(1 / (4 * 3) + 1 / (3 * 2)))
    assert found.n == 5


def test_leaving_ends_observation_only_when_asked(estimate):
    found = estimate(relapse_by(30, censors_leaving=True))
    assert found.value == pytest.approx(1 - 2 / 3 * 1 / 2)
    assert found.se == pytest.approx(1 / 3 * math.sqrt(1 / (3 * 2) + 1 / (2 * 1)))
    assert found.n == 5


def test_leaving_for_a_harm_ends_observation_as_well(estimate):
    harmed = [row for row in ROWS if row[2] != Event.DROPPED_OUT]
    harmed.append((26, 4, Event.STOPPED_FOR_HARM))
    assert estimate(relapse_by(30, censors_leaving=True), harmed).value == pytest.approx(2 / 3)


@pytest.mark.parametrize(("days", "relapsed"), [(6.9, 0), (7, 1 / 3), (11, 2 / 3), (23, 1)])
def test_from_a_landmark_on_those_count_who_are_well_under_treatment_and_followed(estimate, days, relapsed):
    found = estimate(relapse_by(days, landmark_days=10))
    assert (found.value, found.n) == (pytest.approx(relapsed), 3)


def test_who_relapsed_before_the_landmark_does_not_count(estimate):
    assert estimate(relapse_by(1, landmark_days=20)).n == 2
    assert estimate(relapse_by(1, landmark_days=400)).n == 0


def test_responders_can_be_parted_by_remission(estimate):
    assert estimate(relapse_by(33, "remitters")).value == 1
    assert estimate(relapse_by(33, "remitters")).n == 1
    assert estimate(relapse_by(33, "short_of_remission")).value == pytest.approx(1 - 2 / 3 * 1 / 2)
    assert estimate(relapse_by(33, "short_of_remission")).n == 4


def test_without_responders_relapse_is_undefined(estimate):
    found = estimate(relapse_by(30), [*responds(0, 25.0, 0), (90, 0, Event.HORIZON)])
    assert math.isnan(found.value)
    assert math.isnan(found.se)
    assert found.n == 0


def _four(first_relapse, day):
    """Return two remitters of whom one relapses by score so many days after the assessment."""
    return [
        *responds(0, 9.0, first_relapse),
        *loses(0, 20 + day - 13, 9.0),
        (200, 0, Event.HORIZON),
        *responds(1, 9.0, 3),
        (200, 1, Event.HORIZON),
    ]


def ratio(**more):
    return RelapseHazardRatio(what="relapse_hazard_ratio", against="withdrawn", **more)


@pytest.fixture
def two_arms(arm):
    return {"continued": arm(_four(3, 60)), "withdrawn": arm(_four(3, 30))}


def test_a_hazard_ratio_solves_the_partial_likelihood(two_arms):
    """With risk sets of 2 against 2, then 2 against 1, the ratio is the root of one half."""
    found = measured(ratio(among="remitters", until_days=100), "continued", two_arms)
    assert found.value == pytest.approx(math.sqrt(1 / 2))
    assert found.se == pytest.approx(1.01505, abs=5e-6)
    assert found.n == 4


def test_observation_for_a_hazard_ratio_ends_when_asked(two_arms):
    found = measured(ratio(among="remitters", until_days=59), "continued", two_arms)
    assert math.isnan(found.value)
    assert found.n == 4


def test_a_hazard_ratio_may_start_at_a_landmark(arm):
    # Patient 1 of each strategy is left at risk, patient 0 of the second relapses before the landmark.
    arms = {"continued": arm(_four(3, 60)), "withdrawn": arm(_four(3, 30))}
    found = measured(ratio(among="remitters", until_days=100, landmark_days=40), "continued", arms)
    assert math.isnan(found.value)
    assert found.n == 3


def test_a_hazard_ratio_is_among_whom_it_is_asked_for(arm):
    arms = {"continued": arm(_four(2, 60)), "withdrawn": arm(_four(2, 30))}
    assert measured(ratio(among="short_of_remission", until_days=100), "continued", arms).n == 2
    assert measured(ratio(among="responders", until_days=100), "continued", arms).n == 4


def test_leaving_ends_observation_for_a_hazard_ratio_when_asked(arm):
    left = [*_four(3, 60), (50, 0, Event.DROPPED_OUT, {"reason": int(Leaving.MAINTENANCE)})]
    arms = {"continued": arm(left), "withdrawn": arm(_four(3, 30))}
    stays = measured(ratio(among="remitters", until_days=100), "continued", arms)
    leaves = measured(ratio(among="remitters", until_days=100, censors_leaving=True), "continued", arms)
    assert stays.value == pytest.approx(math.sqrt(1 / 2))
    assert math.isnan(leaves.value)


def test_the_classic_leukemia_trial_gives_the_published_hazard_ratio():
    """Efron's estimate of the textbooks: coefficient 1.572 with standard error 0.412."""
    duration = np.array(MERCAPTOPURINE + PLACEBO, dtype=float)
    happened = np.array(SEEN + [1] * len(PLACEBO), dtype=bool)
    found, error = hazard_ratio(duration, happened, np.arange(len(duration)) >= len(SEEN))
    assert math.log(found) == pytest.approx(1.5721, abs=5e-5)
    assert error / found == pytest.approx(0.4124, abs=5e-5)


def test_without_events_in_one_group_there_is_no_hazard_ratio():
    duration, exposed = np.array([1.0, 2.0, 3.0]), np.array([True, False, False])
    for happened in ([0, 1, 1], [1, 0, 0], [0, 0, 0]):
        assert math.isnan(hazard_ratio(duration, np.array(happened, dtype=bool), exposed)[0])
    assert math.isnan(hazard_ratio(np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0, dtype=bool))[1])


def test_greenwoods_error_of_the_classic_leukemia_trial():
    """Standard errors of the worked example: 0.0764 at 6 weeks, 0.1346 at 23."""
    error = kaplan_meier_error(
        np.array(MERCAPTOPURINE, dtype=float), np.array(SEEN, dtype=bool), np.array([1, 6, 23, 36.0])
    )
    np.testing.assert_allclose(error, [0, 0.0764, 0.1346, np.nan], atol=5e-5)


def test_greenwoods_error_without_patients_or_survivors():
    assert np.isnan(kaplan_meier_error(np.zeros(0), np.zeros(0, dtype=bool), np.array([1.0]))).all()
    assert kaplan_meier_error(np.array([1.0]), np.array([True]), np.array([1.0])).tolist() == [0]


@pytest.mark.parametrize(("days", "well"), [(5.9, 4 / 6), (6, 3 / 6), (17, 2 / 6), (21, 1 / 6), (33, 0)])
def test_still_well_are_starters_who_responded_and_neither_relapsed_left_nor_died(estimate, days, well):
    found = estimate(StillWell(what="still_well", days=days))
    assert (found.value, found.n) == (pytest.approx(well), 6)


def test_still_well_counts_those_who_left_before_their_assessment_but_not_those_unseen(estimate):
    rows = [
        *ROWS,
        *responds(6, 9.0, 3)[:-1],
        (12, 6, Event.DROPPED_OUT, {"reason": int(Leaving.INDUCTION)}),
        (200, 6, Event.HORIZON),
        *responds(7, 9.0, 3)[:-1],
        (12, 7, Event.HORIZON),
        *responds(8, 9.0, 3),
        (25, 8, Event.HORIZON),
    ]
    found = estimate(StillWell(what="still_well", days=10), rows)
    assert (found.value, found.n) == (3 / 7, 7)


def test_a_share_may_be_weighted_to_the_remitters_of_the_study(estimate):
    remitters = estimate(relapse_by(25, among="remitters"))
    others = estimate(relapse_by(25, among="short_of_remission"))
    mixed = estimate(relapse_by(25, remitters=0.25))
    assert remitters.value != others.value
    assert mixed.value == pytest.approx(0.25 * remitters.value + 0.75 * others.value)
    assert mixed.se == pytest.approx(np.hypot(0.25 * remitters.se, 0.75 * others.se))
    assert mixed.n == remitters.n + others.n


def test_only_a_share_of_all_responders_can_be_weighted():
    with pytest.raises(ValueError, match="remitters must be given among responders only"):
        relapse_by(25, among="remitters", remitters=0.5)
