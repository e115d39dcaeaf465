"""What ships, read once for all tests of a process: scenarios are frozen, so that tests may share them."""

from __future__ import annotations

import functools

from sim.domain.scenario import Scenario
from sim.scenario_io import yaml_file
from sim.scenario_io.load import LoadedScenario, check
from sim.scenario_io.shipped import validation_directory
from sim.scenario_io.validation import Validation, load_validation

STUDIES = sorted(path.stem for path in validation_directory().glob("*.yaml") if path.stem != "targets")
read_once = functools.cache(yaml_file.read)


@functools.cache
def loaded_of(name: str) -> tuple[LoadedScenario, ...]:
    """Return every scenario of a shipped file, with where its settings come from."""
    return tuple(check(name, read=read_once))


@functools.cache
def scenarios_of(name: str) -> tuple[Scenario, ...]:
    """Return every scenario of a shipped file."""
    return tuple(loaded.scenario for loaded in loaded_of(name))


def base_case() -> Scenario:
    """Return the base case."""
    (base,) = scenarios_of("base")
    return base


def study(name: str) -> Scenario:
    """Return the scenario of a study that published figures come from."""
    (scenario,) = scenarios_of(str(validation_directory() / f"{name}.yaml"))
    return scenario


@functools.cache
def published() -> Validation:
    """Return the published figures and their studies."""
    return load_validation()
