"""Commands that simulate: `run`, and `merge` for what several machines ran."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from sim.cli.printing import print_json, progress, say
from sim.cli.storing import gone_at_the_end, kept_when_stopped, tell_shard, typed_command
from sim.errors import ScenarioError

if TYPE_CHECKING:
    from sim.results.stored import StoredResults


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
    from sim.api.running import run as run_into  # noqa: PLC0415

    if out is None and (resume or shard):
        raise ScenarioError(f"{'--resume' if resume else '--shard'}: must come with --out DIR, got none")
    overview = None if as_json else Overview()
    with _kept(out) as directory:
        with kept_when_stopped(out, quiet=quiet), progress("replications", quiet=quiet) as bar:
            stored = run_into(
                files, directory, overrides=changes or [], replications=replications, precision=precision,
                patients=patients, seed=seed, patient_totals=patient_totals, resume=resume, shard=shard,
                engine=engine, workers=workers, backend=backend, scheduler=scheduler,
                on_results=None if overview is None else overview.add, on_progress=bar,
                command=typed_command(),
            )  # fmt: skip
        if shard is not None:
            tell_shard(directory, shard, as_json=as_json, quiet=quiet)
            return
        _tell(stored, out, overview, as_json=as_json, quiet=quiet)


def merge(
    directories: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Directories of all shards of one run.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Store the whole results in this new directory.")],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Put the shards of a run together; the results are those of a run in one piece."""
    from sim.api.running import merge as merge_into  # noqa: PLC0415
    from sim.results.stored import StoredResults  # noqa: PLC0415

    whole = merge_into(directories, out, command=typed_command())
    if isinstance(whole, StoredResults):
        _tell(whole, out, None, as_json=as_json, quiet=quiet)
        return
    if as_json:
        print_json({"directory": str(out), "kind": "probabilistic"})
    say(f"draws stored in {out}; next: treatpath voi {shlex.quote(str(out))}", quiet=quiet)


@contextlib.contextmanager
def _kept(out: Path | None) -> Iterator[Path]:
    """Give the directory that was asked for, or one that is gone at the end."""
    if out is not None:
        yield out
        return
    with gone_at_the_end() as directory:
        yield directory


def _tell(
    stored: StoredResults, out: Path | None, overview: Overview | None, *, as_json: bool, quiet: bool
) -> None:
    """Print the comparison of a finished run, or the overview of many scenarios."""
    where = (
        "Repeat with --out DIR, then `treatpath compare DIR --scenario NAME` tells all about one."
        if out is None
        else f"treatpath compare {shlex.quote(str(out))} --scenario NAME tells all about one."
    )
    if overview is not None and len(stored.scenarios) > MOST_TOLD:
        overview.print(where)
    else:
        Comparing(stored, where=where).print(as_json=as_json)
    if out is not None:
        say(f"results stored in {out}", quiet=quiet)
