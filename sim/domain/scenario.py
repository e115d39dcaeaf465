"""A scenario: one complete, cross-checked, frozen input."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Self

from pydantic import model_validator

from sim.domain.cross_checks import cross_check
from sim.domain.scenario_parts import ScenarioParts


class Scenario(ScenarioParts):
    """One complete validated input; nothing else enters a simulation."""

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        problems = cross_check(self)
        if problems:
            raise CrossCheckError(problems)
        return self

    def with_changes(self, changes: dict[str, Any]) -> Scenario:
        """Return a validated copy with some plain settings replaced.

        Parameters
        ----------
        changes : dict
            Dotted path of a plain setting, such as ``run.n_patients``, to its new value.

        Returns
        -------
        Scenario
            A new scenario; this one stays as it is.
        """
        tree = self.model_dump(mode="json")
        for path, value in changes.items():
            *parents, last = path.split(".")
            branch = tree
            for name in parents:
                branch = branch[name]
            branch[last] = value
        return Scenario.model_validate(tree)

    @property
    def has_limits(self) -> bool:
        """True where some resource has a limit, so that patients wait for each other."""
        return any(resource.units is not None for resource in self.resources.values())

    @property
    def digest(self) -> str:
        """Hash of everything that can change a result: key order and comments do not."""
        return _digest(self.model_dump(mode="json"))

    @property
    def replication_digest(self) -> str:
        """Hash of everything that one replication depends on: all but how many there are."""
        tree = self.model_dump(mode="json")
        del tree["run"]["replications"]
        return _digest(tree)


def _digest(tree: dict[str, Any]) -> str:
    text = json.dumps(tree, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class CrossCheckError(ValueError):
    """Several parts of a scenario contradict each other; holds (path, message) pairs."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(f"{path}: {message}" for path, message in self.problems)
