"""The first moments of a directory that fills job by job: its header comes last; before there is no run."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from sim.errors import AnalysisError
from sim.stored.files import HEADER, HIDDEN, full, holds_something, json_bytes, put_file, resolved
from sim.stored.journal import JOURNAL, open_journal
from sim.stored.layout import SCENARIOS, SETTINGS
from sim.stored.run_directory import RunDirectory

_OF_A_SCENARIO = re.compile(r"[0-9]{4,}-[0-9a-f]+\.(yaml|json)")


@contextlib.contextmanager
def begun(
    directory: Path | str, header: Mapping[str, Any], texts: Mapping[str, bytes]
) -> Iterator[RunDirectory]:
    """Make a new directory of results and hold it open.

    Parameters
    ----------
    directory : Path or str
        Must not exist yet, or be empty.
    header : mapping
        What is asked for; plain values.
    texts : mapping of str to bytes
        Content of further files by path.

    Yields
    ------
    RunDirectory
        Without any job.

    Raises
    ------
    AnalysisError
        If the directory holds something already or cannot be written.
    """
    path = resolved(directory)
    with contextlib.ExitStack() as held:
        with _beginning(path, held) as journal:
            for file, content in texts.items():
                put_file(path / file, content)
            put_file(path / HEADER, json_bytes(header))
            for left in path.glob(f"{HIDDEN}*"):
                shutil.rmtree(left)
        yield RunDirectory(path, header, journal)


def clear_beginning(directory: Path) -> None:
    """Remove what a run left that was killed before its header was in place, if nothing else is there.

    Parameters
    ----------
    directory : Path
        Without a header; need not exist.

    Raises
    ------
    AnalysisError
        If it cannot be written, or another run is just beginning there.
    """
    try:
        if not directory.is_dir() or not all(_is_of_a_beginning(path) for path in directory.iterdir()):
            return
        with open_journal(directory) if (directory / JOURNAL).exists() else contextlib.nullcontext():
            if not (directory / HEADER).exists():
                _empty(directory)
    except OSError as error:
        raise AnalysisError(f"{directory}: must be writable, got '{error.strerror or error}'") from error


def _empty(directory: Path) -> None:
    for path in directory.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextlib.contextmanager
def _beginning(path: Path, held: contextlib.ExitStack) -> Iterator[IO[bytes]]:
    """Make a directory, or take an empty one; nothing is left of what the block puts there when it fails.

    Who makes the journal has it: of two that begin at once, the second finds one.
    """
    is_mine, was_there = False, path.exists()
    try:
        if was_there and (not path.is_dir() or holds_something(path)):
            raise AnalysisError(full(path))
        path.mkdir(parents=True, exist_ok=True)
        journal = held.enter_context(open_journal(path, is_new=True))
        is_mine = True
        yield journal
    except BaseException as error:
        if isinstance(error, FileExistsError):
            raise AnalysisError(full(path)) from error
        with contextlib.suppress(OSError):
            if is_mine:
                _empty(path)
            if not was_there:
                path.rmdir()
        if isinstance(error, OSError):
            raise AnalysisError(f"{path}: must be writable, got '{error.strerror or error}'") from error
        raise


def _is_of_a_beginning(path: Path) -> bool:
    """Tell whether something in a directory was written before its header, and is nobody else's."""
    if path.name in {SCENARIOS, SETTINGS}:
        return path.is_dir() and all(
            file.name.startswith(HIDDEN) or _OF_A_SCENARIO.fullmatch(file.name) for file in path.iterdir()
        )
    return path.name.startswith(HIDDEN) or (path.name == JOURNAL and not path.stat().st_size)
