"""Cohort, clinic, visits and clock put together: from a scenario to event logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.remembered import remembered
from sim.domain.scenario import Scenario
from sim.engine.appointments import OpeningHours, open_books, opening_hours
from sim.engine.clocks import COMPILED, SIMPY
from sim.engine.cohort import draw_cohort
from sim.engine.draws import Draws
from sim.engine.event_log import in_order, sealed
from sim.engine.hazards import PREPARATION, SCREENING, Clinic
from sim.engine.luck import Luck, draw_luck
from sim.engine.parts import Part
from sim.engine.patient import admit
from sim.engine.plan import CarePlan, care_plan, policy_of
from sim.engine.simpy_clock import run_clock
from sim.engine.waiting_list import empty_list
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
    draws : Draws
        Draws that recur, looked up while the clock runs.
    care : CarePlan
        The rules in the numbers of the clock.
    hours : OpeningHours
        What the calendar offers.
    """

    scenario: Scenario
    cohort: Cohort
    luck: Luck
    draws: Draws
    care: CarePlan
    hours: OpeningHours


def prepare(scenario: Scenario, replication: int, part: Part | None = None) -> Replication:
    """Draw the patients of a replication, or a part of them, and their luck."""
    chosen = part or Part(0, scenario.run.n_patients)
    streams = Streams(seed=scenario.run.seed, replication=replication, first=chosen.first)
    cohort = draw_cohort(scenario, streams, chosen.n_patients)
    luck = draw_luck(scenario, cohort, streams)
    care = _care(scenario)
    hours = _hours(scenario, cohort, care)
    return Replication(scenario, cohort, luck, Draws(streams, cohort.n_patients), care, hours)


def event_log(prepared: Replication, strategy: str, clock: str = SIMPY) -> Log:
    """Return the event log of one strategy.

    Parameters
    ----------
    prepared : Replication
        Patients, luck and rules.
    strategy : str
        Key of the strategy.
    clock : str
        `sim.engine.clocks.SIMPY` or `COMPILED`; both write the same log.

    Returns
    -------
    ndarray of `sim.domain.events.LOG_DTYPE`, shape (n_rows,)
        Events in order of time, ties by patient number.
    """
    scenario = prepared.scenario
    if clock == COMPILED:
        return _compiled_log(prepared, strategy)
    clinic = Clinic(
        care=prepared.care,
        policy=policy_of(scenario, scenario.strategies[strategy]),
        books=open_books(prepared.hours),
        waiting=empty_list(*_list_size(prepared)),
        fates=prepared.luck.fates.data,
        draws=prepared.draws,
    )
    return sealed(run_clock(admit(prepared.cohort, prepared.luck, scenario.horizon_minutes), clinic))


def _compiled_log(prepared: Replication, strategy: str) -> Log:
    from sim.engine.compiled_clock import run_compiled  # noqa: PLC0415  imports Numba
    from sim.engine.records import (  # noqa: PLC0415
        ClinicRecords,
        books_records,
        draws_record,
        patient_records,
        waiting_records,
    )

    clinic = ClinicRecords(
        care=_care_record(prepared.scenario),
        policy=_policy_records(prepared.scenario)[strategy],
        books=books_records(prepared.hours),
        waiting=waiting_records(*_list_size(prepared)),
        fates=prepared.luck.fates,
        draws=draws_record(prepared.draws),
    )
    patients = patient_records(prepared.cohort, prepared.luck, prepared.scenario.horizon_minutes)
    return in_order(run_compiled(patients, clinic))


@remembered
def _care(scenario: Scenario) -> CarePlan:
    return care_plan(scenario)


@remembered
def _care_record(scenario: Scenario) -> Any:  # noqa: ANN401  a record with named fields
    """Return the rules as compiled code reads them."""
    from sim.engine.records import record_of  # noqa: PLC0415  only the compiled clock needs it

    return record_of(_care(scenario))


@remembered
def _policy_records(scenario: Scenario) -> dict[str, Any]:
    """Return the pathways of each strategy as compiled code reads them."""
    from sim.engine.records import record_of  # noqa: PLC0415

    return {key: record_of(policy_of(scenario, strategy)) for key, strategy in scenario.strategies.items()}


def make_ready(clock: str, scenario: Scenario) -> None:
    """Compile the clock if need be, so that worker processes find machine code and none makes it again."""
    if clock != COMPILED:
        return
    from sim.engine.compiled_clock import has_machine_code, keep_machine_code  # noqa: PLC0415

    if not has_machine_code():
        one = scenario.run.model_copy(update={"n_patients": 1})
        prepared = prepare(scenario.model_copy(update={"run": one}), 0)
        event_log(prepared, next(iter(scenario.strategies)), COMPILED)
        keep_machine_code()


def event_logs(scenario: Scenario, replication: int, clock: str = SIMPY) -> Iterator[tuple[str, Log, Cohort]]:
    """Yield strategy, event log and cohort for every strategy of one replication."""
    prepared = prepare(scenario, replication)
    for strategy in scenario.strategies:
        yield strategy, event_log(prepared, strategy, clock), prepared.cohort


def simulate_strategy(scenario: Scenario, strategy: str, replication: int) -> tuple[Log, Cohort]:
    """Return the event log and the cohort of one strategy in one replication."""
    prepared = prepare(scenario, replication)
    return event_log(prepared, strategy), prepared.cohort


def _list_size(prepared: Replication) -> tuple[int, int]:
    """Return kinds of visits and room for patients on the waiting list: none where all are booked ahead."""
    n_kinds = prepared.care.natural + len((PREPARATION, SCREENING))
    return n_kinds, prepared.cohort.n_patients if prepared.care.has_waiting_list else 0


def _hours(scenario: Scenario, cohort: Cohort, care: CarePlan) -> OpeningHours:
    last = int(cohort.referral_minutes.max()) + scenario.horizon_minutes
    n_days = last // MINUTES_PER_DAY + 2
    visits = [care.screening_needs, care.preparation_needs, care.integration_needs]
    visits += [treatment.needs for treatment in care.treatments]
    offered = [scenario.minutes_by_day(name, n_days) for name in scenario.resources]
    return opening_hours(np.array(offered, dtype=np.int64).reshape(-1, n_days).T, visits)
