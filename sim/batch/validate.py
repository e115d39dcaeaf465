"""Run the studies that published figures come from, one job each.

The answer depends on the studies and their seeds only: never on the number of workers, the executor, or the
order in which jobs end.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.batch.run import Progress, count_workers, run_jobs, with_settings
from sim.domain.measures import Measure
from sim.domain.scenario import Scenario
from sim.domain.targets import Targets
from sim.scenario_io.validation import Validation

if TYPE_CHECKING:
    from sim.replication import Observed

Wanted = dict[str, tuple[str, Measure]]


@dataclass(frozen=True, slots=True)
class Study:
    """One study: what is simulated and what is measured in it.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    wanted : dict
        Key of each target to its strategy and measure.
    """

    scenario: Scenario
    wanted: Wanted

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return f"study '{self.scenario.name}'"

    @property
    def size(self) -> float:
        """Patients times strategies times years: how long it takes, about."""
        return self.scenario.run.n_patients * len(self.scenario.strategies) * self.scenario.horizon_years

    def run(self) -> Observed:
        """Simulate all strategies and measure the targets."""
        from sim.replication import observe  # noqa: PLC0415  imports SimPy, which only workers need

        return observe(self.scenario, self.wanted)


def validate(
    validation: Validation,
    *,
    n_patients: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> list[Observed]:
    """Run every study once and measure what was published about it.

    Parameters
    ----------
    validation : Validation
        Published figures and studies.
    n_patients : int, optional
        Patients per study and strategy, instead of each study's own.
    workers : int, optional
        Worker processes; 1 runs in this process. Left out: one per processor, or this process when the run
        is small. Results do not depend on it.
    executor : Executor, optional
        Runs the jobs instead of worker processes; it is not shut down.
    on_progress : callable, optional
        Called with (studies done, studies in all) after each study.

    Returns
    -------
    list of Observed
        In the order of the studies.

    Raises
    ------
    ScenarioError
        If a setting is impossible.
    JobError
        If a study fails or its process dies.
    """
    changes: dict[str, object] = {"run.replications": 1}
    if n_patients is not None:
        changes["run.n_patients"] = n_patients
    studies = [
        Study(with_settings(study.scenario, changes), _wanted(validation.targets, name))
        for name, study in validation.studies.items()
    ]
    order = sorted(range(len(studies)), key=lambda position: -studies[position].size)
    count = 1 if executor else count_workers(workers, [study.scenario for study in studies], len(studies))
    found = run_jobs(
        [studies[position] for position in order], workers=count, executor=executor, on_progress=on_progress
    )
    by_position = dict(zip(order, found, strict=True))
    return [by_position[position] for position in range(len(studies))]


def _wanted(targets: Targets, study: str) -> Wanted:
    return {
        key: (target.strategy, target.measure)
        for key, target in targets.targets.items()
        if target.study == study
    }
