"""Gather the sources a scenario may cite: shipped, beside the scenario files, and inline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from sim.domain.evidence import Source
from sim.errors import ScenarioError
from sim.scenario_io import shipped, yaml_file
from sim.scenario_io.layers import SOURCES, Composed, Origin
from sim.scenario_io.problems import Keys, Problem, error_of, problems_of
from sim.scenario_io.yaml_file import Plain, Reader


def load_sources() -> dict[str, Source]:
    """Return every entry of the shipped bibliography, by key; ScenarioError if it cannot be read."""
    path = shipped.bibliography()
    document = yaml_file.read(path)
    try:
        return {key: Source.model_validate(entry) for key, entry in document.tree.items()}
    except ValidationError as error:
        raise ScenarioError(f"{document.file}: {error.errors()[0]['msg']}") from None


def with_bibliography(composed: Composed, *, read: Reader = yaml_file.read) -> Composed:
    """Add the sources listed in ``sources.yaml`` files to a scenario's own.

    The shipped list comes first, then the one beside each file of the family, the first
    ancestor's before the child's, then what the scenario lists itself; later entries win.

    Parameters
    ----------
    composed : Composed
        Settings of a scenario.
    read : callable, optional
        What reads each list.

    Returns
    -------
    Composed
        Settings whose ``sources`` hold every entry.

    Raises
    ------
    ScenarioError
        If a bibliography cannot be read; tells every mistake.
    """
    inline = composed.tree.get(SOURCES)
    if inline is not None and not isinstance(inline, dict):
        return composed
    listed: dict[str, Plain] = {}
    origins: dict[Keys, Origin] = {}
    problems: list[Problem] = []
    for path in _lists(composed.files):
        try:
            document = read(path)
        except ScenarioError as error:
            problems += problems_of(error)
            continue
        for key, entry in document.tree.items():
            listed[key] = entry
            origins = {keys: origin for keys, origin in origins.items() if keys[:2] != (SOURCES, key)}
        origins |= {
            (SOURCES, *keys): Origin(document.file, line) for keys, line in document.lines.items() if keys
        }
    if problems:
        raise error_of(problems)
    own = {k: o for k, o in composed.origins.items() if k[:1] == (SOURCES,)}
    origins = {k: o for k, o in origins.items() if k[:2] not in own} | dict(composed.origins)
    return replace(composed, tree={**composed.tree, SOURCES: {**listed, **(inline or {})}}, origins=origins)


def _lists(files: tuple[Path, ...]) -> list[Path]:
    """Return the bibliographies to read, each once, the shipped one first."""
    folders = [shipped.directory(), *(path.parent for path in files)]
    paths = {(folder / shipped.SOURCES).resolve(): folder / shipped.SOURCES for folder in folders}
    return [path for path in paths.values() if path.is_file()]
