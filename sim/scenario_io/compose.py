"""Read a scenario file and its parents, and lay each over the one it ``extends``."""

from __future__ import annotations

import re
from pathlib import Path

from sim.scenario_io import shipped, yaml_file
from sim.scenario_io.copies import overlay_with_copies
from sim.scenario_io.layers import Composed, Origin
from sim.scenario_io.problems import Problem, error_of, shown
from sim.scenario_io.yaml_file import Reader

EXTENDS = "extends"


def compose(path: Path, *, read: Reader = yaml_file.read) -> Composed:
    """Read a scenario file and its parents, and merge them.

    Parameters
    ----------
    path : Path
        Scenario file; ``extends`` in it names its parent.
    read : callable, optional
        What reads each file.

    Returns
    -------
    Composed
        Merged settings without ``extends``, ``replace`` and ``like``; ``sweep`` is still in.

    Raises
    ------
    ScenarioError
        If a file cannot be read, the files extend or the entries copy each other in a circle, an
        entry is like none there is, or a map stands where a whole parameter must.
    """
    family = list(reversed(_family(path, read)))
    composed = Composed({}, {})
    problems: list[Problem] = []
    for member, document in family:
        layer = _layer(document, member, is_child=bool(composed.files))
        composed = overlay_with_copies(composed, layer, problems)
    if problems:
        raise error_of(problems)
    return composed


def _family(path: Path, read: Reader) -> list[tuple[Path, yaml_file.Document]]:
    """Return the file and its ancestors, the file itself first."""
    family: list[tuple[Path, yaml_file.Document]] = []
    seen: list[Path] = []
    member: Path | None = path
    while member is not None:
        if member.resolve() in seen:
            chain = " -> ".join(file.name for file in [*(file for file, _ in family), member])
            raise error_of([Problem(path.as_posix(), None, "", f"extends itself: {chain}")])
        document = read(member)
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
