"""Costs that fall at one moment: what each visit, session and adverse event costs, dated and categorized.

Undiscounted, in prices of ``economics.price_year``. Costs of lasting states are in `running_costs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.economics import Category
from sim.domain.events import Event
from sim.outcomes.harms import harm_totals
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.prices import Charge, Charges, PriceList

THERE_AND_BACK = 2


class Amount(NamedTuple):
    """How much each of some occasions takes of something, and what it costs.

    Parameters
    ----------
    units : ndarray, shape (n_occasions,), or None
        Units each takes; None = one.
    charges : tuple of Charge
        What is charged for a unit.
    """

    units: FloatArray | None
    charges: Charges


class Occasions(NamedTuple):
    """Moments at which something is charged.

    Parameters
    ----------
    time : ndarray of int64, shape (n_occasions,)
        When [minutes from day 0].
    kind : ndarray of int64, shape (n_occasions,), or None
        Position in the prices, such as that of the treatment; None = all are of one kind.
    amounts : tuple of Amount
        What is charged.
    """

    time: IntArray
    kind: IntArray | None
    amounts: tuple[Amount, ...]


def event_costs(history: History, cohort: Cohort, prices: PriceList) -> Iterator[Occasions]:
    """Yield all costs that fall at single moments.

    Parameters
    ----------
    history : History
        Events by patient.
    cohort : Cohort
        Patients' distances.
    prices : PriceList
        Unit costs of the scenario.

    Yields
    ------
    Occasions
        A category may come more than once.
    """
    referred = history.rows(Event.REFERRED)
    into_programme = referred[history.target[referred] > 0]
    yield _alike(history, into_programme, prices.setup)
    for event, charges in (
        (Event.SCREENED, prices.screening),
        (Event.SCREENING_MISSED, prices.missed_screening),
        (Event.PREPARED, prices.preparation),
        (Event.INTEGRATED, prices.integration),
    ):
        yield _alike(history, history.rows(event), charges)
    if prices.course:
        begun = history.rows(Event.COURSE_STARTED)
        yield Occasions(history.time[begun], history.treatment[begun], (Amount(None, prices.course),))
    yield from _sessions(history, cohort, prices)


def _alike(history: History, rows: IntArray, charges: Charges) -> Occasions:
    """Charge the same for each row."""
    return Occasions(history.time[rows], None, (Amount(None, charges),))


def _sessions(history: History, cohort: Cohort, prices: PriceList) -> Iterator[Occasions]:
    """Charge sessions, their drugs, the way there and adverse events; missed ones take staff all the same."""
    rows = history.rows(Event.SESSION)
    time, treatment = history.time[rows], history.treatment[rows]
    amounts = [Amount(None, prices.session)]
    if prices.dose:
        amounts.append(Amount(history.value[rows], prices.dose))
    if prices.mile:
        miles = THERE_AND_BACK * cohort.distance_miles[history.patient[rows]]
        amounts.append(Amount(miles, prices.mile))
    yield Occasions(time, treatment, tuple(amounts))
    missed = history.rows(Event.SESSION_MISSED)
    yield Occasions(history.time[missed], history.treatment[missed], (Amount(None, prices.missed_session),))
    reason = history.reason[rows]
    harmed = np.flatnonzero(reason)
    cost = harm_totals(reason[harmed], treatment[harmed], prices.harm_cost)
    charge = Charge(Category.ADVERSE_EVENTS, np.ones(1), np.full(1, prices.harm_covered))
    yield Occasions(time[harmed], None, (Amount(cost, (charge,)),))
