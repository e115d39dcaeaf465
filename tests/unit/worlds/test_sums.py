"""Worlds put together: order, years that some lack, and what cannot be joined."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from sim.domain.columns import CLINICAL_VALUES
from sim.domain.economics import CATEGORIES
from sim.worlds.sums import BY_YEAR, Worlds, joined


def world(number: int, replication: int = 0, n_years: int = 1, **changed: object) -> Worlds:
    """Return one world whose every amount is its number."""
    money = np.full((1, 1, len(CATEGORIES), n_years), float(number))
    health = np.full((1, 1, n_years), float(number))
    arrays = dict.fromkeys(BY_YEAR, money) | {
        name: health for name in BY_YEAR if "qaly" in name or "life" in name
    }
    return Worlds(**{
        "parameters": ("p",), "strategies": ("one",), "treatments": ("pill",),
        "world": np.array([number]), "replication": np.array([replication]),
        "values": np.array([[float(number)]]), "response": np.array([[0.5]]),
        "clinical": np.full((1, 1, len(CLINICAL_VALUES)), float(number)), **arrays, **changed,
    })  # fmt: skip


def test_worlds_come_in_the_order_of_their_numbers_and_replications() -> None:
    whole = joined([world(2), world(0, 1), world(1), world(0, 0)])
    assert whole.world.tolist() == [0, 0, 1, 2]
    assert whole.replication.tolist() == [0, 1, 0, 0]
    assert whole.values[:, 0].tolist() == whole.clinical[:, 0, 0].tolist() == [0, 0, 1, 2]
    assert whole.cost[:, 0, 0, 0].tolist() == whole.qaly[:, 0, 0].tolist() == [0, 0, 1, 2]
    assert (whole.n_inner, whole.numbers.tolist()) == (2, [0, 1, 2])


def test_years_that_a_world_lacks_are_empty() -> None:
    whole = joined([world(1, n_years=2), world(2)])
    assert whole.qaly.shape == (2, 1, 2)
    assert whole.qaly[:, 0].tolist() == [[1, 1], [2, 0]]
    assert whole.covered_discounted[1, 0, 0].tolist() == [2, 0]


def test_a_join_changes_none_of_its_parts() -> None:
    parts = [world(1, n_years=2), world(2)]
    joined(parts)
    assert parts[1].qaly.shape == (1, 1, 1)


def test_joining_twice_is_joining_at_once() -> None:
    parts = [world(number) for number in (3, 1, 2)]
    once, twice = joined(parts), joined([joined(parts[:2]), parts[2]])
    assert all(np.array_equal(once.arrays()[name], twice.arrays()[name]) for name in once.arrays())


def test_every_array_is_listed() -> None:
    names = {field.name for field in fields(Worlds)}
    assert set(world(1).arrays()) == names - {"parameters", "strategies", "treatments"}


def test_a_world_that_comes_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="worlds must be there once, got one of them twice"):
        joined([world(1), world(2), world(1)])


@pytest.mark.parametrize("changed", [{"parameters": ("q",)}, {"strategies": ("two",)}, {"treatments": ()}])
def test_worlds_of_different_scenarios_are_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="worlds must have the same parameters and strategies"):
        joined([world(1), replace(world(2), **changed)])


def test_no_world_is_refused() -> None:
    with pytest.raises(ValueError, match="and there must be one"):
        joined([])
