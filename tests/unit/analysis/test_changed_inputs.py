"""Inputs that differ come with value, source and grade, what can move a result first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.analysis.changed_inputs import circumstances, input_rows, manifest_rows, settings_changes
from sim.domain.scenario import Scenario
from sim.results import ScenarioSettings
from sim.scenario_io.differences import Change
from sim.stored.stored_run import StoredRun

ATOM: dict[str, Any] = {
    "value": 0.2, "unit": "probability", "source": "smith", "locator": "Table 2", "grade": "RCT", "checked": True,
}  # fmt: skip


def test_a_parameter_is_told_with_its_source_and_grade_and_what_else_differs() -> None:
    new = ATOM | {"value": 0.3, "source": "assumption", "grade": "assumption", "range": [0.1, 0.5]}
    del new["locator"]
    [row] = input_rows("s", [Change("care.no_show", ATOM, new)])
    assert row == {
        "scenario": "s", "path": "care.no_show", "change": "changed", "old": 0.2, "new": 0.3,
        "old_unit": "probability", "new_unit": "probability", "old_source": "smith", "new_source": "assumption",
        "old_grade": "RCT", "new_grade": "assumption",
        "parts": {"range": {"old": None, "new": [0.1, 0.5]}, "locator": {"old": "Table 2", "new": None}},
        "moves_results": True,
    }  # fmt: skip


def test_a_plain_setting_has_no_source() -> None:
    [row] = input_rows("s", [Change("run.seed", 1, 2)])
    assert (row["old"], row["new"], row["old_source"], row["parts"], row["moves_results"]) == (
        1,
        2,
        None,
        {},
        True,
    )


def test_a_curve_is_told_by_its_numbers() -> None:
    curve = {
        "values": [1, 2],
        "at": [0, 5],
        "unit": "per year",
        "source": "assumption",
        "grade": "assumption",
    }
    [row] = input_rows("s", [Change("a.b", curve, curve | {"values": [1, 3], "at": [0, 6]})])
    assert (row["old"], row["new"], row["parts"]) == ([1, 2], [1, 3], {"at": {"old": [0, 5], "new": [0, 6]}})


def test_words_and_evidence_move_nothing_and_distributions_only_draws() -> None:
    spread = Change("a.b", ATOM, ATOM | {"distribution": {"beta": {"alpha": 2, "beta": 8}}})
    changes = [
        Change("a.c", ATOM, ATOM | {"note": "new", "checked": False}),
        Change("strategies.x.label", "Old", "New"),
        Change("sources.smith", {"citation": "Smith"}, {"citation": "Smith 2020"}),
        spread,
    ]
    assert [row["moves_results"] for row in input_rows("s", changes)] == [False] * 4
    assert [row["moves_results"] for row in input_rows("s", [spread], are_drawn=True)] == [True]


def test_parts_that_only_one_has_come_first_then_numbers_by_how_far_they_moved() -> None:
    changes = [
        Change("strategies.x.label", "Old", "New"),
        Change("a.little", 100.0, 101.0),
        Change("a.much", ATOM, ATOM | {"value": 0.9}),
        Change("a.list", [1.0, 2.0], [1.0, 2.2]),
        Change("a.zero", 0.0, 0.0),
        Change("a.gone", {"x": 1}, None),
        Change("a.word", "list", "net"),
        Change("a.come", None, {"x": 1}),
    ]
    rows = input_rows("s", changes)
    assert [(row["path"], row["change"]) for row in rows] == [
        ("a.gone", "removed"), ("a.come", "added"), ("a.word", "changed"), ("a.much", "changed"),
        ("a.list", "changed"), ("a.little", "changed"), ("a.zero", "changed"), ("strategies.x.label", "changed"),
    ]  # fmt: skip


def test_output_settings_differ_where_no_scenario_is_stored(tiny: Scenario) -> None:
    settings = ScenarioSettings.of(tiny)
    changed = replace(settings, title="Other", digest="0", wtp=5.0)
    assert settings_changes(settings, changed) == [Change("wtp", 100_000.0, 5.0)]


def test_circumstances_that_explain_results_are_told_and_those_of_the_moment_are_not() -> None:
    header = {
        "kind": "replications",
        "model": {"version": "1", "numpy": "2"},
        "shard": None,
        "patients": False,
    }
    manifest = {
        "engine": "simpy",
        "started": "now",
        "workers": 2,
        "files": [],
        "versions": {"python": "3.11"},
    }
    old = circumstances(StoredRun(Path(), header, manifest, ()))
    new = old | {
        "model": {"version": "1", "numpy": "3"}, "engine": "compiled", "started": "later", "workers": 1,
        "git": {"commit": "abc"}, "patients": None,
    }  # fmt: skip
    assert "files" not in old
    assert manifest_rows(old, new) == [
        {"path": "model.numpy", "old": "2", "new": "3"},
        {"path": "engine", "old": "simpy", "new": "compiled"},
        {"path": "git.commit", "old": None, "new": "abc"},
    ]
