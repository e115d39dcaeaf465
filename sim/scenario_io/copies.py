"""Entries written as a copy of a sibling with changes: ``like``.

A copy is made once, when the file that asks for it is laid over its parents; its own settings
are laid over the copied ones by the rules of `sim.scenario_io.layers`. From then on the two
entries have nothing to do with each other: a later file, a sweep or ``--set`` changes the one
it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sim.domain.cross_checks import not_found
from sim.domain.scenario_parts import MOST_ENTRIES
from sim.scenario_io.layers import REPLACE, Composed, Origin, overlay, replaces
from sim.scenario_io.problems import Keys, Problem, shown
from sim.scenario_io.yaml_file import Plain

LIKE = "like"
KINDS = {"treatments": "treatment", "strategies": "strategy", "resources": "resource"}
"""Maps whose entries may be copies, and what an entry is called."""


def overlay_with_copies(below: Composed, above: Composed, problems: list[Problem]) -> Composed:
    """Lay a file over its parents, and make the copies it asks for.

    Parameters
    ----------
    below, above : Composed
        Settings of the parents and of the file.
    problems : list of Problem
        Mistakes found are appended.

    Returns
    -------
    Composed
        Merged settings without ``like``; each copy replaces what the parents had by its name.
    """
    asked = dict(_asked(above.tree))
    merged = overlay(below, replace(above, tree=_without_entries(above.tree, asked)), problems)
    if crowded := list(_crowded(merged)):
        problems += crowded
        return merged
    return _with_copies(merged, above, _in_order(asked, merged, above, problems), problems)


def _crowded(merged: Composed) -> Iterator[Problem]:
    """Find maps with more entries than a scenario may have, before copies make them large."""
    for section in KINDS:
        entries = merged.tree.get(section)
        if isinstance(entries, dict) and len(entries) > MOST_ENTRIES:
            message = f"must have at most {MOST_ENTRIES} entries, got {len(entries)}"
            yield merged.problem((section,), message)


def _asked(tree: Mapping[str, Plain]) -> Iterator[tuple[Keys, Plain]]:
    """Yield the steps to each entry of a file that has ``like``, and what it names."""
    for section in KINDS:
        entries = tree.get(section)
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            if isinstance(entry, dict) and LIKE in entry:
                yield (section, name), entry[LIKE]


def _without_entries(tree: dict[str, Plain], asked: Mapping[Keys, Plain]) -> dict[str, Plain]:
    """Return a file with empty maps in place of its copies, which keeps their order."""
    for section, name in asked:
        tree = {**tree, section: {**tree[section], name: {}}}
    return tree


def _in_order(
    asked: Mapping[Keys, Plain], merged: Composed, above: Composed, problems: list[Problem]
) -> list[Keys]:
    """Return the copies that can be made, each after the one it is like; note why others cannot."""
    chains: dict[Keys, list[Keys]] = {}
    for keys in asked:
        message = _mistake(keys, asked, merged)
        if message is not None:
            problems.append(above.problem((*keys, LIKE), message))
            continue
        chain = _chain(keys, asked)
        if chain[-1] not in asked:
            chains[keys] = chain
    return sorted(chains, key=lambda keys: len(chains[keys]))


def _mistake(keys: Keys, asked: Mapping[Keys, Plain], merged: Composed) -> str | None:
    """Say what is wrong with one ``like``; None when it names an entry."""
    (section, name), original = keys, asked[keys]
    if not isinstance(original, str):
        return f"must name another {KINDS[section]}, got {shown(original)}"
    entries = {other: entry for other, entry in merged.tree[section].items() if isinstance(entry, dict)}
    if original not in entries:
        return not_found(original, KINDS[section], entries.keys() - {name})
    chain = _chain(keys, asked)
    if chain[-1] == keys:
        return f"copies itself: {' -> '.join(step[-1] for step in chain)}"
    return None


def _chain(keys: Keys, asked: Mapping[Keys, Plain]) -> list[Keys]:
    """Return an entry, the one it is like and so on, up to one that is no copy or comes again."""
    chain = [keys]
    while chain[-1] in asked and chain[-1] not in chain[:-1]:
        chain.append((keys[0], str(asked[chain[-1]])))
    return chain


def _with_copies(merged: Composed, above: Composed, order: list[Keys], problems: list[Problem]) -> Composed:
    """Return settings with copies made; copied parts keep the place where they were set."""
    if not order:
        return merged
    entries = {section: dict(merged.tree[section]) for section, _ in order}
    origins: dict[Keys, dict[Keys, Origin]] = {}
    for path, origin in merged.origins.items():
        origins.setdefault(path[:2], {})[path] = origin
    for section, name in order:
        original = above.tree[section][name][LIKE]
        begin = (section, original)
        moved = {(section, name, *path[2:]): origin for path, origin in origins.get(begin, {}).items()}
        below = Composed({section: {name: entries[section][original]}}, {(): merged.origin_of(begin)} | moved)
        laid = _laid_over(below, above, (section, name), problems)
        entries[section][name] = laid.tree[section][name]
        origins[section, name] = {p: origin for p, origin in laid.origins.items() if p[1:2] == (name,)}
    return replace(
        merged,
        tree={**merged.tree, **entries},
        origins={path: origin for part in origins.values() for path, origin in part.items()},
        copies={**merged.copies, **{keys: above.tree[keys[0]][keys[1]][LIKE] for keys in order}},
    )


def _laid_over(below: Composed, above: Composed, keys: Keys, problems: list[Problem]) -> Composed:
    """Return an entry with a copy's own settings laid over it."""
    section, name = keys
    own = {key: value for key, value in above.tree[section][name].items() if key != LIKE}
    if replaces(own):
        problems.append(above.problem((*keys, REPLACE), f"must be left out beside {LIKE}, got true"))
    return overlay(below, replace(above, tree={section: {name: own}}), problems)
