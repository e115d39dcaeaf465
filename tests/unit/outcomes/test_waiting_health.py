"""QALYs lost on the waiting list, against areas worked out by hand."""

from __future__ import annotations

import pytest

from sim.domain.events import Event, Leaving
from sim.outcomes.course_starts import course_starts
from sim.outcomes.service import service_of
from sim.outcomes.waiting_health import waiting_health_columns, waiting_health_counted
from sim.units import DAYS_PER_YEAR

INFUSION = {"treatment": 1}


def life(patient, *, screening=0, start=0, end=300):
    """A score of 30 until the first session, then straight to 10 within 20 days."""
    held, begun = 7 + screening, 14 + screening + start
    return [
        (0, patient, Event.REFERRED, {"target": 1.0}),
        (0, patient, Event.SCORE, {"value": 30.0, "target": 30.0}),
        (held, patient, Event.SCREENED, {"until": 7}),
        (held, patient, Event.ELIGIBLE, INFUSION),
        (begun, patient, Event.COURSE_STARTED, INFUSION | {"until": held}),
        (begun, patient, Event.SESSION, INFUSION | {"until": begun - start}),
        (begun, patient, Event.SCORE, {"value": 30.0, "target": 10.0, "until": begun + 20}),
        (end, patient, Event.HORIZON),
    ]


def left(patient, reason, days):
    return [
        (0, patient, Event.REFERRED, {"target": 1.0}),
        (0, patient, Event.SCORE, {"value": 30.0, "target": 30.0}),
        (50, patient, Event.DROPPED_OUT, INFUSION | {"reason": int(reason), "value": days}),
        (300, patient, Event.HORIZON),
    ]


def ineligible(patient, *, screening):
    return [
        (0, patient, Event.REFERRED, {"target": 1.0}),
        (0, patient, Event.SCORE, {"value": 30.0, "target": 30.0}),
        (7 + screening, patient, Event.SCREENED, {"until": 7}),
        (300, patient, Event.HORIZON),
    ]


@pytest.fixture
def lost(make_history, tiny):
    """Return a function from lives to points of the score times days lost, over all patients."""

    def lost(*lives):
        rows = [row for one in lives for row in one]
        service = service_of(make_history(rows))
        counted = waiting_health_counted(service, course_starts(service))
        loss = waiting_health_columns(counted, tiny.illness.utility, len(lives))["waiting_qaly_loss"]
        return loss * len(lives) * DAYS_PER_YEAR / -tiny.illness.utility.per_point.value

    return lost


def test_nothing_is_lost_without_a_wait(lost):
    assert lost(life(0)) == 0


def test_days_waited_cost_what_as_many_days_in_treatment_gain(lost):
    # ten days at 30 against ten days falling from 30 to 20: 10 * 5 points
    assert lost(life(0, start=10)) == pytest.approx(50)


def test_beyond_the_turn_of_the_score_each_day_gains_in_full(lost):
    # thirty days: 20 * 10 points while it falls, 10 * 20 points at its end
    assert lost(life(0, screening=10, start=20)) == pytest.approx(400)


def test_the_end_of_follow_up_cuts_both_sides(lost):
    # begun on day 44, followed until day 54
    assert lost(life(0, start=30, end=54)) == pytest.approx(50)


def test_who_gave_up_waiting_for_treatment_loses_the_mean_of_starters_by_the_day(lost):
    served = life(0, start=10)
    assert lost(served, left(1, Leaving.WAITING_FOR_TREATMENT, 4)) == pytest.approx(50 + 4 * 5)


def test_who_gave_up_waiting_for_screening_loses_the_mean_of_all_screened_by_the_day(lost):
    # 50 points over 10 + 15 days of screening, also of the one who then had no treatment
    lives = (life(0, screening=10), ineligible(1, screening=15))
    assert lost(*lives, left(2, Leaving.WAITING_FOR_SCREENING, 5)) == pytest.approx(50 + 5 * 50 / 25)


def test_a_wait_for_nothing_costs_nothing(lost):
    assert lost(ineligible(0, screening=15)) == 0


def test_a_later_course_counts_its_own_wait_only(lost):
    later = [
        (100, 0, Event.RELAPSED, INFUSION),
        (100, 0, Event.SCORE, {"value": 10.0, "target": 30.0, "until": 110}),
        (114, 0, Event.REINDUCTION, INFUSION),
        (131, 0, Event.COURSE_STARTED, INFUSION | {"course": 1, "until": 114}),
        (131, 0, Event.SESSION, INFUSION | {"course": 1, "until": 121}),
        (131, 0, Event.SCORE, {"value": 30.0, "target": 10.0, "until": 151}),
    ]
    first = life(0, screening=10)
    assert lost([*first[:-1], *later, first[-1]]) == pytest.approx(50 + 50)
