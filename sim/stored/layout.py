"""What stands where in a directory of results, and its header.

::

    run.json                              what was asked for; written first
    journal.jsonl                         finished jobs
    scenarios/0001-<digest>.yaml          scenarios in full
    settings/0001-<digest>.json           what analyses need to know of them
    <frame>/0001-<digest>/<job>.parquet   what each job gave
    summary.csv, manifest.json            written last; without a manifest nothing looks complete
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from sim.domain.manifest import ProbabilisticPlan, RunScenario
from sim.errors import AnalysisError
from sim.stored.files import HEADER, read_json, stored_directory

FORMAT_VERSION = 6
SUMMARY = "summary.csv"
SCENARIOS, SETTINGS = "scenarios", "settings"
MODEL = "model"
"""Key of a header: which model ran the jobs; results that were stored whole lack it."""
PROBABILISTIC = "probabilistic"
USED_BY = {
    "replications": "give them to 'treatpath compare', or make others with 'treatpath psa FILE --out DIR'",
    PROBABILISTIC: "give them to 'treatpath voi', or make others with 'treatpath run FILE --out DIR'",
}
"""What results of each kind are for."""
PLAN = tuple(ProbabilisticPlan.model_fields)
"""What a header says of how much is drawn."""
DIGEST_LENGTH = 12
"""Characters of a digest that tell scenarios apart in names of folders."""


def folder_of(position: int, digest: str) -> str:
    """Return the name of a scenario's folders, such as ``0001-3f2a9c12d4e5``."""
    return f"{position:04d}-{digest[:DIGEST_LENGTH]}"


def scenario_path(folder: str) -> str:
    """Return where a scenario stands in full, below the directory."""
    return f"{SCENARIOS}/{folder}.yaml"


def settings_path(folder: str) -> str:
    """Return where stands what analyses need to know of a scenario, below the directory."""
    return f"{SETTINGS}/{folder}.json"


def header_of(kind: str, scenarios: Sequence[Mapping[str, Any]], **more: object) -> dict[str, Any]:
    """Return the header of a directory of results.

    Parameters
    ----------
    kind : str
        Kind of results.
    scenarios : sequence of mapping
        In the order of the run; each at least with its ``name`` and ``folder``.
    **more
        What else was asked for; plain values.

    Returns
    -------
    dict
        Plain values.
    """
    return {"kind": kind, "format_version": FORMAT_VERSION, "scenarios": list(scenarios), **more}


def read_header(directory: Path | str, kinds: Sequence[str], made_by: str) -> dict[str, Any]:
    """Read what was asked for, of results of some kinds.

    Parameters
    ----------
    directory : Path or str
        Directory of results.
    kinds : sequence of str
        Kinds that are wanted.
    made_by : str
        What to do to have such results, for messages.

    Returns
    -------
    dict
        Plain values.

    Raises
    ------
    AnalysisError
        If there are no results, or results of another kind or format.
    """
    source = stored_directory(directory, made_by)
    header = read_json(source / HEADER)
    form = header.get("format_version")
    if form != FORMAT_VERSION:
        raise AnalysisError(
            f"{source / HEADER}: format_version must be {FORMAT_VERSION}, got {form!r}; "
            "run again with this version"
        )
    if header.get("kind") not in kinds:
        found = header.get("kind")
        use = USED_BY.get(found, made_by) if isinstance(found, str) else made_by
        raise AnalysisError(
            f"{source / HEADER}: must hold {' or '.join(kinds)} results, got {found!r}; {use}"
        )
    scenarios = header.get("scenarios")
    if not isinstance(scenarios, list) or not scenarios or not all(_is_named(one) for one in scenarios):
        raise AnalysisError(f"{source / HEADER}: is damaged (no list of scenarios); run again")
    if MODEL in header and not _tells_jobs(header):
        raise AnalysisError(f"{source / HEADER}: is damaged (not what was asked for); run again")
    return header


def run_scenarios(header: Mapping[str, Any]) -> list[RunScenario]:
    """Return what a manifest says of the scenarios in a header."""
    return [
        RunScenario(**{key: value for key, value in one.items() if key != "folder"})
        for one in header["scenarios"]
    ]


def _is_named(one: object) -> bool:
    """Tell whether a scenario has a name, and a folder in the directory."""
    if not isinstance(one, dict) or not all(_is_text(one.get(key)) for key in ("name", "folder")):
        return False
    folder = str(one["folder"])
    return PurePath(folder).name == folder


def _is_text(value: object) -> bool:
    """Tell whether a value is a text that can be written to a file."""
    try:
        return isinstance(value, str) and bool(value.encode())
    except UnicodeEncodeError:
        return False


def _tells_jobs(header: Mapping[str, Any]) -> bool:
    """Tell whether a header says how much of each scenario was asked for, and of draws how many."""
    try:
        run_scenarios(header)
        if header["kind"] == PROBABILISTIC:
            ProbabilisticPlan(**{key: header.get(key) for key in PLAN})
    except (ValueError, TypeError):
        return False
    shard = header.get("shard")
    is_share = shard is None or (_are_counts(shard) and len(shard) == 2)
    return is_share and _are_counts([header.get("resumed", 0)])


def _are_counts(values: object) -> bool:
    return isinstance(values, list) and all(
        isinstance(value, int) and not isinstance(value, bool) and value >= 0 for value in values
    )
