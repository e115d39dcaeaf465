"""Replace plain settings of a scenario, with mistakes told in words."""

from __future__ import annotations

from sim.domain.scenario import Scenario
from sim.errors import ScenarioError


def with_settings(scenario: Scenario, changes: dict[str, object]) -> Scenario:
    """Return a copy with plain settings replaced; say in words when one is impossible.

    Parameters
    ----------
    scenario : Scenario
        The original.
    changes : dict
        Dotted path to new value, such as ``run.n_patients``.

    Returns
    -------
    Scenario
        The original itself when nothing changes.

    Raises
    ------
    ScenarioError
        If a value is not allowed there.
    """
    if not changes:
        return scenario
    from pydantic import ValidationError  # noqa: PLC0415

    try:
        return scenario.with_changes(changes)
    except ValidationError as error:
        mistakes = [
            f"{'.'.join(str(part) for part in mistake['loc'])}: {mistake['msg']}, got {mistake['input']!r}"
            for mistake in error.errors()
        ]
        raise ScenarioError("; ".join(mistakes)) from error
