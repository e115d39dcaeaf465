from __future__ import annotations

import numpy as np
import pytest

from sim.domain.events import Event
from sim.outcomes.history import read_history

ROWS = [
    (0, 0, Event.REFERRED),
    (1, 1, Event.REFERRED),
    (5, 0, Event.SESSION),
    (6, 1, Event.DIED),
    (9, 0, Event.SESSION),
    (12, 0, Event.HORIZON),
]


def test_rows_are_sorted_by_patient_and_keep_the_order_of_the_log(make_history):
    history = make_history(ROWS)
    assert history.patient.tolist() == [0, 0, 0, 0, 1, 1]
    assert (history.time // 1440).tolist() == [0, 5, 9, 12, 1, 6]


def test_the_end_is_death_or_horizon(make_history):
    assert (make_history(ROWS).end // 1440).tolist() == [12, 6]


def test_a_row_lasts_until_the_next_chosen_row_or_the_end(make_history):
    history = make_history(ROWS)
    rows = history.rows(Event.REFERRED, Event.SESSION)
    assert (history.until_next(rows) // 1440).tolist() == [5, 9, 12, 6]


def test_the_first_time_is_nan_for_patients_without_such_a_row(make_history):
    history = make_history(ROWS)
    first = history.first_time(history.rows(Event.SESSION)) / 1440
    np.testing.assert_array_equal(first, [5, np.nan])


def test_a_patient_without_an_end_is_refused(make_log):
    with pytest.raises(ValueError, match="patient 0: last row must be DIED or HORIZON, got SESSION"):
        read_history(make_log(ROWS[:5]), 2)


def test_other_columns_are_refused():
    with pytest.raises(ValueError, match="must have the columns of LOG_DTYPE"):
        read_history(np.zeros(1, dtype=[("time", np.int64)]), 1)


def test_positions_and_courses_are_wide_enough_to_count_cells_of_long_follow_up(make_history):
    history = make_history([(0, 0, Event.SESSION, {"treatment": 6, "course": 5}), (1, 0, Event.HORIZON)])
    assert int((history.treatment * 20_000)[0]) == 120_000
    assert int((history.course * 20_000)[0]) == 100_000


def test_an_empty_log_is_an_empty_history(make_log):
    history = read_history(make_log([]), 3)
    assert history.end.tolist() == [-1, -1, -1]
    assert len(history.rows(Event.SESSION)) == 0


def test_rows_of_several_events_are_in_order_of_patient_and_time(make_history):
    history = make_history(ROWS)
    assert history.rows(Event.HORIZON, Event.SESSION).tolist() == [1, 2, 3]
    assert history.rows(Event.DIED, Event.REFERRED).tolist() == [0, 4, 5]
    assert history.rows(Event.SCORE, Event.ASSESSED).tolist() == []


def test_more_patients_than_two_bytes_can_number_are_sorted(make_log):
    few = [0, 1, 65_535, 65_536, 65_537, 140_000]
    log = make_log(
        [
            row
            for patient in few[::-1]
            for row in ((0, patient, Event.REFERRED), (patient / 10_000, patient, Event.HORIZON))
        ]
    )
    history = read_history(log, 140_001)
    assert history.patient[::2].tolist() == few
    assert history.event.tolist() == [Event.REFERRED, Event.HORIZON] * len(few)
    assert np.flatnonzero(history.end >= 0).tolist() == few


def test_sessions_are_late_by_whole_days_and_never_early(make_history):
    sessions = [
        (5.9, 0, Event.SESSION, {"until": 3}),
        (9.2, 0, Event.SESSION, {"until": 9, "target": 1.0}),
        (20, 0, Event.SESSION, {"until": 21}),
    ]
    history = make_history([*sessions, (30, 0, Event.HORIZON)])
    assert history.session_delays.tolist() == [2, 0, 0]
    assert history.is_maintenance.tolist() == [False, True, False]
