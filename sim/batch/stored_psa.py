"""Run probabilistic sensitivity analyses into a directory, some draws at a time: a stopped one goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.batch.filling import (
    Ways,
    check_names,
    directory_for,
    fill,
    header_for,
    manifest_of,
    scenario_texts,
    settings_texts,
)
from sim.batch.manifest import now
from sim.batch.psa import BASE_REPLICATIONS, Sampling, base_points, in_words
from sim.batch.stored_jobs import of_shard
from sim.batch.worlds import WorldBatch, draw_jobs, nothing_fits, point_jobs, timed
from sim.domain.scenario import Scenario
from sim.scenario_io.recipes import recipes_of
from sim.stored.journal import Entry
from sim.stored.tables import Table
from sim.worlds.stored import BASE, DRAWN, KIND, tables_of, words_bytes
from sim.worlds.sums import joined


@dataclass(frozen=True, slots=True)
class DrawsJob:
    """Some draws of a scenario, or the scenario as it is, whose sums go to a directory.

    Parameters
    ----------
    batch : WorldBatch
        What is simulated.
    entry : Entry
        Its place in the journal; still without files.
    """

    batch: WorldBatch
    entry: Entry

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return self.batch.key

    def run(self) -> Mapping[str, Table]:
        """Simulate, and write the frames as files in memory; nothing where no draw is possible."""
        if not (worlds := self.batch.run()):
            return {}
        whole = joined(worlds)
        told = whole if self.entry.part == DRAWN else whole.without_values()
        return tables_of(self.batch.scenario.name, self.entry.part, told)


def run_psa_into(
    directory: Path | str,
    scenarios: Sequence[Scenario],
    sampling: Sampling,
    ways: Ways,
    *,
    resume: bool = False,
    shard: tuple[int, int] | None = None,
) -> Path:
    """Run the probabilistic sensitivity analysis of scenarios into a directory.

    Parameters
    ----------
    directory : Path or str
        A new or empty one; with ``resume`` also one that an earlier run left.
    scenarios : sequence of Scenario
        What is uncertain; their seeds fix draws and patients.
    sampling : Sampling
        How much is drawn.
    ways : Ways
        How jobs are run; progress counts draws, and the two points beside them.
    resume : bool
        True does only what is missing in the directory.
    shard : tuple of int, optional
        ``(i, n)``: only the i-th of n shares of the jobs.

    Returns
    -------
    Path
        The directory: finished, or with the jobs of its shard.

    Raises
    ------
    AnalysisError
        If the directory holds something else, another model's jobs or another run, or cannot be written.
    ScenarioError
        If nothing is uncertain, a setting is impossible, or no draw fits together.
    JobError
        If a job fails, a process dies, or the disk is full; finished jobs are kept.
    """
    started = now()
    sized = [sampling.sized(scenario) for scenario in scenarios]
    recipes = list(recipes_of(sized))
    check_names(recipes)
    folders = {recipe.name: recipe.folder for recipe in recipes}
    jobs = [job for scenario in sized for job in _jobs(scenario, folders[scenario.name], sampling)]
    words = {
        folders[scenario.name]: words_bytes(**in_words(scenario), treatments=list(scenario.treatments))
        for scenario in sized
    }
    header = header_for(KIND, recipes, shard=shard, **sampling.plain())
    n_worlds = sampling.n_draws * len(sized)
    chosen, count = timed([job.batch for job in jobs], n_worlds, engine=ways.engine, workers=ways.workers)
    ready = [replace(job, batch=batch) for job, batch in zip(jobs, chosen, strict=True)]
    workers = count if ways.executor is None else None
    with directory_for(
        directory, header, scenario_texts(recipes) | settings_texts(words), resume=resume
    ) as opened:
        done = {entry.key for entry in opened.entries()}
        missing = [job for job in of_shard(ready, shard) if job.entry.key not in done]
        fill(opened, missing, ways, workers)
        if shard is None:
            check_drawn(header, opened.entries())
            manifest = manifest_of(
                opened, ways, started=started, workers=workers, engine=chosen[0].clock, psa=sampling.plain()
            )
            opened.finish(manifest)
    return opened.path


def check_drawn(header: Mapping[str, Any], entries: Iterable[Entry]) -> None:
    """Refuse finished jobs that hold no draw of some scenario, because none was possible; ScenarioError."""
    drawn = {entry.scenario for entry in entries if entry.part == DRAWN and entry.files}
    for one in header["scenarios"]:
        if one["folder"] not in drawn:
            raise nothing_fits(one["name"])


def _jobs(scenario: Scenario, folder: str, sampling: Sampling) -> list[DrawsJob]:
    """Return the jobs of one scenario: its draws, then the points beside them."""
    drawn = draw_jobs(
        scenario, sampling.n_draws, n_inner=sampling.n_inner, is_stratified=sampling.is_stratified
    )
    beside = point_jobs(scenario, base_points(scenario), n_inner=BASE_REPLICATIONS)
    return [
        DrawsJob(batch, Entry(folder, part, batch.design.numbers.start, len(batch.design.numbers)))
        for part, batches in ((DRAWN, drawn), (BASE, beside))
        for batch in batches
    ]
