"""Run a scenario in many worlds: draws or points as jobs, each boiled down to a few sums.

Worlds go to workers in batches, so that the scenario travels with ten of them and not with each. The scenario
of a world is made where it runs. Of its results only sums by year come back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Protocol

from sim.batch.clock import ready_clock
from sim.batch.run import Progress, count_workers, run_jobs
from sim.batch.settings import with_settings
from sim.design.draws import Draws
from sim.design.points import Point, Points
from sim.domain.scenario import Scenario
from sim.domain.unknowns import unknowns
from sim.engine.clocks import AUTO, SIMPY
from sim.errors import ScenarioError
from sim.worlds.sums import Worlds, joined

BATCH = 10
"""Worlds per job: long enough that sending the scenario costs little, short enough to show progress."""
MOST_WORLDS, MOST_INNER = 100_000, 1000


class Design(Protocol):
    """Worlds that follow each other, made from a scenario."""

    @property
    def name(self) -> str:
        """What messages call them."""

    @property
    def numbers(self) -> range:
        """Numbers of the worlds, possible or not."""

    def worlds(self, scenario: Scenario) -> Iterator[tuple[int, Scenario]]:
        """Yield the number of each world and its scenario."""


@dataclass(frozen=True, slots=True)
class WorldBatch:
    """Some worlds of one scenario, each with all strategies.

    Parameters
    ----------
    scenario : Scenario
        The base.
    design : Design
        Which worlds.
    parameters : tuple of str
        Paths whose values are noted.
    n_inner : int
        Replications of each world.
    own_patients : bool
        True: world w meets the patients of replications w * n_inner and following, so that over the worlds
        chance averages out. False: all meet those of replications 0 and following, so that they differ by
        their values only.
    clock : str
        Which clock drives it; results do not depend on it.
    """

    scenario: Scenario
    design: Design
    parameters: tuple[str, ...]
    n_inner: int = 1
    own_patients: bool = True
    clock: str = SIMPY

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return f"scenario '{self.scenario.name}', {self.design.name}"

    def run(self) -> list[Worlds]:
        """Simulate all strategies in every world that is possible."""
        from sim.replication import world_sums  # noqa: PLC0415  imports SimPy, which only workers need

        return [
            world_sums(world, self.parameters, number, replication, self.clock)
            for number, world in self.design.worlds(self.scenario)
            for replication in self._replications(number)
        ]

    def _replications(self, world: int) -> range:
        first = world * self.n_inner if self.own_patients else 0
        return range(first, first + self.n_inner)


def run_draws(
    scenario: Scenario,
    n_draws: int,
    *,
    n_inner: int = 1,
    n_patients: int | None = None,
    is_stratified: bool = True,
    engine: str = AUTO,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> Worlds:
    """Simulate a scenario in many draws of what is unknown.

    Parameters
    ----------
    scenario : Scenario
        The base.
    n_draws : int
        How many draws.
    n_inner : int
        Replications of each draw, with different patients; two or more tell chance from uncertainty.
    n_patients : int, optional
        Patients per strategy, draw and replication, instead of the scenario's own.
    is_stratified : bool
        True: a Latin hypercube. False: each draw by itself.
    engine : str
        Clock, as for `sim.batch.run.simulate`.
    workers : int, optional
        Worker processes; 1 runs in this process. Left out: one per processor, or this process when the run
        is small. Results do not depend on it.
    executor : Executor, optional
        Runs the jobs instead of worker processes; it is not shut down.
    on_progress : callable, optional
        Called with (draws done, draws in all) after each batch.

    Returns
    -------
    Worlds
        In the order of the draws; ``values`` of each unknown at its first place.

    Raises
    ------
    ScenarioError
        If nothing is uncertain, a setting is impossible, or no draw fits together.
    JobError
        If a job fails or its process dies.
    """
    jobs = draw_jobs(_sized(scenario, n_patients), n_draws, n_inner=n_inner, is_stratified=is_stratified)
    return _run(jobs, n_draws, engine=engine, workers=workers, executor=executor, on_progress=on_progress)


def draw_jobs(
    scenario: Scenario, n_draws: int, *, n_inner: int = 1, is_stratified: bool = True
) -> list[WorldBatch]:
    """Return the jobs that simulate a scenario in many draws; see `run_draws`.

    Parameters
    ----------
    scenario, n_draws, n_inner, is_stratified
        As for `run_draws`.

    Returns
    -------
    list of WorldBatch
        In the order of the draws, for the SimPy clock.

    Raises
    ------
    ScenarioError
        If nothing is uncertain or a number is impossible.
    """
    check_sizes(n_draws, n_inner, "draws")
    found = tuple(unknowns(scenario))
    if not found:
        raise ScenarioError(f"scenario '{scenario.name}': some parameter must have a distribution, got none")
    of = n_draws if is_stratified else None
    designs = [Draws(start, min(BATCH, n_draws - start), of) for start in range(0, n_draws, BATCH)]
    return [WorldBatch(scenario, design, found, n_inner, own_patients=True) for design in designs]


def run_points(
    scenario: Scenario,
    points: Sequence[Point],
    *,
    replications: int | None = None,
    n_patients: int | None = None,
    engine: str = AUTO,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> Worlds:
    """Simulate a scenario with other values, point by point, always with the same patients and luck.

    Parameters
    ----------
    scenario : Scenario
        The base.
    points : sequence of mapping
        Value by dotted path of a parameter; an empty one is the scenario as it is.
    replications : int, optional
        Replications of each point; left out = the scenario's own.
    n_patients : int, optional
        Patients per strategy and replication, instead of the scenario's own.
    engine, workers, executor, on_progress
        As for `run_draws`.

    Returns
    -------
    Worlds
        In the order of the points, without those that contradict other values; ``values`` of every path
        that some point changes.

    Raises
    ------
    ScenarioError
        If there is no point, or none that is possible.
    JobError
        If a job fails or its process dies.
    """
    n_inner = scenario.run.replications if replications is None else replications
    jobs = point_jobs(_sized(scenario, n_patients), points, n_inner=n_inner)
    return _run(jobs, len(points), engine=engine, workers=workers, executor=executor, on_progress=on_progress)


def point_jobs(scenario: Scenario, points: Sequence[Point], *, n_inner: int) -> list[WorldBatch]:
    """Return the jobs that simulate a scenario with other values; see `run_points`.

    Parameters
    ----------
    scenario, points
        As for `run_points`.
    n_inner : int
        Replications of each point.

    Returns
    -------
    list of WorldBatch
        In the order of the points, for the SimPy clock.

    Raises
    ------
    ScenarioError
        If a number is impossible.
    """
    if not 1 <= len(points) <= MOST_WORLDS:
        raise ScenarioError(f"points must number 1 to {MOST_WORLDS}, got {len(points)}")
    check_sizes(len(points), n_inner)
    designs = [Points(start, tuple(points[start : start + BATCH])) for start in range(0, len(points), BATCH)]
    paths = tuple(dict.fromkeys(path for point in points for path in point))
    return [WorldBatch(scenario, design, paths, n_inner, own_patients=False) for design in designs]


def timed(
    jobs: Sequence[WorldBatch], n_worlds: int, *, engine: str, workers: int | None
) -> tuple[list[WorldBatch], int]:
    """Return the jobs with the clock that ends sooner, made ready, and how many processes to use.

    Parameters
    ----------
    jobs : sequence of WorldBatch
        Of one scenario; at least one.
    n_worlds : int
        Worlds of all jobs.
    engine, workers
        As for `run_draws`.

    Returns
    -------
    jobs : list of WorldBatch
        The same with a clock.
    workers : int
        At least 1.
    """
    scenario = jobs[0].scenario
    n_arms = scenario.run.n_patients * len(scenario.strategies) * n_worlds * jobs[0].n_inner
    clock = ready_clock(engine, [scenario], n_arms)
    count = count_workers(workers, [scenario], len(jobs), clock, n_arms=n_arms)
    return [replace(job, clock=clock) for job in jobs], count


def _sized(scenario: Scenario, n_patients: int | None) -> Scenario:
    changes: dict[str, object] = {} if n_patients is None else {"run.n_patients": n_patients}
    return with_settings(scenario, changes)


def check_sizes(n_worlds: int, n_inner: int, name: str = "worlds") -> None:
    """Refuse impossible numbers of worlds and of replications of each; ScenarioError."""
    if not 1 <= n_worlds <= MOST_WORLDS:
        raise ScenarioError(f"{name} must lie in [1, {MOST_WORLDS}], got {n_worlds}")
    if not 1 <= n_inner <= MOST_INNER:
        raise ScenarioError(f"replications must lie in [1, {MOST_INNER}], got {n_inner}")
    if n_worlds * n_inner > MOST_WORLDS:
        raise ScenarioError(
            f"worlds times replications must be at most {MOST_WORLDS}, "
            f"got {n_worlds} times {n_inner}; lower one"
        )


def _run(
    jobs: Sequence[WorldBatch],
    n_worlds: int,
    *,
    engine: str,
    workers: int | None,
    executor: Executor | None,
    on_progress: Progress | None,
) -> Worlds:
    chosen, count = timed(jobs, n_worlds, engine=engine, workers=workers)
    report = on_progress and (lambda done, _: on_progress(min(done * BATCH, n_worlds), n_worlds))
    batches = run_jobs(chosen, workers=1 if executor else count, executor=executor, on_progress=report)
    found = [world for batch in batches for world in batch]
    if not found:
        raise nothing_fits(jobs[0].scenario.name)
    return joined(found)


def nothing_fits(name: str) -> ScenarioError:
    """Return the error of a scenario of which no draw and no point is possible."""
    return ScenarioError(f"scenario '{name}': some point must fit the other values, got none")
