"""Results do not depend on the clock, nor on whether Numba is installed; the manifest says which clock ran."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from sim import simulate
from sim.domain.scenario import Scenario
from sim.results import Results

ROOT = Path(__file__).resolve().parents[2]
HIDES_NUMBA = "import sys\n\nsys.modules['numba'] = None\n"
"""Run by every Python process that finds it as ``sitecustomize``: none of them has a Numba to import."""


def frames(results: Results) -> dict[str, pd.DataFrame]:
    return {
        field.name: frame
        for field in dataclasses.fields(results)
        if isinstance(frame := getattr(results, field.name), pd.DataFrame)
    }


@pytest.mark.usefixtures("compiled_clock")
def test_both_engines_give_the_same_frames_to_the_bit(tiny: Scenario) -> None:
    by_simpy, compiled = (frames(simulate(tiny, engine=engine)) for engine in ("simpy", "compiled"))
    assert list(by_simpy) == list(compiled)
    assert len(by_simpy) > 1
    for name, frame in by_simpy.items():
        pd.testing.assert_frame_equal(frame, compiled[name], check_exact=True)


@pytest.mark.usefixtures("compiled_clock")
@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_the_manifest_says_which_engine_ran(tiny: Scenario, engine: str) -> None:
    assert simulate(tiny, engine=engine).manifest["engine"] == engine


def test_a_small_run_is_not_worth_machine_code(tiny: Scenario) -> None:
    assert simulate(tiny).manifest["engine"] == "simpy"


@pytest.fixture
def without_numba(tmp_path):
    """Return an environment whose Python processes find no Numba."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(HIDES_NUMBA, encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(hidden), str(ROOT)])}


def test_numba_is_hidden(without_numba):
    done = subprocess.run(
        [sys.executable, "-c", "from sim.engine.clocks import can_compile, is_installed; print(is_installed(), can_compile())"],
        capture_output=True, text=True, check=True, env=os.environ | without_numba,
    )  # fmt: skip
    assert done.stdout == "False False\n"


def test_without_numba_the_base_case_gives_the_same_results(typed, treatpath, without_numba):
    command = ("run", "base", "--patients", "20", "--replications", "1", "--json")
    done = treatpath(*command, **without_numba)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["results"] == json.loads(typed(*command).stdout)["results"]


@pytest.mark.slow
@pytest.mark.usefixtures("compiled_clock")
def test_without_numba_results_are_those_of_workers_with_the_compiled_clock(
    treatpath, tiny_file, without_numba
):
    without = treatpath("run", tiny_file, "--json", **without_numba)
    workers = treatpath("run", tiny_file, "--engine", "compiled", "--workers", "2", "--json")
    assert (without.returncode, workers.returncode) == (0, 0)
    assert json.loads(without.stdout)["results"] == json.loads(workers.stdout)["results"]


def test_without_numba_asking_for_the_compiled_clock_is_a_plain_mistake(treatpath, tiny_file, without_numba):
    done = treatpath("run", tiny_file, "--engine", "compiled", **without_numba)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "--engine: compiled needs Numba, got none that works; install treatpath[fast]\n"


def test_without_numba_a_large_run_says_once_that_it_takes_longer(without_numba):
    ask = "from sim.engine.clocks import chosen_clock; print([chosen_clock('auto', 10**6) for _ in range(3)])"
    done = subprocess.run(
        [sys.executable, "-c", ask],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | without_numba,
    )
    assert done.stdout == "['simpy', 'simpy', 'simpy']\n"
    assert (
        done.stderr == "the compiled clock is not installed, so this takes longer; install treatpath[fast]\n"
    )


def test_another_engine_is_refused(typed, tiny_file):
    done = typed("run", tiny_file, "--engine", "sundial")
    assert done.returncode == 2
    assert "--engine: must be auto, simpy or compiled, got 'sundial'" in done.stderr
