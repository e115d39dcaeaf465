"""Run scenarios and studies outside the page: one queue per server, progress, cancel, results by digest.

A page never waits for a simulation: it asks the queue how far it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any, Generic, TypeVar, cast

import streamlit as st

from sim.batch.completion import run_job
from sim.batch.executors import available_workers, processes, stop
from sim.batch.manifest import now
from sim.batch.run import jobs_of, joined
from sim.batch.validate import largest_first, manifest_of, studies_of
from sim.domain.scenario import Scenario
from sim.engine.clocks import clock_at_hand
from sim.errors import JobError, SimError
from sim.replication import Observed
from sim.results import Results
from sim.scenario_io.validation import Validation

MOST_KEPT = 8
"""Finished runs a server remembers."""
Part = TypeVar("Part")
Whole = TypeVar("Whole")
AnyRun = TypeVar("AnyRun", bound="PageRun[Any, Any]")


@dataclass(eq=False)
class PageRun(Generic[Part, Whole]):
    """Jobs that one or more readers wait for.

    Parameters
    ----------
    title : str
        Name of the run in messages.
    futures : list of Future
        One per job.
    join : callable
        Puts the results of all jobs together.
    readers : int
        Sessions that wait for it.
    """

    title: str
    futures: list[Future[Part]]
    join: Callable[[list[Part]], Whole]
    readers: int = 0
    is_cancelled: bool = False
    _results: Whole | None = field(default=None, repr=False)

    @property
    def total(self) -> int:
        """Number of jobs."""
        return len(self.futures)

    @property
    def done(self) -> int:
        """Number of jobs that ended, other than by being cancelled."""
        return sum(future.done() and not future.cancelled() for future in self.futures)

    @property
    def is_running(self) -> bool:
        """True while jobs are to come."""
        return not self.is_cancelled and self.done < self.total

    def results(self) -> Whole:
        """Return the results of a run that is over.

        Raises
        ------
        SimError
            If a job failed or the run was cancelled.
        """
        if self.is_cancelled:
            raise JobError(f"{self.title}: cancelled after {self.done} of {self.total}")
        if self._results is None:
            self._results = self.join([_result_of(future, self.title) for future in self.futures])
        return self._results


@dataclass(eq=False, kw_only=True)
class ScenarioRun(PageRun[Results, Results]):
    """One scenario being run, a job per replication.

    Parameters
    ----------
    scenario : Scenario
        What is run.
    """

    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Validated:
    """What all studies gave.

    Parameters
    ----------
    observed : list of Observed
        In the order of the studies.
    manifest : dict
        How it came about.
    """

    observed: list[Observed]
    manifest: dict[str, object]


@dataclass(eq=False, kw_only=True)
class ValidationRun(PageRun[Observed, Validated]):
    """The studies being run, a job each.

    Parameters
    ----------
    validation : Validation
        Published figures and studies, as they are run.
    n_patients : int or None
        Patients per study and strategy; None = each study's own number.
    """

    validation: Validation
    n_patients: int | None


class RunQueue:
    """Runs of all sessions of one server.

    Parameters
    ----------
    executor : Executor
        Runs the jobs.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._runs: dict[str, PageRun[Any, Any]] = {}
        self._lock = Lock()

    def submit(self, scenario: Scenario) -> ScenarioRun:
        """Start a scenario, or join the run of the same scenario."""

        def begin() -> ScenarioRun:
            clock = clock_at_hand()
            jobs = jobs_of([scenario], clock)
            return ScenarioRun(
                f"scenario '{scenario.name}'",
                [self._executor.submit(run_job, job) for job in jobs],
                partial(joined, scenarios=[scenario], started=now(), clock=clock),
                scenario=scenario,
            )

        return self._followed(scenario.digest, begin)

    def submit_validation(self, validation: Validation, n_patients: int | None = None) -> ValidationRun:
        """Start all studies, or join a run of the same studies and published figures."""
        clock = clock_at_hand()
        studies = studies_of(validation, n_patients=n_patients, clock=clock)
        chosen = _with_scenarios(validation, [study.scenario for study in studies])
        told = [validation.targets.model_dump_json(), *(study.scenario.digest for study in studies)]

        def begin() -> ValidationRun:
            futures = {
                position: self._executor.submit(run_job, studies[position])
                for position in largest_first(studies)
            }
            return ValidationRun(
                "validation",
                [futures[position] for position in range(len(studies))],
                partial(_validated, validation=chosen, started=now(), clock=clock),
                validation=chosen,
                n_patients=n_patients,
            )

        return self._followed(hashlib.sha256("\n".join(told).encode()).hexdigest(), begin)

    def _followed(self, digest: str, begin: Callable[[], AnyRun]) -> AnyRun:
        """Return the run of the same inputs, or begin one; count its reader, and forget what is old."""
        with self._lock:
            run = self._runs.pop(digest, None)
            if run is None or run.is_cancelled or _has_failed(run):
                run = begin()
            self._runs[digest] = run
            run.readers += 1
            for old in list(self._runs)[:-MOST_KEPT]:
                if not self._runs[old].is_running:
                    del self._runs[old]
            return cast("AnyRun", run)

    def leave(self, run: PageRun[Any, Any]) -> None:
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
    return processes(count_server_workers())


def count_server_workers() -> int:
    """Return how many processes a server runs."""
    return max(1, available_workers() - 1)


@st.cache_resource(show_spinner=False, on_release=lambda queue: queue.close())
def run_queue() -> RunQueue:
    """Return the one queue of this server."""
    return RunQueue(make_executor())


def _has_failed(run: PageRun[Any, Any]) -> bool:
    return any(future.done() and future.exception() is not None for future in run.futures)


def _with_scenarios(validation: Validation, scenarios: Sequence[Scenario]) -> Validation:
    """Return a validation with other scenarios for its studies, in their order."""
    pairs = zip(validation.studies.items(), scenarios, strict=True)
    return Validation(
        validation.targets, {name: replace(study, scenario=scenario) for (name, study), scenario in pairs}
    )


def _validated(
    observed: list[Observed], *, validation: Validation, started: datetime, clock: str
) -> Validated:
    workers = count_server_workers()
    return Validated(observed, manifest_of(validation, started=started, clock=clock, workers=workers))


def _result_of(future: Future[Part], title: str) -> Part:
    """Return what a job gave, with any failure in words."""
    try:
        return future.result()
    except SimError:
        raise
    except Exception as error:
        raise JobError(f"{title}: {type(error).__name__}: {error}") from error
