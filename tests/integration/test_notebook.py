"""The notebook repeats the base case: the numbers of the command line, from its first cell to its last."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "base_case.py"
SIZES = {"patients": "40", "replications": "2", "draws": "100"}


@pytest.fixture(scope="module")
def defined():
    """Return what the notebook's cells define, with small sizes."""
    spec = importlib.util.spec_from_file_location("base_case", NOTEBOOK)
    notebook = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        words = [word for name, size in SIZES.items() for word in (f"--{name}", size)]
        patch.setattr(sys, "argv", [str(NOTEBOOK), *words])
        patch.setattr("sim.batch.psa.BASE_REPLICATIONS", 2)  # no test looks at the scenario as it is
        spec.loader.exec_module(notebook)
        _, names = notebook.app.run()
    return names


@pytest.mark.slow
def test_the_comparison_is_that_of_the_command_line(defined, typed):
    done = typed("run", "base", "--patients", "40", "--replications", "2", "--json", "--quiet")
    rows = json.loads(done.stdout)["results"]
    table = defined["table"]
    for column in ("strategy", "cost", "cost_se", "qaly", "nmb", "status"):
        assert table[column].tolist() == [row[column] for row in rows], column


@pytest.mark.slow
def test_the_last_sections_are_reached(defined):
    value, cited = defined["value"], defined["cited"]
    assert {len(shares) for shares in value["ceac"].values()} == {len(value["wtp"])}
    assert sum(shares[0] for shares in value["ceac"].values()) == pytest.approx(1)
    assert len(cited["sources"]) > 10
    assert {row["source"] for row in cited["assumptions"]} >= {"assumption"}
