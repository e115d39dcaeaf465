"""Commands that simulate: `run`, and `merge` for what several machines ran."""

from __future__ import annotations

import contextlib
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.comparing import MOST_TOLD, Comparing, Overview
from sim.cli.options import (
    AsJson,
    Backend,
    Changes,
    Engine,
    Files,
    Quiet,
    Resume,
    Scheduler,
    Shard,
    Workers,
)
from sim.cli.printing import print_json, say
from sim.cli.reading import load_recipes
from sim.cli.storing import tell_shard, typed_command, ways_of
from sim.errors import ScenarioError


def run(
    files: Files,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Store results in this directory.")] = None,
    replications: Annotated[int | None, typer.Option(help="Replications, instead of the scenario's.")] = None,
    precision: Annotated[
        float | None,
        typer.Option(
            metavar="NMB",
            help="Add replications until no difference in net benefit between two strategies has a larger "
            "standard error.",
        ),
    ] = None,
    patients: Annotated[
        int | None, typer.Option(help="Patients per strategy, instead of the scenario's.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, instead of the scenario's.")] = None,
    workers: Workers = None,
    changes: Changes = None,
    engine: Engine = "auto",
    resume: Resume = False,
    shard: Shard = None,
    backend: Backend = "local",
    scheduler: Scheduler = None,
    patient_totals: Annotated[
        bool,
        typer.Option("--patient-totals", help="Keep what single patients cost and gain, for subgroups."),
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Simulate all strategies of one or several scenarios and compare them."""
    from sim.batch.stored_jobs import read_shard  # noqa: PLC0415
    from sim.batch.stored_runs import StoredRunAsked, run_into  # noqa: PLC0415
    from sim.report.content import run_warnings  # noqa: PLC0415

    if out is None and (resume or shard):
        raise ScenarioError(f"{'--resume' if resume else '--shard'}: must come with --out DIR, got none")
    share = None if shard is None else read_shard(shard)
    sizes = {"run.n_patients": patients, "run.replications": replications, "run.seed": seed}
    settings = [*(changes or []), *(f"{path}={value}" for path, value in sizes.items() if value is not None)]
    with _kept(out, resume=resume) as directory:
        recipes = load_recipes(files, settings)
        asked = StoredRunAsked(recipes, precision=precision, shard=share, patients=patient_totals)
        with ways_of(
            "replications", engine=engine, workers=workers, backend=backend, scheduler=scheduler, out=out,
            quiet=quiet,
        ) as ways:  # fmt: skip
            overview = Overview() if len(recipes) > MOST_TOLD and not as_json else None
            run_into(
                directory,
                asked,
                ways,
                resume=resume,
                on_results=None if overview is None else overview.add,
                warn=run_warnings,
            )
        if share is not None:
            tell_shard(directory, share, as_json=as_json, quiet=quiet)
            return
        _tell(directory, out, overview, as_json=as_json, quiet=quiet)


def merge(
    directories: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Directories of all shards of one run.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Store the whole results in this new directory.")],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Put the shards of a run together; the results are those of a run in one piece."""
    from sim.batch.directory import check_new  # noqa: PLC0415
    from sim.batch.merging import merge as merge_directories  # noqa: PLC0415
    from sim.report.content import run_warnings  # noqa: PLC0415
    from sim.results.stored import KIND  # noqa: PLC0415

    check_new(out)
    kind = merge_directories(directories, out, command=typed_command(), warn=run_warnings)
    if kind == KIND:
        _tell(out, out, None, as_json=as_json, quiet=quiet)
        return
    if as_json:
        print_json({"directory": str(out), "kind": kind})
    say(f"draws stored in {out}; next: treatpath voi {shlex.quote(str(out))}", quiet=quiet)


@contextlib.contextmanager
def _kept(out: Path | None, *, resume: bool) -> Iterator[Path]:
    """Give the directory that was asked for, or one that is gone at the end."""
    from sim.batch.directory import check_new  # noqa: PLC0415

    if out is not None:
        if not resume:
            check_new(out)
        yield out
        return
    with tempfile.TemporaryDirectory(prefix="treatpath-") as hidden:
        yield Path(hidden) / "results"


def _tell(
    directory: Path, out: Path | None, overview: Overview | None, *, as_json: bool, quiet: bool
) -> None:
    """Print the comparison of a finished run, or the overview of many scenarios."""
    from sim.results.stored import StoredResults  # noqa: PLC0415

    where = (
        "Repeat with --out DIR, then `treatpath compare DIR --scenario NAME` tells all about one."
        if out is None
        else f"treatpath compare {shlex.quote(str(out))} --scenario NAME tells all about one."
    )
    if overview is not None:
        overview.print(where)
    else:
        Comparing(StoredResults.open(directory), where=where).print(as_json=as_json)
    if out is not None:
        say(f"results stored in {out}", quiet=quiet)
