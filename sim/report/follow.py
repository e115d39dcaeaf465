"""Follow one simulated patient through one strategy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.cross_checks import not_found
from sim.domain.scenario import Scenario
from sim.errors import ScenarioError
from sim.report.story import Entry, tell

LARGEST_REPLICATION = 2**32
"""Replication numbers beyond cannot address a random stream."""


def follow(scenario: Scenario, strategy: str, patient: int, replication: int = 0) -> list[Entry]:
    """Simulate one strategy and return the story of one of its patients.

    Parameters
    ----------
    scenario : Scenario
        What to simulate.
    strategy : str
        Key of the strategy.
    patient : int
        Number of the patient, from 0.
    replication : int
        Number of the replication, from 0.

    Returns
    -------
    list of Entry
        Dated sentences; costs are counted as the scenario's perspective does.

    Raises
    ------
    ScenarioError
        If there is no such strategy, patient or replication.
    """
    if strategy not in scenario.strategies:
        raise ScenarioError(f"strategy: {not_found(strategy, 'strategy', scenario.strategies)}")
    last = scenario.run.n_patients - 1
    if not 0 <= patient <= last:
        raise ScenarioError(f"patient: must lie in 0 to {last}, got {patient}")
    if not 0 <= replication < LARGEST_REPLICATION:
        raise ScenarioError(f"replication: must be at least 0, got {replication}")
    from sim.engine.simulate import simulate_strategy  # noqa: PLC0415

    log, cohort = simulate_strategy(scenario, strategy, replication)
    return story_of(log, cohort, scenario, strategy, patient)


def story_of(
    log: NDArray[np.void], cohort: Cohort, scenario: Scenario, strategy: str, patient: int
) -> list[Entry]:
    """Return the story of one patient of a simulated strategy.

    Parameters
    ----------
    log : structured ndarray
        Event log of the strategy.
    cohort : Cohort
        Its patients.
    scenario : Scenario
        What was simulated.
    strategy : str
        Key of the strategy.
    patient : int
        Number of the patient, from 0.

    Returns
    -------
    list of Entry
        As for `follow`.
    """
    from sim.outcomes.patient_account import patient_flows  # noqa: PLC0415

    flows = patient_flows(log, cohort, scenario, patient)
    economics = scenario.economics
    return tell(
        log,
        cohort,
        scenario,
        strategy,
        patient,
        cost_until=lambda minutes: flows.cost_until(minutes, economics.perspective, economics.drug_price),
    )
