"""Fixtures of the integration tests: scenario files on disk, the command line in-process, and the app."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def tiny_file(write_scenario, tiny_tree):
    return write_scenario(tiny_tree)


@pytest.fixture
def treatpath(tmp_path):
    """Return a function that runs the command line as its own process in an empty directory."""

    def call(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        return subprocess.run(
            [sys.executable, "-c", "from sim.cli import main; main()", *map(str, words)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": path} | environment,
        )

    return call


@pytest.fixture
def typed(tmp_path, monkeypatch, capfd):
    """Return a function that runs the command line in this process, in an empty directory.

    It tells what a process would, also what workers print, without the second or two a process takes to start.
    """
    from sim.cli import main

    def call(*words):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["treatpath", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        return Done(left.value.code or 0, *capfd.readouterr())

    return call


@pytest.fixture(autouse=True)
def main_module(monkeypatch):
    """Put ``__main__`` back: the app's test harness leaves its script there, and spawned workers import it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def server(monkeypatch):
    """Let the app's queue run jobs at once, and previews be small."""
    import streamlit as st

    from sim.batch.executors import InlineExecutor
    from sim.design import preview
    from sim.ui import pools, quick, works

    # Streamlit reads the metadata of every installed package for each app: a quarter of a second.
    scan = "streamlit.components.v2.manifest_scanner.scan_component_manifests"
    monkeypatch.setattr(scan, list, raising=False)
    monkeypatch.setattr(works, "make_executor", InlineExecutor)
    monkeypatch.setattr(works, "start_thread", lambda function: function())
    monkeypatch.setattr(pools, "make_preview_executor", InlineExecutor)
    monkeypatch.setattr(preview, "PATIENTS", 10)
    monkeypatch.setattr(preview, "REPLICATIONS", 2)
    monkeypatch.setattr(preview, "CLINIC_PATIENTS", 20)
    yield monkeypatch
    # What was read from shipped files stays: each test would read it again for half a second.
    for made in (works.work_queue, pools.preview_executor, quick._remembered):
        made.clear()
    st.cache_data.clear()


@pytest.fixture
def studies(monkeypatch, write_scenario, tiny_tree, tmp_path):
    """Put two small studies made by hand in the place of the shipped ones, and run few patients."""
    from sim.scenario_io import shipped
    from sim.scenario_io import validation as reading
    from sim.ui.pages import evidence, validation

    read_from_files = (validation._validation, evidence._published)
    for read in read_from_files:
        read.clear()
    share = {
        "what": "score_at",
        "among": "starters",
        "criterion": {"improvement": 0.5},
        "moment": "assessment",
    }
    check = {
        "study": "first", "strategy": "tablets", "kind": "check", "quantity": "Response", "published": 0.4,
        "interval": [0.2, 0.6], "source": "anand2023", "measure": share,
    }  # fmt: skip
    targets = {
        "eff.fit": check | {"kind": "fit", "own_rate": True},
        "eff.check": check,
        "eff.miss": check | {"published": 0.99, "interval": [0.98, 1.0], "miss": "Made to be missed."},
        "eff.other": check | {"study": "second", "strategy": "infusion"},
    }
    tiny_tree["resources"]["chairs"]["units"] = None
    tiny_tree["run"]["n_patients"] = 60
    write_scenario(tiny_tree | {"name": "first", "title": "The first study"}, "studies/first.yaml")
    second = {"extends": "first.yaml", "name": "second", "title": "The second study"}
    write_scenario(second, "studies/second.yaml")
    write_scenario(
        {"spreads": {}, "targets": targets, "left_out": {"eff.none": "A median."}}, "studies/targets.yaml"
    )
    monkeypatch.setattr(shipped, "validation_directory", lambda: tmp_path / "studies")
    monkeypatch.setattr(reading, "BASE", tmp_path / "studies" / "first.yaml")
    monkeypatch.setattr(validation, "QUICK_PATIENTS", 30)
    yield tmp_path / "studies"
    for read in read_from_files:
        read.clear()
