"""Parameter draws as jobs: sums that do not depend on batches or workers."""

from __future__ import annotations

import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from sim.analysis.comparison import compare
from sim.batch import draws as batch
from sim.batch.draws import CATEGORIES, DrawBatch, DrawSums, joined, run_draws
from sim.design.draws import drawn_scenarios
from sim.domain.economics import IMPACT_INVENTORY
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import uncertain_parameters
from sim.errors import JobError, ScenarioError
from sim.replication import replicate
from sim.results import CLINICAL_VALUES

PRICE = "care.screening.price"


@pytest.fixture(scope="module")
def small(request):
    return request.getfixturevalue("tiny").with_changes({"run.n_patients": 15})


@pytest.fixture(scope="module")
def sums(small):
    return run_draws(small, 5, workers=1)


def equal(first: DrawSums, second: DrawSums) -> bool:
    return all(
        np.array_equal(
            getattr(first, field.name), getattr(second, field.name), equal_nan=field.name == "clinical"
        )
        for field in fields(DrawSums)
    )


def test_every_array_has_a_row_for_each_draw(small, sums):
    assert sums.parameters == tuple(uncertain_parameters(small))
    assert sums.strategies == ("usual_care", "tablets", "infusion")
    assert sums.draws.tolist() == [0, 1, 2, 3, 4]
    assert sums.values.shape == (5, 7)
    assert sums.cost.shape == sums.covered_undiscounted.shape == (5, 3, len(CATEGORIES))
    assert sums.qaly.shape == sums.life_years_undiscounted.shape == (5, 3)
    assert sums.clinical.shape == (5, 3, len(CLINICAL_VALUES))


def test_sums_are_those_of_a_whole_run_of_the_drawn_scenario(small, sums):
    (drawn,) = drawn_scenarios(small, 3, 1)
    frame = compare(replicate(drawn, 3))
    counted = [CATEGORIES.index(name) for name in CATEGORIES if name in IMPACT_INVENTORY["sector"]]
    assert sums.cost[3][:, counted].sum(axis=1) == pytest.approx(frame["cost"].to_numpy())
    assert sums.qaly[3] == pytest.approx(frame["qaly"].to_numpy())
    assert sums.life_years[3] == pytest.approx(frame["life_years"].to_numpy())


def test_discounting_takes_something_off(sums):
    assert (sums.qaly < sums.qaly_undiscounted).all()
    assert (sums.cost.sum(axis=2) < sums.cost_undiscounted.sum(axis=2)).all()
    assert (sums.covered <= sums.cost).all()


def test_the_values_are_those_that_were_simulated(small, sums):
    (drawn,) = drawn_scenarios(small, 2, 1)
    assert sums.values[2, sums.parameters.index(PRICE)] == drawn.care.screening.price.value


def test_every_draw_meets_patients_of_its_own_unless_told_otherwise(small, sums):
    assert sums.replications.tolist() == [0, 1, 2, 3, 4]
    same = run_draws(small, 2, replication=4, workers=1)
    assert same.replications.tolist() == [4, 4]
    assert same.life_years[0, 0] == same.life_years[1, 0]


def test_batches_make_no_difference(small, sums, monkeypatch):
    monkeypatch.setattr(batch, "BATCH", 2)
    assert equal(run_draws(small, 5, workers=1), sums)


def test_workers_make_no_difference(small, sums, monkeypatch):
    monkeypatch.setattr(batch, "BATCH", 3)
    assert equal(run_draws(small, 5, workers=2), sums)


def test_later_draws_join_earlier_ones(small, sums):
    later, earlier = run_draws(small, 2, first=3, workers=1), run_draws(small, 3, workers=1)
    assert equal(joined([later, earlier]), sums)


def test_a_draw_comes_once(sums):
    with pytest.raises(ValueError, match="draws must be there once, got one of them twice"):
        joined([sums, sums])


def test_draws_of_other_strategies_are_not_joined(sums):
    with pytest.raises(ValueError, match="draws must have the same parameters and strategies"):
        joined([sums, replace(sums, strategies=("a", "b", "c"))])


def test_progress_counts_draws(small, monkeypatch):
    monkeypatch.setattr(batch, "BATCH", 2)
    told = []
    run_draws(small, 3, workers=1, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 3), (3, 3)]


def test_fewer_patients_may_be_asked_for(small):
    few = run_draws(small, 1, n_patients=5, workers=1)
    assert few.clinical[0, 0, CLINICAL_VALUES.index("n_patients")] == 5


def test_a_draw_comes_back_small(sums):
    assert len(pickle.dumps(sums)) / 5 < 10_000


def test_a_scenario_without_uncertainty_is_refused(tiny):
    tree = tiny.model_dump()
    for treatment in tree["treatments"].values():
        treatment["effect"]["response"]["distribution"] = None
        treatment["session"]["price"]["distribution"] = None
    for visit in ("screening", "preparation", "integration"):
        tree["care"][visit]["price"]["distribution"] = None
    with pytest.raises(
        ScenarioError, match="scenario 'tiny': some parameter must have a distribution, got none"
    ):
        run_draws(Scenario.model_validate(tree), 3)


@pytest.mark.parametrize("n_draws", [0, 100_001])
def test_an_impossible_number_of_draws_is_refused(tiny, n_draws):
    with pytest.raises(ScenarioError, match=rf"draws must lie in \[1, 100000\], got {n_draws}"):
        run_draws(tiny, n_draws)


def test_a_failing_batch_is_named(small, monkeypatch):
    def failing(*_):
        raise RuntimeError("stopped")

    monkeypatch.setattr(batch, "drawn_scenarios", failing)
    with pytest.raises(JobError, match="scenario 'tiny', draws 0 to 2: RuntimeError: stopped"):
        run_draws(small, 3, workers=1)


def test_a_batch_names_its_draws(small):
    assert DrawBatch(small, 10, 5).key == "scenario 'tiny', draws 10 to 14"
