"""Everything the clinic's limits do to patients, counted together and turned into columns and curves."""

from __future__ import annotations

from sim.domain.cohort import Cohort
from sim.domain.scenario import Scenario
from sim.outcomes.course_starts import course_starts
from sim.outcomes.demand import demand_counted
from sim.outcomes.history import FloatArray, History
from sim.outcomes.overdue import overdue_columns, overdue_counted
from sim.outcomes.pending import pending_of
from sim.outcomes.referral_waits import referral_waits_counted
from sim.outcomes.service import service_of
from sim.outcomes.tally import Counted, together
from sim.outcomes.waiting_health import waiting_health_columns, waiting_health_counted
from sim.outcomes.waits import wait_columns, waits_counted


def capacity_counted(
    history: History, wished: FloatArray, cohort: Cohort, scenario: Scenario, strategy: str
) -> Counted:
    """Count waits, what was given up, what was late and what was wanted.

    Parameters
    ----------
    history : History
        Events by patient.
    wished : ndarray, shape (n_kinds, n_days)
        Appointments by wished day, from `sim.outcomes.visit_kinds.visits_by_day`.
    cohort : Cohort
        Days of referral.
    scenario : Scenario
        Calendars, needs and schedules.
    strategy : str
        Key of the strategy that was simulated.

    Returns
    -------
    Counted
        As `sim.outcomes.waits`, `overdue`, `waiting_health`, `referral_waits` and `demand` say.
    """
    service, n_days = service_of(history), wished.shape[1]
    starts, pending = course_starts(service), pending_of(service, scenario, n_days)
    return together(
        [
            waits_counted(service, starts, pending, n_days),
            overdue_counted(service, pending.maintenance, scenario),
            waiting_health_counted(service, starts),
            referral_waits_counted(service, starts, cohort),
            demand_counted(service, pending, wished, scenario, strategy),
        ]
    )


def capacity_columns(counted: Counted, scenario: Scenario, n_patients: float) -> dict[str, float]:
    """Return the clinical columns that queues move.

    Parameters
    ----------
    counted : Counted
        What `capacity_counted` found, of the whole cohort.
    scenario : Scenario
        Targets and utilities.
    n_patients : float
        Referred patients.

    Returns
    -------
    dict
        Value by column name; nan where undefined.
    """
    return {
        **wait_columns(counted, scenario.care.wait_targets),
        **overdue_columns(counted, n_patients),
        **waiting_health_columns(counted, scenario.illness.utility, n_patients),
    }
