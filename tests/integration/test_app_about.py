"""The About page, and the files a comparison is taken away as."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from sim.batch.model_identity import model_identity
from sim.report import pictures
from sim.report.about import GLOSSARY, cited
from sim.ui.pages import compare

SCRIPT = "from sim.ui.frame import draw\nfrom sim.ui.pages import {0}\ndraw({0}.page)"


@pytest.fixture
def about(server):
    return AppTest.from_string(SCRIPT.format("about"), default_timeout=120).run()


def test_the_page_says_how_to_cite_and_which_model_it_is(about):
    assert not about.exception
    codes = [one.value for one in about.code]
    assert codes[0] == cited().text
    assert model_identity()["source_sha256"] in codes[2]
    assert any("no medical device" in text.value for text in about.markdown)


def test_a_word_is_found_in_the_glossary(about):
    about.text_input(key="find word").set_value("evppi").run()
    shown = [text.value for text in about.markdown if text.value.startswith("**EVPI")]
    assert shown == [f"**EVPI, EVPPI**: {GLOSSARY['EVPI, EVPPI']}"]
    about.text_input(key="find word").set_value("zeppelin").run()
    assert about.info[0].value == "No such word here."


@pytest.fixture
def comparison(server):
    return lambda: AppTest.from_string(SCRIPT.format("compare"), default_timeout=120).run()


def labels(page):
    return [(button.label, button.proto.disabled) for button in page.download_button]


def test_a_comparison_is_offered_as_workbook_page_and_scenario_and_charts_as_pictures(comparison):
    page = comparison()
    assert not page.exception
    assert [label for label, _ in labels(page)] == [
        "All columns of the comparison", "Download CSV", "Download SVG", "Download PNG", "Download CSV",
        "Download SVG", "Download PNG", "Workbook (XLSX)", "Report (HTML)", "Scenario (YAML)",
    ]  # fmt: skip
    assert not any(disabled for _, disabled in labels(page))


def test_without_what_draws_pictures_the_buttons_say_so_and_data_is_still_offered(comparison, monkeypatch):
    monkeypatch.setattr(pictures, "can_draw", lambda: False)
    monkeypatch.setattr("sim.ui.takeaways.can_draw", lambda: False)
    page = comparison()
    offered = dict(labels(page))
    assert offered["Download SVG"]
    assert not offered["Download CSV"]
    assert "Report (HTML)" not in offered
    [svg] = {button.proto.help for button in page.download_button if button.label == "Download SVG"}
    assert svg == pictures.NEEDED
    assert compare.TABS
