"""What changed between two runs, in sentences and tables: the important first, the rest counted."""

from __future__ import annotations

from typing import Any

import pytest

from sim.report.diff import diff_sentences, print_diff
from sim.report.diff_tables import input_tables, manifest_tables, result_tables

Tree = dict[str, Any]
PAIRING = "Paired by replication: both have seed 1, 300 patients and the same 4 replications (common random numbers)."


def scenario(**more: Any) -> Tree:
    return {
        "old": "base", "new": "base", "matched_by": "name", "unit": "replication", "seed": {"old": 1, "new": 1},
        "n_patients": {"old": 300, "new": 300}, "n_replications": {"old": 4, "new": 4}, "is_paired": True,
        "why_not_paired": None, "is_identical": False, "n_compared": 500, "n_changed": 0, "n_clear": 0,
        "strategies": {"a": "Alpha"}, "only_old": [], "only_new": [],
    } | more  # fmt: skip


def result(column: str = "cost", **more: Any) -> Tree:
    return {
        "scenario": "base", "strategy": "a", "column": column, "old": 100.0, "new": 150.0, "old_se": 3.0,
        "new_se": 4.0, "difference": 50.0, "se": 5.0, "low": 34.0, "high": 66.0, "is_paired": True, "is_clear": True,
    } | more  # fmt: skip


def setting(path: str, old: Any, new: Any, **more: Any) -> Tree:
    nothing = dict.fromkeys(
        f"{side}_{name}" for side in ("old", "new") for name in ("unit", "source", "grade")
    )
    row = {"scenario": "base", "path": path, "change": "changed", "old": old, "new": new, "parts": {}}
    return nothing | row | {"moves_results": True} | more


def content(**more: Any) -> Tree:
    return {
        "kind": "replications", "scenarios": [scenario()], "inputs": [], "results": [], "notes": [],
        "manifest": {"differences": []},
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("more", "sentences"),
    [
        ({"is_identical": True}, ["base: all 500 results are identical to the bit."]),
        ({}, ["base: all 500 results are the same."]),
        (
            {"is_identical": True, "n_changed": 12, "n_clear": 12},
            [
                "base: what was simulated is identical to the bit; 12 of 500 results differ because output "
                "settings do."
            ],
        ),
        (
            {"n_changed": 9, "n_clear": 2},
            [f"base: 9 of 500 results differ, 2 of them beyond chance; 491 are identical. {PAIRING}"],
        ),
        (
            {"n_changed": 40, "n_clear": 9, "old": "first", "is_paired": False, "why_not_paired": "seeds differ (1 and 2)"},
            [
                "first, now base: 40 of 500 results differ, 9 of them beyond chance; 460 are identical. Not paired, "
                "because seeds differ (1 and 2): both runs count as independent.",
                "With so many results some 2 would be called beyond chance though nothing but chance differed.",
            ],
        ),
        (
            {"only_old": ["x", "y"], "only_new": ["z"]},
            [
                "base: all 500 results are the same.",
                "base: only the old run has x and y.",
                "base: only the new run has z.",
            ],
        ),
    ],
)  # fmt: skip
def test_results_are_told_in_sentences(more: Tree, sentences: list[str]) -> None:
    assert diff_sentences(content(scenarios=[scenario(**more)])) == ["All inputs are the same.", *sentences]


def test_scenarios_in_which_nothing_changed_are_counted() -> None:
    same = [scenario(new=name, is_identical=True) for name in "abc"]
    told = diff_sentences(content(scenarios=[*same, scenario()], notes=["it is so"]))
    assert told == [
        "All inputs are the same.", "Note: it is so.", "3 scenarios: all results are identical to the bit.",
        "base: all 500 results are the same.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moves", "sentence"),
    [
        ([True], "1 input differs."),
        ([True, True, False], "2 inputs differ, and words, evidence or uncertainty of 1 more."),
        ([False], "0 inputs differ, and words, evidence or uncertainty of 1 more."),
    ],
)
def test_inputs_are_counted_once_for_all_scenarios(moves: list[bool], sentence: str) -> None:
    inputs = [
        setting(f"a.{number}", 1, 2, moves_results=move, scenario=name)
        for number, move in enumerate(moves)
        for name in ("base", "other")
    ]
    assert diff_sentences(content(inputs=inputs))[0] == sentence


def test_many_scenarios_are_told_in_one_table_with_the_largest_clear_change_of_net_benefit() -> None:
    scenarios = [scenario(new=f"s{number}", n_changed=number % 2, n_clear=number % 2) for number in range(21)]
    rows = [
        result("nmb", scenario="s1", difference=-2_000.0),
        result("nmb", scenario="s3", is_clear=False),
        *(result(scenario=f"s{number}") for number in range(5, 21, 2)),
    ]
    told = content(scenarios=scenarios, results=rows)
    assert diff_sentences(told)[1:] == [
        "Results of 10 of 21 scenarios differ: 10 results, 10 of them beyond chance. 21 of the scenarios are "
        "paired by replication (same seed, patients and numbers: common random numbers)."
    ]
    [table] = result_tables(told, every=False)
    assert table.rows[:2] == (("s1", "-$2,000 (Alpha)", "1", "1"), ("s3", "-", "1", "1"))
    none = content(scenarios=[one | {"n_changed": 0} for one in scenarios])
    assert diff_sentences(none)[1:] == ["All results of 21 scenarios are the same."]
    same = content(scenarios=[one | {"n_changed": 0, "is_identical": True} for one in scenarios])
    assert diff_sentences(same)[1:] == ["All results of 21 scenarios are identical to the bit."]
    assert result_tables(none, every=False) == []


def test_more_notes_than_fit_are_counted() -> None:
    told = diff_sentences(content(notes=[f"note {number}" for number in range(7)]))
    assert told[1:7] == [*(f"Note: note {number}." for number in range(5)), "2 more notes; --json has all."]


def test_inputs_are_told_with_value_source_and_grade_and_in_which_scenarios() -> None:
    number = setting(
        "care.no_show", 0.2, 0.3, old_unit="probability", new_unit="share", old_source="smith",
        new_source="assumption", old_grade="RCT", new_grade="RCT", parts={"range": {}, "note": {}},
    )  # fmt: skip
    inputs = [
        number, number | {"scenario": "other"},
        setting("a.list", [1, 2.5], None), setting("a.part", None, {"x": 1, "y": 2}), setting("a.flag", True, "new\nline"),
        setting("a.label", "Old", "New", moves_results=False),
    ]  # fmt: skip
    tables = input_tables(content(scenarios=[scenario(), scenario(new="other")], inputs=inputs))
    assert [table.title for table in tables] == [
        "Inputs that differ",
        "Words, evidence and uncertainty that differ (they move none of these results)",
    ]
    assert tables[0].rows == (
        ("care.no_show", "0.2", "0.3 share", "smith, now assumption", "RCT", "range, note", "all"),
        ("a.list", "1, 2.5", "none", "", "", "", "base"),
        ("a.part", "none", "2 settings", "", "", "", "base"),
        ("a.flag", "true", "new line", "", "", "", "base"),
    )
    assert input_tables(content(inputs=[setting("run.seed", 20251121, 3)]))[0].rows == (
        ("run.seed", "20251121", "3", "", "", ""),
    )


def test_circumstances_are_told_with_digests_cut_short() -> None:
    rows = [
        {"path": "model.source_sha256", "old": "a" * 64, "new": "b" * 64},
        {"path": "engine", "old": None, "new": "compiled"},
    ]
    assert manifest_tables(content(manifest={"differences": rows}))[0].rows == (
        ("model.source_sha256", "a" * 12, "b" * 12),
        ("engine", "-", "compiled"),
    )
    assert manifest_tables(content()) == []


def test_results_are_written_in_their_units() -> None:
    rows = [
        result("status", old="dominated", new="on frontier", difference=None, se=None, low=None, is_clear=None),
        result(),
        result("response_share", old=0.1, new=0.05, old_se=0.01, new_se=0.02, difference=-0.05, se=0.005, low=-0.06, high=-0.04),
        result("qaly_base", old=0.5, new=0.6, old_se=None, new_se=None, difference=0.1, se=None, low=None, is_clear=None),
        result("icer", old=None, new=9_000.0, old_se=None, new_se=None, difference=None, low=None, is_clear=False),
    ]  # fmt: skip
    [table] = result_tables(content(results=rows), every=False)
    assert table.rows == (
        ("Alpha", "status", "dominated", "on frontier", "-", "-", "-"),
        ("Alpha", "cost", "$100 ± 3", "$150 ± 4", "+$50 ± 5", "+$34 to +$66", "yes"),
        ("Alpha", "response_share", "10.0% ± 1.0", "5.0% ± 2.0", "-5.0 ± 0.5 % points", "-6.0 to -4.0 % points", "yes"),
        ("Alpha", "qaly (scenario as it is)", "0.5000", "0.6000", "+0.1000", "-", "-"),
        ("Alpha", "icer", "-", "$9,000", "-", "-", "no"),
    )  # fmt: skip


def test_more_results_than_fit_are_counted_unless_all_are_asked_for() -> None:
    told = content(results=[result(strategy=str(number)) for number in range(30)])
    [some], [every] = (result_tables(told, every=choice) for choice in (False, True))
    assert (len(some.rows), some.notes) == (25, ("5 more differ; --all tells every one.",))
    assert (len(every.rows), every.notes) == (30, ())


def test_what_is_printed_says_what_its_errors_tell(capsys: pytest.CaptureFixture[str]) -> None:
    print_diff(content(), "before", "after", every=False)
    print_diff(content(kind="probabilistic"), "before", "after", every=False)
    printed = capsys.readouterr().out
    assert printed.startswith("From before to after\nAll inputs are the same.\n")
    assert printed.index("Errors tell chance only.") < printed.index("uncertainty and chance together")
    assert printed.endswith("Planning and teaching model, never advice for one patient.\n")
