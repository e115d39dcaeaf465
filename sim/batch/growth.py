"""The same scenario with few and with many patients, to see what one more patient costs the simulator.

With limits there are two ways to grow: referrals and resources together, so that waits stay as they are, or
referrals alone, so that queues become as long as patience allows.
"""

from __future__ import annotations

from typing import Any

from sim.batch.settings import with_settings
from sim.domain.scenario import Scenario
from sim.errors import ScenarioError

Pair = tuple[str, Scenario, Scenario]
"""What grows, the small and the large scenario."""

PATIENTS = "more patients"
CLINIC = "patients and clinic grow together"
QUEUES = "same clinic, longer queues"


def growths(scenario: Scenario, small: int, large: int) -> list[Pair]:
    """Return pairs of scenarios that differ in size only.

    Parameters
    ----------
    scenario : Scenario
        As in its file; that is the clinic of the small cohort.
    small, large : int
        Patients per strategy.

    Returns
    -------
    list of Pair
        One pair without limits, two with.

    Raises
    ------
    ScenarioError
        If the small cohort is not the smaller one, or a size is impossible.
    """
    if not small < large:
        raise ScenarioError(f"--sizes: the first must be below the second, got {small} and {large}")
    few = with_settings(scenario, {"run.n_patients": small})
    factor = large / small
    busier = {"run.n_patients": large} | _more_referrals(scenario, factor)
    if not scenario.has_limits:
        return [(PATIENTS, few, with_settings(scenario, busier))]
    larger = busier | _more_units(scenario, factor)
    return [
        (CLINIC, few, with_settings(scenario, larger)),
        (QUEUES, few, with_settings(scenario, busier)),
    ]


def grown(scenario: Scenario, n_patients: int) -> Scenario:
    """Return a scenario with another number of patients; referrals and clinic grow as they do.

    Parameters
    ----------
    scenario : Scenario
        As in its file.
    n_patients : int
        Patients per strategy.

    Returns
    -------
    Scenario
        With waits much as before.

    Raises
    ------
    ScenarioError
        If the size is impossible.
    """
    factor = n_patients / scenario.run.n_patients
    changes = _more_referrals(scenario, factor) | _more_units(scenario, factor)
    return with_settings(scenario, {"run.n_patients": n_patients} | changes)


def _more_referrals(scenario: Scenario, factor: float) -> dict[str, Any]:
    """Return the changes that bring more referrals in the same weeks."""
    arrivals = scenario.population.arrivals
    if arrivals is None:
        return {}
    return {
        "population.arrivals": [
            {"from_day": period.from_day, "per_week": period.per_week * factor} for period in arrivals
        ]
    }


def _more_units(scenario: Scenario, factor: float) -> dict[str, Any]:
    """Return the changes that multiply every resource with a limit."""
    changes: dict[str, Any] = {}
    for name, resource in scenario.resources.items():
        if resource.units is not None:
            changes[f"resources.{name}.units"] = resource.units * factor
            changes[f"resources.{name}.changes"] = [
                {"from_day": change.from_day, "units": change.units * factor} for change in resource.changes
            ]
    return changes
