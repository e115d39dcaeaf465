"""The educator's pages: following a patient, exercises, and claims held against the evidence."""

from __future__ import annotations

import numpy as np
import pytest
from as_shipped import base_case
from streamlit.testing.v1 import AppTest

from sim.batch.tracing import Trace
from sim.outcomes.fates import Fate, fates
from sim.report.timeline import difference, timeline
from sim.scenario_io.lessons import load_exercises, load_myths
from sim.ui import quick
from sim.ui.pages import exercises
from sim.ui.words import plain

N_PATIENTS = 40


def page_of(name):
    script = f"from sim.ui.frame import draw\nfrom sim.ui.pages import {name}\ndraw({name}.page)"
    return AppTest.from_string(script, default_timeout=120)


@pytest.fixture
def patient_page(server):
    page = page_of("patient")
    page.query_params["set"] = [f"run.n_patients={N_PATIENTS}"]
    return page


@pytest.fixture(scope="module")
def scenario():
    run = base_case().run.model_copy(update={"n_patients": N_PATIENTS})
    return base_case().model_copy(update={"run": run})


@pytest.fixture(scope="module")
def at_home(scenario):
    return Trace(scenario, "ketamine_home").run()


def numbers_of(traced, fate):
    return np.flatnonzero(fates(traced.log, traced.cohort.n_patients)[fate]).tolist()


def heading(page):
    [found] = [text.value for text in page.markdown if text.value.startswith("## ")]
    return found.removeprefix("## ")


def test_the_first_patient_shown_responded_and_is_shown_in_another_pathway_too(
    patient_page, scenario, at_home
):
    page = patient_page.run()
    assert not page.exception
    assert not page.error
    first = numbers_of(at_home, Fate.RESPONDED)[0]
    assert page.number_input(key="follow_patient").value == first
    infusions = Trace(scenario, "ketamine_iv").run()
    expected = difference(
        timeline(at_home.log, at_home.cohort, scenario, "ketamine_home", first),
        timeline(infusions.log, infusions.cohort, scenario, "ketamine_iv", first),
    )
    assert heading(page) == plain(expected)


def test_the_button_goes_on_to_the_next_person_who_matches(patient_page, at_home):
    page = patient_page.run()
    page.selectbox(key="follow_who").set_value("left").run()
    leavers = numbers_of(at_home, Fate.LEFT)
    assert page.number_input(key="follow_patient").value in leavers
    now = leavers.index(page.number_input(key="follow_patient").value)
    page.button(key="follow another").click().run()
    assert page.number_input(key="follow_patient").value == [*leavers, leavers[0]][now + 1]
    assert page.query_params["follow_who"] == "left"


def test_a_link_shows_the_same_patient_in_one_pathway(patient_page):
    asked = {
        "follow_patient": "7",
        "follow_strategy": "ect",
        "follow_beside": "nothing",
        "follow_who": "anybody",
    }
    patient_page.query_params.update(asked)
    page = patient_page.run()
    assert not page.exception
    assert page.number_input(key="follow_patient").value == 7
    assert not [text for text in page.markdown if text.value.startswith("## ")]
    assert {key: page.query_params[key] for key in asked} == asked
    [transcript] = [one for one in page.expander if one.label.startswith("Transcript")]
    assert "cost so far" in transcript.markdown[0].value
    assert "*(" in transcript.markdown[0].value


def test_everybody_whom_the_page_of_pathways_lists_can_be_followed(patient_page):
    last = 1_100
    asked = {"follow_patient": str(last), "follow_strategy": "usual_care", "follow_beside": "nothing"}
    patient_page.query_params.update(asked | {"follow_who": "anybody", "set": f"run.n_patients={last + 1}"})
    assert patient_page.run().number_input(key="follow_patient").value == last


def test_a_pathway_where_nobody_responds_shows_anybody(patient_page):
    patient_page.query_params["follow_strategy"] = "usual_care"
    page = patient_page.run()
    assert not page.exception
    assert page.selectbox(key="follow_who").value == "anybody"


def test_a_followed_strategy_is_simulated_once(patient_page, server):
    patient_page.run()
    server.setattr(quick, "run_jobs", None)
    patient_page.number_input(key="follow_patient").set_value(3).run()
    assert not patient_page.exception


@pytest.fixture
def exercise_page(server):
    """Return the page with exercises of few patients."""
    small = {
        key: one.model_copy(update={"patients": 40, "replications": 2})
        for key, one in load_exercises().exercises.items()
    }
    server.setattr(exercises, "_exercises", lambda: small)
    return page_of("exercises")


def test_an_answer_is_held_against_the_model_and_explained(exercise_page):
    exercise_page.query_params["exercise"] = "remission"
    page = exercise_page.run()
    assert page.button(key="exercise check remission").disabled
    verdicts = []
    for answer in range(3):
        page.radio(key="exercise answer remission").set_value(answer).run()
        page.button(key="exercise check remission").click().run()
        assert not page.exception
        assert not page.error
        verdicts += [text.value for text in page.markdown if "The model says" in text.value]
        assert any("What it rests on" in text.value for text in page.markdown)
    assert sum("The model says so too" in verdict for verdict in verdicts) == 1
    assert sum("The model says otherwise" in verdict for verdict in verdicts) == 2


def test_another_answer_must_be_checked_anew(exercise_page):
    exercise_page.query_params["exercise"] = "remission"
    page = exercise_page.run()
    page.radio(key="exercise answer remission").set_value(0).run()
    page.button(key="exercise check remission").click().run()
    page.radio(key="exercise answer remission").set_value(1).run()
    assert not [text for text in page.markdown if "The model says" in text.value]


def test_a_lever_shows_what_the_model_says_where_it_stands(exercise_page):
    exercise_page.query_params["exercise"] = "tolerance"
    page = exercise_page.run()
    assert not page.table
    page.toggle(key="exercise try tolerance").set_value(True).run()
    page.slider(key="exercise lever tolerance").set_value(0.5).run()
    assert not page.exception
    assert list(page.table[0].value.index) == ["A fifth prone to tolerance", "Share prone to tolerance: 0.5"]


@pytest.mark.parametrize("key", list(load_exercises().exercises))
def test_every_exercise_opens(exercise_page, key):
    exercise_page.query_params["exercise"] = key
    page = exercise_page.run()
    assert not page.exception
    assert load_exercises().exercises[key].title in [one.value for one in page.header]


def test_claims_show_answer_evidence_and_what_the_model_takes(server):
    page = page_of("myths").run()
    assert not page.exception
    assert not page.error
    assert len(page.header) == len(load_myths().myths)
    shown = " ".join(text.value for text in page.markdown)
    assert "`treatments.ketamine_iv.effect.response`" in shown
    assert "grade RCT" in shown


def test_only_vendors_claims_can_be_shown(server):
    page = page_of("myths").run()
    page.selectbox(key="myths_shown").set_value("sellers").run()
    sellers = [myth for myth in load_myths().myths.values() if myth.is_marketing]
    assert len(page.header) == len(sellers)
    assert page.query_params["myths_shown"] == "sellers"
