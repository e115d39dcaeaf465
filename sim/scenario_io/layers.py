"""Lay settings over others, and remember where each part was set.

Maps merge; lists and scalars replace. A parameter (a map with ``value`` or ``values``) and an
entry of the bibliography replace what is below whole, so that no number keeps the citation of
another. A map with ``replace: true`` replaces the map below whole. This module reads no files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.scenario_io.problems import Keys, Problem, dotted, shown
from sim.scenario_io.yaml_file import Plain

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
    copies : dict
        Steps to each entry that was written as a copy, and the name of the entry it is like.
    """

    tree: dict[str, Plain]
    origins: Mapping[Keys, Origin]
    files: tuple[Path, ...] = ()
    changed: Mapping[Keys, Origin] = field(default_factory=dict)
    copies: Mapping[Keys, str] = field(default_factory=dict)

    def origin_of(self, keys: Keys) -> Origin:
        """Return where the innermost existing part of a path was set."""
        if not self.changed and keys in self.origins:
            return self.origins[keys]
        paths = [keys[:length] for length in range(len(keys), -1, -1)]
        layers = (layer[path] for layer in (self.changed, self.origins) for path in paths if path in layer)
        return next(layers)

    def problem(self, keys: Keys, message: str) -> Problem:
        """Return a problem at a path, pointing to where its innermost existing part was set."""
        origin = self.origin_of(keys)
        return Problem(origin.file, origin.line, dotted(keys), message)


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
    return Composed(tree, merger.origins, (*below.files, *above.files), copies=_kept_copies(below, above))


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


def replaces(tree: object) -> bool:
    """Tell whether a part of a file stands in place of what is below it.

    Parameters
    ----------
    tree : object
        Plain map, list or scalar.

    Returns
    -------
    bool
        True for a map with ``replace: true``.

    Examples
    --------
    >>> replaces({"replace": True}), replaces({})
    (True, False)
    """
    return isinstance(tree, dict) and tree.get(REPLACE) is True


def is_whole(tree: dict[str, Plain], keys: Keys) -> bool:
    """Tell whether a map replaces its parent's whole: a parameter or an entry of the bibliography.

    Parameters
    ----------
    tree : dict
        Plain map.
    keys : tuple of str
        Steps from the top to it.

    Returns
    -------
    bool
        False where it merges with its parent's.

    Examples
    --------
    >>> is_whole({"year": 2020}, ("sources", "smith2020")), is_whole({"year": 2020}, ("care", "smith2020"))
    (True, False)
    """
    return is_atom(tree) or keys[:-1] == (SOURCES,)


@dataclass
class _Merger:
    """Merge two trees and their origins in one walk."""

    below: Composed
    above: Composed
    problems: list[Problem]
    origins: dict[Keys, Origin] = field(default_factory=dict)

    def merged(self, old: Plain, new: Plain, keys: Keys) -> Plain:
        if not isinstance(old, dict) or _is_taken(new, keys):
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
        self._mark(self.below, keys)
        for key, value in _children(tree):
            self._kept(value, (*keys, key))
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


def _kept_copies(below: Composed, above: Composed) -> dict[Keys, str]:
    """Return the copies below that are not replaced whole above."""
    return {keys: name for keys, name in below.copies.items() if not _is_replaced(above.tree, keys)}


def _is_replaced(tree: Plain, keys: Keys) -> bool:
    """Tell whether a path or a part above it is given whole."""
    for depth, key in enumerate(keys):
        if _is_taken(tree, keys[:depth]):
            return True
        if key not in tree:
            return False
        tree = tree[key]
    return _is_taken(tree, keys)


def _is_taken(tree: Plain, keys: Keys) -> bool:
    """Tell whether a part stands in place of whatever is below it."""
    return not isinstance(tree, dict) or is_whole(tree, keys) or replaces(tree)


def _is_marker(key: str, value: object) -> bool:
    return key == REPLACE and not isinstance(value, dict)


def _children(tree: object) -> Iterable[tuple[str, object]]:
    """Return the parts just below a part."""
    if isinstance(tree, dict):
        return tree.items()
    if isinstance(tree, list):
        return ((str(position), value) for position, value in enumerate(tree))
    return ()
