"""Trace one strategy through one replication: who goes where and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.design import preview
from sim.domain.scenario import Scenario
from sim.engine.clocks import SIMPY

if TYPE_CHECKING:
    from sim.outcomes.pathway_stages import Journeys


@dataclass(frozen=True, slots=True)
class Trace:
    """One strategy in one replication.

    Parameters
    ----------
    scenario : Scenario
        What is simulated, in the size it is traced in.
    strategy : str
        Key of the strategy.
    replication : int
        Number of the replication, from 0.
    clock : str
        Which clock drives it; results do not depend on it.
    """

    scenario: Scenario
    strategy: str
    replication: int
    clock: str = SIMPY

    @property
    def key(self) -> str:
        """Name of the job in messages, and of what is asked."""
        return f"strategy '{self.strategy}' of '{self.scenario.name}', replication {self.replication}"

    def run(self) -> Journeys:
        """Simulate the strategy and read everybody's way off the log."""
        from sim.engine.simulate import event_log, prepare  # noqa: PLC0415  imports SimPy
        from sim.outcomes.pathway_stages import journeys  # noqa: PLC0415

        prepared = prepare(self.scenario, self.replication)
        log = event_log(prepared, self.strategy, self.clock)
        return journeys(log, prepared.cohort, self.scenario, self.strategy, self.replication)


def traced_size(scenario: Scenario) -> Scenario:
    """Return a scenario with as many patients as are traced: no more than a preview of a clinic has.

    Where nothing is limited, these are the first patients of the full run, with the same lives.
    """
    n_patients = min(scenario.run.n_patients, preview.CLINIC_PATIENTS)
    return scenario.model_copy(update={"run": scenario.run.model_copy(update={"n_patients": n_patients})})
