from __future__ import annotations

import numpy as np
import pytest

from sim.domain.economics import CATEGORIES, Category, DrugPrice, Perspective, categories_counted
from sim.domain.events import Event
from sim.domain.scenario import Scenario
from sim.outcomes.account import account
from sim.outcomes.frames import Accounted, results_of
from sim.outcomes.patient_account import patient_flows

WELL, ILL = 60.4 - 24.4, 24.4 + 100 - 60.4
# Day 19 is a Saturday: of six hours used, five fall on the 262 open days of the year.
BY_HAND = {
    Category.SCREENING: (250, 200),
    Category.SESSION: (800, 400),
    Category.DRUG: (10 + 15, 12.5),
    Category.INTEGRATION: (300, 240),
    Category.ADVERSE_EVENTS: (20, 16),
    Category.BACKGROUND: (
        (ILL * 12_000 + WELL * 6_000) / 365.25,
        0.8 * (ILL * 12_000 + WELL * 6_000) / 365.25,
    ),
    Category.TRAVEL: (2 * 30 * 0.7, 0),
    Category.PATIENT_TIME: (30 * (3 + 2 * (1 + 2 + 1)), 0),
    Category.COMPANION_TIME: (20 * 2 * 1, 0),
    Category.PRODUCTIVITY: ((ILL * 15_000 + WELL * 3_000) / 365.25, 0),
    Category.STAFF: (40 * 6, 0),
    Category.IDLE_CAPACITY: (40 * (4 * 8 * 262 - 5), 0),
    Category.PROGRAMME_DRUG: (5 + 7.5, 0),
    Category.SETUP: (50, 0),
    Category.MONITORING: (0, 0),
    Category.REBATE: (0, 0),
    Category.VISITS: (0, 0),
    Category.HOSPITAL: (0, 0),
}


@pytest.fixture
def outcome(make_log, make_cohort, tiny, infusion_course):
    return account(make_log(infusion_course), make_cohort(1), tiny, "infusion")


def _cost(outcome, category):
    row = CATEGORIES.index(category)
    return outcome.cost[row].sum(), outcome.covered[row].sum()


@pytest.mark.parametrize(("category", "expected"), BY_HAND.items())
def test_each_category_meets_the_sum_by_hand(outcome, category, expected):
    assert _cost(outcome, category) == pytest.approx(expected)


def test_every_category_is_checked_here():
    assert set(BY_HAND) == set(Category)


def test_lumps_fall_on_their_day(outcome):
    sessions = outcome.cost[CATEGORIES.index(Category.SESSION)]
    assert {int(day): float(sessions[day]) for day in np.flatnonzero(sessions)} == {14: 400.0, 19: 400.0}


def test_qalys_follow_the_score_less_the_harm(outcome):
    score_days = 30 * 14.4 + 25 + 20 * 4 + 12.5 + 5 * 40 + 17.5 * 28 + 30 * 11.6
    assert outcome.qaly.sum() == pytest.approx((0.9 * 100 - 0.01 * score_days - 0.05) / 365.25)
    assert outcome.life_years.sum() == pytest.approx(100 / 365.25)


def test_weekly_use_of_resources_counts_missed_sessions(outcome):
    assert outcome.resources == ("chairs",)
    assert outcome.used_minutes[0, :5].tolist() == [0, 120, 180, 60, 0]
    assert outcome.offered_minutes[0, 0] == 4 * 480 * 5


def test_curves_are_means_of_the_living_by_week(outcome):
    assert outcome.curves["score"][:2] == pytest.approx([30, 30])
    assert outcome.curves["in_remission"][4] == 1
    assert outcome.curves["in_response"][12] == 0
    assert outcome.curves["alive"][13] == 1
    assert np.isnan(outcome.curves["score"][20])
    assert outcome.curves["relapse_free"][:9].tolist() == [1, 1, 1, 1, 1, 1, 1, 1, 0]
    assert outcome.curves["start_wait_days"][2] == pytest.approx(14.4)


def test_usual_care_is_not_charged_for_the_clinic(make_log, make_cohort, tiny):
    log = make_log(
        [
            (0, 0, Event.REFERRED),
            (0, 0, Event.SCORE, {"value": 30.0, "target": 30.0}),
            (365, 0, Event.HORIZON),
        ]
    )
    outcome = account(log, make_cohort(1), tiny, "usual_care")
    assert outcome.resources == ()
    assert _cost(outcome, Category.IDLE_CAPACITY) == (0, 0)


def test_setting_up_is_charged_for_pathways_with_lines_only(make_log, make_cohort, tiny):
    log = make_log(
        [
            (0, 0, Event.REFERRED, {"target": 1.0}),
            (0, 1, Event.REFERRED, {"target": 0.0}),
            (0, 1, Event.USUAL_CARE),
            (0, 0, Event.HORIZON),
            (0, 1, Event.HORIZON),
        ]
    )
    outcome = account(log, make_cohort(2), tiny, "infusion")
    assert _cost(outcome, Category.SETUP)[0] == 50 / 2


def test_a_mix_draws_on_the_resources_of_its_parts(make_log, make_cohort, tiny_tree, infusion_course):
    tiny_tree["strategies"]["both"] = {"label": "Both", "mix": {"tablets": 0.5, "infusion": 0.5}}
    outcome = account(make_log(infusion_course), make_cohort(1), Scenario.model_validate(tiny_tree), "both")
    assert outcome.resources == ("chairs",)


def test_unlimited_resources_have_no_idle_cost(make_log, make_cohort, tiny_tree, infusion_course):
    del tiny_tree["resources"]["chairs"]["units"]
    outcome = account(
        make_log(infusion_course), make_cohort(1), Scenario.model_validate(tiny_tree), "infusion"
    )
    assert _cost(outcome, Category.IDLE_CAPACITY) == (0, 0)
    assert _cost(outcome, Category.STAFF) == pytest.approx((240, 0))
    assert np.isnan(outcome.offered_minutes).all()


def test_amounts_are_moved_to_the_price_year(make_log, make_cohort, tiny_tree, infusion_course):
    tiny_tree["treatments"]["infusion"]["session"]["price"]["price_year"] = 2023
    outcome = account(
        make_log(infusion_course), make_cohort(1), Scenario.model_validate(tiny_tree), "infusion"
    )
    assert _cost(outcome, Category.SESSION)[0] == pytest.approx(800 * 580 / 550)


def test_sessions_of_outpatients_are_visits(make_log, make_cohort, tiny_tree, infusion_course):
    tiny_tree["treatments"]["infusion"]["setting"] = "outpatient"
    outcome = account(
        make_log(infusion_course), make_cohort(1), Scenario.model_validate(tiny_tree), "infusion"
    )
    assert _cost(outcome, Category.VISITS) == pytest.approx((800, 400))
    assert _cost(outcome, Category.SESSION) == (0, 0)


@pytest.mark.parametrize("setting", ["home", "inpatient"])
def test_who_is_treated_at_home_or_stays_in_hospital_does_not_travel(
    make_log, make_cohort, tiny_tree, infusion_course, setting
):
    tiny_tree["treatments"]["infusion"]["setting"] = setting
    outcome = account(
        make_log(infusion_course), make_cohort(1), Scenario.model_validate(tiny_tree), "infusion"
    )
    assert _cost(outcome, Category.TRAVEL) == (0, 0)
    assert _cost(outcome, Category.PATIENT_TIME)[0] == pytest.approx(30 * (3 + 2 * 3))
    assert _cost(outcome, Category.COMPANION_TIME)[0] == pytest.approx(20 * 2)


def test_without_a_companion_nobody_accompanies(make_log, make_cohort, tiny_tree, infusion_course):
    tiny_tree["treatments"]["infusion"]["companion_hours"] |= {"value": 0.0, "range": [0, 1]}
    outcome = account(
        make_log(infusion_course), make_cohort(1), Scenario.model_validate(tiny_tree), "infusion"
    )
    assert _cost(outcome, Category.COMPANION_TIME) == (0, 0)


def test_daily_drugs_run_until_the_course_ends(make_log, make_cohort, tiny_tree, infusion_course):
    tiny_tree["treatments"]["infusion"]["prices"]["drug_day"] |= {"value": 2.0, "range": [0, 5]}
    outcome = account(
        make_log(infusion_course), make_cohort(1), Scenario.model_validate(tiny_tree), "infusion"
    )
    assert _cost(outcome, Category.DRUG) == pytest.approx((25 + 2 * 60, (25 + 2 * 60) / 2))


def test_daily_drugs_end_with_a_limited_maintenance(make_log, make_cohort, tiny_tree, infusion_course):
    tiny_tree["treatments"]["infusion"]["prices"]["drug_day"] |= {"value": 2.0, "range": [0, 5]}
    limited = [*infusion_course, (44.4, 0, Event.MAINTENANCE_ENDED, {"treatment": 1})]
    outcome = account(make_log(limited), make_cohort(1), Scenario.model_validate(tiny_tree), "infusion")
    assert _cost(outcome, Category.DRUG)[0] == pytest.approx(25 + 2 * 30)


def test_minutes_are_counted_whole_as_the_books_count_them(make_log, make_cohort, tiny_tree, infusion_course):
    needs = tiny_tree["treatments"]["infusion"]["session"]["needs"]
    needs["chairs"] |= {"value": 59.6, "range": [0, 100]}
    scenario = Scenario.model_validate(tiny_tree)
    outcome = account(make_log(infusion_course), make_cohort(1), scenario, "infusion")
    assert outcome.used_minutes[0, :5].tolist() == [0, 120, 180, 60, 0]
    assert _cost(outcome, Category.STAFF)[0] == pytest.approx(40 * 6)


def test_hospital_days_run_until_the_last_assessment(make_log, make_cohort, tiny_tree, infusion_course):
    prices = tiny_tree["treatments"]["infusion"]["prices"]
    prices["hospital_day"] = prices["drug_day"] | {"value": 1000.0, "range": [0, 5000]}
    scenario = Scenario.model_validate(tiny_tree)
    extended = [*infusion_course, (30.4, 0, Event.ASSESSED, {"treatment": 1, "reason": 3})]
    outcome = account(make_log(extended), make_cohort(1), scenario, "infusion")
    assert _cost(outcome, Category.HOSPITAL) == pytest.approx((16_000, 8_000))


def test_hospital_days_of_a_course_never_assessed_end_with_it(make_log, make_cohort, tiny_tree):
    prices = tiny_tree["treatments"]["infusion"]["prices"]
    prices["hospital_day"] = prices["drug_day"] | {"value": 1000.0, "range": [0, 5000]}
    rows = [
        (0, 0, Event.REFERRED),
        (0, 0, Event.SCORE, {"value": 30.0, "target": 30.0}),
        (10, 0, Event.COURSE_STARTED, {"treatment": 1}),
        (13, 0, Event.DROPPED_OUT, {"reason": 4}),
        (40, 0, Event.COURSE_STARTED, {"treatment": 1, "course": 1}),
        (48, 0, Event.ASSESSED, {"treatment": 1, "course": 1, "reason": 2}),
        (90, 0, Event.DIED, {"reason": 1}),
    ]
    outcome = account(make_log(rows), make_cohort(1), Scenario.model_validate(tiny_tree), "infusion")
    assert _cost(outcome, Category.HOSPITAL)[0] == pytest.approx(1000 * (3 + 8))


def test_costs_and_health_are_means_per_referred_patient(
    make_log, make_cohort, tiny, infusion_course, outcome
):
    nobody = [
        (0, 1, Event.REFERRED),
        (0, 1, Event.SCORE, {"value": 30.0, "target": 30.0}),
        (0, 1, Event.DIED),
    ]
    halved = account(make_log([*infusion_course, *nobody]), make_cohort(2), tiny, "infusion")
    np.testing.assert_allclose(halved.qaly, outcome.qaly / 2)
    np.testing.assert_allclose(_cost(halved, Category.SESSION), (400, 200))
    assert halved.clinical["depression_free_days"] == pytest.approx(
        outcome.clinical["depression_free_days"] / 2
    )


@pytest.mark.parametrize("perspective", [p for p in Perspective if p is not Perspective.PROGRAMME])
def test_the_flows_of_a_patient_add_up_to_the_account(
    make_log, make_cohort, tiny, infusion_course, perspective
):
    log, cohort = make_log(infusion_course), make_cohort(1)
    frame = results_of(tiny, [Accounted(0, account(log, cohort, tiny, "infusion"))]).flows
    from sim.analysis.present_values import counted_cost

    flows = patient_flows(log, cohort, tiny, 0)
    total = flows.cost_until(100 * 1440, perspective)
    assert total == pytest.approx(counted_cost(frame, perspective).sum())


def test_the_cost_so_far_counts_lumps_and_running_costs_up_to_the_moment(
    make_log, make_cohort, tiny, infusion_course
):
    flows = patient_flows(make_log(infusion_course), make_cohort(1), tiny, 0)
    just_screened = flows.cost_until(round(7.4 * 1440), Perspective.SECTOR)
    assert just_screened == pytest.approx(250 + 7.4 * 12_000 / 365.25)
    assert flows.cost_until(round(7.4 * 1440), Perspective.PATIENT) == pytest.approx(just_screened * 0.2)
    assert flows.cost_until(0, Perspective.PROGRAMME) == 50


def test_following_an_unknown_patient_is_refused(make_log, make_cohort, tiny, infusion_course):
    with pytest.raises(ValueError, match="patient must lie in 0 to 0, got 1"):
        patient_flows(make_log(infusion_course), make_cohort(1), tiny, 1)


def test_a_programme_without_preparation_and_integration_charges_neither(
    make_log, make_cohort, tiny_tree, infusion_course
):
    del tiny_tree["care"]["preparation"], tiny_tree["care"]["integration"]
    tiny_tree["care"]["integration_after"] = []
    outcome = account(
        make_log(infusion_course), make_cohort(1), Scenario.model_validate(tiny_tree), "infusion"
    )
    assert _cost(outcome, Category.INTEGRATION) == (0, 0)
    assert _cost(outcome, Category.STAFF) == pytest.approx((40 * 4, 0))


def test_tests_are_paid_at_the_start_of_each_course_and_at_each_session_kept(
    make_log, make_cohort, tiny_tree, infusion_course
):
    prices = tiny_tree["treatments"]["infusion"]["prices"]
    prices["monitoring_course"] = prices["drug_session"] | {"value": 60, "range": [0, 100]}
    prices["monitoring_session"] = prices["drug_session"] | {"value": 5, "range": [0, 100]}
    again = [
        (80, 0, Event.COURSE_STARTED, {"treatment": 1}),
        (80, 0, Event.SESSION, {"treatment": 1, "value": 1.0}),
    ]
    outcome = account(
        make_log([*infusion_course, *again]), make_cohort(1), Scenario.model_validate(tiny_tree), "infusion"
    )
    paid = 2 * 60 + 3 * 5
    assert _cost(outcome, Category.MONITORING) == pytest.approx((paid, 0.8 * paid))


def test_a_rebate_gives_insurers_back_a_share_of_what_they_paid_and_patients_nothing(
    make_log, make_cohort, tiny_tree, infusion_course
):
    prices = tiny_tree["treatments"]["infusion"]["prices"]
    prices["rebate"] = prices["covered"] | {"value": 0.2, "range": [0, 1]}
    prices["drug_day"] = prices["drug_day"] | {"value": 2, "range": [0, 5]}
    outcome = account(
        make_log(infusion_course), make_cohort(1), Scenario.model_validate(tiny_tree), "infusion"
    )
    drug, covered = _cost(outcome, Category.DRUG)
    assert (drug, covered) == pytest.approx((25 + 2 * 60, (25 + 2 * 60) / 2))
    assert _cost(outcome, Category.REBATE) == pytest.approx((-0.2 * covered, -0.2 * covered))


@pytest.mark.parametrize("perspective", list(Perspective))
def test_rebates_count_at_net_prices_for_whoever_counts_drugs(perspective):
    listed, net = (categories_counted(perspective, price) for price in (DrugPrice.LIST, DrugPrice.NET))
    assert Category.REBATE not in listed
    assert net - listed == ({Category.REBATE} if Category.DRUG in listed else set())


def test_the_story_of_a_patient_counts_rebates_at_net_prices_only(
    make_log, make_cohort, tiny_tree, infusion_course
):
    prices = tiny_tree["treatments"]["infusion"]["prices"]
    prices["rebate"] = prices["covered"] | {"value": 0.2, "range": [0, 1]}
    scenario = Scenario.model_validate(tiny_tree)
    flows = patient_flows(make_log(infusion_course), make_cohort(1), scenario, 0)
    listed, net = (
        flows.cost_until(100 * 1440, Perspective.PAYER, price) for price in (DrugPrice.LIST, DrugPrice.NET)
    )
    assert net - listed == pytest.approx(-0.2 * 12.5)
    assert flows.cost_until(100 * 1440, Perspective.PATIENT, DrugPrice.NET) == pytest.approx(
        flows.cost_until(100 * 1440, Perspective.PATIENT)
    )
