"""Costs that fall at one moment: what each visit, session and adverse event costs, dated and categorized.

Undiscounted, in prices of ``economics.price_year``. Costs of lasting states are in `running_costs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.domain.clinic import Visit
from sim.domain.cohort import Cohort
from sim.domain.economics import Category
from sim.domain.events import Event
from sim.domain.scenario import Scenario
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.prices import PriceList, harm_totals, staff_cost
from sim.units import MINUTES_PER_HOUR

THERE_AND_BACK = 2


class Lumps(NamedTuple):
    """Costs of one category that fall at single moments.

    Parameters
    ----------
    category : Category
        What they are for.
    time : ndarray of int64, shape (n,)
        When they fall [minutes from day 0].
    patient : ndarray of int64, shape (n,)
        For whom.
    cost, covered : ndarray, shape (n,)
        Amount, and the part of it an insurer pays [currency].
    """

    category: Category
    time: IntArray
    patient: IntArray
    cost: FloatArray
    covered: FloatArray


@dataclass(frozen=True, slots=True)
class _Ledger:
    """Turn rows of the log into lumps."""

    history: History
    cohort: Cohort
    scenario: Scenario
    prices: PriceList

    def enter(
        self, category: Category, rows: IntArray, cost: FloatArray | float, covered: FloatArray | float = 0
    ) -> Lumps:
        """Charge an amount for each row, of which a share is covered."""
        amount = np.broadcast_to(np.asarray(cost, dtype=np.float64), rows.shape)
        return Lumps(category, self.history.time[rows], self.history.patient[rows], amount, amount * covered)


def event_costs(history: History, cohort: Cohort, scenario: Scenario, prices: PriceList) -> Iterator[Lumps]:
    """Yield all costs that fall at single moments.

    Parameters
    ----------
    history : History
        Events by patient.
    cohort : Cohort
        Patients' distances.
    scenario : Scenario
        Prices and needs.
    prices : PriceList
        Unit costs of the same scenario.

    Yields
    ------
    Lumps
        Of one category at a time; a category may come more than once.
    """
    ledger = _Ledger(history, cohort, scenario, prices)
    care, setup = scenario.care, scenario.economics.setup
    yield ledger.enter(Category.SETUP, _into_programme(history), scenario.economics.in_prices_of_year(setup))
    yield from _visits(
        ledger, care.screening, Category.SCREENING, (Event.SCREENED,), (Event.SCREENING_MISSED,)
    )
    if care.preparation is not None:
        yield from _visits(ledger, care.preparation, Category.INTEGRATION, (Event.PREPARED,))
    if care.integration is not None:
        yield from _visits(ledger, care.integration, Category.INTEGRATION, (Event.INTEGRATED,))
    yield from _sessions(ledger)
    yield from _time_and_travel(ledger)


def _into_programme(history: History) -> IntArray:
    """Return the rows of referrals into a pathway with lines of treatment."""
    referred = history.rows(Event.REFERRED)
    treated: IntArray = referred[history.target[referred] > 0]
    return treated


def _visits(
    ledger: _Ledger, visit: Visit, category: Category, held: tuple[Event, ...], missed: tuple[Event, ...] = ()
) -> Iterator[Lumps]:
    """Charge visits of the programme; missed ones take staff all the same."""
    economics = ledger.scenario.economics
    rows = ledger.history.rows(*held)
    patient_hours = visit.patient_minutes.value / MINUTES_PER_HOUR
    yield ledger.enter(
        category, rows, economics.in_prices_of_year(visit.price), economics.visit_covered.value
    )
    yield ledger.enter(
        Category.PATIENT_TIME, rows, patient_hours * economics.in_prices_of_year(economics.patient_hour)
    )
    yield ledger.enter(
        Category.STAFF, ledger.history.rows(*held, *missed), staff_cost(ledger.scenario, visit)
    )


def _sessions(ledger: _Ledger) -> Iterator[Lumps]:
    """Charge sessions, their drugs, staff and adverse events."""
    history, prices = ledger.history, ledger.prices
    taken = history.rows(Event.SESSION, Event.SESSION_MISSED)
    yield ledger.enter(Category.STAFF, taken, prices.staff[history.treatment[taken]])
    rows = history.rows(Event.SESSION)
    treatment, dose = history.treatment[rows], history.value[rows]
    outpatient = prices.is_outpatient[treatment]
    for category, chosen in ((Category.VISITS, outpatient), (Category.SESSION, ~outpatient)):
        which = treatment[chosen]
        yield ledger.enter(category, rows[chosen], prices.session[which], prices.covered[which])
    yield ledger.enter(Category.DRUG, rows, prices.drug_session[treatment] * dose, prices.covered[treatment])
    yield ledger.enter(Category.PROGRAMME_DRUG, rows, prices.programme_drug[treatment] * dose)
    harmed = rows[history.reason[rows] != 0]
    harm_cost = harm_totals(history.reason[harmed], history.treatment[harmed], prices.harm_cost)
    yield ledger.enter(
        Category.ADVERSE_EVENTS, harmed, harm_cost, ledger.scenario.economics.visit_covered.value
    )


def _time_and_travel(ledger: _Ledger) -> Iterator[Lumps]:
    """Charge the patient's and companion's time and the way to sessions away from home.

    Screening, preparation and integration are visits by telehealth, without travel. A companion's hours
    hold the drive already.
    """
    history, prices, economics = ledger.history, ledger.prices, ledger.scenario.economics
    rows = history.rows(Event.SESSION)
    treatment = history.treatment[rows]
    miles = (
        THERE_AND_BACK * ledger.cohort.distance_miles[history.patient[rows]] * prices.has_travel[treatment]
    )
    travel_hours = miles / economics.driving_speed.value
    patient_hours = prices.patient_hours[treatment] + travel_hours
    companion_hours = prices.companion_hours[treatment]
    yield ledger.enter(Category.TRAVEL, rows, miles * economics.in_prices_of_year(economics.mile))
    yield ledger.enter(
        Category.PATIENT_TIME, rows, patient_hours * economics.in_prices_of_year(economics.patient_hour)
    )
    yield ledger.enter(
        Category.COMPANION_TIME, rows, companion_hours * economics.in_prices_of_year(economics.companion_hour)
    )
