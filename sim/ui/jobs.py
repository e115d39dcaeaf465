"""Run scenarios outside the page: one queue per server, progress, cancel, results by digest.

A page never waits for a simulation: it asks the queue how far it is.
"""

from __future__ import annotations

from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

import streamlit as st

from sim.batch.executors import available_workers, processes, stop
from sim.batch.manifest import now
from sim.batch.run import jobs_of, joined, run_job
from sim.domain.scenario import Scenario
from sim.errors import JobError, SimError
from sim.results import Results

MOST_KEPT = 8
"""Finished runs a server remembers."""


@dataclass(eq=False)
class PageRun:
    """One scenario being run for one or more readers.

    Parameters
    ----------
    scenario : Scenario
        What is run.
    futures : list of Future
        One per replication.
    started : datetime
        When it began (UTC).
    readers : int
        Sessions that wait for it.
    """

    scenario: Scenario
    futures: list[Future[Results]]
    started: datetime
    readers: int = 0
    is_cancelled: bool = False
    _results: Results | None = field(default=None, repr=False)

    @property
    def total(self) -> int:
        """Number of replications."""
        return len(self.futures)

    @property
    def done(self) -> int:
        """Number of replications that ended."""
        return sum(future.done() for future in self.futures)

    @property
    def is_running(self) -> bool:
        """True while replications are to come."""
        return not self.is_cancelled and self.done < self.total

    def results(self) -> Results:
        """Return the results of a run that is over.

        Raises
        ------
        SimError
            If a replication failed or the run was cancelled.
        """
        if self.is_cancelled:
            raise JobError(f"scenario '{self.scenario.name}': cancelled after {self.done} of {self.total}")
        if self._results is None:
            parts = [_result_of(future, self.scenario.name) for future in self.futures]
            self._results = joined(parts, [self.scenario], started=self.started)
        return self._results


class RunQueue:
    """Runs of all sessions of one server.

    Parameters
    ----------
    executor : Executor
        Runs the replications.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._runs: dict[str, PageRun] = {}
        self._lock = Lock()

    def submit(self, scenario: Scenario) -> PageRun:
        """Start a scenario, or join the run of the same scenario."""
        with self._lock:
            run = self._runs.pop(scenario.digest, None)
            if run is None or run.is_cancelled or _has_failed(run):
                futures = [self._executor.submit(run_job, job) for job in jobs_of([scenario])]
                run = PageRun(scenario, futures, now())
            self._runs[scenario.digest] = run
            run.readers += 1
            for digest in list(self._runs)[:-MOST_KEPT]:
                if not self._runs[digest].is_running:
                    del self._runs[digest]
            return run

    def leave(self, run: PageRun) -> None:
        """Stop waiting for a run; it is cancelled when nobody waits for it any more."""
        with self._lock:
            run.readers -= 1
            if run.readers <= 0 and run.is_running:
                run.is_cancelled = True
                for future in run.futures:
                    future.cancel()

    def close(self) -> None:
        """End all workers."""
        stop(self._executor)


def make_executor() -> Executor:
    """Return the executor of this server: all processors but one."""
    return processes(max(1, available_workers() - 1))


@st.cache_resource(show_spinner=False, on_release=lambda queue: queue.close())
def run_queue() -> RunQueue:
    """Return the one queue of this server."""
    return RunQueue(make_executor())


def _has_failed(run: PageRun) -> bool:
    return any(future.done() and future.exception() is not None for future in run.futures)


def _result_of(future: Future[Results], name: str) -> Results:
    """Return a replication's results, with any failure in words."""
    try:
        return future.result()
    except SimError:
        raise
    except Exception as error:
        raise JobError(f"scenario '{name}': {type(error).__name__}: {error}") from error
