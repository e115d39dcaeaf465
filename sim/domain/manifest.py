"""The manifest of results: under which circumstances they came about, and what they consist of.

It names no host, no user and no directory of a machine. Its JSON Schema is ``docs/manifest.schema.json``.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from sim.domain.frozen import Flag, Frozen, Number, Text, Whole
from sim.domain.scenario import Scenario

MANIFEST_VERSION: Literal[1] = 1
"""Rises when a key is added, leaves or changes its meaning."""

Count = Annotated[Whole, Field(ge=1)]
"""A number of things of which there is at least one."""

Count0 = Annotated[Whole, Field(ge=0)]
"""A number of things, or none."""

Sha256 = Annotated[Text, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in hexadecimal digits."""

Moment = Annotated[
    Text,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00$",
        json_schema_extra={"format": "date-time"},
    ),
]
"""A moment in UTC, to the second, as in ISO 8601."""

RelativePath = Annotated[Text, Field(pattern=r"^[A-Za-z0-9_-][^/\\:]*(/[A-Za-z0-9_-][^/\\:]*)*$")]
"""A path below the directory of results, with forward slashes; it leads nowhere else."""


@dataclass(
    frozen=True,
    slots=True,
    config=ConfigDict(extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False),
)
class RunScenario:
    """What a manifest says of one scenario."""

    name: Text
    """Its name; none comes twice in a run."""
    title: Text
    """Its title, in plain words."""
    digest: Sha256
    """SHA-256 of everything in the scenario that can change a result."""
    seed: Count0
    """Root seed of all its draws."""
    n_patients: Count
    """Patients referred per strategy and replication."""
    replications: Count
    """Replications; of a probabilistic analysis, draws times replications of each draw."""

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Return what a manifest says of a scenario.

        Parameters
        ----------
        scenario : Scenario
            With the seed, patients and replications that were used.

        Returns
        -------
        RunScenario
            Its name, sizes and digest.
        """
        return cls(
            name=scenario.name,
            title=scenario.title,
            digest=scenario.digest,
            seed=scenario.run.seed,
            n_patients=scenario.run.n_patients,
            replications=scenario.run.replications,
        )


class ModelIdentity(Frozen):
    """Which model it was: whatever can move a number, besides scenario and seed."""

    version: Text
    """Version of the package."""
    source_sha256: Sha256
    """SHA-256 over the source files that compute: all but command line, app and reports."""
    numpy: Text
    """Version of NumPy."""
    scipy: Text
    """Version of SciPy."""


class Commit(Frozen):
    """The state of a Git checkout."""

    commit: Annotated[Text, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]
    """Hash of the commit."""
    dirty: Flag
    """True: files that Git knows differ from the commit."""


class ProbabilisticPlan(Frozen):
    """How much was drawn in a probabilistic sensitivity analysis."""

    draws: Count
    """Draws of what is uncertain."""
    replications_per_draw: Count
    """Replications of each draw, with different patients."""
    sampling: Literal["latin hypercube", "random"]
    """How draws lie: in a Latin hypercube, or each by itself."""
    base_replications: Count0
    """Replications of each scenario as it is, beside the draws."""


class ResultFile(Frozen):
    """One file of a directory of results."""

    path: RelativePath
    """Where it is below the directory, with forward slashes."""
    sha256: Sha256
    """SHA-256 of its content."""
    bytes: Count0
    """Size [bytes]."""
    rows: Count0 | None
    """Number of rows; null for what is no table."""


class RunManifest(Frozen):
    """How results of simulations came about. It names no host, user or directory of the machine.

    The same scenarios, seeds, sizes and model give the same ``run_id``, whoever runs them and wherever.
    Engine, backend and number of workers change no result.
    """

    manifest_version: Literal[1]
    """Version of this form."""
    run_id: Sha256
    """SHA-256 of digests, seeds, patients and replications of all scenarios, the model and the plan of draws:
    neither chance nor time enters it."""
    kind: Literal["replications", "probabilistic"]
    """Replications of scenarios as they are, or draws of what is uncertain in them."""
    package: Text
    """Name of the distribution."""
    version: Text
    """Version of the distribution."""
    model: ModelIdentity
    """Which model it was."""
    seed_scheme: Text
    """How a draw is found from seed, replication, patient, purpose and occurrence."""
    engine: Literal["simpy", "compiled"] | None
    """Clock that drove the simulation; results do not depend on it. Null where shards were merged, each of
    which may have had another."""
    command: Text | None
    """Command as typed, with absolute paths cut to their last part and without addresses; null when called
    from Python."""
    backend: Text
    """What ran the jobs, such as ``local``; ``executor`` is one that the caller brought along, ``merge`` ran
    none because it put shards together."""
    workers: Count | None
    """Worker processes; null when the backend does not tell. Results do not depend on it."""
    machine: Text
    """Machine in words: system, processor, number of processors, memory rounded [GiB]."""
    versions: dict[str, Text]
    """Versions of Python and of what the package depends on."""
    git: Commit | None
    """Commit that the package ran from; null when it did not run from a checkout."""
    started: Moment
    """When the run began, or went on for the last time, in UTC; of merged shards, when merging began."""
    ended: Moment
    """When the run ended, in UTC."""
    wall_seconds: Annotated[Number, Field(ge=0)]
    """Time from beginning to end [seconds]; what a stopped run did counts until its last finished job."""
    scenarios: Annotated[tuple[RunScenario, ...], Field(min_length=1)]
    """What was run, in order."""
    psa: ProbabilisticPlan | None
    """How much was drawn; null for replications of scenarios as they are."""
    targets: Sha256 | None
    """SHA-256 of the published figures that a validation compares with; null for all other runs."""
    files: tuple[ResultFile, ...]
    """Files of the directory of results, without this one; none while results are not stored."""
    warnings: tuple[Text, ...]
    """What a reader of the results was warned of, by scenario and strategy."""
    resumed: Count0
    """How often the run was taken up again [times]."""
    shards_merged: Count0
    """Shards that the results were put together from; 0 when one run made them all."""
    license: Text
    """License of the package, as SPDX names it."""
    citation: Text
    """How to cite the package."""
    note: Text
    """What the results are not."""
