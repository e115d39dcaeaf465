"""Look into scenarios: mistakes and origins, sources, one patient's story, and the forms of files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.batch.inputs import Given, scenarios_from
from sim.batch.manifest import manifest_schema
from sim.domain.scenario import Scenario
from sim.errors import ScenarioError
from sim.report.evidence import assumption_rows, checked_row, source_rows
from sim.report.follow import follow
from sim.report.published import read_published
from sim.report.story import Entry, as_rows
from sim.scenario_io import load
from sim.scenario_io.load import LoadedScenario
from sim.scenario_io.schema import json_schema
from sim.scenario_io.several import collected

FORMS = {"scenario": json_schema, "manifest": manifest_schema}
"""What there is a JSON Schema of."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Followed:
    """The story of one simulated patient.

    Parameters
    ----------
    scenario : Scenario
        What was simulated.
    strategy : str
        Key of the strategy.
    patient : int
        Number of the patient.
    story : list of Entry
        Dated sentences.
    """

    scenario: Scenario
    strategy: str
    patient: int
    story: list[Entry]

    @property
    def content(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "scenario": self.scenario.name,
            "strategy": self.strategy,
            "patient": self.patient,
            "story": as_rows(self.story),
        }


def check(
    files: str | Path | Sequence[str | Path], *, explain: bool = False, overrides: Sequence[str] = ()
) -> list[Row]:
    """Check scenario files: the ``scenarios`` of what ``treatpath check --json`` prints.

    Parameters
    ----------
    files : str, Path or sequence of them
        Scenario files, or names of shipped scenarios.
    explain : bool
        True adds every final value with the file and line that set it.
    overrides : sequence of str
        Settings above the files, as ``path=value``.

    Returns
    -------
    list of dict
        A row per scenario: ``name, digest`` and, when explained, ``settings``.

    Raises
    ------
    ScenarioError
        If anything is wrong with any file, one mistake a line.

    Examples
    --------
    >>> [scenario] = check("base", explain=True, overrides=["economics.wtp=50000"])
    >>> [row["origin"] for row in scenario["settings"] if row["path"] == "economics.wtp"]
    ['--set']
    """
    return [checked_row(one, explain=explain) for one in checked_files(files, overrides=overrides)]


def checked_files(
    files: str | Path | Sequence[str | Path], *, overrides: Sequence[str] = ()
) -> list[LoadedScenario]:
    """Return every scenario of all files, and where its settings came from; as for `check`."""
    given = [files] if isinstance(files, str | Path) else files
    return collected(given, lambda file: load.check(file, overrides=overrides))


def cite(scenario: Given, *, overrides: Sequence[str] = ()) -> dict[str, list[Row]]:
    """List what a scenario rests on: what ``treatpath cite --json`` prints.

    Parameters
    ----------
    scenario : Scenario, str or Path
        Of a sweep the first point.
    overrides : sequence of str
        Settings above the file, as ``path=value``; not for a `Scenario`.

    Returns
    -------
    dict
        ``sources`` (a row per source with its numbers and their grades, strongest evidence first) and
        ``assumptions`` (a row per number without a source).

    Raises
    ------
    ScenarioError
        If anything is wrong with the file.
    """
    chosen, published = scenarios_from(scenario, overrides=overrides)[0], read_published()
    return {
        "sources": source_rows(chosen, published),
        "assumptions": assumption_rows(chosen, published),
    }


def trace(
    scenario: Given, strategy: str, patient: int, *, replication: int = 0, overrides: Sequence[str] = ()
) -> dict[str, Any]:
    """Tell the story of one simulated patient: what ``treatpath trace --json`` prints.

    Parameters
    ----------
    scenario : Scenario, str or Path
        Of a sweep the first point.
    strategy : str
        Key of the strategy to follow the patient in.
    patient : int
        Number of the patient, from 0.
    replication : int
        Number of the replication, from 0.
    overrides : sequence of str
        Settings above the file, as ``path=value``; not for a `Scenario`.

    Returns
    -------
    dict
        ``scenario, strategy, patient`` and ``story``: a row per event with ``day, event, text, reason,
        score`` [MADRS points], ``cost`` (undiscounted so far, as the scenario's perspective counts) and
        ``date``.

    Raises
    ------
    ScenarioError
        If anything is wrong with the file, or there is no such strategy, patient or replication.

    Examples
    --------
    >>> told = trace("base", "ketamine_home", 3, overrides=["run.n_patients=10"])
    >>> told["story"][0]["event"]
    'referred'
    """
    return followed(scenario, strategy, patient, replication=replication, overrides=overrides).content


def followed(
    scenario: Given, strategy: str, patient: int, *, replication: int = 0, overrides: Sequence[str] = ()
) -> Followed:
    """Return the story of one simulated patient with what it is told about; as for `trace`."""
    chosen = scenarios_from(scenario, overrides=overrides)[0]
    return Followed(chosen, strategy, patient, follow(chosen, strategy, patient, replication))


def schema(of: str = "scenario") -> dict[str, Any]:
    """Return the JSON Schema of scenario files or of manifests: what ``treatpath schema`` prints.

    Parameters
    ----------
    of : str
        ``scenario``, or ``manifest`` for what stands beside stored results.

    Returns
    -------
    dict
        Schema in the 2020-12 dialect.

    Raises
    ------
    ScenarioError
        If it is neither.

    Examples
    --------
    >>> schema("manifest")["title"]
    'treatpath manifest'
    """
    if of not in FORMS:
        raise ScenarioError(f"--of: must be {' or '.join(FORMS)}, got '{of}'")
    return FORMS[of]()
