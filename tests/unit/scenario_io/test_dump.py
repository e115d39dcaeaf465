"""Scenarios as canonical YAML."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.domain.scenario import Scenario
from sim.scenario_io.dump import dump, text_above, text_of
from sim.scenario_io.layers import Composed, Origin, overlay
from sim.scenario_io.load import load
from sim.scenario_io.yaml_file import parse


@pytest.fixture
def reloaded(tmp_path: Path) -> Any:
    """Return a function that dumps a scenario and loads the text."""

    def reload(scenario: Any) -> Any:
        path = tmp_path / "dumped.yaml"
        path.write_text(dump(scenario), encoding="utf-8")
        return load(path)

    return reload


def test_a_dumped_scenario_loads_equal(tiny: Scenario, reloaded: Any) -> None:
    assert reloaded(tiny) == tiny


def test_a_dumped_scenario_has_the_same_digest(tiny: Scenario, reloaded: Any) -> None:
    assert reloaded(tiny).digest == tiny.digest


def test_the_same_scenario_is_always_the_same_text(tiny: Scenario, reloaded: Any) -> None:
    assert dump(reloaded(tiny)) == dump(tiny)


def test_key_order_and_comments_change_no_digest(
    tmp_path: Path, tiny: Scenario, tiny_tree: dict[str, Any], write_scenario: Callable[..., Path]
) -> None:
    path = write_scenario(dict(reversed(tiny_tree.items())))
    path.write_text("# a comment\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert load(path).digest == tiny.digest


def test_listing_another_source_changes_no_digest(
    tiny: Scenario, tiny_tree: dict[str, Any], write_scenario: Callable[..., Path]
) -> None:
    tree = tiny_tree | {"sources": {"smith2019": {"citation": "Smith", "design": "RCT"}}}
    assert load(write_scenario(tree)).digest == tiny.digest


def test_a_changed_number_changes_the_digest(
    tiny: Scenario, write_scenario: Callable[..., Path], tiny_tree: dict[str, Any]
) -> None:
    assert load(write_scenario(tiny_tree), overrides=["run.seed=5"]).digest != tiny.digest


def test_cited_sources_travel_with_the_scenario(tiny_tree: dict[str, Any], reloaded: Any) -> None:
    tiny_tree["care"]["patience"] |= {"source": "smith2019", "locator": "Table 2"}
    tiny_tree["sources"] = {"smith2019": {"citation": "Smith 2019", "design": "RCT", "year": 2019}}
    scenario = Scenario.model_validate(tiny_tree)
    assert reloaded(scenario) == scenario


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "1e3",
        "a: b",
        "a #b",
        "- x",
        " lead",
        "trail ",
        "line\nbreak",
        "é\x85\u2028",
        "true",
        "~",
        "'",
        '"',
        "a,b",
        "😀",
        "\x7f",
    ],
)
def test_any_text_survives(text: str) -> None:
    assert parse(text_of({"title": text}), file="f.yaml").tree == {"title": text}


def test_maps_and_lists_are_laid_out_for_reading(tiny: Scenario) -> None:
    text = dump(tiny.with_changes({"treatments.tablets.screening": {}}))
    assert "run:\n  n_patients: 200\n  replications: 2\n  seed: 0\n" in text
    assert "  tablets:\n    label: Tablets\n    lines:\n      - treatment: tablets\n" in text
    assert parse(text, file="f.yaml").tree["treatments"]["tablets"]["screening"] == {}


def test_a_long_text_is_written_at_once(tiny: Scenario) -> None:
    assert f"title: {'word ' * 200}end\n" in dump(tiny.with_changes({"title": "word " * 200 + "end"}))
    assert f'title: "{"word" * 200}…"\n' in dump(tiny.with_changes({"title": "word" * 200 + "…"}))


SCALARS = st.one_of(
    st.integers(-2, 2),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["a", "true", ""]),
)
PARTS = st.recursive(
    SCALARS | st.lists(SCALARS, max_size=2),
    lambda parts: st.one_of(
        st.dictionaries(st.sampled_from(["a", "b", "value", "values"]), parts, max_size=3),
        st.lists(st.dictionaries(st.sampled_from("ab"), SCALARS, min_size=1), max_size=2),
    ),
    max_leaves=8,
)
ENTRIES = st.dictionaries(st.sampled_from("ab"), st.dictionaries(st.sampled_from("cd"), SCALARS))
SETTINGS = st.fixed_dictionaries({}, optional={"care": PARTS, "illness": PARTS, "sources": ENTRIES})


@given(tree=SETTINGS, parent=SETTINGS)
@example(tree={"care": {}}, parent={"care": {"value": 0}})
@example(tree={"care": {"a": True}}, parent={"care": {"a": 1}})
@example(tree={"care": [1.0, -0.0]}, parent={"care": [1, 0.0]})
@example(tree={"sources": {"a": {"c": 1, "d": 1}}}, parent={"sources": {"a": {"c": 1, "d": 2}}})
def test_differences_laid_over_a_parent_give_the_settings_to_the_bit(tree: Any, parent: Any) -> None:
    above = parse(text_above(tree, parent, "parent.yaml"), file="child.yaml").tree
    assert above.pop("extends") == "parent.yaml"
    problems: list[Any] = []
    layers = [Composed(layer, {(): Origin(file)}) for layer, file in ((parent, "parent"), (above, "child"))]
    assert json.dumps(overlay(*layers, problems).tree, sort_keys=True) == json.dumps(tree, sort_keys=True)
    assert problems == []
