"""The search for the cheapest staffing, on targets that are known formulas."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.batch.staffing_search import BudgetSpent, Space, cheapest, largest_below, smallest


class Formula:
    """Meets the target when weighted levels reach a goal and each level its own least."""

    def __init__(self, weights, goal, least, budget=10_000):
        self.weights, self.goal, self.least, self.budget = weights, goal, least, budget
        self.n_tried = 0

    def meets(self, levels):
        if self.n_tried >= self.budget:
            raise BudgetSpent
        self.n_tried += 1
        enough = all(level >= low for level, low in zip(levels, self.least, strict=True))
        return enough and sum(w * x for w, x in zip(self.weights, levels, strict=True)) >= self.goal

    def fullest(self, levels):
        return sorted(range(len(levels)), key=lambda position: levels[position])


def space_of(prices, highest):
    return Space(
        lowest=(1,) * len(prices),
        highest=(highest,) * len(prices),
        costs=[[price * level for level in range(1, highest + 1)] for price in prices],
    )


class Spoiled:
    """Meets the target at one staffing only: more of anything spoils it."""

    def __init__(self, levels):
        self.levels = levels

    def meets(self, levels):
        return levels == self.levels

    def fullest(self, levels):
        return range(len(levels))


def test_todays_staffing_is_the_answer_where_more_would_spoil_the_target():
    space = space_of([3, 2], 6)
    assert cheapest(space, Spoiled((2, 2)), (4, 4)).levels is None
    assert cheapest(space, Spoiled((2, 2)), (4, 4), (2, 2)).levels == (2, 2)


def test_levels_at_or_above_the_highest_leave_plenty():
    space = space_of([1, 1], 4)
    assert not space.has_plenty((3, 3))
    assert space.has_plenty((3, 4))
    assert space.has_plenty((5, 3))


PRICES = st.lists(st.integers(1, 9), min_size=3, max_size=3)


@given(
    prices=PRICES,
    weights=PRICES,
    goal=st.integers(3, 60),
    least=st.lists(st.integers(1, 4), min_size=3, max_size=3),
)
def test_the_search_finds_what_trying_everything_finds(prices, weights, goal, least):
    space, probe = space_of(prices, 6), Formula(weights, goal, least)
    meeting = [
        space.cost(levels) for levels in itertools.product(range(1, 7), repeat=3) if probe.meets(levels)
    ]
    found = cheapest(space, Formula(weights, goal, least), (2, 2, 2))
    assert found.is_complete
    if meeting:
        assert space.cost(found.levels) == min(meeting)
    else:
        assert found.levels is None


def test_few_of_many_staffings_are_tried():
    probe = Formula([1, 1, 1, 1], 0, [12, 3, 7, 5])
    found = cheapest(space_of([5, 4, 3, 2], 40), probe, (10, 4, 4, 4))
    assert found.levels == (12, 3, 7, 5)
    assert probe.n_tried < 30


def test_a_spent_budget_gives_the_cheapest_seen():
    found = cheapest(space_of([5, 4], 9), Formula([1, 1], 8, [1, 1], budget=1), (4, 4))
    assert (found.levels, found.is_complete) == ((9, 9), False)


@pytest.mark.parametrize("wanted", [1, 2, 7, 63, 64, 100])
@pytest.mark.parametrize("guess", [1, 50, 200])
def test_the_smallest_level_is_found_from_any_guess(wanted, guess):
    tried = []

    def will_do(level):
        tried.append(level)
        return level >= wanted

    assert smallest(will_do, 1, 100, guess) == wanted
    assert len(tried) == len(set(tried)) <= 14


def test_every_staffing_within_the_budget_lies_below_a_listed_one():
    space = space_of([3, 2, 5], 5)
    listed = list(largest_below(space, (1, 1, 1), 24))
    for levels in itertools.product(range(1, 6), repeat=3):
        if space.cost(levels) <= 24:
            assert any(all(a <= b for a, b in zip(levels, top, strict=True)) for top in listed)
    assert all(space.cost(levels) <= 24 for levels in listed)
