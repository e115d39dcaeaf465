"""Scenario file to Scenario: the one way in, with every mistake told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.domain.scenario import Scenario
from sim.scenario_io import overrides as overrides_of
from sim.scenario_io import shipped, yaml_file
from sim.scenario_io.bibliography import with_bibliography
from sim.scenario_io.compose import compose
from sim.scenario_io.layers import SOURCES, Composed, Origin, is_atom
from sim.scenario_io.messages import problems_from
from sim.scenario_io.problems import Keys, Problem, dotted, error_of
from sim.scenario_io.yaml_file import Plain, Reader

DEFAULT = Origin("default")
"""Origin of a setting that nobody gave."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One final value of a scenario and where it was set.

    Parameters
    ----------
    path : str
        Dotted path.
    value : object
        Plain value; a parameter is told whole, as a map.
    origin : Origin
        File and line, sweep, ``--set``, or ``default``.
    """

    path: str
    value: Plain
    origin: Origin


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario together with where each of its settings came from.

    Parameters
    ----------
    scenario : Scenario
        What the settings give, validated; a what-if takes over the parts it does not change.
    composed : Composed
        Its plain settings and their origins.
    """

    scenario: Scenario
    composed: Composed

    @property
    def files(self) -> tuple[Path, ...]:
        """Files the scenario was read from, the first ancestor first."""
        return self.composed.files

    def settings(self) -> Iterator[Setting]:
        """Yield every final value with its origin, in file order.

        Yields
        ------
        Setting
            One parameter, one list or one plain setting.
        """
        yield from self._settings(
            self.scenario.model_dump(mode="json", exclude={SOURCES}, exclude_none=True), ()
        )

    def _settings(self, tree: Plain, keys: Keys) -> Iterator[Setting]:
        if isinstance(tree, dict) and not is_atom(tree):
            for key, value in tree.items():
                yield from self._settings(value, (*keys, key))
        elif isinstance(tree, list) and any(isinstance(value, dict) for value in tree):
            for position, value in enumerate(tree):
                yield from self._settings(value, (*keys, str(position)))
        else:
            yield Setting(dotted(keys), tree, self._origin(keys))

    def _origin(self, keys: Keys) -> Origin:
        given = _is_given(self.composed.tree, keys)
        return self.composed.origin_of(keys) if given else DEFAULT


def load(name_or_path: str | Path, *, overrides: Sequence[str] = ()) -> Scenario:
    """Read one scenario.

    Parameters
    ----------
    name_or_path : str or Path
        Scenario file, or name of a shipped scenario.
    overrides : sequence of str
        Settings above the file, as ``path=value``.

    Returns
    -------
    Scenario
        The validated scenario; its ``sources`` are those it cites.

    Raises
    ------
    ScenarioError
        If anything is wrong with the file, its parents or the overrides, one mistake a line;
        or if its sweep gives several scenarios.
    """
    composed = with_bibliography(compose(shipped.find(name_or_path)))
    points = list(overrides_of.points(composed, overrides_of.changes_from(overrides, composed)))
    if len(points) > 1:
        message = f"must give one scenario to load, got {len(points)}; use load_all"
        raise error_of([composed.problem(("sweep",), message)])
    [loaded] = validated(points)
    return loaded.scenario


def load_all(name_or_path: str | Path, *, overrides: Sequence[str] = ()) -> list[Scenario]:
    """Read every scenario that a file's sweep gives; just one without a sweep.

    Parameters
    ----------
    name_or_path : str or Path
        Scenario file, or name of a shipped scenario.
    overrides : sequence of str
        Settings above the file and its sweep, as ``path=value``.

    Returns
    -------
    list of Scenario
        Validated scenarios, the last swept path varying fastest.

    Raises
    ------
    ScenarioError
        If anything is wrong with the file, its parents, its sweep or the overrides, one mistake
        a line.
    """
    return [loaded.scenario for loaded in check(name_or_path, overrides=overrides)]


def check(
    name_or_path: str | Path, *, overrides: Sequence[str] = (), read: Reader = yaml_file.read
) -> list[LoadedScenario]:
    """Read every scenario of a file, and keep where each setting came from.

    Parameters
    ----------
    name_or_path : str or Path
        Scenario file, or name of a shipped scenario.
    overrides : sequence of str
        Settings above the file and its sweep, as ``path=value``.
    read : callable, optional
        What reads each file; one that keeps what it has read saves time with families of files.

    Returns
    -------
    list of LoadedScenario
        One for each point of the sweep.

    Raises
    ------
    ScenarioError
        If anything is wrong, one mistake a line.
    """
    return list(each(name_or_path, overrides=overrides, read=read))


def each(
    name_or_path: str | Path, *, overrides: Sequence[str] = (), read: Reader = yaml_file.read
) -> Iterator[LoadedScenario]:
    """Yield every scenario of a file, so that a long sweep need not be held in memory.

    Parameters
    ----------
    name_or_path, overrides, read
        As for `check`.

    Yields
    ------
    LoadedScenario
        One for each point of the sweep that is without mistakes.

    Raises
    ------
    ScenarioError
        At the end, if anything is wrong, one mistake a line: use nothing before the end.
    """
    composed = with_bibliography(compose(shipped.find(name_or_path), read=read), read=read)
    yield from validated(overrides_of.points(composed, overrides_of.changes_from(overrides, composed)))


def validated(points: Iterable[Composed], known: LoadedScenario | None = None) -> Iterator[LoadedScenario]:
    """Yield the scenario of each point; ScenarioError at the end tells what is wrong with any.

    Parameters
    ----------
    points : iterable of Composed
        Settings of each scenario.
    known : LoadedScenario, optional
        A valid one; what a point shares with it, or with the point before, is not validated again.

    Yields
    ------
    LoadedScenario
        Of each valid point.
    """
    problems: list[Problem] = []
    for point in points:
        try:
            scenario = Scenario.model_validate(_tree(point, known))
        except ValidationError as error:
            problems += problems_from(error, point)
            continue
        except ArithmeticError as error:
            message = f"must hold numbers that can be computed with, got {error}"
            problems.append(point.problem((), message))
            continue
        known = LoadedScenario(_with_cited_sources(scenario), point)
        yield known
    if problems:
        raise error_of(problems)


def _tree(point: Composed, known: LoadedScenario | None) -> dict[str, Any]:
    """Return the settings of a point, with valid parts in place of those it shares with a known scenario."""
    if known is None:
        return point.tree
    tree = _with_valid_parts(point.tree, known.composed.tree, known.scenario)
    if SOURCES in point.tree:
        tree[SOURCES] = point.tree[SOURCES]  # the known scenario has only those it cites
    return tree


def _with_valid_parts(tree: Plain, known: Plain, valid: object) -> dict[str, Any]:
    """Return a map of settings, with parts of a valid scenario where it has the same."""
    parts = valid if isinstance(valid, dict) else vars(valid)
    return {
        key: _valid_part(part, known[key], parts[key]) if key in known and key in parts else part
        for key, part in tree.items()
    }


def _valid_part(part: Plain, known: Plain, valid: object) -> Any:  # noqa: ANN401  a part is of any type
    if part is known and isinstance(part, dict | list):
        return valid
    if isinstance(part, dict) and isinstance(known, dict) and isinstance(valid, dict | BaseModel):
        return _with_valid_parts(part, known, valid)
    return part


def _with_cited_sources(scenario: Scenario) -> Scenario:
    """Drop sources nobody cites, so that listing another one changes no digest."""
    return scenario.model_copy(update={SOURCES: scenario.cited_sources()})


def _is_given(tree: Mapping[str, Plain], keys: Keys) -> bool:
    node: Plain = tree
    for key in keys:
        if isinstance(node, list):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            return False
    return True
