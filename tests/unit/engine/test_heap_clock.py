"""The clock that is compiled, run as plain Python: order of wake-ups, rows of the log, and where it stops."""

from __future__ import annotations

import heapq
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from builders import Tree, first_difference, set_value, unequal_logs, with_attributes
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.events import LOG_DTYPE, NEVER, Event
from sim.domain.scenario import Scenario
from sim.engine import compiled_clock as compiling
from sim.engine import event_log as rows_of_tuples
from sim.engine import heap_clock
from sim.engine.clocks import COMPILED, SIMPY
from sim.engine.records import AgendaRecords, LogRecords, agenda_records, log_state
from sim.engine.simulate import event_log, prepare

wake_ups = st.lists(st.integers(0, 5), min_size=1, max_size=30)


@given(times=wake_ups)
def test_wake_ups_leave_the_heap_by_time_and_then_by_number(times: list[int]) -> None:
    agenda = agenda_records(np.array(times))
    left = []
    for size in range(len(times) - 1, -1, -1):
        left.append((int(agenda.times[0]), int(agenda.numbers[0])))
        agenda.times[0], agenda.numbers[0] = agenda.times[size], agenda.numbers[size]
        heap_clock.sift_down(agenda.times, agenda.numbers, size)
    assert left == sorted(zip(times, range(len(times)), strict=True))


@given(times=wake_ups, steps=st.lists(st.integers(0, 4), max_size=60))
def test_the_first_wake_up_sinks_as_in_the_heap_of_the_standard_library(
    times: list[int], steps: list[int]
) -> None:
    agenda = agenda_records(np.array(times))
    expected = sorted((time, number) for number, time in enumerate(times))
    for step in steps:
        assert (agenda.times[0], agenda.numbers[0]) == expected[0]
        heapq.heapreplace(expected, (expected[0][0] + step, expected[0][1]))
        agenda.times[0] += step
        heap_clock.sift_down(agenda.times, agenda.numbers, len(times))


@given(times=wake_ups)
def test_wake_ups_rise_to_their_place(times: list[int]) -> None:
    keys, numbers = np.array(times), np.arange(len(times))[::-1].copy()
    expected = []
    for place in range(len(times)):
        heapq.heappush(expected, (int(keys[place]), int(numbers[place])))
        heap_clock.sift_up(keys, numbers, place)
        assert (keys[0], numbers[0]) == expected[0]


def empty_log(n_rows: int, most_rows: int) -> LogRecords:
    return LogRecords(
        with_attributes(np.zeros(n_rows, LOG_DTYPE)), with_attributes(log_state(most_rows=most_rows))
    )


def patients_due(times: list[int]) -> Any:
    patients = np.zeros(len(times), dtype=[("number", np.int64), ("wake", np.int64)])
    patients["number"], patients["wake"] = np.arange(len(times)), times
    return with_attributes(patients)


def clinic_without_list() -> Any:
    return SimpleNamespace(care=SimpleNamespace(has_waiting_list=False))


@pytest.fixture
def visit_every_third_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let visits do nothing but write a row and ask for the next in three days, until day 9."""

    def visit(patient: Any, now: int, _clinic: Any, log: LogRecords) -> int:
        heap_clock.record(log, now, patient.number, Event.SESSION, -1, 0, 0)
        return NEVER if now >= 9 else now + 3

    monkeypatch.setattr(heap_clock, "visit", visit)


@pytest.mark.usefixtures("visit_every_third_day")
def test_visits_follow_in_order_of_time_until_nobody_is_left() -> None:
    log, agenda = empty_log(100, most_rows=1), agenda_records(np.array([4, 1, 7]))
    heap_clock.run(patients_due([4, 1, 7]), clinic_without_list(), log, agenda)
    written = log.rows[: log.state.n_rows]
    assert agenda.size[0] == 0
    assert [(row.time, row.patient) for row in written] == [
        (1, 1), (4, 0), (4, 1), (7, 0), (7, 1), (7, 2), (10, 0), (10, 1), (10, 2),
    ]  # fmt: skip


@pytest.mark.usefixtures("visit_every_third_day")
def test_the_clock_stops_before_a_visit_might_not_find_room_and_goes_on_where_it_stopped() -> None:
    log, agenda, patients = empty_log(6, most_rows=4), agenda_records(np.array([0])), patients_due([0])
    heap_clock.run(patients, clinic_without_list(), log, agenda)
    assert (log.state.n_rows, agenda.size[0], agenda.times[0]) == (3, 1, 9)
    longer = LogRecords(with_attributes(np.resize(log.rows, 20)), log.state)
    heap_clock.run(patients, clinic_without_list(), longer, agenda)
    assert (log.state.n_rows, agenda.size[0]) == (4, 0)
    assert longer.rows["time"][:4].tolist() == [0, 3, 6, 9]


@pytest.mark.usefixtures("visit_every_third_day")
def test_a_wake_up_that_a_call_came_before_is_passed_over() -> None:
    log, patients = empty_log(20, most_rows=1), patients_due([8])
    agenda = AgendaRecords(np.array([5, 8]), np.array([0, 0]), np.array([2]), np.array([0]))
    heap_clock.run(patients, clinic_without_list(), log, agenda)
    assert log.rows["time"][: log.state.n_rows].tolist() == [8, 11]


@pytest.mark.parametrize(
    "row", [(5, 1, Event.SCORE, 2, 3, 4), (2**40, 7, Event.DIED, -1, -1, 0, 2**29, 0.1, -0.5, 2**50)]
)
def test_both_logs_hold_the_same_rows(row: tuple[Any, ...]) -> None:
    log, tuples = empty_log(1, most_rows=1), rows_of_tuples.EventLog()
    heap_clock.record(log, *row)
    rows_of_tuples.record(tuples, *row)
    assert first_difference(log.rows, rows_of_tuples.sealed(tuples)) == ""


@pytest.mark.usefixtures("compiled_clock")
@pytest.mark.parametrize("waiting_list", [None, {"order": ["maintenance"]}])
def test_a_log_that_grows_while_the_clock_runs_is_the_same_log(
    tiny_tree: Tree, monkeypatch: pytest.MonkeyPatch, waiting_list: Tree | None
) -> None:
    tiny_tree["resources"]["chairs"]["units"] = 1
    tiny_tree["care"]["waiting_list"] = waiting_list
    prepared = prepare(Scenario.model_validate(tiny_tree), 0)
    monkeypatch.setattr(compiling, "ROWS_PER_PATIENT", 0)
    log = event_log(prepared, "infusion", COMPILED)
    assert len(log) > 4 * heap_clock.ROWS_PER_VISIT
    assert first_difference(log, event_log(prepared, "infusion", SIMPY)) == ""


@pytest.mark.usefixtures("compiled_clock")
def test_a_visit_that_passes_over_many_lines_finds_room_for_all_its_rows(tiny_tree: Tree) -> None:
    set_value(tiny_tree, "treatments.tablets.uptake.accepts", 0)
    many = {"label": "Many lines", "lines": [{"treatment": "tablets"}] * 31}
    tiny_tree["strategies"] = {"usual_care": tiny_tree["strategies"]["usual_care"], "many": many}
    tiny_tree["run"]["n_patients"] = 2
    prepared = prepare(Scenario.model_validate(tiny_tree), 0)
    assert unequal_logs(prepared) == {}
    log = event_log(prepared, "many", COMPILED)
    rows_of_a_visit = np.unique(log[["time", "patient"]], return_counts=True)[1].max()
    assert heap_clock.ROWS_PER_VISIT < rows_of_a_visit < 31 * heap_clock.ROWS_PER_LINE


def test_the_compiled_functions_are_those_of_the_visits(compiled_clock: ModuleType) -> None:
    assert {"run", "visit", "book", "record", "uniform"} <= set(vars(compiled_clock))
