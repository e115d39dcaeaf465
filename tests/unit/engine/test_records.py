"""What plain objects say, their records say too, in arrays long enough for nearly all scenarios."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np
import pytest
from builders import Tree, curve, set_value

from sim.domain.scenario import Scenario
from sim.engine.appointments import open_books
from sim.engine.patient import Patient, admit
from sim.engine.plan import care_plan, policy_of
from sim.engine.records import (
    USUAL,
    USUAL_NUMBERS,
    USUAL_RESOURCES,
    USUAL_SESSIONS,
    agenda_records,
    books_records,
    patient_records,
    record_of,
)
from sim.engine.simulate import prepare


def plain(value: Any, like: Any) -> Any:
    """Return a field of a record as the object it stands for, in the shape of that object."""
    if dataclasses.is_dataclass(like):
        names = [field.name for field in dataclasses.fields(like)]
        return type(like)(**{name: plain(value[name], getattr(like, name)) for name in names})
    if isinstance(like, tuple | list):
        return type(like)(plain(one, other) for one, other in zip(value, like, strict=False))
    return value.item()


def test_the_record_of_a_care_plan_holds_every_number_of_it(tiny: Scenario) -> None:
    plan = care_plan(tiny)
    assert plain(record_of(plan), plan) == plan


def test_what_a_tuple_lacks_to_the_length_of_its_array_is_zero(tiny: Scenario) -> None:
    plan = care_plan(tiny)
    record = record_of(plan)
    assert record["integration_after"].tolist() == [2, 6] + [0] * (USUAL_NUMBERS - 2)
    assert record["treatments"]["number"].tolist() == [0, 1, 2] + [0] * (USUAL - 3)
    assert not record["treatments"]["harm_probability"][:, 1:].any()


@pytest.mark.parametrize("strategy", ["usual_care", "infusion"])
def test_a_policy_becomes_one_record(tiny: Scenario, strategy: str) -> None:
    policy = policy_of(tiny, tiny.strategies[strategy])
    assert plain(record_of(policy), policy) == policy


def test_records_of_patients_are_what_is_admitted(tiny: Scenario) -> None:
    prepared = prepare(tiny, 0)
    rows = patient_records(prepared.cohort, prepared.luck, tiny.horizon_minutes)
    admitted = admit(prepared.cohort, prepared.luck, tiny.horizon_minutes)
    assert [plain(row, patient) for row, patient in zip(rows, admitted, strict=True)] == admitted
    assert set(rows.dtype.names or ()) >= {field.name for field in dataclasses.fields(Patient)}


def test_records_of_books_are_empty_books(tiny: Scenario) -> None:
    hours = prepare(tiny, 0).hours
    books, rows = open_books(hours), books_records(hours)
    assert [row["left"][0] for row in rows.days] == [day.left[0] for day in books.days]
    assert [row["offered"][0] for row in rows.days] == [day.offered[0] for day in books.days]
    assert not rows.days["left"][:, hours.n_resources :].any()


def test_the_first_wake_ups_are_referrals_in_order_of_time_and_number() -> None:
    agenda = agenda_records(np.array([9, 3, 9, 3, 0]))
    assert agenda.times.tolist() == [0, 3, 3, 9, 9]
    assert agenda.numbers.tolist() == [4, 1, 3, 0, 2]
    assert (agenda.size[0], agenda.morning[0]) == (5, 0)


def layout(tree: Tree) -> np.dtype[Any]:
    return record_of(care_plan(Scenario.model_validate(tree))).dtype


def many_treatments(tree: Tree, n_treatments: int) -> None:
    for number in range(n_treatments - len(tree["treatments"])):
        tree["treatments"][f"more_{number}"] = copy.deepcopy(tree["treatments"]["tablets"])


def long_induction(tree: Tree, n_sessions: int) -> None:
    tree["treatments"]["tablets"]["effect"]["onset"] = curve([0.5, 1], "ratio")
    tree["treatments"]["tablets"]["effect"]["basis"] = "assessed"
    set_value(tree, "treatments.tablets.induction.sessions", n_sessions)


@pytest.mark.parametrize(
    ("change", "fits", "too_many"),
    [(many_treatments, USUAL - 1, USUAL), (long_induction, USUAL_NUMBERS, USUAL_NUMBERS + 1)],
)
def test_one_layout_serves_up_to_the_usual_length_and_the_next_is_twice_as_long(
    tiny_tree: Tree, change: Any, fits: int, too_many: int
) -> None:
    usual, larger = copy.deepcopy(tiny_tree), copy.deepcopy(tiny_tree)
    change(usual, fits)
    change(larger, too_many)
    assert layout(usual) == layout(tiny_tree)
    assert layout(larger) != layout(tiny_tree)


def test_tables_by_session_are_as_long_as_the_longest_strategy_needs(tiny_tree: Tree) -> None:
    tiny_tree["horizon_years"] = 20
    assert layout(tiny_tree)["treatments"].base["harm_probability"].shape == (USUAL, 2 * USUAL_SESSIONS)


def test_a_day_of_the_books_has_room_for_more_resources_than_that_if_need_be(tiny_tree: Tree) -> None:
    chairs = tiny_tree["resources"]["chairs"]
    tiny_tree["resources"] |= {f"more_{number}": chairs for number in range(USUAL_RESOURCES)}
    hours = prepare(Scenario.model_validate(tiny_tree), 0).hours
    assert books_records(hours).days.dtype["left"].shape == (2 * USUAL_RESOURCES,)
