"""Frames of single patients: asked for, joined, stored, and equal to the frames of the whole."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from builders import Tree
from typer.testing import CliRunner

from sim.analysis.subgroups import subgroups
from sim.batch.run import simulate
from sim.cli.program import app
from sim.domain.scenario import Scenario
from sim.engine import parts
from sim.errors import AnalysisError
from sim.outcomes.follow_up import year_of
from sim.results import COLUMNS, KEYS, Results

FRAMES = ("patients", "patient_flows", "patient_health")


@pytest.fixture
def scenario(tiny_tree: Tree) -> Scenario:
    tiny_tree["run"] |= {"n_patients": 60, "replications": 2}
    return Scenario.model_validate(tiny_tree)


@pytest.fixture
def results(scenario: Scenario) -> Results:
    return simulate(scenario, patient_totals=True, workers=1)


def test_single_patients_are_kept_only_when_asked_for(scenario, results):
    usual = simulate(scenario, workers=1)
    for name in FRAMES:
        assert list(getattr(usual, name).columns) == list(COLUMNS[name])
        assert len(getattr(usual, name)) == 0
    for name in set(COLUMNS) - set(FRAMES):
        assert getattr(usual, name).equals(getattr(results, name))
    assert len(Results.combine([usual]).patients) == 0


def test_results_with_and_without_patients_join(tiny_tree, results):
    tiny_tree |= {"name": "other"}
    other = simulate(Scenario.model_validate(tiny_tree), replications=1, workers=1)
    for parts_joined in ([results, other], [other, results]):
        both = Results.combine(parts_joined)
        assert (both.patients["scenario"] == "tiny").all()
        assert len(both.patients) == len(results.patients)
        with pytest.raises(AnalysisError, match="scenario 'other': subgroups must have the single patients"):
            subgroups(both, by="age", scenario="other")


def test_every_patient_is_there_once_in_every_strategy_and_replication(results):
    patients = results.patients
    assert len(patients) == 3 * 2 * 60
    assert not patients.duplicated([*KEYS, "patient"]).any()
    brought = ["age_years", "severity", "distance_miles", "failed_trials", "payer"]
    assert (patients.groupby(["replication", "patient"])[brought].nunique() == 1).all(axis=None)


def test_flows_of_patients_add_up_to_the_flows_of_all(results):
    whole = results.flows[results.flows["category"] != "idle_capacity"]
    whole = whole.assign(year=year_of(whole["day"].to_numpy()))
    keys = [*KEYS, "category", "year"]
    expected = whole.groupby(keys, observed=True)[["cost", "covered"]].sum()
    found = results.patient_flows.groupby(keys, observed=True)[["cost", "covered"]].sum() / 60
    pd.testing.assert_frame_equal(found, expected, check_index_type=False, rtol=1e-9)


def test_stored_patients_are_read_back(results, tmp_path):
    results.save(tmp_path / "out")
    read = Results.load(tmp_path / "out")
    assert all(read.frames[name].equals(results.frames[name]) for name in COLUMNS)


def test_results_without_patients_are_stored_too(scenario, tmp_path):
    simulate(scenario, workers=1).save(tmp_path / "out")
    assert len(Results.load(tmp_path / "out").patients) == 0


def test_patients_of_several_scenarios_keep_their_payers(tiny_tree, results):
    other = json.loads(json.dumps(tiny_tree))
    other |= {"name": "other"}
    other["population"]["payers"]["medicaid"] = other["population"]["payers"].pop("none")
    second = simulate(Scenario.model_validate(other), patient_totals=True, workers=1)
    both = Results.combine([results, second])
    assert list(both.patients["payer"].cat.categories) == ["commercial", "none", "medicaid"]
    payers = both.patients.groupby("scenario", observed=True)["payer"].agg(set)
    assert payers.to_dict() == {"tiny": {"commercial", "none"}, "other": {"commercial", "medicaid"}}


def test_parts_of_a_cohort_number_their_patients_through(tiny_tree, monkeypatch):
    del tiny_tree["resources"]["chairs"]["units"]
    tiny_tree["run"] |= {"n_patients": 60, "replications": 1}
    scenario = Scenario.model_validate(tiny_tree)
    whole = simulate(scenario, patient_totals=True, workers=1)
    monkeypatch.setattr(parts, "PART_PATIENTS", 25)
    joined = simulate(scenario, patient_totals=True, workers=1)
    assert joined.patients.equals(whole.patients)
    for name in ("patient_flows", "patient_health"):
        pd.testing.assert_frame_equal(getattr(joined, name), getattr(whole, name), rtol=1e-12)
    assert np.unique(joined.patients["patient"]).tolist() == list(range(60))


def test_the_command_keeps_single_patients(tmp_path):
    out = tmp_path / "out"
    command = ["run", "base", "--patients", "5", "--replications", "1", "--patient-totals", "--quiet"]
    assert CliRunner().invoke(app, [*command, "--out", str(out)]).exit_code == 0
    assert set(Results.load(out).patients["patient"]) == set(range(5))
