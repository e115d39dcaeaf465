"""Problems as text and back."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario_io.problems import Problem, dotted, error_of, problems_of, shown, steps

PROBLEMS = [
    Problem("a.yaml", 3, "treatments.b.response", "must lie in [0, 1], got 52; write 0.52"),
    Problem("a.yaml", 12, "", "must be valid YAML, got a mistake here: expected ','"),
    Problem("a.yaml", None, "", "extends itself: a.yaml -> a.yaml"),
    Problem("C:\\files\\a.yaml", 7, "harms.'Bad Key'.cost", "must be given, got nothing"),
    Problem("--set", None, "run.seed", "must be at least 0, got -1"),
    Problem("a.yaml", 1, "foo", "'foo' is not a key here; did you mean 'for'?"),
    Problem("a.yaml", 1, "care", "'smith' is cited: by nobody"),
]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_problem_survives_being_told_as_text(problem: Any) -> None:
    assert problems_of(error_of([problem])) == [problem]


def test_problems_are_told_once_by_file_and_line() -> None:
    late, early, other = Problem("b", 10, "x", "m"), Problem("b", 9, "y", "m"), Problem("a", 99, "", "m")
    assert str(error_of([late, early, other, late])) == "a:99: m\nb:9: y: m\nb:10: x: m"


def test_an_error_survives_pickling() -> None:
    error = error_of(PROBLEMS)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_text_without_a_place_is_a_problem_without_a_place() -> None:
    assert problems_of(ScenarioError("something else")) == [Problem("", None, "", "something else")]


def test_odd_steps_of_a_path_stand_in_quotes() -> None:
    assert dotted(("a", "b c", "d.e", "it's:\n so")) == "a.'b c'.'d.e'.'its: so'"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        ({}, "an empty map"),
        ({"a": 1}, "a map"),
        ([], "an empty list"),
        ([1, 2], "a list of 2"),
        ("a\nb", "'a\\nb'"),
        (0.5, "0.5"),
        ("x" * 200, "'" + "x" * 79 + "…"),
    ],
)
def test_values_are_shown_as_written(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_problem_is_one_line_whatever_the_user_wrote() -> None:
    problem = Problem("a.yaml", 1, "care", "'\x85x\ny' is not a key here")
    assert str(error_of([problem])) == "a.yaml:1: care: ' x y' is not a key here"


def test_a_problem_can_be_printed_whatever_the_user_wrote() -> None:
    assert (
        str(Problem("--set", None, "care", "must be 1, got \udcff")) == "--set: care: must be 1, got \\udcff"
    )


@pytest.mark.parametrize(
    "keys", [("a",), ("a", "b", "0"), ("targets", "eff.iv.response", "spread"), ("a b", "c")]
)
def test_a_dotted_path_gives_its_steps_back(keys: tuple[str, ...]) -> None:
    assert steps(dotted(keys)) == keys
