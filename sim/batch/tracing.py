"""Trace one strategy through one replication: what happens to whom and when, and who goes where."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.scenario import Scenario
from sim.engine.clocks import SIMPY

if TYPE_CHECKING:
    from sim.outcomes.pathway_stages import Journeys

MOST_TRACED = 2_000
"""Patients, from number 0 on, of whom anything is kept."""


@dataclass(frozen=True, slots=True)
class Traced:
    """What happened to the first patients of one strategy and replication.

    Parameters
    ----------
    log : ndarray of `sim.domain.events.LOG_DTYPE`, shape (n_rows,)
        Their events, in order of time.
    cohort : Cohort
        These patients.
    journeys : Journeys
        Their ways through the stages of the pathway.
    """

    log: NDArray[np.void]
    cohort: Cohort
    journeys: Journeys


@dataclass(frozen=True, slots=True)
class Trace:
    """A job that follows single patients through one strategy of one replication.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    strategy : str
        Key of the strategy.
    replication : int
        Number of the replication, from 0.
    clock : str
        Which clock drives it; results do not depend on it.
    most : int
        Patients of whom something is kept. Where nobody waits for anybody, the others are not simulated: the
        first patients are the same in a cohort of any size.
    """

    scenario: Scenario
    strategy: str
    replication: int = 0
    clock: str = SIMPY
    most: int = MOST_TRACED

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return f"strategy '{self.strategy}' of '{self.scenario.name}', replication {self.replication}"

    def run(self) -> Traced:
        """Simulate the strategy, and read the ways of the first patients off the log."""
        from sim.engine.parts import Part  # noqa: PLC0415  imports SimPy, which only workers need
        from sim.engine.simulate import event_log, prepare  # noqa: PLC0415
        from sim.outcomes.pathway_stages import journeys  # noqa: PLC0415

        n_patients = self.scenario.run.n_patients
        if not self.scenario.has_limits:
            n_patients = min(n_patients, self.most)
        prepared = prepare(self.scenario, self.replication, Part(0, n_patients))
        log, cohort = event_log(prepared, self.strategy, self.clock), _first(prepared.cohort, self.most)
        log = log[log["patient"] < self.most]
        return Traced(log, cohort, journeys(log, cohort, self.scenario, self.strategy, self.replication))


def _first(cohort: Cohort, most: int) -> Cohort:
    return Cohort(**{field.name: getattr(cohort, field.name)[:most] for field in fields(cohort)})
