"""Whole runs that are timed: which scenarios they are, what is told of them."""

from __future__ import annotations

import sys

import pytest
from as_shipped import base_case, scenarios_of

from sim.batch import whole_runs as batch
from sim.batch.whole_runs import Stream, WholeRun, peak_memory, planners_clinic, whole_runs
from sim.domain.scenario import Scenario

MEBIBYTE = 2**20


@pytest.fixture(scope="module")
def small(request):
    return request.getfixturevalue("tiny").with_changes({"run.n_patients": 10})


def timed(scenarios, **sizes):
    said = []
    runs = whole_runs(
        scenarios,
        clock="simpy",
        **({"n_patients": 10, "repeats": 1, "n_draws": 0, "n_streamed": 0} | sizes),
        say=said.append,
    )
    return runs, said


def test_a_rate_follows_from_the_time():
    run = WholeRun("draws", "draws", "tiny", "simpy", 100, 3, n_draws=20, workers=2, seconds=4.0)
    assert run.content()["patient_arms_per_second"] == 1_500
    assert run.content()["peak_bytes"] is None


def test_the_planner_s_clinic_has_the_strategies_of_the_base_and_the_rooms_of_the_clinic():
    base, (clinic,) = base_case(), scenarios_of("small_clinic")
    planned = planners_clinic(base, clinic, 1_500)
    assert list(planned.strategies) == list(base.strategies)
    assert len(planned.strategies) == 7
    assert planned.run.n_patients == 1_500
    assert planned.resources["chair"].units == 2 * clinic.resources["chair"].units
    assert planned.population.arrivals[0].per_week == 2 * clinic.population.arrivals[0].per_week
    assert planned.name == "small_clinic with strategies of base"


def test_a_clinic_by_itself_keeps_its_strategies(small):
    planned = planners_clinic(small, small, 20)
    assert (planned.name, planned.resources["chairs"].units) == ("tiny", 8)
    assert planned.strategies == small.strategies


def test_without_limits_there_is_no_planner_s_clinic(small):
    unlimited = small.with_changes({"resources.chairs.units": None})
    assert timed([unlimited]) == ([], [])


def test_the_median_repeat_of_the_clinic_is_told(small):
    (planner,), said = timed([small], repeats=3)
    assert (planner.name, planner.n_strategies, planner.workers) == ("planner", 3, 1)
    assert planner.seconds > 0
    assert said == ["tiny: 10 patients, 3 strategies, as a whole"]


def test_draws_are_run_and_counted(small):
    (_, draws), said = timed([small], n_draws=2)
    assert (draws.name, draws.n_draws, draws.n_patients, draws.n_strategies) == ("draws", 2, 10, 3)
    assert said[1:] == ["tiny: 2 parameter draws"]


def test_a_stream_is_timed_and_weighed_in_its_own_process(small):
    (_, stream), said = timed([small], n_streamed=30)
    assert (stream.name, stream.n_strategies, stream.n_patients) == ("stream", 1, 30)
    assert stream.scenario == "tiny: infusion"
    assert said[1:] == ["tiny: 30 patients in a process of their own"]


def test_a_stream_is_named_in_messages(small):
    assert Stream(small, "simpy").key == "scenario 'tiny', 10 patients at once"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell")
def test_the_peak_memory_of_this_process_is_plausible():
    assert 20 * MEBIBYTE < peak_memory() < 2**20 * MEBIBYTE


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell")
def test_without_proc_the_system_is_asked(monkeypatch, tmp_path):
    monkeypatch.setattr(batch, "PROCESS_STATUS", tmp_path / "none")
    assert 20 * MEBIBYTE < peak_memory() < 2**20 * MEBIBYTE


def test_the_peak_is_read_in_bytes(monkeypatch, tmp_path):
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmHWM:\t    2048 kB\n", encoding="ascii")
    monkeypatch.setattr(batch, "PROCESS_STATUS", status)
    assert peak_memory() == 2 * MEBIBYTE


def test_a_status_without_the_peak_leaves_it_open(monkeypatch, tmp_path):
    status = tmp_path / "status"
    status.write_text("Name:\tpython\n", encoding="ascii")
    monkeypatch.setattr(batch, "PROCESS_STATUS", status)
    assert peak_memory() is None


def test_the_memory_of_a_stream_is_its_own_and_not_that_of_its_parent(small):
    ballast = bytearray(b"x") * (600 * MEBIBYTE)
    (_, stream), _ = timed([small], n_streamed=10)
    assert stream.peak_bytes is None or stream.peak_bytes < len(ballast)


def test_limits_of_a_stream_are_taken_away(small):
    arrivals = Scenario.model_validate(
        small.model_dump()
        | {"population": small.population.model_dump() | {"arrivals": [{"from_day": 0, "per_week": 1}]}}
    )
    (_, stream), _ = timed([arrivals], n_streamed=5)
    assert stream.n_patients == 5
