"""Files that extend others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario_io import shipped
from sim.scenario_io.compose import compose
from sim.scenario_io.layers import Origin

PARENT = """\
name: parent
run:
  seed: 1
  n_patients: 5
economics:
  list: [1, 2]
  rate:
    value: 0.5
    unit: ratio
    source: smith2019
    locator: Table 2
    distribution: {beta: {alpha: 5, beta: 5}}
sources:
  smith2019: {citation: Smith, design: RCT, doi: 10/1}
"""


@pytest.fixture
def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that composes a child of the parent."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parent.yaml").write_text(PARENT, encoding="utf-8")

    def child(text: str) -> Any:
        path = tmp_path / "child.yaml"
        path.write_text(text, encoding="utf-8")
        return compose(path.relative_to(tmp_path))

    return child


def message_of(family: Any, text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        family(text)
    return str(caught.value)


def test_maps_merge(family: Any) -> None:
    assert family("extends: parent.yaml\nrun: {seed: 2}").tree["run"] == {"seed": 2, "n_patients": 5}


def test_lists_replace(family: Any) -> None:
    assert family("extends: parent.yaml\neconomics: {list: [3]}").tree["economics"]["list"] == [3]


def test_new_keys_are_added(family: Any) -> None:
    assert family("extends: parent.yaml\nrun: {new: {a: [1, {b: 2}]}}").tree["run"]["new"] == {
        "a": [1, {"b": 2}]
    }


def test_a_parameter_replaces_its_parents_whole(family: Any) -> None:
    composed = family("extends: parent.yaml\neconomics: {rate: {value: 0.6, unit: ratio}}")
    assert composed.tree["economics"]["rate"] == {"value": 0.6, "unit": "ratio"}


def test_an_entry_of_the_bibliography_replaces_its_parents_whole(family: Any) -> None:
    composed = family("extends: parent.yaml\nsources: {smith2019: {citation: S, design: RCT}}")
    assert composed.tree["sources"]["smith2019"] == {"citation": "S", "design": "RCT"}


def test_a_part_of_a_parameter_alone_is_refused(family: Any) -> None:
    assert message_of(family, "extends: parent.yaml\neconomics:\n  rate: {unit: days, note: x}") == (
        "child.yaml:3: economics.rate: must give the whole parameter with its value, got only note, unit"
    )


def test_an_empty_map_over_a_parameter_is_refused(family: Any) -> None:
    assert message_of(family, "extends: parent.yaml\neconomics:\n  rate: {}").endswith(
        "got only an empty map"
    )


def test_a_map_marked_replace_drops_the_parents_keys(family: Any) -> None:
    assert family("extends: parent.yaml\nrun: {replace: true, seed: 2}").tree["run"] == {"seed": 2}


def test_the_marker_is_dropped_where_there_is_nothing_to_replace(family: Any) -> None:
    assert family("extends: parent.yaml\nnew: {replace: true, a: 1}").tree["new"] == {"a": 1}


@pytest.mark.parametrize("key", ["run", "new"])
def test_the_marker_must_be_true(family: Any, key: Any) -> None:
    text = f"extends: parent.yaml\n{key}:\n  replace: false\n  seed: 2"
    assert message_of(family, text) == f"child.yaml:3: {key}.replace: must be true or left out, got false"


def test_something_named_replace_is_no_marker(family: Any) -> None:
    composed = family("extends: parent.yaml\nrun: {replace: {label: x}}")
    assert composed.tree["run"] == {"seed": 1, "n_patients": 5, "replace": {"label": "x"}}


def test_null_overrides(family: Any) -> None:
    assert family("extends: parent.yaml\nrun: null").tree["run"] is None


def test_every_part_knows_the_file_and_line_that_set_it(family: Any) -> None:
    composed = family("extends: parent.yaml\nrun:\n  seed: 2\n")
    assert [str(composed.origin_of(("run", key))) for key in ("seed", "n_patients", "missing")] == [
        "child.yaml:3",
        "parent.yaml:4",
        "child.yaml:2",
    ]


def test_a_replaced_part_forgets_its_parents_lines(family: Any) -> None:
    composed = family("extends: parent.yaml\neconomics:\n  rate: {value: 0.6}\n")
    assert composed.origin_of(("economics", "rate", "distribution", "beta")) == Origin("child.yaml", 3)


def test_a_child_without_a_name_is_named_after_its_file(family: Any) -> None:
    assert family("extends: parent.yaml").tree["name"] == "child"


def test_a_child_keeps_its_own_name(family: Any) -> None:
    assert family("extends: parent.yaml\nname: own").tree["name"] == "own"


def test_files_are_listed_with_the_first_ancestor_first(family: Any) -> None:
    assert [path.name for path in family("extends: parent.yaml").files] == ["parent.yaml", "child.yaml"]


def test_a_circle_is_told_as_a_chain(family: Any, tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("extends: child.yaml", encoding="utf-8")
    assert message_of(family, "extends: b.yaml") == (
        "child.yaml: extends itself: child.yaml -> b.yaml -> child.yaml"
    )


def test_a_file_that_extends_itself_is_told(family: Any) -> None:
    assert message_of(family, "extends: child.yaml") == "child.yaml: extends itself: child.yaml -> child.yaml"


@pytest.mark.parametrize(
    ("value", "shown"), [("[a, b]", "a list of 2"), ("''", "''"), ("3", "3"), ("", "nothing")]
)
def test_extends_names_one_file(family: Any, value: Any, shown: Any) -> None:
    assert message_of(family, f"extends: {value}") == (
        f"child.yaml:1: extends: must name one file or shipped scenario, got {shown}"
    )


def test_extends_is_not_absolute(family: Any, tmp_path: Path) -> None:
    path = (tmp_path / "parent.yaml").as_posix()
    assert "extends: must be relative to this file, or a shipped scenario, got" in message_of(
        family, f"extends: {path}"
    )


def test_a_missing_parent_is_told_with_the_nearest_shipped_name(
    family: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "root" / "sim")
    (tmp_path / "root" / "scenarios").mkdir(parents=True)
    (tmp_path / "root" / "scenarios" / "base.yaml").write_text("a: 1", encoding="utf-8")
    assert message_of(family, "name: x\nextends: bse.yaml") == (
        "child.yaml:2: extends: must be a file beside this one or a shipped scenario, got 'bse.yaml'; "
        "did you mean 'base'?; shipped: base"
    )


def test_a_shipped_scenario_is_extended_by_name(
    family: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "root" / "sim")
    (tmp_path / "root" / "scenarios").mkdir(parents=True)
    (tmp_path / "root" / "scenarios" / "base.yaml").write_text("a: 1", encoding="utf-8")
    assert family("extends: base").tree == {"a": 1, "name": "child"}


def test_a_mistake_in_a_parent_is_told_with_the_parents_name(family: Any, tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text("a: .nan", encoding="utf-8")
    assert message_of(family, "extends: parent.yaml") == "parent.yaml:1: a: must be a finite number, got .nan"
