"""Cohort, clinic, visits and clock put together: from a scenario to event logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.scenario import Scenario
from sim.engine.appointments import Books, open_books
from sim.engine.cohort import draw_cohort
from sim.engine.event_log import sealed
from sim.engine.hazards import Clinic
from sim.engine.luck import NATURAL_EPISODES, Luck, draw_luck, widths
from sim.engine.patient import LuckRows, admit, luck_rows
from sim.engine.plan import CarePlan, care_plan, pathways
from sim.engine.simpy_clock import run_clock
from sim.streams import Streams
from sim.units import MINUTES_PER_DAY

Log = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Replication:
    """What all strategies of one replication share: patients, their luck, the rules.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    cohort : Cohort
        The patients.
    luck : Luck
        What chance decided about them.
    rows : dict
        The same luck by patient, as the clock reads it.
    care : CarePlan
        The rules in the numbers of the clock.
    """

    scenario: Scenario
    cohort: Cohort
    luck: Luck
    rows: LuckRows
    care: CarePlan


def prepare(scenario: Scenario, replication: int) -> Replication:
    """Draw the patients of a replication and their luck."""
    streams = Streams(seed=scenario.run.seed, replication=replication)
    cohort = draw_cohort(scenario, streams)
    luck = draw_luck(scenario, cohort, streams)
    width = widths(scenario)
    care = care_plan(scenario, width.sessions, width.episodes, NATURAL_EPISODES)
    return Replication(scenario, cohort, luck, luck_rows(luck), care)


def event_log(prepared: Replication, strategy: str) -> Log:
    """Return the event log of one strategy, a structured array of `sim.domain.events.LOG_DTYPE`."""
    scenario = prepared.scenario
    lines, shares = pathways(scenario, scenario.strategies[strategy])
    clinic = Clinic(prepared.care, len(lines), lines, shares, _books(prepared))
    return sealed(
        run_clock(admit(prepared.cohort, prepared.luck, prepared.rows, scenario.horizon_minutes), clinic)
    )


def event_logs(scenario: Scenario, replication: int) -> Iterator[tuple[str, Log, Cohort]]:
    """Yield strategy, event log and cohort for every strategy of one replication."""
    prepared = prepare(scenario, replication)
    for strategy in scenario.strategies:
        yield strategy, event_log(prepared, strategy), prepared.cohort


def simulate_strategy(scenario: Scenario, strategy: str, replication: int) -> tuple[Log, Cohort]:
    """Return the event log and the cohort of one strategy in one replication."""
    prepared = prepare(scenario, replication)
    return event_log(prepared, strategy), prepared.cohort


def _books(prepared: Replication) -> Books:
    care, scenario = prepared.care, prepared.scenario
    last = int(prepared.cohort.referral_minutes.max()) + scenario.horizon_minutes
    n_days = last // MINUTES_PER_DAY + 2
    visits = [care.screening_needs, care.preparation_needs, care.integration_needs]
    visits += [treatment.needs for treatment in care.treatments]
    return open_books(list(scenario.resources.values()), n_days, visits)
