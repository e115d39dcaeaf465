"""The page about stored results tells every file and every column, in the words of the program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from sim.analysis import comparison
from sim.analysis.draw_summary import summary_rows
from sim.domain.column_meanings import (
    CLINICAL,
    DRAWN_FRAMES,
    DRAWN_SUMMARY,
    FRAMES,
    MEASURES,
    SUMMARY,
    Meaning,
    meaning_of,
)
from sim.domain.columns import CLINICAL_VALUES, COLUMNS, CURVE_MEASURES
from sim.stored.files import HEADER, MANIFEST
from sim.stored.journal import JOURNAL
from sim.stored.layout import FORMAT_VERSION, SCENARIOS, SETTINGS
from sim.stored.layout import SUMMARY as SUMMARY_FILE
from sim.worlds import stored as draws
from sim.worlds.stored import ProbabilisticResults

PAGE = Path(__file__).resolve().parents[2] / "docs" / "results.md"
TABLES: Mapping[str, Mapping[str, Meaning]] = {
    **FRAMES,
    "measures": MEASURES,
    "summary": SUMMARY,
    **{f"drawn {name}": columns for name, columns in DRAWN_FRAMES.items()},
    "drawn clinical": {
        name: meaning for name, meaning in DRAWN_FRAMES["clinical"].items() if name not in CLINICAL
    },
}


def part(name: str) -> str:
    return rf"(<!-- columns {name} -->\n)(.*?)(<!-- end -->)"


def table(name: str) -> str:
    rows = [f"| `{column}` | {' | '.join(meaning)} |" for column, meaning in TABLES[name].items()]
    head = "measure" if name == "measures" else "column"
    return "\n".join([f"| {head} | unit | what it is |", "|---|---|---|", *rows, ""])


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_told_in_the_words_of_the_program(name: str, request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        text = re.sub(part(name), lambda match: match[1] + table(name) + match[3], text, flags=re.DOTALL)
        PAGE.write_text(text, encoding="utf-8")
    told = re.search(part(name), text, re.DOTALL)
    assert told is not None
    assert told[2] == table(name), "run with --update-golden"


@pytest.mark.parametrize("name", COLUMNS)
def test_the_columns_of_a_frame_are_those_that_have_a_meaning(name: str) -> None:
    assert sorted(FRAMES[name]) == sorted(COLUMNS[name])


def test_clinical_columns_and_measures_are_those_that_have_a_meaning() -> None:
    assert set(CLINICAL) == set(CLINICAL_VALUES)
    assert set(MEASURES) == set(CURVE_MEASURES)


def test_every_column_of_a_comparison_has_a_meaning() -> None:
    columns = (*comparison.COLUMNS, *comparison.ERROR_COLUMNS, *comparison.EXTRA_COLUMNS)
    assert [column for column in columns if meaning_of(column) is None] == []
    assert meaning_of("nothing_se") is None


def test_every_column_of_drawn_frames_and_of_their_summary_has_a_meaning(
    tiny_draws: ProbabilisticResults,
) -> None:
    (one,) = tiny_draws.scenarios.values()
    tables = draws._frames("tiny", draws.DRAWN, one.drawn)
    assert {name: set(frame.columns) for name, frame in tables.items()} == {
        name: set(columns) for name, columns in DRAWN_FRAMES.items()
    }
    assert tuple(summary_rows("tiny", one)[0]) == tuple(DRAWN_SUMMARY)


@pytest.mark.parametrize("name", [HEADER, JOURNAL, SCENARIOS, SETTINGS, SUMMARY_FILE, MANIFEST])
def test_every_file_is_told(name: str) -> None:
    assert f"`{name}" in PAGE.read_text(encoding="utf-8")


def test_the_page_is_about_the_present_form() -> None:
    assert f"this page describes form {FORMAT_VERSION}." in PAGE.read_text(encoding="utf-8")
