"""Plans, books and patients as records of arrays, which compiled code reads as visits read objects.

The fields are those of the dataclasses; nothing is declared twice. Arrays within a record have a length that
is a power of two and seldom below `USUAL`, so that one compilation serves nearly all scenarios.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.engine.appointments import BookRules, OpeningHours
from sim.engine.draws import Draws
from sim.engine.luck import Luck
from sim.engine.patient import Patient, at_referral
from sim.engine.waiting_list import NOT_LISTED, empty_list

Records = NDArray[np.void]
Record = Any
"""A row of `Records`: `numpy.void`, whose fields are attributes for compiled code."""
_KINDS: Mapping[type, type[np.generic]] = {int: np.int64, float: np.float64, bool: np.bool_}
USUAL = 8
"""Shortest length of arrays of records in records."""
USUAL_NUMBERS = 32
"""Shortest length of arrays of numbers; an induction may have more sessions than there are treatments."""
USUAL_RESOURCES = 16
"""Shortest length of a day in the books, which is what the clock reads most."""
USUAL_SESSIONS = 512
"""Shortest length of rows in tables by session."""


class BooksRecords(NamedTuple):
    """`sim.engine.appointments.Books` for compiled code."""

    days: Records
    rules: Record


class WaitingRecords(NamedTuple):
    """`sim.engine.waiting_list.WaitingList` for compiled code."""

    slots: Records
    state: Record


class ClinicRecords(NamedTuple):
    """`sim.engine.hazards.Clinic` for compiled code.

    Compiled functions hand it on by value, at seven words for each array and one for each record: few arrays.
    """

    care: Record
    policy: Record
    books: BooksRecords
    waiting: WaitingRecords
    fates: NDArray[np.float64]
    draws: Record


class LogRecords(NamedTuple):
    """An event log with room to grow: rows, and in ``state`` how many are written and a visit may write."""

    rows: Records
    state: Record


class AgendaRecords(NamedTuple):
    """Wake-ups to come as a heap with room to grow, their number, and the day of the next morning's calls."""

    times: NDArray[np.int64]
    numbers: NDArray[np.int64]
    size: NDArray[np.int64]
    morning: NDArray[np.int64]


def record_of(instance: Any) -> Record:  # noqa: ANN401  any dataclass
    """Return a dataclass instance as one record."""
    return records([instance])[0]


def records(instances: Sequence[Any]) -> Records:
    """Return dataclass instances of one type as an array of records.

    Parameters
    ----------
    instances : sequence
        At least one; fields may be numbers, tuples or lists of them, and dataclasses in turn.

    Returns
    -------
    ndarray of void, shape (n_instances,)
        Fields as in the dataclass; what a tuple lacks to the length of its array is zero.
    """
    rows = np.zeros(len(instances), dtype=_layout(type(instances[0]), instances))
    for row, instance in zip(rows, instances, strict=True):
        _fill(row, instance)
    return rows


def patient_records(cohort: Cohort, luck: Luck, horizon_minutes: int) -> Records:
    """Return one record per patient, with luck attached and state at referral."""
    rows = np.zeros(cohort.n_patients, dtype=_patient_layout())
    for field in dataclasses.fields(Patient):
        if field.default is not dataclasses.MISSING:
            rows[field.name] = field.default
    for name, column in at_referral(cohort, luck, horizon_minutes).items():
        rows[name] = column
    return rows


@lru_cache(maxsize=1)
def _patient_layout() -> np.dtype[np.void]:
    return np.dtype([(name, _KINDS[hint]) for name, hint in get_type_hints(Patient).items()])


def draws_record(draws: Draws) -> Record:
    """Return the address of a replication's draws, see `sim.streams`."""
    streams = draws.streams
    address = np.zeros(1, dtype=[("seed", np.uint64), ("replication", np.uint64), ("first", np.int64)])
    address[0] = (streams.seed, streams.replication, streams.first)
    return address[0]


def waiting_records(n_kinds: int, n_patients: int) -> WaitingRecords:
    """Return an empty waiting list as records, see `sim.engine.waiting_list.empty_list`."""
    width = _length(n_kinds, 2 * USUAL)  # a kind for each treatment, and two more
    layout = [("keys", np.int64, (width,)), ("place", np.int64), ("called", np.int64)]
    slots = np.zeros(n_patients, dtype=layout)
    slots["place"] = NOT_LISTED
    return WaitingRecords(slots, record_of(empty_list(n_kinds, 0).state))


def log_state(most_rows: int) -> Record:
    """Return the state of an empty log, given the most rows that one visit may write."""
    state = np.zeros(1, dtype=[("n_rows", np.int64), ("most_rows", np.int64)])
    state["most_rows"] = most_rows
    return state[0]


def agenda_records(referrals: NDArray[np.int64]) -> AgendaRecords:
    """Return the first wake-ups: referral times [minutes] by patient, earliest first."""
    numbers = np.argsort(referrals, kind="stable")
    size, morning = np.array([len(referrals)]), np.zeros(1, dtype=np.int64)
    return AgendaRecords(referrals[numbers], numbers, size, morning)


def books_records(hours: OpeningHours) -> BooksRecords:
    """Return empty books as records."""
    width = _length(hours.n_resources, USUAL_RESOURCES)
    layout = [(name, np.int64, (width,)) for name in ("offered", "left", "roomy")]
    days = np.zeros(len(hours.offered), dtype=layout)
    days["offered"][:, : hours.n_resources] = hours.offered
    days["left"][:, : hours.n_resources] = hours.offered
    days["roomy"][:, : hours.n_resources] = hours.roomy()
    return BooksRecords(days, record_of(BookRules(len(days), hours.smallest)))


def _layout(kind: type, instances: Iterable[Any]) -> np.dtype[np.void]:
    """Return the record type that holds all instances of a dataclass."""
    found = list(instances)
    hints = _hints(kind).items()
    return np.dtype(
        [_field(name, hint, [getattr(instance, name) for instance in found]) for name, hint in hints]
    )


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _field(name: str, hint: Any, values: list[Any]) -> tuple[Any, ...]:  # noqa: ANN401  hints have no type
    if hint in _KINDS:
        return name, _KINDS[hint]
    if get_origin(hint) not in {tuple, list}:
        return name, _layout(hint, values)
    inner = get_args(hint)[0]
    longest = max((len(value) for value in values), default=0)
    if inner in _KINDS:
        return name, _KINDS[inner], (_length(longest, USUAL_NUMBERS),)
    length = _length(longest)
    if get_origin(inner) is not tuple:
        return name, _layout(inner, [one for value in values for one in value]), (length,)
    width = max((len(row) for value in values for row in value), default=0)
    return name, _KINDS[get_args(inner)[0]], (length, _length(width, USUAL_SESSIONS))


def _fill(row: Any, instance: Any) -> None:  # noqa: ANN401  any dataclass and its record
    for field in dataclasses.fields(instance):
        value = getattr(instance, field.name)
        if dataclasses.is_dataclass(value):
            _fill(row[field.name], value)
        elif not isinstance(value, tuple | list):
            row[field.name] = value
        elif not value:
            continue
        elif dataclasses.is_dataclass(value[0]):
            for position, one in enumerate(value):
                _fill(row[field.name][position], one)
        elif isinstance(value[0], tuple):
            row[field.name][: len(value), : len(value[0])] = value
        else:
            row[field.name][: len(value)] = value


def _length(size: int, least: int = USUAL) -> int:
    """Return the next power of two, or the usual length."""
    return max(least, 1 << (size - 1).bit_length()) if size else least
