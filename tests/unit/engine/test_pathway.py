"""One rule of the pathway a test: who may start, what follows what, and what the log says of it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from builders import Tree, log_of, rows, set_value, unlimited, without_chance_events

from sim.domain.events import Death, Event, Leaving, Outcome
from sim.units import MINUTES_PER_DAY


@pytest.fixture
def calm(tiny_tree: Tree) -> Tree:
    """Return a tree without chance events whose infusion strategy has one line."""
    tree = unlimited(without_chance_events(tiny_tree))
    tree["strategies"]["infusion"]["lines"] = [{"treatment": "infusion"}]
    return tree


def everybody_has(tree: Tree, condition: str, rule: str) -> None:
    set_value(tree, f"population.conditions.{condition}.prevalence", 1)
    tree["treatments"]["infusion"]["screening"] = {condition: rule}


def patients(log: np.ndarray) -> set[int]:
    return set(log["patient"].tolist())


def test_an_excluding_condition_leads_to_usual_care(calm: Tree) -> None:
    everybody_has(calm, "psychosis", "exclude")
    log = log_of(calm, "infusion")
    assert len(rows(log, Event.INELIGIBLE)) == 200
    assert len(rows(log, Event.USUAL_CARE)) == 200
    assert not len(rows(log, Event.SESSION))


def test_a_routing_condition_leads_to_the_other_treatment_of_the_line(calm: Tree) -> None:
    everybody_has(calm, "psychosis", "route")
    calm["treatments"]["tablets"]["screening"] = {}
    calm["strategies"]["infusion"]["lines"][0]["route_to"] = "tablets"
    log = log_of(calm, "infusion")
    tablets = list(calm["treatments"]).index("tablets")
    assert set(rows(log, Event.ROUTED)["treatment"]) == {tablets}
    assert set(rows(log, Event.SESSION)["treatment"]) == {tablets}


def test_a_routing_condition_without_another_treatment_means_not_eligible(calm: Tree) -> None:
    everybody_has(calm, "psychosis", "route")
    log = log_of(calm, "infusion")
    assert len(rows(log, Event.INELIGIBLE)) == 200
    assert not len(rows(log, Event.ROUTED))


def test_a_routed_patient_still_meets_the_rules_of_the_other_treatment(calm: Tree) -> None:
    everybody_has(calm, "psychosis", "route")
    calm["treatments"]["tablets"]["screening"] = {"psychosis": "exclude"}
    calm["strategies"]["infusion"]["lines"][0]["route_to"] = "tablets"
    assert not len(rows(log_of(calm, "infusion"), Event.SESSION))


def test_a_deferred_patient_is_screened_again_after_the_deferral(calm: Tree) -> None:
    everybody_has(calm, "hypertension", "defer")
    set_value(calm, "population.conditions.hypertension.resolves", 1)
    log = log_of(calm, "infusion")
    deferred, eligible = rows(log, Event.DEFERRED), rows(log, Event.ELIGIBLE)
    assert len(deferred) == len(eligible) == 200
    assert set(eligible["time"] - deferred["time"]) == {60 * MINUTES_PER_DAY}
    assert set(eligible["reason"]) == {1}


def test_a_condition_that_does_not_resolve_ends_in_not_eligible(calm: Tree) -> None:
    everybody_has(calm, "hypertension", "defer")
    set_value(calm, "population.conditions.hypertension.resolves", 0)
    log = log_of(calm, "infusion")
    assert len(rows(log, Event.DEFERRED)) == len(rows(log, Event.INELIGIBLE)) == 200


def test_who_declines_the_first_line_is_offered_the_next(calm: Tree) -> None:
    set_value(calm, "treatments.infusion.uptake.accepts", 0)
    calm["strategies"]["infusion"]["lines"].append({"treatment": "tablets"})
    log = log_of(calm, "infusion")
    assert len(rows(log, Event.DECLINED)) == len(rows(log, Event.NEXT_LINE)) == 200
    assert patients(rows(log, Event.COURSE_STARTED)) == set(range(200))


def test_an_insurer_approves_the_stated_share_after_the_stated_days(calm: Tree) -> None:
    uptake = calm["treatments"]["infusion"]["uptake"]
    uptake["approval"] = dict(uptake["accepts"])
    uptake["approval_days"] = dict(calm["care"]["deferral"])
    set_value(uptake, "approval", 0.5)
    log = log_of(calm, "infusion")
    refused = rows(log, Event.NOT_APPROVED)
    assert 70 < len(refused) < 130
    assert (refused["value"] >= refused["target"]).all()
    assert rows(log, Event.COURSE_STARTED)["time"].min() == 60 * MINUTES_PER_DAY


def test_partial_responders_are_extended_once_and_assessed_again(calm: Tree) -> None:
    infusion = calm["treatments"]["infusion"]
    infusion["induction"]["extension_sessions"] = dict(infusion["induction"]["sessions"])
    set_value(infusion, "induction.sessions", 4)
    set_value(infusion, "induction.extension_sessions", 2)
    log = log_of(calm, "infusion")
    extended = rows(log, Event.EXTENDED, course=0)
    assert len(extended)
    for patient in patients(extended):
        assessed = rows(log, Event.ASSESSED, patient=patient, course=0)
        assert [int(row["session"]) for row in assessed] == [4, 6]
        assert assessed["reason"][0] == Outcome.PARTIAL_RESPONSE


def test_sessions_follow_the_schedule_on_open_days(calm: Tree) -> None:
    log = log_of(calm, "infusion")
    days = rows(log, Event.SESSION, patient=0, course=0)["time"][:6] // MINUTES_PER_DAY
    assert (days - days[0]).tolist() == [0, 4, 8, 12, 16, 20]


def test_maintenance_spacing_follows_its_steps(calm: Tree) -> None:
    calm["treatments"]["infusion"]["durability"]["relapse_hazard"]["values"] = [0.0, 0.0]
    log = log_of(calm, "infusion")
    responder = int(rows(log, Event.MAINTENANCE_STARTED)["patient"][0])
    days = rows(log, Event.SESSION, patient=responder)["time"] // MINUTES_PER_DAY
    assert np.diff(days[5:]).tolist()[:7] == [7, 7, 7, 7, 28, 28, 28]


def test_maintenance_ends_at_its_limit_and_the_response_may_go_on(calm: Tree) -> None:
    infusion = calm["treatments"]["infusion"]
    infusion["maintenance"]["limit"] = dict(calm["care"]["deferral"])
    infusion["durability"]["relapse_hazard"]["values"] = [0.0, 0.0]
    log = log_of(calm, "infusion")
    ended = rows(log, Event.MAINTENANCE_ENDED)
    assert patients(ended) == patients(rows(log, Event.MAINTENANCE_STARTED))
    last = {int(row["patient"]): row["time"] for row in rows(log, Event.SESSION)}
    assert all(last[int(row["patient"])] == row["time"] for row in ended)


def prone_to_tolerance(tree: Tree, answer: str) -> Tree:
    infusion = tree["treatments"]["infusion"]
    set_value(infusion, "tolerance.share", 1)
    set_value(infusion, "tolerance.after_sessions", 3)
    infusion["tolerance"]["answer"] = answer
    return tree


def test_a_higher_dose_is_the_answer_to_tolerance_when_the_clinic_says_so(calm: Tree) -> None:
    log = log_of(prone_to_tolerance(calm, "higher_dose"), "infusion")
    assert set(rows(log, Event.DOSE_RAISED)["value"]) == {1.25}
    tolerant = int(rows(log, Event.DOSE_RAISED)["patient"][0])
    doses = rows(log, Event.SESSION, patient=tolerant)["value"]
    assert doses[:9].tolist() == [1.0] * 9
    assert set(doses[9:]) <= {1.25}


def test_a_shorter_interval_is_the_answer_to_tolerance_when_the_clinic_says_so(calm: Tree) -> None:
    calm["treatments"]["infusion"]["durability"]["relapse_hazard"]["values"] = [0.0, 0.0]
    log = log_of(prone_to_tolerance(calm, "shorter_interval"), "infusion")
    tolerant = int(rows(log, Event.INTERVAL_SHORTENED)["patient"][0])
    days = rows(log, Event.SESSION, patient=tolerant)["time"] // MINUTES_PER_DAY
    assert np.diff(days[-4:]).tolist() == [14, 14, 14]


def test_a_switch_skips_re_induction_after_tolerance(calm: Tree) -> None:
    calm["strategies"]["infusion"]["lines"].append({"treatment": "tablets", "max_reinductions": 0})
    log = log_of(prone_to_tolerance(calm, "switch"), "infusion")
    since = {int(row["patient"]): int(row["time"]) for row in rows(log, Event.TOLERANT)}
    again = rows(log, Event.REINDUCTION)
    assert since
    assert not any(row["time"] > since.get(int(row["patient"]), 2**60) for row in again)


def test_tolerance_without_an_answer_takes_the_protection_away(calm: Tree) -> None:
    calm["run"]["n_patients"] = 2_000
    protected = len(rows(log_of(calm, "infusion"), Event.RELAPSED, reason=1, course=0))
    tolerant = len(
        rows(log_of(prone_to_tolerance(calm, "none"), "infusion"), Event.RELAPSED, reason=1, course=0)
    )
    assert tolerant > 1.3 * protected


def test_re_induction_happens_at_most_as_often_as_the_line_allows(calm: Tree) -> None:
    calm["treatments"]["infusion"]["durability"]["relapse_hazard"]["values"] = [20.0, 20.0]
    calm["strategies"]["infusion"]["lines"][0]["max_reinductions"] = 2
    log = log_of(calm, "infusion")
    counts = np.bincount(rows(log, Event.REINDUCTION)["patient"], minlength=200)
    assert counts.max() == 2
    assert rows(log, Event.COURSE_STARTED)["course"].max() == 2


def test_a_harm_that_stops_everybody_ends_the_treatment_without_re_induction(tiny_tree: Tree) -> None:
    harms = tiny_tree["treatments"]["infusion"]["harms"]
    tree = unlimited(without_chance_events(tiny_tree))
    tree["treatments"]["infusion"]["harms"] = harms
    set_value(tree, "treatments.infusion.harms.nausea.probability", 1)
    set_value(tree, "treatments.infusion.harms.nausea.stops", 1)
    tree["treatments"]["infusion"]["effect"]["basis"] = "assessed"
    log = log_of(tree, "infusion")
    infusion = list(tree["treatments"]).index("infusion")
    assert len(rows(log, Event.STOPPED_FOR_HARM)) == 200
    assert len(rows(log, Event.SESSION, treatment=infusion)) == 200
    assert patients(rows(log, Event.NEXT_LINE)) == set(range(200))


def test_patients_give_up_when_the_wait_is_longer_than_their_patience(calm: Tree) -> None:
    set_value(calm, "care.patience", 5)
    calm["resources"]["chairs"] |= {"units": 1, "open_minutes": [60] * 7}
    log = log_of(calm, "infusion")
    left = rows(log, Event.DROPPED_OUT, reason=Leaving.WAITING_FOR_SCREENING)
    assert 150 < len(left) < 200
    assert not patients(left) & patients(rows(log, Event.SCREENED))


def test_places_of_those_who_give_up_are_used_by_others(calm: Tree) -> None:
    set_value(calm, "care.patience", 5)
    calm["resources"]["chairs"] |= {"units": 1, "open_minutes": [60] * 7}
    set_value(calm, "treatments.infusion.uptake.accepts", 0)
    calm["population"]["arrivals"] = [{"from_day": 0, "per_week": 14}]
    days = rows(log_of(calm, "infusion"), Event.SCREENED)["time"] // MINUTES_PER_DAY
    assert len(set(days.tolist())) == len(days)
    assert len(days) > 0.9 * (days.max() - days.min())


def test_a_mix_sends_each_share_down_its_pathway(calm: Tree) -> None:
    calm["run"]["n_patients"] = 4_000
    calm["strategies"]["mixed"] = {"label": "Mixed", "mix": {"infusion": 0.7, "usual_care": 0.3}}
    log = log_of(calm, "mixed")
    share = len(rows(log, Event.REFERRED, reason=1)) / 4_000
    assert abs(share - 0.3) < 4 * np.sqrt(0.3 * 0.7 / 4_000)
    assert not patients(rows(log, Event.SESSION)) & patients(rows(log, Event.REFERRED, reason=1))


def test_a_deadly_procedure_is_noted_as_the_cause_of_death(calm: Tree) -> None:
    set_value(calm, "treatments.infusion.session_mortality", 100_000)
    log = log_of(calm, "infusion")
    assert set(rows(log, Event.DIED)["reason"]) == {Death.PROCEDURE}
    assert len(rows(log, Event.DIED)) == len(rows(log, Event.SESSION)) == 200


def test_preparation_and_integration_visits_belong_to_every_course(tiny_tree: Tree) -> None:
    preparation, integration = tiny_tree["care"]["preparation"], tiny_tree["care"]["integration"]
    tree = unlimited(without_chance_events(tiny_tree))
    tree["care"] |= {"preparation": preparation, "integration": integration, "integration_after": [2, 6]}
    tree["strategies"]["infusion"]["lines"] = [{"treatment": "infusion"}]
    log = log_of(tree, "infusion")
    completed = {(int(row["patient"]), int(row["course"])) for row in rows(log, Event.ASSESSED)}
    integrated = rows(log, Event.INTEGRATED)
    visits = Counter(zip(integrated["patient"].tolist(), integrated["course"].tolist(), strict=True))
    assert {visits[course] for course in completed} == {2}
    assert len(rows(log, Event.PREPARED, course=1))
    first = {int(row["patient"]): int(row["time"]) for row in rows(log, Event.SESSION, course=0, session=0)}
    prepared = rows(log, Event.PREPARED, course=0)
    assert {first[int(row["patient"])] - int(row["time"]) for row in prepared} == {MINUTES_PER_DAY}


def test_no_spontaneous_improvement_happens_during_a_course(tiny_tree: Tree) -> None:
    set_value(tiny_tree, "illness.natural.improvement_hazard", 20)
    tiny_tree["resources"]["chairs"]["units"] = 50
    log = log_of(tiny_tree, "infusion")
    for patient in patients(rows(log, Event.COURSE_STARTED)):
        own = log[log["patient"] == patient]
        began = int(np.flatnonzero(own["event"] == Event.COURSE_STARTED)[0])
        after = own["event"][began:].tolist()
        ends = {Event.ASSESSED, Event.DROPPED_OUT, Event.STOPPED_FOR_HARM, Event.DIED, Event.HORIZON}
        end = next(position for position, event in enumerate(after) if event in ends)
        assert Event.IMPROVED_NATURALLY not in after[:end]


def test_who_improves_while_waiting_leaves_the_list_and_may_come_back_after_a_relapse(calm: Tree) -> None:
    set_value(calm, "care.referral_lead", 100)
    set_value(calm, "illness.natural.improvement_hazard", 10)
    set_value(calm, "illness.natural.relapse_hazard", 10)
    log = log_of(calm, "infusion")
    early = rows(log, Event.IMPROVED_NATURALLY)
    early = early[early["time"] < 100 * MINUTES_PER_DAY]
    assert len(early) > 100
    came_back = 0
    for row in early:
        screened = rows(log, Event.SCREENED, patient=int(row["patient"]))
        relapsed = rows(log, Event.RELAPSED, patient=int(row["patient"]))
        came_back += len(screened) > 0
        assert not len(screened) or screened["time"][0] > relapsed["time"][0]
    assert came_back > 50


def test_being_referred_to_what_nobody_takes_up_is_worth_as_much_as_usual_care(calm: Tree) -> None:
    set_value(calm, "illness.natural.improvement_hazard", 1)
    set_value(calm, "treatments.infusion.uptake.accepts", 0)
    calm["run"]["n_patients"] = 1_000
    tell = [
        [
            (int(row["patient"]), float(row["target"]), round(int(row["time"]) / MINUTES_PER_DAY))
            for row in rows(log_of(calm, strategy), Event.SCORE)
        ]
        for strategy in ("infusion", "usual_care")
    ]
    assert tell[0] == tell[1]


def test_the_score_returns_to_where_it_was_at_referral_after_a_relapse(calm: Tree) -> None:
    log = log_of(calm, "infusion")
    relapse = rows(log, Event.RELAPSED)[0]
    score = rows(log, Event.SCORE, patient=int(relapse["patient"]), time=int(relapse["time"]))[0]
    referred = rows(log, Event.REFERRED, patient=int(relapse["patient"]))[0]
    assert score["target"] == referred["value"]
    assert score["until"] - score["time"] == 28 * MINUTES_PER_DAY


def test_re_screening_after_a_deferral_is_a_screening_appointment(calm: Tree) -> None:
    everybody_has(calm, "hypertension", "defer")
    set_value(calm, "population.conditions.hypertension.resolves", 1)
    assert np.bincount(rows(log_of(calm, "infusion"), Event.SCREENED)["patient"]).tolist() == [2] * 200


def test_who_never_comes_is_discharged_after_the_most_misses(calm: Tree) -> None:
    set_value(calm, "care.session_no_show", 1)
    set_value(calm, "care.rebooks", 1)
    for treatment in calm["treatments"].values():
        treatment["effect"]["basis"] = "assessed"
    log = log_of(calm, "infusion")
    assert np.bincount(rows(log, Event.SESSION_MISSED)["patient"]).tolist() == [4] * 200
    assert set(rows(log, Event.DROPPED_OUT)["reason"]) == {Leaving.MISSED_SESSION}
    assert not len(rows(log, Event.SESSION))


@pytest.mark.parametrize(("interval", "ratio"), [(5.8, 0.5), (1.9, 0.9), (1, 1), (0.3, 1)])
def test_luck_suffices_for_the_shortest_intervals(calm: Tree, interval: float, ratio: float) -> None:
    infusion = calm["treatments"]["infusion"]
    infusion["durability"]["relapse_hazard"]["values"] = [0.0, 0.0]
    set_value(infusion, "maintenance.steps.1.interval", interval)
    set_value(
        prone_to_tolerance(calm, "shorter_interval"), "treatments.infusion.tolerance.interval_ratio", ratio
    )
    calm["run"]["n_patients"] = 20
    log = log_of(calm, "infusion")
    assert len(rows(log, Event.HORIZON)) == 20
    days = rows(log, Event.SESSION)
    assert np.diff(days[days["patient"] == days["patient"][-1]]["time"]).min() >= MINUTES_PER_DAY


def test_visits_without_resources_need_no_place(calm: Tree) -> None:
    calm["resources"] = {}
    for visit in (
        calm["care"]["screening"],
        *(treatment["session"] for treatment in calm["treatments"].values()),
    ):
        visit["needs"] = {}
    log = log_of(calm, "infusion")
    assert patients(rows(log, Event.COURSE_STARTED)) == set(range(200))
    assert not len(rows(log, Event.NO_PLACE))


def test_an_answer_to_tolerance_restores_whatever_dose_it_takes(calm: Tree) -> None:
    calm["run"]["n_patients"] = 1_000
    relapses = []
    for dose in (1.0, 1.0001):
        set_value(prone_to_tolerance(calm, "higher_dose"), "treatments.infusion.tolerance.dose_ratio", dose)
        relapses.append(len(rows(log_of(calm, "infusion"), Event.RELAPSED)))
    assert relapses[0] == relapses[1]


def test_a_stop_for_harm_tells_a_draw_below_the_chance_it_was_held_against(tiny_tree: Tree) -> None:
    harms = tiny_tree["treatments"]["infusion"]["harms"]
    set_value(harms["nausea"], "probability", 0.9)
    set_value(harms["nausea"], "stops", 0.1)
    harms["headache"] = harms["nausea"] | {"label": "headache"}
    for treatment in tiny_tree["treatments"].values():
        treatment["effect"]["basis"] = "assessed"
    stopped = rows(log_of(tiny_tree, "infusion"), Event.STOPPED_FOR_HARM)
    assert len(stopped) > 50
    assert (stopped["value"] < stopped["target"]).all()


def test_a_routed_and_deferred_patient_is_routed_once(calm: Tree) -> None:
    everybody_has(calm, "psychosis", "route")
    set_value(calm, "population.conditions.hypertension.prevalence", 1)
    calm["treatments"]["tablets"]["screening"] = {"hypertension": "defer"}
    calm["strategies"]["infusion"]["lines"][0]["route_to"] = "tablets"
    log = log_of(calm, "infusion")
    assert len(rows(log, Event.ROUTED)) == len(rows(log, Event.DEFERRED)) == 200


def test_a_response_to_too_few_sessions_fades_at_once_unless_it_is_maintained(calm: Tree) -> None:
    infusion = calm["treatments"]["infusion"]
    infusion["durability"]["holds_after"] = {
        "value": 3, "unit": "sessions", "range": [1, 6], "source": "assumption", "grade": "assumption",
    }  # fmt: skip
    set_value(infusion, "induction.sessions", 2)
    maintained = log_of(calm, "infusion")
    assert len(rows(maintained, Event.RELAPSED)) < len(rows(maintained, Event.MAINTENANCE_STARTED))
    infusion.pop("maintenance")
    log = log_of(calm, "infusion")
    first = rows(log, Event.ASSESSED, course=0)
    responded = first[first["reason"] >= Outcome.RESPONSE]
    relapsed = rows(log, Event.RELAPSED, course=0)
    assert len(responded) > 50
    assert sorted(zip(responded["patient"], responded["time"], strict=True)) == sorted(
        zip(relapsed["patient"], relapsed["time"], strict=True)
    )


def test_a_daily_drug_improves_in_a_straight_line_towards_the_next_visit(calm: Tree) -> None:
    tablets = calm["treatments"]["tablets"]
    tablets["effect"]["onset"] |= {"values": [0, 1.0], "at": [0, 15]}
    tablets["effect"]["onset_days"] = None
    calm["strategies"]["infusion"]["lines"] = [{"treatment": "tablets"}]
    log = log_of(calm, "infusion")
    first_session = rows(log, Event.SESSION, course=0, session=0)[0]
    patient = first_session["patient"]
    falls = [
        row
        for row in rows(log, Event.SCORE, course=0)
        if row["patient"] == patient and row["session"] and row["target"] != row["value"]
    ]
    assert [int(row["until"] - row["time"]) for row in falls[:4]] == [
        d * MINUTES_PER_DAY for d in (4, 4, 4, 3)
    ]
    drops = [float(row["value"] - row["target"]) for row in falls[:4]]
    assert drops[:3] == pytest.approx([drops[0]] * 3)
    assert drops[3] == pytest.approx(drops[0] * 3 / 4)


def test_the_fastest_patients_have_the_full_effect_after_the_first_session(calm: Tree) -> None:
    set_value(calm, "illness.improvement.speed_spread", 1)
    set_value(calm, "illness.improvement.across_courses", 0)
    log = log_of(calm, "infusion")
    first = rows(log, Event.SCORE, course=0, session=1)
    final = {int(row["patient"]): float(row["target"]) for row in rows(log, Event.SCORE, course=0, session=6)}
    falls = np.array([
        (row["value"] - row["target"]) / (row["value"] - final[int(row["patient"])])
        for row in first
        if int(row["patient"]) in final and row["value"] - final[int(row["patient"])] > 1
    ])  # fmt: skip
    onset = calm["treatments"]["infusion"]["effect"]["onset"]["values"][0]
    assert falls.min() == pytest.approx(onset, abs=0.03)
    assert falls.max() == pytest.approx(1, abs=0.03)


def test_what_a_study_calls_remission_changes_no_relapse(calm: Tree) -> None:
    calm["treatments"]["infusion"].pop("maintenance")
    set_value(calm, "illness.relapse.remitters", 0.3)
    relapses = rows(log_of(calm, "infusion"), Event.RELAPSED)
    set_value(calm, "illness.definitions.remission", 9)
    again = rows(log_of(calm, "infusion"), Event.RELAPSED)
    assert len(relapses) > 20
    assert relapses["time"].tolist() == again["time"].tolist()


def test_without_drugs_more_relapse_and_none_later(calm: Tree) -> None:
    calm["treatments"]["infusion"].pop("maintenance")
    calm["care"]["max_reinductions"] = 0
    usual = {int(row["patient"]): int(row["time"]) for row in rows(log_of(calm, "infusion"), Event.RELAPSED)}
    calm["care"]["continues_drugs"] = False
    drug_free = {
        int(row["patient"]): int(row["time"]) for row in rows(log_of(calm, "infusion"), Event.RELAPSED)
    }
    assert set(usual) < set(drug_free)
    assert all(drug_free[patient] < usual[patient] for patient in usual)


def test_luck_suffices_when_numbers_of_sessions_are_rounded_one_by_one(calm: Tree) -> None:
    infusion = calm["treatments"]["infusion"]
    set_value(infusion, "induction.sessions", 3.5)
    infusion["induction"]["extension_sessions"] = {
        "value": 3.5, "unit": "sessions", "range": [0, 6], "source": "assumption", "grade": "assumption",
    }  # fmt: skip
    infusion.pop("maintenance")
    set_value(calm, "illness.definitions.partial_response", 0)
    calm["care"]["max_reinductions"] = 0
    log = log_of(calm, "infusion")
    assert int(rows(log, Event.SESSION)["session"].max()) == 7
