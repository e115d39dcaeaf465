"""Run jobs, such as one per scenario and replication, and put their results together.

The answer depends on scenarios and seed only: never on the number of workers, the
executor, or the order in which jobs end.
"""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sim.batch.clock import arms_of, ready_clock
from sim.batch.executors import (
    InlineExecutor,
    Runnable,
    available_workers,
    interrupts_held_back,
    processes,
    stop,
)
from sim.batch.manifest import describe_run, now
from sim.batch.memory import physical_memory, workers_that_fit
from sim.batch.settings import with_settings
from sim.domain.scenario import Scenario
from sim.engine.clocks import AUTO, COMPILED, SIMPY
from sim.errors import JobError, ScenarioError, SimError
from sim.results import Results

SMALL_RUN = {SIMPY: 4_000, COMPILED: 400_000}
"""Patients times strategies times replications up to which starting processes takes longer than the run."""
AHEAD_PER_WORKER = 2
Progress = Callable[[int, int], None]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Job:
    """One replication of one scenario, with all its strategies.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    replication : int
        Number of the replication, from 0.
    clock : str
        Which clock drives it; results do not depend on it.
    patients : bool
        True keeps what every single patient cost and gained.
    """

    scenario: Scenario
    replication: int
    clock: str = SIMPY
    patients: bool = False

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return f"scenario '{self.scenario.name}', replication {self.replication}"

    def run(self) -> Results:
        """Simulate all strategies and account for them."""
        from sim.replication import replicate  # noqa: PLC0415  imports SimPy, which only workers need

        return replicate(self.scenario, self.replication, self.clock, patients=self.patients)


def simulate(
    scenarios: Scenario | Sequence[Scenario],
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    engine: str = AUTO,
    patients: bool = False,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
    command: str | None = None,
) -> Results:
    """Simulate every strategy of one or several scenarios.

    Parameters
    ----------
    scenarios : Scenario or sequence of Scenario
        What to run; names must differ.
    replications, seed : int, optional
        Used instead of the scenario's own.
    workers : int, optional
        Worker processes; 1 runs in this process. Left out: one per processor, or this
        process when the run is small. Results do not depend on it.
    engine : str
        Clock: ``simpy``, ``compiled``, or ``auto`` for the one that ends sooner. Results do not depend on it.
    patients : bool
        True keeps what every single patient cost and gained, for subgroups:
        about half a kilobyte for each in every strategy and replication.
    executor : Executor, optional
        Runs the jobs instead of worker processes; it is not shut down.
    on_progress : callable, optional
        Called with (jobs done, jobs in all) after each job.
    command : str, optional
        The command as typed, for the manifest.

    Returns
    -------
    Results
        Frames of all jobs, in the order of scenarios and replications, and the manifest.

    Raises
    ------
    ScenarioError
        If a setting is impossible or two scenarios share a name.
    JobError
        If a job fails or its process dies.
    """
    chosen = prepare(scenarios, replications=replications, seed=seed)
    started = now()
    clock = ready_clock(engine, chosen)
    jobs = jobs_of(chosen, clock, patients=patients)
    count = None if executor else count_workers(workers, chosen, len(jobs), clock)
    parts = run_jobs(jobs, workers=count or 1, executor=executor, on_progress=on_progress)
    return joined(parts, chosen, started=started, workers=count, clock=clock, command=command)


def joined(
    parts: Sequence[Results],
    scenarios: Sequence[Scenario],
    *,
    started: datetime,
    workers: int | None = None,
    clock: str = SIMPY,
    command: str | None = None,
) -> Results:
    """Put the results of all jobs together and write down how they came about.

    Parameters
    ----------
    parts : sequence of Results
        One for each job.
    scenarios : sequence of Scenario
        What was run.
    started : datetime
        When the run began (UTC).
    workers : int, optional
        Processes used; left out when another executor ran the jobs.
    clock : str
        Clock that drove the jobs.
    command : str, optional
        The command as typed.

    Returns
    -------
    Results
        With its manifest.
    """
    manifest = describe_run(scenarios, started=started, workers=workers, engine=clock, command=command)
    return replace(Results.combine(parts), manifest=manifest)


def prepare(
    scenarios: Scenario | Sequence[Scenario], *, replications: int | None = None, seed: int | None = None
) -> list[Scenario]:
    """Return the scenarios with replications and seed in place, names checked.

    Parameters
    ----------
    scenarios : Scenario or sequence of Scenario
        What to run.
    replications, seed : int, optional
        Used instead of the scenario's own.

    Returns
    -------
    list of Scenario
        In the given order.

    Raises
    ------
    ScenarioError
        If there is none, a setting is impossible or two scenarios share a name.
    """
    given = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
    if not given:
        raise ScenarioError("simulate: scenarios must hold at least one, got none")
    wanted = {"run.replications": replications, "run.seed": seed}
    changes: dict[str, object] = {path: value for path, value in wanted.items() if value is not None}
    chosen = [with_settings(scenario, changes) for scenario in given]
    names = [scenario.name for scenario in chosen]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ScenarioError(
            f"simulate: names of scenarios must differ, got {', '.join(twice)} more than once"
        )
    return chosen


def jobs_of(scenarios: Sequence[Scenario], clock: str = SIMPY, *, patients: bool = False) -> list[Job]:
    """Return one job per scenario and replication, in that order."""
    return [
        Job(scenario, number, clock, patients)
        for scenario in scenarios
        for number in range(scenario.run.replications)
    ]


def run_jobs(
    jobs: Sequence[Runnable[Result]],
    *,
    workers: int = 1,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> list[Result]:
    """Run all jobs and return their results in the order of the jobs.

    Parameters
    ----------
    jobs : sequence of Runnable
        What to run.
    workers : int
        Processes, when no executor is given; 1 runs in this process.
    executor : Executor, optional
        Runs the jobs instead; it is not shut down.
    on_progress : callable, optional
        Called with (jobs done, jobs in all).

    Returns
    -------
    list
        Element i belongs to job i.

    Raises
    ------
    JobError
        If a job fails or its process dies.
    """
    runner = executor or (InlineExecutor() if workers == 1 else processes(workers))
    ahead = len(jobs) if executor else 1 if workers == 1 else workers * AHEAD_PER_WORKER
    finished: dict[int, Result] = {}
    try:
        for position, results in _completed(runner, jobs, ahead, is_lent=executor is not None):
            finished[position] = results
            if on_progress:
                on_progress(len(finished), len(jobs))
    except BaseException:
        if executor is None:
            stop(runner)
        raise
    if executor is None:
        runner.shutdown()
    return [finished[position] for position in range(len(jobs))]


def completed(
    jobs: Sequence[Runnable[Result]],
    *,
    workers: int = 1,
    executor: Executor | None = None,
    width: int | None = None,
) -> Generator[tuple[int, Result]]:
    """TEMPORARY"""
    runner = executor or (InlineExecutor() if workers == 1 else processes(workers))
    ahead = (width or 2) * 2 if executor else 1 if workers == 1 else workers * AHEAD_PER_WORKER
    try:
        yield from _completed(runner, jobs, ahead, is_lent=executor is not None)
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


def count_workers(
    asked: int | None,
    scenarios: Sequence[Scenario],
    n_jobs: int,
    clock: str = SIMPY,
    n_arms: int | None = None,
) -> int:
    """Return how many processes to use: as many as asked, else one for a small run.

    ``n_arms``, patients times strategies times runs, is counted from the scenarios where it is left out.
    """
    if asked is not None:
        if isinstance(asked, bool) or not isinstance(asked, int) or asked < 1:
            raise ScenarioError(f"workers must be a whole number of at least 1, got {asked!r}")
        wanted = min(asked, n_jobs)
    else:
        size = arms_of(scenarios) if n_arms is None else n_arms
        wanted = 1 if size <= SMALL_RUN[clock] else min(available_workers(), n_jobs)
    return workers_that_fit(wanted, scenarios, physical_memory())


def _completed(
    runner: Executor, jobs: Sequence[Runnable[Result]], ahead: int, *, is_lent: bool
) -> Iterator[tuple[int, Result]]:
    """Yield (position of the job, its result) as jobs end, with at most ``ahead`` of them under way.

    What still waits when something goes wrong is cancelled on a lent executor; our own is stopped whole.
    """
    hold_back = contextlib.nullcontext if isinstance(runner, InlineExecutor) else interrupts_held_back
    waiting: dict[Future[Result], int] = {}
    try:
        for position, job in enumerate(jobs):
            with hold_back():
                waiting[runner.submit(run_job, job)] = position
            if len(waiting) >= ahead:
                yield from _ended(waiting, jobs)
        while waiting:
            yield from _ended(waiting, jobs)
    except BrokenProcessPool as error:
        raise JobError(
            "a worker process died before its job was done, perhaps for lack of memory; "
            "run fewer workers or fewer patients"
        ) from error
    finally:
        for future in waiting if is_lent else ():
            future.cancel()


def _ended(
    waiting: dict[Future[Result], int], jobs: Sequence[Runnable[Result]]
) -> Iterator[tuple[int, Result]]:
    """Wait for at least one job and yield those that ended."""
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        position = waiting.pop(future)
        try:
            results = future.result()
        except CancelledError as error:
            raise JobError(f"{jobs[position].key}: cancelled before it ran") from error
        yield position, results
