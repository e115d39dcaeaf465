"""Text from files and links is shown as it is: no mark in it is read as Markdown."""

from __future__ import annotations

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from sim.scenario_io.load import load
from sim.ui.words import coded, marked, plain

MARKS = "`c` $a$ *b* [x](http://e.x) ![i](http://e.x/i.png) :red[r] <b>z</b> _u_ ~s~"
READ_AS_MARKS = re.compile(r"(?<!\\)(`c|\$a|\*b|_u|~s|:red\[)|x\]\(")
CODE = re.compile(r"(`{2,})(?!`).*?\1(?!`)", re.DOTALL)
"""What stands between two or more backticks."""
WRITTEN = (
    "markdown",
    "caption",
    "header",
    "subheader",
    "title",
    "warning",
    "info",
    "error",
    "success",
    "metric",
)
LABELED = ("expander", "button", "slider", "number_input", "radio")
CHOICES = ("selectbox", "multiselect")


def test_marks_are_shown_and_names_stay_as_they_are():
    assert not READ_AS_MARKS.search(plain(MARKS))
    assert plain("treatments.ketamine_home: 5 [days] (of 7), 12:30") == (
        "treatments.ketamine_home: 5 [days] (of 7), 12:30"
    )
    assert plain("# no heading\n> no quotation") == "\\# no heading\n\\> no quotation"
    assert plain("-") == r"\-"


def test_marks_of_the_app_stay_and_money_is_no_formula():
    assert marked("**$5** `code`") == r"**\$5** `code`"


@pytest.mark.parametrize(("text", "shown"), [("a", "`a`"), ("`", "`` ` ``"), ("a``b", "``` a``b ```")])
def test_code_may_have_backticks_in_it(text, shown):
    assert coded(text) == shown


def named(key):
    return f"{key} {MARKS}"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["base", "small_clinic"])
def test_no_page_reads_marks_in_titles_and_labels(server, name):
    scenario = load(name)
    texts = {"title": named("title"), "question": named("question")}
    for part in ("strategies", "resources"):
        texts |= {f"{part}.{key}.label": named(key) for key in getattr(scenario, part)}
    script = "import streamlit as st\nfrom sim.ui.frame import draw, page_of\ndraw(page_of(st.session_state['page']))"
    app = AppTest.from_string(script, default_timeout=120)
    app.query_params.update(
        {"scenario": name, "set": [f"{path}={json.dumps(text)}" for path, text in texts.items()]}
    )
    met = 0
    for page in (
        "compare",
        "capacity",
        "budget",
        "uncertainty",
        "pathways",
        "patient",
        "scenarios",
        "evidence",
    ):
        app.session_state["page"] = page
        app.run()
        assert not app.exception
        shown = [element.value for kind in WRITTEN for element in app.get(kind) if element.value]
        shown += [element.label for kind in LABELED for element in app.get(kind)]
        shown += [element.value.to_csv() for element in app.table]
        for text in shown:
            assert not READ_AS_MARKS.search(CODE.sub("", str(text))), (page, text)
            met += r"\*b\*" in str(text)
        for choice in (choice for kind in CHOICES for choice in app.get(kind)):
            assert not any("\\" in option for option in choice.options), (page, choice.label)
    assert met > len(texts)


def test_what_a_link_asks_for_is_told_as_it_is(server):
    app = AppTest.from_string(
        "from sim.ui.frame import draw\nfrom sim.ui.pages import about\ndraw(about.page)", default_timeout=120
    )
    app.query_params.update({"scenario": MARKS[:30], "set": [MARKS]})
    told = [note.value for note in app.run().info]
    assert len(told) == 2
    assert not any(READ_AS_MARKS.search(text) for text in told)
