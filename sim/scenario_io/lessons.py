"""Read the exercises and claims that come with the package, and make the scenarios they ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from sim.domain.frozen import Frozen
from sim.domain.lessons import Arm, Exercise, Exercises, Myths
from sim.domain.scenario import Scenario
from sim.errors import AnalysisError
from sim.scenario_io import shipped, yaml_file
from sim.scenario_io.layers import Composed, Origin
from sim.scenario_io.load import LoadedScenario
from sim.scenario_io.messages import problems_from
from sim.scenario_io.problems import error_of
from sim.scenario_io.what_if import with_what_ifs

EXERCISES, MYTHS = "exercises.yaml", "myths.yaml"
ARM = "arm"
"""Key of the one strategy of an arm, so that all arms can be held against each other."""
MINE = "mine"
"""Key of the arm whose number the reader moved."""
T = TypeVar("T", bound=Frozen)


def load_exercises(directory: Path | None = None) -> Exercises:
    """Read the exercises.

    Parameters
    ----------
    directory : Path, optional
        Folder of ``exercises.yaml``; left out = the shipped one.

    Returns
    -------
    Exercises
        Sound in themselves.

    Raises
    ------
    ScenarioError
        If anything is wrong with the file, one mistake a line.
    """
    return _read(EXERCISES, Exercises, directory)


def load_myths(directory: Path | None = None) -> Myths:
    """Read the claims; as for `load_exercises`, from ``myths.yaml``."""
    return _read(MYTHS, Myths, directory)


def _read(name: str, root: type[T], directory: Path | None) -> T:
    path = (shipped.lessons_directory() if directory is None else directory) / name
    document = yaml_file.read(path)
    try:
        return root.model_validate(document.tree)
    except ValidationError as error:
        origins = {keys: Origin(document.file, line) for keys, line in document.lines.items()}
        composed = Composed(document.tree, origins, (path,))
        raise error_of(problems_from(error, composed, root)) from None


def scenarios_of(
    exercise: Exercise, read: Callable[[str], LoadedScenario], moved: float | None = None
) -> dict[str, Scenario]:
    """Return what is simulated for an exercise.

    Parameters
    ----------
    exercise : Exercise
        The exercise.
    read : callable
        Reads a shipped scenario by name.
    moved : float, optional
        Value of its lever; left out = no arm for it.

    Returns
    -------
    dict
        Scenario by arm, each named as its arm, in order.
    """
    asked = dict(exercise.arms)
    if exercise.lever is not None and moved is not None:
        asked[MINE] = moved_arm(exercise, moved)
    return {
        key: arm_scenario(
            key, arm, read(arm.scenario), patients=exercise.patients, replications=exercise.replications
        )
        for key, arm in asked.items()
    }


def moved_arm(exercise: Exercise, moved: float) -> Arm:
    """Return the arm with the lever where the reader put it."""
    lever = exercise.lever
    if lever is None:
        raise AnalysisError(f"exercise '{exercise.title}': must have a lever to be moved, got none")
    arm = exercise.arms[lever.arm]
    label = f"{lever.label}: {moved:g}"
    return arm.model_copy(update={"label": label, "set": arm.set | {lever.path: moved}})


def arm_scenario(
    name: str, arm: Arm, loaded: LoadedScenario, *, patients: int, replications: int
) -> Scenario:
    """Return the scenario of an arm: its strategy alone, in a small run.

    Parameters
    ----------
    name : str
        Of the scenario.
    arm : Arm
        What is asked for.
    loaded : LoadedScenario
        The shipped scenario it names.
    patients, replications : int
        Size; a clinic with limits keeps its patients, because they wait for each other.

    Returns
    -------
    Scenario
        With one strategy, `ARM`, which is also the comparator.

    Raises
    ------
    ScenarioError
        If a path leads nowhere or a value is impossible.
    """
    scenario = with_what_ifs(loaded, arm.set)
    size = {"replications": replications} | ({} if scenario.has_limits else {"n_patients": patients})
    return scenario.model_copy(
        update={
            "name": name,
            "strategies": {ARM: scenario.strategies[arm.strategy]},
            "run": scenario.run.model_copy(update=size),
            "economics": scenario.economics.model_copy(update={"comparator": ARM}),
        }
    )
