"""Run jobs, such as one per scenario and replication, and put their results together.

The answer depends on scenarios and seed only: never on the number of workers, the
executor, or the order in which jobs end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime

from sim.batch.clock import arms_of, ready_clock
from sim.batch.completion import Result, completed
from sim.batch.executors import Runnable, available_workers, checked_workers
from sim.batch.inputs import Sources, scenarios_from, sizes_of
from sim.batch.manifest import describe_run, now
from sim.batch.memory import physical_memory, workers_that_fit
from sim.domain.scenario import Scenario
from sim.engine.clocks import AUTO, COMPILED, SIMPY
from sim.errors import ScenarioError
from sim.results import Results

SMALL_RUN = {SIMPY: 4_000, COMPILED: 400_000}
"""Patients times strategies times replications up to which starting processes takes longer than the run."""
Progress = Callable[[int, int], None]


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
    scenarios: Sources,
    *,
    replications: int | None = None,
    patients: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    engine: str = AUTO,
    patient_totals: bool = False,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
    command: str | None = None,
) -> Results:
    """Simulate every strategy of one or several scenarios, and keep the results in memory.

    Parameters
    ----------
    scenarios : Scenario, str, Path or sequence of them
        What to run: scenarios, scenario files or names of shipped ones; names of scenarios must differ.
    replications, patients, seed : int, optional
        Used instead of the scenario's own; patients are per strategy and replication.
    workers : int, optional
        Worker processes; 1 runs in this process. Left out: one per processor, or this
        process when the run is small. Results do not depend on it.
    engine : str
        Clock: ``simpy``, ``compiled``, or ``auto`` for the one that ends sooner. Results do not depend on it.
    patient_totals : bool
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
        If a file or a setting is impossible, or two scenarios share a name.
    JobError
        If a job fails or its process dies.

    Examples
    --------
    >>> results = simulate("base", patients=10, replications=2, workers=1)
    >>> len(results.clinical), results.manifest["scenarios"][0]["n_patients"]
    (14, 10)
    """
    chosen = prepare(scenarios, replications=replications, patients=patients, seed=seed)
    started = now()
    clock = ready_clock(engine, chosen)
    jobs = jobs_of(chosen, clock, patients=patient_totals)
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
    scenarios: Sources,
    *,
    overrides: Sequence[str] = (),
    replications: int | None = None,
    patients: int | None = None,
    seed: int | None = None,
) -> list[Scenario]:
    """Return the scenarios with their sizes in place, names checked.

    Parameters
    ----------
    scenarios : Scenario, str, Path or sequence of them
        What to run.
    overrides : sequence of str
        Settings above the files, as ``path=value``; not for a `Scenario`.
    replications, patients, seed : int, optional
        Used instead of the scenario's own.

    Returns
    -------
    list of Scenario
        In the given order.

    Raises
    ------
    ScenarioError
        If there is none, a file or a setting is impossible, or two scenarios share a name.
    """
    sizes = sizes_of(patients=patients, replications=replications, seed=seed)
    chosen = scenarios_from(scenarios, overrides=overrides, sizes=sizes)
    if not chosen:
        raise ScenarioError("simulate: scenarios must hold at least one, got none")
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
    finished: dict[int, Result] = {}
    with closing(completed(jobs, workers=workers, executor=executor)) as ended:
        for position, result in ended:
            finished[position] = result
            if on_progress:
                on_progress(len(finished), len(jobs))
    return [finished[position] for position in range(len(jobs))]


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
        wanted = min(checked_workers(asked), n_jobs)
    else:
        size = arms_of(scenarios) if n_arms is None else n_arms
        wanted = 1 if size <= SMALL_RUN[clock] else min(available_workers(), n_jobs)
    return workers_that_fit(wanted, scenarios, physical_memory())
