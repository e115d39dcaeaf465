"""Write down under which circumstances results came about.

Together with ``executors.py`` and ``dask_cluster.py`` this is the only place that reads the clock,
the environment or installed versions. It names no machine, no user and no directory.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import PurePath
from typing import Self

from sim.domain.scenario import Scenario

DISTRIBUTION = "treatpath"
DEPENDENCIES = ("numpy", "scipy", "simpy", "pandas", "pyarrow", "pydantic")
DISCLAIMER = "Planning and teaching model, never advice for one patient."


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class RunScenario:
    """What a manifest says of a scenario."""

    name: str
    title: str
    digest: str
    seed: int
    n_patients: int
    replications: int

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Return what is said of a scenario."""
        run = scenario.run
        return cls(scenario.name, scenario.title, scenario.digest, run.seed, run.n_patients, run.replications)


def describe_run(
    scenarios: Sequence[Scenario | RunScenario],
    *,
    started: datetime,
    workers: int | None,
    engine: str,
    command: str | None = None,
) -> dict[str, object]:
    """Return the manifest of a run that ends now.

    Parameters
    ----------
    scenarios : sequence of Scenario
        What was run, with the number of replications and seed that were used.
    started : datetime
        When the run began (UTC).
    workers : int or None
        Processes used; None when the caller's own executor ran the jobs.
    engine : str
        Name of the clock.
    command : str, optional
        The command as it was typed.

    Returns
    -------
    dict
        Plain values only, ready for JSON.
    """
    ended = now()
    return {
        "package": DISTRIBUTION,
        "version": version_of(DISTRIBUTION),
        "engine": engine,
        "command": command,
        "scenarios": [asdict(RunScenario.of(one) if isinstance(one, Scenario) else one) for one in scenarios],
        "workers": workers,
        "versions": versions(),
        "platform": {"system": platform.system(), "machine": platform.machine()},
        "started": started.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "wall_seconds": round((ended - started).total_seconds(), 1),
        "license": "Apache-2.0",
        "note": DISCLAIMER,
    }


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
        The command as it was typed.

    Returns
    -------
    dict
        Plain values only, ready for JSON; files are named without their directories.
    """
    return {
        "package": DISTRIBUTION,
        "version": version_of(DISTRIBUTION),
        "command": command,
        "tables": [{"file": PurePath(file).name, "sha256": digest} for file, digest in tables.items()],
        "settings": dict(settings),
        "versions": versions(),
        "ended": now().isoformat(timespec="seconds"),
        "license": "Apache-2.0",
        "note": DISCLAIMER,
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of what results depend on."""
    return {"python": platform.python_version()} | {name: version_of(name) for name in DEPENDENCIES}


def version_of(distribution: str) -> str:
    """Return the installed version of a distribution, or words that say there is none."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "not installed"
