"""A waiting list that is called each morning, first by priority, then by the longest wait.

One heap for each kind of visit, since all who wait for the same kind need the same from the books: when the
first of a kind does not fit into the day, no other of that kind does. Plain functions in the common subset of
Python and compiled code.
"""

from __future__ import annotations

from dataclasses import dataclass

NOT_LISTED = -1
NUMBERS = 2**31
"""A key holds rank, wished day and number of a patient; each counts before the next."""
DAYS = 2**20


@dataclass(slots=True)
class WaitingList:
    """Who waits for which kind of visit.

    Parameters
    ----------
    n_kinds : int
        Number of kinds of visits.
    keys : list of list of int
        A binary heap of keys for each kind.
    sizes : list of int
        Patients who wait, by kind.
    places : list of int
        Position in the heap of their kind, by patient; `NOT_LISTED` for those who do not wait.
    is_full : list of int
        By kind, 1 once the day has no more room for it, while a morning's calls go on.
    called : list of int
        Numbers of those called this morning, as many as the only element of ``n_called`` says.
    n_called : list of int
        One element.
    """

    n_kinds: int
    keys: list[list[int]]
    sizes: list[int]
    places: list[int]
    is_full: list[int]
    called: list[int]
    n_called: list[int]


def empty_list(n_kinds: int, n_patients: int) -> WaitingList:
    """Return a list on which nobody waits, with room for all patients."""
    return WaitingList(
        n_kinds=n_kinds,
        keys=[[0] * n_patients for _ in range(n_kinds)],
        sizes=[0] * n_kinds,
        places=[NOT_LISTED] * n_patients,
        is_full=[0] * n_kinds,
        called=[0] * n_patients,
        n_called=[0],
    )


def join_list(waiting: WaitingList, kind: int, rank: int, wished_day: int, number: int) -> None:
    """Put a patient on the list for a kind of visit; a lower rank is called first."""
    place = waiting.sizes[kind]
    waiting.sizes[kind] += 1
    put(waiting, kind, place, (rank * DAYS + wished_day) * NUMBERS + number)
    rise(waiting, kind, place)


def leave_list(waiting: WaitingList, kind: int, number: int) -> None:
    """Take a patient off the list."""
    place = waiting.places[number]
    waiting.sizes[kind] -= 1
    waiting.places[number] = NOT_LISTED
    last = waiting.sizes[kind]
    if place < last:
        put(waiting, kind, place, waiting.keys[kind][last])
        rise(waiting, kind, place)
        sink(waiting, kind, place)


def first_kind(waiting: WaitingList) -> int:
    """Return the kind whose first patient is to be called next, among those with room; or `NOT_LISTED`."""
    found = NOT_LISTED
    for kind in range(waiting.n_kinds):
        if waiting.sizes[kind] == 0 or waiting.is_full[kind] == 1:
            continue
        if found == NOT_LISTED or waiting.keys[kind][0] < waiting.keys[found][0]:
            found = kind
    return found


def put(waiting: WaitingList, kind: int, place: int, key: int) -> None:
    """Write a key at a place of a heap."""
    waiting.keys[kind][place] = key
    waiting.places[key % NUMBERS] = place


def exchange(waiting: WaitingList, kind: int, place: int, other: int) -> None:
    """Let two patients change places."""
    key, other_key = waiting.keys[kind][place], waiting.keys[kind][other]
    put(waiting, kind, place, other_key)
    put(waiting, kind, other, key)


def rise(waiting: WaitingList, kind: int, place: int) -> None:
    """Move a patient up until nobody behind is called earlier."""
    while place > 0 and waiting.keys[kind][place] < waiting.keys[kind][(place - 1) // 2]:
        exchange(waiting, kind, place, (place - 1) // 2)
        place = (place - 1) // 2


def sink(waiting: WaitingList, kind: int, place: int) -> None:
    """Move a patient down until nobody ahead is called later."""
    size = waiting.sizes[kind]
    while 2 * place + 1 < size:
        child = 2 * place + 1
        if child + 1 < size and waiting.keys[kind][child + 1] < waiting.keys[kind][child]:
            child += 1
        if waiting.keys[kind][place] <= waiting.keys[kind][child]:
            return
        exchange(waiting, kind, place, child)
        place = child
