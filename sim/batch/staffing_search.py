"""Search for the cheapest staffing that meets a target, by trying few of very many.

A staffing is a level per resource. The search assumes that more of a resource never spoils the target.
Under that assumption one staffing that misses rules out every smaller one, and one that meets bounds
the cost; what is left between is tried until nothing is, or until the budget is spent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

Levels = tuple[int, ...]
MOST_CANDIDATES = 20_000
"""Staffings listed, not simulated, when looking for what is not ruled out."""
STRIDE = 10
"""A level is raised by a tenth of it at a time while the target is missed."""
CENT = 0.01


class Probe(Protocol):
    """What the search may ask."""

    def meets(self, levels: Levels) -> bool:
        """Tell whether a staffing meets the target; raise `BudgetSpent` when no more may be tried."""

    def fullest(self, levels: Levels) -> Sequence[int]:
        """Return the positions of the resources, the fullest first, of a staffing that was tried."""


class BudgetSpent(Exception):  # noqa: N818  no error: the search ends with what it has
    """As many staffings were tried as allowed."""


@dataclass(frozen=True, slots=True)
class Space:
    """The staffings in question.

    Parameters
    ----------
    lowest, highest : tuple of int
        Levels allowed, ends included.
    costs : sequence of sequence of float
        By resource, cost of each level from ``lowest`` on, rising [currency/year].
    """

    lowest: Levels
    highest: Levels
    costs: Sequence[Sequence[float]]

    def cost(self, levels: Levels) -> float:
        """Return the cost of a staffing [currency/year]."""
        return sum(self.cost_of(position, level) for position, level in enumerate(levels))

    def cost_of(self, position: int, level: int) -> float:
        """Return the cost of one resource [currency/year]."""
        return self.costs[position][level - self.lowest[position]]

    def has_plenty(self, levels: Levels) -> bool:
        """Tell whether some resource is at its highest level, or above."""
        return any(level >= most for level, most in zip(levels, self.highest, strict=True))


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Parameters
    ----------
    levels : tuple of int or None
        The cheapest staffing seen to meet the target; None when even the largest misses it.
    is_complete : bool
        True when every cheaper staffing is ruled out, provided that more never spoils the target.
    """

    levels: Levels | None
    is_complete: bool


def cheapest(space: Space, probe: Probe, guess: Levels, today: Levels | None = None) -> Found:
    """Return the cheapest staffing that meets the target.

    Parameters
    ----------
    space : Space
        What may be chosen.
    probe : Probe
        Tries staffings.
    guess : tuple of int
        Levels to start looking at.
    today : tuple of int, optional
        A staffing tried before all others: when it meets the target, nothing dearer is the answer.

    Returns
    -------
    Found
        With the best staffing seen when the budget is spent before the end.
    """
    seen = _Seen(space, probe)
    try:
        if today is not None:
            seen.meets(today)
        if not seen.meets(space.highest):
            # Today's may meet what more staff would spoil.
            return Found(seen.best, is_complete=seen.best is None)
        needed = tuple(_needed(space, seen, position, guess) for position in range(len(guess)))
        _lowered(space, seen, _raised(space, seen, needed), needed)
        _rule_out(space, seen, needed)
    except (BudgetSpent, _TooMany):
        return Found(seen.best, is_complete=False)
    return Found(seen.best, is_complete=True)


class _Seen:
    """A probe that remembers the cheapest staffing that met the target, and those that missed."""

    def __init__(self, space: Space, probe: Probe) -> None:
        self.best: Levels | None = None
        self.missed: set[Levels] = set()
        self._space, self._probe = space, probe

    def meets(self, levels: Levels) -> bool:
        if any(_is_within(levels, missed) for missed in self.missed):
            return False
        does = self._probe.meets(levels)
        if not does:
            self.missed.add(levels)
        elif self.best is None or self._rank(levels) < self._rank(self.best):
            self.best = levels
        return does

    def fullest(self, levels: Levels) -> Sequence[int]:
        return self._probe.fullest(levels)

    def _rank(self, levels: Levels) -> tuple[float, int]:
        return self._space.cost(levels), sum(levels)


def _rule_out(space: Space, seen: _Seen, needed: Levels) -> None:
    """Try what is cheaper than the best until all of it meets or is ruled out."""
    while seen.best is not None:
        candidate = _nearest_open(space, seen.best, needed, seen.missed)
        if candidate is None:
            return
        if seen.meets(candidate):
            _lowered(space, seen, candidate, needed)


def _needed(space: Space, probe: Probe, position: int, guess: Levels) -> int:
    """Return the lowest level of one resource that will do when there is plenty of all others."""

    def will_do(level: int) -> bool:
        return probe.meets(_with(space.highest, position, level))

    return smallest(will_do, space.lowest[position], space.highest[position], guess[position])


def smallest(will_do: Callable[[int], bool], low: int, high: int, guess: int) -> int:
    """Return the smallest level that will do, looking near a guess first.

    Parameters
    ----------
    will_do : callable
        False up to some level, true above; taken to be true at ``high``.
    low, high : int
        Ends of the search.
    guess : int
        Where to begin.

    Returns
    -------
    int
        Found in about twice as many steps as the distance from the guess has binary digits.

    Examples
    --------
    >>> smallest(lambda level: level >= 7, 1, 100, 5)
    7
    """
    stride, has_turned, went_up = 1, False, None
    at = min(max(guess, low), high - 1)
    while low < high:
        if does := will_do(at):
            high = at
        else:
            low = at + 1
        has_turned |= went_up is not None and went_up == does
        went_up = not does
        at = (low + high) // 2 if has_turned else at + stride if went_up else at - stride
        at = min(max(at, low), high - 1)
        stride *= 2
    return high


def _raised(space: Space, probe: Probe, levels: Levels) -> Levels:
    """Raise the fullest resource until the target is met."""
    while not probe.meets(levels):
        order = [p for p in probe.fullest(levels) if levels[p] < space.highest[p]]
        position = order[0]
        level = min(levels[position] + max(1, levels[position] // STRIDE), space.highest[position])
        levels = _with(levels, position, level)
    return levels


def _lowered(space: Space, probe: Probe, levels: Levels, needed: Levels) -> Levels:
    """Take away what the target does not need, the dearest step first, until every step is needed."""
    is_lowered = True
    while is_lowered:
        is_lowered = False
        for position in sorted(range(len(levels)), key=lambda p: -_step_cost(space, levels, p)):
            while levels[position] > needed[position]:
                fewer = _with(levels, position, levels[position] - 1)
                if not probe.meets(fewer):
                    break
                levels, is_lowered = fewer, True
    return levels


def _step_cost(space: Space, levels: Levels, position: int) -> float:
    level = levels[position]
    if level == space.lowest[position]:
        return 0.0
    return space.cost_of(position, level) - space.cost_of(position, level - 1)


class _TooMany(Exception):  # noqa: N818  no error: the search ends with what it has
    """More staffings would have to be listed than is sensible."""


def _nearest_open(space: Space, best: Levels, needed: Levels, missed: set[Levels]) -> Levels | None:
    """Return the staffing nearest to the best among the largest cheaper ones that nothing rules out."""
    budget = space.cost(best) - CENT
    candidates = (
        levels
        for levels in largest_below(space, needed, budget)
        if not any(_is_within(levels, known) for known in missed)
    )
    return min(candidates, key=lambda levels: (_distance(levels, best), levels), default=None)


def largest_below(space: Space, needed: Levels, budget: float) -> Iterator[Levels]:
    """Yield every staffing within a budget that cannot be raised anywhere without leaving it.

    Parameters
    ----------
    space : Space
        What may be chosen.
    needed : tuple of int
        Lowest levels considered.
    budget : float
        Most it may cost [currency/year].

    Yields
    ------
    tuple of int
        Levels; each staffing within the budget lies at or below one of them.
    """
    n_resources = len(needed)
    floor_cost = [space.cost_of(p, needed[p]) for p in range(n_resources)]
    still = [sum(floor_cost[p:]) for p in range(n_resources + 1)]
    n_listed = 0
    stack: list[tuple[Levels, float]] = [((), 0.0)]
    while stack:
        chosen, spent = stack.pop()
        position = len(chosen)
        n_listed += 1
        if n_listed > MOST_CANDIDATES:
            raise _TooMany
        if position == n_resources:
            if _cannot_grow(space, chosen, budget - spent):
                yield chosen
            continue
        allowed = [
            level
            for level in range(needed[position], space.highest[position] + 1)
            if spent + space.cost_of(position, level) + still[position + 1] <= budget
        ]
        # The last resource takes all that is left.
        taken = allowed if position + 1 < n_resources else allowed[-1:]
        stack += [((*chosen, level), spent + space.cost_of(position, level)) for level in taken]


def _cannot_grow(space: Space, levels: Levels, left: float) -> bool:
    return all(
        level == space.highest[p] or space.cost_of(p, level + 1) - space.cost_of(p, level) > left
        for p, level in enumerate(levels)
    )


def _is_within(levels: Levels, larger: Levels) -> bool:
    return all(low <= high for low, high in zip(levels, larger, strict=True))


def _distance(levels: Levels, other: Levels) -> int:
    return sum(abs(one - another) for one, another in zip(levels, other, strict=True))


def _with(levels: Levels, position: int, level: int) -> Levels:
    return (*levels[:position], level, *levels[position + 1 :])
