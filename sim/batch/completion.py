"""Hand jobs to workers, a few ahead of what runs, and give each result out as soon as its job has ended.

Nothing is kept here: a result that was taken is released, on the workers too. Whatever goes wrong on the way
is told with the key of the job it happened to.
"""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from itertools import islice
from typing import TypeVar

from sim.batch.executors import (
    InlineExecutor,
    Runnable,
    WideExecutor,
    interrupts_held_back,
    processes,
    stop,
)
from sim.errors import JobError, SimError

AHEAD_PER_WORKER = 2
AHEAD_OF_UNKNOWN = 256
"""Jobs under way on an executor of unknown width: enough for a rack of machines, few enough to keep."""
MOST_LETTERS = 300
LOST_WITH_ITS_WORKER = "KilledWorker"
"""Dask's name for what other executors call broken."""
Result = TypeVar("Result")


def completed(
    jobs: Sequence[Runnable[Result]],
    *,
    workers: int = 1,
    executor: Executor | None = None,
    width: int | None = None,
) -> Generator[tuple[int, Result], None, None]:
    """Run all jobs and yield each result as its job ends.

    Worker processes start with the first result asked for and end with the generator, however that ends.
    Close it (``contextlib.closing``) where its loop may be left early.

    Parameters
    ----------
    jobs : sequence of Runnable
        What to run.
    workers : int
        Processes, when no executor is given; 1 runs in this process.
    executor : Executor, optional
        Runs the jobs instead; it is not shut down, but what waits there is cancelled when something fails.
    width : int, optional
        Jobs the executor runs at once; left out, it is asked if it can tell (see `WideExecutor`).

    Yields
    ------
    tuple of int and object
        Position of the job in the sequence, and its result; in the order in which jobs end.

    Raises
    ------
    JobError
        If a job fails, its worker dies or its result is lost.
    """
    runner = executor or (InlineExecutor() if workers == 1 else processes(workers))
    try:
        yield from _under_way(runner, jobs, _window(runner, width if executor else workers), executor)
    except BaseException:
        if executor is None:
            stop(runner)
        raise
    if executor is None:
        runner.shutdown()


def run_job(job: Runnable[Result]) -> Result:
    """Run one job where it was sent.

    Parameters
    ----------
    job : Runnable
        What to run.

    Returns
    -------
    object
        What the job computes.

    Raises
    ------
    JobError
        If anything unforeseen happens; it holds the job's key and the traceback as text.
    """
    try:
        return job.run()
    except SimError:
        raise
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        raise JobError(f"{job.key}: {type(error).__name__}: {error}\n{text}") from None


def _window(runner: Executor, width: int | None) -> Callable[[], int]:
    """Return what tells how many jobs may be under way; asked again and again, since clusters grow."""
    if isinstance(runner, InlineExecutor):
        return lambda: 1
    if width is not None:
        return lambda: max(1, width * AHEAD_PER_WORKER)
    if isinstance(runner, WideExecutor):
        return lambda: max(1, runner.width() * AHEAD_PER_WORKER)
    return lambda: AHEAD_OF_UNKNOWN


def _under_way(
    runner: Executor, jobs: Sequence[Runnable[Result]], window: Callable[[], int], lent: Executor | None
) -> Generator[tuple[int, Result], None, None]:
    """Keep as many jobs under way as the window allows, and yield results one by one.

    What still waits when something goes wrong is cancelled on a lent executor; our own is stopped whole.
    """
    hold_back = contextlib.nullcontext if isinstance(runner, InlineExecutor) else interrupts_held_back
    waiting: dict[Future[Result], int] = {}
    left = iter(enumerate(jobs))
    try:
        while True:
            for position, job in islice(left, max(0, window() - len(waiting))):
                with hold_back():
                    waiting[_submitted(runner, job)] = position
            if not waiting:
                return
            # No name is bound to future or result here: it would outlive the yield.
            yield _taken(wait(waiting, return_when=FIRST_COMPLETED).done.pop(), waiting, jobs)
    finally:
        for future in waiting if lent else ():
            future.cancel()


def _submitted(runner: Executor, job: Runnable[Result]) -> Future[Result]:
    try:
        return runner.submit(run_job, job)
    except SimError:
        raise
    except Exception as error:
        raise _told(job.key, error) from error


def _taken(
    future: Future[Result], waiting: dict[Future[Result], int], jobs: Sequence[Runnable[Result]]
) -> tuple[int, Result]:
    """Take a job off the waiting ones; return its position and result, or raise in words what it raised."""
    position = waiting.pop(future)
    try:
        error = future.exception()
    except CancelledError as cancelled:
        error = cancelled
    if error is None:
        return position, future.result()
    if isinstance(error, SimError):
        raise error
    raise _told(jobs[position].key, error) from error


def _told(key: str, error: BaseException) -> JobError:
    """Return what happened between here and the worker; what happened in the job is told by `run_job`."""
    if isinstance(error, BrokenExecutor) or type(error).__name__ == LOST_WITH_ITS_WORKER:
        return JobError(
            f"{key}: a worker process died before its job was done, perhaps for lack of memory; "
            "run fewer workers or fewer patients"
        )
    if isinstance(error, CancelledError):
        return JobError(
            f"{key}: cancelled before its result arrived, perhaps because the connection to the scheduler "
            "was lost; run again"
        )
    said = " ".join(str(error).split())[:MOST_LETTERS]
    return JobError(
        f"{key}: lost on the way to or from its worker ({type(error).__name__}: {said}); run again"
    )
