"""Every shipped scenario runs from end to end."""

from __future__ import annotations

import pytest
from as_shipped import scenarios_of

from sim import compare, simulate
from sim.batch.settings import with_settings
from sim.scenario_io.shipped import names


@pytest.mark.parametrize("name", names())
def test_a_shipped_scenario_gives_a_cost_and_qalys_for_every_strategy(name):
    first = with_settings(scenarios_of(name)[0], {"run.n_patients": 15, "run.replications": 2})
    table = compare(simulate(first, workers=1))
    assert table["strategy"].tolist() == list(first.strategies)
    assert (table["cost"] > 0).all()
    assert (table["qaly"] > 0).all()
