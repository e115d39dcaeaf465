"""`treatpath app` tells the server which clock and which results, and refuses what cannot be had."""

from __future__ import annotations

import os
import re

import pytest

from sim.batch import browser
from sim.batch.results_root import RESULTS
from sim.batch.server_clock import ENGINE
from sim.errors import ScenarioError


@pytest.fixture
def served(monkeypatch):
    """Return a function that serves, and gives the command and what its environment says."""
    for name in (ENGINE, RESULTS):
        monkeypatch.setenv(name, "")

    def run(command, **_):
        run.command = command
        return type("Done", (), {"returncode": 0})

    def serve(**asked):
        assert browser.serve(**asked) == 0
        return run.command, {name: os.environ[name] for name in (ENGINE, RESULTS)}

    monkeypatch.setattr(browser.os, "execv", lambda *_: None)
    monkeypatch.setattr(browser.subprocess, "run", run)
    return serve


def test_engine_and_results_are_handed_to_the_server(served, tmp_path):
    command, environment = served(port=8600, engine="simpy", results=tmp_path)
    assert command[-1] == "--server.port=8600"
    assert environment == {ENGINE: "simpy", RESULTS: str(tmp_path.resolve())}


def test_what_is_left_out_stays_as_the_environment_says(served, monkeypatch):
    monkeypatch.setenv(ENGINE, "simpy")
    assert served()[1] == {ENGINE: "simpy", RESULTS: ""}


def test_an_unknown_clock_is_refused_before_the_server_starts(served):
    with pytest.raises(ScenarioError, match=r"^--engine: must be auto, simpy or compiled, got 'fastest'$"):
        served(engine="fastest")


def test_an_unknown_clock_of_the_environment_is_called_by_its_variable(served, monkeypatch):
    monkeypatch.setenv(ENGINE, "fastest")
    with pytest.raises(ScenarioError, match=rf"^{ENGINE}: must be auto, simpy or compiled, got 'fastest'$"):
        served()


def test_a_folder_that_is_not_there_is_refused_before_the_server_starts(served, tmp_path):
    with pytest.raises(ScenarioError, match=re.escape("--results: must be a folder that holds")):
        served(results=tmp_path / "none")
