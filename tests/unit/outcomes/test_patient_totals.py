"""What single patients cost and gained adds up to what the strategy did."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from builders import Tree, unlimited

from sim.domain.cohort import Cohort
from sim.domain.economics import CATEGORIES, Category
from sim.domain.scenario import Scenario
from sim.engine.simulate import event_logs
from sim.outcomes.account import account
from sim.outcomes.follow_up import year_bounds, year_of
from sim.outcomes.history import read_history
from sim.outcomes.patient_totals import joined_totals, patient_totals

ARRIVALS = [{"from_day": 0, "per_week": 2.0}]
N_PATIENTS = 150


def _share(value: float) -> Tree:
    return {
        "value": value, "unit": "probability", "range": [0, 1], "source": "assumption", "grade": "assumption",
    }  # fmt: skip


@pytest.fixture(params=["limited", "unlimited"])
def simulated(tiny_tree: Tree, request: pytest.FixtureRequest) -> tuple[Scenario, list]:
    """A programme over several years in which payers differ, with daily drugs and hospital stays."""
    tiny_tree["run"]["n_patients"] = N_PATIENTS
    tiny_tree["population"] |= {"arrivals": ARRIVALS, "self_pay": ["none"]}
    prices = tiny_tree["treatments"]["tablets"]["prices"]
    prices["drug_day"] |= {"value": 0.5, "range": [0, 1]}
    prices["hospital_day"] = prices["drug_day"] | {"value": 100, "range": [0, 200]}
    prices["covered_by"] = {"commercial": _share(0.3)}
    tree = tiny_tree if request.param == "limited" else unlimited(tiny_tree)
    scenario = Scenario.model_validate(tree)
    return scenario, list(event_logs(scenario, 0))


def _by_year(amount, n_days):
    first = year_bounds(n_days)[:-1]
    return np.add.reduceat(amount, first, axis=-1)


def test_patients_add_up_to_flows_and_health_by_category_and_year(simulated):
    scenario, logs = simulated
    idle = CATEGORIES.index(Category.IDLE_CAPACITY)
    for strategy, log, cohort in logs:
        whole = account(log, cohort, scenario, strategy)
        each = patient_totals(read_history(log, cohort.n_patients), cohort, scenario, strategy)
        n_days = len(whole.qaly)
        assert each.qaly.shape[1] == 3
        for name in ("cost", "covered"):
            expected = _by_year(getattr(whole, name), n_days)
            expected[idle] = 0
            found = getattr(each, name).mean(axis=0)
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(each.qaly.mean(axis=0), _by_year(whole.qaly, n_days), rtol=1e-9)
        np.testing.assert_allclose(
            each.life_years.mean(axis=0), _by_year(whole.life_years, n_days), rtol=1e-9
        )
        assert each.depression_free_days.mean() == pytest.approx(whole.clinical["depression_free_days"], 1e-9)
        assert each.started.mean() == pytest.approx(whole.clinical["started_share"])
        if each.started.any():
            assert each.responded[each.started].mean() == pytest.approx(whole.clinical["response_share"])
            assert each.remitted[each.started].mean() == pytest.approx(whole.clinical["remission_share"])
        assert each.payer is cohort.payer


def test_all_kinds_of_cost_but_idle_capacity_belong_to_somebody(simulated):
    scenario, logs = simulated
    charged, in_all = set(), set()
    for strategy, log, cohort in logs:
        each = patient_totals(read_history(log, cohort.n_patients), cohort, scenario, strategy)
        charged |= {CATEGORIES[row] for row in np.flatnonzero(each.cost.sum(axis=(0, 2)))}
        whole = account(log, cohort, scenario, strategy)
        in_all |= {CATEGORIES[row] for row in np.flatnonzero(whole.cost.sum(axis=1))}
    assert charged == in_all - {Category.IDLE_CAPACITY}
    assert charged >= {
        Category.SESSION,
        Category.DRUG,
        Category.HOSPITAL,
        Category.BACKGROUND,
        Category.STAFF,
    }


def test_parts_of_a_cohort_join_to_the_whole(simulated):
    scenario, logs = simulated
    strategy, log, cohort = logs[-1]
    whole = patient_totals(read_history(log, cohort.n_patients), cohort, scenario, strategy)
    parts = []
    for first, stop in ((0, 20), (20, N_PATIENTS)):
        rows = log[(log["patient"] >= first) & (log["patient"] < stop)].copy()
        rows["patient"] -= first
        columns = {field.name: getattr(cohort, field.name)[first:stop] for field in fields(Cohort)}
        part = replace(cohort, **columns)
        parts.append(patient_totals(read_history(rows, stop - first), part, scenario, strategy))
    assert parts[0].qaly.shape[1] < parts[1].qaly.shape[1]
    joined = joined_totals(parts)
    for name in whole.__slots__:
        if name == "strategy":
            assert joined.strategy == whole.strategy
        else:
            np.testing.assert_allclose(getattr(joined, name), getattr(whole, name), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("n_days", [1, 365, 366, 367, 731, 732, 1461, 1462, 3653])
def test_every_day_lies_in_the_year_it_begins_in(n_days):
    bounds = year_bounds(n_days)
    years = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    assert years.tolist() == year_of(np.arange(n_days)).tolist()
