"""Run scenarios into a directory, job by job: what is finished is kept, and a stopped run goes on from there.

What stands in the directory at the end depends on scenarios and seed only: never on workers, executor,
shards, interruptions, or the order in which jobs end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import compare
from sim.analysis.replications_needed import FEWEST, largest_error, next_number
from sim.batch.clock import ready_clock
from sim.batch.filling import (
    RESUMED,
    SPENT,
    Ways,
    check_names,
    directory_for,
    fill,
    header_for,
    manifest_of,
    scenario_texts,
    settings_texts,
)
from sim.batch.going_on import replications_held
from sim.batch.manifest import now
from sim.batch.run import count_workers
from sim.batch.stored_jobs import planned
from sim.errors import ScenarioError
from sim.results import Results
from sim.results.stored import KIND, StoredResults, csv_bytes
from sim.scenario_io.recipes import Recipe, recipes_of
from sim.stored.run_directory import RunDirectory
from sim.stored.stored_run import StoredRun

if TYPE_CHECKING:
    import pandas as pd

Warn = Callable[[Results], Sequence[str]]


@dataclass(frozen=True, slots=True)
class StoredRunAsked:
    """What is asked of a run into a directory.

    Parameters
    ----------
    recipes : sequence of Recipe
        What to run, in this order; names must differ.
    precision : float, optional
        Replications are added until no difference in net monetary benefit between two strategies has a larger
        standard error [currency per referred patient]; left out: the scenario's own number.
    shard : tuple of int, optional
        ``(i, n)``: only the i-th of n shares of the jobs.
    patients : bool
        True keeps what every single patient cost and gained, for subgroups.

    Raises
    ------
    ScenarioError
        If there is no scenario, two share a name, or a setting is impossible.
    """

    recipes: Sequence[Recipe]
    precision: float | None = None
    shard: tuple[int, int] | None = None
    patients: bool = False

    def __post_init__(self) -> None:
        check_names(self.recipes)
        if self.precision is not None and not 0 < self.precision < math.inf:
            raise ScenarioError(f"--precision: must be above 0 and finite, got {self.precision}")
        if self.precision is not None and self.shard is not None:
            raise ScenarioError(
                "--shard: must come without --precision, whose replications depend on all results; "
                "give --replications"
            )

    def header(self) -> dict[str, Any]:
        """Return the header of a directory for this run."""
        return header_for(
            KIND, self.recipes, shard=self.shard, patients=self.patients, precision=self.precision
        )

    def texts(self) -> dict[str, bytes]:
        """Return the files that say what the scenarios are, by path."""
        settings = {recipe.folder: recipe.settings for recipe in self.recipes}
        return scenario_texts(self.recipes) | settings_texts(settings)

    def first_replications(self) -> dict[str, int]:
        """Return by folder how many replications are run at first."""
        fewest = 1 if self.precision is None else FEWEST
        return {recipe.folder: max(recipe.replications, fewest) for recipe in self.recipes}

    def arms(self, replications: Mapping[str, int]) -> int:
        """Return patients times strategies times replications of all scenarios."""
        return sum(recipe.arms * replications[recipe.folder] for recipe in self.recipes)


@dataclass(frozen=True, slots=True)
class _Filling:
    """A directory that is being filled for somebody."""

    opened: RunDirectory
    asked: StoredRunAsked
    ways: Ways
    clock: str

    def run(self, replications: Mapping[str, int]) -> int | None:
        """Do the jobs that are missing; return how many processes did them, None for a lent executor."""
        jobs = planned(
            self.asked.recipes, replications, self.opened.entries(),
            clock=self.clock, patients=self.asked.patients, shard=self.asked.shard,
        )  # fmt: skip
        workers = None
        if self.ways.executor is None:
            largest = max(self.asked.recipes, key=lambda recipe: recipe.arms)
            workers = count_workers(
                self.ways.workers, [largest.scenario()], max(len(jobs), 1), self.clock,
                n_arms=self.asked.arms(replications),
            )  # fmt: skip
        fill(self.opened, jobs, self.ways, workers)
        return workers

    def refine(self, replications: Mapping[str, int], precision: float) -> tuple[dict[str, int], set[str]]:
        """Add replications until every scenario is as precise as asked.

        Steps never depend on what is there already, so a run that stopped takes the same ones again. What
        goes beyond them, since a finer precision was asked for before, is kept and filled up.

        Returns
        -------
        dict
            Numbers of replications by folder.
        set of str
            Folders of the scenarios that fall short.
        """
        reached = dict(replications)
        short: set[str] = set()
        unclear = list(self.asked.recipes)
        while unclear:
            stored = StoredResults(StoredRun.of(self.opened))
            before = dict(reached)
            for recipe in unclear:
                error = largest_error(stored.results(recipe.name), recipe.name, before[recipe.folder])
                reached[recipe.folder] = next_number(before[recipe.folder], error, precision)
                if error > precision and reached[recipe.folder] == before[recipe.folder]:
                    short.add(recipe.folder)
            unclear = [recipe for recipe in unclear if reached[recipe.folder] > before[recipe.folder]]
            self.run(reached)
        held = replications_held(self.opened.entries())
        whole = {folder: max(number, held[folder]) for folder, number in reached.items()}
        if whole != reached:
            self.run(whole)
        return whole, short


def run_into(
    directory: Path | str,
    asked: StoredRunAsked,
    ways: Ways,
    *,
    resume: bool = False,
    on_results: Callable[[Results], None] | None = None,
    warn: Warn | None = None,
) -> Path:
    """Run scenarios into a directory.

    Parameters
    ----------
    directory : Path or str
        A new or empty one; with ``resume`` also one that an earlier run left.
    asked : StoredRunAsked
        What to run.
    ways : Ways
        How.
    resume : bool
        True does only what is missing in the directory; more replications than before may be asked for.
    on_results : callable, optional
        Called with the results of each scenario when all are done, one after the other.
    warn : callable, optional
        Gives what a reader of the results of a scenario must be warned of, for the manifest.

    Returns
    -------
    Path
        The directory: finished, or with the jobs of its shard.

    Raises
    ------
    AnalysisError
        If the directory holds something else, another model's jobs or another run, or cannot be written.
    ScenarioError
        If a setting is impossible.
    JobError
        If a job fails, a process dies, or the disk is full; finished jobs are kept.
    """
    started = now()
    short: set[str] = set()
    replications = asked.first_replications()
    clock = ready_clock(ways.engine, [asked.recipes[0].scenario()], asked.arms(replications))
    with directory_for(directory, asked.header(), asked.texts(), resume=resume) as opened:
        filling = _Filling(opened, asked, ways, clock)
        workers = filling.run(replications)
        if asked.precision is not None:
            replications, short = filling.refine(replications, asked.precision)
        if asked.shard is None:
            _store_numbers(opened, asked, replications)
            manifest = manifest_of(
                opened, ways, started=started, workers=workers, engine=clock,
                warnings=_shortfalls(asked, replications, short),
            )  # fmt: skip
            finish(opened, manifest, on_results, warn)
    return opened.path


def finish(
    opened: RunDirectory,
    manifest: Mapping[str, Any],
    on_results: Callable[[Results], None] | None = None,
    warn: Warn | None = None,
) -> None:
    """Write summary and manifest of a directory in which every job is done.

    Parameters
    ----------
    opened : RunDirectory
        The directory.
    manifest : mapping
        How the results came about.
    on_results : callable, optional
        Called with the results of each scenario, one after the other.
    warn : callable, optional
        As for `run_into`.

    Raises
    ------
    JobError
        If it cannot be written.
    """
    warnings = list(manifest["warnings"])

    def rows() -> Iterator[pd.DataFrame]:
        for results in StoredResults(StoredRun.of(opened)).each():
            if on_results:
                on_results(results)
            if warn:
                warnings.extend(warn(results))
            yield compare(results)

    summary = csv_bytes(rows())
    opened.finish({**manifest, "warnings": warnings}, summary)


def _store_numbers(opened: RunDirectory, asked: StoredRunAsked, replications: Mapping[str, int]) -> None:
    """Write down the numbers of replications where they differ from those asked for."""
    if all(replications[recipe.folder] == recipe.replications for recipe in asked.recipes):
        return
    made = (recipe.scenario(replications[recipe.folder]) for recipe in asked.recipes)
    final = replace(asked, recipes=list(recipes_of(made)))
    opened.replace_header(
        {**final.header(), **{key: opened.header[key] for key in (RESUMED, SPENT)}}, final.texts()
    )


def _shortfalls(asked: StoredRunAsked, replications: Mapping[str, int], short: Set[str]) -> list[str]:
    """Say which scenarios are less precise than asked."""
    return [
        f"scenario '{recipe.name}': stopped at {replications[recipe.folder]} replications, "
        "short of the precision asked for"
        for recipe in asked.recipes
        if recipe.folder in short
    ]
