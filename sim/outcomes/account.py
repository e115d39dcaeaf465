"""The account of one strategy and replication: event log in, clinical results, costs and health out.

Nothing is discounted here and no perspective is taken: days and categories are kept, so that both can
be chosen afterwards without a new simulation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.cohort import Cohort
from sim.domain.economics import Category
from sim.domain.events import Event
from sim.domain.illness import UtilityLine
from sim.domain.scenario import Scenario
from sim.outcomes.clinical import clinical_outcomes, first_course
from sim.outcomes.curves import course_of_illness, relapse_free, weekly_waits
from sim.outcomes.event_costs import Lumps, event_costs
from sim.outcomes.follow_up import day_of, follow_up_days, follow_up_weeks
from sim.outcomes.history import FloatArray, History, read_history
from sim.outcomes.prices import PriceList, harm_totals, price_list
from sim.outcomes.programme import resource_use, weekly
from sim.outcomes.running_costs import Flows, running_costs
from sim.outcomes.score_paths import ScorePaths, depression_free_days, score_paths
from sim.outcomes.states import StateIntervals, state_intervals
from sim.outcomes.totals import sums, totals_by_period
from sim.units import DAYS_PER_YEAR

CATEGORIES = tuple(Category)
"""Cost categories in the order of their position in arrays."""


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
    used_minutes, offered_minutes : ndarray, shape (n_resources, n_weeks)
        By week from day 0; offered is nan without a limit [minutes].
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
    history = read_history(log, cohort.n_patients)
    prices = price_list(scenario)
    paths, states = score_paths(history), state_intervals(history)
    course = first_course(history, scenario.illness.definitions.relapse.value)
    n_days, n_weeks = follow_up_days(cohort, scenario), follow_up_weeks(scenario)
    use = resource_use(history, scenario, strategy, n_days)
    lumps = event_costs(history, cohort, scenario, prices)
    cost, covered = _add_up(lumps, running_costs(history, states, scenario, prices), n_days)
    cost[CATEGORIES.index(Category.IDLE_CAPACITY)] += use.idle_cost
    qaly, life_years = _health(history, paths, states, scenario.illness.utility, prices, n_days)
    free_days = depression_free_days(paths, scenario.illness.definitions) / cohort.n_patients
    return StrategyOutcome(
        strategy=strategy,
        clinical={**clinical_outcomes(history, cohort, course), "depression_free_days": free_days},
        cost=cost / cohort.n_patients,
        covered=covered / cohort.n_patients,
        qaly=qaly / cohort.n_patients,
        life_years=life_years / cohort.n_patients,
        curves={
            **course_of_illness(cohort, paths, states, n_weeks),
            "relapse_free": relapse_free(course, n_weeks),
            **weekly_waits(history, cohort, n_days),
        },
        resources=use.names,
        used_minutes=weekly(use.used),
        offered_minutes=weekly(use.offered),
    )


def _add_up(lumps: Iterable[Lumps], flows: Iterable[Flows], n_days: int) -> tuple[FloatArray, FloatArray]:
    """Add up costs and their covered parts by category and day, over all patients."""
    cost = np.zeros((len(CATEGORIES), n_days))
    covered = np.zeros((len(CATEGORIES), n_days))
    for lump in lumps:
        row, day = CATEGORIES.index(lump.category), day_of(lump.time, n_days)
        cost[row] += sums(day, lump.cost, n_days)
        if lump.covered.any():
            covered[row] += sums(day, lump.covered, n_days)
    for flow in flows:
        row = CATEGORIES.index(flow.category)
        cost[row] += totals_by_period(flow.start, flow.stop, flow.cost, n_periods=n_days)[0]
        if flow.covered.any():
            covered[row] += totals_by_period(flow.start, flow.stop, flow.covered, n_periods=n_days)[0]
    return cost, covered


def _health(
    history: History,
    paths: ScorePaths,
    states: StateIntervals,
    utility: UtilityLine,
    prices: PriceList,
    n_days: int,
) -> tuple[FloatArray, FloatArray]:
    """Add up QALYs and life-years by day, over all patients."""
    score = totals_by_period(paths.start, paths.stop, paths.score, n_periods=n_days, slope=paths.slope)[0]
    alive = totals_by_period(states.start, states.stop, np.ones(len(states.start)), n_periods=n_days)[0]
    sessions = history.rows(Event.SESSION)
    harmed = sessions[history.reason[sessions] != 0]
    lost = harm_totals(history.reason[harmed], history.treatment[harmed], prices.harm_loss)
    loss = sums(day_of(history.time[harmed], n_days), lost, n_days)
    qaly = (utility.at_zero.value * alive + utility.per_point.value * score) / DAYS_PER_YEAR - loss
    return qaly, alive / DAYS_PER_YEAR
