"""Scenario files a session can choose: shipped ones, and those it uploaded or wrote."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from sim.domain.remembered import remembered
from sim.domain.scenario import Scenario
from sim.scenario_io import shipped
from sim.scenario_io.load import LoadedScenario, check
from sim.scenario_io.texts import check_text
from sim.scenario_io.what_if import as_typed, with_what_ifs
from sim.scenario_io.yaml_file import Plain
from sim.ui import session

FILES_KEPT = 16
MOST_SCENARIOS = 100
"""Points of a sweep that the app reads of a text; the command line takes more."""


def names() -> list[str]:
    """Return the names of all scenario files, the base case first, then what was uploaded."""
    known = shipped.names()
    first = [name for name in known if name == shipped.BASE]
    return [*first, *session.uploads(), *(name for name in known if name != shipped.BASE)]


def read(name: str) -> list[LoadedScenario]:
    """Return the scenarios of a file, several where it has a sweep; ScenarioError if it has a mistake."""
    text = session.uploads().get(name)
    return _shipped(name) if text is None else read_text(text, f"{name}{shipped.SUFFIX}")


def read_shipped(name: str) -> list[LoadedScenario]:
    """Return the scenarios of a shipped file, whatever this session calls its own."""
    return _shipped(name)


def changed(loaded: LoadedScenario, what_ifs: Mapping[str, Plain]) -> Scenario:
    """Return a scenario with what-ifs, the same object while they stay the same."""
    return _changed(digest_of(loaded.scenario), "\n".join(as_typed(what_ifs)), loaded, what_ifs)


@st.cache_resource(max_entries=FILES_KEPT, show_spinner=False)
def _changed(digest: str, typed: str, _loaded: LoadedScenario, _what_ifs: Mapping[str, Plain]) -> Scenario:
    del digest, typed  # what the answer is remembered by
    return with_what_ifs(_loaded, _what_ifs)


@remembered
def digest_of(scenario: Scenario) -> str:
    """Return the digest of a scenario, worked out once for each object."""
    return scenario.digest


def is_shipped(name: str) -> bool:
    """Tell whether everybody has this file, so that a link to it works."""
    return name not in session.uploads()


@st.cache_resource(max_entries=FILES_KEPT, show_spinner="Reading the scenario")
def _shipped(name: str) -> list[LoadedScenario]:
    return check(name)


@st.cache_resource(max_entries=FILES_KEPT, show_spinner="Reading the scenario")
def read_text(text: str, file: str) -> list[LoadedScenario]:
    """Return the scenarios of a text, read once; ScenarioError that tells every mistake, one a line."""
    return check_text(text, file, most=MOST_SCENARIOS)
