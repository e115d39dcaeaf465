"""The command that measures speed, as a user meets it."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import pytest

NAIVE = Path(__file__).resolve().parents[1] / "benchmarks" / "naive_simpy.py"
SMALL = ("--patients", "20", "--sizes", "10", "20", "--quick")


@pytest.fixture(autouse=True)
def no_collection(monkeypatch):
    """Leave the garbage of all tests alone: how fast it is plays no part here, and each run would collect it."""
    monkeypatch.setattr(gc, "collect", lambda: 0)


def test_json_tells_the_speed_of_the_clock_and_of_the_naive_version(typed, tiny_file):
    done = typed("bench", "--json", "--scenario", tiny_file, *SMALL, "--naive", NAIVE)
    assert done.returncode == 0, done.stderr
    content = json.loads(done.stdout)
    assert content["patient_arms_per_second"]["simpy"] > 0
    assert content["events_per_second"]["simpy"] > 0
    assert content["naive_patient_arms_per_second"] > 0
    assert sum(content["shares"]["simpy"].values()) == pytest.approx(1)
    assert "tiny: 20 patients, 3 strategies" in done.stderr


def test_the_tables_tell_speed_and_growth(treatpath, tiny_file):
    done = treatpath("bench", "--scenario", tiny_file, *SMALL, "--quiet")
    assert done.returncode == 0, done.stderr
    assert "Patient-arms a second" in done.stdout
    assert "same clinic, longer queues" in done.stdout
    assert done.stderr == ""


def test_whole_runs_are_told_with_their_time_and_memory(typed, tiny_file):
    done = typed("bench", "--json", "--scenario", tiny_file, *SMALL, "--draws", "2", "--stream", "30")
    assert done.returncode == 0, done.stderr
    planner, draws, stream = json.loads(done.stdout)["whole_runs"]
    assert (planner["name"], planner["n_patients"], planner["n_strategies"]) == ("planner", 20, 3)
    assert (draws["n_draws"], draws["n_patients"]) == (2, 20)
    assert (stream["n_patients"], stream["n_strategies"]) == (30, 1)
    assert min(run["seconds"] for run in (planner, draws, stream)) > 0


def test_a_missing_naive_version_is_bad_input(typed, tiny_file):
    done = typed("bench", "--scenario", tiny_file, *SMALL, "--naive", "missing.py")
    assert (done.returncode, done.stderr) == (2, "missing.py: must be a Python file, got none\n")


def test_sizes_in_the_wrong_order_are_bad_input(typed, tiny_file):
    done = typed("bench", "--scenario", tiny_file, "--sizes", "20", "10")
    assert done.returncode == 2
    assert done.stderr == "--sizes: the first must be below the second, got 20 and 10\n"
