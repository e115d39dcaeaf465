"""The browser app on the same functions: every page opens, and its numbers are the command line's."""

from __future__ import annotations

import pkgutil
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from sim import compare, load, simulate
from sim.batch.executors import InlineExecutor
from sim.batch.run import with_settings
from sim.report.answer import NOTICE, answer, ask
from sim.ui import jobs, pages, sidebar
from sim.ui.words import plain

ROOT = Path(__file__).resolve().parents[2]
PAGES = [page.name for page in pkgutil.iter_modules(pages.__path__)]
PATIENTS, REPLICATIONS = 20, 2


class WaitingExecutor(Executor):
    """Accepts jobs and never runs them."""

    def submit(self, fn, /, *arguments, **keywords):
        return Future()


@pytest.fixture
def server(monkeypatch):
    """Let the app's queue run jobs at once, and small ones."""
    monkeypatch.setattr(jobs, "make_executor", InlineExecutor)
    monkeypatch.setattr(sidebar, "PATIENTS", PATIENTS)
    monkeypatch.setattr(sidebar, "REPLICATIONS", REPLICATIONS)
    yield monkeypatch
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def app(server):
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)


@pytest.fixture(scope="module")
def small_base():
    return with_settings(load("base"), {"run.n_patients": PATIENTS, "run.replications": REPLICATIONS})


def answer_shown(app):
    return app.markdown[1].value.removeprefix("#### ")


def test_the_first_page_opens_with_an_answer_and_no_error(app):
    app.run()
    assert not app.exception
    assert not app.error
    assert app.title[0].value == "Compare treatment pathways"


def test_the_app_gives_the_answer_of_the_library(app, small_base):
    app.run()
    question = ask(simulate(small_base, workers=1), small_base.name)
    assert answer_shown(app) == plain(answer(question))


def test_the_app_holds_bit_for_bit_the_results_of_the_library(app, small_base):
    app.run()
    shown = compare(app.session_state["run"].results())
    assert shown.equals(compare(simulate(small_base, workers=1)))


def test_output_settings_change_the_answer_without_a_new_run(app):
    app.run()
    former = app.session_state["run"]
    app.number_input(key="wtp").set_value(10_000.0).run()
    assert app.session_state["run"] is former
    assert answer_shown(app).startswith(plain("At $10,000 per QALY"))


def test_changed_inputs_are_pointed_out_and_old_results_stay(app):
    app.run()
    app.number_input(key="patients").set_value(30).run()
    assert "press Run" in app.info[0].value
    assert answer_shown(app).startswith("At ")


def test_run_brings_the_results_up_to_date(app):
    app.run()
    app.number_input(key="patients").set_value(30)
    app.button(key="start").click().run()
    assert not app.info
    assert app.session_state["run"].scenario.run.n_patients == 30


def test_a_running_job_shows_progress_and_can_be_cancelled(app, server):
    server.setattr(jobs, "make_executor", WaitingExecutor)
    app.run()
    app.button(key="cancel").click().run()
    assert app.session_state["run"].is_cancelled
    assert app.warning[0].value == "Cancelled after 2 of 2 replications."


def test_a_failed_job_is_told_in_words(app, server):
    class FailingExecutor(Executor):
        def submit(self, fn, /, *arguments, **keywords):
            future = Future()
            future.set_exception(MemoryError("no memory left"))
            return future

    server.setattr(jobs, "make_executor", FailingExecutor)
    app.run()
    assert not app.exception
    assert "MemoryError: no memory left" in app.error[0].value


def test_waits_and_the_use_of_resources_are_shown_where_some_have_a_limit(app):
    app.run()
    assert [box.label for box in app.selectbox if box.label == "Resource"] == []
    app.selectbox(key="scenario").set_value("small_clinic").run()
    app.button(key="start").click().run()
    assert not app.exception
    assert any("Who waits for what" in text.value for text in app.markdown)
    assert "Treatment chair" in app.selectbox(key="resource of small_clinic").options


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_without_error_and_says_it_is_no_advice(server, name):
    script = f"from sim.ui.frame import draw\nfrom sim.ui.pages import {name}\ndraw({name}.page)"
    page = AppTest.from_string(script, default_timeout=120).run()
    assert not page.exception
    assert not page.error
    assert NOTICE in page.markdown[-1].value


def test_the_evidence_page_finds_a_parameter(server):
    script = "from sim.ui.frame import draw\nfrom sim.ui.pages import evidence\ndraw(evidence.page)"
    page = AppTest.from_string(script, default_timeout=120).run()
    page.text_input(key="find").set_value("economics.patient_hour").run()
    assert list(page.dataframe[0].value["path"]) == ["economics.patient_hour"]
