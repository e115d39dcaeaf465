"""Jobs come back one by one: few ahead, released when taken, every failure in words, no pool left behind."""

from __future__ import annotations

import threading
import weakref
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from concurrent.futures.thread import BrokenThreadPool
from multiprocessing.connection import wait

import pytest
from odd_jobs import Answer, Deadly, Endless

from sim.batch import completion
from sim.batch.completion import AHEAD_OF_UNKNOWN, completed
from sim.batch.executors import InlineExecutor, WideExecutor, processes
from sim.errors import JobError, ScenarioError

TWENTY = [Answer(number) for number in range(20)]


class CountingExecutor(Executor):
    """Does each job at once and counts them."""

    def __init__(self):
        self.submitted = 0

    def submit(self, fn, /, *arguments, **keywords):
        self.submitted += 1
        return InlineExecutor().submit(fn, *arguments, **keywords)


class CountingInlineExecutor(CountingExecutor, InlineExecutor):
    """Counts in the calling thread."""


class GrowingExecutor(CountingExecutor, WideExecutor):
    """Gets one place more whenever it is asked."""

    def __init__(self, places):
        super().__init__()
        self.places = places

    def width(self):
        self.places += 1
        return self.places


class FailingExecutor(Executor):
    """Fails every job with one error."""

    def __init__(self, error):
        self.error = error

    def submit(self, fn, /, *arguments, **keywords):
        future = Future()
        future.set_exception(self.error)
        return future


class SilentExecutor(Executor):
    """Does the first job only."""

    def __init__(self):
        self.futures = []

    def submit(self, fn, /, *arguments, **keywords):
        self.futures.append(Future())
        if len(self.futures) == 1:
            self.futures[0].set_result(fn(*arguments, **keywords))
        return self.futures[-1]


class KilledWorker(Exception):  # noqa: N818  Dask's name
    """Stands for Dask's exception, which only its scheduler makes."""


def submitted_at_each_result(executor, jobs, **width):
    return [executor.submitted for _ in completed(jobs, executor=executor, **width)]


def test_no_more_than_two_jobs_for_each_place_are_under_way():
    counts = submitted_at_each_result(CountingExecutor(), TWENTY, width=3)
    assert counts == [min(6 + taken, 20) for taken in range(20)]


def test_an_executor_of_unknown_width_gets_a_bounded_number_of_jobs():
    jobs = [Answer(number) for number in range(AHEAD_OF_UNKNOWN + 2)]
    counts = submitted_at_each_result(CountingExecutor(), jobs)
    assert counts[:3] == [AHEAD_OF_UNKNOWN, AHEAD_OF_UNKNOWN + 1, AHEAD_OF_UNKNOWN + 2]


def test_an_executor_that_grows_gets_more_jobs():
    assert submitted_at_each_result(GrowingExecutor(0), TWENTY)[:4] == [2, 5, 8, 11]


def test_an_executor_whose_workers_are_all_gone_still_gets_a_job():
    assert submitted_at_each_result(GrowingExecutor(-2), TWENTY)[:3] == [1, 2, 4]


def test_a_width_that_is_given_goes_before_that_of_the_executor():
    assert submitted_at_each_result(GrowingExecutor(0), TWENTY, width=1)[:3] == [2, 3, 4]


def test_nothing_is_computed_ahead_where_it_would_be_done_at_once():
    assert submitted_at_each_result(CountingInlineExecutor(), TWENTY[:3]) == [1, 2, 3]


def test_a_result_that_was_taken_is_not_kept():
    class Result:
        """Can be referred to weakly."""

    class Making:
        key = "making"

        def run(self):
            return Result()

    alive = []
    for position, result in completed([Making() for _ in range(4)], executor=CountingExecutor(), width=1):
        kept = weakref.ref(result)
        del result
        alive.append((position, kept() is not None))
    assert sorted(alive) == [(position, False) for position in range(4)]


def test_results_come_in_the_order_in_which_jobs_end():
    last = threading.Event()

    class Waiting:
        key = "waiting"

        def run(self):
            assert last.wait(10)
            return ["late"]

    found = []
    with ThreadPoolExecutor(2) as pool:
        for position, result in completed([Waiting(), Answer("early")], executor=pool):
            found.append((position, result))
            last.set()
    assert found == [(1, ["early"]), (0, ["late"])]


def test_no_jobs_give_no_results():
    assert list(completed([])) == []


@pytest.mark.parametrize(
    "error", [BrokenProcessPool("gone"), BrokenThreadPool("gone"), BrokenExecutor(), KilledWorker("gone")]
)
def test_a_dead_worker_is_told_with_the_job_and_what_to_do(error):
    rule = r"^answer 7: a worker process died .* run fewer workers or fewer patients$"
    with pytest.raises(JobError, match=rule):
        list(completed([Answer(7)], executor=FailingExecutor(error)))


def test_a_cancelled_job_is_told_with_what_to_do():
    rule = "^answer 7: cancelled before its result arrived, perhaps because the connection .*; run again$"
    with pytest.raises(JobError, match=rule):
        list(completed([Answer(7)], executor=FailingExecutor(CancelledError())))


@pytest.mark.parametrize("error", [OSError("lost\n  all"), KeyboardInterrupt("lost all")])
def test_whatever_else_a_future_raises_is_told_in_one_line(error):
    rule = (
        rf"^answer 7: lost on the way to or from its worker \({type(error).__name__}: lost all\); run again$"
    )
    with pytest.raises(JobError, match=rule) as told:
        list(completed([Answer(7)], executor=FailingExecutor(error)))
    assert told.value.__cause__ is error


def test_a_mistake_in_the_scenario_stays_what_it_is():
    with pytest.raises(ScenarioError, match="cannot be solved"):
        list(completed([Answer(7)], executor=FailingExecutor(ScenarioError("cannot be solved"))))


def test_an_executor_that_takes_no_jobs_is_told_in_words():
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(JobError, match=r"^answer 7: lost on the way .* after shutdown\)"):
        list(completed([Answer(7)], executor=pool))


def test_what_waits_on_a_lent_executor_is_cancelled_when_the_loop_is_left():
    executor = SilentExecutor()
    ended = completed(TWENTY, executor=executor, width=2)
    assert next(ended) == (0, [0])
    ended.close()
    assert [future.cancelled() for future in executor.futures] == [False, True, True, True]


def test_what_waits_on_a_lent_executor_is_cancelled_when_a_job_fails():
    executor = SilentExecutor()
    executor.futures.append(Future())
    executor.futures[0].set_exception(OSError("lost"))
    waiting = iter(executor.futures)
    executor.submit = lambda *_: next(waiting)
    executor.futures.append(Future())
    with pytest.raises(JobError, match="lost"):
        list(completed(TWENTY[:2], executor=executor, width=1))
    assert executor.futures[1].cancelled()


@pytest.fixture
def pools(monkeypatch):
    """Return the pools of worker processes that were started."""
    started = []

    def noted(workers):
        started.append(processes(workers))
        return started[-1]

    monkeypatch.setattr(completion, "processes", noted)
    return started


def test_no_process_starts_before_a_result_is_asked_for(pools):
    completed(TWENTY, workers=2)
    assert pools == []


def test_leaving_the_loop_early_ends_the_pool_in_the_midst_of_its_jobs(pools):
    ended = completed([Answer(1), Endless(), Endless()], workers=2)
    assert next(ended) == (0, [1])
    children = list(pools[0]._processes.values())
    ended.close()
    # The pool's own thread reaps them too, and for a moment neither thread would know it: a sentinel does.
    assert [wait([child.sentinel], 60) for child in children] == [[child.sentinel] for child in children]


def test_a_process_that_dies_is_told_and_ends_the_pool(pools):
    with pytest.raises(JobError, match="a worker process died before its job was done"):
        list(completed([Deadly(), Answer(1)], workers=2))
    with pytest.raises(RuntimeError, match="not usable anymore"):
        pools[0].submit(abs, -1)


def test_the_pool_ends_with_the_last_result(pools):
    assert sorted(completed(TWENTY[:3], workers=2)) == [(0, [0]), (1, [1]), (2, [2])]
    with pytest.raises(RuntimeError, match="cannot schedule new futures after shutdown"):
        pools[0].submit(abs, -1)
