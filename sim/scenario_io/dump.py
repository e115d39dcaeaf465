"""Scenario to canonical YAML: one scenario, one text, complete without any other file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sim.domain.scenario import Scenario
from sim.scenario_io.compose import EXTENDS
from sim.scenario_io.layers import REPLACE, SOURCES, is_atom, is_whole
from sim.scenario_io.problems import Keys
from sim.scenario_io.yaml_file import Plain, plain_scalar

INDENT = "  "
_BARE = re.compile(r"[A-Za-z](?:[A-Za-z0-9_ ./+-]*[A-Za-z0-9_])?")
_NOT_PRINTABLE = re.compile(
    "[^\x20-\x7e\xa1-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\U00010000-\U0010fffd]"
)


def dump(scenario: Scenario) -> str:
    """Return a scenario as YAML that `load` reads back as an equal scenario.

    Parameters
    ----------
    scenario : Scenario
        Plain validated scenario.

    Returns
    -------
    str
        YAML 1.2 in the order of the schema, without comments, parents or sweep; sources that
        nothing cites are left out.
    """
    return text_of(plain_tree(scenario))


def plain_tree(scenario: Scenario) -> dict[str, Plain]:
    """Return a scenario as plain maps, lists and scalars, with the sources that it cites.

    Parameters
    ----------
    scenario : Scenario
        Validated scenario.

    Returns
    -------
    dict
        In the order of the schema; what is not given is left out.
    """
    tree = scenario.model_dump(mode="json", exclude_none=True, exclude={SOURCES})
    sources = {
        key: source.model_dump(mode="json", exclude_none=True)
        for key, source in scenario.cited_sources().items()
    }
    return {**tree, SOURCES: sources}


def text_of(tree: dict[str, Plain]) -> str:
    """Return plain maps, lists and scalars as canonical YAML."""
    return "\n".join(_lines(tree, "")) + "\n"


def text_above(tree: dict[str, Plain], parent: dict[str, Plain], parent_file: str) -> str:
    """Return a scenario as YAML that says only in what it differs from another one.

    Parameters
    ----------
    tree, parent : dict
        Both scenarios, from `plain_tree`.
    parent_file : str
        File of the other scenario, as ``extends`` names it.

    Returns
    -------
    str
        YAML 1.2; with the other file beside it, `load` reads back an equal scenario.
    """
    return text_of({EXTENDS: parent_file, **_above(tree, parent, ())})


def _above(tree: dict[str, Plain], parent: dict[str, Plain], keys: Keys) -> dict[str, Plain]:
    """Return what has to be laid over a map so that another one comes out."""
    if parent.keys() - tree.keys():
        return {REPLACE: True, **tree}
    differing: dict[str, Plain] = {}
    for key, value in tree.items():
        old: Plain = parent.get(key)
        if key in parent and _is_same(value, old):
            continue
        if not isinstance(value, dict) or not isinstance(old, dict) or is_whole(value, (*keys, key)):
            differing[key] = value
        elif is_atom(old):
            differing[key] = {REPLACE: True, **value}
        else:
            differing[key] = _above(value, old, (*keys, key))
    return differing


def _is_same(new: Plain, old: Plain) -> bool:
    """Tell whether two parts are written alike: 1, 1.0 and true are equal, and so are 0 and -0."""
    return new == old and json.dumps(new, sort_keys=True) == json.dumps(old, sort_keys=True)


def _lines(tree: dict[str, Plain], indent: str) -> Iterator[str]:
    """Yield the lines of a map; maps of maps open a new level, the rest stays on its line."""
    for key, value in tree.items():
        head = f"{indent}{_text(key)}:"
        if isinstance(value, dict) and value:
            yield head
            yield from _lines(value, indent + INDENT)
        elif isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
            yield head
            for entry in value:
                first, *rest = _lines(entry, indent + INDENT + INDENT)
                yield f"{indent}{INDENT}- {first.lstrip()}"
                yield from rest
        else:
            yield f"{head} {_inline(value)}"


def _inline(value: Plain) -> str:
    match value:
        case dict():
            return "{}"
        case list():
            return f"[{', '.join(_inline(entry) for entry in value)}]"
        case str():
            return _text(value)
        case _:
            return json.dumps(value)


def _text(text: str) -> str:
    """Return a text as a scalar: bare where nobody could take it for something else."""
    bare = _BARE.fullmatch(text) and plain_scalar(text) == text
    return text if bare else _NOT_PRINTABLE.sub(_escaped, json.dumps(text, ensure_ascii=False))


def _escaped(match: re.Match[str]) -> str:
    return f"\\U{ord(match[0]):08x}"
