"""Put the shards of a run together into one directory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.batch.filling import RESUMED, SPENT
from sim.batch.manifest import describe_run, now
from sim.batch.stored_psa import check_drawn
from sim.batch.stored_runs import Warn, finish
from sim.errors import AnalysisError
from sim.results.stored import KIND
from sim.stored.files import reading
from sim.stored.journal import Entry, read_journal
from sim.stored.layout import MODEL, PLAN, read_header, run_scenarios, scenario_path, settings_path
from sim.stored.run_directory import RunDirectory, whole_directory
from sim.stored.stored_run import read_file
from sim.stored.tables import Table
from sim.worlds.stored import BASE, DRAWN
from sim.worlds.stored import KIND as PROBABILISTIC

MADE_BY = "run with --shard and --out"
N_BASE_POINTS = 2
NAMES_TOLD = 5
"""Gaps that a message lists."""


def merge(
    directories: Sequence[Path | str],
    out: Path | str,
    *,
    command: str | None = None,
    warn: Warn | None = None,
) -> str:
    """Put the shards of a run together; the results are those of a run in one piece.

    Parameters
    ----------
    directories : sequence of Path or str
        Directories of one run, made with different shards; a job that several hold counts once.
    out : Path or str
        A new or empty directory.
    command : str, optional
        The command as typed, for the manifest.
    warn : callable, optional
        As for `sim.batch.stored_runs.run_into`.

    Returns
    -------
    str
        Kind of the results: ``replications`` or ``probabilistic``.

    Raises
    ------
    AnalysisError
        If there are none, they are not of the same run, together lack replications, or a file is damaged.
    ScenarioError
        If no draw of a scenario fits together.
    JobError
        If the new directory cannot be written; nothing is left of it.
    """
    started = now()
    sources = [Path(directory) for directory in directories]
    if not sources:
        raise AnalysisError("merge: directories must be at least one, got none")
    headers = [_header(source) for source in sources]
    for source, header in zip(sources, headers, strict=True):
        if header != headers[0]:
            raise AnalysisError(
                f"{source}: must be of the same run and model as {sources[0]}, got another; merge one run"
            )
    chosen = _chosen(sources)
    _check_complete(headers[0], [entry for entry, _ in chosen])
    is_psa = headers[0]["kind"] == PROBABILISTIC
    if is_psa:
        check_drawn(headers[0], [entry for entry, _ in chosen])
    with whole_directory(out, headers[0], _texts(sources, headers[0])) as opened:
        for entry, source in chosen:
            _copy(opened, entry, source)
        manifest = describe_run(
            run_scenarios(headers[0]),
            started=started, workers=None, engine=None, backend="merge", command=command,
            psa={key: headers[0][key] for key in PLAN} if is_psa else None,
            shards_merged=len(sources),
        )  # fmt: skip
        if is_psa:
            opened.finish(manifest)
        else:
            finish(opened, manifest, warn=warn)
    return str(headers[0]["kind"])


def _header(source: Path) -> dict[str, Any]:
    """Read what was asked for, whatever share of it."""
    header = read_header(source, (KIND, PROBABILISTIC), MADE_BY)
    if MODEL not in header:
        raise AnalysisError(f"{source}: must hold the jobs of a run, got results stored whole; {MADE_BY}")
    return header | {"shard": None, RESUMED: 0, SPENT: 0}


def _chosen(sources: Sequence[Path]) -> list[tuple[Entry, Path]]:
    """Return jobs and where they are, so that every replication comes once."""
    taken: dict[tuple[str, str], set[int]] = {}
    chosen = []
    for source in sources:
        for entry in read_journal(source):
            known = taken.setdefault((entry.scenario, entry.part), set())
            if known.isdisjoint(entry.numbers):
                known.update(entry.numbers)
                chosen.append((entry, source))
    return sorted(chosen, key=lambda pair: pair[0].key)


def _check_complete(header: dict[str, Any], entries: Sequence[Entry]) -> None:
    done = {(entry.scenario, entry.part, number) for entry in entries for number in entry.numbers}
    missing = [
        f"'{one['name']}' {part} {number}"
        for one in header["scenarios"]
        for part, n_numbers in _parts(header, one).items()
        for number in range(n_numbers)
        if (one["folder"], part, number) not in done
    ]
    if missing:
        more = f" and {len(missing) - NAMES_TOLD} more" if missing[NAMES_TOLD:] else ""
        raise AnalysisError(
            f"merge: shards must hold every replication together, missing {', '.join(missing[:NAMES_TOLD])}"
            f"{more}; run what is missing, with --resume in a shard that was stopped"
        )


def _parts(header: dict[str, Any], scenario: dict[str, Any]) -> dict[str, int]:
    """Return how many replications, or draws and points, a scenario must have."""
    if header["kind"] == KIND:
        return {KIND: scenario["replications"]}
    return {DRAWN: header["draws"], BASE: N_BASE_POINTS}


def _texts(sources: Sequence[Path], header: dict[str, Any]) -> dict[str, bytes]:
    """Read the files that say what the scenarios are; AnalysisError unless all shards have the same."""
    texts: dict[str, bytes] = {}
    for one in header["scenarios"]:
        for path in (scenario_path(one["folder"]), settings_path(one["folder"])):
            for source in sources:
                with reading(source / path):
                    content = (source / path).read_bytes()
                if texts.setdefault(path, content) != content:
                    raise AnalysisError(
                        f"{source / path}: must be the same as in {sources[0]}, got another; one of the two "
                        "was changed, run that shard again"
                    )
    return texts


def _copy(opened: RunDirectory, entry: Entry, source: Path) -> None:
    tables = {
        file.path.split("/", 1)[0]: Table(read_file(source, file), file.rows or 0) for file in entry.files
    }
    opened.keep(entry, tables)
