"""Costs that run while something lasts: daily drugs, hospital stays, background care, lost production.

Undiscounted, in prices of ``economics.price_year``. Times are in days from day 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.domain.economics import Category, Economics
from sim.domain.events import Event
from sim.domain.illness import ByState
from sim.domain.scenario import Scenario
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.prices import PriceList
from sim.outcomes.states import STATES, StateIntervals
from sim.units import DAYS_PER_YEAR, MINUTES_PER_DAY

_COURSE_ENDS = (
    Event.COURSE_STARTED, Event.NEXT_LINE, Event.REINDUCTION, Event.USUAL_CARE,
    Event.DROPPED_OUT, Event.STOPPED_FOR_HARM, Event.MAINTENANCE_ENDED,
)  # fmt: skip


class Flows(NamedTuple):
    """Costs of one category that run at a constant rate over stretches of time.

    Parameters
    ----------
    category : Category
        What they are for.
    patient : ndarray of int64, shape (n,)
        For whom.
    start, stop : ndarray, shape (n,)
        Ends of each stretch [days from day 0].
    cost, covered : ndarray, shape (n,)
        Cost per day, and the part of it an insurer pays [currency per day].
    """

    category: Category
    patient: IntArray
    start: FloatArray
    stop: FloatArray
    cost: FloatArray
    covered: FloatArray


def running_costs(
    history: History, states: StateIntervals, scenario: Scenario, prices: PriceList
) -> Iterator[Flows]:
    """Yield all costs that run over time.

    Parameters
    ----------
    history : History
        Events by patient.
    states : StateIntervals
        Stretches in each clinical state, of the same patients.
    scenario : Scenario
        Costs by state.
    prices : PriceList
        Unit costs of the same scenario.

    Yields
    ------
    Flows
        One category at a time.
    """
    economics, illness = scenario.economics, scenario.illness
    yield from _courses(history, prices)
    for category, amounts, covered in (
        (Category.BACKGROUND, illness.background_cost, economics.visit_covered.value),
        (Category.PRODUCTIVITY, illness.productivity_loss, 0),
    ):
        cost = _daily(amounts, economics)[states.state]
        yield Flows(category, states.patient, states.start, states.stop, cost, cost * covered)


def _daily(amounts: ByState, economics: Economics) -> FloatArray:
    """Return amounts per day by position of the state."""
    return np.array(
        [economics.in_prices_of_year(getattr(amounts, state)) / DAYS_PER_YEAR for state in STATES]
    )


def _courses(history: History, prices: PriceList) -> Iterator[Flows]:
    """Charge daily drugs until a course ends, and hospital days until its last assessment."""
    bounds = history.rows(*_COURSE_ENDS)
    ends = history.until_next(bounds)
    begins = history.event[bounds] == Event.COURSE_STARTED
    rows, stop = bounds[begins], ends[begins]
    treatment = history.treatment[rows]
    discharge = np.minimum(_last_assessments(history, rows), stop)
    for category, per_day, until in (
        (Category.DRUG, prices.drug_day[treatment], stop),
        (Category.HOSPITAL, prices.hospital_day[treatment], discharge),
    ):
        charged = per_day > 0
        chosen, cost = rows[charged], per_day[charged]
        yield Flows(
            category, history.patient[chosen], history.time[chosen] / MINUTES_PER_DAY,
            until[charged] / MINUTES_PER_DAY, cost, cost * prices.covered[treatment[charged]],
        )  # fmt: skip


def _last_assessments(history: History, courses: IntArray) -> IntArray:
    """Return when each course was last assessed, or the patient's end when it was not [minutes]."""
    time = history.end[history.patient[courses]]
    assessed = history.rows(Event.ASSESSED)
    width = int(history.course.max(initial=0)) + 1
    key = history.patient[courses] * width + history.course[courses]
    position = np.searchsorted(key, history.patient[assessed] * width + history.course[assessed])
    time[position] = history.time[assessed]
    return time
