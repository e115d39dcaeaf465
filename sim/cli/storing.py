"""What commands that fill a directory share: the command as typed, and what is said when they stop."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from sim.cli.printing import print_json, say


@contextlib.contextmanager
def kept_when_stopped(out: Path | None, *, quiet: bool) -> Iterator[None]:
    """Say what is kept when a run is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        if out is not None and out.exists():
            say(f"stopped; what is finished is kept in {out}: go on with --resume", quiet=quiet)
        raise


def typed_command() -> str:
    """Return the command as it was typed."""
    return shlex.join(["treatpath", *sys.argv[1:]])


def tell_shard(out: Path, shard: str, *, as_json: bool, quiet: bool) -> None:
    """Say that a share of the jobs is stored, and what comes next."""
    from sim.batch.stored_jobs import read_shard  # noqa: PLC0415

    share, shares = read_shard(shard)
    if as_json:
        print_json({"shard": [share, shares], "directory": str(out)})
    say(
        f"shard {share} of {shares} is stored in {out}; when all are, put them together with "
        "'treatpath merge DIR... --out DIR'",
        quiet=quiet,
    )
