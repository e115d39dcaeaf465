"""Which runs may go on in a directory: of the same model, scenarios and options, no fewer replications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.errors import AnalysisError
from sim.results.stored import KIND
from sim.stored.journal import Entry, read_journal
from sim.stored.layout import DIGEST_LENGTH, MODEL

NAMES_TOLD = 3
"""Names that a message lists."""
OPTIONS = {
    "patients": "--patient-totals",
    "shard": "--shard",
    "draws": "--draws",
    "replications_per_draw": "--inner",
    "sampling": "--sampling",
}
"""What must not change when a run goes on, and the option that says it."""


def check_same(path: Path, before: Mapping[str, Any], header: Mapping[str, Any]) -> None:
    """Refuse to go on with the jobs of another model or of other scenarios.

    Parameters
    ----------
    path : Path
        The directory.
    before, header : mapping
        What was asked for there, and what is asked for now.

    Raises
    ------
    AnalysisError
        If they differ in anything that results depend on, or fewer replications are asked for.
    """
    if before.get(MODEL) != header[MODEL]:
        raise AnalysisError(
            f"{path}: must be of the same model to go on, got one of {_in_words(before.get(MODEL))} "
            f"and this is {_in_words(header[MODEL])}; choose a new directory, or go on with that version"
        )
    folders, wanted = ([one["folder"] for one in head["scenarios"]] for head in (before, header))
    if folders != wanted:
        raise AnalysisError(
            f"{path}: must hold the same scenarios, seed and patients to go on with it, got "
            f"{_names_of(before)} there and {_names_of(header)} now; choose a new directory"
        )
    for key, option in OPTIONS.items():
        if before.get(key) != header.get(key):
            raise AnalysisError(
                f"{path}: {option} must be as before to go on, got {before.get(key)!r} there and "
                f"{header.get(key)!r} now; repeat the command as it was and add --resume"
            )
    if header["kind"] == KIND and header.get("precision") is None:
        _check_not_fewer(path, before, header)


def _check_not_fewer(path: Path, before: Mapping[str, Any], header: Mapping[str, Any]) -> None:
    """Refuse fewer replications than were asked for, or than are there since some precision was asked for."""
    held = replications_held(read_journal(path))
    for old, new in zip(before["scenarios"], header["scenarios"], strict=True):
        fewest = max(old["replications"], held.get(new["folder"], 0))
        if new["replications"] < fewest:
            raise AnalysisError(
                f"{path}: replications of '{new['name']}' must be at least {fewest}, as before, "
                f"got {new['replications']}; ask for as many, or choose a new directory"
            )


def replications_held(entries: Iterable[Entry]) -> dict[str, int]:
    """Return by folder one more than the last replication that is there."""
    held: dict[str, int] = {}
    for entry in entries:
        held[entry.scenario] = max(held.get(entry.scenario, 0), entry.numbers.stop)
    return held


def _in_words(model: object) -> str:
    if not isinstance(model, Mapping):
        return "an unknown one"
    libraries = [
        f"{name} {version}" for name, version in model.items() if name not in {"version", "source_sha256"}
    ]
    source = str(model.get("source_sha256"))[:DIGEST_LENGTH]
    return f"treatpath {model.get('version')} (source {source}, {', '.join(libraries)})"


def _names_of(header: Mapping[str, Any]) -> str:
    names = [f"'{one['name']}'" for one in header["scenarios"]]
    more = len(names) - NAMES_TOLD
    return ", ".join(names[:NAMES_TOLD]) + (f" and {more} more" if more > 0 else "")
