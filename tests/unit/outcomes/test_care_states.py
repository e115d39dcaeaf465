from __future__ import annotations

import numpy as np

from sim.domain.events import Event, Leaving, Outcome
from sim.outcomes.care_states import CareState, care_states

HORIZON = 360 * 1440


def way(make_history, make_cohort, rows, *, referral_day=0):
    """Return the names of the states of one patient, with their days."""
    history = make_history([(referral_day, 0, Event.REFERRED, {"target": 1.0}), *rows])
    states = care_states(history, make_cohort(1, referral_days=[referral_day]), HORIZON)
    return [(CareState(state).name, float(day)) for state, day in zip(states.state, states.day, strict=True)]


def test_a_course_leads_from_screening_over_induction_to_maintenance(make_history, make_cohort):
    rows = [
        (14, 0, Event.ELIGIBLE),
        (21, 0, Event.COURSE_STARTED),
        (40, 0, Event.ASSESSED, {"reason": Outcome.REMISSION}),
        (40, 0, Event.MAINTENANCE_STARTED),
        (300, 0, Event.MAINTENANCE_ENDED),
        (360, 0, Event.HORIZON),
    ]
    assert way(make_history, make_cohort, rows) == [
        ("WAITING_SCREENING", 0),
        ("WAITING_START", 14),
        ("INDUCTION", 21),
        ("MAINTENANCE", 40),
        ("WELL", 300),
    ]


def test_days_count_from_the_referral_of_each_patient(make_history, make_cohort):
    rows = [(114, 0, Event.ELIGIBLE), (460, 0, Event.HORIZON)]
    assert way(make_history, make_cohort, rows, referral_day=100) == [
        ("WAITING_SCREENING", 0),
        ("WAITING_START", 14),
    ]


def test_what_follows_at_the_same_moment_counts(make_history, make_cohort):
    rows = [
        (14, 0, Event.ELIGIBLE),
        (14, 0, Event.DECLINED),
        (14, 0, Event.NEXT_LINE),
        (14, 0, Event.INELIGIBLE),
        (14, 0, Event.USUAL_CARE),
        (360, 0, Event.HORIZON),
    ]
    assert way(make_history, make_cohort, rows) == [("WAITING_SCREENING", 0), ("USUAL_CARE", 14)]


def test_a_later_line_is_one_place_until_it_works(make_history, make_cohort):
    rows = [
        (14, 0, Event.ELIGIBLE),
        (14, 0, Event.COURSE_STARTED),
        (30, 0, Event.ASSESSED, {"reason": Outcome.PARTIAL_RESPONSE}),
        (30, 0, Event.NEXT_LINE),
        (30, 0, Event.ELIGIBLE),
        (40, 0, Event.COURSE_STARTED, {"course": 1}),
        (60, 0, Event.ASSESSED, {"reason": Outcome.RESPONSE, "course": 1}),
        (360, 0, Event.HORIZON),
    ]
    assert way(make_history, make_cohort, rows)[2:] == [("LATER_LINE", 30), ("WELL", 60)]


def test_a_relapse_leads_to_the_same_treatment_again_or_to_usual_care(make_history, make_cohort):
    rows = [
        (14, 0, Event.COURSE_STARTED),
        (30, 0, Event.ASSESSED, {"reason": Outcome.RESPONSE}),
        (100, 0, Event.RELAPSED),
        (128, 0, Event.REINDUCTION),
        (135, 0, Event.COURSE_STARTED, {"course": 1}),
        (150, 0, Event.ASSESSED, {"reason": Outcome.NO_RESPONSE, "course": 1}),
        (150, 0, Event.USUAL_CARE),
        (360, 0, Event.HORIZON),
    ]
    assert way(make_history, make_cohort, rows)[3:] == [
        ("RELAPSED", 100),
        ("WAITING_START", 128),
        ("INDUCTION", 135),
        ("USUAL_CARE", 150),
    ]


def test_who_leaves_well_stays_well_and_has_left_after_a_relapse(make_history, make_cohort):
    rows = [
        (14, 0, Event.COURSE_STARTED),
        (30, 0, Event.ASSESSED, {"reason": Outcome.RESPONSE}),
        (30, 0, Event.MAINTENANCE_STARTED),
        (60, 0, Event.DROPPED_OUT, {"reason": Leaving.MAINTENANCE}),
        (90, 0, Event.RELAPSED),
        (90, 0, Event.USUAL_CARE),
        (200, 0, Event.IMPROVED_NATURALLY, {"reason": Outcome.RESPONSE}),
        (250, 0, Event.DIED),
    ]
    assert way(make_history, make_cohort, rows)[3:] == [
        ("WELL", 60),
        ("LEFT", 90),
        ("WELL", 200),
        ("DIED", 250),
    ]


def test_counts_hold_every_patient_at_every_time(make_history, make_cohort):
    history = make_history(
        [
            (0, 0, Event.REFERRED, {"target": 0.0}),
            (0, 0, Event.USUAL_CARE),
            (50, 0, Event.DIED),
            (0, 1, Event.REFERRED, {"target": 1.0}),
            (20, 1, Event.ELIGIBLE),
            (360, 1, Event.HORIZON),
        ]
    )
    states = care_states(history, make_cohort(2), HORIZON)
    counts = states.counts(np.array([0.0, 20.0, 60.0]))
    assert counts.sum(axis=1).tolist() == [2, 2, 2]
    assert counts[:, CareState.DIED].tolist() == [0, 0, 1]
    assert counts[:, CareState.WAITING_START].tolist() == [0, 1, 1]
