"""Refuse, before a long run, a directory that could not be written after it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sim.errors import ScenarioError


def check_new(directory: Path, option: str = "--out") -> None:
    """Check that results can be stored in a directory.

    Parameters
    ----------
    directory : Path
        Must not exist yet or be empty, below a directory that can be written to.
    option : str
        The option it stands in, for messages.

    Raises
    ------
    ScenarioError
        If it holds something or cannot be written.
    """
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise ScenarioError(
                f"{option}: {directory} must be a new or empty directory, got one that holds something; "
                "choose another"
            )
        nearest = next(parent for parent in (directory, *directory.absolute().parents) if parent.exists())
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        raise ScenarioError(
            f"{option}: {directory} must be writable, got '{error.strerror or error}'"
        ) from error
