"""Write down under which circumstances results came about.

Together with its neighbors in this folder this is the only place that reads the clock, the environment or
installed versions. It names no host, no user and no directory.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import platform
import shlex
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import Any

from sim.batch.checkout import own_commit
from sim.batch.executors import available_workers
from sim.batch.installed import DISTRIBUTION, version_of, versions
from sim.batch.memory import physical_memory
from sim.batch.model_identity import model_identity
from sim.domain.manifest import MANIFEST_VERSION, RunManifest, RunScenario
from sim.domain.scenario import Scenario
from sim.streams import SEED_SCHEME

LOCAL, LENT = "local", "executor"
"""Names of backends: worker processes of this machine, and an executor that the caller brought along."""
LICENSE = "Apache-2.0"
AUTHORS = "The treatpath developers"
TITLE = "treatpath: simulate depression treatment pathways at home and in the clinic"
DISCLAIMER = "Planning and teaching model, never advice for one patient."
GIBIBYTE = 2**30
SCHEDULER, ADDRESS = "--scheduler", "ADDRESS"
"""The option whose value is an address, and what is told instead of one."""


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def describe_run(
    scenarios: Sequence[Scenario | RunScenario],
    *,
    started: datetime,
    workers: int | None,
    engine: str | None,
    command: str | None = None,
    backend: str | None = None,
    psa: Mapping[str, object] | None = None,
    targets: str | None = None,
    files: Sequence[Mapping[str, object]] = (),
    warnings: Sequence[str] = (),
    resumed: int = 0,
    spent_seconds: int = 0,
    shards_merged: int = 0,
    ended: datetime | None = None,
) -> dict[str, Any]:
    """Return the manifest of a run that ends now.

    Parameters
    ----------
    scenarios : sequence of Scenario or RunScenario
        What was run, with the number of replications and seed that were used; at least one.
    started : datetime
        When the run began (UTC).
    workers : int or None
        Processes used; None when the caller's own executor ran the jobs.
    engine : str or None
        Name of the clock that was used; None where shards are merged.
    command : str, optional
        The command as it was typed; absolute paths are cut to their last part, addresses left out.
    backend : str, optional
        What ran the jobs; left out: ``local``, or ``executor`` when there is no number of workers.
    psa : mapping, optional
        How much was drawn: the fields of `sim.domain.manifest.ProbabilisticPlan`.
    targets : str, optional
        SHA-256 of the published figures that a validation compares with.
    files : sequence of mapping
        Files of the directory of results: the fields of `sim.domain.manifest.ResultFile`.
    warnings : sequence of str
        What a reader of the results is warned of.
    resumed : int
        How often the run was taken up again.
    spent_seconds : int
        How long it took before that [s].
    shards_merged : int
        Shards that the results were put together from.
    ended : datetime, optional
        When the run ended (UTC), where that is not now.

    Returns
    -------
    dict
        Plain values only, ready for JSON, of the form of `sim.domain.manifest.RunManifest`.

    Raises
    ------
    pydantic.ValidationError
        If something is not of that form.
    """
    ended = ended or now()
    told = [one if isinstance(one, RunScenario) else RunScenario.of(one) for one in scenarios]
    manifest = RunManifest.model_validate(
        {
            "manifest_version": MANIFEST_VERSION,
            "run_id": run_id_of(told, psa=psa),
            "kind": "replications" if psa is None else "probabilistic",
            "package": DISTRIBUTION,
            "version": version_of(DISTRIBUTION),
            "model": model_identity(),
            "seed_scheme": SEED_SCHEME,
            "engine": engine,
            "command": None if command is None else without_places(command),
            "backend": backend or (LENT if workers is None else LOCAL),
            "workers": workers,
            "machine": machine_in_words(),
            "versions": versions(),
            "git": own_commit(),
            "started": _moment(started),
            "ended": _moment(ended),
            "wall_seconds": round(spent_seconds + max((ended - started).total_seconds(), 0.0), 1),
            "scenarios": told,
            "psa": psa,
            "targets": targets,
            "files": files,
            "warnings": warnings,
            "resumed": resumed,
            "shards_merged": shards_merged,
            "license": LICENSE,
            "citation": citation(),
            "note": DISCLAIMER,
        }
    )
    return manifest.model_dump(mode="json")


def run_id_of(scenarios: Sequence[Scenario | RunScenario], *, psa: Mapping[str, object] | None = None) -> str:
    """Return what names a run by its content: the same whenever and however it is run.

    Parameters
    ----------
    scenarios : sequence of Scenario or RunScenario
        What is run, with the number of replications and seed that are used.
    psa : mapping, optional
        How much is drawn, as for `describe_run`.

    Returns
    -------
    str
        SHA-256 of digests, seeds, sizes, the model and the plan of draws.
    """
    told = [one if isinstance(one, RunScenario) else RunScenario.of(one) for one in scenarios]
    content = {
        "scenarios": [[one.digest, one.seed, one.n_patients, one.replications] for one in told],
        "psa": None if psa is None else dict(psa),
        "model": model_identity(),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def describe_tables(
    tables: Mapping[str, str], *, settings: Mapping[str, object], command: str | None = None
) -> dict[str, object]:
    """Return the manifest of an analysis of tables from elsewhere.

    Parameters
    ----------
    tables : mapping of str to str
        SHA-256 by file as the user wrote it.
    settings : mapping
        Output settings that were used.
    command : str, optional
        The command as it was typed; absolute paths are cut to their last part.

    Returns
    -------
    dict
        Plain values only, ready for JSON; files are named without their directories.
    """
    return {
        "package": DISTRIBUTION,
        "version": version_of(DISTRIBUTION),
        "command": None if command is None else without_places(command),
        "tables": [{"file": PurePath(file).name, "sha256": digest} for file, digest in tables.items()],
        "settings": dict(settings),
        "versions": versions(),
        "ended": _moment(now()),
        "license": LICENSE,
        "note": DISCLAIMER,
    }


def manifest_schema() -> dict[str, Any]:
    """Return the JSON Schema of manifests of runs.

    Returns
    -------
    dict
        Schema in the 2020-12 dialect.
    """
    from sim.scenario_io.schema import DIALECT  # noqa: PLC0415

    schema = RunManifest.model_json_schema(mode="serialization")
    head = {"$schema": DIALECT, "title": "treatpath manifest", "description": schema["description"]}
    return head | {name: part for name, part in schema.items() if name not in head}


def manifest_schema_text() -> str:
    """Return the schema as the text of ``docs/manifest.schema.json``.

    Returns
    -------
    str
        Indented JSON with a final line end.
    """
    from sim.scenario_io.schema import as_text  # noqa: PLC0415

    return as_text(manifest_schema())


def citation() -> str:
    """Return how to cite this version."""
    return f"{AUTHORS}. {TITLE}. Version {version_of(DISTRIBUTION)}."


def machine_in_words() -> str:
    """Return what machine this is, such as ``Linux x86_64, 2 processors, 23 GiB of memory``."""
    kind = " ".join(filter(None, (platform.system(), platform.machine()))) or "unknown system"
    count, memory = available_workers(), physical_memory()
    words = [kind, f"{count} processor{'' if count == 1 else 's'}"]
    return ", ".join(words if memory is None else [*words, f"{memory / GIBIBYTE:.0f} GiB of memory"])


def without_places(command: str) -> str:
    """Return a command that names no directory and no host.

    Parameters
    ----------
    command : str
        As typed.

    Returns
    -------
    str
        Absolute paths are cut to their last part, addresses left out; what is not UTF-8 is escaped.

    Examples
    --------
    >>> without_places("treatpath run /mnt/me/base.yaml --set run.seed=3 --out=~/results")
    'treatpath run base.yaml --set run.seed=3 --out=results'
    >>> without_places("treatpath run base --backend dask --scheduler tcp://node7:8786")
    'treatpath run base --backend dask --scheduler ADDRESS'
    """
    text = command.encode("utf-8", "backslashreplace").decode()
    try:
        words = shlex.split(text)
    except ValueError:  # no shell would take it
        words = text.split()
    short = [_without_place(word, before) for before, word in itertools.pairwise(["", *words])]
    return text if short == words else shlex.join(short)


def _without_place(word: str, before: str) -> str:
    """Return a word of a command, given the one before it."""
    if before == SCHEDULER or "://" in word.partition("=")[0]:
        return ADDRESS
    if _leads_anywhere(word):
        return PureWindowsPath(word).name or word
    option, mark, value = word.partition("=")
    if mark and (option == SCHEDULER or "://" in value):
        return f"{option}{mark}{ADDRESS}"
    return f"{option}{mark}{PureWindowsPath(value).name}" if _leads_anywhere(value) else word


def _leads_anywhere(path: str) -> bool:
    """Tell whether a text is a path from the root or from somebody's home."""
    kinds = (PurePosixPath(path), PureWindowsPath(path))
    return path.startswith("~") or any(kind.is_absolute() for kind in kinds)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
