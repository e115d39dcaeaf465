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
from pathlib import Path
from typing import Any

from sim.errors import AnalysisError
from sim.stored.files import HEADER, read_json, stored_directory

FORMAT_VERSION = 6
SUMMARY = "summary.csv"
SCENARIOS, SETTINGS = "scenarios", "settings"
MODEL = "model"
"""Key of a header: which model ran the jobs; results that were stored whole lack it."""
USED_BY = {
    "replications": "give them to 'treatpath compare', or make others with 'treatpath psa FILE --out DIR'",
    "probabilistic": "give them to 'treatpath voi', or make others with 'treatpath run FILE --out DIR'",
}
"""What results of each kind are for."""
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
    if not _names_scenarios(header):
        raise AnalysisError(f"{source / HEADER}: is damaged (no list of scenarios); run again")
    return header


def _names_scenarios(header: Mapping[str, Any]) -> bool:
    """Tell whether scenarios are listed: of a run in jobs also with how much of each was asked for."""
    scenarios = header.get("scenarios")
    kinds = {"name": str, "folder": str} | ({"replications": int} if MODEL in header else {})
    return isinstance(scenarios, list) and all(
        isinstance(one, dict) and all(isinstance(one.get(key), kind) for key, kind in kinds.items())
        for one in scenarios
    )
