"""Where jobs run: in this process, or in spawned worker processes.

Any ``concurrent.futures.Executor`` may stand in for them. Workers are spawned, never
forked: a fork copies the threads and signal handlers of whatever program is calling.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any, Protocol, TypeVar

from sim.errors import ScenarioError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Runnable(Protocol[T_co]):
    """What can be sent to a worker: a name for messages, and something to run there."""

    @property
    def key(self) -> str:
        """Name of the job in messages."""

    def run(self) -> T_co:
        """Compute the job's result."""


class InlineExecutor(Executor):
    """Runs each job at once, in the calling thread: for tests and for one worker."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401
        """Run ``fn`` now and return a future that is already done."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # a future carries whatever its job raised
            future.set_exception(error)
        return future


class WideExecutor(Executor):
    """Tells how many jobs it runs at once, so that no more are handed to it than keep it busy."""

    def width(self) -> int:
        """Return the number of jobs that can run at once now; it may change while jobs run."""
        raise NotImplementedError


def checked_workers(asked: int) -> int:
    """Return a number of workers that was asked for.

    Parameters
    ----------
    asked : int
        As it was given.

    Returns
    -------
    int
        The same.

    Raises
    ------
    ScenarioError
        If it is no whole number of at least 1.
    """
    if isinstance(asked, bool) or not isinstance(asked, int) or asked < 1:
        raise ScenarioError(f"workers must be a whole number of at least 1, got {asked!r}")
    return asked


def available_workers() -> int:
    """Return how many processes this machine can usefully run at once."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def processes(workers: int) -> ProcessPoolExecutor:
    """Return a pool of spawned worker processes.

    Parameters
    ----------
    workers : int
        Number of processes, at least 1.

    Returns
    -------
    ProcessPoolExecutor
        Its workers leave interrupts to the parent and end when the parent does.
    """
    return ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_follow_parent
    )


@contextlib.contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back in this thread, and for good in the workers started meanwhile."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker  # noqa: PLC0415  POSIX only

    # Its start lets Ctrl-C through in the thread that makes it, so it comes before the blocking.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def stop(executor: Executor) -> None:
    """Give up everything that waits or runs, without waiting for it.

    Parameters
    ----------
    executor : Executor
        A pool from `processes`; of any other executor only the waiting jobs are cancelled.
    """
    children = list((getattr(executor, "_processes", None) or {}).values())
    for child in children:
        child.terminate()
    # A pool that finds its workers dead cannot fail a future that was cancelled (CPython before 3.13).
    executor.shutdown(wait=False, cancel_futures=not children)


def _follow_parent() -> None:
    """Prepare a worker: ignore Ctrl-C, and end with the parent however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:  # noqa: ANN401  multiprocessing gives this type no public name
    parent.join()
    os._exit(1)
