"""Run scenarios into a directory, and put the shards of a run together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path

from sim.api.ways import ways_of
from sim.batch.backends import LOCAL
from sim.batch.directory import check_new
from sim.batch.inputs import Sources, recipes_from, sizes_of
from sim.batch.merging import merge as merge_directories
from sim.batch.run import Progress
from sim.batch.stored_jobs import read_shard
from sim.batch.stored_runs import StoredRunAsked, run_into
from sim.engine.clocks import AUTO
from sim.report.content import run_warnings
from sim.results import Results
from sim.results.stored import KIND, StoredResults
from sim.worlds.stored import ProbabilisticResults

OnResults = Callable[[Results], None]


def run(
    scenarios: Sources,
    out: Path | str,
    *,
    overrides: Sequence[str] = (),
    replications: int | None = None,
    precision: float | None = None,
    patients: int | None = None,
    seed: int | None = None,
    patient_totals: bool = False,
    resume: bool = False,
    shard: str | None = None,
    engine: str = AUTO,
    workers: int | None = None,
    backend: str = LOCAL,
    scheduler: str | None = None,
    executor: Executor | None = None,
    on_results: OnResults | None = None,
    on_progress: Progress | None = None,
    command: str | None = None,
) -> StoredResults:
    """Simulate every strategy of one or several scenarios into a directory, job by job.

    Parameters
    ----------
    scenarios : Scenario, str, Path or sequence of them
        What to run: scenarios, scenario files (with every point of their sweeps) or names of shipped ones.
    out : Path or str
        A new or empty directory; with ``resume`` also one that an earlier run left.
    overrides : sequence of str
        Settings above the files, as ``path=value``; not for a `Scenario`.
    replications, patients, seed : int, optional
        Used instead of the scenarios' own; patients are per strategy and replication.
    precision : float, optional
        Replications are added until no difference in net monetary benefit between two strategies has a larger
        standard error [currency per referred patient].
    patient_totals : bool
        True keeps what every single patient cost and gained, for subgroups.
    resume : bool
        True does only what is missing in the directory, and begins it if it is not there.
    shard : str, optional
        Such as ``3/20``: only every 20th job from the third on; put the shards together with `merge`.
    engine : str
        Clock: ``simpy``, ``compiled``, or ``auto`` for the one that ends sooner. Results do not depend on it,
        nor on the following four.
    workers : int, optional
        Worker processes; 1 runs in this process. Left out: one per processor, or this process when the run is
        small.
    backend : str
        ``local``, or ``dask`` for a cluster.
    scheduler : str, optional
        Address of a running Dask scheduler; left out, a cluster is started on this machine.
    executor : Executor, optional
        Runs the jobs instead of all these; it is not shut down.
    on_results : callable, optional
        Called with the results of each scenario when all are done, one after the other.
    on_progress : callable, optional
        Called with (replications done, replications in all) after each job.
    command : str, optional
        The command as typed, for the manifest.

    Returns
    -------
    StoredResults
        No table is read yet. With ``shard``: the jobs of that shard.

    Raises
    ------
    ScenarioError
        If a file or a setting is impossible, or the directory holds something.
    AnalysisError
        If the directory to go on with holds another run, or the jobs of another model.
    JobError
        If a job fails, a process dies, or the disk is full; finished jobs are kept.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     stored = run("base", f"{folder}/results", patients=10, replications=2, workers=1)
    ...     found = stored.results("base")
    >>> stored.scenarios, len(found.clinical)
    (['base'], 14)
    """
    share = None if shard is None else read_shard(shard)
    if not resume:
        check_new(Path(out))
    sizes = sizes_of(patients=patients, replications=replications, seed=seed)
    recipes = recipes_from(scenarios, overrides=overrides, sizes=sizes)
    asked = StoredRunAsked(recipes, precision=precision, shard=share, patients=patient_totals)
    with ways_of(
        engine=engine, workers=workers, backend=backend, scheduler=scheduler, executor=executor,
        on_progress=on_progress, command=command,
    ) as ways:  # fmt: skip
        run_into(out, asked, ways, resume=resume, on_results=on_results, warn=run_warnings)
    return StoredResults.open(out) if share is None else StoredResults.so_far(out)


def merge(
    directories: Sequence[Path | str], out: Path | str, *, command: str | None = None
) -> StoredResults | ProbabilisticResults:
    """Put the shards of a run together; the results are those of a run in one piece.

    Parameters
    ----------
    directories : sequence of Path or str
        Directories of all shards of one run.
    out : Path or str
        A new or empty directory.
    command : str, optional
        The command as typed, for the manifest.

    Returns
    -------
    StoredResults or ProbabilisticResults
        Of a run, opened without reading a table; of draws, read.

    Raises
    ------
    ScenarioError
        If the new directory holds something.
    AnalysisError
        If there are none, they are not of the same run, together lack replications, or a file is damaged.
    JobError
        If the new directory cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from sim import load
    >>> one = load("base", overrides=["run.n_patients=5", "run.replications=1"])
    >>> both = [one, one.with_changes({"name": "other"})]
    >>> with TemporaryDirectory() as folder:
    ...     parts = [f"{folder}/part-1", f"{folder}/part-2"]
    ...     shards = [run(both, part, shard=f"{part[-1]}/2", workers=1) for part in parts]
    ...     whole = merge(parts, f"{folder}/whole")
    >>> [shard.scenarios for shard in shards], whole.scenarios
    ([['base'], ['other']], ['base', 'other'])
    """
    check_new(Path(out))
    kind = merge_directories(directories, out, command=command, warn=run_warnings)
    return StoredResults.open(out) if kind == KIND else ProbabilisticResults.load(out)
