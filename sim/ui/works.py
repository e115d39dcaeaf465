"""Work done outside the page: one queue per server, progress, time left, cancel, results by question.

A page never waits for a simulation: it asks how far it is. Whoever asks for what somebody else asked for
joins them, and what was finished before is there at once.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic
from typing import Any, Generic, TypeVar, cast

import streamlit as st

from sim.batch.run import Progress
from sim.errors import JobError, SimError
from sim.ui.pools import make_executor

MOST_KEPT = 8
"""Finished works a server remembers."""
T = TypeVar("T")
Begin = Callable[[Executor, Progress], T]
"""Does the work on an executor, and tells (steps done, steps in all) on the way."""


class _Left(Exception):  # noqa: N818  no error: nobody waits any more
    """Ends a work that nobody waits for."""


@dataclass(eq=False)
class Work(Generic[T]):
    """Something being computed that one or more readers wait for.

    Parameters
    ----------
    key : str
        What was asked, in one word: equal keys give equal results.
    title : str
        Name in messages.
    unit : str
        What its steps are, in the plural.
    about : object
        What the page that asked needs to know of it, such as the scenario.
    readers : int
        Sessions that wait for it.
    """

    key: str
    title: str
    unit: str
    about: Any = None
    readers: int = 0
    done: int = 0
    total: int = 0
    is_cancelled: bool = False
    is_running: bool = True
    _began: float = field(default_factory=monotonic, repr=False)
    _result: T | None = field(default=None, repr=False)
    _error: SimError | None = field(default=None, repr=False)

    @property
    def share(self) -> float:
        """Part of the steps that are done, 0 to 1."""
        return self.done / self.total if self.total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time left if it goes on as so far; None before the first step [seconds]."""
        if not self.done:
            return None
        return (monotonic() - self._began) * (self.total - self.done) / self.done

    @property
    def error(self) -> SimError | None:
        """What went wrong, None if nothing did."""
        return self._error

    @property
    def has_failed(self) -> bool:
        """True when it ended without a result."""
        return self._error is not None

    @property
    def is_finished(self) -> bool:
        """True when there is a result."""
        return not (self.is_running or self.is_cancelled or self.has_failed)

    def result(self) -> T:
        """Return the result of what is finished.

        Raises
        ------
        SimError
            If it failed, was cancelled or still runs.
        """
        if self._error is not None:
            raise self._error
        if not self.is_finished:
            state = "cancelled" if self.is_cancelled else "still running"
            raise JobError(f"{self.title}: {state} after {self.done} of {self.total} {self.unit}")
        return cast("T", self._result)

    def give(self, result: T) -> Work[T]:
        """Return it finished, with a result that is there already."""
        self._result, self.is_running = result, False
        return self

    def run(self, begin: Begin[T], executor: Executor) -> None:
        """Do the work; whatever happens is kept for those who wait."""
        try:
            self._result = begin(executor, self._told)
        except _Left:
            pass
        except SimError as error:
            self._error = error
        except Exception as error:  # a reader must see what happened, whatever it was
            traceback.print_exc()
            self._error = JobError(f"{self.title}: {type(error).__name__}: {error}")
        finally:
            self.is_running = False

    def _told(self, done: int, total: int) -> None:
        if self.is_cancelled:
            raise _Left
        self.done, self.total = done, total


class WorkQueue:
    """Works of all sessions of one server.

    Parameters
    ----------
    executor : Executor
        Runs the jobs.
    start : callable
        Starts a function without waiting for its end.
    """

    def __init__(self, executor: Executor, start: Callable[[Callable[[], None]], None]) -> None:
        self._executor, self._start = executor, start
        self._works: dict[str, Work[Any]] = {}
        self._lock = Lock()

    def follow(self, work: Work[T], begin: Begin[T]) -> Work[T]:
        """Start a work, or join the one with the same key.

        Parameters
        ----------
        work : Work
            A new one.
        begin : callable
            Does it, unless another session began it already.

        Returns
        -------
        Work
            The one that runs or is finished; to be left by `leave`.
        """
        with self._lock:
            known = self._works.pop(work.key, None)
            is_new = known is None or known.is_cancelled or known.has_failed
            followed: Work[T] = work if is_new or known is None else known
            self._works[work.key] = followed
            followed.readers += 1
            for old in [key for key, one in self._works.items() if not one.is_running][:-MOST_KEPT]:
                del self._works[old]
        if is_new:
            self._start(lambda: followed.run(begin, self._executor))
        return followed

    def finished(self, key: str) -> Work[Any] | None:
        """Return a finished work, if it is remembered."""
        with self._lock:
            work = self._works.get(key)
            return work if work is not None and work.is_finished else None

    def leave(self, work: Work[Any]) -> None:
        """Stop waiting for a work; it is cancelled when nobody waits for it any more."""
        with self._lock:
            work.readers -= 1
            if work.readers <= 0 and work.is_running:
                work.is_cancelled = True

    def close(self) -> None:
        """Cancel what runs and end all workers."""
        with self._lock:
            for work in self._works.values():
                work.is_cancelled = work.is_cancelled or work.is_running
        self._executor.shutdown(wait=False)


def start_thread(function: Callable[[], None]) -> None:
    """Run a function in a thread that does not keep the server alive."""
    Thread(target=function, daemon=True).start()


@st.cache_resource(show_spinner=False, on_release=lambda queue: queue.close())
def work_queue() -> WorkQueue:
    """Return the one queue of this server."""
    return WorkQueue(make_executor(), start_thread)
