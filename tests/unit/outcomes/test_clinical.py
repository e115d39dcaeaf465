from __future__ import annotations

import math

import pytest

from sim.domain.events import Death, Event, Leaving
from sim.outcomes.clinical import clinical_counted, clinical_outcomes, first_course

ROWS = [
    # patient 0 starts, responds at the second assessment, relapses after 100 days
    (0, 0, Event.REFERRED),
    (6, 0, Event.SCREENED, {"until": 5}),
    (6, 0, Event.ELIGIBLE),
    (10, 0, Event.COURSE_STARTED, {"treatment": 0}),
    (10, 0, Event.SESSION, {"treatment": 0, "until": 8}),
    (14, 0, Event.SESSION_MISSED, {"treatment": 0, "until": 14}),
    (20, 0, Event.ASSESSED, {"reason": 1}),
    (30, 0, Event.SESSION, {"treatment": 0, "until": 30}),
    (40, 0, Event.ASSESSED, {"reason": 2}),
    (60, 0, Event.SESSION, {"treatment": 0, "target": 1.0, "until": 54}),
    (140, 0, Event.RELAPSED),
    (160, 0, Event.COURSE_STARTED, {"treatment": 0, "course": 1}),
    (170, 0, Event.ASSESSED, {"reason": 3, "course": 1}),
    (400, 0, Event.HORIZON),
    # patient 1 starts, remits, is followed to the end, drops out in maintenance
    (4, 1, Event.REFERRED),
    (8, 1, Event.SCREENED, {"until": 8}),
    (8, 1, Event.ELIGIBLE),
    (24, 1, Event.COURSE_STARTED, {"treatment": 0}),
    (24, 1, Event.SESSION, {"treatment": 0, "until": 24}),
    (34, 1, Event.ASSESSED, {"reason": 3}),
    (90, 1, Event.DROPPED_OUT, {"reason": int(Leaving.MAINTENANCE)}),
    (404, 1, Event.HORIZON),
    # patient 2 starts, does not respond, dies by suicide
    (0, 2, Event.REFERRED),
    (5, 2, Event.SCREENED, {"until": 5}),
    (5, 2, Event.ELIGIBLE),
    (12, 2, Event.COURSE_STARTED, {"treatment": 0}),
    (12, 2, Event.SESSION, {"treatment": 0, "until": 12}),
    (22, 2, Event.ASSESSED, {"reason": 0}),
    (200, 2, Event.DIED, {"reason": int(Death.SUICIDE)}),
    # patient 3 is eligible and leaves while waiting
    (0, 3, Event.REFERRED),
    (7, 3, Event.SCREENED, {"until": 5}),
    (7, 3, Event.ELIGIBLE),
    (20, 3, Event.DROPPED_OUT, {"reason": int(Leaving.WAITING_FOR_TREATMENT)}),
    (400, 3, Event.HORIZON),
    # patient 4 is not eligible
    (0, 4, Event.REFERRED),
    (9, 4, Event.SCREENED, {"until": 5}),
    (9, 4, Event.INELIGIBLE),
    (400, 4, Event.HORIZON),
]
EXPECTED = {
    "n_patients": 5,
    "eligible_share": 0.8,
    "started_share": 0.6,
    "response_share": 2 / 3,
    "remission_share": 1 / 3,
    "relapse_free_6m": 0.5,
    "relapse_free_12m": 0.5,
    "median_days_to_response": 35,
    "median_wait_days": 12,
    "p90_wait_days": 18.4,
    "median_screening_wait_days": 6,
    "p90_screening_wait_days": 8.2,
    "sessions_per_starter": 5 / 3,
    "missed_share": 1 / 6,
    "session_delay_days": 8 / 5,
    "maintenance_delay_days": 6,
    "dropout_share": 1 / 3,
    "left_before_start_share": 0.2,
    "stopped_for_harm_share": 0,
    "death_share": 0.2,
    "suicide_share": 0.2,
}


def _outcomes(history, cohort):
    return clinical_outcomes(clinical_counted(history, cohort, first_course(history, 22)))


@pytest.fixture
def outcomes(make_history, make_cohort):
    return _outcomes(make_history(ROWS), make_cohort(5, referral_days=[0, 4, 0, 0, 0]))


@pytest.mark.parametrize(("name", "value"), EXPECTED.items())
def test_each_clinical_column_meets_the_count_by_hand(outcomes, name, value):
    assert outcomes[name] == pytest.approx(value)


def test_every_clinical_column_is_checked_here(outcomes):
    assert set(outcomes) == set(EXPECTED)


def test_the_wait_for_screening_ends_with_the_first_of_several(make_history, make_cohort):
    history = make_history(
        [
            (0, 0, Event.REFERRED),
            (9, 0, Event.SCREENED, {"until": 5}),
            (60, 0, Event.SCREENED, {"until": 60}),
            (400, 0, Event.HORIZON),
        ]
    )
    outcomes = _outcomes(history, make_cohort(1))
    assert outcomes["median_screening_wait_days"] == 9


def test_death_counts_as_an_event_in_relapse_free_survival(make_history):
    history = make_history(
        [
            (0, 0, Event.REFERRED),
            (10, 0, Event.ASSESSED, {"reason": 2}),
            (50, 0, Event.DIED, {"reason": 1}),
        ]
    )
    course = first_course(history, 22)
    assert course.relapse_free_days.tolist() == [40]
    assert course.relapsed.tolist() == [True]


def test_relapse_free_survival_is_undefined_beyond_follow_up(make_history, make_cohort):
    history = make_history(
        [
            (0, 0, Event.REFERRED),
            (10, 0, Event.COURSE_STARTED),
            (20, 0, Event.ASSESSED, {"reason": 2}),
            (300, 0, Event.HORIZON),
        ]
    )
    outcomes = _outcomes(history, make_cohort(1))
    assert outcomes["relapse_free_6m"] == 1
    assert math.isnan(outcomes["relapse_free_12m"])


def test_without_starters_what_is_of_starters_is_undefined(make_history, make_cohort):
    history = make_history([(0, 0, Event.REFERRED), (400, 0, Event.HORIZON)])
    outcomes = _outcomes(history, make_cohort(1))
    undefined = {name for name, value in outcomes.items() if math.isnan(value)}
    assert undefined == {
        "response_share",
        "remission_share",
        "relapse_free_6m",
        "relapse_free_12m",
        "median_days_to_response",
        "median_wait_days",
        "p90_wait_days",
        "median_screening_wait_days",
        "p90_screening_wait_days",
        "sessions_per_starter",
        "missed_share",
        "session_delay_days",
        "maintenance_delay_days",
        "dropout_share",
        "stopped_for_harm_share",
    }
