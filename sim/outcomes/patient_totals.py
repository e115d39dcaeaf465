"""What each patient cost and gained, by category and year: the flows of `account`, patient by patient.

Undiscounted. Years are counted from day 0 of the calendar and begin with a whole day, so that every day of
the flows by day lies in one of them. Idle capacity belongs to no patient and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.columns import COLUMNS
from sim.domain.economics import Category
from sim.domain.scenario import Scenario
from sim.outcomes.clinical import achieved, first_course
from sim.outcomes.event_costs import event_costs
from sim.outcomes.follow_up import day_of, follow_up_days, year_bounds, year_of
from sim.outcomes.history import BoolArray, FloatArray, History, IntArray
from sim.outcomes.prices import Charge, PriceList, price_list
from sim.outcomes.quality import lost_to_harms, quality_adjusted
from sim.outcomes.running_costs import running_costs
from sim.outcomes.score_paths import ScorePaths, free_days, score_days, score_paths
from sim.outcomes.states import StateIntervals, state_intervals
from sim.outcomes.totals import sums
from sim.units import DAYS_PER_YEAR

_ROW_OF = {category: row for row, category in enumerate(Category)}
_BY_YEAR = ("cost", "covered", "qaly", "life_years")


@dataclass(frozen=True, slots=True)
class PatientTotals:
    """What one strategy cost and achieved in one replication, for each patient.

    Parameters
    ----------
    strategy : str
        Key of the strategy.
    cost, covered : ndarray, shape (n_patients, n_categories, n_years)
        Undiscounted cost, and the part an insurer pays; categories in the order of `Category` [currency].
    qaly, life_years : ndarray, shape (n_patients, n_years)
        Undiscounted health [years].
    started, responded, remitted : ndarray of bool, shape (n_patients,)
        Whether a treatment was started, and how its first course ended.
    depression_free_days : ndarray, shape (n_patients,)
        As `sim.outcomes.score_paths.depression_free_days` defines them [days].
    age_years, severity, distance_miles : ndarray, shape (n_patients,)
        At referral, as in `Cohort`.
    failed_trials, payer : ndarray of int64, shape (n_patients,)
        As in `Cohort`.
    """

    strategy: str
    cost: FloatArray
    covered: FloatArray
    qaly: FloatArray
    life_years: FloatArray
    started: BoolArray
    responded: BoolArray
    remitted: BoolArray
    depression_free_days: FloatArray
    age_years: FloatArray
    severity: FloatArray
    distance_miles: FloatArray
    failed_trials: IntArray
    payer: IntArray


class _Lump(NamedTuple):
    """Units of one charge by patient and year, each given as one cell."""

    charge: Charge
    cell: IntArray
    kind: IntArray | None
    units: FloatArray | None


def patient_totals(history: History, cohort: Cohort, scenario: Scenario, strategy: str) -> PatientTotals:
    """Add up costs and health of each patient.

    Parameters
    ----------
    history : History
        Events of one strategy and replication, by patient.
    cohort : Cohort
        The patients it is about; may be a part of a cohort, as for `sim.outcomes.account.tally`.
    scenario : Scenario
        Prices, utilities and definitions.
    strategy : str
        Key of the strategy that was simulated.

    Returns
    -------
    PatientTotals
        Summed over patients and divided by their number, the flows and health of
        `sim.outcomes.account.account` summed by year, but for idle capacity.
    """
    prices, definitions = price_list(scenario), scenario.illness.definitions
    paths, states = score_paths(history), state_intervals(history)
    bounds = year_bounds(follow_up_days(cohort, scenario))
    cost, covered = _money(history, states, cohort, prices, bounds)
    qaly, life_years = _health(history, states, paths, scenario, bounds)
    started, responded, remitted = achieved(history, first_course(history, definitions.relapse.value))
    moving, at_rest = free_days(paths, definitions)
    return PatientTotals(
        strategy=strategy, cost=cost, covered=covered, qaly=qaly, life_years=life_years,
        started=started, responded=responded, remitted=remitted,
        depression_free_days=sums(paths.patient, moving + at_rest, history.n_patients),
        age_years=cohort.age_years, severity=cohort.severity, distance_miles=cohort.distance_miles,
        failed_trials=cohort.failed_trials, payer=cohort.payer,
    )  # fmt: skip


def joined_totals(parts: Sequence[PatientTotals]) -> PatientTotals:
    """Join the totals of parts of a cohort, in order.

    Parameters
    ----------
    parts : sequence of PatientTotals
        Of one strategy; a part that ends early has fewer years.

    Returns
    -------
    PatientTotals
        Of all patients; years without anything count 0.
    """
    n_years = max(part.qaly.shape[-1] for part in parts)
    columns: dict[str, Any] = {}
    for name in (field.name for field in fields(PatientTotals) if field.name != "strategy"):
        pieces = [getattr(part, name) for part in parts]
        if name in _BY_YEAR:
            pieces = [_with_years(piece, n_years) for piece in pieces]
        columns[name] = np.concatenate(pieces)
    return replace(parts[0], **columns)


def patient_columns(totals: Sequence[PatientTotals]) -> dict[str, list[dict[str, Any]]]:
    """Return the columns of the frames of single patients, but for their keys.

    Parameters
    ----------
    totals : sequence of PatientTotals
        Of each strategy and replication.

    Returns
    -------
    dict
        By frame, columns of each of them, as `sim.domain.columns.COLUMNS` names them.
    """
    return {
        "patients": [_who(one) for one in totals],
        "patient_flows": [_flows(one) for one in totals],
        "patient_health": [_health_rows(one) for one in totals],
    }


def _who(totals: PatientTotals) -> dict[str, Any]:
    """Return what each patient brought and achieved."""
    names = [name for name in COLUMNS["patients"] if name in PatientTotals.__slots__]
    columns = {name: getattr(totals, name) for name in names if name != "strategy"}
    columns["failed_trials"] = columns["failed_trials"].astype(np.int32)
    return columns | {"patient": np.arange(len(totals.payer), dtype=np.int32)}


def _flows(totals: PatientTotals) -> dict[str, Any]:
    """Return the years and categories in which a patient cost something."""
    cell = np.nonzero((totals.cost != 0) | (totals.covered != 0))
    patient, category, year = cell
    return {
        "patient": patient.astype(np.int32),
        "category": category,
        "year": year.astype(np.int16),
        "cost": totals.cost[cell],
        "covered": totals.covered[cell],
    }


def _health_rows(totals: PatientTotals) -> dict[str, Any]:
    """Return the health of each patient in every year."""
    n_patients, n_years = totals.qaly.shape
    return {
        "patient": np.repeat(np.arange(n_patients, dtype=np.int32), n_years),
        "year": np.tile(np.arange(n_years, dtype=np.int16), n_patients),
        "qaly": totals.qaly.ravel(),
        "life_years": totals.life_years.ravel(),
    }


def _with_years(amount: FloatArray, n_years: int) -> FloatArray:
    """Add years without anything at the end of the last axis."""
    missing = [(0, 0)] * (amount.ndim - 1) + [(0, n_years - amount.shape[-1])]
    return np.pad(amount, missing)


def _money(
    history: History, states: StateIntervals, cohort: Cohort, prices: PriceList, bounds: IntArray
) -> FloatArray:
    """Add up costs and their covered parts; shape (2, n_patients, n_categories, n_years)."""
    shape = (history.n_patients, len(bounds) - 1)
    total = np.zeros((2, len(_ROW_OF), *shape))
    lumps = (
        *_at_moments(history, cohort, prices, bounds),
        *_over_time(history, states, cohort, prices, bounds),
    )
    for charge, cell, kind, units in lumps:
        for by_whom, price in enumerate((charge.price, charge.covered)):
            if price.any():
                each = price[np.zeros_like(cell) if kind is None else kind]
                amount = each if units is None else each * units
                total[by_whom, _ROW_OF[charge.category]] += sums(cell, amount, shape[0] * shape[1]).reshape(
                    shape
                )
    return np.swapaxes(total, 1, 2)


def _at_moments(history: History, cohort: Cohort, prices: PriceList, bounds: IntArray) -> Iterator[_Lump]:
    """Yield what falls at single moments."""
    n_days, n_years = int(bounds[-1]), len(bounds) - 1
    for occasions in event_costs(history, cohort, prices):
        cell = occasions.patient * n_years + year_of(day_of(occasions.time, n_days))
        for units, charges in occasions.amounts:
            for charge in charges:
                yield _Lump(charge, cell, occasions.kind, units)


def _over_time(
    history: History, states: StateIntervals, cohort: Cohort, prices: PriceList, bounds: IntArray
) -> Iterator[_Lump]:
    """Yield what runs over time, year by year."""
    n_years = len(bounds) - 1
    for flows in running_costs(history, states, cohort, prices):
        for year in range(n_years):
            days = _overlap(flows.start, flows.stop, bounds, year)
            cell = flows.patient * n_years + year
            for charge in flows.charges:
                yield _Lump(charge, cell, flows.kind, days)


def _health(
    history: History, states: StateIntervals, paths: ScorePaths, scenario: Scenario, bounds: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Add up QALYs and life-years; each of shape (n_patients, n_years)."""
    n_patients, n_years = history.n_patients, len(bounds) - 1
    alive, score = np.zeros((n_patients, n_years)), np.zeros((n_patients, n_years))
    for year in range(n_years):
        days = _overlap(states.start, states.stop, bounds, year)
        alive[:, year] = sums(states.patient, days, n_patients)
        area = score_days(paths, float(bounds[year]), float(bounds[year + 1]))
        score[:, year] = sums(paths.patient, area, n_patients)
    rows, lost = lost_to_harms(history, price_list(scenario))
    cell = history.patient[rows] * n_years + year_of(day_of(history.time[rows], int(bounds[-1])))
    loss = sums(cell, lost, n_patients * n_years).reshape(n_patients, n_years)
    utility = scenario.illness.utility
    return quality_adjusted(alive, score, utility) - loss, alive / DAYS_PER_YEAR


def _overlap(start: FloatArray, stop: FloatArray, bounds: IntArray, year: int) -> FloatArray:
    """Return the days of each stretch that lie in a year."""
    first, last = float(bounds[year]), float(bounds[year + 1])
    return np.asarray(np.clip(last, start, stop) - np.clip(first, start, stop))
