"""A preview as jobs: each worker gets its replications together, and what they share only once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from sim.domain.scenario import Scenario
from sim.results import Results


@dataclass(frozen=True, slots=True)
class Replications:
    """Some replications of one scenario.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    numbers : tuple of int
        Numbers of the replications, from 0.
    clock : str
        Which clock drives them; results do not depend on it.
    """

    scenario: Scenario
    numbers: tuple[int, ...]
    clock: str

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return f"scenario '{self.scenario.name}', replications {', '.join(map(str, self.numbers))}"

    def run(self) -> list[Results]:
        """Simulate them one after the other."""
        from sim.replication import replicate  # noqa: PLC0415  imports SimPy, which only workers need

        return [replicate(self.scenario, number, self.clock) for number in self.numbers]


def shared_out(scenario: Scenario, clock: str, workers: int) -> list[Replications]:
    """Return the replications of a scenario, dealt out to so many workers."""
    numbers = range(scenario.run.replications)
    dealt = [tuple(numbers[place::workers]) for place in range(workers)]
    return [Replications(scenario, some, clock) for some in dealt if some]


def put_together(parts: Sequence[list[Results]]) -> Results:
    """Return the results of all replications."""
    return Results.combine(chain.from_iterable(parts))
