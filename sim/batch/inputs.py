"""What is run, however it is given: scenarios, files, or names of shipped ones, with sizes in place."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from sim.batch.settings import with_settings
from sim.domain.scenario import Scenario
from sim.errors import ScenarioError
from sim.scenario_io.load import LoadedScenario
from sim.scenario_io.overrides import SET
from sim.scenario_io.recipes import Recipe, recipes_of
from sim.scenario_io.several import each_of

OPTIONS = {"run.n_patients": "--patients", "run.replications": "--replications", "run.seed": "--seed"}
"""Options that set sizes, by path."""
Given: TypeAlias = Scenario | str | Path
"""A scenario, a scenario file, or the name of a shipped scenario."""
Sources: TypeAlias = Given | Sequence[Given]


def sizes_of(
    *, patients: int | None = None, replications: int | None = None, seed: int | None = None
) -> dict[str, object]:
    """Return the sizes that are asked for by dotted path, without those that stay the scenario's own."""
    asked = {"run.n_patients": patients, "run.replications": replications, "run.seed": seed}
    return {path: value for path, value in asked.items() if value is not None}


def scenarios_from(
    sources: Sources, *, overrides: Sequence[str] = (), sizes: Mapping[str, object] | None = None
) -> list[Scenario]:
    """Return the scenarios that are given, with sizes in place.

    Parameters
    ----------
    sources : Scenario, str, Path or sequence of them
        A file gives every point of its sweep.
    overrides : sequence of str
        Settings above the files, as ``path=value``; not for a `Scenario`.
    sizes : mapping, optional
        From `sizes_of`; above everything else.

    Returns
    -------
    list of Scenario
        In the given order.

    Raises
    ------
    ScenarioError
        If anything is wrong with a file or a setting, one mistake a line.
    """
    loaded = list(_each(sources, overrides, sizes or {}))
    return [one if isinstance(one, Scenario) else one.scenario for one in loaded]


def recipes_from(
    sources: Sources, *, overrides: Sequence[str] = (), sizes: Mapping[str, object] | None = None
) -> list[Recipe]:
    """Return the scenarios that are given as recipes, however many.

    Parameters
    ----------
    sources, overrides, sizes
        As for `scenarios_from`.

    Returns
    -------
    list of Recipe
        In the given order.

    Raises
    ------
    ScenarioError
        If anything is wrong with a file or a setting, one mistake a line.
    """
    return list(recipes_of(_each(sources, overrides, sizes or {})))


def one_scenario(
    source: Given, *, overrides: Sequence[str] = (), sizes: Mapping[str, object] | None = None
) -> Scenario:
    """Return the only scenario that is given.

    Parameters
    ----------
    source : Scenario, str or Path
        A file without a sweep.
    overrides, sizes
        As for `scenarios_from`.

    Returns
    -------
    Scenario
        With sizes in place.

    Raises
    ------
    ScenarioError
        If anything is wrong, or a sweep gives several.
    """
    scenarios = scenarios_from(source, overrides=overrides, sizes=sizes)
    if len(scenarios) > 1:
        raise ScenarioError(f"{source}: must be one scenario, got a sweep of {len(scenarios)}; name a point")
    return scenarios[0]


def _each(
    sources: Sources, overrides: Sequence[str], sizes: Mapping[str, object]
) -> Iterator[LoadedScenario | Scenario]:
    given = [sources] if isinstance(sources, Scenario | str | Path) else list(sources)
    ready = [one for one in given if isinstance(one, Scenario)]
    if ready and overrides:
        raise ScenarioError(
            f"overrides: must come with files or names, got scenario '{ready[0].name}'; load it with them"
        )
    with _naming_options(sizes):
        if not ready:
            yield from each_of(_files(given), overrides=[*overrides, *_as_typed(sizes)])
            return
        for one in given:
            if isinstance(one, Scenario):
                yield with_settings(one, dict(sizes))
            else:
                yield from each_of([one], overrides=_as_typed(sizes))


@contextlib.contextmanager
def _naming_options(sizes: Mapping[str, object]) -> Iterator[None]:
    """Let a mistake in a size name the option that it was typed in; it is read like one after --set."""
    try:
        yield
    except ScenarioError as error:
        told = str(error)
        for path in sizes:
            told = told.replace(f"{SET}: {path}: ", f"{OPTIONS[path]}: ")
        raise ScenarioError(told) from error


def _files(given: Sequence[Given]) -> list[str | Path]:
    return [one for one in given if not isinstance(one, Scenario)]


def _as_typed(sizes: Mapping[str, object]) -> list[str]:
    return [f"{path}={value}" for path, value in sizes.items()]
