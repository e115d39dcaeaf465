"""What the README shows works as shown."""

from __future__ import annotations

import re
from pathlib import Path

from sim import simulate
from sim.scenario_io.load import load_all
from sim.scenario_io.shipped import names

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def block(language: str, number: int = 0) -> str:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)[number]


def test_the_python_example_prints_a_row_per_strategy(capsys):
    exec(compile(block("python"), "README.md", "exec"), {})
    assert capsys.readouterr().out.count("\n") == 8


def test_the_scenario_example_gives_three_scenarios(tmp_path):
    (tmp_path / "nearer_home.yaml").write_text(block("yaml"), encoding="utf-8")
    assert [scenario.economics.wtp for scenario in load_all(tmp_path / "nearer_home.yaml")] == [
        50_000,
        100_000,
        150_000,
    ]


def test_every_shipped_scenario_is_listed():
    listed = set(re.findall(r"`(\w+)`", README))
    assert set(names()) - listed == set()


def test_the_clinic_of_the_example_can_be_simulated(tmp_path):
    clinic = block("yaml", 2)
    (tmp_path / "my_clinic.yaml").write_text(clinic, encoding="utf-8")
    (scenario,) = load_all(tmp_path / "my_clinic.yaml", overrides=["run.n_patients=20"])
    assert scenario.resources["nurse"].changes[0].units == 2
    (results,) = [simulate(scenario, replications=1, workers=1)]
    assert len(results.clinical) == len(scenario.strategies)
