"""Worlds as jobs: sums that do not depend on batches or workers, and are those of whole runs."""

from __future__ import annotations

import pickle
from dataclasses import fields

import numpy as np
import pytest

from sim.analysis.comparison import compare
from sim.batch import worlds as batch
from sim.batch.worlds import WorldBatch, run_draws, run_points
from sim.design.draws import Draws, drawn_scenarios
from sim.design.points import Points
from sim.domain.columns import CLINICAL_VALUES
from sim.domain.economics import CATEGORIES, IMPACT_INVENTORY
from sim.domain.scenario import Scenario
from sim.domain.unknowns import unknowns
from sim.errors import JobError, ScenarioError
from sim.outcomes.follow_up import year_bounds
from sim.replication import replicate
from sim.worlds.sums import Worlds

PRICE = "care.screening.price"
COUNTED = [CATEGORIES.index(name) for name in CATEGORIES if name in IMPACT_INVENTORY["sector"]]


@pytest.fixture(scope="module")
def small(request):
    return request.getfixturevalue("tiny").with_changes({"run.n_patients": 15})


@pytest.fixture(scope="module")
def sums(small):
    return run_draws(small, 5, workers=1, is_stratified=False)


def equal(first: Worlds, second: Worlds) -> bool:
    return all(
        np.array_equal(
            getattr(first, field.name), getattr(second, field.name), equal_nan=field.name == "clinical"
        )
        for field in fields(Worlds)
    )


def test_every_array_has_a_row_for_each_draw(small, sums):
    assert sums.parameters == tuple(unknowns(small))
    assert sums.strategies == ("usual_care", "tablets", "infusion")
    assert sums.treatments == ("tablets", "infusion")
    assert sums.world.tolist() == sums.replication.tolist() == [0, 1, 2, 3, 4]
    assert sums.values.shape == (5, len(unknowns(small)))
    assert sums.cost.shape == sums.covered_discounted.shape == (5, 3, len(CATEGORIES), 1)
    assert sums.qaly.shape == sums.life_years_discounted.shape == (5, 3, 1)
    assert sums.clinical.shape == (5, 3, len(CLINICAL_VALUES))


def test_sums_are_those_of_a_whole_run_of_the_drawn_scenario(small, sums):
    (drawn,) = drawn_scenarios(small, 3, 1)
    frame = compare(replicate(drawn, 3))
    assert sums.cost_discounted[3][:, COUNTED].sum(axis=(1, 2)) == pytest.approx(frame["cost"].to_numpy())
    assert sums.qaly_discounted[3].sum(axis=1) == pytest.approx(frame["qaly"].to_numpy())
    assert sums.life_years_discounted[3].sum(axis=1) == pytest.approx(frame["life_years"].to_numpy())


def test_years_add_up_to_the_whole(small):
    longer = small.with_changes({"horizon_years": 2.5})
    found = run_points(longer, [{}], replications=1)
    frame = compare(replicate(longer, 0), discount_rate_costs=0, discount_rate_effects=0)
    assert found.qaly.shape[-1] == 3
    assert found.cost[0][:, COUNTED].sum(axis=(1, 2)) == pytest.approx(frame["cost"].to_numpy())
    assert found.qaly[0].sum(axis=1) == pytest.approx(frame["qaly"].to_numpy())
    assert (found.life_years[0] > 0).all()


def test_a_year_holds_the_days_that_begin_in_it(small):
    """Of 365.25 days, the fourth year ends with day 1460, and the fifth begins on day 1461."""
    assert year_bounds(1462).tolist() == [0, 366, 731, 1096, 1461, 1462]
    assert year_bounds(366).tolist() == [0, 366]
    assert year_bounds(367).tolist() == [0, 366, 367]
    longer = run_points(small.with_changes({"horizon_years": 2}), [{}], replications=1, workers=1)
    first = run_points(small.with_changes({"horizon_years": 1}), [{}], replications=1, workers=1)
    assert longer.life_years[0, :, 0] == pytest.approx(first.life_years[0].sum(axis=1), rel=0.01)


def test_each_year_is_discounted_within_itself(small):
    """What year y holds loses between y and y + 1 years of interest."""
    longer = run_points(small.with_changes({"horizon_years": 2.5}), [{}], replications=1, workers=1)
    ratio = longer.life_years_discounted[0] / longer.life_years[0]
    year = np.arange(3)
    assert (ratio < 1.03 ** -(year - 0.01)).all()
    assert (ratio > 1.03 ** -(year + 1.01)).all()


def test_the_response_of_starters_is_that_of_the_draw(small, sums):
    path = "treatments.infusion.effect.response"
    drawn = sums.values[:, sums.parameters.index(path)]
    assert sums.response[:, 1] == pytest.approx(drawn)
    assert len(set(drawn)) == 5


def test_parameters_of_points_are_all_that_some_point_changes(small):
    other = "care.deferral"
    found = run_points(small, [{PRICE: 200.0}, {other: 30.0}], replications=1, workers=1)
    assert found.parameters == (PRICE, other)
    assert found.values.tolist() == [[200, 60], [250, 30]]


def test_discounting_takes_something_off(sums):
    assert (sums.qaly_discounted < sums.qaly).all()
    assert (sums.cost_discounted.sum(axis=(2, 3)) < sums.cost.sum(axis=(2, 3))).all()
    assert (sums.covered <= sums.cost).all()


def test_the_values_are_those_that_were_simulated(small, sums):
    (drawn,) = drawn_scenarios(small, 2, 1)
    assert sums.values[2, sums.parameters.index(PRICE)] == drawn.care.screening.price.value


def test_each_replication_of_each_draw_has_patients_of_its_own(small, sums):
    nested = run_draws(small, 2, n_inner=2, workers=1, is_stratified=False)
    assert nested.world.tolist() == [0, 0, 1, 1]
    assert nested.replication.tolist() == [0, 1, 2, 3]
    assert nested.n_inner == 2
    assert (nested.values[0] == nested.values[1]).all()
    assert np.array_equal(nested.qaly[0], sums.qaly[0])
    assert not np.array_equal(nested.qaly[1], nested.qaly[0])


def test_points_meet_the_same_patients(small):
    found = run_points(small, [{}, {PRICE: 500.0}], replications=2, workers=1)
    assert found.world.tolist() == [0, 0, 1, 1]
    assert found.replication.tolist() == [0, 1, 0, 1]
    assert found.values[:, 0].tolist() == [small.care.screening.price.value] * 2 + [500.0] * 2
    assert np.array_equal(found.qaly[:2], found.qaly[2:])
    assert (found.cost[2:].sum(axis=(2, 3)) >= found.cost[:2].sum(axis=(2, 3))).all()


def test_a_point_that_contradicts_itself_is_left_out(small):
    impossible = {"illness.definitions.relapse": 9.0}
    found = run_points(small, [{}, impossible, {PRICE: 500.0}], replications=1, workers=1)
    assert found.world.tolist() == [0, 2]


def test_points_that_all_contradict_themselves_are_refused(small):
    with pytest.raises(
        ScenarioError, match="scenario 'tiny': some point must fit the other values, got none"
    ):
        run_points(small, [{"illness.definitions.relapse": 9.0}], replications=1, workers=1)


def test_batches_make_no_difference(small, sums, monkeypatch):
    monkeypatch.setattr(batch, "BATCH", 2)
    assert equal(run_draws(small, 5, workers=1, is_stratified=False), sums)


def test_batches_of_a_hypercube_make_no_difference(small, monkeypatch):
    whole = run_draws(small, 5, workers=1)
    monkeypatch.setattr(batch, "BATCH", 2)
    assert equal(run_draws(small, 5, workers=1), whole)


def test_workers_make_no_difference(small, sums, monkeypatch):
    monkeypatch.setattr(batch, "BATCH", 3)
    assert equal(run_draws(small, 5, workers=2, is_stratified=False), sums)


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


@pytest.mark.parametrize("n_inner", [0, 1001])
def test_an_impossible_number_of_replications_of_a_draw_is_refused(tiny, n_inner):
    with pytest.raises(ScenarioError, match=rf"replications must lie in \[1, 1000\], got {n_inner}"):
        run_draws(tiny, 3, n_inner=n_inner)


def test_no_point_is_refused(tiny):
    with pytest.raises(ScenarioError, match="points must number 1 to 100000, got 0"):
        run_points(tiny, [])


def test_a_failing_batch_is_named(small, monkeypatch):
    def failing(*_):
        raise RuntimeError("stopped")

    monkeypatch.setattr("sim.replication.world_sums", failing)
    with pytest.raises(JobError, match="scenario 'tiny', draws 0 to 2: RuntimeError: stopped"):
        run_draws(small, 3, workers=1)


@pytest.mark.parametrize(
    ("design", "name"),
    [(Draws(10, 5), "draws 10 to 14"), (Points(2, ({}, {})), "points 2 to 3")],
)
def test_a_batch_names_its_worlds(small, design, name):
    assert WorldBatch(small, design, ()).key == f"scenario 'tiny', {name}"
