"""Read the scenarios that a command names; mistakes of all files are told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from sim.errors import ScenarioError

if TYPE_CHECKING:
    from sim.domain.scenario import Scenario
    from sim.scenario_io.load import LoadedScenario
    from sim.scenario_io.recipes import Recipe

T = TypeVar("T")


def load_everything(files: Sequence[str], settings: Sequence[str]) -> list[Scenario]:
    """Read all scenarios of all files."""
    from sim.scenario_io.load import load_all  # noqa: PLC0415

    return collected(files, lambda file: load_all(file, overrides=settings))


def load_recipes(files: Sequence[str], settings: Sequence[str]) -> list[Recipe]:
    """Read all scenarios of all files, however many, as recipes."""
    from sim.scenario_io.load import each  # noqa: PLC0415
    from sim.scenario_io.recipes import recipes_of  # noqa: PLC0415

    mistakes: list[str] = []

    def loaded() -> Iterator[LoadedScenario]:
        for file in files:
            try:
                yield from each(file, overrides=settings)
            except ScenarioError as error:
                mistakes.append(str(error))

    recipes = list(recipes_of(loaded()))
    _tell_all(mistakes)
    return recipes


def collected(files: Sequence[str], read: Callable[[str], list[T]]) -> list[T]:
    """Read all files and tell the mistakes of all of them at once."""
    found: list[T] = []
    mistakes: list[str] = []
    for file in files:
        try:
            found += read(file)
        except ScenarioError as error:
            mistakes.append(str(error))
    _tell_all(mistakes)
    return found


def _tell_all(mistakes: Sequence[str]) -> None:
    """Raise the mistakes of all files, each told once."""
    if mistakes:
        raise ScenarioError("\n".join(dict.fromkeys("\n".join(mistakes).splitlines())))


def numbers(option: str, text: str | None) -> list[float] | None:
    """Read numbers with commas between; None when nothing was given."""
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ScenarioError(f"{option}: must be numbers with commas between, got '{text}'") from None
