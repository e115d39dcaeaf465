"""Sweeps and settings from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario_io.compose import compose
from sim.scenario_io.overrides import MOST_POINTS, changes_from, points

BASE = """\
name: base
run: {seed: 1, n_patients: 5}
economics:
  rate:
    value: 0.5
    unit: USD
    price_year: 2025
    label: Rate
    source: smith2019
    locator: Table 2
    grade: RCT
    range: [0.4, 0.6]
    distribution: {beta: {alpha: 5, beta: 5}}
  curve: {values: [1, 2], at: [0, 9], unit: ratio, source: assumption, grade: assumption}
care:
  screening: {needs: {chairs: {value: 1, unit: minutes}}}
strategies:
  b:
    lines: [{treatment: x}, {treatment: y}]
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that gives the plain scenarios of the base file, a sweep and overrides."""
    monkeypatch.chdir(tmp_path)

    def make(sweep: Any = "", *overrides: Any) -> Any:
        path = tmp_path / "base.yaml"
        path.write_text(BASE + sweep, encoding="utf-8")
        composed = compose(path.relative_to(tmp_path))
        return list(points(composed, changes_from(overrides, composed)))

    return make


def message_of(made: Any, *arguments: Any) -> str:
    with pytest.raises(ScenarioError) as caught:
        made(*arguments)
    return str(caught.value)


def test_without_a_sweep_there_is_one_scenario(made: Any) -> None:
    assert [point.tree["name"] for point in made()] == ["base"]


def test_an_empty_sweep_is_no_sweep(made: Any) -> None:
    assert [point.tree["name"] for point in made("sweep: {}")] == ["base"]


def test_a_sweep_gives_every_combination_with_the_last_varying_fastest(made: Any) -> None:
    names = [point.tree["name"] for point in made("sweep: {run.seed: [1, 2], economics.rate: [0.5, 3]}")]
    assert names == [
        "base[run.seed=1,economics.rate=0.5]",
        "base[run.seed=1,economics.rate=3]",
        "base[run.seed=2,economics.rate=0.5]",
        "base[run.seed=2,economics.rate=3]",
    ]


def test_the_sweep_itself_is_no_setting(made: Any) -> None:
    assert "sweep" not in made("sweep: {run.seed: [1, 2]}")[0].tree


def test_a_swept_parameter_keeps_no_evidence_of_the_old_number(made: Any) -> None:
    assert made("sweep: {economics.rate: [3]}")[0].tree["economics"]["rate"] == {
        "value": 3,
        "unit": "USD",
        "price_year": 2025,
        "label": "Rate",
        "source": "sweep",
        "grade": "assumption",
        "note": "sweep in place of 0.5 from 'smith2019'",
    }


@pytest.mark.parametrize("path", ["economics.rate", "economics.rate.value"])
def test_a_set_number_becomes_a_what_if_parameter(made: Any, path: str) -> None:
    rate = made("", f"{path}=3")[0].tree["economics"]["rate"]
    assert (rate["value"], rate["source"], "range" in rate) == (3, "what-if", False)


def test_a_set_curve_keeps_its_positions(made: Any) -> None:
    curve = made("", "economics.curve.values=[3, 4]")[0].tree["economics"]["curve"]
    assert (curve["values"], curve["at"], curve["source"]) == ([3, 4], [0, 9], "what-if")


def test_a_parameter_may_be_set_whole_with_its_own_source(made: Any) -> None:
    text = 'economics.rate={"value": 3, "unit": "USD", "source": "jones2020"}'
    assert made("", text)[0].tree["economics"]["rate"] == {"value": 3, "unit": "USD", "source": "jones2020"}


def test_a_parameter_set_without_a_source_is_a_what_if(made: Any) -> None:
    rate = made("", "economics.rate={value: 3, range: [1, 4]}")[0].tree["economics"]["rate"]
    assert (rate["value"], rate["range"], rate["unit"], rate["source"]) == (3, [1, 4], "USD", "what-if")


def test_a_parameter_may_be_left_out_by_null(made: Any) -> None:
    assert made("", "economics.rate=null")[0].tree["economics"]["rate"] is None


def test_a_map_changes_the_settings_it_names(made: Any) -> None:
    assert made("", "run={seed: 9}")[0].tree["run"] == {"seed": 9, "n_patients": 5}


def test_an_entry_of_a_list_is_set_by_its_position(made: Any) -> None:
    assert made("", "strategies.b.lines.1.treatment=z")[0].tree["strategies"]["b"]["lines"] == [
        {"treatment": "x"},
        {"treatment": "z"},
    ]


def test_a_setting_that_was_left_out_may_be_set(made: Any) -> None:
    assert made("", "care.max_reinductions=2")[0].tree["care"]["max_reinductions"] == 2


def test_of_two_overrides_the_last_counts(made: Any) -> None:
    assert made("", "run.seed=2", "run.seed=3")[0].tree["run"]["seed"] == 3


def test_set_stands_above_the_sweep(made: Any) -> None:
    settings = made("sweep: {run.seed: [1, 2], run.n_patients: [5, 6]}", "run.seed=7")
    assert [point.tree["name"] for point in settings] == ["base[run.n_patients=5]", "base[run.n_patients=6]"]
    assert {point.tree["run"]["seed"] for point in settings} == {7}


def test_a_set_name_is_the_base_of_the_swept_names(made: Any) -> None:
    assert made("sweep: {run.seed: [1, 2]}", "name=other")[1].tree["name"] == "other[run.seed=2]"


def test_origins_tell_set_and_sweep_from_the_file(made: Any) -> None:
    (point,) = made("sweep:\n  run.seed: [2]\n", "economics.rate=3")
    paths = [("run", "seed"), ("economics", "rate", "value"), ("run", "n_patients")]
    assert [str(point.origin_of(path)) for path in paths] == ["sweep (base.yaml:21)", "--set", "base.yaml:2"]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ("[{value: 2, source: a}, {value: 3, source: a}]", ["2", "3"]),
        ("[{value: 2, source: a}, {value: 2, source: b}]", ["option 1", "option 2"]),
        ("['?', b]", ["option", "b"]),
        ("[[1, 2], null]", ["[1, 2]", "null"]),
    ],
)
def test_swept_values_read_short_in_names(made: Any, values: Any, labels: Any) -> None:
    names = [point.tree["name"] for point in made(f"sweep: {{economics.rate: {values}}}")]
    assert names == [f"base[economics.rate={label}]" for label in labels]


def test_a_swept_map_of_settings_is_named_by_its_label(made: Any) -> None:
    names = [
        point.tree["name"]
        for point in made("sweep: {economics: [{label: Cheap, rate: 0.01}, {label: Dear, rate: 0.05}]}")
    ]
    assert names == ["base[economics=Cheap]", "base[economics=Dear]"]


def test_a_name_that_is_no_text_is_left_to_the_schema(made: Any) -> None:
    assert [point.tree["name"] for point in made("sweep: {run.seed: [1, 2]}", "name=3")] == [3, 3]


@pytest.mark.parametrize(
    ("sweep", "message"),
    [
        ("sweep: [1]", "base.yaml:20: sweep: must map paths to lists of values, got a list of 1"),
        ("sweep: {run.seed: 3}", "base.yaml:20: sweep.'run.seed': must be a list of values, got 3"),
        (
            "sweep: {run.seed: []}",
            "base.yaml:20: sweep.'run.seed': must be a list of values, got an empty list",
        ),
        (
            "sweep: {run.seed: [1, 1]}",
            "base.yaml:20: sweep.'run.seed'.1: must differ from the values before, got 1",
        ),
        (
            "sweep: {run.sed: [1]}",
            "base.yaml:20: run.sed: 'sed' is not a key of run; did you mean 'seed'?; known: n_patients, "
            "replications, seed",
        ),
        ("sweep: {name: [a, b]}", "base.yaml:20: sweep.name: must be another setting than name, swept once"),
        (
            "sweep: {economics.rate: [1], economics.rate.value: [2]}",
            "base.yaml:20: sweep.'economics.rate.value': must be another setting than economics.rate, swept once",
        ),
        (
            "sweep: {run: [3]}",
            "base.yaml:20: run: must be a map, or one of its settings must be named, got 3",
        ),
    ],
)
def test_a_malformed_sweep_is_told(made: Any, sweep: Any, message: str) -> None:
    assert message_of(made, sweep) == message


def test_a_sweep_of_too_many_scenarios_is_refused_before_they_are_made(made: Any) -> None:
    values = list(range(MOST_POINTS // 2))
    message = message_of(made, f"sweep: {{run.seed: {values}, run.n_patients: [1, 2, 3]}}")
    assert message == "base.yaml:20: sweep: must give at most 10000 scenarios, got 15000"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("run.seed", "--set: must be path=value, got 'run.seed'"),
        ("=3", "--set: must be path=value, got '=3'"),
        ("run.seed=", "--set: must be path=value, got 'run.seed='"),
        ("run.seed=.nan", "--set: run.seed: must be a finite number, got .nan"),
        (
            "run.a b=.nan",
            "--set: run.'a b': 'a b' is not a key of run; known: n_patients, replications, seed\n--set: run.'a b': must be a finite number, got .nan",
        ),
        ("ran.seed=3", "--set: ran.seed: 'ran' is not a key of the scenario; did you mean 'run'?"),
        (
            "care.screening.needs.chair=3",
            "--set: care.screening.needs.chair: 'chair' is not a key of care.screening.needs; "
            "did you mean 'chairs'?; known: chairs",
        ),
        (
            "economics.rate.range=[0, 1]",
            "--set: economics.rate.range: is part of the parameter economics.rate; set that parameter whole",
        ),
        (
            "care.patience.value=3",
            "--set: care.patience.value: 'patience' is left out of care; give it whole first",
        ),
        ("run.seed.x=3", "--set: run.seed.x: run.seed must be a map of settings to set 'x', got 1"),
        (
            "strategies.b.lines.2.treatment=x",
            "--set: strategies.b.lines.2.treatment: '2' must be a position in strategies.b.lines, from 0 to 1",
        ),
        (
            "strategies.b.lines.first=x",
            "--set: strategies.b.lines.first: 'first' must be a position in strategies.b.lines, from 0 to 1",
        ),
        ("run=3", "--set: run: must be a map, or one of its settings must be named, got 3"),
    ],
)
def test_a_malformed_override_is_told(made: Any, override: Any, message: str) -> None:
    assert message_of(made, "", override) == message


def test_all_malformed_overrides_are_told_at_once(made: Any) -> None:
    assert len(message_of(made, "", "a=1", "b", "run.sed=3").splitlines()) == 3


def test_long_paths_are_named_by_their_last_steps(
    tmp_path: Path, write_scenario: Callable[..., Path], tiny_tree: dict[str, Any]
) -> None:
    steps = ["effect.response", "effect.remission_ratio"]
    sweep = {f"treatments.{key}.{step}": [1] for key in ("tablets", "infusion") for step in steps}
    composed = compose(write_scenario(tiny_tree | {"sweep": sweep}))
    assert next(points(composed)).tree["name"] == (
        "tiny[infusion.effect.remission_ratio=1,infusion.effect.response=1,"
        "tablets.effect.remission_ratio=1,tablets.effect.response=1]"
    )
