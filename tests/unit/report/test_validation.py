"""Simulated against published figures as data, as a terminal prints them, and as a page that stands alone."""

from __future__ import annotations

import io
import json
import math
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from sim.batch.validate import manifest_of
from sim.domain.targets import Targets
from sim.outcomes.measures import Estimate
from sim.replication import Observed
from sim.report.score_figures import Course, course_figure
from sim.report.svg import Axis
from sim.report.validation import (
    arm_names,
    extent_sentence,
    misses,
    published_text,
    simulated_text,
    total_sentence,
    validation_content,
    validation_tables,
)
from sim.report.validation_console import print_validation
from sim.report.validation_page import validation_page
from sim.scenario_io.validation import Validation

SHARE = {"what": "state_at", "days": 30, "criterion": {"score": 10}}
RATIO = {"what": "relapse_hazard_ratio", "among": "responders", "against": "usual_care", "until_days": 90}
DIFFERENCE = {"what": "difference", "of": SHARE, "against": "usual_care"}
CHECK = {
    "study": "trial",
    "strategy": "tablets",
    "kind": "check",
    "quantity": "Remission <b>now</b>",
    "published": 0.5,
    "interval": [0.4, 0.6],
    "source": "anand2023",
    "measure": SHARE,
    "spread": "wide",
}
FIT = {key: value for key, value in CHECK.items() if key != "spread"} | {"kind": "fit", "own_rate": True}
TARGETS = {
    "fit.good": FIT,
    "fit.bad": FIT | {"strategy": "infusion", "miss": "Asked earlier."},
    "fit.vague": FIT,
    "check.both": CHECK,
    "check.wide": CHECK,
    "check.out": CHECK,
    "check.none": CHECK | {"study": "other"},
    "check.ratio": CHECK | {"measure": RATIO, "interval": [0.25, 1.0], "spread": None},
    "check.gap": CHECK | {"measure": DIFFERENCE, "published": 0.1, "interval": [0, 0.2], "spread": None},
}
ESTIMATES = {
    "fit.good": Estimate(0.501, 0.004, 9000),
    "fit.bad": Estimate(0.7, 0.004, 9000),
    "fit.vague": Estimate(0.52, 0.05, 90),
    "check.both": Estimate(0.55, 0.01, 900),
    "check.wide": Estimate(0.7, 0.01, 900),
    "check.out": Estimate(0.95, 0.01, 900),
    "check.none": Estimate(math.nan, math.nan, 0),
    "check.ratio": Estimate(0.4, 0.02, 900),
    "check.gap": Estimate(0.12, 0.02, 900),
}
RESULTS = [
    "agrees",
    "differs",
    "too few patients to tell",
    "inside, also the published one",
    "inside",
    "outside",
    "nobody to count",
    "inside, also the published one",
    "inside, also the published one",
]


def curve(n):
    days = np.array([0.0, 7.0, 14.0, 28.0])
    score = np.array([30.0, 25.0, 15.0, 12.0])
    share = np.array([0.0, 0.2, 0.4, 0.5])
    return {
        "days": days,
        "n": np.array(n, dtype=np.float64),
        "mean": score,
        "low": score - 5,
        "high": score + 5,
    } | {
        "response": share,
        "remission": share / 2,
    }


@pytest.fixture(scope="module")
def targets():
    spreads = {"wide": {"range": [0.2, 0.8], "note": "illustrative"}}
    return Targets.model_validate(
        {"spreads": spreads, "targets": TARGETS, "left_out": {"left.one": "A median without an interval."}}
    )


@pytest.fixture(scope="module")
def observed():
    def of(study):
        return {key: ESTIMATES[key] for key in TARGETS if TARGETS[key]["study"] == study}

    arms = {"usual_care": curve([0, 0, 0, 0]), "tablets": curve([90, 80, 60, 40]), "infusion": curve([9] * 4)}
    return [Observed("other", of("other"), {"tablets": curve([0] * 4)}), Observed("trial", of("trial"), arms)]


@pytest.fixture(scope="module")
def validation(request, targets):
    tiny = request.getfixturevalue("tiny")
    studies = {
        name: SimpleNamespace(scenario=tiny.with_changes({"name": name, "title": title}))
        for name, title in {"other": "Another trial", "trial": "A & B"}.items()
    }
    return Validation(targets, studies)


@pytest.fixture(scope="module")
def content(targets, observed):
    return validation_content(targets, observed)


@pytest.fixture(scope="module")
def page(validation, observed):
    return validation_page(validation, observed)


def test_content_is_json_with_nothing_undefined(content):
    told = json.loads(json.dumps(content, allow_nan=False))
    by_key = {row["target"]: row for row in told["targets"]}
    assert list(told) == ["targets", "totals", "left_out"]
    assert (by_key["check.none"]["simulated"], by_key["check.none"]["inside"]) == (None, False)
    assert (by_key["check.both"]["simulated"], by_key["check.both"]["inside"]) == (0.55, True)
    assert told["left_out"] == {"left.one": "A median without an interval."}


def test_the_total_is_a_sentence(content):
    assert total_sentence(content) == (
        "1 of 3 fits agree; 4 of 6 checks lie inside their prediction interval, 3 of 6 inside the published "
        "interval."
    )


def test_nothing_to_compare_is_said(targets):
    empty = validation_content(Targets(spreads={}, targets={}, left_out={}), [])
    assert total_sentence(empty) == "There is nothing to compare."


def test_every_result_is_a_word(content, validation):
    tables = validation_tables(content, arm_names(validation))
    assert [row[-1] for table in tables for row in table.rows] == RESULTS


def test_a_study_with_several_arms_names_them(validation):
    assert arm_names(validation)["trial"]["tablets"] == "A & B: Tablets"
    assert arm_names(validation)["other"]["tablets"] == "Another trial"


def test_figures_are_written_on_their_scale(content):
    by_key = {row["target"]: row for row in content["targets"]}
    assert published_text(by_key["check.ratio"]) == "0.50 (0.25 to 1.00)"
    assert published_text(by_key["check.gap"]) == "10.0% (0.0% to 20.0%)"
    assert simulated_text(by_key["fit.good"]) == "50.1% ± 0.40"
    assert simulated_text(by_key["check.none"]) == "-"


def test_a_figure_without_interval_stands_alone(content):
    row = content["targets"][0] | {"published_low": None, "published_high": None}
    assert published_text(row) == "50.0%"


def test_misses_tell_the_believed_reason_or_that_there_is_none(content, validation):
    told = misses(content, arm_names(validation))
    assert len(told) == 4
    assert told[0].startswith("A & B: Infusion, then tablets, Remission <b>now</b>: published 50.0%")
    assert told[0].endswith("differs. Believed reason: Asked earlier.")
    assert told[1].endswith("too few patients to tell. No reason is known yet.")


def printed(content, validation, width):
    sink = io.StringIO()
    print_validation(Console(file=sink, width=width, highlight=False), content, validation)
    return [line.rstrip() for line in sink.getvalue().splitlines()]


def test_the_extent_is_a_sentence(validation):
    assert extent_sentence(validation) == "2 studies with 200 patients in each arm; 3 fits and 6 checks."


def test_the_terminal_tells_size_fits_checks_total_misses_and_what_is_left_out(content, validation):
    lines = printed(content, validation, 300)
    assert lines[:2] == ["Simulated and published figures", extent_sentence(validation)]
    assert [line for line in lines if line in ("Fits (3)", "Checks (6)")] == ["Fits (3)", "Checks (6)"]
    assert "What does not agree (3)" in lines
    assert lines[-4:] == [
        "Left out (1)",
        "  - left.one: A median without an interval.",
        "",
        "Planning and teaching model, never advice for one patient.",
    ]


def test_the_terminal_tells_fits_that_need_more_patients_apart(content, validation):
    told = " ".join(printed(content, validation, 100))
    assert "1 of 2 fits agree; 4 of 6 checks" in told
    assert "1 fit cannot be judged: too few patients were simulated." in told


def test_an_arm_is_named_once_above_its_figures(content, validation):
    lines = printed(content, validation, 100)
    fits = lines[lines.index("Fits (3)") : lines.index("Checks (6)")]
    assert fits.count("A & B: Tablets") == 1
    tablets = fits.index("A & B: Tablets")
    assert [line.split()[-1] for line in fits[tablets + 1 : tablets + 3]] == ["agrees", "few"]
    assert fits[tablets + 1].split(maxsplit=2)[2] == "50.0% (40.0 to 60.0)  50.1% ± 0.40  agrees"


@pytest.mark.parametrize("width", [60, 80, 100, 300])
def test_no_line_is_wider_than_the_terminal_or_a_hundred_columns(content, validation, width):
    lines = printed(content, validation, width)
    assert max(map(len, lines)) <= min(width, 100)
    assert "…" not in "".join(lines)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_every_figure_is_told_at_every_width(content, validation, width):
    told = " ".join(" ".join(printed(content, validation, width)).split())
    assert told.count("50.0% (40.0 to 60.0)") == 7
    assert "0.50 (0.25 to 1.00)" in told
    assert "10.0% (0.0 to 20.0)" in told
    assert [row for row in content["targets"] if row["simulated"] and simulated_text(row) not in told] == []


class Outline(HTMLParser):
    """Notes elements, identities, references and balance."""

    VOID = frozenset({"meta", "br"})

    def __init__(self):
        super().__init__()
        self.open, self.identities, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.attributes.append((tag, named))
        if "id" in named:
            self.identities.append(named["id"])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def outline(page):
    found = Outline()
    found.feed(page)
    return found


def test_the_page_is_well_formed(outline):
    assert outline.open == []
    assert len(outline.identities) == len(set(outline.identities))


def test_the_page_loads_nothing(page, outline):
    assert re.findall(r"https?:|url\(|@import|<script|<link", page) == []
    assert [named for _, named in outline.attributes if {"src", "href"} & set(named)] == []


def test_every_drawing_has_a_title_and_a_description_or_is_hidden(outline):
    drawings = [named for tag, named in outline.attributes if tag == "svg"]
    labels = [named["aria-labelledby"].split() for named in drawings if named.get("role") == "img"]
    assert len(labels) == len(TARGETS) + 1
    assert {identity for label in labels for identity in label} <= set(outline.identities)
    assert [
        named for named in drawings if named.get("role") != "img" and named.get("aria-hidden") != "true"
    ] == []


def test_the_page_escapes_what_files_say(page):
    assert "Remission &lt;b&gt;now&lt;/b&gt;" in page
    assert "<b>now" not in page


def test_the_page_has_light_and_dark_colors_and_fits_a_narrow_screen(page):
    assert "@media (prefers-color-scheme: dark)" in page
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page


def test_the_page_tells_all_results_in_words(page):
    assert "1 fit cannot be judged: too few patients were simulated." in page
    assert [result for result in RESULTS if f">{result}</span>" not in page] == []


def test_the_page_cites_sources_in_full(page):
    assert "Anand 2023 N Engl J Med" in page
    assert "(not re-read)" in page


def test_every_figure_has_its_table(page):
    assert page.count("<details>") == 3
    assert '<th scope="row">Tablets</th><td>14</td><td>60</td><td>15.0</td>' in page


def test_a_page_without_figures_left_out_has_no_such_part(validation, observed, targets):
    whole = Validation(targets.model_copy(update={"left_out": {}}), validation.studies)
    assert "Left out" not in validation_page(whole, observed)


def course(n):
    return Course("A", "a", {"tablets": "Tablets"}, {"tablets": curve(n)})


def test_curves_end_when_fewer_than_half_of_the_starters_are_followed():
    assert "Tablets: 30.0 at first, 15.0 on day 14" in course_figure(course([90, 80, 60, 40]))


def test_a_study_in_which_nobody_begins_says_so():
    assert "Nobody begins a course" in course_figure(course([0] * 4))


def test_a_fit_that_needs_more_patients_is_no_miss(page):
    assert "<span>too few patients to tell</span>" in page
    assert '<span class="miss">differs</span>' in page
    assert "simulated, too few patients to tell" in page


def test_the_page_tells_how_it_was_made_when_that_is_known(page, validation, observed):
    manifest = manifest_of(validation, started=datetime(2026, 1, 2, tzinfo=UTC), workers=1, command="a < b")
    told = validation_page(validation, observed, manifest)
    assert "How this page was made" not in page
    assert "Command: a &lt; b" in told
    assert "Started (UTC): 2026-01-02T00:00:00+00:00" in told
    assert all(row["digest"] in told for row in manifest["scenarios"])


def test_content_holds_the_manifest_where_it_is_given(targets, observed):
    content = validation_content(targets, observed, {"version": "1"})
    assert list(content) == ["targets", "totals", "left_out", "manifest"]
    assert content["manifest"] == {"version": "1"}


@pytest.mark.parametrize(
    ("axis", "figure", "share"),
    [
        (Axis(0, 1, (), str), 0.25, 0.25),
        (Axis(0, 1, (), str), 1.5, 1),
        (Axis(0.25, 4, (), str, is_logarithmic=True), 1, 0.5),
        (Axis(0.25, 4, (), str, is_logarithmic=True), 0.01, 0),
    ],
)
def test_axes_place_figures_and_hold_those_beyond_their_ends(axis, figure, share):
    assert axis.share(figure) == pytest.approx(share)
