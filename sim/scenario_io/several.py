"""Read the scenarios of several files; mistakes of all files are told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from sim.errors import ScenarioError
from sim.scenario_io.load import LoadedScenario, each

T = TypeVar("T")


def collected(files: Sequence[str | Path], read: Callable[[str | Path], Sequence[T]]) -> list[T]:
    """Read all files.

    Parameters
    ----------
    files : sequence of str or Path
        Scenario files, or names of shipped scenarios.
    read : callable
        What reads one of them.

    Returns
    -------
    list
        What all files gave, in their order.

    Raises
    ------
    ScenarioError
        If anything is wrong with any file, one mistake a line, each once.
    """
    found: list[T] = []
    mistakes: list[str] = []
    for file in files:
        try:
            found += read(file)
        except ScenarioError as error:
            mistakes.append(str(error))
    _tell_all(mistakes)
    return found


def each_of(files: Sequence[str | Path], *, overrides: Sequence[str] = ()) -> Iterator[LoadedScenario]:
    """Yield every scenario of all files, so that long sweeps need not be held in memory.

    Parameters
    ----------
    files : sequence of str or Path
        Scenario files, or names of shipped scenarios.
    overrides : sequence of str
        Settings above the files, as ``path=value``.

    Yields
    ------
    LoadedScenario
        In the order of the files.

    Raises
    ------
    ScenarioError
        At the end, if anything is wrong with any file, one mistake a line, each once: use nothing before the
        end.
    """
    mistakes: list[str] = []
    for file in files:
        try:
            yield from each(file, overrides=overrides)
        except ScenarioError as error:
            mistakes.append(str(error))
    _tell_all(mistakes)


def _tell_all(mistakes: Sequence[str]) -> None:
    """Raise the mistakes of all files, each told once."""
    if mistakes:
        raise ScenarioError("\n".join(dict.fromkeys("\n".join(mistakes).splitlines())))
