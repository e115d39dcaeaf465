"""Read the scenarios that a command names; mistakes of all files are told at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from sim.errors import ScenarioError

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario

T = TypeVar("T")


def load_everything(files: Sequence[str], settings: Sequence[str]) -> list[Scenario]:
    """Read all scenarios of all files."""
    from sim.scenario_io.load import load_all  # noqa: PLC0415

    return collected(files, lambda file: load_all(file, overrides=settings))


def collected(files: Sequence[str], read: Callable[[str], list[T]]) -> list[T]:
    """Read all files and tell the mistakes of all of them at once."""
    found: list[T] = []
    mistakes: list[str] = []
    for file in files:
        try:
            found += read(file)
        except ScenarioError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ScenarioError("\n".join(dict.fromkeys("\n".join(mistakes).splitlines())))
    return found


def numbers(option: str, text: str | None) -> list[float] | None:
    """Read numbers with commas between; None when nothing was given."""
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ScenarioError(f"{option}: must be numbers with commas between, got '{text}'") from None
