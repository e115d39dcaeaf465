"""Lines that repeat a comparison: exact, and only text whatever they hold."""

from __future__ import annotations

import ast
import shlex

import pytest

from sim.report.repeat import Repeat, asked_otherwise, command_lines, python_lines

EVIL = "x'; touch broken; echo \"$(id)` \\ \n # "


def repeat(**changed):
    given = {
        "file": "base", "scenario": "base", "what_ifs": {}, "n_patients": 10, "replications": 2, "asked": {},
    } | changed  # fmt: skip
    return Repeat(**given)


def test_a_plain_comparison_is_two_short_commands():
    assert command_lines(repeat()) == (
        "treatpath run base --patients 10 --replications 2 --out results\ntreatpath compare results\n"
    )


def test_settings_and_output_settings_stand_in_the_commands():
    lines = command_lines(
        repeat(what_ifs={"run.seed": 7, "a.b": [1, 2.5]}, asked={"wtp": 5e4, "price_year": 2025})
    )
    run, compare = lines.splitlines()
    assert "--set run.seed=7 --set 'a.b=[1, 2.5]'" in run
    assert compare == "treatpath compare results --wtp 50000.0 --price-year 2025"


@pytest.mark.parametrize("evil", [EVIL, "-rf", "$HOME", "a b", "", "ü\U0001f600", "--out=x"])
def test_a_shell_takes_whatever_stands_in_them_for_text(evil):
    what_ifs = {f"strategies.{evil}.label": evil}
    [run, compare] = command_lines(
        repeat(file=f"{evil}.yaml", what_ifs=what_ifs, asked={"comparator": evil})
    ).split("\ntreatpath compare ")
    words = shlex.split(run)
    assert words[:2] == ["treatpath", "run"]
    assert words[2].removeprefix("./") == f"{evil}.yaml"
    assert not words[2].startswith("-")
    assert words[3] == "--set"
    assert words[5:] == ["--patients", "10", "--replications", "2", "--out", "results"]
    assert shlex.split(compare) in (
        ["results", "--comparator", evil],
        ["results", f"--comparator={evil}"],
    )


@pytest.mark.parametrize("evil", [EVIL, "'''", "\\", "ü\U0001f600"])
def test_python_takes_whatever_stands_in_them_for_text(evil):
    lines = python_lines(
        repeat(
            file=evil,
            scenario=evil,
            what_ifs={evil: evil, "run.seed": 3},
            strategies=(evil,),
            asked={"comparator": evil},
        )
    )
    texts = [node.value for node in ast.walk(ast.parse(lines)) if isinstance(node, ast.Constant)]
    assert texts.count(evil) == 4
    assert "run.seed=3" in texts


def test_only_output_settings_other_than_the_scenario_s_own_are_told(tiny):
    own = tiny.economics.model_dump(mode="json")
    assert asked_otherwise(tiny, own) == {}
    assert asked_otherwise(tiny, own | {"wtp": own["wtp"] + 1}) == {"wtp": own["wtp"] + 1}
