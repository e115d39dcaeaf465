"""What commands that fill a directory share: the command as typed, and what is said when they stop."""

from __future__ import annotations

import contextlib
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sim.cli.printing import print_json, say
from sim.errors import AnalysisError, JobError

_OTHER_DISK = "; name another disk by --out DIR, or by the variable TMPDIR"


@contextlib.contextmanager
def kept_when_stopped(out: Path | None, *, quiet: bool) -> Iterator[None]:
    """Say what is kept when a run is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        if out is not None and out.exists():
            say(f"stopped; what is finished is kept in {out}: go on with --resume", quiet=quiet)
        raise


@contextlib.contextmanager
def gone_at_the_end() -> Iterator[Path]:
    """Give a directory for results that are only told; nothing is kept of it, so none is spoken of.

    Raises
    ------
    JobError
        If it cannot be written, with what to do.
    """
    from sim.batch.filling import KEPT  # noqa: PLC0415

    try:
        hidden = tempfile.TemporaryDirectory(prefix="treatpath-", ignore_cleanup_errors=True)
    except OSError as error:
        raise JobError(
            f"temporary files: must have a place, got '{error.strerror or error}'{_OTHER_DISK}"
        ) from error
    with hidden as name:
        place = Path(name).resolve()
        try:
            yield place / "results"
        except (AnalysisError, JobError) as error:
            told, *trace = str(error).split("\n")
            if told.startswith(str(place)):
                said = told.removesuffix(KEPT).replace(str(place / "results"), str(place.parent))
                raise JobError(said + _OTHER_DISK) from error
            if told.endswith(KEPT):
                raise JobError("\n".join([told.removesuffix(KEPT), *trace])) from error
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
