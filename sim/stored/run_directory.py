"""A directory that fills while jobs end: header first, job by job with a journal, manifest last.

The layout is told in `sim.stored.layout`. Nothing here knows what the frames hold.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from sim.errors import AnalysisError, JobError
from sim.stored.files import (
    HEADER,
    HIDDEN,
    MANIFEST,
    digest_of,
    digest_of_bytes,
    json_bytes,
    new_directory,
    put_file,
    read_json,
    resolved,
    stored_directory,
)
from sim.stored.journal import (
    JOURNAL,
    Entry,
    StoredFile,
    open_journal,
    read_journal,
    record,
    repair_journal,
)
from sim.stored.layout import SCENARIOS, SETTINGS, SUMMARY
from sim.stored.tables import Table

_NUMBER_LENGTH = 6
_OF_A_JOB = re.compile(r"[a-z_]+/[0-9]{4,}-[0-9a-f]+/[a-z]+-[0-9]{6,}-[0-9]{6,}\.parquet")


@dataclass(slots=True)
class RunDirectory:
    """A directory of results that is being filled.

    Parameters
    ----------
    path : Path
        Where it is.
    header : mapping
        What was asked for; plain values.
    journal : file
        Open for appending; locked where the system can.
    shown : Path, optional
        What messages call it, where it has not its name yet.
    """

    path: Path
    header: Mapping[str, Any]
    journal: IO[bytes]
    shown: Path | None = None

    def entries(self) -> list[Entry]:
        """Return the finished jobs."""
        return read_journal(self.path)

    def keep(self, entry: Entry, tables: Mapping[str, Table]) -> None:
        """Store what a job gave, then record it.

        Parameters
        ----------
        entry : Entry
            The job; its files are told here, whatever it has.
        tables : mapping of str to Table
            Frames by name.

        Raises
        ------
        JobError
            If the directory cannot be written; what was recorded before stays readable.
        """
        with self._writing():
            files = []
            for name, table in tables.items():
                path = f"{name}/{entry.scenario}/{_job_name(entry)}.parquet"
                put_file(self.path / path, table.content)
                files.append(StoredFile(path, table.sha256, len(table.content), table.rows))
            record(self.journal, replace(entry, files=tuple(files)))

    def replace_header(self, header: Mapping[str, Any], texts: Mapping[str, bytes]) -> None:
        """Write anew what was asked for, and further files; the header comes last.

        Parameters
        ----------
        header : mapping
            Plain values.
        texts : mapping of str to bytes
            Content of further files by path.

        Raises
        ------
        JobError
            If the directory cannot be written.
        """
        with self._writing():
            for path, content in texts.items():
                put_file(self.path / path, content)
            put_file(self.path / HEADER, json_bytes(header))
        self.header = header

    def finish(self, manifest: Mapping[str, Any], summary: bytes | None = None) -> None:
        """Write the summary, then the manifest with the list of all files.

        Parameters
        ----------
        manifest : mapping
            How the results came about; plain values.
        summary : bytes, optional
            Content of ``summary.csv``.

        Raises
        ------
        JobError
            If the directory cannot be written.
        """
        with self._writing():
            if summary is not None:
                put_file(self.path / SUMMARY, summary)
            files = [asdict(file) for file in self.files()]
            put_file(self.path / MANIFEST, json_bytes({**manifest, "files": files}))

    def files(self) -> list[StoredFile]:
        """Return all files but the journal and the manifest, by path."""
        tables = [file for entry in self.entries() for file in entry.files]
        texts = [self.path / SUMMARY, *self.path.glob(f"{SCENARIOS}/*"), *self.path.glob(f"{SETTINGS}/*")]
        others = [
            StoredFile(path.relative_to(self.path).as_posix(), digest_of(path), path.stat().st_size)
            for path in texts
            if path.is_file() and not path.name.startswith(HIDDEN)
        ]
        return sorted([*tables, *others], key=lambda file: file.path)

    def _writing(self) -> AbstractContextManager[None]:
        return writing(self.shown or self.path)


@contextlib.contextmanager
def whole_directory(
    directory: Path | str, header: Mapping[str, Any], texts: Mapping[str, bytes]
) -> Iterator[RunDirectory]:
    """Fill a new directory of results at one go, all or nothing.

    Parameters
    ----------
    directory : Path or str
        Must not exist yet, or be empty.
    header : mapping
        As `header_of` returns it.
    texts : mapping of str to bytes
        Content of further files by path.

    Yields
    ------
    RunDirectory
        To be filled and finished in the block.

    Raises
    ------
    AnalysisError
        If the directory holds something already or cannot be written.
    """
    with new_directory(directory) as hidden:
        _lay_out(hidden, header, texts)
        with _opened(hidden) as run:
            run.shown = Path(directory).resolve()
            yield run


@contextlib.contextmanager
def resumed(directory: Path | str) -> Iterator[RunDirectory]:
    """Hold a directory open that an earlier run left, without what that run did not finish.

    It is unfinished from then on, also if it was finished before: what its manifest says may no longer hold.

    Parameters
    ----------
    directory : Path or str
        Directory of a run.

    Yields
    ------
    RunDirectory
        With the jobs whose files are all there and undamaged.

    Raises
    ------
    AnalysisError
        If it is no such directory, another run is writing to it, or it cannot be written.
    """
    path = resolved(stored_directory(directory, "run with --out"))
    with _opened(path) as opened:
        sound = [entry for entry in opened.entries() if all(_is_sound(path, file) for file in entry.files)]
        with writing(path):
            (path / MANIFEST).unlink(missing_ok=True)
            repair_journal(path, sound)
            _clear(path, {file.path for entry in sound for file in entry.files})
    with _opened(path) as opened:
        yield opened


def seconds_filled(directory: Path) -> int:
    """Return how long a run that has ended filled its directory, until its last finished job [s]."""
    try:
        began, ended = ((directory / name).stat().st_mtime for name in (HEADER, JOURNAL))
    except OSError:
        return 0
    return max(0, round(ended - began))


@contextlib.contextmanager
def writing(directory: Path) -> Iterator[None]:
    """Say in words why a directory of results cannot be written.

    Raises
    ------
    JobError
        Instead of any error of the system.
    """
    try:
        yield
    except OSError as error:
        raise JobError(f"{directory}: must be writable, got '{error.strerror or error}'") from error


def _lay_out(directory: Path, header: Mapping[str, Any], texts: Mapping[str, bytes]) -> None:
    for path, content in texts.items():
        put_file(directory / path, content)
    put_file(directory / JOURNAL, b"")
    put_file(directory / HEADER, json_bytes(header))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[RunDirectory]:
    header = read_json(path / HEADER)
    try:
        opened = contextlib.ExitStack()
        journal = opened.enter_context(open_journal(path))
    except OSError as error:
        raise AnalysisError(f"{path}: must be writable, got '{error.strerror or error}'") from error
    with opened:
        yield RunDirectory(path, header, journal)


def _job_name(entry: Entry) -> str:
    first, last = entry.numbers[0], entry.numbers[-1]
    return f"{entry.part}-{first:0{_NUMBER_LENGTH}d}-{last:0{_NUMBER_LENGTH}d}"


def _is_sound(directory: Path, file: StoredFile) -> bool:
    """Tell whether a file is there as it was written."""
    try:
        content = (directory / file.path).read_bytes()
    except OSError:
        return False
    return len(content) == file.bytes and digest_of_bytes(content) == file.sha256


def _clear(directory: Path, recorded: set[str]) -> None:
    """Remove files that no finished job wrote, and what a stopped run left under hidden names."""
    leftovers = [
        path
        for path in directory.rglob("*")
        if path.is_file()
        and (name := path.relative_to(directory).as_posix()) not in recorded
        and (path.name.startswith(HIDDEN) or _OF_A_JOB.fullmatch(name))
    ]
    for path in leftovers:
        path.unlink()
    for path in directory.glob(f"{HIDDEN}*"):
        shutil.rmtree(path)
