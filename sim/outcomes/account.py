"""The account of one strategy and replication: event log in, clinical results, costs and health out.

Nothing is discounted here and no perspective is taken: days and categories are kept, so that both can
be chosen afterwards without a new simulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.economics import CATEGORIES, Category
from sim.domain.illness import UtilityLine
from sim.domain.scenario import Scenario
from sim.outcomes.capacity import capacity_columns, capacity_counted
from sim.outcomes.clinical import clinical_counted, clinical_outcomes, first_course
from sim.outcomes.curves import curves_counted, weekly_curves
from sim.outcomes.demand import wanted_minutes
from sim.outcomes.event_costs import event_costs
from sim.outcomes.follow_up import day_of, follow_up_days
from sim.outcomes.history import FloatArray, History, IntArray, read_history
from sim.outcomes.prices import Charges, PriceList, price_list
from sim.outcomes.programme import resource_names, resource_use, weekly
from sim.outcomes.quality import lost_to_harms, quality_adjusted
from sim.outcomes.referral_waits import referral_wait_curves
from sim.outcomes.running_costs import course_costs, state_costs
from sim.outcomes.score_paths import ScoreChanges, depression_free_days, score_paths
from sim.outcomes.states import STATES, state_intervals
from sim.outcomes.tally import Counted, Tally, together
from sim.outcomes.totals import counts, sums, time_by_period, totals_of_changes, weighted
from sim.outcomes.visit_kinds import needs_of, visits_by_day
from sim.units import DAYS_PER_YEAR

_ROW_OF = {category: row for row, category in enumerate(CATEGORIES)}


@dataclass(frozen=True, slots=True)
class StrategyOutcome:
    """What one strategy achieved and cost in one replication.

    Parameters
    ----------
    strategy : str
        Key of the strategy.
    clinical : mapping
        Clinical columns by name; nan where undefined.
    cost, covered : ndarray, shape (n_categories, n_days)
        Mean cost per referred patient, undiscounted, and the part an insurer pays; categories as in
        `CATEGORIES` [currency].
    qaly, life_years : ndarray, shape (n_days,)
        Mean per referred patient, undiscounted [years].
    curves : mapping
        Weekly values by measure.
    resources : tuple of str
        Resources the strategy can draw on.
    used_minutes, offered_minutes, fillable_minutes, wanted_minutes : ndarray, shape (n_resources, n_weeks)
        By week from day 0 [minutes]; offered, and what whole visits can fill of it, are nan without a limit;
        wanted counts those who were never served too.
    """

    strategy: str
    clinical: Mapping[str, float]
    cost: FloatArray
    covered: FloatArray
    qaly: FloatArray
    life_years: FloatArray
    curves: Mapping[str, FloatArray]
    resources: tuple[str, ...]
    used_minutes: FloatArray
    offered_minutes: FloatArray
    fillable_minutes: FloatArray
    wanted_minutes: FloatArray


def account(log: NDArray[np.void], cohort: Cohort, scenario: Scenario, strategy: str) -> StrategyOutcome:
    """Turn the event log of one strategy and replication into outcomes.

    Parameters
    ----------
    log : ndarray of ``LOG_DTYPE``, shape (n_rows,)
        Event log in order of time.
    cohort : Cohort
        The patients it is about.
    scenario : Scenario
        Prices, utilities and definitions.
    strategy : str
        Key of the strategy that was simulated.

    Returns
    -------
    StrategyOutcome
        Means per referred patient.

    Raises
    ------
    ValueError
        If the log does not hold what `read_history` needs.
    """
    return outcome_of(tally(log, cohort, scenario, strategy), scenario)


def tally(log: NDArray[np.void], cohort: Cohort, scenario: Scenario, strategy: str) -> Tally:
    """Count what happened to some patients of a strategy, so that parts of a cohort add up.

    Parameters
    ----------
    log, cohort, scenario, strategy
        As for `account`; the patients may be a part of a cohort that does not compete for places with
        the rest, numbered from 0, with the same day 0.

    Returns
    -------
    Tally
        To be merged with others by `sim.outcomes.tally.merged`.

    Notes
    -----
    What happens in the very moment a part's follow-up ends counts for the part's last day. Parts of
    about 10,000 patients are quickest: larger ones leave the processor's cache.
    """
    history = read_history(log, cohort.n_patients)
    prices, definitions = price_list(scenario), scenario.illness.definitions
    paths, states = score_paths(history), state_intervals(history)
    changes = paths.changes()
    n_days = follow_up_days(cohort, scenario)
    course = first_course(history, definitions.relapse.value)
    kind, n_kinds = state_costs(states, cohort, prices).kind, prices.n_groups * len(STATES)
    days = time_by_period(states.start, states.stop, n_periods=n_days, group=kind, n_groups=n_kinds)
    held, wished = visits_by_day(history, len(scenario.treatments), n_days)
    needs = needs_of(scenario, resource_names(scenario, strategy))
    counted = [
        clinical_counted(history, cohort, course),
        curves_counted(history, cohort, changes, states, scenario),
        capacity_counted(history, wished, cohort, scenario, strategy),
        Counted(
            counts={"depression_free_days": depression_free_days(paths, definitions)},
            sums={
                "cost": _costs(history, cohort, prices, days),
                "health": _health(history, changes, scenario.illness.utility, prices, days),
                "used_minutes": weighted(needs, held),
            },
        ),
    ]
    return Tally(strategy, n_days, together(counted))


def outcome_of(whole: Tally, scenario: Scenario) -> StrategyOutcome:
    """Turn what was counted of a whole cohort into outcomes.

    Parameters
    ----------
    whole : Tally
        Of all patients of a replication.
    scenario : Scenario
        The scenario it was counted in.

    Returns
    -------
    StrategyOutcome
        Means per referred patient.
    """
    counted = whole.counted
    n_patients = counted.counts["n_patients"]
    use = resource_use(counted.sums["used_minutes"], scenario, whole.strategy)
    cost, covered = counted.sums["cost"] / n_patients
    cost[_ROW_OF[Category.IDLE_CAPACITY]] += use.idle_cost / n_patients
    qaly, life_years = counted.sums["health"] / n_patients
    free_days = counted.counts["depression_free_days"] / n_patients
    return StrategyOutcome(
        strategy=whole.strategy,
        clinical={
            **clinical_outcomes(counted),
            **capacity_columns(counted, scenario, n_patients),
            "depression_free_days": free_days,
        },
        cost=cost,
        covered=covered,
        qaly=qaly,
        life_years=life_years,
        curves={**weekly_curves(counted, scenario), **referral_wait_curves(counted)},
        resources=use.names,
        used_minutes=weekly(use.used),
        offered_minutes=weekly(use.offered),
        fillable_minutes=weekly(use.fillable),
        wanted_minutes=weekly(wanted_minutes(counted, scenario, whole.strategy)),
    )


def _costs(history: History, cohort: Cohort, prices: PriceList, state_days: FloatArray) -> FloatArray:
    """Add up costs and their covered parts by category and day; shape (2, n_categories, n_days)."""
    n_days = state_days.shape[1]
    total = np.zeros((2, len(CATEGORIES), n_days))
    for occasions in event_costs(history, cohort, prices):
        day = day_of(occasions.time, n_days)
        cell = day if occasions.kind is None else occasions.kind * n_days + day
        for units, charges in occasions.amounts:
            if len(cell) and charges:
                _charge(total, charges, _by_kind_and_day(cell, units, charges, n_days))
    for flows in course_costs(history, cohort, prices):
        n_kinds = len(flows.charges[0].price)
        days = time_by_period(flows.start, flows.stop, n_periods=n_days, group=flows.kind, n_groups=n_kinds)
        _charge(total, flows.charges, days)
    _charge(total, prices.state_day, state_days)
    return total


def _by_kind_and_day(cell: IntArray, units: FloatArray | None, charges: Charges, n_days: int) -> FloatArray:
    """Add up units, or count occasions, by kind and day, given as one number."""
    n_kinds = len(charges[0].price)
    size = n_kinds * n_days
    amount = counts(cell, size) if units is None else sums(cell, units, size)
    return amount.reshape(n_kinds, n_days)


def _charge(total: FloatArray, charges: Charges, units: FloatArray) -> None:
    """Add what units, by kind and day, cost to the totals."""
    kinds = np.flatnonzero(units.any(axis=1))
    for charge in charges:
        row = _ROW_OF[charge.category]
        for kind in kinds:
            if charge.price[kind]:
                total[0, row] += charge.price[kind] * units[kind]
            if charge.covered[kind]:
                total[1, row] += charge.covered[kind] * units[kind]


def _health(
    history: History, changes: ScoreChanges, utility: UtilityLine, prices: PriceList, state_days: FloatArray
) -> FloatArray:
    """Add up QALYs and life-years by day, over all patients; shape (2, n_days)."""
    n_days = state_days.shape[1]
    alive = state_days.sum(axis=0)
    score = totals_of_changes(changes.at, changes.jump, changes.bend, n_days)
    score[alive == 0] = 0
    rows, lost = lost_to_harms(history, prices)
    loss = sums(day_of(history.time[rows], n_days), lost, n_days)
    qaly = quality_adjusted(alive, score, utility) - loss
    return np.stack([qaly, alive / DAYS_PER_YEAR])
