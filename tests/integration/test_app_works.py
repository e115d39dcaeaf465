"""Works of the app: joined, cancelled, remembered; pools outlive their workers."""

from __future__ import annotations

import os
import signal
from concurrent.futures import Future

import pytest
from odd_jobs import Answer, Deadly

from sim.batch.executors import InlineExecutor
from sim.batch.run import run_jobs
from sim.errors import JobError, ScenarioError
from sim.ui.pools import LastingPool
from sim.ui.works import MOST_KEPT, Work, WorkQueue


@pytest.fixture
def started():
    """Return the functions that a queue was asked to start; none runs by itself."""
    return []


@pytest.fixture
def queue(started):
    return WorkQueue(InlineExecutor(), started.append)


def counted(executor, on_progress):
    on_progress(1, 2)
    on_progress(2, 2)
    return "counted"


def asked(key="one"):
    return Work(key, "counting", "steps")


def test_a_work_that_ended_has_its_result_and_all_its_steps(queue, started):
    work = queue.follow(asked(), counted)
    assert work.is_running
    assert not work.is_finished
    started.pop()()
    assert work.is_finished
    assert work.result() == "counted"
    assert (work.done, work.total, work.share) == (2, 2, 1.0)


def test_two_readers_of_the_same_question_share_one_work(queue, started):
    first, second = queue.follow(asked(), counted), queue.follow(asked(), counted)
    assert first is second
    assert len(started) == 1
    queue.leave(first)
    assert not first.is_cancelled
    queue.leave(second)
    assert first.is_cancelled


def test_a_cancelled_work_ends_at_its_next_step_and_begins_anew_when_asked_again(queue, started):
    work = queue.follow(asked(), counted)
    queue.leave(work)
    started.pop()()
    assert (work.done, work.is_running, work.is_finished) == (0, False, False)
    with pytest.raises(JobError, match=r"counting: cancelled after 0 of 0 steps"):
        work.result()
    again = queue.follow(asked(), counted)
    assert again is not work
    started.pop()()
    assert again.result() == "counted"


def test_what_is_finished_is_there_at_once_for_whoever_asks_later(queue, started):
    queue.follow(asked(), counted)
    started.pop()()
    assert queue.finished("one").result() == "counted"
    queue.follow(asked(), counted)
    assert started == []


def test_only_the_latest_finished_works_are_remembered(queue, started):
    for number in range(MOST_KEPT + 2):
        queue.follow(asked(str(number)), counted)
        started.pop()()
    queue.follow(asked("last"), counted)
    assert queue.finished("0") is None
    assert queue.finished(str(MOST_KEPT + 1)) is not None


def test_a_work_that_still_runs_has_no_result(queue):
    work = queue.follow(asked(), counted)
    with pytest.raises(JobError, match=r"counting: still running after 0 of 0 steps"):
        work.result()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ScenarioError("run.seed: must be a whole number, got x"), "run.seed: must be a whole number, got x"),
        (ZeroDivisionError("by zero"), "counting: ZeroDivisionError: by zero"),
    ],
)
def test_whatever_goes_wrong_is_kept_in_words_for_those_who_wait(queue, started, error, told):
    def failing(executor, on_progress):
        raise error

    work = queue.follow(asked(), failing)
    started.pop()()
    assert str(work.error) == told
    with pytest.raises(type(work.error), match=told):
        work.result()


def test_time_left_is_told_from_the_first_step_on(queue, started):
    work = queue.follow(asked(), counted)
    assert work.seconds_left is None
    work._told(1, 4)
    assert work.seconds_left >= 0


def test_closing_a_queue_cancels_what_runs(queue):
    work = queue.follow(asked(), counted)
    queue.close()
    assert work.is_cancelled


@pytest.mark.slow
def test_a_pool_whose_worker_is_killed_fails_that_job_in_words_and_runs_the_next():
    pool = LastingPool(1)
    try:
        assert run_jobs([Answer(3)], executor=pool) == [[3]]
        [worker] = pool._pool._processes
        running: Future[None] = pool.submit(signal.pause)
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(Exception, match="terminated abruptly"):
            running.result(20)
        with pytest.raises(JobError, match="a worker process died before its job was done"):
            run_jobs([Deadly()], executor=pool)
        assert run_jobs([Answer(4)], executor=pool) == [[4]]
        assert pool.width() == 1
    finally:
        pool.shutdown()
