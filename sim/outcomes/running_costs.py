"""Costs that run while something lasts: daily drugs, hospital stays, background care, lost production.

Undiscounted, in prices of ``economics.price_year``. Times are in days from day 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.economics import Category
from sim.domain.events import Event
from sim.outcomes.event_costs import kind_of
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.prices import Charges, PriceList
from sim.outcomes.states import STATES, StateIntervals
from sim.units import MINUTES_PER_DAY

_COURSE_ENDS = (
    Event.COURSE_STARTED, Event.NEXT_LINE, Event.REINDUCTION, Event.USUAL_CARE,
    Event.DROPPED_OUT, Event.STOPPED_FOR_HARM, Event.MAINTENANCE_ENDED,
)  # fmt: skip


class Flows(NamedTuple):
    """Costs that run at a constant rate over stretches of time.

    Parameters
    ----------
    patient : ndarray of int64, shape (n_stretches,)
        Whose costs they are.
    start, stop : ndarray, shape (n_stretches,)
        Ends of each stretch [days from day 0].
    kind : ndarray of int64, shape (n_stretches,)
        Position in the prices: that of the treatment or state among those of the patient's group of payers.
    charges : tuple of Charge
        What is charged for a day.
    """

    patient: IntArray
    start: FloatArray
    stop: FloatArray
    kind: IntArray
    charges: Charges


def running_costs(
    history: History, states: StateIntervals, cohort: Cohort, prices: PriceList
) -> Iterator[Flows]:
    """Yield all costs that run over time.

    Parameters
    ----------
    history : History
        Events by patient.
    states : StateIntervals
        Stretches in each clinical state, of the same patients.
    cohort : Cohort
        Patients' payers.
    prices : PriceList
        Unit costs of the scenario.

    Yields
    ------
    Flows
        A category may come more than once.
    """
    yield state_costs(states, cohort, prices)
    yield from course_costs(history, cohort, prices)


def state_costs(states: StateIntervals, cohort: Cohort, prices: PriceList) -> Flows:
    """Return what clinical states cost: background care and lost production.

    Parameters
    ----------
    states : StateIntervals
        Stretches in each clinical state.
    cohort : Cohort
        Patients' payers.
    prices : PriceList
        Unit costs of the scenario.

    Returns
    -------
    Flows
        Every stretch, also those of states that cost nothing.
    """
    kind = kind_of(states.state, prices.group[cohort.payer], states.patient, len(STATES))
    return Flows(states.patient, states.start, states.stop, kind, prices.state_day)


def course_costs(history: History, cohort: Cohort, prices: PriceList) -> Iterator[Flows]:
    """Yield the costs of courses: daily drugs until they end, hospital days until their last assessment.

    Parameters
    ----------
    history : History
        Events by patient.
    cohort : Cohort
        Patients' payers.
    prices : PriceList
        Unit costs of the scenario.

    Yields
    ------
    Flows
        One category at a time, and only courses that cost something.
    """
    if not prices.course_day:
        return
    bounds = history.rows(*_COURSE_ENDS)
    ends = history.until_next(bounds)
    begins = history.event[bounds] == Event.COURSE_STARTED
    rows, stop = bounds[begins], ends[begins]
    patient = history.patient[rows]
    group = prices.group[cohort.payer]
    kind = kind_of(history.treatment[rows], group, patient, prices.n_treatments)
    for charge in prices.course_day:
        charged = charge.price[kind] != 0
        if not charged.any():
            continue
        chosen, until = rows[charged], stop[charged]
        if charge.category is Category.HOSPITAL:
            until = np.minimum(_last_assessments(history, chosen), until)
        start, stop_day = history.time[chosen] / MINUTES_PER_DAY, until / MINUTES_PER_DAY
        yield Flows(patient[charged], start, stop_day, kind[charged], (charge,))


def _last_assessments(history: History, courses: IntArray) -> IntArray:
    """Return when each course was last assessed, or the patient's end when it was not [minutes]."""
    time = history.end[history.patient[courses]]
    assessed = history.rows(Event.ASSESSED)
    width = int(history.course.max(initial=0)) + 1
    key = history.patient[courses] * width + history.course[courses]
    asked = history.patient[assessed] * width + history.course[assessed]
    position = np.searchsorted(key, asked)
    known = position < len(key)
    known[known] = key[position[known]] == asked[known]
    time[position[known]] = history.time[assessed[known]]
    return time
