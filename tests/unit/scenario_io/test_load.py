"""From files to scenarios, and what is said on the way."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from sim.domain.scenario import Scenario
from sim.errors import ScenarioError
from sim.scenario_io.layers import Composed, Origin
from sim.scenario_io.load import DEFAULT, check, load, load_all
from sim.scenario_io.messages import problems_from
from sim.scenario_io.problems import problems_of

ABSENT = object()


@pytest.fixture
def told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tiny_tree: dict[str, Any],
    write_scenario: Callable[..., Path],
) -> Any:
    """Return a function that changes the tiny file at dotted paths and gives what loading it tells."""
    monkeypatch.chdir(tmp_path)

    def tell(changes: dict[str, Any], overrides: Any = ()) -> Any:
        tree = copy.deepcopy(tiny_tree)
        for path, value in changes.items():
            *parents, last = path.split("/")
            branch = tree
            for key in parents:
                branch = branch[int(key) if isinstance(branch, list) else key]
            if value is ABSENT:
                del branch[last]
            else:
                branch[last] = value
        write_scenario(tree)
        with pytest.raises(ScenarioError) as caught:
            load("tiny.yaml", overrides=overrides)
        return [f"{problem.path}: {problem.message}" for problem in problems_of(caught.value)]

    return tell


def test_a_complete_file_loads(
    write_scenario: Callable[..., Path], tiny_tree: dict[str, Any], tiny: Scenario
) -> None:
    assert load(write_scenario(tiny_tree)) == tiny


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("run/n_patients", 10**9, "run.n_patients: must be at most 2000000, got 1000000000"),
        ("horizon_years", 0, "horizon_years: must be at least 0.01, got 0"),
        ("resources/chairs/units", 0, "resources.chairs.units: must be above 0, got 0"),
        ("run/seed", -1, "run.seed: must be at least 0, got -1"),
        ("run/seed", 2**32, "run.seed: must be below 4294967296, got 4294967296"),
        ("run/seed", 1.5, "run.seed: must be a whole number, got 1.5"),
        ("run/seed", True, "run.seed: must be a whole number, got true"),
        ("horizon_years", "two", "horizon_years: must be a number, got 'two'"),
        ("economics/wtp", "52 %", "economics.wtp: must be a number, got '52 %'; write 0.52"),
        ("title", 3, "title: must be a text, got 3"),
        ("title", "", "title: must be a text of at least one character, got ''"),
        ("name", "a/b", "name: must be letters, digits, blanks and any of _.-[]=,+, got 'a/b'"),
        ("schema_version", 2, "schema_version: must be 1, got 2"),
        ("economics/currency", "EUR", "economics.currency: must be 'USD', got 'EUR'"),
        (
            "economics/perspective",
            "sectr",
            "economics.perspective: must be 'sector', 'payer', 'patient', 'programme' or 'societal', got 'sectr'; "
            "did you mean 'sector'?",
        ),
        ("run", 3, "run: must be a map, got 3"),
        ("resources", [], "resources: must be a map, got an empty list"),
        ("care/integration_after", 2, "care.integration_after: must be a list, got 2"),
        ("care/patience", 3, "care.patience: must be a parameter with value, unit and source, got 3"),
        (
            "treatments/tablets/effect/onset",
            [1],
            "treatments.tablets.effect.onset: must be a parameter with values, unit and source, got a list of 1",
        ),
        (
            "care/patience/unit",
            "day",
            "care.patience.unit: must be a known unit, got 'day'; did you mean 'days'?",
        ),
        ("care/patience/unit", None, "care.patience.unit: must be a known unit, got nothing"),
        ("care/patience/range", [1], "care.patience.range.1: must be given, got nothing"),
        (
            "care/patience/range",
            [1, 2, 3],
            "care.patience.range: must have at most 2 entries, got a list of 3",
        ),
        (
            "treatments/tablets/effect/onset/values",
            [],
            "treatments.tablets.effect.onset.values: must have at least 1 entry, got an empty list",
        ),
        (
            "treatments/tablets/preparation",
            "no",
            "treatments.tablets.preparation: must be true or false, got 'no'",
        ),
        (
            "treatments/tablets/harms/nausea/period",
            "week",
            "treatments.tablets.harms.nausea.period: must be 'session' or 'induction', got 'week'",
        ),
        (
            "run/sead",
            3,
            "run.sead: 'sead' is not a key here; did you mean 'seed'?; known: n_patients, replications, seed",
        ),
        ("sweeps", {}, "sweeps: 'sweeps' is not a key here; did you mean 'sweep'?"),
        ("run/seed", ABSENT, "run.seed: must be given, got nothing"),
        (
            "treatments/tablets/effect/response/unit",
            "ratio",
            "treatments.tablets.effect.response: unit must be 'probability', got 'ratio'",
        ),
        ("economics/wtp", 1e16, "economics.wtp: must be at most 1e+15, got 1e+16"),
        (
            "economics/price_index/values",
            [1e-9, 1, 1e9],
            "economics: price_index must lie in [1e-06, 1e+06], got 1e-09 to 1e+09",
        ),
        (
            "economics/price_index/at",
            [2023, 2024.5, 2025],
            "economics: price_index must be by whole years (at), got 2024.5",
        ),
        (
            "population/arrivals",
            [{"from_day": 0, "per_week": 1}, {"from_day": 36_526, "per_week": 1}],
            "population.arrivals.1.from_day: must be at most 36525, got 36526",
        ),
        (
            "population/severity/lowest",
            0,
            "population.severity.lowest: must be at least 1, got 0",
        ),
        (
            "strategies/tablets/lines",
            [{"treatment": "tablets"}] * 51,
            "strategies.tablets.lines: must have at most 50 entries, got a list of 51",
        ),
        (
            "strategies",
            {f"s{number}": {"label": "No treatment", "lines": []} for number in range(101)},
            "strategies: must have at most 100 entries, got 101",
        ),
    ],
)
def test_each_mistake_has_its_own_words(
    told: Callable[..., list[str]], path: str, value: Any, message: str
) -> None:
    assert message in told({path: value})


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "strategies/tablets/label",
            "a\nb",
            "must be one line without control characters, got '\\n'; leave it out",
        ),
        (
            "resources/chairs/label",
            "a\tb",
            "must be one line without control characters, got '\\t'; leave it out",
        ),
        ("title", "a\u202eb", "must be one line without control characters, got '\\u202e'; leave it out"),
        (
            "treatments/tablets/harms/nausea/label",
            "\x1b[31mred",
            "must be one line without control characters, got '\\x1b'; leave it out",
        ),
        ("treatments/tablets/label", "  ", "must hold a visible character, got blanks only"),
        ("question", "a\x07", "must hold no control characters, got '\\x07'; leave it out"),
        ("care/patience/note", "a\u2028b", "must hold no control characters, got '\\u2028'; leave it out"),
    ],
)
def test_what_would_break_a_table_or_a_terminal_is_refused(
    told: Callable[..., list[str]], path: str, value: str, message: str
) -> None:
    assert told({path: value}) == [f"{path.replace('/', '.')}: {message}"]


def test_a_question_may_have_several_lines(
    write_scenario: Callable[..., Path], tiny_tree: dict[str, Any]
) -> None:
    question = "What does it cost?\n\tAnd what does it bring? 👩‍⚕️\n"
    assert load(write_scenario(tiny_tree | {"question": question})).question == question


@pytest.mark.parametrize("name", ["a\nb", "a\n", "\x1b[31m", "a\u2028"])
def test_a_name_of_several_lines_is_refused(told: Callable[..., list[str]], name: str) -> None:
    key = {name: {"label": "No treatment", "lines": []}}
    told_of_name, told_of_key = told({"name": name}), told({"strategies": key})
    assert [line.split(", got ")[0] for line in told_of_name] == [
        "name: must be letters, digits, blanks and any of _.-[]=,+"
    ]
    assert "must be lower case letters, digits and underscores, beginning with a letter" in told_of_key[0]


def test_a_name_out_of_pattern_is_told(told: Callable[..., list[str]]) -> None:
    assert told({"resources/Big Chairs": 3}) == [
        "resources.'Big Chairs': must be a map, got 3",
        "resources.'Big Chairs': must be lower case letters, digits and underscores, beginning with a letter, "
        "got 'Big Chairs'",
    ]


def test_a_percentage_is_told_how_to_be_written(told: Callable[..., list[str]]) -> None:
    response = {
        "value": 52,
        "unit": "probability",
        "source": "assumption",
        "grade": "assumption",
        "range": [0, 90],
    }
    assert told({"treatments/tablets/effect/response": response}) == [
        "treatments.tablets.effect.response: probability must lie in [0, 1], got 52; write 0.52"
    ]


def test_contradictions_between_parts_are_told_all_at_once(told: Callable[..., list[str]]) -> None:
    assert told({"economics/comparator": "usual", "strategies/tablets/lines/0/treatment": "tablet"}) == [
        "economics.comparator: 'usual' is not a strategy; did you mean 'usual_care'?; known: infusion, tablets, "
        "usual_care",
        "strategies.tablets.lines.0.treatment: 'tablet' is not a treatment; did you mean 'tablets'?; known: "
        "infusion, tablets",
    ]


def test_a_bare_number_for_a_parameter_that_was_left_out_is_told(told: Callable[..., list[str]]) -> None:
    assert told({}, ["treatments.tablets.uptake.approval=0.3"]) == [
        "treatments.tablets.uptake.approval: must be a parameter with value, unit and source, got 0.3"
    ]


def test_a_mistake_set_on_the_command_line_is_told_as_such(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_scenario: Callable[..., Path],
    tiny_tree: dict[str, Any],
) -> None:
    monkeypatch.chdir(tmp_path)
    path = write_scenario(tiny_tree)
    with pytest.raises(ScenarioError, match=r"^--set: run\.seed: must be at least 0, got -1$"):
        load(path, overrides=["run.seed=-1"])


def test_mistakes_point_to_the_file_and_line_that_set_them(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_scenario: Callable[..., Path],
    tiny_tree: dict[str, Any],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_scenario(tiny_tree | {"title": ""}, "a.yaml")
    (tmp_path / "b.yaml").write_text("extends: a.yaml\nrun:\n  seed: -1\n  sead: 2\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load("b.yaml")
    places = [(problem.file, problem.path) for problem in problems_of(caught.value)]
    assert places == [("a.yaml", "title"), ("b.yaml", "run.seed"), ("b.yaml", "run.sead")]
    assert [problem.line for problem in problems_of(caught.value)][1:] == [3, 4]


def test_a_sweep_is_loaded_whole(write_scenario: Callable[..., Path], tiny_tree: dict[str, Any]) -> None:
    scenarios = load_all(write_scenario(tiny_tree | {"sweep": {"run.seed": [1, 2]}}))
    assert [(s.name, s.run.seed) for s in scenarios] == [("tiny[run.seed=1]", 1), ("tiny[run.seed=2]", 2)]


def test_a_sweep_of_several_is_not_one_scenario(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_scenario: Callable[..., Path],
    tiny_tree: dict[str, Any],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_scenario(tiny_tree | {"sweep": {"run.seed": [1, 2]}})
    with pytest.raises(ScenarioError, match=r"sweep: must give one scenario to load, got 2; use load_all$"):
        load("tiny.yaml")


def test_a_sweep_of_one_point_is_one_scenario(
    write_scenario: Callable[..., Path], tiny_tree: dict[str, Any]
) -> None:
    assert load(write_scenario(tiny_tree | {"sweep": {"run.seed": [5]}})).run.seed == 5


def test_a_mistake_in_one_point_of_a_sweep_is_told_with_its_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_scenario: Callable[..., Path],
    tiny_tree: dict[str, Any],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_scenario(tiny_tree, "a.yaml")
    (tmp_path / "b.yaml").write_text(
        "extends: a.yaml\nsweep:\n  run.seed:\n    - 1\n    - -1\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioError, match=r"^b\.yaml:5: run\.seed: must be at least 0, got -1$"):
        load_all("b.yaml")


def test_a_swept_price_validates_as_a_parameter(
    write_scenario: Callable[..., Path], tiny_tree: dict[str, Any]
) -> None:
    tree = tiny_tree | {"sweep": {"treatments.tablets.session.price": [100, 200]}}
    prices = [s.treatments["tablets"].session.price for s in load_all(write_scenario(tree))]
    assert [(p.value, p.source, p.price_year, p.distribution) for p in prices] == [
        (100, "sweep", 2025, None),
        (200, "sweep", 2025, None),
    ]


def test_every_final_value_is_explained(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_scenario: Callable[..., Path],
    tiny_tree: dict[str, Any],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_scenario(tiny_tree, "a.yaml")
    (tmp_path / "b.yaml").write_text("extends: a.yaml\nrun:\n  seed: 4\n", encoding="utf-8")
    (loaded,) = check("b.yaml", overrides=["run.n_patients=9"])
    settings = {setting.path: setting for setting in loaded.settings()}
    origins = [str(settings[path].origin) for path in ("run.seed", "run.n_patients", "care.patience")]
    assert origins[:2] == ["b.yaml:3", "--set"]
    assert origins[2].startswith("a.yaml:")
    assert settings["population.age.youngest"].origin == DEFAULT
    assert settings["care.patience"].value["value"] == 60
    assert settings["strategies.infusion.lines.1.treatment"].value == "tablets"
    assert settings["resources.chairs.open_minutes"].origin == DEFAULT
    assert [path.name for path in loaded.files] == ["a.yaml", "b.yaml"]


def test_a_shipped_name_is_told_when_unknown() -> None:
    with pytest.raises(
        ScenarioError, match=r"^no_such_scenario: must be a file or a shipped scenario, got neither"
    ):
        load("no_such_scenario")


def test_what_is_loaded_is_a_scenario(write_scenario: Callable[..., Path], tiny_tree: dict[str, Any]) -> None:
    assert isinstance(load_all(write_scenario(tiny_tree))[0], Scenario)


def test_a_mistake_without_words_of_our_own_is_told_in_pydantics() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Annotated[int, Field(multiple_of=2)]).validate_python(3)
    (problem,) = problems_from(caught.value, Composed({}, {(): Origin("a.yaml", 1)}))
    assert str(problem) == "a.yaml:1: input should be a multiple of 2, got 3"


def test_numbers_that_cannot_be_computed_with_are_told(
    write_scenario: Callable[..., Path], tiny_tree: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def divide(*_: Any) -> None:
        raise ZeroDivisionError("float division by zero")

    monkeypatch.setattr(Scenario, "model_validate", divide)
    expected = r"tiny\.yaml:1: must hold numbers that can be computed with, got float division by zero$"
    with pytest.raises(ScenarioError, match=expected):
        load(write_scenario(tiny_tree))
