"""Resources as appointment books: minutes left on each day, booked ahead, given back.

Days count from 0; a visit takes its minutes from several books on one day. Plain functions
in the common subset of Python and compiled code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.units import MINUTES_PER_DAY

NO_DAY = -1
BLOCK_DAYS = 32


@dataclass(frozen=True, slots=True)
class Needs:
    """What a visit takes from the books of one day.

    Parameters
    ----------
    n_needs : int
        Number of resources needed.
    resource, minutes : tuple of int
        Which resources, and how many minutes of each.
    """

    n_needs: int = 0
    resource: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()


NOTHING_NEEDED = Needs()


@dataclass(slots=True)
class Day:
    """One day of the books.

    Parameters
    ----------
    offered, left : list of int
        Minutes by resource, as the calendar offers them and not yet booked.
    roomy : list of int
        On the first day of each block of `BLOCK_DAYS`: days of the block that still have room for the
        smallest visit, by resource, so that a search passes full weeks over at once.
    """

    offered: list[int]
    left: list[int]
    roomy: list[int]


@dataclass(frozen=True, slots=True)
class BookRules:
    """What stays the same in the books: number of days, and minutes of the smallest visit by resource."""

    n_days: int
    smallest: tuple[int, ...]


@dataclass(slots=True)
class Books:
    """The appointment books of one clinic, from day 0."""

    days: list[Day]
    rules: BookRules


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """What the calendar offers, from which each clock opens its own books.

    Parameters
    ----------
    offered : ndarray of int64, shape (n_days, n_resources)
        Minutes offered.
    smallest : tuple of int
        Minutes of the smallest visit, by resource.
    """

    offered: NDArray[np.int64]
    smallest: tuple[int, ...]

    @property
    def n_resources(self) -> int:
        """Number of resources."""
        return len(self.smallest)

    def roomy(self) -> NDArray[np.int64]:
        """Return the days of each block with room for the smallest visit, shape (n_days, n_resources).

        They stand on the first day of the block; other days hold 0.
        """
        has_room = (self.offered >= np.array(self.smallest, dtype=np.int64)).astype(np.int64)
        roomy = np.zeros_like(has_room)
        roomy[::BLOCK_DAYS] = np.add.reduceat(has_room, np.arange(0, len(has_room), BLOCK_DAYS), axis=0)
        return roomy


def opening_hours(offered: NDArray[np.int64], visits: Sequence[Needs]) -> OpeningHours:
    """Return opening hours, knowing which visits will be asked for.

    Parameters
    ----------
    offered : ndarray of int64, shape (n_days, n_resources)
        Minutes offered.
    visits : sequence of Needs
        All visits that may be booked.

    Returns
    -------
    OpeningHours
        With the smallest visit of each resource.
    """
    asked = [(number, minutes) for needs in visits for number, minutes in pairs(needs)]
    smallest = tuple(
        min((minutes for number, minutes in asked if number == resource), default=1)
        for resource in range(offered.shape[1])
    )
    return OpeningHours(offered, smallest)


def open_books(hours: OpeningHours) -> Books:
    """Return empty books."""
    offered, roomy = hours.offered.tolist(), hours.roomy().tolist()
    days = [Day(minutes, list(minutes), rooms) for minutes, rooms in zip(offered, roomy, strict=True)]
    return Books(days, BookRules(len(days), hours.smallest))


def pairs(needs: Needs) -> Iterator[tuple[int, int]]:
    """Yield each resource needed and its minutes."""
    return zip(needs.resource, needs.minutes, strict=True)


def first_open_day(books: Books, needs: Needs, day: int) -> int:
    """Return the first day from ``day`` on which all needed resources are open, or `NO_DAY`."""
    for candidate in range(day, books.rules.n_days):
        is_open = True
        for k in range(needs.n_needs):
            if books.days[candidate].offered[needs.resource[k]] < needs.minutes[k]:
                is_open = False
                break
        if is_open:
            return candidate
    return NO_DAY


def first_free_day(books: Books, needs: Needs, day: int, last_day: int) -> int:
    """Return the first day from ``day`` to ``last_day`` with room in all needed books, or `NO_DAY`."""
    candidate, stop = day, min(last_day + 1, books.rules.n_days)
    while candidate < stop:
        block = candidate // BLOCK_DAYS
        following = NO_DAY
        for k in range(needs.n_needs):
            resource = needs.resource[k]
            if books.days[block * BLOCK_DAYS].roomy[resource] == 0:
                following = (block + 1) * BLOCK_DAYS
                break
            if books.days[candidate].left[resource] < needs.minutes[k]:
                following = candidate + 1
        if following == NO_DAY:
            return candidate
        candidate = following
    return NO_DAY


def book(books: Books, needs: Needs, day: int) -> None:
    """Take the minutes of a visit on one day."""
    for k in range(needs.n_needs):
        resource = needs.resource[k]
        had_room = books.days[day].left[resource] >= books.rules.smallest[resource]
        books.days[day].left[resource] -= needs.minutes[k]
        if had_room and books.days[day].left[resource] < books.rules.smallest[resource]:
            books.days[day // BLOCK_DAYS * BLOCK_DAYS].roomy[resource] -= 1


def give_back(books: Books, needs: Needs, day: int) -> None:
    """Return the minutes of a visit that will not take place."""
    for k in range(needs.n_needs):
        resource = needs.resource[k]
        had_room = books.days[day].left[resource] >= books.rules.smallest[resource]
        books.days[day].left[resource] += needs.minutes[k]
        if not had_room and books.days[day].left[resource] >= books.rules.smallest[resource]:
            books.days[day // BLOCK_DAYS * BLOCK_DAYS].roomy[resource] += 1


def interval_days(interval: int) -> int:
    """Return the whole days between two sessions of an interval in minutes, at least one."""
    return max(interval // MINUTES_PER_DAY, 1)
