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
class Slot:
    """One row of the list, of which there are as many as patients.

    Parameters
    ----------
    keys : list of int
        For each kind of visit, the key at this place of its heap.
    place : int
        Of the patient with the number of this row: place in the heap; `NOT_LISTED` for who does not wait.
    called : int
        Number of the patient who was called this morning as the one with the number of this row.
    """

    keys: list[int]
    place: int
    called: int


@dataclass(slots=True)
class ListState:
    """How many wait and are called.

    Parameters
    ----------
    n_kinds, n_called : int
        Kinds of visits, and patients called this morning.
    sizes : list of int
        Patients who wait, by kind.
    is_full : list of int
        By kind, 1 once the day has no more room for it, while a morning's calls go on.
    """

    n_kinds: int
    n_called: int
    sizes: list[int]
    is_full: list[int]


@dataclass(slots=True)
class WaitingList:
    """Who waits for which kind of visit."""

    slots: list[Slot]
    state: ListState


def empty_list(n_kinds: int, n_patients: int) -> WaitingList:
    """Return a list on which nobody waits, with room for all patients."""
    slots = [Slot([0] * n_kinds, NOT_LISTED, 0) for _ in range(n_patients)]
    return WaitingList(slots, ListState(n_kinds, 0, [0] * n_kinds, [0] * n_kinds))


def join_list(waiting: WaitingList, kind: int, rank: int, wished_day: int, number: int) -> None:
    """Put a patient on the list for a kind of visit; a lower rank is called first."""
    place = waiting.state.sizes[kind]
    waiting.state.sizes[kind] += 1
    put(waiting, kind, place, (rank * DAYS + wished_day) * NUMBERS + number)
    rise(waiting, kind, place)


def leave_list(waiting: WaitingList, kind: int, number: int) -> None:
    """Take a patient off the list."""
    place = waiting.slots[number].place
    waiting.state.sizes[kind] -= 1
    waiting.slots[number].place = NOT_LISTED
    last = waiting.state.sizes[kind]
    if place < last:
        put(waiting, kind, place, waiting.slots[last].keys[kind])
        rise(waiting, kind, place)
        sink(waiting, kind, place)


def first_kind(waiting: WaitingList) -> int:
    """Return the kind whose first patient is to be called next, among those with room; or `NOT_LISTED`."""
    found = NOT_LISTED
    for kind in range(waiting.state.n_kinds):
        if waiting.state.sizes[kind] == 0 or waiting.state.is_full[kind] == 1:
            continue
        if found == NOT_LISTED or waiting.slots[0].keys[kind] < waiting.slots[0].keys[found]:
            found = kind
    return found


def put(waiting: WaitingList, kind: int, place: int, key: int) -> None:
    """Write a key at a place of a heap."""
    waiting.slots[place].keys[kind] = key
    waiting.slots[key % NUMBERS].place = place


def exchange(waiting: WaitingList, kind: int, place: int, other: int) -> None:
    """Let two patients change places."""
    key, other_key = waiting.slots[place].keys[kind], waiting.slots[other].keys[kind]
    put(waiting, kind, place, other_key)
    put(waiting, kind, other, key)


def rise(waiting: WaitingList, kind: int, place: int) -> None:
    """Move a patient up until nobody behind is called earlier."""
    while place > 0 and waiting.slots[place].keys[kind] < waiting.slots[(place - 1) // 2].keys[kind]:
        exchange(waiting, kind, place, (place - 1) // 2)
        place = (place - 1) // 2


def sink(waiting: WaitingList, kind: int, place: int) -> None:
    """Move a patient down until nobody ahead is called later."""
    size = waiting.state.sizes[kind]
    while 2 * place + 1 < size:
        child = 2 * place + 1
        if child + 1 < size and waiting.slots[child + 1].keys[kind] < waiting.slots[child].keys[kind]:
            child += 1
        if waiting.slots[place].keys[kind] <= waiting.slots[child].keys[kind]:
            return
        exchange(waiting, kind, place, child)
        place = child
