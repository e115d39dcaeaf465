"""Files and directories that are whole or not there; on reading, words for what is wrong with them."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.errors import AnalysisError

MANIFEST, HEADER = "manifest.json", "run.json"
HIDDEN = ".treatpath-"
"""How names of files and directories begin that are not complete yet."""
_LAST = (HEADER, MANIFEST)


@contextlib.contextmanager
def new_directory(directory: Path | str) -> Iterator[Path]:
    """Give a hidden directory to write to, and move what it holds in place at the end.

    Parameters
    ----------
    directory : Path or str
        Must not exist yet, or be empty.

    Yields
    ------
    Path
        Where to write; nothing is left of it when the block fails.

    Raises
    ------
    AnalysisError
        If the directory holds something already or cannot be written.
    """
    target = resolved(directory)
    try:
        if target.exists() and (not target.is_dir() or holds_something(target)):
            raise AnalysisError(full(target))
        target.parent.mkdir(parents=True, exist_ok=True)
        nearby = target if target.exists() else target.parent
        with tempfile.TemporaryDirectory(dir=nearby, prefix=HIDDEN) as hidden:
            (complete := Path(hidden) / "results").mkdir()
            yield complete
            if nearby is not target:
                complete.replace(target)
                return
            # Of two that begin at once, the second stops at the first folder. Header and manifest come last.
            for file in sorted(complete.iterdir(), key=lambda it: (it.name in _LAST, it.is_file(), it.name)):
                file.replace(target / file.name)
    except OSError as error:
        if error.errno == errno.ENOTEMPTY:
            raise AnalysisError(full(target)) from error
        raise AnalysisError(f"{target}: must be writable, got '{error.strerror or error}'") from error


@contextlib.contextmanager
def new_file(path: Path | str) -> Iterator[Path]:
    """Give a hidden path to write to, and move what stands there in place at the end.

    Parameters
    ----------
    path : Path or str
        Must not exist yet; folders above it are made.

    Yields
    ------
    Path
        Where to write; nothing is left of it when the block fails.

    Raises
    ------
    AnalysisError
        If the file exists or cannot be written.
    """
    target = Path(path)
    try:
        if target.exists() or target.is_symlink():
            raise AnalysisError(f"{target}: must be a new file, got one that exists; choose another")
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=HIDDEN) as hidden:
            yield (complete := Path(hidden) / target.name)
            complete.replace(target)
    except OSError as error:
        raise AnalysisError(f"{target}: must be writable, got '{error.strerror or error}'") from error


def full(directory: Path) -> str:
    """Say that a directory cannot begin, because it holds something."""
    return f"{directory}: must be a new or empty directory, got a full one; choose another"


def resolved(directory: Path | str) -> Path:
    """Return where a directory really is; AnalysisError if links lead round in a circle."""
    try:
        return Path(directory).resolve()
    except (OSError, RuntimeError) as error:
        raise AnalysisError(f"{directory}: must be a directory, got a link that leads nowhere") from error


def holds_something(directory: Path) -> bool:
    """Tell whether a directory holds anything but what a killed run left under hidden names."""
    return any(not path.name.startswith(HIDDEN) for path in directory.iterdir())


def put_file(path: Path, content: bytes) -> None:
    """Write a file under a hidden name and move it in place; it is there whole or not at all.

    Parameters
    ----------
    path : Path
        Where it belongs; what stands there is replaced, folders above it are made.
    content : bytes
        What it holds.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left of it then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f"{HIDDEN}{path.name}")
    try:
        hidden.write_bytes(content)
        hidden.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            hidden.unlink(missing_ok=True)
        raise


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_bytes(content: bytes) -> str:
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def json_bytes(content: Mapping[str, Any]) -> bytes:
    """Return plain values as the content of a JSON file.

    Notes
    -----
    A path in the command as typed need not be UTF-8; its bytes are written as escapes.
    """
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode("utf-8", errors="backslashreplace")


def stored_directory(directory: Path | str, made_by: str) -> Path:
    """Return the path of a directory of stored results.

    Raises
    ------
    AnalysisError
        If there is none.
    """
    source = Path(directory)
    if not source.is_dir():
        raise AnalysisError(f"{source}: must be a directory of stored results, got none; {made_by}")
    return source


def read_json(path: Path) -> dict[str, Any]:
    """Read a mapping; AnalysisError when it is missing or damaged."""
    with reading(path):
        content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise AnalysisError(f"{path}: is damaged (no mapping); run again")
    return content


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say in words what is wrong with a stored file.

    Raises
    ------
    AnalysisError
        If it is missing or damaged.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise AnalysisError(f"{path}: is missing; these are no complete results, run again") from error
    except (OSError, ValueError) as error:
        raise AnalysisError(f"{path}: is damaged ({error}); run again") from error
