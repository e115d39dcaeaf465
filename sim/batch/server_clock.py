"""The clock of a server: the compiled one where it is at hand, made ready before anybody waits for it."""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass

from sim.domain.scenario import Scenario
from sim.engine.clocks import AUTO, COMPILED, SIMPY, can_compile, clock_at_hand, is_compiled, known_clock

ENGINE = "TREATPATH_ENGINE"
"""Variable of the environment that names the clock of a server, as ``--engine`` does for a run."""

NEW_OBJECTS = 50_000
"""Objects made, less those gone, before garbage is looked for among them."""
_seen: list[str] = []


def asked_clock() -> str:
    """Return the clock that the environment asks for; ScenarioError if there is no such."""
    return known_clock(os.environ.get(ENGINE) or AUTO, ENGINE)


def server_clock() -> str:
    """Return the clock that runs now: compiled once there is machine code, unless SimPy is asked for."""
    return SIMPY if asked_clock() == SIMPY else _found_clock()


def _found_clock() -> str:
    """Return the clock at hand; once there is machine code it stays, and its files are not read again."""
    if not _seen:
        if (found := clock_at_hand()) != COMPILED:
            return found
        _seen.append(found)
    return COMPILED


def spare_garbage() -> None:
    """Look for garbage less often, and never among what is there now: modules, which are most of it.

    A search through everything takes as long as a preview, and would come while somebody waits for one.
    """
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


@dataclass(frozen=True, slots=True)
class Warming:
    """Loads in a worker what its first job would wait for; makes machine code where there is none yet.

    Parameters
    ----------
    scenario : Scenario
        Any.
    """

    scenario: Scenario

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return "warming up"

    def run(self) -> None:
        """Simulate one patient."""
        from sim.engine.simulate import make_ready  # noqa: PLC0415  only workers need it
        from sim.replication import replicate  # noqa: PLC0415

        if asked_clock() != SIMPY and can_compile() and not is_compiled():
            make_ready(COMPILED, self.scenario)
        one = self.scenario.run.model_copy(update={"n_patients": 1, "replications": 1})
        replicate(self.scenario.model_copy(update={"run": one}), 0, server_clock())
        spare_garbage()
