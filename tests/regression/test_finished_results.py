"""Results that ship are those of the model as it is now: simulated anew, digit by digit to rounding."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import load, run, simulate
from sim.results import COLUMNS
from sim.results.stored import StoredResults
from sim.scenario_io import shipped

ROUNDING = 1e-9
"""Other versions of NumPy and SciPy may round the last digits otherwise."""
FINISHED = shipped.directory() / shipped.FINISHED


@pytest.mark.slow
def test_the_finished_base_case_is_that_of_the_model(request):
    directory = FINISHED / "base"
    if request.config.getoption("--update-golden"):
        shutil.rmtree(directory, ignore_errors=True)
        run("base", directory, command="treatpath run base --out base")
    scenario = load("base")
    stored = StoredResults.open(directory).load()
    assert stored.settings["base"].digest == scenario.digest
    fresh = simulate(scenario)
    for name in COLUMNS:
        pd.testing.assert_frame_equal(
            getattr(stored, name), getattr(fresh, name), rtol=ROUNDING, atol=ROUNDING
        )


def test_finished_results_are_found_by_the_app_and_small():
    directories = shipped.finished_directories("replications")
    assert FINISHED / "base" in directories
    size = sum(file.stat().st_size for file in Path(FINISHED / "base").rglob("*") if file.is_file())
    assert size < 5_000_000
    assert np.all([(one / "manifest.json").is_file() for one in directories])
