"""The Validation page on two small studies: never empty, the command line's figures, one study, both sizes."""

from __future__ import annotations

import json
from concurrent.futures import Executor, Future

import pytest
from streamlit.testing.v1 import AppTest

from sim.batch.validate import validate
from sim.report.chosen import judged_sentence
from sim.report.validation import validation_content
from sim.scenario_io.validation import load_validation
from sim.ui import works

SCRIPT = "from sim.ui.pages import validation\nvalidation.page(None)"
FRAMED = "from sim.ui.frame import draw\nfrom sim.ui.pages import validation\ndraw(validation.page)"


@pytest.fixture
def page(server, studies):
    return AppTest.from_string(SCRIPT, default_timeout=120)


@pytest.fixture
def framed_page(server, studies):
    return AppTest.from_string(FRAMED, default_timeout=120)


def headings(page):
    return [heading.value for heading in page.header]


def charts(page):
    return len(page.get("vega_lite_chart")) + len(page.get("arrow_vega_lite_chart"))


def content_shown(page):
    run = page.session_state["last finished"]["validation"].result()
    return validation_content(run.validation.targets, run.observed)


def followed(page):
    return page.session_state["works"].work("validation")


def test_the_first_visit_explains_and_runs_the_quick_validation(page):
    page.run()
    assert not page.exception
    assert not page.error
    assert page.title[0].value == "Validation"
    assert page.markdown[0].value.startswith("**Does the model repeat what studies found?**")
    assert page.markdown[1].value == "2 studies, 4 published figures."
    assert followed(page).about == 30
    assert page.caption[0].value.startswith("2 studies with 30 patients in each arm; 1 fit and 3 checks.")


def test_the_page_gives_the_figures_of_the_library(page, studies):
    page.run()
    validation = load_validation()
    expected = validation_content(validation.targets, validate(validation, n_patients=30, workers=1))
    assert content_shown(page) == expected
    assert page.markdown[2].value == f"## {judged_sentence(expected)}"
    assert "1 fit cannot be judged: too few patients were simulated." in page.markdown[2].value


def test_fits_and_checks_are_tables_with_the_result_as_mark_and_words(page):
    page.run()
    fits, checks = (frame.value for frame in page.dataframe[:2])
    assert list(fits["Result"]) == ["? too few patients to tell"]
    assert list(checks["Result"])[1] == "✗ outside"
    assert set(checks["Result"]) <= {"✓ inside", "✓ inside, also the published one", "✗ outside"}
    assert list(fits) == ["Result", "Study", "What was reported", "Published", "Simulated"]
    assert list(checks) == ["Result", "Study", "What was reported", "Published", "Simulated", "Predicted"]


def test_misses_come_with_the_reason_believed_and_what_is_left_out_with_its_own(page):
    page.run()
    assert headings(page)[0] == "What does not agree (1)"
    assert any(text.value.endswith("Believed reason: Made to be missed.") for text in page.markdown)
    assert page.expander[-1].label == "Figures left out (1)"
    assert page.expander[-1].markdown[0].value == "- `eff.none`: A median."


def test_one_study_may_be_chosen(page):
    page.run()
    page.selectbox(key="study").set_value("second").run()
    assert headings(page)[:3] == [
        "What does not agree (0)",
        "Checks (1)",
        "Published and simulated, side by side",
    ]
    assert set(page.dataframe[0].value["Study"]) == {"The second study"}
    assert [box.key for box in page.selectbox].count("drawn") == 0


def test_figures_and_scores_are_drawn(page):
    page.run()
    assert charts(page) == 3
    page.radio(key="kind of ").set_value("fit").run()
    assert not page.exception
    assert charts(page) == 3
    page.selectbox(key="drawn").set_value("second").run()
    assert set(page.dataframe[2].value["strategy"]) == {"infusion", "tablets"}


def test_the_full_run_has_the_patients_of_the_files_and_begins_on_demand(page):
    page.run()
    page.radio(key="size").set_value("Full").run()
    assert "press *Run the validation*" in page.info[0].value
    assert followed(page).about == 30
    page.button(key="begin validation").click().run()
    assert not page.info
    assert followed(page).about is None
    assert page.caption[0].value.startswith("2 studies with 60 patients in each arm")


def test_going_back_to_inputs_that_were_run_serves_the_finished_results(page):
    page.run()
    first = followed(page)
    page.radio(key="size").set_value("Full")
    page.button(key="begin validation").click().run()
    page.radio(key="size").set_value("Quick")
    page.button(key="begin validation").click().run()
    assert followed(page) is first


def test_old_results_stay_while_another_run_goes_on_and_after_it_is_cancelled(page, monkeypatch):
    page.run()
    sentence = page.markdown[2].value
    monkeypatch.setattr(works.work_queue(), "_start", lambda function: None)
    page.radio(key="size").set_value("Full")
    page.button(key="begin validation").click().run()
    assert "Inputs changed since the results below" in page.info[0].value
    assert sentence in [text.value for text in page.markdown]
    [cancel] = [button for button in page.button if button.label == "Cancel"]
    cancel.click().run()
    assert page.warning[0].value == "Cancelled after 0 of 0 studies."
    assert sentence in [text.value for text in page.markdown]


def test_a_failed_study_is_told_in_words(framed_page, monkeypatch):
    class FailingExecutor(Executor):
        def submit(self, fn, /, *arguments, **keywords):
            future = Future()
            future.set_exception(MemoryError("no memory left"))
            return future

    monkeypatch.setattr(works, "make_executor", FailingExecutor)
    framed_page.run()
    assert not framed_page.exception
    assert "no memory left" in framed_page.error[0].value
    assert ". Press *Run the validation* to try again" in framed_page.error[0].value


def test_a_mistake_in_a_study_is_told_in_the_words_of_the_command_line(framed_page, studies):
    (studies / "targets.yaml").write_text("spreads: {}\ntargets: 3\nleft_out: {}\n", encoding="utf-8")
    framed_page.run()
    assert "targets.yaml:2: targets: must be a map, got 3" in framed_page.error[0].value


def test_json_and_page_can_be_downloaded(page):
    page.run()
    labels = [button.proto.label for button in page.get("download_button")]
    assert labels[:2] == ["Download the page (HTML)", "Download all figures (JSON)"]
    manifest = followed(page).result().manifest
    assert [row["n_patients"] for row in manifest["scenarios"]] == [30, 30]
    assert json.loads(json.dumps(manifest, allow_nan=False)) == manifest
