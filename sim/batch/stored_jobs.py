"""What a stored run is made of: jobs of a few replications each, planned from what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sim.engine.clocks import SIMPY
from sim.errors import ScenarioError
from sim.results.stored import KIND
from sim.scenario_io.recipes import Recipe
from sim.stored.journal import Entry
from sim.stored.tables import Table

T = TypeVar("T")
ARMS_PER_JOB = 20_000
"""Patients times strategies that a job should have at least: a fifth of a second with the compiled clock."""
MOST_PER_JOB = 100
"""Replications of one job."""


@dataclass(frozen=True, slots=True)
class ReplicationsJob:
    """Some replications of one scenario, with all its strategies, which share patients and luck.

    Parameters
    ----------
    tree : mapping
        Plain settings of the scenario: they travel faster than the scenario, which is made where it runs.
    entry : Entry
        Which replications; still without files.
    clock : str
        Which clock drives it; results do not depend on it.
    patients : bool
        True keeps what every single patient cost and gained.
    """

    tree: Mapping[str, Any]
    entry: Entry
    clock: str = SIMPY
    patients: bool = False

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        numbers = self.entry.numbers
        return f"scenario '{self.tree['name']}', replications {numbers[0]} to {numbers[-1]}"

    def run(self) -> dict[str, Table]:
        """Simulate, account, and write the frames as files in memory."""
        from sim.domain.scenario import Scenario  # noqa: PLC0415  only workers need these
        from sim.replication import replicate  # noqa: PLC0415
        from sim.results.stored import tables_of  # noqa: PLC0415
        from sim.results.tidy import Results  # noqa: PLC0415

        scenario = Scenario.model_validate(self.tree)
        parts = (
            replicate(scenario, number, self.clock, patients=self.patients) for number in self.entry.numbers
        )
        return tables_of(Results.combine(parts))


def planned(
    recipes: Sequence[Recipe],
    replications: Mapping[str, int],
    done: Iterable[Entry],
    *,
    clock: str,
    patients: bool,
    shard: tuple[int, int] | None = None,
) -> list[ReplicationsJob]:
    """Return the jobs that are still to be done.

    Parameters
    ----------
    recipes : sequence of Recipe
        What is run.
    replications : mapping
        Number of replications by folder.
    done : iterable of Entry
        Finished jobs.
    clock : str
        Which clock drives the jobs.
    patients : bool
        True keeps single patients.
    shard : tuple of int, optional
        ``(i, n)``: only every n-th job of the whole run, from the i-th on, counted from 1.

    Returns
    -------
    list of ReplicationsJob
        In the order of scenarios and replications; together with what is done, every replication once.
    """
    finished: dict[str, set[int]] = {}
    for entry in done:
        finished.setdefault(entry.scenario, set()).update(entry.numbers)
    jobs = []
    for recipe, numbers in of_shard(_shares(recipes, replications), shard):
        for missing in _runs(numbers, finished.get(recipe.folder, set())):
            entry = Entry(recipe.folder, KIND, missing[0], len(missing))
            jobs.append(ReplicationsJob(recipe.tree, entry, clock, patients))
    return jobs


def read_shard(text: str) -> tuple[int, int]:
    """Read which share of the jobs is wanted.

    Parameters
    ----------
    text : str
        Such as ``2/20``: the second of twenty.

    Returns
    -------
    tuple of int
        Share and number of shares.

    Raises
    ------
    ScenarioError
        If it is no such text.

    Examples
    --------
    >>> read_shard("2/20")
    (2, 20)
    """
    share, _, shares = text.partition("/")
    try:
        numbers = int(share), int(shares)
    except ValueError:
        numbers = (0, 0)
    if not 1 <= numbers[0] <= numbers[1]:
        raise ScenarioError(f"--shard: must be i/n with 1 <= i <= n, such as 2/20, got '{text}'")
    return numbers


def of_shard(jobs: Iterable[T], shard: tuple[int, int] | None) -> Iterator[T]:
    """Yield every n-th job from the i-th on, or all without a shard."""
    share, shares = (1, 1) if shard is None else shard
    return (job for number, job in enumerate(jobs, start=1) if (number - share) % shares == 0)


def _shares(recipes: Sequence[Recipe], replications: Mapping[str, int]) -> Iterator[tuple[Recipe, range]]:
    """Yield the replications of each job of a whole run; they depend on the scenarios only."""
    for recipe in recipes:
        size = max(1, min(ARMS_PER_JOB // recipe.arms, MOST_PER_JOB))
        total = replications[recipe.folder]
        for first in range(0, total, size):
            yield recipe, range(first, min(first + size, total))


def _runs(numbers: range, done: set[int]) -> Iterator[range]:
    """Yield the consecutive numbers that are missing."""
    first: int | None = None
    for number in [*numbers, numbers.stop]:
        is_missing = number < numbers.stop and number not in done
        if is_missing and first is None:
            first = number
        elif not is_missing and first is not None:
            yield range(first, number)
            first = None
