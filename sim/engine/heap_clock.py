"""The clock that is compiled: a heap of wake-ups, rows written into an array, draws looked up by address.

Plain functions in the common subset of Python and compiled code, like the visits: `sim.engine.compiled_clock`
turns them into machine code together. Here a visit's patient, clinic and log are the records of
`sim.engine.records`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.domain.events import NEVER
from sim.engine.calling import call_patients
from sim.engine.records import AgendaRecords, ClinicRecords, LogRecords, Record, Records
from sim.engine.visits import visit
from sim.streams import SMALLEST_UNIFORM, WORDS_PER_COUNTER
from sim.units import MINUTES_PER_DAY

ROWS_PER_VISIT = 64
"""More rows than one visit can write besides those about lines it passes over."""
ROWS_PER_LINE = 8
"""More rows than one visit can write about a line it passes over."""
PHILOX_ROUNDS = 10
FIRST_MULTIPLIER = np.uint64(0xD2E7470EE14C6C93)
SECOND_MULTIPLIER = np.uint64(0xCA5A826395121157)
FIRST_WEYL = np.uint64(0x9E3779B97F4A7C15)
SECOND_WEYL = np.uint64(0xBB67AE8584CAA73B)
HALF_WORD = np.uint64(32)
LOW_HALF = np.uint64(0xFFFFFFFF)
SPARE_BITS = np.uint64(11)
UNIT = 2.0**-53
"""A uniform has 53 random bits."""


def record(
    log: LogRecords, time: int, patient: int, event: int, treatment: int, course: int, session: int,
    reason: int = 0, value: float = 0.0, target: float = 0.0, until: int = 0,
) -> None:  # fmt: skip
    """Write one event; the columns are those of `sim.domain.events`."""
    row = log.rows[log.state.n_rows]
    row.time = time
    row.patient = patient
    row.event = event
    row.treatment = treatment
    row.course = course
    row.session = session
    row.reason = reason
    row.value = value
    row.target = target
    row.until = until
    log.state.n_rows += 1


def uniform(draws: Record, patient: int, purpose: int, occurrence: int) -> float:
    """Return a patient's draw for the given occurrence of a purpose, in (0, 1), as `sim.streams` does."""
    position = draws.first + patient
    word = philox(
        np.uint64(position // WORDS_PER_COUNTER + 1), np.uint64(occurrence), np.uint64(purpose),
        draws.seed, draws.replication, position % WORDS_PER_COUNTER,
    )  # fmt: skip
    return max((word >> SPARE_BITS) * UNIT, SMALLEST_UNIFORM)


def philox(
    first: np.uint64, second: np.uint64, third: np.uint64, key: np.uint64, other_key: np.uint64, word: int
) -> np.uint64:
    """Return one of four words of Philox4x64-10 (Salmon et al. 2011) at counter (first, second, third, 0)."""
    fourth = np.uint64(0)
    for _ in range(PHILOX_ROUNDS):
        high, low = high_word(FIRST_MULTIPLIER, first), FIRST_MULTIPLIER * first
        other_high, other_low = high_word(SECOND_MULTIPLIER, third), SECOND_MULTIPLIER * third
        first, second = other_high ^ second ^ key, other_low
        third, fourth = high ^ fourth ^ other_key, low
        key, other_key = key + FIRST_WEYL, other_key + SECOND_WEYL
    if word < 2:
        return first if word == 0 else second
    return third if word == 2 else fourth


def high_word(left: np.uint64, right: np.uint64) -> np.uint64:
    """Return the upper 64 bits of a product of two words."""
    low, high = left & LOW_HALF, left >> HALF_WORD
    other_low, other_high = right & LOW_HALF, right >> HALF_WORD
    middle = high * other_low + ((low * other_low) >> HALF_WORD)
    other_middle = low * other_high + (middle & LOW_HALF)
    return high * other_high + (middle >> HALF_WORD) + (other_middle >> HALF_WORD)


def run(patients: Records, clinic: ClinicRecords, log: LogRecords, agenda: AgendaRecords) -> None:
    """Carry out visits in order of time until nobody is left to wake, or the log or agenda is nearly full.

    Parameters
    ----------
    patients : ndarray of void, shape (n_patients,)
        Records of patients, changed by visits.
    clinic : ClinicRecords
        The clinic they share.
    log : LogRecords
        Where rows are written.
    agenda : AgendaRecords
        A heap of wake-ups. One that is the patient's no more, because a call came first, is passed over.
    """
    while agenda.size[0] > 0 and log.state.n_rows + log.state.most_rows <= len(log.rows):
        if clinic.care.has_waiting_list and agenda.times[0] >= agenda.morning[0] * MINUTES_PER_DAY:
            if agenda.size[0] + len(patients) > len(agenda.times):
                return
            call_all(patients, clinic, agenda)
            continue
        now, number = agenda.times[0], agenda.numbers[0]
        wake = NEVER
        if patients[number].wake == now:
            wake = visit(patients[number], now, clinic, log)  # type: ignore[arg-type]
            patients[number].wake = wake
        if wake == NEVER:
            agenda.size[0] -= 1
            last = agenda.size[0]
            agenda.times[0], agenda.numbers[0] = agenda.times[last], agenda.numbers[last]
        else:
            agenda.times[0] = wake
        sift_down(agenda.times, agenda.numbers, agenda.size[0])


def call_all(patients: Records, clinic: ClinicRecords, agenda: AgendaRecords) -> None:
    """Call patients from the waiting list this morning and put them on the agenda for now."""
    day = agenda.morning[0]
    agenda.morning[0] += 1
    call_patients(patients, clinic, day)  # type: ignore[arg-type]
    for position in range(clinic.waiting.state.n_called):
        number = clinic.waiting.slots[position].called
        patients[number].wake = day * MINUTES_PER_DAY
        place = agenda.size[0]
        agenda.size[0] += 1
        agenda.times[place], agenda.numbers[place] = day * MINUTES_PER_DAY, number
        sift_up(agenda.times, agenda.numbers, place)


def sift_up(times: NDArray[np.int64], numbers: NDArray[np.int64], place: int) -> None:
    """Let a wake-up rise to its place in the heap."""
    while place > 0 and comes_before(times, numbers, place, (place - 1) // 2):
        parent = (place - 1) // 2
        times[place], times[parent] = times[parent], times[place]
        numbers[place], numbers[parent] = numbers[parent], numbers[place]
        place = parent


def sift_down(times: NDArray[np.int64], numbers: NDArray[np.int64], size: int) -> None:
    """Let the first wake-up sink to its place in the heap; ties are broken by patient number."""
    place = 0
    while 2 * place + 1 < size:
        child = 2 * place + 1
        if child + 1 < size and comes_before(times, numbers, child + 1, child):
            child += 1
        if not comes_before(times, numbers, child, place):
            return
        times[place], times[child] = times[child], times[place]
        numbers[place], numbers[child] = numbers[child], numbers[place]
        place = child


def comes_before(times: NDArray[np.int64], numbers: NDArray[np.int64], left: int, right: int) -> bool:
    """Return True when one wake-up of the heap comes before another."""
    return bool(
        times[left] < times[right] or (times[left] == times[right] and numbers[left] < numbers[right])
    )
