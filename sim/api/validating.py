"""Hold the model against published results."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.clock import ready_clock
from sim.batch.inputs import sizes_of
from sim.batch.manifest import now
from sim.batch.run import Progress
from sim.batch.validate import manifest_of
from sim.batch.validate import validate as observed_in
from sim.engine.clocks import AUTO
from sim.report.validation import validation_content
from sim.scenario_io.validation import Validation, load_validation

if TYPE_CHECKING:
    from sim.replication import Observed


@dataclass(frozen=True, slots=True)
class Validated:
    """Published figures, the studies they come from, and what the model gives instead.

    Parameters
    ----------
    validation : Validation
        Figures and studies.
    observed : list of Observed
        What every study gave.
    manifest : mapping
        How that came about.
    """

    validation: Validation
    observed: list[Observed]
    manifest: Mapping[str, object]

    @property
    def content(self) -> dict[str, Any]:
        """Everything as plain values."""
        return validation_content(self.validation.targets, self.observed, self.manifest)


def validated(
    validation: Validation,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
    command: str | None = None,
) -> Validated:
    """Run studies and compare them with what was published.

    Parameters
    ----------
    validation : Validation
        From `sim.scenario_io.validation.load_validation`.
    workers, executor, on_progress, command
        As for `validate`.

    Returns
    -------
    Validated
        With what every study gave.

    Raises
    ------
    JobError
        If a study fails or its process dies.
    """
    started = now()
    clock = ready_clock(AUTO, [study.scenario for study in validation.studies.values()])
    observed = observed_in(
        validation, clock=clock, workers=workers, executor=executor, on_progress=on_progress
    )
    manifest = manifest_of(validation, started=started, clock=clock, workers=workers, command=command)
    return Validated(validation, observed, manifest)


def validate(
    *,
    patients: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
    directory: Path | str | None = None,
    command: str | None = None,
) -> dict[str, Any]:
    """Run the shipped studies and compare them with what was published: ``treatpath validate --json``.

    Parameters
    ----------
    patients : int, optional
        Patients per study and strategy, instead of each study's own.
    workers : int, optional
        Worker processes; 1 runs in this process. Results do not depend on it.
    executor : Executor, optional
        Runs the studies instead; it is not shut down.
    on_progress : callable, optional
        Called with (studies done, studies in all).
    directory : Path or str, optional
        Folder of other studies and figures; left out = the shipped ones.
    command : str, optional
        The command as typed, for the manifest.

    Returns
    -------
    dict
        Plain values: ``targets`` (a row per published figure), ``totals``, ``left_out`` and ``manifest``.

    Raises
    ------
    ScenarioError
        If a study or a number is impossible.
    JobError
        If a study fails or its process dies.
    """
    return validated(
        studies(patients=patients, directory=directory),
        workers=workers,
        executor=executor,
        on_progress=on_progress,
        command=command,
    ).content


def studies(*, patients: int | None = None, directory: Path | str | None = None) -> Validation:
    """Return the published figures and their studies, with as many patients as asked for."""
    sizes = sizes_of(patients=patients)
    folder = None if directory is None else Path(directory)
    return load_validation(folder, [f"{path}={value}" for path, value in sizes.items()])
