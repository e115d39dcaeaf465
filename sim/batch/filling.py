"""Fill a directory of results job by job: begin it or go on with it, and run what is missing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sim.batch.completion import completed
from sim.batch.executors import Runnable
from sim.batch.going_on import check_same
from sim.batch.manifest import describe_run
from sim.batch.model_identity import model_identity
from sim.batch.run import Progress
from sim.engine.clocks import AUTO
from sim.errors import JobError, ScenarioError
from sim.scenario_io.recipes import Recipe
from sim.stored.beginning import begun, clear_beginning
from sim.stored.files import HEADER
from sim.stored.journal import Entry
from sim.stored.layout import (
    MODEL,
    header_of,
    read_header,
    run_scenarios,
    scenario_path,
    settings_path,
)
from sim.stored.run_directory import RunDirectory, resumed, seconds_filled
from sim.stored.tables import Table

RESUMED = "resumed"
"""Key of a header: how often the run went on after a stop."""
SPENT = "spent_seconds"
"""Key of a header: how long earlier stretches took, each until the last job that it finished [s]."""
KEPT = "; finished jobs are kept, mend this and run again with --resume"
"""What is said besides when a run stops whose directory stays."""


class StoredJob(Runnable[Mapping[str, Table]], Protocol):
    """A job whose frames go to a directory."""

    @property
    def entry(self) -> Entry:
        """Its place in the journal, without files."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How jobs are run; results do not depend on it.

    Parameters
    ----------
    engine : str
        ``simpy``, ``compiled``, or ``auto`` for the clock that ends sooner.
    workers : int, optional
        Worker processes; left out: one per processor, or this process when the run is small.
    executor : Executor, optional
        Runs the jobs instead; it is not shut down.
    lent_workers : int, optional
        Workers of that executor when it was lent, for the manifest.
    on_progress : callable, optional
        Called with (replications or draws done, in all) after each job.
    command, backend : str, optional
        The command as typed, and the name of what runs the jobs, for the manifest.
    """

    engine: str = AUTO
    workers: int | None = None
    executor: Executor | None = None
    lent_workers: int | None = None
    on_progress: Progress | None = None
    command: str | None = None
    backend: str | None = None


def check_names(recipes: Sequence[Recipe]) -> None:
    """Refuse a run without scenarios or with two of the same name; ScenarioError."""
    names = [recipe.name for recipe in recipes]
    if not names:
        raise ScenarioError("run: scenarios must hold at least one, got none")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ScenarioError(f"run: names of scenarios must differ, got {', '.join(twice)} more than once")


def header_for(
    kind: str, recipes: Sequence[Recipe], *, shard: tuple[int, int] | None, **asked: object
) -> dict[str, Any]:
    """Return the header of a directory.

    Parameters
    ----------
    kind : str
        Kind of results.
    recipes : sequence of Recipe
        What is run.
    shard : tuple of int or None
        Which share of the jobs.
    **asked
        What else is asked; plain values.

    Returns
    -------
    dict
        Plain values, with the model that runs it.
    """
    scenarios = [
        {
            "name": recipe.name, "title": recipe.title, "folder": recipe.folder, "digest": recipe.digest,
            "seed": recipe.seed, "n_patients": recipe.n_patients, "replications": recipe.replications,
        }
        for recipe in recipes
    ]  # fmt: skip
    share = None if shard is None else list(shard)
    return header_of(
        kind, scenarios, **{MODEL: model_identity()}, shard=share, **{RESUMED: 0, SPENT: 0}, **asked
    )


def scenario_texts(recipes: Sequence[Recipe]) -> dict[str, bytes]:
    """Return the scenarios in full as files of a directory, by path."""
    return {scenario_path(recipe.folder): recipe.text for recipe in recipes}


def settings_texts(settings: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what analyses need to know, given by folder, as files of a directory, by path."""
    return {settings_path(folder): text for folder, text in settings.items()}


@contextlib.contextmanager
def directory_for(
    directory: Path | str, header: Mapping[str, Any], texts: Mapping[str, bytes], *, resume: bool
) -> Iterator[RunDirectory]:
    """Begin a directory, or go on with one that an earlier run left.

    Parameters
    ----------
    directory : Path or str
        A new or empty one; with ``resume`` also one with a header.
    header : mapping
        What is asked for, from `header_for`.
    texts : mapping of str to bytes
        Content of further files by path.
    resume : bool
        True goes on where there is something.

    Yields
    ------
    RunDirectory
        Ready to be filled.

    Raises
    ------
    AnalysisError
        If it holds something else, the jobs of another model or scenario, or another run writes to it.
    JobError
        If the block fails with one; it tells what is kept, too.
    """
    with _telling_what_is_kept(), _directory_for(Path(directory), header, texts, resume=resume) as opened:
        yield opened


@contextlib.contextmanager
def _telling_what_is_kept() -> Iterator[None]:
    try:
        yield
    except JobError as error:
        told, *trace = str(error).split("\n")
        raise JobError("\n".join([told + KEPT, *trace])) from error


@contextlib.contextmanager
def _directory_for(
    path: Path, header: Mapping[str, Any], texts: Mapping[str, bytes], *, resume: bool
) -> Iterator[RunDirectory]:
    if not (resume and (path / HEADER).exists()):
        if resume:
            clear_beginning(path)
        with begun(path, header, texts) as opened:
            yield opened
        return
    before = read_header(path, (header["kind"],), "choose a new directory")
    check_same(path, before, header)
    since = {RESUMED: before[RESUMED] + 1, SPENT: _spent(before) + seconds_filled(path)}
    with resumed(path) as opened:
        opened.replace_header({**header, **since}, texts)
        yield opened


def fill(opened: RunDirectory, jobs: Sequence[StoredJob], ways: Ways, workers: int | None) -> None:
    """Run jobs and keep what each gave as soon as it ends.

    Parameters
    ----------
    opened : RunDirectory
        Where to.
    jobs : sequence of StoredJob
        What is missing there.
    ways : Ways
        How to run them.
    workers : int or None
        Processes; None with a lent executor.

    Raises
    ------
    JobError
        If a job fails, a process dies, or the disk is full; finished jobs are kept.
    """
    n_done = sum(entry.count for entry in opened.entries())
    total = n_done + sum(job.entry.count for job in jobs)
    ended = completed(jobs, workers=workers or 1, executor=ways.executor)
    with contextlib.closing(ended):
        for position, tables in ended:
            opened.keep(jobs[position].entry, tables)
            n_done += jobs[position].entry.count
            if ways.on_progress:
                ways.on_progress(n_done, total)


def manifest_of(
    opened: RunDirectory,
    ways: Ways,
    *,
    started: datetime,
    workers: int | None,
    engine: str,
    warnings: Sequence[str] = (),
    psa: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the manifest of a directory whose jobs have all ended.

    Parameters
    ----------
    opened : RunDirectory
        The directory.
    ways : Ways
        How its jobs were run.
    started : datetime
        When this stretch of the run began (UTC).
    workers : int or None
        Processes; None with a lent executor.
    engine : str
        Name of the clock.
    warnings : sequence of str
        What a reader must be warned of.
    psa : mapping, optional
        How much was drawn.

    Returns
    -------
    dict
        Plain values only.
    """
    return describe_run(
        run_scenarios(opened.header),
        started=started,
        workers=ways.lent_workers if workers is None else workers,
        engine=engine,
        command=ways.command,
        backend=ways.backend,
        warnings=warnings,
        psa=psa,
        resumed=opened.header[RESUMED],
        spent_seconds=_spent(opened.header),
    )


def _spent(header: Mapping[str, Any]) -> int:
    """Return what a header says of earlier stretches [s]; those of former versions say nothing."""
    spent = header.get(SPENT, 0)
    return spent if isinstance(spent, int) and spent > 0 else 0
