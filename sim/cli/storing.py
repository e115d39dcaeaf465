"""What commands that fill a directory share: how jobs run, and what is said when they stop."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.printing import print_json, progress, say

if TYPE_CHECKING:
    from sim.batch.filling import Ways


@contextlib.contextmanager
def ways_of(
    unit: str,
    *,
    engine: str,
    workers: int | None,
    backend: str,
    scheduler: str | None,
    out: Path | None,
    quiet: bool,
) -> Iterator[Ways]:
    """Give the way jobs are run, with progress; say what is kept when the run is interrupted."""
    from sim.batch.backends import lent_executor  # noqa: PLC0415
    from sim.batch.filling import Ways  # noqa: PLC0415

    try:
        with lent_executor(backend, scheduler, workers) as lent, progress(unit, quiet=quiet) as bar:
            yield Ways(
                engine=engine,
                workers=workers,
                executor=lent.executor,
                lent_workers=lent.width,
                on_progress=bar,
                command=typed_command(),
                backend=backend,
            )
    except KeyboardInterrupt:
        if out is not None and out.exists():
            say(f"stopped; what is finished is kept in {out}: go on with --resume", quiet=quiet)
        raise


def typed_command() -> str:
    """Return the command as it was typed."""
    return shlex.join(["treatpath", *sys.argv[1:]])


def tell_shard(out: Path, shard: tuple[int, int], *, as_json: bool, quiet: bool) -> None:
    """Say that a share of the jobs is stored, and what comes next."""
    if as_json:
        print_json({"shard": list(shard), "directory": str(out)})
    say(
        f"shard {shard[0]} of {shard[1]} is stored in {out}; when all are, put them together with "
        "'treatpath merge DIR... --out DIR'",
        quiet=quiet,
    )
