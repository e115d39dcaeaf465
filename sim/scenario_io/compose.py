"""Lay a scenario file over its parents: ``extends``, and where each part was set.

Maps merge; lists and scalars replace. A parameter (a map with ``value`` or ``values``) and an
entry of the bibliography replace their parent's whole, so that no number keeps the citation of
another. A map with ``replace: true`` replaces its parent's map whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.scenario_io import shipped, yaml_file
from sim.scenario_io.problems import Keys, Problem, dotted, error_of, shown
from sim.scenario_io.yaml_file import Plain

EXTENDS = "extends"
REPLACE = "replace"
SOURCES = "sources"
ATOM_KEYS = ("value", "values")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a setting was set.

    Parameters
    ----------
    file : str
        File, or ``--set``.
    line : int, optional
        Line in the file, counted from 1.
    kind : str, default ""
        ``sweep`` when the sweep of that file set it.
    """

    file: str
    line: int | None = None
    kind: str = ""

    def __str__(self) -> str:
        """Return the origin as shown to the user."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{self.kind} ({where})" if self.kind else where


@dataclass(frozen=True)
class Composed:
    """A scenario as plain maps, lists and scalars, with the origin of every part.

    Parameters
    ----------
    tree : dict
        Settings after all parents are merged.
    origins : dict
        Steps from the top to where that part was set.
    files : tuple of Path
        Files read, the first ancestor first.
    changed : dict
        Steps to the settings changed above the files, and where; stands above ``origins``.
    """

    tree: dict[str, Plain]
    origins: Mapping[Keys, Origin]
    files: tuple[Path, ...] = ()
    changed: Mapping[Keys, Origin] = field(default_factory=dict)

    def origin_of(self, keys: Keys) -> Origin:
        """Return where the innermost existing part of a path was set."""
        paths = [keys[:length] for length in range(len(keys), -1, -1)]
        layers = (layer[path] for layer in (self.changed, self.origins) for path in paths if path in layer)
        return next(layers)

    def problem(self, keys: Keys, message: str) -> Problem:
        """Return a problem at a path, pointing to where its innermost existing part was set."""
        origin = self.origin_of(keys)
        return Problem(origin.file, origin.line, dotted(keys), message)


def compose(path: Path) -> Composed:
    """Read a scenario file and its parents, and merge them.

    Parameters
    ----------
    path : Path
        Scenario file; ``extends`` in it names its parent.

    Returns
    -------
    Composed
        Merged settings without ``extends`` and ``replace``; ``sweep`` is still in.

    Raises
    ------
    ScenarioError
        If a file cannot be read, the files extend each other in a circle, or a map stands where
        a whole parameter must.
    """
    family = list(reversed(_family(path)))
    composed = Composed({}, {})
    problems: list[Problem] = []
    for member, document in family:
        layer = _layer(document, member, is_child=bool(composed.files))
        composed = overlay(composed, layer, problems)
    if problems:
        raise error_of(problems)
    return composed


def overlay(below: Composed, above: Composed, problems: list[Problem]) -> Composed:
    """Lay settings over others.

    Parameters
    ----------
    below, above : Composed
        Settings of the parent and of the child.
    problems : list of Problem
        Mistakes found are appended.

    Returns
    -------
    Composed
        The child's settings where given, else the parent's.
    """
    merger = _Merger(below, above, problems)
    tree = merger.merged(below.tree, above.tree, ())
    return Composed(tree, merger.origins, (*below.files, *above.files))


def is_atom(tree: object) -> bool:
    """Tell whether a part of a scenario is a parameter or a curve.

    Parameters
    ----------
    tree : object
        Plain map, list or scalar.

    Returns
    -------
    bool
        True for a map with ``value`` or ``values``.

    Examples
    --------
    >>> is_atom({"value": 1}), is_atom({"units": 1})
    (True, False)
    """
    return isinstance(tree, dict) and any(
        key in tree and not isinstance(tree[key], dict) for key in ATOM_KEYS
    )


def _family(path: Path) -> list[tuple[Path, yaml_file.Document]]:
    """Return the file and its ancestors, the file itself first."""
    family: list[tuple[Path, yaml_file.Document]] = []
    seen: list[Path] = []
    member: Path | None = path
    while member is not None:
        if member.resolve() in seen:
            chain = " -> ".join(file.name for file in [*(file for file, _ in family), member])
            raise error_of([Problem(path.as_posix(), None, "", f"extends itself: {chain}")])
        document = yaml_file.read(member)
        family.append((member, document))
        seen.append(member.resolve())
        member = _parent(member, document)
    return family


def _parent(path: Path, document: yaml_file.Document) -> Path | None:
    """Return the file that ``extends`` names: beside the file, else shipped."""
    if EXTENDS not in document.tree:
        return None
    name = document.tree[EXTENDS]
    line = document.lines[EXTENDS,]
    if not isinstance(name, str) or not name:
        message = f"must name one file or shipped scenario, got {shown(name)}"
        raise error_of([Problem(document.file, line, EXTENDS, message)])
    if Path(name).is_absolute():
        message = f"must be relative to this file, or a shipped scenario, got {shown(name)}"
        raise error_of([Problem(document.file, line, EXTENDS, message)])
    beside = path.parent / name
    found = beside if shipped.is_file(beside) else shipped.named(name)
    if found is None:
        message = (
            f"must be a file beside this one or a shipped scenario, got {shown(name)}{shipped.hint(name)}"
        )
        raise error_of([Problem(document.file, line, EXTENDS, message)])
    return found


def _layer(document: yaml_file.Document, path: Path, *, is_child: bool) -> Composed:
    """Return one file as settings; a child without a name of its own is named after its file."""
    tree = {key: value for key, value in document.tree.items() if key != EXTENDS}
    origins = {keys: Origin(document.file, line) for keys, line in document.lines.items()}
    if is_child and "name" not in tree:
        tree["name"] = re.sub(r"[^A-Za-z0-9_.-]", "_", path.stem)
        origins["name",] = origins.get((EXTENDS,), origins[()])
    return Composed(tree, origins, (path,))


@dataclass
class _Merger:
    """Merge two trees and their origins in one walk."""

    below: Composed
    above: Composed
    problems: list[Problem]
    origins: dict[Keys, Origin] = field(default_factory=dict)

    def merged(self, old: Plain, new: Plain, keys: Keys) -> Plain:
        if not isinstance(new, dict) or not isinstance(old, dict) or _is_whole(new, keys) or _replaces(new):
            return self._taken(new, keys)
        if is_atom(old):
            given = ", ".join(sorted(new)) or "an empty map"
            message = f"must give the whole parameter with its value, got only {given}"
            self.problems.append(self.above.problem(keys, message))
            return old
        self._mark(self.above, keys)
        self._check_marker(new, keys)
        tree: dict[str, Plain] = {}
        for key, value in old.items():
            here = (*keys, key)
            tree[key] = self.merged(value, new[key], here) if key in new else self._kept(value, here)
        for key, value in new.items():
            if key not in old and not _is_marker(key, value):
                tree[key] = self._taken(value, (*keys, key))
        return tree

    def _kept(self, tree: Plain, keys: Keys) -> Plain:
        for path in _paths(tree, keys):
            self._mark(self.below, path)
        return tree

    def _taken(self, tree: Plain, keys: Keys) -> Plain:
        """Return the child's part without markers."""
        self._mark(self.above, keys)
        if isinstance(tree, dict):
            self._check_marker(tree, keys)
            return {k: self._taken(v, (*keys, k)) for k, v in tree.items() if not _is_marker(k, v)}
        if isinstance(tree, list):
            return [self._taken(value, (*keys, str(position))) for position, value in enumerate(tree)]
        return tree

    def _check_marker(self, tree: dict[str, Plain], keys: Keys) -> None:
        marker = tree.get(REPLACE)
        if REPLACE in tree and _is_marker(REPLACE, marker) and marker is not True:
            message = f"must be true or left out, got {shown(marker)}"
            self.problems.append(self.above.problem((*keys, REPLACE), message))

    def _mark(self, layer: Composed, keys: Keys) -> None:
        self.origins[keys] = layer.origin_of(keys)


def _replaces(tree: dict[str, Plain]) -> bool:
    return tree.get(REPLACE) is True


def _is_marker(key: str, value: object) -> bool:
    return key == REPLACE and not isinstance(value, dict)


def _is_whole(tree: dict[str, Plain], keys: Keys) -> bool:
    """Tell whether a part replaces its parent's whole: a parameter or an entry of the bibliography."""
    return is_atom(tree) or keys[:-1] == (SOURCES,)


def _paths(tree: object, keys: Keys) -> Iterator[Keys]:
    """Yield the path of a part and of all parts below it."""
    yield keys
    children: Iterator[tuple[str, object]] = iter(())
    if isinstance(tree, dict):
        children = iter(tree.items())
    elif isinstance(tree, list):
        children = ((str(position), value) for position, value in enumerate(tree))
    for key, value in children:
        yield from _paths(value, (*keys, key))
