"""What-ifs: settings put above a scenario that was read, as ``--set`` does, without reading it again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sim.domain.scenario import Scenario
from sim.scenario_io.load import LoadedScenario, validated
from sim.scenario_io.overrides import changes_from, with_changes
from sim.scenario_io.yaml_file import Plain


def with_what_ifs(loaded: LoadedScenario, what_ifs: Mapping[str, Plain]) -> Scenario:
    """Return a scenario with some settings changed; a changed parameter loses its citation.

    Parameters
    ----------
    loaded : LoadedScenario
        A scenario of a file.
    what_ifs : mapping
        Plain value by dotted path.

    Returns
    -------
    Scenario
        Equal to what `load` gives with the same settings as overrides.

    Raises
    ------
    ScenarioError
        If a path leads nowhere or a value is impossible; tells every mistake.
    """
    if not what_ifs:
        return loaded.scenario
    changes = changes_from(as_typed(what_ifs), loaded.composed)
    [changed] = validated([with_changes(loaded.composed, changes)], loaded)
    return changed.scenario


def as_typed(what_ifs: Mapping[str, Plain]) -> Sequence[str]:
    """Return what-ifs as ``--set`` takes them.

    Examples
    --------
    >>> as_typed({"economics.wtp": 50000, "run.seed": 7})
    ['economics.wtp=50000', 'run.seed=7']
    """
    return [f"{path}={json.dumps(value)}" for path, value in what_ifs.items()]
