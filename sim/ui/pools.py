"""Worker processes of a server: one pool for runs, one for previews; what dies is started anew."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from threading import Lock
from typing import Any, TypeVar

import streamlit as st

from sim.batch.executors import WideExecutor, available_workers, processes, stop

MOST_PREVIEWING = 4
"""Processes that make previews, one for each replication of most: small, and they must not wait for runs."""
T = TypeVar("T")


class LastingPool(WideExecutor):
    """A pool of processes that outlives its workers: after one died, the next job finds new ones.

    Parameters
    ----------
    workers : int
        Processes.
    make : callable
        Makes a pool of so many.
    """

    def __init__(self, workers: int, make: Callable[[int], Executor] = processes) -> None:
        self.workers, self._make = workers, make
        self._lock = Lock()
        self._pool = make(workers)
        self._is_over = False
        # A program that ends waits for all jobs of its pools before anything public is told.
        register = getattr(threading, "_register_atexit", atexit.register)
        register(self.shutdown)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401
        """Hand a job to the workers, to new ones if those there were have died."""
        with self._lock:
            try:
                return self._pool.submit(fn, *args, **kwargs)
            except BrokenExecutor:
                if self._is_over:
                    raise
                stop(self._pool)
                self._pool = self._make(self.workers)
                return self._pool.submit(fn, *args, **kwargs)

    def width(self) -> int:
        """Return the number of workers."""
        return self.workers

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all workers."""
        del wait, cancel_futures
        self._is_over = True
        stop(self._pool)


def count_run_workers() -> int:
    """Return how many processes run: all processors but one."""
    return max(1, available_workers() - 1)


def make_executor() -> Executor:
    """Return what runs the jobs of all sessions."""
    return LastingPool(count_run_workers())


def count_preview_workers() -> int:
    """Return how many processes make previews."""
    return min(MOST_PREVIEWING, available_workers())


def make_preview_executor() -> Executor:
    """Return what makes the previews of all sessions."""
    return LastingPool(count_preview_workers())


def _end(executor: Executor) -> None:
    executor.shutdown(wait=False)


@st.cache_resource(show_spinner=False, on_release=_end)
def preview_executor() -> Executor:
    """Return the one preview pool of this server."""
    return make_preview_executor()
