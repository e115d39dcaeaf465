"""What a patient's story may refer to: names and rules of the scenario behind a log row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.events import NO_TREATMENT
from sim.domain.scenario import Scenario
from sim.domain.strategies import Strategy
from sim.domain.treatments import Harm, Treatment
from sim.units import MINUTES_PER_DAY

Row = np.void


@dataclass(frozen=True, slots=True)
class Setting:
    """What a sentence may refer to.

    Parameters
    ----------
    scenario : Scenario
        Source of names and rules.
    strategy : str
        Key of the strategy the patient is in.
    cohort : Cohort
        Attributes of the patients.
    patient : int
        Number of the patient.
    pathway : int
        Position of the patient's pathway in a mix.
    """

    scenario: Scenario
    strategy: str
    cohort: Cohort
    patient: int
    pathway: int = 0

    def treatment(self, row: Row) -> Treatment | None:
        """Return the treatment a row is about, if any."""
        position = int(row["treatment"])
        return None if position == NO_TREATMENT else list(self.scenario.treatments.values())[position]

    def treatment_name(self, row: Row) -> str:
        """Return the plain name of the row's treatment."""
        treatment = self.treatment(row)
        return "treatment" if treatment is None else treatment.label

    def condition_name(self, row: Row) -> str:
        """Return the plain name of the condition a row's reason points at."""
        conditions = list(self.scenario.population.conditions.values())
        position = int(row["reason"])
        return conditions[position].label if 0 <= position < len(conditions) else "a screening rule"

    def harms(self, row: Row) -> list[Harm]:
        """Return the harms of the row's treatment, in file order."""
        treatment = self.treatment(row)
        return [] if treatment is None else list(treatment.harms.values())

    def policy(self) -> Strategy:
        """Return the strategy, for a mix the one this patient was dealt."""
        chosen = self.scenario.strategies[self.strategy]
        if chosen.mix is None:
            return chosen
        return self.scenario.strategies[list(chosen.mix)[self.pathway]]


def day_of(minutes: int) -> int:
    """Return the day a time falls on, counted from day 0."""
    return int(minutes) // MINUTES_PER_DAY
