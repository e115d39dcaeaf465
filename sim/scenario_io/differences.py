"""In what a study scenario differs from the base case."""

from __future__ import annotations

from collections.abc import Iterator

from sim.domain.scenario import Scenario
from sim.scenario_io.layers import SOURCES, is_atom
from sim.scenario_io.load import LoadedScenario
from sim.scenario_io.problems import Keys, dotted
from sim.scenario_io.yaml_file import Plain

WORDS = frozenset({"name", "title", "question", SOURCES})
"""Parts of a scenario that tell about it and set nothing."""


def changed_paths(study: LoadedScenario, base: Scenario) -> list[str]:
    """Return the settings in which a study differs from the base case.

    Parameters
    ----------
    study : LoadedScenario
        Study scenario; an entry of it that was written as a copy (``like``) is held against the
        entry of the study that it is like.
    base : Scenario
        Base case.

    Returns
    -------
    list of str
        Dotted paths: one for each parameter (in whatever part of it), list of plain values or
        plain setting that differs, and one for each whole part that only one of the two has.
        Name, title, question and sources are left out.
    """
    final, reference = _settings(study.scenario), _settings(base)
    for (section, name), original in study.composed.copies.items():
        reference[section] = {**reference[section], name: final[section][original]}
    return [dotted(keys) for keys in _differences(reference, final, ())]


def _settings(scenario: Scenario) -> dict[str, Plain]:
    return scenario.model_dump(mode="json", exclude=set(WORDS), exclude_none=True)


def _differences(old: Plain, new: Plain, keys: Keys) -> Iterator[Keys]:
    """Yield the steps to each part that differs."""
    if _is_map(old) and _is_map(new):
        for key in [*new, *(key for key in old if key not in new)]:
            if key in old and key in new:
                yield from _differences(old[key], new[key], (*keys, key))
            else:
                yield (*keys, key)
    elif _is_list_of_maps(old) and _is_list_of_maps(new) and len(old) == len(new):
        for position, pair in enumerate(zip(old, new, strict=True)):
            yield from _differences(*pair, (*keys, str(position)))
    elif old != new:
        yield keys


def _is_map(tree: Plain) -> bool:
    return isinstance(tree, dict) and not is_atom(tree)


def _is_list_of_maps(tree: Plain) -> bool:
    return isinstance(tree, list) and all(isinstance(entry, dict) for entry in tree)
