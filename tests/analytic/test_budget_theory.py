"""The budget's formula against the engine: people who are really referred over a year."""

from __future__ import annotations

import numpy as np
import pytest
from builders import unlimited

from sim.analysis.budget_impact import year_weights
from sim.analysis.present_values import counted_cost
from sim.domain.economics import Perspective
from sim.domain.scenario import Scenario
from sim.replication import replicate
from sim.units import DAYS_PER_YEAR

N_PATIENTS = 1000
PER_WEEK = N_PATIENTS * 7 / DAYS_PER_YEAR
REPLICATIONS = 6


@pytest.fixture
def yearly(tiny_tree):
    """Return a function from arrivals to the cost of each replication by weights of its days."""
    tree = unlimited(tiny_tree)
    tree["run"]["n_patients"] = N_PATIENTS
    tree["strategies"] = {"usual_care": tree["strategies"]["tablets"]}

    def costs(arrivals, weights):
        tree["population"]["arrivals"] = arrivals
        scenario, found = Scenario.model_validate(tree), []
        for replication in range(REPLICATIONS):
            flows = replicate(scenario, replication).flows
            found.append(weights(flows["day"].to_numpy()) @ counted_cost(flows, Perspective.SECTOR))
        return np.array(found)

    return costs


@pytest.mark.slow
def test_a_cohort_spread_over_a_year_by_the_formula_is_one_that_arrives_over_a_year(yearly):
    def calendar(day):
        return np.floor((day + 0.5) / DAYS_PER_YEAR) == np.arange(2)[:, np.newaxis]

    spread = yearly(None, lambda day: year_weights(day, 2))
    arriving = yearly([{"from_day": 0, "per_week": PER_WEEK}], calendar)
    difference = arriving - spread
    error = difference.std(axis=0, ddof=1) / np.sqrt(REPLICATIONS)
    assert (error < 0.02 * spread.mean(axis=0)).all()
    assert (np.abs(difference.mean(axis=0)) < 4 * error).all()
