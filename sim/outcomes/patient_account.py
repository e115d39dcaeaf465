"""The money of one patient over time, for following a patient: what has it cost so far, and whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.economics import IMPACT_INVENTORY, Perspective
from sim.domain.scenario import Scenario
from sim.outcomes.event_costs import Lumps, event_costs
from sim.outcomes.history import read_history
from sim.outcomes.perspectives import amount_counted
from sim.outcomes.prices import price_list
from sim.outcomes.running_costs import Flows, running_costs
from sim.outcomes.states import state_intervals
from sim.units import MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class PatientFlows:
    """All costs of one patient, undiscounted.

    Parameters
    ----------
    lumps : tuple of Lumps
        Costs that fall at one moment.
    flows : tuple of Flows
        Costs that run over time.
    """

    lumps: tuple[Lumps, ...]
    flows: tuple[Flows, ...]

    def cost_until(self, minutes: int, perspective: Perspective) -> float:
        """Return what the patient has cost up to and including a moment.

        Parameters
        ----------
        minutes : int
            The moment [minutes from day 0].
        perspective : Perspective
            Whose costs count. Idle capacity belongs to no patient and is left out.

        Returns
        -------
        float
            Undiscounted cost [currency].
        """
        total = 0.0
        counted = IMPACT_INVENTORY[perspective]
        for lumps in self.lumps:
            if lumps.category in counted:
                amount = amount_counted(lumps.cost, lumps.covered, perspective)
                total += float(amount[lumps.time <= minutes].sum())
        for flows in self.flows:
            if flows.category in counted:
                per_day = amount_counted(flows.cost, flows.covered, perspective)
                days = np.clip(minutes / MINUTES_PER_DAY, flows.start, flows.stop) - flows.start
                total += float(per_day @ days)
        return total


def patient_flows(log: NDArray[np.void], cohort: Cohort, scenario: Scenario, patient: int) -> PatientFlows:
    """Return the dated costs of one patient.

    Parameters
    ----------
    log : ndarray of ``LOG_DTYPE``, shape (n_rows,)
        Event log of one strategy and replication.
    cohort : Cohort
        The patients it is about.
    scenario : Scenario
        Prices.
    patient : int
        Patient number, from 0.

    Returns
    -------
    PatientFlows
        Lumps and running costs.

    Raises
    ------
    ValueError
        If there is no such patient.
    """
    if not 0 <= patient < cohort.n_patients:
        raise ValueError(f"patient must lie in 0 to {cohort.n_patients - 1}, got {patient}")
    history = read_history(log[log["patient"] == patient], cohort.n_patients)
    prices = price_list(scenario)
    return PatientFlows(
        lumps=tuple(event_costs(history, cohort, scenario, prices)),
        flows=tuple(running_costs(history, state_intervals(history), scenario, prices)),
    )
