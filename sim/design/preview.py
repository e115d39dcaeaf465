"""A smaller run of the same scenario, for an answer within a second."""

from __future__ import annotations

from sim.domain.scenario import Scenario

PATIENTS, REPLICATIONS = 125, 4
"""Of scenarios without limits: patients of a replication do not meet, so small ones say the same."""
CLINIC_PATIENTS = 2_000
"""More are not simulated in a preview of a clinic, which then says too little of its queues."""
CLINIC_ARMS = 20_000
CLINIC_REPLICATIONS = (2, 4)
"""Fewest and most replications of a clinic, in which a smaller cohort would wait less."""


def preview_of(scenario: Scenario) -> Scenario:
    """Return a scenario with the patients and replications of a preview.

    Parameters
    ----------
    scenario : Scenario
        As it would be run in full.

    Returns
    -------
    Scenario
        Where nothing is limited, 4 replications of 125 patients, for an interval between replications; else
        all its patients up to 2,000, because queues depend on them, in as many replications as some 20,000
        patients in all strategies allow. Never more than the full run.
    """
    run = scenario.run
    if scenario.has_limits:
        fewest, most = CLINIC_REPLICATIONS
        n_patients = min(run.n_patients, CLINIC_PATIENTS)
        affordable = CLINIC_ARMS // (n_patients * len(scenario.strategies))
        replications = min(run.replications, max(fewest, min(most, affordable)))
        sizes = {"n_patients": n_patients, "replications": replications}
    else:
        total = min(run.n_patients * run.replications, PATIENTS * REPLICATIONS)
        sizes = {
            "n_patients": min(run.n_patients, PATIENTS),
            "replications": max(1, total // min(run.n_patients, PATIENTS)),
        }
    return scenario.model_copy(update={"run": run.model_copy(update=sizes)})
