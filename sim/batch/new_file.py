"""Write a file that is new, and whole or not there at all; refuse it before a long run, not after."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sim.errors import ScenarioError

UNFINISHED = ".treatpath-"
READABLE = 0o644


def check_new_file(path: Path) -> None:
    """Check that a new file can be written.

    Parameters
    ----------
    path : Path
        Must not exist yet, in a directory that can be written to.

    Raises
    ------
    ScenarioError
        If it exists or cannot be written.
    """
    try:
        if path.exists() or path.is_symlink():
            raise ScenarioError(f"{path}: must be a new file, got one that exists; choose another")
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise _not_writable(path, error) from error


def write_new_file(path: Path, text: str) -> None:
    """Write a file under another name and move it when it is whole.

    Parameters
    ----------
    path : Path
        Where to.
    text : str
        What; written as UTF-8.

    Raises
    ------
    ScenarioError
        If it cannot be written; nothing is left behind.
    """
    unfinished = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=UNFINISHED, delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            unfinished = Path(file.name)
            file.write(text)
        unfinished.chmod(READABLE)
        unfinished.replace(path)
    except OSError as error:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
        raise _not_writable(path, error) from error


def _not_writable(path: Path, error: OSError) -> ScenarioError:
    return ScenarioError(f"{path}: must be writable, got '{error.strerror or error}'")
