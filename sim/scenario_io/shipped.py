"""The scenario files that come with the package, by name."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

from sim.scenario_io.problems import Problem, error_of, shown

PACKAGE = Path(__file__).resolve().parents[1]
SUFFIX = ".yaml"
BASE = "base"
"""The base case."""
SOURCES = "sources.yaml"
"""Name of the bibliography beside scenario files."""
VALIDATION = "validation"
"""Folder of study scenarios beside the shipped ones."""
LESSONS = "learn"
"""Folder of exercises and claims beside the shipped scenarios."""
FINISHED = "finished"
"""Folder of results of shipped scenarios, each in a directory of its own."""


def directory() -> Path:
    """Return the folder of shipped scenarios: inside an installed package, else in the checkout.

    Returns
    -------
    Path
        Folder; it exists in every intact installation.
    """
    installed = PACKAGE / "shipped" / "scenarios"
    return installed if installed.is_dir() else PACKAGE.parent / "scenarios"


def bibliography() -> Path:
    """Return the shipped list of sources.

    Returns
    -------
    Path
        File, relative to the working directory when it lies inside.
    """
    return _short(directory() / SOURCES)


def validation_directory() -> Path:
    """Return the folder of study scenarios and published figures.

    Returns
    -------
    Path
        Folder inside that of the shipped scenarios, relative to the working directory when it
        lies inside.
    """
    return _short(directory() / VALIDATION)


def lessons_directory() -> Path:
    """Return the folder of exercises and claims, as `validation_directory` does."""
    return _short(directory() / LESSONS)


def finished_directories(kind: str) -> list[Path]:
    """Return the directories of results of a kind that come with the shipped scenarios.

    Parameters
    ----------
    kind : str
        As manifests name it, such as ``replications`` or ``probabilistic``.

    Returns
    -------
    list of Path
        In alphabetical order.
    """
    manifests = sorted((directory() / FINISHED).glob("*/manifest.json"))
    return [path.parent for path in manifests if json.loads(path.read_text(encoding="utf-8"))["kind"] == kind]


def names() -> list[str]:
    """Return the names of the shipped scenarios.

    Returns
    -------
    list of str
        Names without suffix, in alphabetical order.
    """
    return sorted(path.stem for path in directory().glob(f"*{SUFFIX}") if path.name != SOURCES)


def find(name_or_path: str | Path) -> Path:
    """Return the file that a user means; an existing file wins over a shipped name.

    Parameters
    ----------
    name_or_path : str or Path
        Path of a file, or name of a shipped scenario with or without ``.yaml``.

    Returns
    -------
    Path
        An existing file.

    Raises
    ------
    ScenarioError
        If there is neither such a file nor such a shipped scenario.
    """
    path = Path(name_or_path)
    name = str(name_or_path)
    if is_file(path):
        return path
    shipped_path = named(name)
    if shipped_path is not None:
        return shipped_path
    if _is_directory(path):
        raise error_of([Problem(name, None, "", "must be a file, got a directory")])
    raise error_of(
        [Problem(name or "''", None, "", f"must be a file or a shipped scenario, got neither{hint(name)}")]
    )


def named(name: str) -> Path | None:
    """Return the shipped file of that name, or None.

    Parameters
    ----------
    name : str
        Name with or without ``.yaml``.

    Returns
    -------
    Path or None
        The file, relative to the working directory when it lies inside.
    """
    stem = name.removesuffix(SUFFIX)
    if stem not in names():
        return None
    return _short(directory() / f"{stem}{SUFFIX}")


def _short(path: Path) -> Path:
    """Return a path relative to the working directory when it lies inside."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def is_file(path: Path) -> bool:
    """Tell whether a path names an existing file; impossible names are no files.

    Parameters
    ----------
    path : Path
        Any path, however odd.

    Returns
    -------
    bool
        True for an existing file.
    """
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def hint(name: str) -> str:
    """Return what to add to a message about an unknown scenario.

    Parameters
    ----------
    name : str
        What the user asked for.

    Returns
    -------
    str
        Nearest shipped name and the list of all; empty when none is shipped.
    """
    known = names()
    near = difflib.get_close_matches(Path(name).name.removesuffix(SUFFIX), known, n=1)
    meant = f"; did you mean {shown(near[0])}?" if near else ""
    return f"{meant}; shipped: {', '.join(known)}" if known else meant
