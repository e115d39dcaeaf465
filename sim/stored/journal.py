"""The record of finished jobs of a run directory: one line for each, written after its files are in place.

A line that was torn by a crash, or that cannot be read, does not count: its job is done again.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from sim.errors import AnalysisError
from sim.stored.files import put_file

JOURNAL = "journal.jsonl"
_FOLDERS_ABOVE = 2
"""Folders above a table."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a directory of results.

    Parameters
    ----------
    path : str
        Below the directory, with forward slashes.
    sha256 : str
        Hash of the content.
    bytes : int
        Size.
    rows : int or None
        Number of rows; None for what is no table.

    Raises
    ------
    ValueError
        If a value is of the wrong kind, the path leads out of the directory, or a table stands elsewhere than
        ``<frame>/<folder>/<file>``.
    """

    path: str
    sha256: str
    bytes: int
    rows: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.path, str) or _leads_out(self.path):
            raise ValueError(f"path must lead to a file of the directory, got {self.path!r}")
        if self.rows is not None and self.path.count("/") != _FOLDERS_ABOVE:
            raise ValueError(f"path of a table must be <frame>/<folder>/<file>, got {self.path!r}")
        counts = [self.bytes] if self.rows is None else [self.bytes, self.rows]
        if not isinstance(self.sha256, str) or not all(_is_count(count) for count in counts):
            raise ValueError(f"hash and sizes of {self.path!r} must be a text and whole numbers")


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished job: consecutive replications, or draws, of one scenario with all its strategies.

    Parameters
    ----------
    scenario : str
        Name of the scenario's folders in the directory.
    part : str
        What the numbers count: ``replications``, ``drawn`` or ``base``.
    first, count : int
        First number, and how many.
    files : tuple of StoredFile
        What the job gave.
    """

    scenario: str
    part: str
    first: int
    count: int
    files: tuple[StoredFile, ...] = ()

    @property
    def numbers(self) -> range:
        """Replications, or draws, of the job."""
        return range(self.first, self.first + self.count)

    @property
    def key(self) -> tuple[str, str, int, int]:
        """What tells jobs apart."""
        return self.scenario, self.part, self.first, self.count

    def line(self) -> str:
        """Return the entry as a line of the journal."""
        return json.dumps(asdict(self), separators=(",", ":"), allow_nan=False) + "\n"


def read_journal(directory: Path) -> list[Entry]:
    """Read what is recorded, without lines that are torn or no entries.

    Parameters
    ----------
    directory : Path
        Directory of a run.

    Returns
    -------
    list of Entry
        In the order of recording, each job once.

    Raises
    ------
    AnalysisError
        If there is no journal or it cannot be read.
    """
    try:
        lines = (directory / JOURNAL).read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise AnalysisError(
            f"{directory / JOURNAL}: must be readable, got '{error.strerror or error}'; run again"
        ) from error
    entries = [entry for line in lines if line.endswith(b"\n") if (entry := _entry(line)) is not None]
    return list({entry.key: entry for entry in entries}.values())


def repair_journal(directory: Path, entries: list[Entry]) -> None:
    """Write the journal anew with these entries only, if it holds anything else."""
    text = "".join(entry.line() for entry in entries).encode()
    if (directory / JOURNAL).read_bytes() != text:
        put_file(directory / JOURNAL, text)


@contextlib.contextmanager
def open_journal(directory: Path, *, is_new: bool = False) -> Iterator[IO[bytes]]:
    """Open the journal for appending; no second run can hold it open meanwhile.

    Parameters
    ----------
    directory : Path
        Directory of a run.
    is_new : bool
        True makes it; FileExistsError if it is there.

    Yields
    ------
    file
        Without a buffer.

    Raises
    ------
    AnalysisError
        If another run is writing to the directory.
    """
    # Nothing may wait in memory: what a full disk refused would be tried once more when the file is closed.
    with (directory / JOURNAL).open("xb" if is_new else "ab", buffering=0) as journal:
        _lock(journal, directory)
        yield journal


def record(journal: IO[bytes], entry: Entry) -> None:
    """Append an entry and see it on the disk; OSError if only a part of it, or nothing, fits there."""
    left = entry.line().encode()
    while left:
        left = left[journal.write(left) :]
    os.fsync(journal.fileno())


def _entry(line: bytes) -> Entry | None:
    try:
        content = json.loads(line)
        files = tuple(StoredFile(**file) for file in content.pop("files"))
        entry = Entry(files=files, **content)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return entry if _is_sound(entry) else None


def _is_sound(entry: Entry) -> bool:
    """Tell whether an entry has values of the right kind."""
    names, counts = (entry.scenario, entry.part), (entry.first, entry.count)
    return all(isinstance(name, str) for name in names) and all(_is_count(count) for count in counts)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value >= 0


def _leads_out(path: str) -> bool:
    return "\0" in path or Path(path).is_absolute() or ".." in Path(path).parts


def _lock(journal: IO[bytes], directory: Path) -> None:
    """Lock an open file until it is closed, where the system and its disk can."""
    try:
        import fcntl  # noqa: PLC0415  not on every system
    except ImportError:
        return
    try:
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise AnalysisError(_two_at_once(directory)) from error
    except OSError:
        # Some network disks know no locks; entries stay whole there, as each is one short write.
        return
    # Who held it before may have put another file in its place, which somebody else holds now.
    if not _is_in_place(journal, directory / JOURNAL):
        raise AnalysisError(_two_at_once(directory))


def _is_in_place(file: IO[bytes], path: Path) -> bool:
    """Tell whether an open file is still what its path leads to."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _two_at_once(directory: Path) -> str:
    return f"{directory}: must have one run at a time writing to it, got another; wait until that one ends"
