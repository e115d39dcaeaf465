"""In what a study differs from the base case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.domain.scenario import Scenario
from sim.scenario_io.differences import Change, changed_paths, changes_between
from sim.scenario_io.load import check

ZERO = "{value: 0, unit: probability, source: assumption, grade: assumption, range: [0, 1]}"


@pytest.fixture
def changed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tiny: Scenario,
    tiny_tree: dict[str, Any],
    write_scenario: Callable[..., Path],
) -> Callable[..., list[str]]:
    """Return a function that gives in what a file that extends the tiny scenario differs from it."""
    monkeypatch.chdir(tmp_path)
    write_scenario(tiny_tree)

    def of(text: str, *overrides: str) -> list[str]:
        (tmp_path / "study.yaml").write_text(f"extends: tiny.yaml\n{text}\n", encoding="utf-8")
        return changed_paths(check("study.yaml", overrides=overrides)[0], tiny)

    return of


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("", []),
        ("name: own\ntitle: Own\nquestion: What?", []),
        ("sources: {smith2019: {citation: Smith, design: RCT}}", []),
        ("run: {seed: 0}", []),
        ("run: {seed: 5}\nhorizon_years: 2", ["horizon_years", "run.seed"]),
        (f"care: {{screening_no_show: {ZERO}}}", ["care.screening_no_show"]),
        ("care: {integration_after: [1]}", ["care.integration_after"]),
        ("care: {preparation: null}", ["care.preparation"]),
        (
            f"treatments: {{tablets: {{uptake: {{approval: {ZERO}}}}}}}",
            ["treatments.tablets.uptake.approval"],
        ),
        ("treatments: {tablets: {harms: {replace: true}}}", ["treatments.tablets.harms.nausea"]),
        (
            "strategies: {infusion: {lines: [{treatment: infusion}, {treatment: infusion}]}}",
            ["strategies.infusion.lines.1.treatment"],
        ),
        ("strategies: {infusion: {lines: [{treatment: infusion}]}}", ["strategies.infusion.lines"]),
        ("strategies: {other: {label: Other, lines: []}}", ["strategies.other"]),
        (
            "strategies: {replace: true, usual_care: {label: Usual care, lines: []}}",
            ["strategies.tablets", "strategies.infusion"],
        ),
    ],
)
def test_a_study_differs_in_what_it_changes(
    changed: Callable[..., list[str]], text: str, paths: list[str]
) -> None:
    assert changed(text) == paths


def test_another_note_on_a_number_is_a_difference(changed: Callable[..., list[str]]) -> None:
    text = (
        "care: {screening_no_show: {value: 0.1, unit: probability, source: assumption, "
        "grade: assumption, range: [0.05, 0.15], note: other}}"
    )
    assert changed(text) == ["care.screening_no_show"]


def test_a_copy_differs_in_what_it_changes_of_its_original(changed: Callable[..., list[str]]) -> None:
    text = "treatments: {later: {like: infusion, label: Later, maintenance: null, tolerance: null}}"
    assert changed(text) == [
        "treatments.later.label",
        "treatments.later.maintenance",
        "treatments.later.tolerance",
    ]


def test_a_copy_does_not_repeat_what_the_study_changes_in_the_original(
    changed: Callable[..., list[str]],
) -> None:
    text = f"treatments: {{tablets: {{uptake: {{accepts: {ZERO}}}}}, later: {{like: tablets, route: oral}}}}"
    assert changed(text) == ["treatments.tablets.uptake.accepts", "treatments.later.route"]


def test_a_copy_that_changes_nothing_differs_in_nothing(changed: Callable[..., list[str]]) -> None:
    assert changed("strategies: {b: {like: tablets}, c: {like: b}}\nresources: {beds: {like: chairs}}") == []


def test_what_is_set_above_the_study_is_a_difference(changed: Callable[..., list[str]]) -> None:
    text = "strategies: {b: {like: tablets}}"
    assert changed(text, "strategies.tablets.label=New", "run.seed=4") == [
        "run.seed",
        "strategies.tablets.label",
        "strategies.b.label",
    ]


def test_a_change_tells_what_stood_there_and_what_stands_there_now(
    tiny: Scenario, tiny_tree: dict[str, Any]
) -> None:
    tiny_tree["run"]["seed"] = 5
    tiny_tree["care"]["screening_no_show"] |= {"value": 0.08, "note": "other"}
    tiny_tree["strategies"]["other"] = {"label": "Other", "lines": []}
    del tiny_tree["strategies"]["tablets"]
    changes = {one.path: one for one in changes_between(tiny, Scenario.model_validate(tiny_tree))}
    assert changes["run.seed"] == Change("run.seed", 0, 5)
    assert [changes["care.screening_no_show"].old["value"], changes["care.screening_no_show"].new["value"]] == [
        0.1, 0.08,
    ]  # fmt: skip
    assert changes["strategies.other"] == Change("strategies.other", None, {"label": "Other", "lines": []})
    assert (changes["strategies.tablets"].old["label"], changes["strategies.tablets"].new) == (
        "Tablets",
        None,
    )


def test_a_source_described_anew_is_a_change_and_one_cited_anew_is_not(
    tiny: Scenario, tiny_tree: dict[str, Any]
) -> None:
    smith, jones = ({"citation": name, "design": "RCT"} for name in ("Smith", "Jones"))
    tiny_tree["care"]["screening_no_show"] |= {"source": "smith", "locator": "Table 2", "grade": "RCT"}
    old, new = (
        Scenario.model_validate(tiny_tree | {"sources": {"smith": one}}) for one in (smith, smith | jones)
    )
    assert changes_between(old, new) == [Change("sources.smith", smith, jones)]
    assert [one.path for one in changes_between(tiny, new)] == ["care.screening_no_show"]
