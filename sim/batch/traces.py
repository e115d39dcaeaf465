"""Jobs that follow single patients: the log of one strategy, as far as somebody may look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.scenario import Scenario
from sim.engine.clocks import SIMPY

MOST_FOLLOWED = 1_000
"""Patients, from number 0 on, of whom a log is kept."""


@dataclass(frozen=True, slots=True)
class Traced:
    """What happened to the first patients of one strategy.

    Parameters
    ----------
    log : ndarray of `sim.domain.events.LOG_DTYPE`, shape (n_rows,)
        Their events, in order of time.
    cohort : Cohort
        These patients.
    """

    log: NDArray[np.void]
    cohort: Cohort


@dataclass(frozen=True, slots=True)
class TraceJob:
    """One strategy of one replication, with its event log.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    strategy : str
        Key of the strategy.
    replication : int
        Number of the replication, from 0.
    clock : str
        Which clock drives it; the log does not depend on it.
    most : int
        Patients whose events are kept. Where nobody waits for anybody, the others are not simulated: the
        first patients are the same in a cohort of any size.
    """

    scenario: Scenario
    strategy: str
    replication: int = 0
    clock: str = SIMPY
    most: int = MOST_FOLLOWED

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return f"scenario '{self.scenario.name}', one patient in '{self.strategy}'"

    def run(self) -> Traced:
        """Simulate the strategy and keep the log of the first patients."""
        from sim.engine.parts import Part  # noqa: PLC0415  imports SimPy, which only workers need
        from sim.engine.simulate import event_log, prepare  # noqa: PLC0415

        n_patients = self.scenario.run.n_patients
        if not any(resource.units is not None for resource in self.scenario.resources.values()):
            n_patients = min(n_patients, self.most)
        prepared = prepare(self.scenario, self.replication, Part(0, n_patients))
        log = event_log(prepared, self.strategy, self.clock)
        return Traced(log[log["patient"] < self.most], _first(prepared.cohort, self.most))


def trace_jobs(scenario: Scenario, strategy: str, clock: str = SIMPY) -> Callable[[], list[TraceJob]]:
    """Return what makes the one job that follows patients of a strategy."""
    return lambda: [TraceJob(scenario, strategy, clock=clock)]


def _first(cohort: Cohort, most: int) -> Cohort:
    return Cohort(**{field.name: getattr(cohort, field.name)[:most] for field in fields(cohort)})
