"""Resources as appointment books: minutes left on each day, booked ahead, given back.

Days count from 0; a visit takes its minutes from several books on one day. Plain functions
in the common subset of Python and compiled code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.domain.clinic import Resource

NO_DAY = -1


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
class Books:
    """The appointment books of one clinic.

    Parameters
    ----------
    offered : list of list of int
        Minutes offered by resource and day, as the calendar says.
    left : list of list of int
        Minutes not yet booked.
    first_room : list of int
        No day before this one has room for the smallest visit, by resource.
    smallest : list of int
        Minutes of the smallest visit, by resource.
    n_days : int
        Number of days in the books.
    """

    offered: list[list[int]]
    left: list[list[int]]
    first_room: list[int]
    smallest: list[int]
    n_days: int


def open_books(resources: Sequence[Resource], n_days: int, visits: Sequence[Needs]) -> Books:
    """Return empty books for ``n_days`` days, knowing which visits will be asked for."""
    offered = [resource.minutes_by_day(n_days).tolist() for resource in resources]
    smallest = [
        min(
            (minutes for needs in visits for number, minutes in pairs(needs) if number == position), default=1
        )
        for position in range(len(resources))
    ]
    return Books(offered, [list(days) for days in offered], [0] * len(resources), smallest, n_days)


def pairs(needs: Needs) -> Iterator[tuple[int, int]]:
    """Yield each resource needed and its minutes."""
    return zip(needs.resource, needs.minutes, strict=True)


def first_open_day(books: Books, needs: Needs, day: int) -> int:
    """Return the first day from ``day`` on which all needed resources are open, or `NO_DAY`."""
    for candidate in range(day, books.n_days):
        is_open = True
        for k in range(needs.n_needs):
            if books.offered[needs.resource[k]][candidate] < needs.minutes[k]:
                is_open = False
                break
        if is_open:
            return candidate
    return NO_DAY


def first_free_day(books: Books, needs: Needs, day: int, last_day: int) -> int:
    """Return the first day from ``day`` to ``last_day`` with room in all needed books, or `NO_DAY`."""
    start = day
    for k in range(needs.n_needs):
        start = max(start, books.first_room[needs.resource[k]])
    for candidate in range(start, min(last_day + 1, books.n_days)):
        has_room = True
        for k in range(needs.n_needs):
            if books.left[needs.resource[k]][candidate] < needs.minutes[k]:
                has_room = False
                break
        if has_room:
            return candidate
    return NO_DAY


def book(books: Books, needs: Needs, day: int) -> None:
    """Take the minutes of a visit on one day."""
    for k in range(needs.n_needs):
        resource = needs.resource[k]
        days = books.left[resource]
        days[day] -= needs.minutes[k]
        first = books.first_room[resource]
        smallest = books.smallest[resource]
        while first < books.n_days and days[first] < smallest:
            first += 1
        books.first_room[resource] = first


def give_back(books: Books, needs: Needs, day: int) -> None:
    """Return the minutes of a visit that will not take place."""
    for k in range(needs.n_needs):
        resource = needs.resource[k]
        books.left[resource][day] += needs.minutes[k]
        books.first_room[resource] = min(books.first_room[resource], day)
