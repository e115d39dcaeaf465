"""What happens while people wait: places given back, the waiting list, worsening, another pathway.

Most clinics here are staged: few patients, referred and fated as a test says, and one place a day. Days count
from 0; in these clinics nobody misses a visit, dies or leaves by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from as_shipped import scenarios_of
from builders import (
    ENDLESS,
    Tree,
    atom,
    curve,
    first_difference,
    log_of,
    rows,
    set_value,
    unlimited,
    without_chance_events,
)

from sim.domain.events import Event, Leaving
from sim.domain.scenario import Scenario
from sim.engine.clocks import COMPILED, SIMPY
from sim.engine.simulate import Replication, event_log, prepare
from sim.streams import purpose_of
from sim.units import DAYS_PER_MONTH, DAYS_PER_YEAR, MINUTES_PER_DAY

CROWD = [0] * 10
TENTH_A_DAY = 0.1 * DAYS_PER_MONTH
RESPONDS, RESPONDS_WELL, DOES_NOT = 0.6, 0.9, 0.0
MOST_ATTEMPTS = 40
PLANNED_VISITS = (
    Event.SCREENED,
    Event.SCREENING_MISSED,
    Event.SESSION,
    Event.SESSION_MISSED,
    Event.CANCELLED,
)
UNLIMITED_KINDS = ["as it is", "start_lead 0", "extension", "worsening", "cancels", "rules", "everything"]


@pytest.fixture
def calm(tiny_tree: Tree) -> Tree:
    """Return a tree of one line, an infusion; every visit but the infusion takes nothing from the books."""
    tree = unlimited(without_chance_events(tiny_tree))
    for name in ("referral_lead", "start_lead"):
        set_value(tree, f"care.{name}", 0)
    tree["care"]["screening"]["needs"] = {}
    for treatment in tree["treatments"].values():
        treatment["effect"] |= {"basis": "assessed", "onset": curve([1.0], "ratio")}
        set_value(treatment, "induction.sessions", 1)
    for key in ("maintenance", "tolerance"):
        tree["treatments"]["infusion"].pop(key)
    tree["treatments"]["tablets"]["session"]["needs"] = {}
    tree["strategies"]["infusion"]["lines"] = [{"treatment": "infusion"}]
    return tree


@pytest.fixture
def narrow(calm: Tree) -> Tree:
    """Return the same clinic with one infusion a day."""
    calm["resources"]["chairs"] |= {"units": 1, "open_minutes": [60] * 7}
    return calm


def staged(
    tree: Tree,
    referral_days: Sequence[float],
    *,
    severity: float | Sequence[float] = 30.0,
    improvement: float | Sequence[float] = DOES_NOT,
    patience_days: float | Sequence[float] = ENDLESS,
) -> Replication:
    """Return patients who are referred on given days and whose courses and patience are as given."""
    n = len(referral_days)
    tree["run"]["n_patients"] = n
    prepared = prepare(Scenario.model_validate(tree), 0)
    minutes = np.rint(np.array(referral_days) * MINUTES_PER_DAY).astype(np.int64)
    cohort = replace(
        prepared.cohort, referral_minutes=minutes, severity=np.broadcast_to(np.asarray(severity, float), n)
    )
    columns, fates = prepared.care.columns, prepared.luck.fates.copy()
    fates[:, columns.improvement : columns.natural_improvement] = by_patient(improvement, n)
    fates[:, columns.screening_patience : columns.acceptance] = by_patient(patience_days, n) * MINUTES_PER_DAY
    return replace(prepared, cohort=cohort, luck=replace(prepared.luck, fates=fates))


def by_patient(value: float | Sequence[float], n: int) -> Any:
    return np.broadcast_to(np.asarray(value, dtype=float), n)[:, None]


def cancels_once(prepared: Replication, visit: str, patient: int, attempt: int = 0) -> Replication:
    """Let one patient cancel one attempt at a kind of visit; everybody comes to all others."""
    for occurrence in range(MOST_ATTEMPTS):
        column = np.full(prepared.cohort.n_patients, 0.9)
        if occurrence == attempt:
            column[patient] = 0.1
        for name in ("no_show", "cancels"):
            prepared.draws.columns[purpose_of(f"{visit}/{name}"), occurrence] = column.data
    return prepared


def cancelling(tree: Tree, visit: str, notice_days: float) -> Tree:
    """Let half of all visits of a kind be missed, half of those cancelled ahead, and all be booked again."""
    tree["care"] |= {"cancels": atom(0.5, "probability"), "cancel_notice": atom(notice_days, "days")}
    set_value(tree, "care.rebooks", 1)
    set_value(tree, f"care.{visit}_no_show", 0.5)
    return tree


def listed(tree: Tree, *order: str, severe_from: float | None = None) -> Tree:
    tree["care"]["waiting_list"] = {"order": list(order)}
    if severe_from is not None:
        tree["care"]["waiting_list"]["severe_from"] = severe_from
    return tree


def worsening(tree: Tree) -> Tree:
    """Let the score rise by a tenth of a point on each day of waiting, and fall back at once."""
    tree["care"]["worsening"] = atom(TENTH_A_DAY, "MADRS points per month")
    set_value(tree, "illness.relapse.days", 0)
    return tree


def relapsing(tree: Tree, treatment: str) -> Tree:
    """Let who responds to a treatment relapse when assessed, three days after the last session."""
    set_value(tree["treatments"][treatment], "induction.assessment_lag", 3)
    tree["treatments"][treatment]["durability"]["holds_after"] = atom(9, "sessions")
    set_value(tree, "care.relapse_noticed", 1)
    return tree


def maintained_every_four_days(tree: Tree) -> Tree:
    infusion = tree["treatments"]["infusion"]
    set_value(infusion, "induction.assessment_lag", 3)
    infusion["durability"]["relapse_hazard"]["values"] = [0.0, 0.0]
    infusion["maintenance"] = {
        "steps": [{"interval": atom(4, "days")}],
        "protects_responders": atom(1, "ratio"),
        "protects_remitters": atom(1, "ratio"),
    }
    return tree


def log_of_stage(prepared: Replication) -> np.ndarray:
    return event_log(prepared, "infusion")


def when(log: np.ndarray, event: Event, **equal: int) -> list[tuple[int, float]]:
    """Return patient and day of the rows of one event, in order of time."""
    return [(int(row["patient"]), float(row["time"] / MINUTES_PER_DAY)) for row in rows(log, event, **equal)]


def who(log: np.ndarray, event: Event, first: int, **equal: int) -> list[int]:
    return rows(log, event, **equal)["patient"][:first].tolist()


def treatment_number(tree: Tree, key: str) -> int:
    return list(tree["treatments"]).index(key)


def score_at_start(log: np.ndarray, course: int = 0) -> float:
    """Return the score from which the first session of a course starts."""
    (started,) = rows(log, Event.COURSE_STARTED, course=course, patient=0)
    return float(rows(log, Event.SCORE, patient=0, time=int(started["time"]))["value"][-1])


# Cancelled ahead: the place is free again.


def test_a_place_cancelled_ahead_goes_to_a_later_referral(narrow: Tree) -> None:
    prepared = staged(cancelling(narrow, "session", 2), [0, 0, 0, 0, 0, 0, 4])
    log = log_of_stage(cancels_once(prepared, "session", patient=5))
    assert when(log, Event.SESSION) == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (6, 5), (5, 6)]


def test_a_screening_cancelled_ahead_goes_to_a_later_referral(narrow: Tree) -> None:
    narrow["care"]["screening"]["needs"] = {"chairs": atom(60, "minutes")}
    set_value(narrow, "treatments.infusion.uptake.accepts", 0)
    prepared = staged(cancelling(narrow, "screening", 2), [0, 0, 0, 0, 0, 0, 4])
    log = log_of_stage(cancels_once(prepared, "screening", patient=5))
    assert when(log, Event.SCREENED) == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (6, 5), (5, 6)]


def test_the_row_of_a_cancellation_counts_whole_days_to_the_cancelled_day(narrow: Tree) -> None:
    prepared = staged(cancelling(narrow, "session", 2), [0] * 6)
    log = log_of_stage(cancels_once(prepared, "session", patient=5))
    (cancelled,) = rows(log, Event.CANCELLED)
    assert (cancelled["time"], cancelled["reason"]) == (3 * MINUTES_PER_DAY, 2)


def test_who_cancels_with_less_time_than_the_notice_cancels_at_once(narrow: Tree) -> None:
    prepared = staged(cancelling(narrow, "session", 20), [0] * 6)
    log = log_of_stage(cancels_once(prepared, "session", patient=5))
    (cancelled,) = rows(log, Event.CANCELLED)
    assert (cancelled["time"], cancelled["reason"]) == (0, 5)


def test_a_cancelled_screening_is_told_by_a_row_without_treatment(narrow: Tree) -> None:
    prepared = staged(cancelling(narrow, "screening", 2), [0])
    (cancelled,) = rows(log_of_stage(cancels_once(prepared, "screening", patient=0)), Event.CANCELLED)
    assert cancelled["treatment"] == -1


def test_a_place_missed_without_a_word_is_lost(narrow: Tree) -> None:
    prepared = staged(cancelling(narrow, "session", 2), [0, 0, 0, 0, 0, 0, 4])
    prepared = cancels_once(prepared, "session", patient=5)
    prepared.draws.columns[purpose_of("session/cancels"), 0] = np.full(7, 0.9).data
    log = log_of_stage(prepared)
    assert when(log, Event.SESSION_MISSED) == [(5, 5)]
    assert when(log, Event.SESSION)[5:] == [(6, 6), (5, 7)]


@pytest.mark.parametrize("notice_days", [0, 1, 2, 60])
def test_who_cancels_with_room_everywhere_comes_the_day_after_the_cancelled_day(
    calm: Tree, notice_days: float
) -> None:
    set_value(calm, "care.start_lead", 5)
    prepared = staged(cancelling(calm, "session", notice_days), [0])
    log = log_of_stage(cancels_once(prepared, "session", patient=0))
    assert when(log, Event.SESSION) == [(0, 6)]


def next_day(log: np.ndarray, place: int) -> np.ndarray:
    """Return the days from a cancelled day to the next visits of that kind: held, missed or cancelled."""
    cancelled, later = log[place], log[place + 1 :]
    is_same_kind = (later["patient"] == cancelled["patient"]) & (later["treatment"] == cancelled["treatment"])
    own = later[is_same_kind & np.isin(later["event"], PLANNED_VISITS)]
    days_ahead = np.where(own["event"] == Event.CANCELLED, own["reason"], 0)
    return (
        own["time"] // MINUTES_PER_DAY
        + days_ahead
        - cancelled["time"] // MINUTES_PER_DAY
        - cancelled["reason"]
    )


@pytest.mark.parametrize("notice_days", [0, 3, 20])
@pytest.mark.parametrize("waiting_list", [None, {}])
def test_nobody_comes_on_or_before_the_day_they_cancelled(
    tiny_tree: Tree, notice_days: float, waiting_list: Tree | None
) -> None:
    for visit in ("screening", "session"):
        cancelling(tiny_tree, visit, notice_days)
    tiny_tree["care"]["waiting_list"] = waiting_list
    log = log_of(tiny_tree, "infusion")
    days_after = [
        int(day) for place in np.flatnonzero(log["event"] == Event.CANCELLED) for day in next_day(log, place)
    ]
    assert len(days_after) > 100
    assert min(days_after) > 0


def test_cancelled_visits_use_no_minutes_so_that_the_clinic_is_as_full_as_its_books(narrow: Tree) -> None:
    prepared = staged(cancelling(narrow, "session", 1), [0, 0, 0, 0, 2])
    log = log_of_stage(cancels_once(prepared, "session", patient=3))
    days = sorted(day for _, day in when(log, Event.SESSION))
    assert days == [0, 1, 2, 3, 4]


def test_who_cancels_when_called_leaves_the_place_to_the_next_on_the_list(narrow: Tree) -> None:
    prepared = staged(listed(cancelling(narrow, "session", 2)), [0, 0, 0])
    log = log_of_stage(cancels_once(prepared, "session", patient=1))
    assert when(log, Event.SESSION) == [(0, 0), (2, 1), (1, 2)]


def test_who_cancels_when_called_cancels_on_the_day_itself(narrow: Tree) -> None:
    prepared = staged(listed(cancelling(narrow, "session", 2)), [0, 0, 0])
    (cancelled,) = rows(log_of_stage(cancels_once(prepared, "session", patient=1)), Event.CANCELLED)
    assert (cancelled["time"], cancelled["reason"]) == (MINUTES_PER_DAY, 0)


# A waiting list.


def without_limits(tree: Tree) -> Tree:
    """Give every resource as many units as anybody may want; it stays closed on weekends."""
    for resource in tree["resources"].values():
        resource.pop("units", None)
        resource.pop("changes", None)
    return tree


def of_kind(tree: Tree, kind: str) -> Tree:
    """Return a clinic without limits in which one more thing goes on."""
    without_limits(tree)["resources"]["chairs"]["closures"] = [{"from_day": 30, "until_day": 44}]
    if kind in {"start_lead 0", "everything"}:
        set_value(tree, "care.start_lead", 0)
        set_value(tree, "care.referral_lead", 0)
    if kind in {"extension", "everything"}:
        for treatment in tree["treatments"].values():
            treatment["induction"]["extension_sessions"] = atom(2, "sessions")
    if kind in {"worsening", "everything"}:
        tree["care"]["worsening"] = atom(5, "MADRS points per month")
    if kind in {"cancels", "everything"}:
        tree["care"] |= {"cancels": atom(0.5, "probability"), "cancel_notice": atom(0, "days")}
        set_value(tree, "care.session_no_show", 0.3)
    return tree


@pytest.mark.parametrize("strategy", ["tablets", "infusion"])
@pytest.mark.parametrize("kind", UNLIMITED_KINDS)
@pytest.mark.parametrize("arrivals", [None, [{"from_day": 0, "per_week": 20}]])
def test_with_room_for_all_a_waiting_list_changes_nothing(
    tiny_tree: Tree, kind: str, strategy: str, arrivals: list[Tree] | None
) -> None:
    tree = of_kind(tiny_tree, kind)
    tree["population"]["arrivals"] = arrivals
    booked_ahead = log_of(tree, strategy)
    if kind in {"rules", "everything"}:
        listed(tree, "severity", "maintenance", "reinduction", severe_from=33)
    else:
        listed(tree)
    assert first_difference(log_of(tree, strategy), booked_ahead) == ""


@pytest.mark.parametrize("name", ["small_clinic", "while_waiting"])
def test_with_room_for_all_a_waiting_list_changes_nothing_in_a_shipped_clinic(name: str) -> None:
    tree = without_limits(scenarios_of(name)[0].model_dump(mode="json", exclude_none=True))
    tree["run"]["n_patients"] = 60
    scenarios = [Scenario.model_validate(tree), Scenario.model_validate(listed(tree))]
    booked_ahead, called = (prepare(scenario, 0) for scenario in scenarios)
    differences = {
        strategy: first_difference(event_log(called, strategy), event_log(booked_ahead, strategy))
        for strategy in tree["strategies"]
    }
    assert set(differences.values()) == {""}


def test_who_is_due_first_is_called_first(narrow: Tree) -> None:
    log = log_of_stage(staged(listed(narrow), [0, 0, 0, 2, 1]))
    assert who(log, Event.SESSION, 5) == [0, 1, 2, 4, 3]


def test_without_rules_maintenance_waits_behind_those_who_wait_longer(narrow: Tree) -> None:
    tree = listed(maintained_every_four_days(narrow))
    log = log_of_stage(staged(tree, CROWD, improvement=[RESPONDS_WELL] + [DOES_NOT] * 9))
    assert who(log, Event.SESSION, 11) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]


def test_maintenance_is_called_before_a_new_start_when_the_clinic_says_so(narrow: Tree) -> None:
    tree = listed(maintained_every_four_days(narrow), "maintenance")
    log = log_of_stage(staged(tree, CROWD, improvement=[RESPONDS_WELL] + [DOES_NOT] * 9))
    assert who(log, Event.SESSION, 11) == [0, 1, 2, 3, 0, 4, 5, 6, 0, 7, 8]


def test_without_rules_a_re_induction_waits_behind_those_who_wait_longer(narrow: Tree) -> None:
    tree = listed(relapsing(narrow, "infusion"))
    log = log_of_stage(staged(tree, CROWD, improvement=[RESPONDS] + [DOES_NOT] * 9))
    assert who(log, Event.SESSION, 11) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]


def test_a_re_induction_is_called_before_a_new_start_when_the_clinic_says_so(narrow: Tree) -> None:
    # Decided on day 4 after the morning's calls, so called on day 5.
    tree = listed(relapsing(narrow, "infusion"), "reinduction")
    log = log_of_stage(staged(tree, CROWD, improvement=[RESPONDS] + [DOES_NOT] * 9))
    assert who(log, Event.SESSION, 11) == [0, 1, 2, 3, 4, 0, 5, 6, 7, 8, 9]


def test_without_rules_the_severely_ill_wait_their_turn(narrow: Tree) -> None:
    log = log_of_stage(staged(listed(narrow), [0] * 4, severity=[30, 30, 30, 40]))
    assert who(log, Event.SESSION, 4) == [0, 1, 2, 3]


def test_the_severely_ill_are_called_first_when_the_clinic_says_so(narrow: Tree) -> None:
    tree = listed(narrow, "severity", severe_from=40)
    log = log_of_stage(staged(tree, [0] * 4, severity=[30, 30, 30, 40]))
    assert who(log, Event.SESSION, 4) == [0, 3, 1, 2]


def test_among_the_severely_ill_the_longest_wait_counts_not_the_higher_score(narrow: Tree) -> None:
    tree = listed(narrow, "severity", severe_from=40)
    log = log_of_stage(staged(tree, [0, 0, 0, 2, 1], severity=[30, 30, 41, 50, 41]))
    assert who(log, Event.SESSION, 5) == [0, 2, 4, 3, 1]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (("maintenance", "severity"), [0, 1, 2, 3, 0, 4, 5]),
        (("severity", "maintenance"), [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_an_earlier_rule_counts_more(narrow: Tree, order: tuple[str, str], expected: list[int]) -> None:
    tree = listed(maintained_every_four_days(narrow), *order, severe_from=40)
    improvement = [RESPONDS_WELL] + [DOES_NOT] * 9
    log = log_of_stage(staged(tree, CROWD, severity=40, improvement=improvement))
    assert who(log, Event.SESSION, 7) == expected


def test_who_meets_two_rules_is_called_before_who_meets_the_first_alone(narrow: Tree) -> None:
    tree = listed(relapsing(narrow, "infusion"), "severity", "reinduction", severe_from=40)
    log = log_of_stage(staged(tree, CROWD, severity=40, improvement=[RESPONDS] + [DOES_NOT] * 9))
    # The relapse takes 28 days, so that on day 4 the score is low and the first rule is not met.
    assert who(log, Event.SESSION, 7) == [0, 1, 2, 3, 4, 5, 6]
    set_value(tree, "illness.relapse.days", 0)
    log = log_of_stage(staged(tree, CROWD, severity=40, improvement=[RESPONDS] + [DOES_NOT] * 9))
    assert who(log, Event.SESSION, 7) == [0, 1, 2, 3, 4, 0, 5]


def test_who_gives_up_is_off_the_list_and_the_next_is_called(narrow: Tree) -> None:
    log = log_of_stage(staged(listed(narrow), [0] * 4, patience_days=[9, 9, 1.5, 9]))
    assert when(log, Event.SESSION) == [(0, 0), (1, 1), (3, 2)]


def test_who_gives_up_on_the_list_does_so_when_patience_ends(narrow: Tree) -> None:
    log = log_of_stage(staged(listed(narrow), [0] * 4, patience_days=[9, 9, 1.5, 9]))
    assert when(log, Event.DROPPED_OUT, reason=Leaving.WAITING_FOR_TREATMENT) == [(2, 1.5)]


def test_a_place_given_back_after_the_calls_is_lost_for_those_on_the_list(narrow: Tree) -> None:
    # Patient 5 is called on the morning of day 5, when their follow-up ends; patient 6 is on the list.
    narrow["horizon_years"] = 5 / DAYS_PER_YEAR
    log = log_of_stage(staged(listed(narrow), [0, 0, 0, 0, 0, 0, 2]))
    assert (5, 5) in when(log, Event.HORIZON)
    assert when(log, Event.SESSION)[4:] == [(4, 4), (6, 6)]


@pytest.mark.parametrize("closed", ["closures", "holidays", "weekend"])
def test_nobody_is_called_on_a_closed_day(narrow: Tree, closed: str) -> None:
    days = [{"from_day": 2, "until_day": 4}]
    if closed == "closures":
        narrow["resources"]["chairs"]["closures"] = days
    elif closed == "holidays":
        narrow["care"]["holidays"] = days
    else:
        narrow["resources"]["chairs"]["open_minutes"] = [60, 60, 0, 0, 60, 60, 60]
    log = log_of_stage(staged(listed(narrow), [0] * 5))
    assert [day for _, day in when(log, Event.SESSION)] == [0, 1, 4, 5, 6]


def test_those_who_need_something_else_do_not_wait_behind_those_whose_day_is_full(narrow: Tree) -> None:
    narrow["resources"]["rooms"] = dict(narrow["resources"]["chairs"])
    narrow["care"]["screening"]["needs"] = {"rooms": atom(30, "minutes")}
    log = log_of_stage(staged(listed(narrow), [0] * 6))
    assert when(log, Event.SCREENED) == [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (5, 2)]
    assert when(log, Event.SESSION) == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]


# Waiting makes worse.


def test_the_score_rises_while_waiting_for_screening(calm: Tree) -> None:
    set_value(calm, "care.referral_lead", 50)
    assert score_at_start(log_of_stage(staged(worsening(calm), [0]))) == pytest.approx(35, abs=1e-3)


def test_the_score_rises_while_waiting_for_treatment(calm: Tree) -> None:
    set_value(calm, "care.start_lead", 50)
    assert score_at_start(log_of_stage(staged(worsening(calm), [0]))) == pytest.approx(35, abs=1e-3)


def test_the_score_rises_without_a_break_while_waiting_for_one_thing_after_the_other(calm: Tree) -> None:
    set_value(calm, "care.referral_lead", 50)
    set_value(calm, "care.start_lead", 20)
    assert score_at_start(log_of_stage(staged(worsening(calm), [0]))) == pytest.approx(37, abs=1e-3)


def with_a_second_line(tree: Tree, approval_days: float) -> Tree:
    """Add tablets that must be approved, after an infusion that is judged three days after it."""
    set_value(tree["treatments"]["infusion"], "induction.assessment_lag", 3)
    tree["treatments"]["tablets"]["uptake"] |= {
        "approval": atom(1, "probability"),
        "approval_days": atom(approval_days, "days"),
    }
    tree["strategies"]["infusion"]["lines"] = [{"treatment": "infusion"}, {"treatment": "tablets"}]
    return tree


def test_the_score_rises_while_waiting_for_the_next_line(calm: Tree) -> None:
    tree = with_a_second_line(worsening(calm), approval_days=50)
    assert score_at_start(log_of_stage(staged(tree, [0])), course=1) == pytest.approx(35, abs=1e-3)


def test_the_score_begins_to_rise_when_it_has_come_back_from_a_course_that_failed(calm: Tree) -> None:
    tree = with_a_second_line(worsening(calm), approval_days=50)
    set_value(tree, "illness.relapse.days", 10)
    log = log_of_stage(staged(tree, [0], improvement=0.2))
    assert score_at_start(log, course=1) == pytest.approx(34, abs=1e-3)


def test_the_score_also_rises_when_it_has_come_back_on_the_eve_of_joining_the_list(calm: Tree) -> None:
    # All are due on day 13, one room a day; the score is back a minute before.
    tree = listed(with_a_second_line(worsening(calm), approval_days=10))
    set_value(tree, "illness.relapse.days", 10 - 1 / MINUTES_PER_DAY)
    tree["resources"]["rooms"] = tree["resources"]["chairs"] | {"units": 1, "open_minutes": [60] * 7}
    tree["treatments"]["tablets"]["session"]["needs"] = {"rooms": atom(60, "minutes")}
    log = log_of_stage(staged(tree, [0] * 21, improvement=[0.2] * 21))
    (started,) = rows(log, Event.COURSE_STARTED, course=1, patient=20)
    assert started["time"] == 33 * MINUTES_PER_DAY
    scores = rows(log, Event.SCORE, patient=20, time=int(started["time"]))
    assert scores["value"][-1] == pytest.approx(32, abs=1e-2)


def test_the_score_rises_while_waiting_for_a_re_induction_but_not_before_it_is_decided(calm: Tree) -> None:
    # Treated on day 50 at 35 points, relapsed on day 53, decided on day 54, treated again on day 104.
    tree = relapsing(worsening(calm), "infusion")
    set_value(tree, "care.start_lead", 50)
    log = log_of_stage(staged(tree, [0], improvement=RESPONDS))
    assert score_at_start(log, course=1) == pytest.approx(40, abs=1e-3)


def improving_and_relapsing(tree: Tree, relapse_days: float) -> np.ndarray:
    """Let a patient who waits improve untreated on day 10, relapse on day 30, and be seen on day 95."""
    set_value(tree, "care.referral_lead", 25)
    set_value(tree, "care.relapse_noticed", 14)
    for name in ("improvement_hazard", "relapse_hazard"):
        set_value(tree, f"illness.natural.{name}", 0.1 * DAYS_PER_YEAR)
    set_value(tree, "illness.natural.improvement_days", 0)
    set_value(tree, "illness.relapse.days", relapse_days)
    tree["care"]["screening"]["needs"] = {"rooms": atom(60, "minutes")}
    tree["resources"]["rooms"] = tree["resources"]["chairs"] | {
        "closures": [{"from_day": 20, "until_day": 95}]
    }
    prepared = staged(tree, [0])
    columns, fates = prepared.care.columns, prepared.luck.fates
    fates[:, columns.natural_threshold : columns.relapse_threshold] = 1e9
    fates[:, columns.relapse_threshold] = 2.0
    luck = replace(prepared.luck, fates=fates, first_natural_threshold=np.array([1.0]))
    return log_of_stage(replace(prepared, luck=luck))


@pytest.mark.parametrize(
    ("relapse_days", "expected"),
    [pytest.param(0, 31 + 5.1, id="noticed last"), pytest.param(20, 31 + 4.5, id="back last")],
)
def test_after_an_untreated_relapse_the_score_rises_once_it_is_noticed_and_the_score_is_back(
    calm: Tree, relapse_days: float, expected: float
) -> None:
    log = improving_and_relapsing(worsening(calm), relapse_days)
    assert score_at_start(log) == pytest.approx(expected, abs=1e-2)


def test_no_score_rises_above_60(calm: Tree) -> None:
    set_value(calm, "care.referral_lead", 50)
    log = log_of_stage(staged(worsening(calm), [0], severity=59))
    assert score_at_start(log) == 60
    assert max(rows(log, Event.SCORE)["value"].max(), rows(log, Event.SCORE)["target"].max()) == 60


def test_no_score_rises_above_60_by_rounding(tiny_tree: Tree) -> None:
    tiny_tree["care"]["worsening"] = atom(7.3, "MADRS points per month")
    tiny_tree["resources"]["chairs"]["units"] = 0.5
    scores = rows(log_of(tiny_tree, "infusion"), Event.SCORE)
    assert max(scores["value"].max(), scores["target"].max()) == 60


def test_response_is_counted_against_the_risen_score(calm: Tree) -> None:
    set_value(calm, "care.referral_lead", 50)
    log = log_of_stage(staged(worsening(calm), [0], improvement=RESPONDS))
    assessed = rows(log, Event.ASSESSED)[0]
    assert (assessed["value"], assessed["target"]) == (pytest.approx(14, abs=1e-3), pytest.approx(RESPONDS))


def test_nobody_in_a_course_gets_worse(calm: Tree) -> None:
    set_value(calm, "care.referral_lead", 50)
    set_value(calm, "treatments.infusion.induction.sessions", 4)
    set_value(calm, "treatments.infusion.induction.interval", 30)
    log = log_of_stage(staged(worsening(calm), [0]))
    of_course = rows(log, Event.SCORE, treatment=treatment_number(calm, "infusion"), course=0)
    while_treated = of_course[of_course["time"] >= rows(log, Event.COURSE_STARTED)["time"][0]]
    assert while_treated["value"].tolist() == pytest.approx([35] * len(while_treated), abs=1e-3)
    assert len(while_treated) >= 4


def test_nobody_who_responds_gets_worse(calm: Tree) -> None:
    log = log_of_stage(staged(maintained_every_four_days(worsening(calm)), [0], improvement=RESPONDS))
    assert len(rows(log, Event.SESSION)) > 50
    assert rows(log, Event.SCORE)["time"].max() == 0


def test_nobody_without_a_visit_to_wait_for_gets_worse(calm: Tree) -> None:
    set_value(calm, "treatments.infusion.uptake.accepts", 0)
    log = log_of_stage(staged(worsening(calm), [0]))
    assert rows(log, Event.SCORE)["target"].tolist()[-1] == 30


def test_the_score_stays_where_the_wait_left_it_once_the_patient_has_given_up(narrow: Tree) -> None:
    log = log_of_stage(staged(worsening(narrow), [0] * 40, patience_days=[99] * 39 + [20]))
    last = rows(log, Event.SCORE, patient=39)[-1]
    assert (last["time"], last["target"]) == (20 * MINUTES_PER_DAY, pytest.approx(32, abs=1e-3))


def test_who_waits_on_a_list_gets_worse_as_who_is_booked_ahead(narrow: Tree) -> None:
    tree = worsening(narrow)
    booked, called = (
        rows(log_of_stage(staged(chosen(tree), [0] * 30)), Event.SCORE) for chosen in (lambda t: t, listed)
    )
    assert booked["value"].tolist() == called["value"].tolist()


# Another pathway instead of waiting.


def with_tablets_instead(tree: Tree) -> Tree:
    tree["strategies"]["infusion"]["lines"][0]["instead_of_waiting"] = "tablets"
    return tree


def test_who_gives_up_waiting_for_a_first_session_begins_the_other_treatment(narrow: Tree) -> None:
    tree = with_tablets_instead(narrow)
    log = log_of_stage(staged(tree, [0] * 4, patience_days=[9, 9, 1.5, 9]))
    tablets = treatment_number(tree, "tablets")
    assert when(log, Event.CHANGED_PATHWAY, treatment=tablets) == [(2, 1.5)]
    assert when(log, Event.SESSION, treatment=tablets) == [(2, 2)]


def test_the_row_of_another_pathway_holds_the_days_waited(narrow: Tree) -> None:
    log = log_of_stage(staged(with_tablets_instead(narrow), [0] * 4, patience_days=[9, 9, 1.5, 9]))
    (changed,) = rows(log, Event.CHANGED_PATHWAY)
    assert (changed["value"], changed["target"]) == (1.5, 1.5)


def test_who_takes_another_pathway_gives_the_place_back(narrow: Tree) -> None:
    tree = with_tablets_instead(narrow)
    log = log_of_stage(staged(tree, [0, 0, 0, 0, 2], patience_days=[9, 9, 9, 1.5, 9]))
    infusion = treatment_number(tree, "infusion")
    assert when(log, Event.SESSION, treatment=infusion) == [(0, 0), (1, 1), (2, 2), (4, 3)]


def again_then_instead(tree: Tree) -> np.ndarray:
    """Let patient 0 relapse, wait for infusions again in vain, and take tablets from day 6 on."""
    relapsing(with_tablets_instead(tree), "infusion")
    relapsing(tree, "tablets")
    tablets = tree["treatments"]["tablets"]
    tablets["effect"]["onset"] = curve([0.5, 1.0], "ratio")
    set_value(tablets, "induction.sessions", 2)
    tablets["harms"] = {"shock": harm_of_first_session()}
    improvement, patience = [RESPONDS] + [DOES_NOT] * 9, [2] + [99] * 9
    log = log_of_stage(staged(tree, CROWD, improvement=improvement, patience_days=patience))
    assert when(log, Event.CHANGED_PATHWAY) == [(0, 6)]
    return log


def harm_of_first_session() -> Tree:
    return {
        "label": "shock",
        "probability": atom(1, "probability"),
        "period": "session",
        "fade": atom(0, "ratio"),
        "days": atom(1, "days"),
        "disutility": atom(0, "utility"),
        "cost": atom(0, "USD") | {"price_year": 2025},
        "stops": atom(0, "probability"),
        "asked": True,
    }


def test_the_first_session_of_the_other_treatment_has_the_harms_of_a_first_session(narrow: Tree) -> None:
    log = again_then_instead(narrow)
    tablets = treatment_number(narrow, "tablets")
    assert rows(log, Event.SESSION, treatment=tablets)["reason"].tolist()[:2] == [1, 0]


def test_re_inductions_of_the_other_treatment_are_counted_anew(narrow: Tree) -> None:
    log = again_then_instead(narrow)
    again = rows(log, Event.REINDUCTION)
    infusion, tablets = (treatment_number(narrow, key) for key in ("infusion", "tablets"))
    assert again[["treatment", "reason"]].tolist() == [(infusion, 1), (tablets, 1)]


def asked_twice(tree: Tree) -> np.ndarray:
    """Return what 200 patients say who all lose patience within a day, one of them treated."""
    with_tablets_instead(tree)
    return log_of_stage(staged(tree, [0] * 200, patience_days=0.5))


def test_taking_up_the_other_treatment_is_a_decision_of_its_own(narrow: Tree) -> None:
    # With the draw of the infusion all who accepted that would accept tablets.
    for treatment in narrow["treatments"].values():
        set_value(treatment, "uptake.accepts", 0.5)
    log = asked_twice(narrow)
    declined = rows(log, Event.DECLINED, treatment=treatment_number(narrow, "tablets"))
    assert 30 < len(declined) < 70
    assert (declined["value"] >= 0.5).all()


def test_approval_of_the_other_treatment_is_a_decision_of_its_own(narrow: Tree) -> None:
    for treatment in narrow["treatments"].values():
        treatment["uptake"] |= {"approval": atom(0.5, "probability"), "approval_days": atom(0, "days")}
    log = asked_twice(narrow)
    assert 30 < len(rows(log, Event.NOT_APPROVED, treatment=treatment_number(narrow, "tablets"))) < 70


def test_who_declines_the_other_treatment_leaves(narrow: Tree) -> None:
    set_value(narrow, "treatments.tablets.uptake.accepts", 0)
    log = asked_twice(narrow)
    left = rows(log, Event.DROPPED_OUT, reason=Leaving.WAITING_FOR_TREATMENT)
    assert set(left["patient"].tolist()) == set(range(1, 200))


def with_pending_hypertension(tree: Tree) -> Tree:
    set_value(tree, "population.conditions.hypertension.prevalence", 1)
    set_value(tree, "population.conditions.hypertension.resolves", 1)
    for treatment in tree["treatments"].values():
        treatment["screening"] = {}
    tree["treatments"]["tablets"]["screening"] = {"hypertension": "defer"}
    return tree


def test_who_would_have_to_be_deferred_may_not_take_the_other_treatment(narrow: Tree) -> None:
    log = asked_twice(with_pending_hypertension(narrow))
    refused = rows(log, Event.INELIGIBLE, treatment=treatment_number(narrow, "tablets"))
    assert refused["patient"].tolist() == list(range(1, 200))


def test_nobody_is_deferred_for_the_other_treatment(narrow: Tree) -> None:
    log = asked_twice(with_pending_hypertension(narrow))
    assert not len(rows(log, Event.DEFERRED))


def test_who_may_not_take_the_other_treatment_leaves(narrow: Tree) -> None:
    log = asked_twice(with_pending_hypertension(narrow))
    left = rows(log, Event.DROPPED_OUT, reason=Leaving.WAITING_FOR_TREATMENT)
    assert left["patient"].tolist() == rows(log, Event.USUAL_CARE)["patient"].tolist()[:199]
    assert len(left) == 199


def test_who_was_routed_to_the_other_treatment_and_waits_for_it_leaves(narrow: Tree) -> None:
    set_value(narrow, "population.conditions.psychosis.prevalence", 1)
    for treatment in narrow["treatments"].values():
        treatment["screening"] = {}
    narrow["treatments"]["infusion"]["screening"] = {"psychosis": "route"}
    narrow["treatments"]["tablets"]["session"]["needs"] = {"chairs": atom(60, "minutes")}
    narrow["strategies"]["infusion"]["lines"][0]["route_to"] = "tablets"
    log = asked_twice(narrow)
    assert len(rows(log, Event.CHANGED_PATHWAY)) == 0
    assert len(rows(log, Event.DROPPED_OUT, reason=Leaving.WAITING_FOR_TREATMENT)) == 199


def test_who_also_waits_in_vain_for_the_other_treatment_leaves(narrow: Tree) -> None:
    narrow["resources"]["rooms"] = dict(narrow["resources"]["chairs"])
    narrow["treatments"]["tablets"]["session"]["needs"] = {"rooms": atom(60, "minutes")}
    with_tablets_instead(narrow)
    log = log_of_stage(staged(narrow, [0] * 4, patience_days=0.5))
    assert when(log, Event.CHANGED_PATHWAY) == [(1, 0.5), (2, 0.5), (3, 0.5)]
    assert when(log, Event.SESSION) == [(0, 0), (1, 1)]
    assert when(log, Event.DROPPED_OUT) == [(2, 1.5), (3, 1.5)]


def test_who_gives_up_waiting_for_a_further_session_is_offered_nothing_else(narrow: Tree) -> None:
    set_value(narrow, "treatments.infusion.induction.sessions", 2)
    set_value(narrow, "treatments.infusion.induction.interval", 1)
    log = log_of_stage(staged(with_tablets_instead(narrow), CROWD, patience_days=[99, 3] + [99] * 8))
    left = when(log, Event.DROPPED_OUT, reason=Leaving.WAITING_FOR_SESSION)
    assert (when(log, Event.SESSION, patient=1), left) == ([(1, 2)], [(1, 6)])
    assert not len(rows(log, Event.CHANGED_PATHWAY))


# Both clocks.


def with_everything(tree: Tree, waiting_list: Tree | None) -> Tree:
    """Return a clinic that is too small, in which all that this module tells of happens."""
    for visit in ("screening", "session"):
        cancelling(tree, visit, 3)
        set_value(tree, f"care.{visit}_no_show", 0.2)
    tree["care"] |= {"worsening": atom(4, "MADRS points per month"), "waiting_list": waiting_list}
    tree["care"]["holidays"] = [{"from_day": 20, "until_day": 24}]
    set_value(tree, "care.patience", 20)
    tree["population"]["arrivals"] = [{"from_day": 0, "per_week": 15}]
    tree["strategies"]["infusion"]["lines"][0]["instead_of_waiting"] = "tablets"
    tree["treatments"]["tablets"]["screening"] = {"hypertension": "defer"}
    tree["resources"]["chairs"]["units"] = 1
    return tree


@pytest.mark.usefixtures("compiled_clock")
@pytest.mark.parametrize(
    "waiting_list",
    [None, {}, {"order": ["severity", "reinduction", "maintenance"], "severe_from": 35}],
    ids=["booked ahead", "longest wait", "by rules"],
)
def test_both_clocks_tell_the_same_of_a_clinic_in_which_all_of_this_happens(
    tiny_tree: Tree, waiting_list: Tree | None
) -> None:
    prepared = prepare(Scenario.model_validate(with_everything(tiny_tree, waiting_list)), 0)
    by_simpy, compiled = (event_log(prepared, "infusion", clock) for clock in (SIMPY, COMPILED))
    assert by_simpy.tobytes() == compiled.tobytes()


@pytest.mark.parametrize("waiting_list", [None, {}])
def test_all_of_this_happens_in_the_clinic_both_clocks_tell_of(
    tiny_tree: Tree, waiting_list: Tree | None
) -> None:
    log = log_of(with_everything(tiny_tree, waiting_list), "infusion")
    told = (Event.CANCELLED, Event.CHANGED_PATHWAY, Event.REINDUCTION, Event.MAINTENANCE_STARTED)
    assert min(len(rows(log, event)) for event in told) > 3
    assert (rows(log, Event.SCORE)["target"] == 60).sum() > 100
    assert len(rows(log, Event.DROPPED_OUT, reason=Leaving.WAITING_FOR_TREATMENT)) > 3
