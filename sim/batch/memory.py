"""Refuse a run that this machine's memory cannot hold, before it starts."""

from __future__ import annotations

import os
from collections.abc import Sequence

from sim.domain.scenario import Scenario
from sim.errors import ScenarioError

BYTES_BESIDE_LUCK = 22_000
"""Per patient, measured on the base case at the peak of a replication: records, log and outcomes."""
BYTES_KEPT = 100
"""Per patient and strategy, of parts whose logs are dropped: what medians and survival curves need."""
GIGABYTE = 1e9


def physical_memory() -> float | None:
    """Return the memory of this machine [bytes], or None where the system does not tell."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def workers_that_fit(workers: int, scenarios: Sequence[Scenario], memory: float | None) -> int:
    """Return how many of the wanted processes the memory holds at once.

    Parameters
    ----------
    workers : int
        Processes wanted.
    scenarios : sequence of Scenario
        What they will run.
    memory : float or None
        Memory of the machine [bytes]; None = unknown, nothing is refused.

    Returns
    -------
    int
        At most ``workers``, at least 1.

    Raises
    ------
    ScenarioError
        If not even one process fits.
    """
    needed, largest = max(((_needed(scenario), scenario) for scenario in scenarios), key=lambda pair: pair[0])
    if memory is None or needed * workers <= memory:
        return workers
    if needed > memory:
        raise ScenarioError(
            f"run.n_patients: {largest.run.n_patients:,} patients must fit into memory, got a need of about "
            f"{needed / GIGABYTE:.0f} GB and {memory / GIGABYTE:.0f} GB in all; "
            "run fewer patients and more replications"
        )
    return int(memory // needed)


def _needed(scenario: Scenario) -> int:
    from sim.engine.parts import parts_of  # noqa: PLC0415
    from sim.engine.widths import luck_bytes  # noqa: PLC0415

    at_once = max(part.n_patients for part in parts_of(scenario))
    kept = scenario.run.n_patients * len(scenario.strategies) * BYTES_KEPT
    return at_once * (BYTES_BESIDE_LUCK + luck_bytes(scenario)) + kept
