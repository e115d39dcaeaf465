"""Fixtures of the integration tests: scenario files on disk, the command line in-process, and the app."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


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


@pytest.fixture(autouse=True)
def main_module(monkeypatch):
    """Put ``__main__`` back: the app's test harness leaves its script there, and spawned workers import it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
