"""A preview as jobs: each worker gets its replications together, and what they share only once."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from itertools import chain

from sim.domain.scenario import Scenario
from sim.results import Results


@dataclass(frozen=True, slots=True)
class Replications:
    """Some replications of one scenario.

    Parameters
    ----------
    name : str
        Name of the scenario.
    pickled : bytes
        The scenario, pickled once for all workers, because that takes as long as simulating a strategy.
    numbers : tuple of int
        Numbers of the replications, from 0.
    clock : str
        Which clock drives them; results do not depend on it.
    """

    name: str
    pickled: bytes
    numbers: tuple[int, ...]
    clock: str

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return f"scenario '{self.name}', replications {', '.join(map(str, self.numbers))}"

    def run(self) -> Results:
        """Simulate them one after the other, and make their frames together."""
        from sim.outcomes.frames import results_of  # noqa: PLC0415  only workers need it
        from sim.replication import accounts  # noqa: PLC0415  imports SimPy

        scenario: Scenario = pickle.loads(self.pickled)
        each = (accounts(scenario, number, self.clock) for number in self.numbers)
        return results_of(scenario, chain.from_iterable(each))


def shared_out(scenario: Scenario, clock: str, workers: int) -> list[Replications]:
    """Return the replications of a scenario, dealt out to so many workers."""
    numbers = range(scenario.run.replications)
    dealt = [tuple(numbers[place::workers]) for place in range(workers)]
    pickled = pickle.dumps(scenario, pickle.HIGHEST_PROTOCOL)
    return [Replications(scenario.name, pickled, some, clock) for some in dealt if some]
