"""Unit costs of a scenario as arrays by treatment, all in prices of ``economics.price_year``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.clinic import Visit
from sim.domain.scenario import Scenario
from sim.domain.treatments import Harm, Setting, Treatment
from sim.outcomes.history import BoolArray, FloatArray, IntArray
from sim.units import DAYS_PER_YEAR, MINUTES_PER_HOUR

_TRAVELLED_TO = frozenset({Setting.CLINIC, Setting.OUTPATIENT})
"""In-patients stay where they are treated; screening, preparation and integration are by telehealth."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """What one unit of each thing costs, by treatment in file order.

    Parameters
    ----------
    session, drug_session, programme_drug, staff : ndarray, shape (n_treatments,)
        Price of a session, its drug as charged, its drug as bought, the staff it takes [currency].
    drug_day, hospital_day : ndarray, shape (n_treatments,)
        Daily drug and hospital stay [currency per day].
    covered : ndarray, shape (n_treatments,)
        Share of these an insurer pays.
    is_outpatient, has_travel : ndarray of bool, shape (n_treatments,)
        True when sessions are visits to an office; True when patients travel to them.
    patient_hours : ndarray, shape (n_treatments,)
        Time a session takes of the patient, without travel [hours].
    companion_hours : ndarray, shape (n_treatments,)
        Time a session takes of a companion, travel included [hours].
    harm_cost, harm_loss : ndarray, shape (n_treatments, n_harms)
        Cost [currency] and loss of health [QALY] of one adverse event, by position.
    """

    session: FloatArray
    drug_session: FloatArray
    programme_drug: FloatArray
    staff: FloatArray
    drug_day: FloatArray
    hospital_day: FloatArray
    covered: FloatArray
    is_outpatient: BoolArray
    has_travel: BoolArray
    patient_hours: FloatArray
    companion_hours: FloatArray
    harm_cost: FloatArray
    harm_loss: FloatArray


def price_list(scenario: Scenario) -> PriceList:
    """Return the unit costs of every treatment.

    Parameters
    ----------
    scenario : Scenario
        Where the prices stand.

    Returns
    -------
    PriceList
        In prices of ``economics.price_year``.
    """
    treatments = tuple(scenario.treatments.values())
    money = scenario.economics.in_prices_of_year

    def each(amount: Callable[[Treatment], float]) -> FloatArray:
        return np.array([amount(treatment) for treatment in treatments], dtype=np.float64)

    settings = [treatment.setting for treatment in treatments]
    return PriceList(
        session=each(lambda t: money(t.session.price)),
        drug_session=each(lambda t: money(t.prices.drug_session)),
        programme_drug=each(lambda t: money(t.prices.programme_drug)),
        staff=each(lambda t: staff_cost(scenario, t.session)),
        drug_day=each(lambda t: money(t.prices.drug_day)),
        hospital_day=each(lambda t: money(t.prices.hospital_day) if t.prices.hospital_day else 0),
        covered=each(lambda t: t.prices.covered.value),
        is_outpatient=np.array([setting is Setting.OUTPATIENT for setting in settings], dtype=np.bool_),
        has_travel=np.array([setting in _TRAVELLED_TO for setting in settings], dtype=np.bool_),
        patient_hours=each(
            lambda t: t.session.patient_minutes.value / MINUTES_PER_HOUR + t.recovery_hours.value
        ),
        companion_hours=each(lambda t: t.companion_hours.value),
        harm_cost=_by_harm(treatments, lambda harm: money(harm.cost)),
        harm_loss=_by_harm(treatments, _qaly_loss),
    )


def staff_cost(scenario: Scenario, visit: Visit) -> float:
    """Return the cost of the staff and places one visit takes [currency]."""
    money = scenario.economics.in_prices_of_year
    return sum(
        minutes / MINUTES_PER_HOUR * money(scenario.resources[name].cost)
        for name, minutes in visit.whole_minutes.items()
    )


def _qaly_loss(harm: Harm) -> float:
    """Return the health lost by one adverse event; disutilities are negative numbers [QALY]."""
    return abs(harm.disutility.value) * harm.days.value / DAYS_PER_YEAR


def _by_harm(treatments: tuple[Treatment, ...], amount: Callable[[Harm], float]) -> FloatArray:
    """Tabulate an amount by treatment and position of the harm, 0 where there is none."""
    table = np.zeros((len(treatments), max((len(t.harms) for t in treatments), default=0)))
    for row, treatment in enumerate(treatments):
        table[row, : len(treatment.harms)] = [amount(harm) for harm in treatment.harms.values()]
    return table


def harm_totals(reason: NDArray[np.int32], treatment: IntArray, table: FloatArray) -> FloatArray:
    """Add up an amount over the harms of each session.

    Parameters
    ----------
    reason : ndarray of int32, shape (n_sessions,)
        Bit set of harms.
    treatment : ndarray of int64, shape (n_sessions,)
        Position of the treatment.
    table : ndarray, shape (n_treatments, n_harms)
        Amount of one harm.

    Returns
    -------
    ndarray, shape (n_sessions,)
        Sum over the harms whose bit is set.
    """
    n_harms = table.shape[1]
    total: FloatArray = np.zeros(len(reason))
    harmed = np.flatnonzero(reason)
    bits = (reason[harmed, np.newaxis] >> np.arange(n_harms)) & 1
    total[harmed] = (bits * table[treatment[harmed]]).sum(axis=1)
    return total
