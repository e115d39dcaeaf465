"""A scenario given as text, such as one that was uploaded: it can stand on shipped files only."""

from __future__ import annotations

from pathlib import Path

from sim.scenario_io import overrides as overrides_of
from sim.scenario_io import yaml_file
from sim.scenario_io.bibliography import with_bibliography
from sim.scenario_io.compose import compose
from sim.scenario_io.load import LoadedScenario, validated

NOWHERE = Path("\N{BULLET}")
"""Folder that does not exist: no file of this machine stands beside a text."""


def check_text(text: str, file: str, *, most: int = overrides_of.MOST_POINTS) -> list[LoadedScenario]:
    """Read every scenario that a text gives.

    Parameters
    ----------
    text : str
        YAML 1.2; ``extends`` in it names a shipped scenario.
    file : str
        What messages call it.
    most : int
        Scenarios its sweep may give.

    Returns
    -------
    list of LoadedScenario
        One for each point of its sweep.

    Raises
    ------
    ScenarioError
        If anything is wrong, one mistake a line.
    """
    here = NOWHERE / Path(file).name

    def read(path: Path) -> yaml_file.Document:
        return yaml_file.parse(text, file=file) if path == here else yaml_file.read(path)

    composed = with_bibliography(compose(here, read=read), read=read)
    return list(validated(overrides_of.points(composed, most=most)))
