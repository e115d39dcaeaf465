"""Minutes wanted by the day they were wished, and waits by week of referral."""

from __future__ import annotations

import numpy as np
import pytest

from sim.domain.events import Event, Leaving
from sim.domain.scenario import Scenario
from sim.outcomes.course_starts import course_starts
from sim.outcomes.demand import demand_counted, wanted_minutes
from sim.outcomes.pending import pending_of
from sim.outcomes.referral_waits import referral_wait_curves, referral_waits_counted
from sim.outcomes.service import service_of
from sim.outcomes.visit_kinds import visits_by_day

INFUSION = {"treatment": 1}
N_DAYS = 60
SERVED = [
    (0, 0, Event.REFERRED, {"target": 1.0}),
    (10, 0, Event.SCREENED, {"until": 7}),
    (10, 0, Event.ELIGIBLE, INFUSION),
    (20, 0, Event.PREPARED, INFUSION | {"until": 17}),
    (24, 0, Event.COURSE_STARTED, INFUSION | {"until": 10}),
    (24, 0, Event.SESSION, INFUSION | {"until": 22}),
    (28, 0, Event.SESSION_MISSED, INFUSION | {"until": 28}),
    (30, 0, Event.SESSION, INFUSION | {"until": 29}),
    (30, 0, Event.DROPPED_OUT, INFUSION | {"reason": int(Leaving.INDUCTION)}),
    (60, 0, Event.HORIZON),
]


def gave_up(patient, reason, days, **row):
    return [
        (8, patient, Event.REFERRED, {"target": 1.0}),
        (40, patient, Event.DROPPED_OUT, row | {"reason": int(reason), "value": days}),
        (60, patient, Event.HORIZON),
    ]


@pytest.fixture
def wanted(make_history, tiny):
    def wanted(*rows, scenario=tiny):
        history = make_history(rows)
        _, wished = visits_by_day(history, len(scenario.treatments), N_DAYS)
        service = service_of(history)
        counted = demand_counted(service, pending_of(service, scenario, N_DAYS), wished, scenario, "infusion")
        return wanted_minutes(counted, scenario, "infusion")[0]

    return wanted


def test_minutes_are_wanted_on_the_wished_day(wanted):
    minutes = wanted(*SERVED)
    assert np.flatnonzero(minutes).tolist() == [7, 17, 22, 28, 29]
    assert minutes.sum() == 5 * 60


def test_a_missed_screening_is_wanted_on_its_wished_day(wanted):
    missed = [
        (9, 1, Event.SCREENING_MISSED, {"until": 8}),
        (9, 1, Event.DROPPED_OUT, {"reason": int(Leaving.MISSED_SCREENING)}),
        (60, 1, Event.HORIZON),
    ]
    minutes = wanted(*SERVED, *missed)
    assert (minutes[8], minutes[9], minutes.sum()) == (60, 0, 6 * 60)


def test_who_gave_up_waiting_for_treatment_wanted_a_mean_course(wanted):
    minutes = wanted(*SERVED, *gave_up(1, Leaving.WAITING_FOR_TREATMENT, 8.5, treatment=1))
    # 40 - 8.5 falls into day 31: a preparation visit, two sessions held and one missed
    assert minutes[31] == 4 * 60


def test_who_gave_up_waiting_for_screening_wanted_that_and_the_mean_course_after_one(wanted):
    another = [(5, 2, Event.REFERRED), (12, 2, Event.SCREENED, {"until": 12}), (60, 2, Event.HORIZON)]
    minutes = wanted(*SERVED, *another, *gave_up(1, Leaving.WAITING_FOR_SCREENING, 3))
    assert minutes[37] == pytest.approx(60 + 4 * 60 / 2)


def test_who_gave_up_waiting_for_a_further_session_wanted_that_session(wanted):
    minutes = wanted(*SERVED, *gave_up(1, Leaving.WAITING_FOR_SESSION, 3, treatment=1))
    assert minutes[37] == 60


CHANGED = [
    (8, 1, Event.REFERRED, {"target": 1.0}),
    (15, 1, Event.ELIGIBLE, INFUSION),
    (40, 1, Event.ELIGIBLE, {"treatment": 0}),
    (40, 1, Event.CHANGED_PATHWAY, {"treatment": 0, "value": 8.5}),
    (41, 1, Event.IMPROVED_NATURALLY),
    (60, 1, Event.HORIZON),
]


@pytest.mark.parametrize(("at_home", "at_clinic"), [("chairs", 0), ("phone", 3 * 60)])
def test_who_takes_another_treatment_instead_wanted_what_the_other_does_not_use(
    wanted, tiny_tree, at_home, at_clinic
):
    tiny_tree["resources"]["phone"] = dict(tiny_tree["resources"]["chairs"], label="Telephone")
    tablets = tiny_tree["treatments"]["tablets"]
    tablets["preparation"] = False
    tablets["session"]["needs"] = {at_home: tablets["session"]["needs"]["chairs"]}
    tiny_tree["care"] |= {"preparation": None, "integration": None, "integration_after": []}
    tiny_tree["strategies"]["infusion"]["lines"][0]["instead_of_waiting"] = "tablets"
    assert wanted(*SERVED, *CHANGED, scenario=Scenario.model_validate(tiny_tree))[31] == at_clinic


def test_who_was_prepared_and_gave_up_wanted_no_second_preparation(wanted):
    waiting = [
        (8, 1, Event.REFERRED, {"target": 1.0}),
        (15, 1, Event.ELIGIBLE, INFUSION),
        (20, 1, Event.PREPARED, INFUSION | {"until": 18}),
        (40, 1, Event.DROPPED_OUT, INFUSION | {"reason": int(Leaving.WAITING_FOR_TREATMENT), "value": 5}),
        (60, 1, Event.HORIZON),
    ]
    minutes = wanted(*SERVED, *waiting)
    assert (minutes[18], minutes[35]) == (60, 3 * 60)


@pytest.mark.parametrize("end", [Event.DIED, Event.HORIZON])
def test_who_still_waited_at_the_end_wanted_as_much_as_who_gave_up(wanted, end):
    for_screening = [(8, 1, Event.REFERRED, {"target": 1.0}), (50, 1, end)]
    for_start = [
        (0, 2, Event.REFERRED, {"target": 1.0}),
        (7, 2, Event.SCREENED, {"until": 7}),
        (7, 2, Event.ELIGIBLE, INFUSION),
        (50, 2, end),
    ]
    minutes = wanted(*SERVED, *for_screening, *for_start)
    assert minutes[14] == 4 * 60
    # screening is wished on day 15; of two patients screened, two were to have a course
    assert minutes[15] == 60 + 4 * 60 * 2 / 2


def test_a_maintenance_session_cut_off_by_a_relapse_was_wanted(wanted):
    maintained = [
        (31, 0, Event.MAINTENANCE_STARTED, INFUSION),
        (38, 0, Event.SESSION, INFUSION | {"target": 1.0, "until": 37}),
        (50, 0, Event.RELAPSED, INFUSION),
    ]
    minutes = wanted(*SERVED[:-2], *maintained, SERVED[-1])
    assert (minutes[37], minutes[45]) == (60, 60)


def test_who_is_not_yet_due_wanted_nothing(wanted):
    waiting = [(50, 1, Event.REFERRED, {"target": 1.0}), (55, 1, Event.HORIZON)]
    assert wanted(*SERVED, *waiting).sum() == wanted(*SERVED).sum()


def test_waits_are_told_by_week_of_referral(make_history, make_cohort):
    rows = [
        *SERVED,
        *gave_up(1, Leaving.WAITING_FOR_SCREENING, 3),
        (9, 2, Event.REFERRED),
        (60, 2, Event.HORIZON),
    ]
    service = service_of(make_history(rows))
    counted = referral_waits_counted(service, course_starts(service), make_cohort(3, referral_days=[0, 8, 9]))
    curves = referral_wait_curves(counted)
    assert curves["referrals"].tolist() == [1, 2]
    np.testing.assert_array_equal(curves["screening_queue_days"], [3, np.nan])
    np.testing.assert_array_equal(curves["start_queue_days"], [5, np.nan])
    assert curves["left_waiting"].tolist() == [0, 0.5]


def test_only_first_waits_count_by_week_of_referral(make_history, make_cohort):
    again = [
        (40, 0, Event.REINDUCTION, INFUSION),
        (58, 0, Event.COURSE_STARTED, INFUSION | {"course": 1, "until": 40}),
        (58, 0, Event.SESSION, INFUSION | {"course": 1, "until": 44}),
    ]
    service = service_of(make_history([*SERVED[:-1], *again, SERVED[-1]]))
    curves = referral_wait_curves(referral_waits_counted(service, course_starts(service), make_cohort(1)))
    assert curves["start_queue_days"].tolist() == [5]
