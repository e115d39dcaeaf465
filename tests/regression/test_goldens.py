"""Goldens: small readable tables; a change needs --update-golden and a Results line in the changelog."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest
from builders import Tree

from sim.analysis.comparison import compare
from sim.domain.events import Event
from sim.domain.scenario import Scenario
from sim.engine.simulate import simulate_strategy
from sim.replication import replicate
from sim.results import Results

HERE = Path(__file__).parent
COLUMNS = (
    "strategy", "eligible_share", "started_share", "response_share", "remission_share", "relapse_free_6m",
    "median_wait_days", "sessions_per_starter", "dropout_share", "cost", "qaly", "life_years",
    "depression_free_days", "nmb", "status",
)  # fmt: skip


def check_golden(
    name: str, header: tuple[str, ...], lines: list[list[str]], request: pytest.FixtureRequest
) -> None:
    """Compare lines with the golden file, or rewrite it and print old -> new."""
    path = HERE / name
    fresh = [list(header), *lines]
    stored = list(csv.reader(path.read_text().splitlines())) if path.exists() else []
    if request.config.getoption("--update-golden") and fresh != stored:
        for old, new in zip(stored, fresh, strict=False):
            if old != new:
                sys.stderr.write(f"{name}: {old} -> {new}\n")
        path.write_text("\n".join(",".join(line) for line in fresh) + "\n")
        stored = fresh
    assert fresh == stored, "results changed: run with --update-golden and add a Results line to CHANGELOG.md"


def test_the_comparison_of_the_small_scenario_is_as_it_was(
    tiny_tree: Tree, request: pytest.FixtureRequest
) -> None:
    scenario = Scenario.model_validate(tiny_tree)
    table = compare(Results.combine([replicate(scenario, replication) for replication in range(2)]))
    lines = [
        [value if isinstance(value, str) else f"{value:.6g}" for value in (row[column] for column in COLUMNS)]
        for _, row in table.iterrows()
    ]
    check_golden("tiny_comparison.csv", COLUMNS, lines, request)


def test_the_story_of_one_patient_is_as_it_was(tiny_tree: Tree, request: pytest.FixtureRequest) -> None:
    log, _ = simulate_strategy(Scenario.model_validate(tiny_tree), "infusion", 0)
    lines = [
        [f"{row['time'] / 1440:.4f}", Event(row["event"]).name, str(row["session"]), str(row["reason"]),
         f"{row['value']:.4f}", f"{row['target']:.4f}"]
        for row in log[log["patient"] == 13]
    ]  # fmt: skip
    check_golden("tiny_patient.csv", ("day", "event", "session", "reason", "value", "target"), lines, request)
