"""In what two scenarios differ: a study from the base case, or a run from an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.domain.scenario import Scenario
from sim.scenario_io.layers import SOURCES, is_atom
from sim.scenario_io.load import LoadedScenario
from sim.scenario_io.problems import Keys, dotted
from sim.scenario_io.yaml_file import Plain

WORDS = frozenset({"name", "title", "question", SOURCES})
"""Parts of a scenario that tell about it and set nothing."""
MISSING: Plain = None
"""Stands for a part that a scenario does not have; nothing in a scenario is null otherwise."""


@dataclass(frozen=True, slots=True)
class Change:
    """One part in which two scenarios differ.

    Parameters
    ----------
    path : str
        Dotted path.
    old, new : object
        The part in each of them as plain map, list or scalar, a parameter whole; None where it is missing.
    """

    path: str
    old: Plain
    new: Plain


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
    return [dotted(keys) for keys, _, _ in _differences(reference, final, ())]


def changes_between(old: Scenario, new: Scenario) -> list[Change]:
    """Return in what two scenarios differ.

    Parameters
    ----------
    old, new : Scenario
        Any two.

    Returns
    -------
    list of Change
        One for each path that `changed_paths` would tell, in the order of the new scenario; after them one
        for each source that both cite under the same key and describe differently.
    """
    reference, final = _settings(old), _settings(new)
    changes = [Change(dotted(keys), *pair) for keys, *pair in _differences(reference, final, ())]
    for key, source in new.sources.items():
        if key in old.sources and old.sources[key] != source:
            before, now = (
                one.model_dump(mode="json", exclude_none=True) for one in (old.sources[key], source)
            )
            changes.append(Change(dotted((SOURCES, key)), before, now))
    return changes


def _settings(scenario: Scenario) -> dict[str, Plain]:
    return scenario.model_dump(mode="json", exclude=set(WORDS), exclude_none=True)


def _differences(old: Plain, new: Plain, keys: Keys) -> Iterator[tuple[Keys, Plain, Plain]]:
    """Yield the steps to each part that differs, and the part in both."""
    if _is_map(old) and _is_map(new):
        for key in [*new, *(key for key in old if key not in new)]:
            if key in old and key in new:
                yield from _differences(old[key], new[key], (*keys, key))
            else:
                yield (*keys, key), old.get(key, MISSING), new.get(key, MISSING)
    elif _is_list_of_maps(old) and _is_list_of_maps(new) and len(old) == len(new):
        for position, pair in enumerate(zip(old, new, strict=True)):
            yield from _differences(*pair, (*keys, str(position)))
    elif old != new:
        yield keys, old, new


def _is_map(tree: Plain) -> bool:
    return isinstance(tree, dict) and not is_atom(tree)


def _is_list_of_maps(tree: Plain) -> bool:
    return isinstance(tree, list) and all(isinstance(entry, dict) for entry in tree)
