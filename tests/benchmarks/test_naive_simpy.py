"""The naive version does the same work as the engine, so that comparing their speed is fair."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from as_shipped import base_case, scenarios_of

from sim import compare, simulate
from sim.batch.naive import load_naive

NAIVE = load_naive(Path(__file__).with_name("naive_simpy.py"))
NEAR = 0.15


@pytest.fixture(scope="module")
def limited(tiny):
    return tiny.with_changes({"resources.chairs.units": 1.5})


def test_every_strategy_of_the_naive_version_gives_figures(tiny):
    for strategy in tiny.strategies:
        found = NAIVE(tiny, strategy, 0)
        assert found["n_rows"] > 4 * tiny.run.n_patients
        assert 0 < found["qaly"] < found["life_years"] < 1


def test_few_chairs_make_patients_wait(tiny, limited):
    open_wide = tiny.with_changes({"resources.chairs.units": None})
    few, many = (NAIVE(scenario, "infusion", 0)["median_wait_days"] for scenario in (limited, open_wide))
    assert few > many + 7


def test_the_same_replication_gives_the_same_figures_and_another_gives_others(tiny):
    first, again, other = (NAIVE(tiny, "tablets", number) for number in (0, 0, 1))
    assert first == again
    assert first["cost"] != other["cost"]


@pytest.fixture(scope="module")
def base():
    return base_case().with_changes({"run.n_patients": 4_000, "run.replications": 1})


@pytest.fixture(scope="module")
def engine(base):
    return compare(simulate(base, workers=1)).set_index("strategy")


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["ssri", "ketamine_home", "ketamine_iv", "ect"])
def test_the_naive_version_comes_near_the_engine_on_the_base_case(base, engine, strategy):
    found = NAIVE(base, strategy, 0)
    for figure in ("started_share", "response_share", "sessions_per_starter", "cost", "qaly"):
        assert found[figure] == pytest.approx(engine.loc[strategy, figure], rel=NEAR), figure


@pytest.mark.slow
def test_the_naive_clinic_holds_nearly_as_many_sessions_as_the_engine_when_rooms_are_few():
    (clinic,) = scenarios_of("small_clinic")
    scenario = clinic.with_changes({"run.replications": 4})
    clinical = simulate(scenario, workers=1).clinical
    ours = clinical[clinical["strategy"] == "ketamine_iv"]
    naive = [NAIVE(scenario, "ketamine_iv", replication) for replication in range(4)]
    found = np.mean([result["started_share"] * result["sessions_per_starter"] for result in naive])
    assert found == pytest.approx((ours["started_share"] * ours["sessions_per_starter"]).mean(), rel=NEAR)
