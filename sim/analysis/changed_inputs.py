"""In what the inputs and circumstances of two stored runs differ, each with where its number comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sim.domain.scenario_settings import ScenarioSettings
from sim.scenario_io.differences import Change
from sim.scenario_io.layers import ATOM_KEYS, SOURCES, is_atom
from sim.stored.stored_run import StoredRun

Row = dict[str, Any]
CHANGED, ADDED, REMOVED = "changed", "added", "removed"
EVIDENCE = ("unit", "source", "grade")
"""What a row tells of a parameter, old and new, beside its value."""
ABOUT = frozenset({"source", "locator", "grade", "checked", "note", "label", "spread_assumed", "range"})
"""Parts of a parameter that tell about its number and move no result."""
UNCERTAINTY = frozenset({"distribution"})
"""Parts that move draws, but no scenario as it is."""
LABELS = frozenset({"label", "title", "question"})
"""Settings that only name something."""
FURTHEST = 2.0
"""How far words count to have moved: further than any number of the same sign can."""
_OF_THE_MOMENT = frozenset(
    {
        "files", "started", "ended", "wall_seconds", "command", "scenarios", "run_id", "kind", "shard",
        "resumed", "shards_merged", "warnings", "workers", "backend", "machine", "platform",
    }
)  # fmt: skip
"""Parts of a manifest that tell when, where and how a run was done, or what stands elsewhere too."""


def input_rows(scenario: str, changes: Sequence[Change], *, are_drawn: bool = False) -> list[Row]:
    """Return the settings that differ, the most important first.

    Parameters
    ----------
    scenario : str
        Name of the scenario, for the rows.
    changes : sequence of Change
        From `sim.scenario_io.differences.changes_between`.
    are_drawn : bool
        True for a probabilistic analysis, whose results distributions move.

    Returns
    -------
    list of dict
        Keys ``scenario, path, change`` (`CHANGED`, `ADDED` or `REMOVED`); ``old, new``: plain values, of a
        parameter its number or numbers; ``old_unit, new_unit, old_source, new_source, old_grade, new_grade``
        of a parameter; ``parts``: what else of it differs, old and new by name; ``moves_results``: False
        where only words, evidence or, in a run, uncertainty differ. Parts that only one has come first,
        then plain settings and numbers by how far they moved, then what moves nothing.
    """
    about = ABOUT if are_drawn else ABOUT | UNCERTAINTY
    rows = [_input_row(scenario, change, about) for change in changes]
    return sorted(rows, key=_importance)


def settings_changes(old: ScenarioSettings, new: ScenarioSettings) -> list[Change]:
    """Return in what output settings and sizes differ, of results stored without their scenarios.

    Parameters
    ----------
    old, new : ScenarioSettings
        Of the same scenario in both runs.

    Returns
    -------
    list of Change
        One for each name of a setting, title and digest left out.
    """
    before, now = asdict(old), asdict(new)
    return [
        Change(name, before[name], now[name])
        for name in now
        if name not in {"title", "digest"} and before[name] != now[name]
    ]


def circumstances(run: StoredRun) -> Row:
    """Return what is told of how results came about, ready for JSON.

    Parameters
    ----------
    run : StoredRun
        Directory of results.

    Returns
    -------
    dict
        Header and manifest, without the list of files.
    """
    return {name: value for name, value in {**run.header, **run.manifest}.items() if name != "files"}


def manifest_rows(old: Row, new: Row) -> list[Row]:
    """Return the circumstances that differ and could move or explain results.

    Parameters
    ----------
    old, new : dict
        From `circumstances`.

    Returns
    -------
    list of dict
        Keys ``path, old, new``: model, versions, clock, how much was drawn. Time, place, workers and
        what scenarios say are left out.
    """
    before, now = (
        dict(_leaves({name: value for name, value in told.items() if name not in _OF_THE_MOMENT}))
        for told in (old, new)
    )
    return [
        {"path": path, "old": before.get(path), "new": now.get(path)}
        for path in dict.fromkeys((*now, *before))
        if (before.get(path) or None) != (now.get(path) or None)  # what a run from Python leaves out is off
    ]


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        path = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}.")
        else:
            yield path, value


def _input_row(scenario: str, change: Change, about: frozenset[str]) -> Row:
    old, new = change.old, change.new
    kind = ADDED if old is None else REMOVED if new is None else CHANGED
    row: Row = {
        "scenario": scenario,
        "path": change.path,
        "change": kind,
        "old": _value(old),
        "new": _value(new),
    }
    for name in EVIDENCE:
        row |= {f"old_{name}": _part(old, name), f"new_{name}": _part(new, name)}
    parts = _parts(old, new)
    row["parts"] = {name: pair for name, pair in parts.items() if name not in {*EVIDENCE, *ATOM_KEYS}}
    row["moves_results"] = not _is_about(change, parts, about)
    return row


def _value(tree: Any) -> Any:  # noqa: ANN401  a plain value of any kind
    """Return the number or numbers of a parameter, and any other part as it is."""
    return next(tree[key] for key in ATOM_KEYS if key in tree) if is_atom(tree) else tree


def _part(tree: Any, name: str) -> Any:  # noqa: ANN401  a plain value of any kind
    return tree.get(name) if is_atom(tree) else None


def _parts(old: Any, new: Any) -> dict[str, Row]:  # noqa: ANN401  plain values of any kind
    """Return the parts in which two parameters differ."""
    if not (is_atom(old) and is_atom(new)):
        return {}
    return {
        name: {"old": old.get(name), "new": new.get(name)}
        for name in dict.fromkeys((*new, *old))
        if old.get(name) != new.get(name)
    }


def _is_about(change: Change, parts: Mapping[str, Row], about: frozenset[str]) -> bool:
    """Tell whether only what is said about numbers differs."""
    if parts:
        return parts.keys() <= about
    keys = change.path.split(".")
    return keys[0] == SOURCES or keys[-1] in LABELS


def _importance(row: Row) -> tuple[bool, bool, float]:
    return not row["moves_results"], row["change"] == CHANGED, -_distance(row["old"], row["new"])


def _distance(old: object, new: object) -> float:
    """Return how far a number moved, by its size; what are no numbers moved far."""
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return max((_distance(*pair) for pair in zip(old, new, strict=True)), default=0.0)
    if not (isinstance(old, int | float) and isinstance(new, int | float)):
        return FURTHEST
    largest = max(abs(old), abs(new))
    return abs(new - old) / largest if largest else 0.0
