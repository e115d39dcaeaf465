"""Parts of a cohort that can be simulated one after the other, because nobody in one waits for another."""

from __future__ import annotations

from dataclasses import dataclass

from sim.domain.scenario import Scenario

PART_PATIENTS = 10_000
"""Few enough for a part's log and luck to stay near the processor."""


@dataclass(frozen=True, slots=True)
class Part:
    """Patients who can be simulated apart from the others: the number of the first, and how many."""

    first: int
    n_patients: int


def parts_of(scenario: Scenario) -> list[Part]:
    """Return the cohort in parts of `PART_PATIENTS`, or in one where patients compete for places."""
    n = scenario.run.n_patients
    if scenario.has_limits:
        return [Part(0, n)]
    return [Part(first, min(PART_PATIENTS, n - first)) for first in range(0, n, PART_PATIENTS)]
