"""Costs that fall at one moment: what each visit, session and adverse event costs, dated and categorized.

Undiscounted, in prices of ``economics.price_year``. Costs of lasting states are in `running_costs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.domain.cohort import Cohort
from sim.domain.events import Event
from sim.outcomes.harms import harm_totals
from sim.outcomes.history import FloatArray, History, IntArray
from sim.outcomes.prices import Charges, PriceList

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
    patient : ndarray of int64, shape (n_occasions,)
        Whose costs they are.
    time : ndarray of int64, shape (n_occasions,)
        When [minutes from day 0].
    kind : ndarray of int64, shape (n_occasions,), or None
        Position in the prices, such as that of the treatment among those of the patient's group of payers;
        None = all are of one kind.
    amounts : tuple of Amount
        What is charged.
    """

    patient: IntArray
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
        Patients' distances and payers.
    prices : PriceList
        Unit costs of the scenario.

    Yields
    ------
    Occasions
        A category may come more than once.
    """
    referred = history.rows(Event.REFERRED)
    into_programme = referred[history.target[referred] > 0]
    group = prices.group[cohort.payer]
    yield _alike(history, into_programme, group, prices.setup)
    for event, charges in (
        (Event.SCREENED, prices.screening),
        (Event.SCREENING_MISSED, prices.missed_screening),
        (Event.PREPARED, prices.preparation),
        (Event.INTEGRATED, prices.integration),
    ):
        yield _alike(history, history.rows(event), group, charges)
    if prices.course:
        yield _courses(history, group, prices)
    yield from _sessions(history, cohort, group, prices)
    yield _harms(history, group, prices)


def kind_of(kind: IntArray, group: IntArray, patient: IntArray, n_kinds: int) -> IntArray:
    """Return the position in prices whose kinds come once for every group of payers.

    Parameters
    ----------
    kind : ndarray of int64, shape (n,)
        Position among the kinds of one group.
    group : ndarray of int64, shape (n_patients,)
        Group of each patient.
    patient : ndarray of int64, shape (n,)
        Whose costs they are.
    n_kinds : int
        Kinds of one group.

    Returns
    -------
    ndarray of int64, shape (n,)
        ``kind`` itself where there is one group.
    """
    return kind + n_kinds * group[patient] if group.any() else kind


def _alike(history: History, rows: IntArray, group: IntArray, charges: Charges) -> Occasions:
    """Charge the same for each row, but for what insurers pay of it."""
    patient = history.patient[rows]
    by_group = bool(charges) and len(charges[0].price) > 1
    return Occasions(
        patient, history.time[rows], group[patient] if by_group else None, (Amount(None, charges),)
    )


def _courses(history: History, group: IntArray, prices: PriceList) -> Occasions:
    """Charge what every course begins with."""
    rows = history.rows(Event.COURSE_STARTED)
    patient = history.patient[rows]
    kind = kind_of(history.treatment[rows], group, patient, prices.n_treatments)
    return Occasions(patient, history.time[rows], kind, (Amount(None, prices.course),))


def _sessions(history: History, cohort: Cohort, group: IntArray, prices: PriceList) -> Iterator[Occasions]:
    """Charge sessions, their drugs and the way there; missed ones take staff all the same."""
    rows = history.rows(Event.SESSION)
    patient = history.patient[rows]
    amounts = [Amount(None, prices.session)]
    if prices.dose:
        amounts.append(Amount(history.value[rows], prices.dose))
    if prices.mile:
        amounts.append(Amount(THERE_AND_BACK * cohort.distance_miles[patient], prices.mile))
    kind = kind_of(history.treatment[rows], group, patient, prices.n_treatments)
    yield Occasions(patient, history.time[rows], kind, tuple(amounts))
    missed = history.rows(Event.SESSION_MISSED)
    yield Occasions(
        history.patient[missed],
        history.time[missed],
        history.treatment[missed],
        (Amount(None, prices.missed_session),),
    )


def _harms(history: History, group: IntArray, prices: PriceList) -> Occasions:
    """Charge the adverse events of sessions."""
    sessions = history.rows(Event.SESSION)
    rows = sessions[history.reason[sessions] != 0]
    patient = history.patient[rows]
    cost = harm_totals(history.reason[rows], history.treatment[rows], prices.harm_cost)
    kind = kind_of(np.zeros(len(rows), dtype=np.int64), group, patient, 1)
    return Occasions(patient, history.time[rows], kind, (Amount(cost, prices.harm),))
