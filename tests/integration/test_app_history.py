"""The History page: runs of the session, two side by side, and results stored below a folder of the server."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from sim import compare, psa, run
from sim.batch.results_root import RESULTS
from sim.report.answer import answer, ask
from sim.results.stored import StoredResults
from sim.ui.words import plain

SCRIPT = "from sim.ui.frame import draw\nfrom sim.ui.pages import history\ndraw(history.page)"
ODDS_RATIO = "treatments.ketamine_home.effect.odds_ratio"
SMALL = {"run.n_patients": 10, "run.replications": 2}


@pytest.fixture
def page(server):
    server.delenv(RESULTS, raising=False)
    return AppTest.from_string(SCRIPT, default_timeout=120).run()


def run_in_full(page, what_ifs):
    page.session_state["what-ifs"] = what_ifs
    page.run()
    return page.button(key="start").click().run()


@pytest.fixture
def two_runs(page):
    run_in_full(page, SMALL)
    return run_in_full(page, SMALL | {ODDS_RATIO: 0.5})


def texts(page):
    return [text.value for text in page.markdown]


def test_an_empty_history_says_how_to_fill_it_and_shows_no_stored_results(page):
    assert not page.exception
    assert page.info[0].value.startswith("None yet: press *Run in full*")
    assert [one.value for one in page.header] == ["Runs of this session (0)"]


def test_runs_are_listed_with_changes_size_state_and_answer(two_runs):
    assert not two_runs.exception
    latest, first = two_runs.dataframe[0].value.to_dict("records")
    assert first["Changes"] == "run.n_patients = 10, run.replications = 2"
    assert latest["Changes"].endswith(f"{ODDS_RATIO} = 0.5")
    assert latest["Size"] == "10 patients, 2 replications"
    assert {latest["State"], first["State"]} == {"finished"}
    shown = two_runs.session_state["last finished"]["run"].result()
    assert latest["Answer"] == answer(ask(shown, "base"))


def test_a_run_is_shown_again_with_its_changes(two_runs):
    two_runs.selectbox(key="history again").set_value(1).run()
    two_runs.button(key="show again").click().run()
    assert not two_runs.exception
    assert two_runs.session_state["what-ifs"] == SMALL
    assert two_runs.slider(key=f"lever {ODDS_RATIO}").value == 0.8


def test_two_runs_stand_side_by_side_with_what_differs(two_runs):
    shown = texts(two_runs)
    assert "- 1 input differs." in shown
    assert any("Paired by replication" in text for text in shown)
    inputs, results = two_runs.dataframe[1].value, two_runs.dataframe[2].value
    assert list(inputs["Setting"]) == [ODDS_RATIO]
    assert results["Strategy"][0] == "Ketamine at home"
    assert "Usual care" not in set(results["Strategy"])


def test_the_same_run_twice_differs_in_nothing(two_runs):
    two_runs.selectbox(key="history old").set_value(0).run()
    assert "- All inputs are the same." in texts(two_runs)
    assert any("identical to the bit" in text for text in texts(two_runs))


@pytest.fixture
def stored(tmp_path, tiny_file, server):
    root = tmp_path / "stored"
    run(tiny_file, root / "batch" / "one", patients=20, replications=2, workers=1)
    server.setenv(RESULTS, str(root))
    return root


@pytest.fixture
def stored_page(stored):
    return AppTest.from_string(SCRIPT, default_timeout=120).run()


def test_stored_results_below_the_folder_are_shown_with_manifest_answer_and_files(stored_page, stored):
    assert not stored_page.exception
    assert not stored_page.error
    assert stored_page.selectbox(key="stored name").options == ["batch/one"]
    results = StoredResults.open(stored / "batch" / "one").load()
    name = next(iter(results.settings))
    assert f"## {plain(answer(ask(results, name)))}" in texts(stored_page)
    assert any(f"`{results.manifest['run_id']}`" in text for text in texts(stored_page))
    labels = [button.label for button in stored_page.download_button]
    assert {"Download JSON", "Workbook of everything (XLSX)", "Report (HTML)", "Scenario (YAML)"} <= set(
        labels
    )
    assert len(stored_page.get("vega_lite_chart")) + len(stored_page.get("arrow_vega_lite_chart")) >= 2


def test_stored_draws_are_shown_as_a_table(tiny_file, stored):
    psa(tiny_file, stored / "draws", draws=2, inner=1, patients=10, workers=1)
    page = AppTest.from_string(SCRIPT, default_timeout=120).run()
    page.selectbox(key="stored name").set_value("draws").run()
    assert not page.exception
    assert set(page.dataframe[0].value["strategy"]) == set(
        compare(StoredResults.open(stored / "batch/one").load())["strategy"]
    )


def test_a_damaged_directory_is_told_in_words(stored):
    (stored / "batch" / "one" / "manifest.json").write_text("{", encoding="utf-8")
    page = AppTest.from_string(SCRIPT, default_timeout=120).run()
    assert not page.exception
    assert "manifest.json" in page.error[0].value


def test_a_folder_without_results_says_so(tmp_path, server):
    server.setenv(RESULTS, str(tmp_path))
    page = AppTest.from_string(SCRIPT, default_timeout=120).run()
    assert page.info[1].value == "No finished results below the folder that this server was given."
