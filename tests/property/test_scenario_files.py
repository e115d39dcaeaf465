"""Whatever stands in a scenario file, it loads back equal or tells what is wrong with it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.domain.scenario import Scenario
from sim.errors import ScenarioError
from sim.scenario_io.dump import dump, text_of
from sim.scenario_io.load import load, load_all
from sim.scenario_io.problems import error_of, problems_of
from sim.scenario_io.yaml_file import parse

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from(
        [0, -1, 1e308, -1e308, 5e-324, 10**17, "", "52%", "day", "assumption", [], {}, [[]], [None]]
    ),
    TEXT,
    st.lists(st.floats(), max_size=3),
    st.dictionaries(TEXT, st.integers(), max_size=2),
    st.just({"value": 1}),
    st.just({"lognormal": {"mu": 1e300, "sigma": 1e300}}),
).map(copy.deepcopy)


def _places(tree: Any, keys: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the steps to every part of a tree."""
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in children:
        yield (*keys, key)
        yield from _places(value, (*keys, key))


def _changed(tree: Any, keys: tuple[Any, ...], change: str, value: Any) -> None:
    """Delete, replace or rename one part of a tree, if it is still there."""
    for key in keys[:-1]:
        if not isinstance(tree, dict | list) or (
            key not in tree if isinstance(tree, dict) else key >= len(tree)
        ):
            return
        tree = tree[key]
    last = keys[-1]
    if not isinstance(tree, dict | list) or (
        last not in tree if isinstance(tree, dict) else last >= len(tree)
    ):
        return
    if change == "delete":
        del tree[last]
    elif change == "rename" and isinstance(tree, dict):
        tree[str(value)] = tree.pop(last)
    else:
        tree[last] = value


@pytest.fixture
def places(tiny_tree: dict[str, Any]) -> list[tuple[Any, ...]]:
    return list(_places(tiny_tree))


SPOT = st.integers(0, 10**6)
"""Which part of a tree: counted round when the tree has fewer."""


@given(
    mistakes=st.lists(
        st.tuples(SPOT, st.sampled_from(["delete", "replace", "replace", "rename"]), ODD),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=60)
def test_a_mutated_file_loads_or_tells_a_scenario_error(
    mistakes: Any, places: Any, tiny_tree: dict[str, Any], tmp_path: Path
) -> None:
    tree = copy.deepcopy(tiny_tree)
    for spot, change, value in mistakes:
        _changed(tree, places[spot % len(places)], change, value)
    path = tmp_path / "mutated.yaml"
    path.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    _loads_or_tells(path)


def _loads_or_tells(path: Path, overrides: tuple[str, ...] = ()) -> None:
    try:
        scenarios = load_all(path, overrides=overrides)
    except ScenarioError as error:
        assert str(error_of(problems_of(error))) == str(error)  # noqa: PT017
    else:
        assert all(isinstance(scenario, Scenario) for scenario in scenarios)


@given(parts=st.lists(st.tuples(SPOT, ODD), min_size=1, max_size=3))
@settings(max_examples=30)
def test_a_mutated_layer_loads_or_tells_a_scenario_error(
    parts: Any, places: Any, tiny_tree: dict[str, Any], write_scenario: Callable[..., Path], tmp_path: Path
) -> None:
    if not (tmp_path / "tiny.yaml").exists():
        write_scenario(tiny_tree)
    layer: dict[str, Any] = {"extends": "tiny.yaml"}
    for spot, value in parts:
        branch = layer
        *parents, last = [str(key) for key in places[spot % len(places)]]
        for key in parents:
            branch = branch.setdefault(key, {}) if isinstance(branch.get(key, {}), dict) else {}
        branch[last] = value
    path = tmp_path / "layer.yaml"
    path.write_text(json.dumps(layer, ensure_ascii=False), encoding="utf-8")
    _loads_or_tells(path)


PATH = st.one_of(SPOT, st.tuples(SPOT), TEXT)
"""A part of the tree, the same with its last character cut off, or any text."""


def _path(choice: Any, places: Any) -> str:
    if isinstance(choice, str):
        return choice
    spot = choice if isinstance(choice, int) else choice[0]
    path = ".".join(str(key) for key in places[spot % len(places)])
    return path if isinstance(choice, int) else path[:-1]


@given(
    sweep=st.lists(st.tuples(PATH, st.lists(ODD, max_size=2)), max_size=2),
    override=st.tuples(PATH, st.one_of(ODD.map(json.dumps), TEXT)),
)
@settings(max_examples=30)
def test_any_override_or_sweep_loads_or_tells_a_scenario_error(
    sweep: Any, override: Any, places: Any, tiny_tree: dict[str, Any], tmp_path: Path
) -> None:
    tree = tiny_tree | {"sweep": {_path(choice, places): values for choice, values in sweep}}
    path = tmp_path / "swept.yaml"
    path.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    _loads_or_tells(path, (f"{_path(override[0], places)}={override[1]}",))


@given(text=st.text(st.sampled_from("ab:-,[]{}?|>'\"\\#&*!%@`~ \n\t.01<\x85\u2028é"), max_size=40))
@settings(max_examples=300)
@example("? ? ? ? a")
@example("a: &x [*x]")
@example('"\\x')
def test_any_text_is_a_plain_map_or_tells_a_scenario_error(text: str) -> None:
    try:
        document = parse(text, file="f.yaml")
    except ScenarioError as error:
        assert str(error).startswith("f.yaml")  # noqa: PT017
    else:
        assert document.lines[()] >= 1


@given(text=TEXT, number=st.floats(allow_nan=False, allow_infinity=False))
@example(text="no", number=1e22)
@example(text="\x07\u2028", number=5e-324)
def test_any_text_and_number_survive_writing(text: str, number: float) -> None:
    tree = {"text": text, "number": number, "list": [number, text]}
    assert parse(text_of(tree), file="f.yaml").tree == tree


@given(
    title=st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), min_size=1).filter(
        str.strip
    ),
    horizon_years=st.floats(0.01, 50),
    seed=st.integers(0, 2**32 - 1),
    rate=st.floats(0, 1),
    values=st.lists(st.floats(1e-6, 1e6), min_size=3, max_size=3),
)
@example(title="no", horizon_years=0.01, seed=0, rate=-0.0, values=[1e-6, 1e6, 1.0])
def test_a_dumped_scenario_loads_equal(
    title: Any, horizon_years: Any, seed: Any, rate: Any, values: Any, tiny: Scenario, tmp_path: Path
) -> None:
    scenario = tiny.with_changes(
        {
            "title": title,
            "horizon_years": horizon_years,
            "run.seed": seed,
            "economics.discount_rate_costs": rate,
            "economics.price_index.values": values,
        }
    )
    path = tmp_path / "dumped.yaml"
    path.write_text(dump(scenario), encoding="utf-8")
    loaded = load(path)
    assert loaded == scenario
    assert loaded.digest == scenario.digest


@given(order=st.randoms(use_true_random=False))
@settings(max_examples=10)
def test_key_order_changes_neither_scenario_nor_digest(
    order: Any, tiny: Scenario, tiny_tree: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "shuffled.yaml"
    path.write_text(json.dumps(_shuffled(tiny_tree, order)), encoding="utf-8")
    assert load(path).digest == tiny.digest


def _shuffled(tree: Any, order: Any) -> Any:
    if isinstance(tree, dict):
        keys = list(tree)
        order.shuffle(keys)
        return {key: _shuffled(tree[key], order) for key in keys}
    return [_shuffled(value, order) for value in tree] if isinstance(tree, list) else tree
