"""Stored results that a server shows: only those below the folder it was given, by name from a list."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sim.domain.cross_checks import not_found
from sim.errors import AnalysisError, ScenarioError
from sim.stored.files import HEADER, MANIFEST

RESULTS = "TREATPATH_RESULTS"
"""Variable of the environment that names the folder; without it a server shows no stored results."""
DEEPEST = 3
"""Levels of folders that are looked through."""
MOST_FOUND = 200
"""Directories that are listed."""
MOST_SEEN = 20_000
"""Entries that are looked at."""


def results_root() -> Path | None:
    """Return the folder whose results are shown, None where there is none.

    Raises
    ------
    ScenarioError
        If the environment names something that is no folder.
    """
    asked = os.environ.get(RESULTS)
    return checked_root(asked, RESULTS) if asked else None


def checked_root(folder: str | Path, name: str) -> Path:
    """Return a folder without symbolic links; ScenarioError if there is none.

    Parameters
    ----------
    folder : str or Path
        As the one who starts the server typed it.
    name : str
        What messages call it.
    """
    path = Path(folder)
    if not path.is_dir():
        raise ScenarioError(
            f"{name}: must be a folder that holds directories of results, got '{folder}'; "
            "make some with 'treatpath run FILE --out DIR'"
        )
    return path.resolve()


def stored_names(root: Path) -> list[str]:
    """Return the finished results below a folder, by their place in it, in alphabetical order.

    Parameters
    ----------
    root : Path
        Folder without symbolic links.

    Returns
    -------
    list of str
        At most `MOST_FOUND`, such as ``2026/base``; ``.`` where the folder itself is one. What a symbolic
        link leads to outside the folder is left out.
    """
    return sorted(path.relative_to(root).as_posix() for path in _found(root))


def stored_directory_named(root: Path, name: str) -> Path:
    """Return a directory of results by its name in the list.

    Parameters
    ----------
    root : Path
        Folder without symbolic links.
    name : str
        From `stored_names`, or anything a browser sent.

    Returns
    -------
    Path
        A directory inside the folder.

    Raises
    ------
    AnalysisError
        If it is not in the list.
    """
    names = stored_names(root)
    if name not in names:
        raise AnalysisError(f"results: {not_found(name, 'directory of results', names)}")
    return root / name


def _found(root: Path) -> list[Path]:
    found: list[Path] = []
    for seen, path in enumerate(_folders(root, 0)):
        if len(found) >= MOST_FOUND or seen >= MOST_SEEN:
            break
        files = [path / name for name in (HEADER, MANIFEST)]
        if all(file.is_file() and file.resolve().is_relative_to(root) for file in files):
            found.append(path)
    return found


def _folders(folder: Path, depth: int) -> Iterator[Path]:
    """Yield a folder and those below it that no symbolic link leads to."""
    yield folder
    if depth >= DEEPEST:
        return
    try:
        inside = sorted(path for path in folder.iterdir() if not path.is_symlink() and path.is_dir())
    except OSError:  # not ours to read
        return
    for path in inside:
        yield from _folders(path, depth + 1)
