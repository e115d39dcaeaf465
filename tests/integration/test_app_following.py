"""Works a session waits for: shared, begun twice, cancelled twice, and given up when a browser goes away."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from sim.batch.executors import InlineExecutor
from sim.ui import works
from sim.ui.following import Following
from sim.ui.works import Work, WorkQueue

ROOT = Path(__file__).resolve().parents[2]
SESSION = "test session id"
"""What the harness calls every session."""


@pytest.fixture
def started():
    return []


@pytest.fixture
def queue(started):
    return WorkQueue(InlineExecutor(), started.append)


def begun(reader, queue, key="one"):
    return reader.begin("run", lambda: queue.follow(Work(key, "counting", "steps"), lambda *_: "counted"))


def test_who_begins_the_same_again_goes_on_with_it(queue, started):
    reader = Following(queue)
    work = begun(reader, queue)
    assert begun(reader, queue) is work
    assert not work.is_cancelled
    assert len(started) == 1
    reader.leave("run")
    assert work.is_cancelled


def test_who_begins_something_else_leaves_what_was_before(queue):
    reader = Following(queue)
    first, second = begun(reader, queue), begun(reader, queue, "two")
    assert first.is_cancelled
    assert reader.work("run") is second
    assert not second.is_cancelled


def test_who_cancels_twice_does_not_cancel_what_somebody_else_waits_for(queue):
    one, other = Following(queue), Following(queue)
    work = begun(one, queue)
    assert begun(other, queue) is work
    one.leave("run")
    one.leave("run")
    assert one.has_left("run")
    assert not work.is_cancelled
    begun(one, queue, "two")
    assert not work.is_cancelled
    other.leave("run")
    assert work.is_cancelled


def test_who_cancelled_what_goes_on_for_others_may_join_again(queue):
    one, other = Following(queue), Following(queue)
    work = begun(other, queue)
    begun(one, queue)
    one.leave("run")
    assert begun(one, queue) is work
    other.leave("run")
    assert not one.has_left("run")
    assert not work.is_cancelled


def test_what_nobody_came_back_for_is_cancelled(queue):
    reader = Following(queue)
    work = begun(reader, queue)
    reader.go_away(within=0.01)
    reader._leaving.join(5)
    assert work.is_cancelled


def test_who_comes_back_in_time_finds_their_work_going_on(queue):
    reader = Following(queue)
    work = begun(reader, queue)
    reader.go_away(within=0.05)
    reader.come_back()
    time.sleep(0.1)
    assert not work.is_cancelled


@pytest.fixture
def two_readers(server):
    """Return two sessions of one server, in which nothing that is begun comes to an end."""
    server.setattr(works, "start_thread", lambda function: None)
    server.setattr(Following.go_away, "__defaults__", (0.01,))
    clear_session_resource_cache(SESSION)
    small = ["run.n_patients=20", "run.replications=2"]
    readers = [AppTest.from_file(str(ROOT / "app.py"), default_timeout=120) for _ in range(2)]
    for reader in readers:
        reader.query_params["set"] = small
        reader.run().button(key="start").click().run()
    return readers


def cancel_of(reader):
    return next((button for button in reader.button if button.label == "Cancel"), None)


def test_a_run_that_two_sessions_share_goes_on_for_the_one_that_did_not_cancel(two_readers):
    one, other = two_readers
    cancel_of(one).click().run()
    assert cancel_of(one) is None
    assert one.warning[0].value == "Cancelled here; it goes on for somebody else who asked for the same."
    assert cancel_of(other.run()) is not None
    cancel_of(other).click().run()
    assert other.warning[0].value == "Cancelled after 0 of 0 replications."


def test_run_pressed_twice_is_one_run(two_readers):
    reader = two_readers[0]
    before = reader.session_state["works"].work("run")
    reader.button(key="start").click().run()
    assert reader.session_state["works"].work("run") is before
    assert before.readers == 2
    assert len(reader.session_state["history"]) == 1


def test_a_session_that_ends_gives_its_run_up(two_readers):
    work = two_readers[0].session_state["works"].work("run")
    two_readers[1].session_state["works"].leave("run")
    assert not work.is_cancelled
    clear_session_resource_cache(SESSION)
    until = time.monotonic() + 5
    while not work.is_cancelled and time.monotonic() < until:
        time.sleep(0.01)
    assert work.is_cancelled
