"""The browser app on the same functions: every page opens, and its numbers are the command line's."""

from __future__ import annotations

import pkgutil
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
from as_shipped import base_case
from streamlit.testing.v1 import AppTest

from sim import compare, simulate
from sim.batch.settings import with_settings
from sim.report.answer import NOTICE, answer, ask
from sim.ui import jobs, pages
from sim.ui.words import plain

ROOT = Path(__file__).resolve().parents[2]
PAGES = [page.name for page in pkgutil.iter_modules(pages.__path__)]
PATIENTS, REPLICATIONS = 20, 2


class WaitingExecutor(Executor):
    """Accepts jobs and never runs them."""

    def submit(self, fn, /, *arguments, **keywords):
        return Future()


@pytest.fixture
def app(server):
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)


@pytest.fixture(scope="module")
def small_base():
    return with_settings(base_case(), {"run.n_patients": PATIENTS, "run.replications": REPLICATIONS})


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
    assert app.warning[0].value == "Cancelled after 0 of 2 replications."


def test_the_progress_of_a_run_has_a_container_of_the_page_s_own(app, server):
    server.setattr(jobs, "make_executor", WaitingExecutor)
    app.run()
    container = next(
        block for block in app.main.children.values() if app.button(key="cancel") in descendants(block)
    )
    assert container.children[0].type != "button"
    assert app.button(key="cancel") in descendants(container.children[0])


def descendants(node):
    children = list(getattr(node, "children", {}).values())
    return children + [below for child in children for below in descendants(child)]


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
def test_every_page_opens_without_error_and_says_it_is_no_advice(server, studies, name):
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


@pytest.fixture
def evidence_page(server):
    script = (
        "from sim import load\nfrom sim.ui.pages import evidence\nfrom sim.ui.sidebar import Choice\n"
        "evidence.page(Choice(load('base'), {}))"
    )
    return AppTest.from_string(script, default_timeout=120).run()


def test_the_evidence_page_tells_the_published_figures_that_solved_a_number(evidence_page):
    page = evidence_page.text_input(key="find").set_value("treatments.esketamine.effect.response").run()
    (row,) = page.dataframe[0].value.to_dict("records")
    assert row["targets"] == "eff.esk.response.eoi.entrd"
    assert row["figures"].startswith("eff.esk.response.eoi.entrd: ")
    assert row["figures"] in page.expander[0].markdown[0].value


def test_the_evidence_page_may_show_only_numbers_solved_from_a_published_figure(evidence_page):
    n_all = len(evidence_page.dataframe[0].value)
    page = evidence_page.selectbox(key="figure").select_index(1).run()
    solved = page.dataframe[0].value
    assert 40 < len(solved) < n_all
    assert (solved["targets"] != "").all()
    page.selectbox(key="figure").set_value("ae.esk.disc.t2").run()
    assert set(page.dataframe[0].value["targets"]) == {"ae.esk.disc.t2"}
    assert len(page.dataframe[0].value) == 5
    assert "(5 numbers)" in page.expander[0].label


def test_the_evidence_page_says_when_no_number_shown_was_solved(evidence_page):
    page = evidence_page.text_input(key="find").set_value("economics.patient_hour").run()
    assert page.expander[0].markdown[0].value == "None of these numbers was solved from a published figure."
