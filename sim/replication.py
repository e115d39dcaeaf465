"""One replication from end to end: simulate each strategy, then account for what happened."""

from __future__ import annotations

from sim.domain.scenario import Scenario
from sim.engine.simulate import event_logs
from sim.outcomes.account import account
from sim.outcomes.frames import results_of
from sim.results import Results


def replicate(scenario: Scenario, replication: int) -> Results:
    """Return the results of one replication of every strategy.

    Parameters
    ----------
    scenario : Scenario
        What to simulate.
    replication : int
        Number of the replication, from 0; with the scenario's seed it fixes all luck.

    Returns
    -------
    Results
        Frames with one row per strategy (and day, week or category); no event log is kept.
    """
    outcomes = [
        account(log, cohort, scenario, strategy)
        for strategy, log, cohort in event_logs(scenario, replication)
    ]
    return results_of(scenario, replication, outcomes)
