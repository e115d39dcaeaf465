"""Subgroups add up to the whole, whatever the output settings, and are compared with their error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.analysis.comparison import compare
from sim.analysis.output_settings import output_settings
from sim.analysis.subgroup_totals import subgroup_totals
from sim.analysis.subgroups import CHOICES, COLUMNS, VALUES, subgroup_choices, subgroup_table, subgroups
from sim.batch.run import simulate
from sim.domain.economics import IMPACT_INVENTORY, Perspective
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError
from sim.results import Results

ALL = ("severity", "failed_trials", "age", "distance", "insurance")
WEIGHTED = ("cost", "qaly", "life_years", "depression_free_days", "started_share", "nmb")


@pytest.fixture(scope="module")
def simulated(tiny: Scenario) -> Results:
    """A programme with idle capacity over more than two years."""
    arrivals = [{"from_day": 0, "per_week": 1.0}]
    changes = {"run.n_patients": 90, "run.replications": 3, "population.arrivals": arrivals}
    return simulate(tiny.with_changes(changes), patient_totals=True, workers=1)


@pytest.mark.parametrize("by", ALL)
@pytest.mark.parametrize("perspective", list(Perspective))
def test_subgroups_add_up_to_all_patients(simulated, by, perspective):
    asked = {"perspective": perspective, "discount_rate_costs": 0.08, "discount_rate_effects": 0.015}
    table, whole = subgroups(simulated, by=by, **asked), compare(simulated, **asked).set_index("strategy")
    assert tuple(table.columns) == COLUMNS
    assert table["subgroup"].nunique() > 1
    for name in WEIGHTED:
        weighted = (table[name] * table["patient_share"]).groupby(table["strategy"], sort=False).sum()
        np.testing.assert_allclose(weighted, whole.loc[weighted.index, name], rtol=1e-9, atol=1e-9)


def test_increments_are_differences_to_the_comparator_of_the_same_subgroup(simulated):
    table = subgroups(simulated, by="severity", cuts=[30], comparator="tablets")
    for _, group in table.groupby("subgroup"):
        rows = group.set_index("strategy")
        for name in ("cost", "qaly", "nmb"):
            expected = rows[name] - rows.loc["tablets", name]
            found = rows[f"incremental_{name}"]
            assert np.isnan(found["tablets"])
            np.testing.assert_allclose(found.drop("tablets"), expected.drop("tablets"), rtol=1e-9)


def test_without_discounting_means_are_those_of_the_patients(simulated):
    table = subgroups(simulated, by="insurance", perspective="sector", discount_rate_costs=0)
    care = list(IMPACT_INVENTORY[Perspective.SECTOR])
    flows = simulated.patient_flows
    each = flows[flows["category"].isin(care)].groupby(["strategy", "replication", "patient"], observed=True)
    patients = simulated.patients.merge(each["cost"].sum().reset_index())
    expected = patients.groupby(["payer", "strategy"], observed=True)["cost"].mean()
    found = table.set_index(["subgroup", "strategy"])["cost"]
    np.testing.assert_allclose(found, expected.loc[found.index], rtol=1e-9)


COSTS = {"a": {"young": 10.0, "old": 10.0}, "b": {"young": 4.0, "old": 30.0}}
N_OLD = (1, 2, 3)
"""Of the four patients of each replication."""


@pytest.fixture
def by_hand(make_results) -> Results:
    """Two strategies of equal health in three replications: b is cheaper for the young, dearer for the old."""
    who, flows, health, means = [], [], [], {"a": [], "b": []}
    for strategy, cost in COSTS.items():
        for replication, n_old in enumerate(N_OLD):
            keys = {"scenario": "tiny", "strategy": strategy, "replication": replication}
            for patient in range(4):
                old = patient < n_old
                keys |= {"patient": patient}
                who.append(
                    keys
                    | {"age_years": 70.0 if old else 30.0, "severity": 30.0, "distance_miles": 5.0}
                    | {"failed_trials": 2, "payer": "none", "started": True, "responded": old}
                    | {"remitted": False, "depression_free_days": 9.0}
                )
                amount = cost["old" if old else "young"] + replication
                flows.append(keys | {"category": "session", "year": 0, "cost": amount, "covered": 0.0})
                health.append(keys | {"year": 0, "qaly": 0.5, "life_years": 1.0})
            of_all = sum(row["cost"] for row in flows[-4:]) / 4
            means[strategy].append((of_all, 0.5))
    frames = {"patients": who, "patient_flows": flows, "patient_health": health}
    return replace(make_results(means), **{name: pd.DataFrame(rows) for name, rows in frames.items()})


def test_means_of_subgroups_by_hand(by_hand):
    table = subgroups(by_hand, by="age", cuts=[50]).set_index(["subgroup", "strategy"])
    young, old = "below 50 years", "50 years or more"
    assert table["n_patients"].to_dict() == {(g, s): 6 for g in (young, old) for s in ("a", "b")}
    assert table.loc[(old, "b"), "cost"] == pytest.approx(30 + (1 * 0 + 2 * 1 + 3 * 2) / 6)
    assert table.loc[(young, "b"), "cost"] == pytest.approx(4 + (3 * 0 + 2 * 1 + 1 * 2) / 6)
    assert table.loc[(old, "b"), "incremental_cost"] == pytest.approx(20)
    assert table.loc[(old, "b"), "incremental_cost_se"] == pytest.approx(0, abs=1e-9)
    assert table.loc[(old, "b"), "cost_se"] > 0
    assert table.loc[(old, "a"), "response_share"] == 1
    assert table.loc[(young, "a"), "response_share"] == 0
    assert table.loc[(young, "a"), "nmb"] == pytest.approx(100_000 * 0.5 - table.loc[(young, "a"), "cost"])


def test_the_error_of_a_subgroup_is_that_of_a_ratio(by_hand):
    table = subgroups(by_hand, by="age", cuts=[50]).set_index(["subgroup", "strategy"])
    number, cost = np.array(N_OLD), np.array(N_OLD) * (30.0 + np.arange(3))
    ratio = cost.sum() / number.sum()
    expected = np.std((cost - ratio * number) / number.mean(), ddof=1) / np.sqrt(3)
    assert table.loc[("50 years or more", "b"), "cost_se"] == pytest.approx(expected)


def test_the_best_strategy_of_a_subgroup_is_held_against_the_best_of_all(by_hand):
    totals = subgroup_totals(by_hand, "tiny", by="age", cuts=[50])
    choices = subgroup_choices(totals, output_settings(by_hand.settings["tiny"]))
    assert tuple(choices.columns) == CHOICES
    young, old = choices.to_dict("records")
    assert (young["best"], young["overall_best"], young["rival"]) == ("b", "a", "a")
    assert (old["best"], old["rival"]) == ("a", "b")
    assert young["lead"] == pytest.approx(6)
    assert old["lead"] == pytest.approx(20)
    assert young["is_clear"]
    assert young["lead_low"] == pytest.approx(6, abs=1e-6)


def test_one_replication_has_no_error(simulated):
    frames = {name: frame[frame["replication"] == 0] for name, frame in simulated.frames.items()}
    single = replace(simulated, **frames)
    totals = subgroup_totals(single, "tiny", by="age", cuts=[40])
    output = output_settings(single.settings["tiny"])
    table = subgroup_table(totals, output)
    assert table[[f"{name}_se" for name in VALUES]].isna().all(axis=None)
    assert not subgroup_choices(totals, output)["is_clear"].any()


def test_a_subgroup_in_which_nobody_starts_has_no_response_share(simulated):
    table = subgroups(simulated, by="age", cuts=[40])
    usual = table[table["strategy"] == "usual_care"]
    assert (usual["started_share"] == 0).all()
    assert usual[["response_share", "response_share_se"]].isna().all(axis=None)


def test_results_without_single_patients_are_refused(make_results):
    results = make_results({"a": [(1.0, 1.0)]})
    with pytest.raises(
        AnalysisError, match=r"scenario 'tiny': subgroups must have the single patients .* run"
    ):
        subgroups(results, by="age")


def test_patients_of_some_replications_are_not_enough(by_hand):
    some = replace(by_hand, patients=by_hand.patients[by_hand.patients["replication"] < 2])
    with pytest.raises(AnalysisError, match="got those of 4 of 6; run with --patient-totals"):
        subgroups(some, by="age")
