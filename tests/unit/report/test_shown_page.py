"""A comparison as a page and a workbook: complete, self-contained, and text whatever it holds."""

from __future__ import annotations

import re

import pytest
from workbooks import read_workbook

from sim import simulate
from sim.analysis.diff import diff_results
from sim.batch.settings import with_settings
from sim.errors import ScenarioError
from sim.report import pictures
from sim.report.answer import answer, ask
from sim.report.diff import diff_sentences
from sim.report.editing import editable, found
from sim.report.shown_page import Looked, looked_page, looked_workbook
from sim.scenario_io.load import LoadedScenario, check
from sim.scenario_io.what_if import with_what_ifs

EVIL = "<script>alert('x')</script> =1+1"


@pytest.fixture(scope="module")
def looked(tmp_path_factory):
    from as_shipped import scenarios_of

    loaded = check("base")[0]
    scenario = with_what_ifs(
        loaded,
        {
            "run.n_patients": 6,
            "run.replications": 2,
            "strategies.ssri.label": EVIL,
            "title": EVIL,
            "economics.wtp": 5e4,
        },
    )
    results = simulate(scenario, workers=1)
    return Looked(
        results, LoadedScenario(scenario, loaded.composed), {"perspective": "payer"}, scenarios_of("base")[0],
        "preview", "http://localhost/?wtp=1&a=<b>", "import sim  # <again>",
    )  # fmt: skip


@pytest.fixture(scope="module")
def html(looked):
    return looked_page(looked)


def test_the_page_holds_answer_tables_figures_assumptions_sources_settings_and_link(looked, html):
    question = looked.question()
    assert answer(question).split(",")[0].replace("$", "$") in html
    assert html.count("<figure") == html.count("<svg") == 7
    for text in (
        "What it costs and gains", "Inputs that differ", "economics.wtp", "numbers without a source", "sources",
        question.settings.digest, "payer perspective", "State: preview", "a=&lt;b&gt;", "&lt;again&gt;", "seed ",
    ):  # fmt: skip
        assert text in html, text


def test_the_page_loads_nothing_and_runs_nothing(html):
    assert "<script" not in html
    assert EVIL not in html
    assert not re.search(r'(?:src|href)="(?!#)', html.replace("xmlns", ""))
    assert "url(http" not in html


def test_the_workbook_holds_the_same_as_numbers(looked, tmp_path):
    file = tmp_path / "shown.xlsx"
    file.write_bytes(looked_workbook(looked))
    sheets = read_workbook(file)
    assert list(sheets) == [
        "answer", "summary", "clinical", "waits", "utilization", "settings", "parameters", "manifest", "columns",
    ]  # fmt: skip
    assert sheets["answer"][1][0] == answer(looked.question())
    assert ["output setting: perspective", "payer"] in [list(row) for row in sheets["manifest"]]
    assert any(EVIL in row for row in sheets["settings"])


def test_pictures_are_made_without_a_page(looked):
    from sim.analysis.comparison import compare, to_rows
    from sim.report.shown import value_charts

    [plane, _] = value_charts(looked.question(), to_rows(compare(looked.results)))
    drawing = plane.chart.to_dict()
    assert pictures.picture(drawing, "svg").startswith(b"<svg")
    assert pictures.picture(drawing, "png").startswith(b"\x89PNG")


def test_without_what_draws_pictures_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr(pictures, "can_draw", lambda: False)
    with pytest.raises(ScenarioError, match=r"pictures must be drawn by vl-convert, got none installed"):
        pictures.picture({}, "svg")


def test_every_setting_is_listed_once_and_found_by_its_words(looked):
    settings = editable(looked.loaded, looked.loaded.scenario)
    paths = [one.path for one in settings]
    assert len(paths) == len(set(paths)) > 900
    [wtp] = found(settings, "economics.wtp")
    assert (wtp.value, wtp.unit) == (5e4, "")
    assert found(settings, "ODDS infusion home")[0].source == "assumption"
    assert not {"name", "title", "question"} & set(paths)


def test_two_runs_in_memory_differ_in_what_was_changed(tiny):
    old = with_settings(tiny, {"run.n_patients": 10, "run.replications": 2})
    new = with_settings(old, {"economics.wtp": 1.0})
    runs = [(one, simulate(one, workers=1)) for one in (old, new)]
    content = diff_results(*runs)
    assert [row["path"] for row in content["inputs"]] == ["economics.wtp"]
    assert {row["column"] for row in content["results"]} >= {"nmb"}
    assert "differ because output settings do" in " ".join(diff_sentences(content))
    same = diff_results(runs[0], runs[0])
    assert diff_sentences(same)[0] == "All inputs are the same."
    assert same["results"] == []
    assert ask(runs[0][1], old.name).scenario == old.name
