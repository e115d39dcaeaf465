"""The browser app on the same functions: every page opens, and its numbers are the command line's."""

from __future__ import annotations

import pkgutil
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
from as_shipped import base_case
from streamlit.testing.v1 import AppTest

from sim import compare, simulate
from sim.batch.executors import InlineExecutor
from sim.batch.settings import with_settings
from sim.design.preview import preview_of
from sim.report.answer import NOTICE, answer, ask
from sim.scenario_io.load import load_all
from sim.ui import pages, runs, works
from sim.ui.words import plain

ROOT = Path(__file__).resolve().parents[2]
PAGES = [page.name for page in pkgutil.iter_modules(pages.__path__)]
ODDS_RATIO = "lever treatments.ketamine_home.effect.odds_ratio"
SMALL = {"run.n_patients": 20, "run.replications": 2}


class WaitingExecutor(Executor):
    """Accepts jobs and never runs them."""

    def submit(self, fn, /, *arguments, **keywords):
        return Future()


@pytest.fixture
def app(server):
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)


@pytest.fixture
def small_app(app):
    """Return the app with few patients in a full run."""
    app.query_params["set"] = [f"{path}={value}" for path, value in SMALL.items()]
    return app.run()


@pytest.fixture(scope="module")
def small_base():
    return with_settings(base_case(), SMALL)


def answer_shown(app):
    [found] = [text.value for text in app.markdown if text.value.startswith("## ")]
    return found.removeprefix("## ")


def states_shown(app):
    return [text.value for text in app.markdown if "-badge[" in text.value]


def run_in_full(app):
    return app.button(key="start").click().run()


def test_the_first_page_opens_on_the_finished_base_case(app):
    app.run()
    assert not app.exception
    assert not app.error
    assert app.title[0].value == "Compare treatment pathways"
    assert states_shown(app) == [":blue-badge[:material/done_all: Full run]"]
    shipped = next(iter(runs.shipped_results().values()))
    assert answer_shown(app) == plain(answer(ask(shipped, "base")))


def test_a_slider_shows_a_preview_with_the_numbers_of_the_library(app):
    app.run()
    app.slider(key=ODDS_RATIO).set_value(0.5).run()
    assert not app.exception
    assert "Preview" in states_shown(app)[0]
    [changed] = load_all("base", overrides=["treatments.ketamine_home.effect.odds_ratio=0.5"])
    small = preview_of(changed)
    assert answer_shown(app) == plain(answer(ask(simulate(small, workers=1), small.name)))


def test_a_slider_back_at_its_place_shows_the_finished_run_again(app):
    app.run()
    app.slider(key=ODDS_RATIO).set_value(0.5).run()
    app.slider(key=ODDS_RATIO).set_value(0.8).run()
    assert "Full run" in states_shown(app)[0]
    assert "set" not in app.query_params


def test_the_full_run_holds_bit_for_bit_the_results_of_the_library(small_app, small_base):
    run_in_full(small_app)
    shown = small_app.session_state["last finished"]["run"].result()
    assert compare(shown).equals(compare(simulate(small_base, workers=1)))
    assert "Full run" in states_shown(small_app)[0]
    assert answer_shown(small_app) == plain(answer(ask(shown, "base")))


def test_output_settings_change_the_answer_without_a_new_run(app):
    app.run()
    app.number_input(key="wtp").set_value(10_000.0).run()
    assert answer_shown(app).startswith(plain("At $10,000 per QALY"))
    assert "Full run" in states_shown(app)[0]
    assert app.query_params["wtp"] == "10000"


def test_strategies_can_be_left_out_of_the_comparison(app):
    app.run()
    app.multiselect(key="strategies").set_value(["usual_care", "ssri"]).run()
    assert not app.exception
    assert "Ketamine" not in answer_shown(app)
    assert app.query_params["strategies"] == "usual_care,ssri"


def test_the_last_full_run_can_be_kept_and_says_that_inputs_changed(small_app):
    run_in_full(small_app)
    former = answer_shown(small_app)
    small_app.slider(key=ODDS_RATIO).set_value(0.5).run()
    assert "Preview" in states_shown(small_app)[0]
    small_app.toggle(key="keep").set_value(True).run()
    assert answer_shown(small_app) == former
    assert "Full run of other inputs" in states_shown(small_app)[0]
    assert any(
        "Inputs changed since this run" in text.value and "odds_ratio" in text.value
        for text in small_app.caption
    )


def test_a_running_job_shows_progress_can_be_cancelled_and_leaves_the_page_as_it_is(small_app, server):
    before = answer_shown(small_app)
    server.setattr(works, "start_thread", lambda function: None)
    works.work_queue.clear()
    run_in_full(small_app)
    assert answer_shown(small_app) == before
    [cancel] = [button for button in small_app.button if button.label == "Cancel"]
    cancel.click().run()
    assert small_app.warning[0].value == "Cancelled after 0 of 0 replications."
    assert answer_shown(small_app) == before


def test_a_failed_run_is_told_in_words_and_can_be_started_again(small_app, server):
    class FailingExecutor(Executor):
        def submit(self, fn, /, *arguments, **keywords):
            future = Future()
            future.set_exception(MemoryError("no memory left"))
            return future

    before = answer_shown(small_app)
    server.setattr(works, "make_executor", FailingExecutor)
    works.work_queue.clear()
    run_in_full(small_app)
    assert not small_app.exception
    assert "no memory left" in small_app.error[0].value
    assert "Press *Run in full* to try again" in small_app.error[0].value
    assert answer_shown(small_app) == before
    server.setattr(works, "make_executor", InlineExecutor)
    works.work_queue.clear()
    run_in_full(small_app)
    assert not small_app.error
    assert "Full run" in states_shown(small_app)[0]


HOSTILE = {
    "scenario": "../../etc/passwd",
    "set": [
        "x",
        "=1",
        "treatments.nothing=3",
        "run.n_patients=-5",
        "economics=null",
        "run.seed=1e999",
        "[" * 4000,
    ],
    "wtp": "nan",
    "perspective": "<script>alert(1)</script>",
    "strategies": "ect,ect,nobody",
    "rate_costs": "inf",
    "price_year": "12345678901234567890",
    "comparator": "",
    "unknown": "x" * 5000,
}


@pytest.mark.parametrize("name", [*HOSTILE, "all"])
def test_an_impossible_link_opens_the_page_with_what_is_possible(app, name):
    app.query_params.update(HOSTILE if name == "all" else {name: HOSTILE[name]})
    app.run()
    assert not app.exception
    assert not app.error
    assert answer_shown(app).startswith("At ")
    assert app.info or name == "unknown"


def test_a_link_opens_the_page_as_it_was(app, server):
    app.query_params.update(
        {"scenario": "small_clinic", "set": ["resources.chair.units=3.0"], "wtp": "50000.0"}
        | {"perspective": "payer", "strategies": "usual_care,ketamine_iv", "comparator": "ketamine_iv"}
    )
    app.run()
    assert not app.info
    shown = answer_shown(app)
    assert shown.startswith(plain("At $50,000 per QALY (payer perspective)"))
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    again.query_params.update(app.query_params)
    assert answer_shown(again.run()) == shown
    assert again.query_params == app.query_params


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
    script = "from sim.ui.frame import draw\nfrom sim.ui.pages import evidence\ndraw(evidence.page)"
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
