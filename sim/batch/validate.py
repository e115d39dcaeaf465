"""Run the studies that published figures come from, one job each.

The answer depends on the studies and their seeds only: never on the number of workers, the executor, or the
order in which jobs end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sim.batch.manifest import describe_run
from sim.batch.run import Progress, count_workers, run_jobs
from sim.batch.settings import with_settings
from sim.domain.measures import Measure
from sim.domain.scenario import Scenario
from sim.domain.targets import Targets
from sim.engine.clocks import SIMPY
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
    clock : str
        Which clock drives it; results do not depend on it.
    """

    scenario: Scenario
    wanted: Wanted
    clock: str = SIMPY

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

        return observe(self.scenario, self.wanted, self.clock)


def validate(
    validation: Validation,
    *,
    n_patients: int | None = None,
    clock: str = SIMPY,
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
    clock : str
        Clock for all studies.
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
    studies = studies_of(validation, n_patients=n_patients, clock=clock)
    order = largest_first(studies)
    count = 1 if executor else count_workers(workers, [study.scenario for study in studies], len(studies))
    found = run_jobs(
        [studies[position] for position in order], workers=count, executor=executor, on_progress=on_progress
    )
    by_position = dict(zip(order, found, strict=True))
    return [by_position[position] for position in range(len(studies))]


def manifest_of(
    validation: Validation,
    *,
    started: datetime,
    n_patients: int | None = None,
    clock: str = SIMPY,
    workers: int | None = None,
    command: str | None = None,
) -> dict[str, object]:
    """Return the manifest of a validation that ends now.

    Parameters
    ----------
    validation : Validation
        Published figures and studies.
    started : datetime
        When it began (UTC).
    n_patients : int, optional
        Patients per study and strategy, instead of each study's own.
    clock : str
        Clock that drove the studies.
    workers : int, optional
        As for `validate`.
    command : str, optional
        The command as it was typed.

    Returns
    -------
    dict
        As `sim.batch.manifest.describe_run` tells it, with the digest of the published figures.
    """
    scenarios = [study.scenario for study in studies_of(validation, n_patients=n_patients)]
    used = count_workers(workers, scenarios, len(scenarios))
    figures = json.dumps(validation.targets.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(figures.encode()).hexdigest()
    return describe_run(
        scenarios, started=started, workers=used, engine=clock, command=command, targets=digest
    )


def studies_of(validation: Validation, *, n_patients: int | None = None, clock: str = SIMPY) -> list[Study]:
    """Return the jobs of a validation.

    Parameters
    ----------
    validation : Validation
        Published figures and studies.
    n_patients : int, optional
        Patients per study and strategy, instead of each study's own.
    clock : str
        Clock that drives them.

    Returns
    -------
    list of Study
        In the order of the studies.

    Raises
    ------
    ScenarioError
        If the number of patients is impossible.
    """
    changes: dict[str, object] = {"run.replications": 1}
    if n_patients is not None:
        changes["run.n_patients"] = n_patients
    return [
        Study(with_settings(study.scenario, changes), _wanted(validation.targets, name), clock)
        for name, study in validation.studies.items()
    ]


def largest_first(studies: Sequence[Study]) -> list[int]:
    """Return the positions of the studies in the order in which they are best started."""
    return sorted(range(len(studies)), key=lambda position: -studies[position].size)


def _wanted(targets: Targets, study: str) -> Wanted:
    return {
        key: (target.strategy, target.measure)
        for key, target in targets.targets.items()
        if target.study == study
    }
