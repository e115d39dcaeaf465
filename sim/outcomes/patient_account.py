"""The money of one patient over time, for following a patient: what has it cost so far, and whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.economics import DrugPrice, Perspective, categories_counted
from sim.domain.scenario import Scenario
from sim.outcomes.event_costs import Occasions, event_costs
from sim.outcomes.history import FloatArray, read_history
from sim.outcomes.perspectives import amount_counted
from sim.outcomes.prices import Charge, price_list
from sim.outcomes.running_costs import Flows, running_costs
from sim.outcomes.states import state_intervals
from sim.outcomes.totals import sums
from sim.units import MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class PatientFlows:
    """All costs of one patient, undiscounted.

    Parameters
    ----------
    occasions : tuple of Occasions
        Costs that fall at one moment.
    flows : tuple of Flows
        Costs that run over time.
    """

    occasions: tuple[Occasions, ...]
    flows: tuple[Flows, ...]

    def cost_until(
        self, minutes: int, perspective: Perspective, drug_price: DrugPrice = DrugPrice.LIST
    ) -> float:
        """Return what the patient has cost up to and including a moment.

        Parameters
        ----------
        minutes : int
            The moment [minutes from day 0].
        perspective : Perspective
            Whose costs count. Idle capacity belongs to no patient and is left out.
        drug_price : DrugPrice
            Whether rebates on drugs count.

        Returns
        -------
        float
            Undiscounted cost [currency].
        """
        counted = categories_counted(perspective, drug_price)
        total = sum(
            float(amount_counted(charge.price, charge.covered, perspective) @ units)
            for charge, units in (*self._units_until(minutes), *self._days_until(minutes))
            if charge.category in counted
        )
        return float(total)

    def _units_until(self, minutes: int) -> Iterator[tuple[Charge, FloatArray]]:
        """Yield, for each charge at single moments, the units of each kind up to a moment."""
        for occasions in self.occasions:
            past = np.flatnonzero(occasions.time <= minutes)
            kind = np.zeros_like(past) if occasions.kind is None else occasions.kind[past]
            for amount in occasions.amounts:
                units = np.ones(len(past)) if amount.units is None else amount.units[past]
                for charge in amount.charges:
                    yield charge, sums(kind, units, len(charge.price))

    def _days_until(self, minutes: int) -> Iterator[tuple[Charge, FloatArray]]:
        """Yield, for each charge that runs over time, the days of each kind up to a moment."""
        for flows in self.flows:
            days = np.clip(minutes / MINUTES_PER_DAY, flows.start, flows.stop) - flows.start
            for charge in flows.charges:
                yield charge, sums(flows.kind, days, len(charge.price))


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
        Costs at single moments and running costs.

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
        occasions=tuple(event_costs(history, cohort, prices)),
        flows=tuple(running_costs(history, state_intervals(history), cohort, prices)),
    )
