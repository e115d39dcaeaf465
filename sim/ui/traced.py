"""What happens to single patients of a strategy: traced in a process of its own, or remembered."""

from __future__ import annotations

from sim.batch.server_clock import server_clock
from sim.batch.tracing import Trace, Traced
from sim.domain.scenario import Scenario
from sim.ui.quick import only, quick
from sim.ui.sources import digest_of

FOLLOWED_REPLICATION = 0
"""Replication of which single patients are told."""


def traced(scenario: Scenario, strategy: str, replication: int = FOLLOWED_REPLICATION) -> Traced:
    """Return what happens to the first patients of a strategy.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    strategy : str
        Key of the strategy.
    replication : int
        Number of the replication, from 0.

    Returns
    -------
    Traced
        The same for every page, so that a patient has one story.

    Raises
    ------
    SimError
        If the job fails.
    """
    key = f"{digest_of(scenario)} {strategy} {replication}"
    return quick("trace", key, lambda: [Trace(scenario, strategy, replication, server_clock())], only)
