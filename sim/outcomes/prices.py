"""Unit costs of a scenario as arrays by treatment or state, all in prices of ``economics.price_year``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.domain.clinic import Visit
from sim.domain.economics import Category
from sim.domain.illness import ByState
from sim.domain.parameters import Money
from sim.domain.remembered import remembered
from sim.domain.scenario import Scenario
from sim.domain.treatments import Setting, Treatment
from sim.outcomes.coverage import Coverage, coverage
from sim.outcomes.harms import amounts_by_set, qaly_loss
from sim.outcomes.history import FloatArray, IntArray
from sim.outcomes.states import STATES
from sim.units import DAYS_PER_YEAR, MINUTES_PER_HOUR

_TRAVELLED_TO = frozenset({Setting.CLINIC, Setting.OUTPATIENT})
"""In-patients stay where they are treated; screening, preparation and integration are by telehealth."""


class Charge(NamedTuple):
    """What one unit of something costs, by kind, such as by treatment.

    Parameters
    ----------
    category : Category
        What the money is for.
    price, covered : ndarray, shape (n_kinds,)
        Cost of a unit, and the part of it an insurer pays [currency].
    """

    category: Category
    price: FloatArray
    covered: FloatArray


Charges = tuple[Charge, ...]
"""All that is charged for a unit; what costs nothing is left out."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """What one unit of each thing costs; treatments in file order, states as in `STATES`.

    What an insurer pays a part of has its kinds once for every group of payers, one group after the other.

    Parameters
    ----------
    group : ndarray of int64, shape (n_payers,)
        Group of each payer, as `sim.outcomes.coverage.Coverage` has it.
    setup : tuple of Charge
        Of a patient referred into a pathway with lines of treatment; of one kind.
    screening, missed_screening, preparation, integration : tuple of Charge
        Of a visit of one kind.
    course : tuple of Charge
        Of the tests before a course, by treatment.
    session, missed_session, dose, mile : tuple of Charge
        Of a session, its drug at the first dose, and a mile of the way there, by treatment.
    harm_cost, harm_loss : ndarray, shape (n_parts, n_treatments, n_sets)
        Cost [currency] and loss of health [QALY] of every set of adverse events, for `harm_totals`.
    harm : tuple of Charge
        Of a unit of the cost of adverse events.
    course_day : tuple of Charge
        Of a day of daily drugs or in hospital, by treatment [currency per day].
    state_day : tuple of Charge
        Of a day lived in a state [currency per day].
    """

    group: IntArray
    setup: Charges
    screening: Charges
    missed_screening: Charges
    preparation: Charges
    integration: Charges
    course: Charges
    session: Charges
    missed_session: Charges
    dose: Charges
    mile: Charges
    harm_cost: FloatArray
    harm_loss: FloatArray
    harm: Charges
    course_day: Charges
    state_day: Charges

    @property
    def n_groups(self) -> int:
        """Number of groups of payers."""
        return int(self.group.max()) + 1

    @property
    def n_treatments(self) -> int:
        """Number of treatments."""
        return int(self.harm_cost.shape[1])


@remembered
def price_list(scenario: Scenario) -> PriceList:
    """Return the unit costs of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Where the prices stand.

    Returns
    -------
    PriceList
        In prices of ``economics.price_year``.
    """
    economics, care = scenario.economics, scenario.care
    treatments = tuple(scenario.treatments.values())
    money = economics.in_prices_of_year
    insured = coverage(scenario)
    return PriceList(
        group=insured.group,
        setup=_charges([(Category.SETUP, np.array([money(economics.setup)]), 0)]),
        screening=_visit(scenario, care.screening, Category.SCREENING, insured),
        missed_screening=_charges([(Category.STAFF, np.array([staff_cost(scenario, care.screening)]), 0)]),
        preparation=_visit(scenario, care.preparation, Category.INTEGRATION, insured),
        integration=_visit(scenario, care.integration, Category.INTEGRATION, insured),
        course=_charges([_monitoring(scenario, treatments, "monitoring_course", insured)], insured.n_groups),
        **_sessions(scenario, treatments, insured),
        harm_cost=amounts_by_set(treatments, lambda harm: money(harm.cost)),
        harm_loss=amounts_by_set(treatments, qaly_loss),
        harm=_charges([(Category.ADVERSE_EVENTS, np.ones(1), insured.visits)], insured.n_groups),
        course_day=_course_days(scenario, treatments, insured),
        state_day=_state_days(scenario, insured),
    )


def staff_cost(scenario: Scenario, visit: Visit) -> float:
    """Return the cost of the staff and places one visit takes [currency]."""
    money = scenario.economics.in_prices_of_year
    return sum(
        minutes / MINUTES_PER_HOUR * money(scenario.resources[name].cost)
        for name, minutes in visit.whole_minutes.items()
    )


def _visit(scenario: Scenario, visit: Visit | None, category: Category, insured: Coverage) -> Charges:
    """Charge a visit by telehealth: its price, the patient's time and the staff."""
    if visit is None:
        return ()
    economics = scenario.economics
    money = economics.in_prices_of_year
    hours = visit.patient_minutes.value / MINUTES_PER_HOUR
    return _charges(
        [
            (category, np.array([money(visit.price)]), insured.visits),
            (Category.PATIENT_TIME, np.array([hours * money(economics.patient_hour)]), 0),
            (Category.STAFF, np.array([staff_cost(scenario, visit)]), 0),
        ],
        insured.n_groups,
    )


def _sessions(scenario: Scenario, treatments: tuple[Treatment, ...], insured: Coverage) -> dict[str, Charges]:
    """Charge sessions, their drugs and the way to them.

    A companion's hours hold the drive already.
    """
    economics = scenario.economics
    money = economics.in_prices_of_year
    price = _each(treatments, lambda t: money(t.session.price))
    covered, n_groups = insured.treatments, insured.n_groups
    staff = _each(treatments, lambda t: staff_cost(scenario, t.session))
    outpatient = np.array([t.setting is Setting.OUTPATIENT for t in treatments])
    travelled = np.array([t.setting in _TRAVELLED_TO for t in treatments])
    patient_hours = _each(
        treatments, lambda t: t.session.patient_minutes.value / MINUTES_PER_HOUR + t.recovery_hours.value
    )
    companion_hours = _each(treatments, lambda t: t.companion_hours.value)
    patient_hour = money(economics.patient_hour)
    drug = _each(treatments, lambda t: money(t.prices.drug_session))
    missed = (Category.STAFF, staff, 0)
    return {
        "session": _charges(
            [
                missed,
                (Category.VISITS, price * outpatient, covered),
                (Category.SESSION, price * ~outpatient, covered),
                _monitoring(scenario, treatments, "monitoring_session", insured),
                (Category.PATIENT_TIME, patient_hours * patient_hour, 0),
                (Category.COMPANION_TIME, companion_hours * money(economics.companion_hour), 0),
            ],
            n_groups,
        ),
        "missed_session": _charges([missed]),
        "dose": _charges(
            [
                (Category.DRUG, drug, covered),
                (Category.REBATE, -drug * covered * _rebates(treatments), 1),
                (Category.PROGRAMME_DRUG, _each(treatments, lambda t: money(t.prices.programme_drug)), 0),
            ],
            n_groups,
        ),
        "mile": _charges(
            [
                (Category.TRAVEL, travelled * money(economics.mile), 0),
                (Category.PATIENT_TIME, travelled * (patient_hour / economics.driving_speed.value), 0),
            ],
            n_groups,
        ),
    }


def _course_days(scenario: Scenario, treatments: tuple[Treatment, ...], insured: Coverage) -> Charges:
    """Charge daily drugs and hospital stays."""
    money = scenario.economics.in_prices_of_year
    hospital = _each(treatments, lambda t: money(t.prices.hospital_day) if t.prices.hospital_day else 0)
    drug = _each(treatments, lambda t: money(t.prices.drug_day))
    return _charges(
        [
            (Category.DRUG, drug, insured.treatments),
            (Category.REBATE, -drug * insured.treatments * _rebates(treatments), 1),
            (Category.HOSPITAL, hospital, insured.treatments),
        ],
        insured.n_groups,
    )


def _monitoring(
    scenario: Scenario, treatments: tuple[Treatment, ...], name: str, insured: Coverage
) -> tuple[Category, FloatArray, FloatArray]:
    """Price tests of one kind by treatment; insurers pay their share as for visits."""
    money = scenario.economics.in_prices_of_year
    paid: list[Money | None] = [getattr(treatment.prices, name) for treatment in treatments]
    price = np.array([0.0 if amount is None else money(amount) for amount in paid])
    return Category.MONITORING, price, insured.visits


def _rebates(treatments: tuple[Treatment, ...]) -> FloatArray:
    """Return the share of the covered list price that comes back, by treatment."""
    return _each(treatments, lambda t: t.prices.rebate.value if t.prices.rebate else 0)


def _state_days(scenario: Scenario, insured: Coverage) -> Charges:
    """Charge background care and lost production."""
    economics, illness = scenario.economics, scenario.illness

    def daily(amounts: ByState) -> FloatArray:
        yearly = [economics.in_prices_of_year(getattr(amounts, state)) for state in STATES]
        return np.array(yearly) / DAYS_PER_YEAR

    return _charges(
        [
            (Category.BACKGROUND, daily(illness.background_cost), insured.visits),
            (Category.PRODUCTIVITY, daily(illness.productivity_loss), 0),
        ],
        insured.n_groups,
    )


def _charges(lines: Iterable[tuple[Category, FloatArray, FloatArray | float]], n_groups: int = 1) -> Charges:
    """Make charges of category, price and the share covered; leave out what costs nothing.

    A price or a share may differ by group (rows) and kind (columns); the kinds come once for every group.
    """
    charges = []
    for category, price, share in lines:
        amount = np.broadcast_to(price, (n_groups, price.shape[-1]))
        if amount.any():
            charges.append(Charge(category, amount.ravel(), (amount * share).ravel()))
    return tuple(charges)


def _each(treatments: tuple[Treatment, ...], amount: Callable[[Treatment], float]) -> FloatArray:
    return np.array([amount(treatment) for treatment in treatments], dtype=np.float64)
