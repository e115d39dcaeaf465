"""Settings that stand above the files: ``sweep`` in a scenario and ``--set`` on the command line.

Both name a setting by its dotted path. A number put in place of a parameter becomes a new
parameter without the citation, range and distribution of the old one.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sim.domain.cross_checks import not_found
from sim.domain.evidence import SWEEP, WHAT_IF, Grade
from sim.errors import ScenarioError
from sim.scenario_io.layers import ATOM_KEYS, Composed, Origin, is_atom
from sim.scenario_io.problems import Keys, Problem, dotted, error_of, problems_of, shown
from sim.scenario_io.schema_paths import fields_at
from sim.scenario_io.yaml_file import Plain, parse_value

SET = "--set"
MOST_POINTS = 10_000
"""Scenarios one sweep may give."""
LONGEST_PATHS = 80
"""Characters of all swept paths together that a name shows whole."""
LONGEST_LABEL = 40
"""Characters of a swept value that a name shows."""
KEPT = ("unit", "price_year", "label", "at")
"""What a replaced parameter hands on to the new one."""


@dataclass(frozen=True, slots=True)
class Change:
    """One setting to be put above the files.

    Parameters
    ----------
    keys : tuple of str
        Steps from the top of the scenario to the setting.
    value : object
        Number, text, truth value, None, list or map.
    source : str
        ``sweep`` or ``what-if``, the source of a parameter changed by a bare number.
    origin : Origin
        Where the change was asked for.
    """

    keys: Keys
    value: Plain
    source: str
    origin: Origin


def changes_from(overrides: Sequence[str], composed: Composed) -> list[Change]:
    """Read ``path=value`` texts; of two for the same path the last counts.

    Parameters
    ----------
    overrides : sequence of str
        Texts such as ``run.n_patients=500``; the value is YAML, which includes JSON.
    composed : Composed
        Settings the paths must lead to.

    Returns
    -------
    list of Change
        One change for each path.

    Raises
    ------
    ScenarioError
        If a text is not ``path=value`` or a path leads nowhere; tells every mistake.
    """
    problems: list[Problem] = []
    changes: dict[Keys, Change] = {}
    for text in overrides:
        path, equals, value = text.partition("=")
        if not equals or not path.strip() or not value.strip():
            problems.append(Problem(SET, None, "", f"must be path=value, got {shown(text)}"))
            continue
        keys = _resolved(path.strip(), composed.tree, Origin(SET), problems)
        try:
            parsed = parse_value(value, file=SET)
        except ScenarioError as error:
            problems += [
                Problem(SET, None, dotted(tuple(path.strip().split("."))), problem.message)
                for problem in problems_of(error)
            ]
            continue
        if keys is not None:
            changes.pop(keys, None)
            changes[keys] = Change(keys, parsed, WHAT_IF, Origin(SET))
    if problems:
        raise error_of(problems)
    return list(changes.values())


def with_changes(composed: Composed, changes: Sequence[Change]) -> Composed:
    """Put changes above settings, in order.

    Parameters
    ----------
    composed : Composed
        Settings from the files.
    changes : sequence of Change
        Changes whose paths lead to a setting.

    Returns
    -------
    Composed
        New settings; the old ones stay as they are.

    Raises
    ------
    ScenarioError
        If a change puts a bare value where a map of settings stands; tells every mistake.
    """
    problems: list[Problem] = []
    for change in changes:
        composed = _with_change(composed, change, problems)
    if problems:
        raise error_of(problems)
    return composed


def points(
    composed: Composed, changes: Sequence[Change] = (), *, most: int = MOST_POINTS
) -> Iterator[Composed]:
    """Yield one scenario for each point of the sweep, with the changes put above it.

    Parameters
    ----------
    composed : Composed
        Settings from the files; ``sweep`` maps dotted paths to lists of values.
    changes : sequence of Change
        Changes from the command line; a swept path that is changed is no longer swept.
    most : int
        Scenarios it may give.

    Yields
    ------
    Composed
        Settings without ``sweep``, named after the values; just one without a sweep.

    Raises
    ------
    ScenarioError
        If the sweep is malformed, leads nowhere or has too many points; tells every mistake.
    """
    rest = {key: value for key, value in composed.tree.items() if key != "sweep"}
    base = replace(composed, tree=rest)
    axes = [axis for axis in _axes(composed) if not any(axis[0].keys == change.keys for change in changes)]
    count = math.prod(len(axis) for axis in axes)
    if count > most:
        message = f"must give at most {most} scenarios, got {count}"
        raise error_of([composed.problem(("sweep",), message)])
    base = with_changes(base, [change for change in changes if change.keys == ("name",)])
    labels = {axis[0].keys: _labels([change.value for change in axis]) for axis in axes}
    titles = _titles([axis[0].keys for axis in axes])
    for positions in itertools.product(*(range(len(axis)) for axis in axes)):
        chosen = [axis[position] for axis, position in zip(axes, positions, strict=True)]
        parts = [
            f"{titles[change.keys]}={labels[change.keys][position]}"
            for change, position in zip(chosen, positions, strict=True)
        ]
        point = with_changes(base, [*chosen, *(change for change in changes if change.keys != ("name",))])
        yield _named(point, parts)


def _axes(composed: Composed) -> list[list[Change]]:
    """Return the changes along each swept path."""
    sweep = composed.tree.get("sweep")
    if sweep is None:
        return []
    if not isinstance(sweep, dict):
        raise error_of(
            [composed.problem(("sweep",), f"must map paths to lists of values, got {shown(sweep)}")]
        )
    problems: list[Problem] = []
    axes: dict[Keys, list[Change]] = {}
    for path, values in sweep.items():
        here = ("sweep", path)
        if not isinstance(values, list) or not values:
            problems.append(composed.problem(here, f"must be a list of values, got {shown(values)}"))
            continue
        keys = _resolved(path, composed.tree, composed.origin_of(here), problems)
        if keys in {("name",), ("sweep",)} or keys in axes:
            problems.append(
                composed.problem(here, f"must be another setting than {dotted(keys or ())}, swept once")
            )
        problems += _repeated(composed, here, values)
        if keys is not None:
            axes[keys] = [_swept(composed, here, keys, i, value) for i, value in enumerate(values)]
    if problems:
        raise error_of(problems)
    return list(axes.values())


def _swept(composed: Composed, here: Keys, keys: Keys, position: int, value: Plain) -> Change:
    origin = composed.origin_of((*here, str(position)))
    return Change(keys, value, SWEEP, Origin(origin.file, origin.line, SWEEP))


def _repeated(composed: Composed, here: Keys, values: list[Plain]) -> Iterator[Problem]:
    texts = [json.dumps(value, sort_keys=True) for value in values]
    for position, text in enumerate(texts):
        if text in texts[:position]:
            yield composed.problem(
                (*here, str(position)), f"must differ from the values before, got {shown(values[position])}"
            )


def _resolved(path: str, tree: dict[str, Plain], origin: Origin, problems: list[Problem]) -> Keys | None:
    """Return the steps to a setting, or None after noting why the path leads nowhere."""
    keys = tuple(path.split("."))
    message = None
    node: Plain = tree
    for depth, key in enumerate(keys):
        if is_atom(node):
            if len(keys) == depth + 1 and key in ATOM_KEYS and key in node:
                return keys[:depth]
            message = f"is part of the parameter {dotted(keys[:depth])}; set that parameter whole"
            break
        message = _no_step(node, keys, depth)
        if message is not None:
            break
        node = node[int(key)] if isinstance(node, list) else node.get(key)
    if message is None:
        return keys
    problems.append(Problem(origin.file, origin.line, dotted(keys), message))
    return None


def _no_step(node: object, keys: Keys, depth: int) -> str | None:
    """Say why the step at ``depth`` cannot be taken from a part; None when it can."""
    key, where = keys[depth], dotted(keys[:depth]) or "the scenario"
    if isinstance(node, list):
        fits = re.fullmatch(r"[0-9]{1,6}", key) and int(key) < len(node)
        return None if fits else f"'{key}' must be a position in {where}, from 0 to {len(node) - 1}"
    if not isinstance(node, dict):
        return f"{where} must be a map of settings to set '{key}', got {shown(node)}"
    if key in node or (depth == len(keys) - 1 and key in fields_at(keys[:depth])):
        return None
    if key in fields_at(keys[:depth]):
        return f"'{key}' is left out of {where}; give it whole first"
    return not_found(key, f"key of {where}", {*node, *fields_at(keys[:depth])} - {"sweep"})


def _with_change(composed: Composed, change: Change, problems: list[Problem]) -> Composed:
    """Return settings with one change; a map changes the settings it names."""
    keys, value, origin = change.keys, change.value, change.origin
    old = _at(composed.tree, keys)
    if isinstance(old, dict) and not is_atom(old) and value is not None and not is_atom(value):
        if not isinstance(value, dict):
            message = f"must be a map, or one of its settings must be named, got {shown(value)}"
            problems.append(Problem(origin.file, origin.line, dotted(keys), message))
            return composed
        for key, part in value.items():
            composed = _with_change(composed, replace(change, keys=(*keys, key), value=part), problems)
        return composed
    new = _new_atom(old, change) if is_atom(old) and value is not None else value
    tree = _put(composed.tree, keys, new)
    return replace(composed, tree=tree, changed={**composed.changed, keys: origin})


def _new_atom(old: dict[str, Plain], change: Change) -> dict[str, Plain]:
    """Return the parameter that stands in place of an old one."""
    given = change.value if isinstance(change.value, dict) else {_value_key(old): change.value}
    if "source" in given:
        return given
    was = shown(old.get(_value_key(old)))
    note = f"{change.source} in place of {was} from '{old.get('source')}'"
    marks = {"source": change.source, "grade": Grade.ASSUMPTION.value, "note": note}
    return {key: old[key] for key in KEPT if key in old} | marks | given


def _value_key(atom: dict[str, Plain]) -> str:
    return next(key for key in ATOM_KEYS if key in atom)


def _at(tree: Plain, keys: Keys) -> Plain:
    """Return the part at a path, None where nothing stands."""
    for key in keys:
        tree = tree[int(key)] if isinstance(tree, list) else tree.get(key)
    return tree


def _put(tree: Plain, keys: Keys, value: Plain) -> Plain:
    """Return a copy with one part exchanged; all other parts are shared."""
    if not keys:
        return value
    first, *rest = keys
    if isinstance(tree, list):
        position = int(first)
        return [*tree[:position], _put(tree[position], tuple(rest), value), *tree[position + 1 :]]
    return {**tree, first: _put(tree.get(first), tuple(rest), value)}


def _named(composed: Composed, parts: list[str]) -> Composed:
    name = composed.tree.get("name")
    if not parts or not isinstance(name, str):
        return composed
    return replace(composed, tree={**composed.tree, "name": f"{name}[{','.join(parts)}]"})


def _titles(paths: list[Keys]) -> dict[Keys, str]:
    """Return how names call each swept path: whole, or by its last steps where names would grow long."""
    if sum(len(dotted(path)) for path in paths) <= LONGEST_PATHS:
        return {path: dotted(path) for path in paths}
    steps = range(2, max(len(path) for path in paths) + 1)
    kept = next(n for n in steps if len({path[-n:] for path in paths}) == len(paths))
    return {path: dotted(path[-kept:]) for path in paths}


def _labels(values: list[Plain]) -> list[str]:
    """Return a short text for each value, by its position where values would read the same."""
    labels = [_label(value) for value in values]
    if len(set(labels)) == len(labels):
        return labels
    return [f"option {position}" for position in range(1, len(labels) + 1)]


def _label(value: Plain) -> str:
    if is_atom(value):
        return _label(value[_value_key(value)])
    if isinstance(value, dict) and isinstance(value.get("label"), str):
        return _label(value["label"])
    text = value if isinstance(value, str) else json.dumps(value)
    return re.sub(r"[^A-Za-z0-9_.\-\[\]+, ]", "", text)[:LONGEST_LABEL] or "option"
