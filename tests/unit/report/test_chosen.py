"""Parts of a validation: one study, what can be judged, results with a mark."""

from __future__ import annotations

import pytest

from sim.analysis.agreement import totals
from sim.domain.targets import Kind
from sim.report.chosen import (
    judged,
    judged_misses,
    judged_sentence,
    kinds_of,
    mark_of,
    marked_tables,
    of_study,
)

ROW = {
    "target": "a", "kind": "check", "study": "trial", "strategy": "tablets", "quantity": "Response",
    "scale": "share", "published": 0.5, "published_low": 0.4, "published_high": 0.6, "low": 0.3, "high": 0.7,
    "simulated": 0.55, "se": 0.004, "inside": True, "inside_published": True, "miss": None,
}  # fmt: skip
OUTSIDE = ROW | {"simulated": 0.9, "inside": False, "inside_published": False, "study": "other"}
FIT = ROW | {"kind": "fit"}
VAGUE = FIT | {"se": 0.02, "inside": False}
NOBODY = OUTSIDE | {"simulated": None, "se": None}
NAMES = {name: {"tablets": name.title()} for name in ("trial", "other")}


@pytest.fixture
def content():
    def of(*rows):
        return {"targets": list(rows), "totals": totals(list(rows)), "left_out": {"x": "A median."}}

    return of


def test_a_study_is_chosen_with_its_totals(content):
    part = of_study(content(ROW, OUTSIDE, FIT), "other")
    assert part["targets"] == [OUTSIDE]
    assert (part["totals"]["fits"], part["totals"]["checks"], part["totals"]["checks_inside"]) == (0, 1, 0)
    assert part["left_out"] == {"x": "A median."}


def test_no_study_named_means_all(content):
    whole = content(ROW, OUTSIDE)
    assert of_study(whole, None) == whole


def test_what_needs_more_patients_is_not_judged(content):
    part = judged(content(ROW, VAGUE, FIT))
    assert part["targets"] == [ROW, FIT]
    assert (part["totals"]["fits"], part["totals"]["fits_inside"]) == (1, 1)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((FIT,), "1 of 1 fits agree."),
        ((FIT, VAGUE), "1 of 1 fits agree. 1 fit cannot be judged: too few patients were simulated."),
        ((VAGUE, VAGUE), "2 fits cannot be judged: too few patients were simulated."),
    ],
)
def test_fits_that_cannot_be_judged_are_counted_apart(content, rows, sentence):
    assert judged_sentence(content(*rows)) == sentence


def test_what_cannot_be_judged_is_no_miss(content):
    (told,) = judged_misses(content(VAGUE, OUTSIDE, FIT), NAMES)
    assert told.startswith("Other, Response: published 50.0%")


@pytest.mark.parametrize(
    ("row", "mark"), [(ROW, "✓"), (FIT, "✓"), (OUTSIDE, "✗"), (VAGUE, "?"), (NOBODY, "?")]
)
def test_a_mark_tells_whether_a_figure_agrees(row, mark):
    assert mark_of(row) == mark


def test_tables_put_the_result_in_front_as_mark_and_words(content):
    fits, checks = marked_tables(content(ROW, OUTSIDE, FIT, VAGUE, NOBODY), NAMES)
    assert [row[0] for row in fits.rows] == ["✓ agrees", "? too few patients to tell"]
    assert [row[0] for row in checks.rows] == [
        "✓ inside, also the published one",
        "✗ outside",
        "? nobody to count",
    ]
    assert fits.header[0] == "Result"
    assert {len(row) for row in checks.rows} == {len(checks.header)}
    assert checks.rows[0][1:3] == ("Trial", "Response")


def test_only_kinds_that_occur_are_told(content):
    assert kinds_of(content(OUTSIDE)) == [Kind.CHECK]
    assert kinds_of(content(OUTSIDE, FIT)) == [Kind.FIT, Kind.CHECK]
