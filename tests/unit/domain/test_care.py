"""The rules of the programme: watching together, waiting lists, holidays, giving up for something else."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sim.domain.clinic import Visit
from sim.domain.scenario import Scenario

Tree = dict[str, Any]
ASSUMED = {"source": "assumption", "grade": "assumption"}


def atom(value: float, unit: str) -> Tree:
    return {"value": value, "unit": unit, "range": [value, value], **ASSUMED}


def visit(*, alone: dict[str, float], watched: float, patients: float) -> Visit:
    shared = {"minutes": atom(watched, "minutes"), "patients_per_unit": atom(patients, "ratio")}
    return Visit.model_validate(
        {
            "needs": {name: atom(minutes, "minutes") for name, minutes in alone.items()},
            "shared": {"nurse": shared},
            "patient_minutes": atom(60, "minutes"),
            "price": atom(0, "USD") | {"price_year": 2025},
        }
    )


def problems(tree: Tree) -> str:
    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate(tree)
    return str(caught.value)


def test_a_nurse_who_watches_three_gives_each_a_third_on_top_of_the_minutes_alone() -> None:
    assert visit(alone={"nurse": 15, "chair": 120}, watched=105, patients=3).whole_minutes == {
        "nurse": 50,
        "chair": 120,
    }


def test_minutes_are_rounded_after_they_are_added() -> None:
    assert visit(alone={"nurse": 0.4}, watched=20, patients=8).whole_minutes == {"nurse": 3}


def test_a_resource_may_only_watch() -> None:
    assert visit(alone={"chair": 60}, watched=90, patients=2).minutes_taken == {"chair": 60, "nurse": 45}


def test_nobody_watches_less_than_one_patient() -> None:
    with pytest.raises(ValidationError, match=r"ratio must lie in \[1, 1000\], got 0.5"):
        visit(alone={}, watched=90, patients=0.5)


def test_a_shared_resource_must_exist(tiny_tree: Tree) -> None:
    shared = {"minutes": atom(90, "minutes"), "patients_per_unit": atom(3, "ratio")}
    tiny_tree["treatments"]["infusion"]["session"]["shared"] = {"nurses": shared}
    assert "treatments.infusion.session.shared.nurses: 'nurses' is not a resource; known: chairs" in problems(
        tiny_tree
    )


def test_shared_minutes_that_no_day_offers_are_told_where_they_stand(tiny_tree: Tree) -> None:
    tiny_tree["resources"]["nurses"] = tiny_tree["resources"]["chairs"] | {"units": 0.5}
    shared = {"minutes": atom(900, "minutes"), "patients_per_unit": atom(3, "ratio")}
    tiny_tree["treatments"]["infusion"]["session"]["shared"] = {"nurses": shared}
    assert (
        "treatments.infusion.session.shared.nurses: 300 minutes can never be had: "
        "'nurses' offers at most 240 minutes a day" in problems(tiny_tree)
    )


def test_on_holidays_and_closed_days_nothing_is_offered(tiny_tree: Tree) -> None:
    tiny_tree["resources"]["chairs"] |= {
        "units": 1,
        "open_minutes": [60] * 7,
        "closures": [{"from_day": 1, "until_day": 3}],
    }
    tiny_tree["care"]["holidays"] = [{"from_day": 2, "until_day": 4}, {"from_day": 5, "until_day": 6}]
    scenario = Scenario.model_validate(tiny_tree)
    assert scenario.minutes_by_day("chairs", 8).tolist() == [60, 0, 0, 0, 60, 0, 60, 60]
    assert scenario.resources["chairs"].minutes_by_day(5).tolist() == [60, 0, 0, 60, 60]


def test_holidays_close_a_resource_without_a_limit(tiny_tree: Tree) -> None:
    tiny_tree["resources"]["chairs"].pop("units")
    tiny_tree["care"]["holidays"] = [{"from_day": 0, "until_day": 2}]
    minutes = Scenario.model_validate(tiny_tree).minutes_by_day("chairs", 4)
    assert [offered > 0 for offered in minutes.tolist()] == [False, False, True, True]


@pytest.mark.parametrize(
    ("second", "is_told"), [((9, 11), True), ((2, 4), True), ((10, 11), False), ((30, 31), False)]
)
def test_holidays_come_in_order_and_do_not_overlap(
    tiny_tree: Tree, second: tuple[int, int], *, is_told: bool
) -> None:
    days = [(5, 10), second]
    tiny_tree["care"]["holidays"] = [{"from_day": start, "until_day": end} for start, end in days]
    if is_told:
        assert "holidays must come in order and not overlap, got days [(5, 10)" in problems(tiny_tree)
    else:
        assert len(Scenario.model_validate(tiny_tree).care.holidays) == len(days)


def test_holidays_that_close_every_day_are_told(tiny_tree: Tree) -> None:
    tiny_tree["care"]["holidays"] = [{"from_day": 0, "until_day": 100_000}]
    assert "'chairs' offers at most 0 minutes a day" in problems(tiny_tree)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"order": ["severity"]}, "severe_from must be given when order has 'severity', and only then"),
        (
            {"order": ["maintenance"], "severe_from": 35},
            "severe_from must be given when order has 'severity', and only then",
        ),
        (
            {"order": ["reinduction", "maintenance", "reinduction"]},
            "order must name each rule once, got ['reinduction', 'maintenance', 'reinduction']",
        ),
        ({"order": ["oldest"]}, "Input should be 'maintenance', 'reinduction' or 'severity'"),
        ({"order": ["severity"], "severe_from": 61}, "less than or equal to 60"),
    ],
)
def test_rules_of_a_waiting_list_that_do_not_fit_are_told(tiny_tree: Tree, given: Tree, message: str) -> None:
    tiny_tree["care"]["waiting_list"] = given
    assert message in problems(tiny_tree)


@pytest.mark.parametrize(
    "given", [{}, {"order": []}, {"order": ["severity", "maintenance"], "severe_from": 35}]
)
def test_a_waiting_list_may_have_any_order_and_none(tiny_tree: Tree, given: Tree) -> None:
    tiny_tree["care"]["waiting_list"] = given
    waiting_list = Scenario.model_validate(tiny_tree).care.waiting_list
    assert waiting_list is not None
    assert [rule.value for rule in waiting_list.order] == given.get("order", [])


@pytest.mark.parametrize("given", [{"cancels": atom(0.5, "probability")}, {"cancel_notice": atom(2, "days")}])
def test_who_cancels_and_how_early_belong_together(tiny_tree: Tree, given: Tree) -> None:
    tiny_tree["care"] |= given
    assert "cancels and cancel_notice must be given together, got one of them" in problems(tiny_tree)


@pytest.mark.parametrize("step", ["screening", "start", "session"])
def test_a_wait_aimed_at_is_at_least_zero(tiny_tree: Tree, step: str) -> None:
    targets = {"screening": 28, "start": 0, "session": 7.5}
    tiny_tree["care"]["wait_targets"] = targets
    assert Scenario.model_validate(tiny_tree).care.wait_targets is not None
    targets[step] = -1
    assert f"care.wait_targets.{step}" in problems(tiny_tree)


def test_waiting_worsens_a_score_in_points_a_month(tiny_tree: Tree) -> None:
    tiny_tree["care"]["worsening"] = atom(1, "MADRS points")
    assert "unit must be 'MADRS points per month', got 'MADRS points'" in problems(tiny_tree)
    tiny_tree["care"]["worsening"] = atom(1, "MADRS points per month")
    worsening = Scenario.model_validate(tiny_tree).care.worsening
    assert worsening is not None
    assert worsening.value == 1


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ("pills", "instead_of_waiting: 'pills' is not a treatment; known: infusion, tablets"),
        ("infusion", "instead_of_waiting: must be another treatment than that of the line, got 'infusion'"),
    ],
)
def test_what_is_taken_instead_of_waiting_is_another_treatment(
    tiny_tree: Tree, other: str, message: str
) -> None:
    tiny_tree["strategies"]["infusion"]["lines"][0]["instead_of_waiting"] = other
    assert f"strategies.infusion.lines.0.{message}" in problems(tiny_tree)


def test_a_file_that_knows_none_of_these_rules_has_none(tiny: Scenario) -> None:
    care = tiny.care
    assert (care.waiting_list, care.wait_targets, care.worsening, care.cancels) == (None,) * 4
    assert care.holidays == ()
    assert care.screening.shared == {}
    assert all(line.instead_of_waiting is None for line in tiny.strategies["infusion"].lines or ())
