"""Relapses that late maintenance causes: stretches by hand, the schedule of the engine, a known hazard."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.domain.events import LOG_DTYPE, Event, Leaving
from sim.outcomes.history import read_history
from sim.outcomes.overdue import overdue_columns, overdue_counted
from sim.outcomes.pending import pending_of
from sim.outcomes.service import service_of
from sim.outcomes.tally import Counted
from sim.units import DAYS_PER_MONTH, MINUTES_PER_DAY

INFUSION = {"treatment": 1}
MAINTAINED = INFUSION | {"target": 1.0}
LIFE = [
    # maintenance from day 42, a Monday: weekly sessions, the second 4 days late, relapse 6 days overdue
    (0, 0, Event.REFERRED, {"target": 1.0}),
    (35, 0, Event.COURSE_STARTED, INFUSION),
    (35, 0, Event.SESSION, INFUSION | {"until": 35}),
    (42, 0, Event.MAINTENANCE_STARTED, INFUSION),
    (42, 0, Event.SESSION, MAINTAINED | {"until": 42}),
    (53, 0, Event.SESSION, MAINTAINED | {"until": 49}),
    (66, 0, Event.RELAPSED, INFUSION | {"reason": 1}),
    (300, 0, Event.HORIZON),
]


@pytest.fixture
def count(make_history, tiny):
    def count(rows):
        service = service_of(make_history(rows))
        return overdue_counted(service, pending_of(service, tiny, 400).maintenance, tiny).sums

    return count


def days(months):
    return months.sum() * DAYS_PER_MONTH


def test_time_from_the_wished_day_on_is_overdue(count):
    # wished on day 49, and on day 60: a week after day 53
    sums = count(LIFE)
    assert days(sums["on_time_months"]) == pytest.approx(7 + 7)
    assert days(sums["overdue_months"]) == pytest.approx(4 + 6)
    assert (sums["on_time_relapses"].sum(), sums["overdue_relapses"].sum()) == (0, 1)


def test_a_wished_day_on_which_the_clinic_is_closed_moves_to_the_next_open_one(count):
    # a session on day 47: the next falls on day 54, a Saturday, and is wished on Monday, day 56
    sums = count([*LIFE[:5], (47, 0, Event.SESSION, MAINTAINED | {"until": 47}), *LIFE[6:]])
    assert days(sums["on_time_months"]) == pytest.approx(5 + 9)
    assert days(sums["overdue_months"]) == pytest.approx(66 - 56)


def test_relapses_on_time_are_not_overdue(count):
    sums = count([(55, *row[1:]) if row[2] == Event.RELAPSED else row for row in LIFE])
    assert (sums["on_time_relapses"].sum(), sums["overdue_relapses"].sum()) == (1, 0)


def test_time_after_a_missed_appointment_counts_as_neither(count):
    life = [*LIFE[:6], (61, 0, Event.SESSION_MISSED, INFUSION | {"until": 60}), *LIFE[6:]]
    sums = count(life)
    assert days(sums["overdue_months"]) == pytest.approx(4 + 1)
    assert sums["overdue_relapses"].sum() == 0


def test_who_gives_up_was_overdue_since_the_wished_day(count):
    left = (64.5, 0, Event.DROPPED_OUT, INFUSION | {"reason": int(Leaving.WAITING_FOR_SESSION), "value": 4.5})
    sums = count([*LIFE[:6], left, (66, 0, Event.RELAPSED, INFUSION), LIFE[-1]])
    assert days(sums["overdue_months"]) == pytest.approx(4 + 4.5)
    assert sums["overdue_relapses"].sum() == 0


def test_without_maintenance_there_is_nothing_to_be_late_for(count):
    sums = count([LIFE[0], LIFE[1], LIFE[2], (66, 0, Event.RELAPSED, INFUSION), LIFE[-1]])
    assert all(array.sum() == 0 for array in sums.values())


def test_excess_and_error_meet_the_sum_by_hand():
    counted = Counted(
        sums={
            "on_time_months": np.array([[10.0, 20.0, 0.0, 0.0]]),
            "overdue_months": np.array([[2.0, 4.0, 1.0, 2.0]]),
            "on_time_relapses": np.array([[5.0, 2.0, 0.0, 0.0]]),
            "overdue_relapses": np.array([[3.0, 1.0, 1.0, 0.0]]),
        }
    )
    columns = overdue_columns(counted, n_patients=50)
    excess = (3 - 2 * 5 / 10) + (1 - 4 * 2 / 20) + (1 - 1 * 7 / 30) + (0 - 2 * 7 / 30)
    # each relapse on time counts for its own month and for the three months that have none
    variance = 3 + 1 + 1 + 5 * (2 / 10 + 3 / 30) ** 2 + 2 * (4 / 20 + 3 / 30) ** 2
    assert columns["overdue_relapses_per_100"] == pytest.approx(10)
    assert columns["excess_relapses_per_100"] == pytest.approx(2 * excess)
    assert columns["excess_relapses_error"] == pytest.approx(2 * math.sqrt(variance))


def test_the_excess_is_found_again_where_the_hazard_is_known(tiny):
    """Half of all sessions come 14 days late, and the hazard is four times as high while they are overdue."""
    rng = np.random.default_rng(4)
    n_patients, per_day, ratio = 4_000, 1 / 400, 4
    rows, expected = [], 0.0
    for patient in range(n_patients):
        rows.append((0, patient, Event.MAINTENANCE_STARTED, 0, 0))
        day, number, left = 0, 0, rng.exponential()
        while day < 250:
            wished = day + (7 if number < 4 else 28)
            held = wished + 14 * int(rng.random() < 0.5)
            hazard_on_time, hazard_late = per_day * (wished - day), ratio * per_day * (held - wished)
            if left < hazard_on_time + hazard_late:
                late = max(left - hazard_on_time, 0) / (ratio * per_day)
                relapse = wished + late if left > hazard_on_time else day + left / per_day
                expected += (1 - 1 / ratio) * ratio * per_day * late
                rows.append((round(relapse * MINUTES_PER_DAY), patient, Event.RELAPSED, 0, 1))
                break
            expected += (1 - 1 / ratio) * hazard_late
            left -= hazard_on_time + hazard_late
            day, number = held, number + 1
            rows.append((day * MINUTES_PER_DAY, patient, Event.SESSION, wished * MINUTES_PER_DAY, 0))
        rows.append((360 * MINUTES_PER_DAY, patient, Event.HORIZON, 0, 0))
    log = np.zeros(len(rows), dtype=LOG_DTYPE)
    for column, values in zip(
        ("time", "patient", "event", "until", "reason"), zip(*rows, strict=True), strict=True
    ):
        log[column] = values
    log["treatment"], log["target"] = 1, log["event"] == Event.SESSION
    every_day = {"open_minutes": (480,) * 7}
    chairs = tiny.resources["chairs"].model_copy(update=every_day)
    scenario = tiny.model_copy(update={"resources": {"chairs": chairs}})
    service = service_of(read_history(log[np.argsort(log["time"], kind="stable")], n_patients))
    counted = overdue_counted(service, pending_of(service, scenario, 400).maintenance, scenario)
    columns = overdue_columns(counted, n_patients)
    found, error = (
        columns[name] * n_patients / 100 for name in ("excess_relapses_per_100", "excess_relapses_error")
    )
    assert expected > 300
    assert abs(found - expected) < 3 * error < 0.3 * expected
