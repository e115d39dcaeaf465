"""The published figures, and the study scenarios that are held against them.

A folder holds ``targets.yaml`` and one scenario file for each study named there.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from sim.domain.cross_checks import not_found
from sim.domain.measures import Difference, HarmSeen, Measure, RelapseHazardRatio
from sim.domain.scenario import Scenario
from sim.domain.targets import Target, Targets
from sim.errors import ScenarioError
from sim.scenario_io import shipped, yaml_file
from sim.scenario_io.layers import Composed, Origin
from sim.scenario_io.load import LoadedScenario, check
from sim.scenario_io.messages import problems_from
from sim.scenario_io.problems import Keys, Problem, error_of, problems_of
from sim.scenario_io.shipped import BASE
from sim.scenario_io.yaml_file import Reader

TARGETS = "targets.yaml"
"""Name of the file of published figures."""
SWEEP = "sweep"


@dataclass(frozen=True)
class Validation:
    """Published figures together with the scenarios that repeat their studies.

    Parameters
    ----------
    targets : Targets
        The figures and how the model measures them.
    studies : dict
        Name of each study to its scenario, in alphabetical order.
    """

    targets: Targets
    studies: dict[str, LoadedScenario]


def load_validation(directory: Path | None = None, overrides: Sequence[str] = ()) -> Validation:
    """Read the published figures and every study they name.

    Parameters
    ----------
    directory : Path, optional
        Folder of ``targets.yaml`` and the studies; left out = the shipped one.
    overrides : sequence of str
        Settings above every study, as ``path=value``.

    Returns
    -------
    Validation
        Figures whose strategies, harms, sources and parameters all exist.

    Raises
    ------
    ScenarioError
        If anything is wrong with the figures, a study or what one says of the other, one mistake
        a line.
    """
    folder = shipped.validation_directory() if directory is None else directory
    read = functools.cache(yaml_file.read)
    composed = _composed(folder, read)
    problems: list[Problem] = []
    targets = _targets(composed, problems)
    studies = _studies(folder, composed, lambda path: check(path, overrides=overrides, read=read), problems)
    if targets is not None:
        try:
            problems += _contradictions(targets, studies, composed, read)
        except ScenarioError as error:
            problems += problems_of(error)
    if targets is None or problems:
        raise error_of(problems)
    return Validation(targets, studies)


def load_targets(directory: Path | None = None) -> Targets:
    """Read the published figures alone, which is quick.

    Parameters
    ----------
    directory : Path, optional
        Folder of ``targets.yaml``; left out = the shipped one.

    Returns
    -------
    Targets
        Sound in themselves; that what they name exists is for `load_validation` to say.

    Raises
    ------
    ScenarioError
        If anything is wrong with the figures, one mistake a line.
    """
    folder = shipped.validation_directory() if directory is None else directory
    problems: list[Problem] = []
    targets = _targets(_composed(folder, yaml_file.read), problems)
    if targets is None:
        raise error_of(problems)
    return targets


def _composed(folder: Path, read: Reader) -> Composed:
    document = read(folder / TARGETS)
    origins = {keys: Origin(document.file, line) for keys, line in document.lines.items()}
    return Composed(document.tree, origins, (folder / TARGETS,))


def _targets(composed: Composed, problems: list[Problem]) -> Targets | None:
    try:
        return Targets.model_validate(composed.tree)
    except ValidationError as error:
        problems += problems_from(error, composed, Targets)
        return None


def _studies(
    folder: Path,
    composed: Composed,
    load: Callable[[Path], list[LoadedScenario]],
    problems: list[Problem],
) -> dict[str, LoadedScenario]:
    """Read the studies that are named, whether or not the targets are sound otherwise."""
    known = {path.stem for path in folder.glob(f"*{shipped.SUFFIX}")} - {
        Path(name).stem for name in (TARGETS, shipped.SOURCES)
    }
    studies: dict[str, LoadedScenario] = {}
    for name, namers in sorted(_named(composed).items()):
        if name not in known:
            problems += [composed.problem(keys, not_found(name, "study", known)) for keys in namers]
            continue
        try:
            study, *_ = load(folder / f"{name}{shipped.SUFFIX}")
        except ScenarioError as error:
            problems += problems_of(error)
            continue
        problems += _misfits(study)
        studies[name] = study
    return studies


def _named(composed: Composed) -> dict[str, list[Keys]]:
    """Return the name of each study and the steps to where it is named."""
    targets = composed.tree.get("targets")
    named: dict[str, list[Keys]] = {}
    for key, target in targets.items() if isinstance(targets, dict) else ():
        name = target.get("study") if isinstance(target, dict) else None
        if isinstance(name, str):
            named.setdefault(name, []).append(("targets", key, "study"))
    return named


def _misfits(study: LoadedScenario) -> Iterator[Problem]:
    """Find what a study must not have: a sweep, or a resource somebody may wait for."""
    if any(keys[:1] == (SWEEP,) and keys[1:] for keys in study.composed.origins):
        yield study.composed.problem((SWEEP,), "must be left out of a study, got one")
    for name, resource in study.scenario.resources.items():
        if resource.units is not None:
            message = f"must be null (unlimited) in a study, got {resource.units:g}"
            yield study.composed.problem(("resources", name, "units"), message)


def _contradictions(
    targets: Targets, studies: dict[str, LoadedScenario], composed: Composed, read: Reader
) -> Iterator[Problem]:
    """Find names in the targets that nothing has."""
    bibliography = read(shipped.bibliography()).tree
    base, *_ = check(BASE, read=read)
    parameters = [path for path, _ in base.scenario.atoms()]
    for key, target in targets.targets.items():
        here = ("targets", key)
        found = [
            *_unknown((*here, "source"), target.source, "listed source", bibliography),
            *_unknown_parameters(here, target, parameters),
        ]
        if target.study in studies:
            found += _unknown_in_study(here, target, studies[target.study].scenario)
        yield from (composed.problem(keys, message) for keys, message in found)


Found = Iterator[tuple[Keys, str]]


def _unknown(keys: Keys, name: str, kind: str, known: Iterable[str]) -> Found:
    names = set(known)
    if name not in names:
        yield keys, not_found(name, kind, names)


def _unknown_parameters(here: Keys, target: Target, parameters: Sequence[str]) -> Found:
    for position, path in enumerate(target.informs):
        yield from _unknown((*here, "informs", str(position)), path, "parameter of base", parameters)


def _unknown_in_study(here: Keys, target: Target, scenario: Scenario) -> Found:
    yield from _unknown((*here, "strategy"), target.strategy, "strategy", scenario.strategies)
    harms = {harm for treatment in scenario.treatments.values() for harm in treatment.harms}
    for keys, measure in _measures((*here, "measure"), target.measure):
        if isinstance(measure, Difference | RelapseHazardRatio):
            yield from _unknown((*keys, "against"), measure.against, "strategy", scenario.strategies)
        if isinstance(measure, HarmSeen) and measure.harm is not None:
            yield from _unknown((*keys, "harm"), measure.harm, "harm", harms)


def _measures(keys: Keys, measure: Measure) -> Iterator[tuple[Keys, Measure]]:
    """Yield a measure and the one inside it."""
    yield keys, measure
    if isinstance(measure, Difference):
        yield (*keys, "of"), measure.of
