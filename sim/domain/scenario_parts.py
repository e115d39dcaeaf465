"""The parts a scenario is made of, and the walk over all its numbers."""

from __future__ import annotations

from types import NoneType
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from sim.domain.budget import Budget
from sim.domain.clinic import Care, Resource
from sim.domain.correlations import CorrelationBetween
from sim.domain.economics import Economics
from sim.domain.evidence import UNSOURCED, Source
from sim.domain.frozen import Frozen, Key, Label, Number, Prose, Whole
from sim.domain.illness import Illness
from sim.domain.parameters import Atom
from sim.domain.patients import Population
from sim.domain.research import Research
from sim.domain.strategies import Strategy
from sim.domain.treatments import Treatment
from sim.units import MINUTES_PER_YEAR

SHORTEST_HORIZON = 0.01
LARGEST_COHORT = 2_000_000
MOST_ENTRIES = 100
"""Resources, treatments or strategies a scenario may have."""
_LEAVES = (float, int, str, NoneType)
"""What most fields hold, and no atom hides in."""


class Run(Frozen):
    """How much is simulated."""

    n_patients: Annotated[Whole, Field(ge=1, le=LARGEST_COHORT)]
    """Patients referred per strategy and replication."""
    replications: Annotated[Whole, Field(ge=1, le=100_000)]
    """Independent repetitions with the same parameters."""
    seed: Annotated[Whole, Field(ge=0, lt=2**32)]
    """Root of all random streams; 0 is a seed like any other."""


class ScenarioParts(Frozen):
    """The parts of a scenario, each valid in itself; `sim.domain.scenario` checks that they fit together."""

    schema_version: Literal[1]
    """Version of this file format."""
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-\[\]=,+ ]*$")]
    """Short name, also of result files."""
    title: Label
    """Plain title."""
    question: Prose
    """The question this scenario answers."""
    horizon_years: Annotated[Number, Field(ge=SHORTEST_HORIZON, le=50)]
    """Follow-up of each patient from referral [years]."""
    run: Run
    economics: Economics
    illness: Illness
    population: Population
    resources: Annotated[dict[Key, Resource], Field(max_length=MOST_ENTRIES)]
    """Resources by name."""
    care: Care
    treatments: Annotated[dict[Key, Treatment], Field(max_length=MOST_ENTRIES)]
    """Treatments by name."""
    strategies: Annotated[dict[Key, Strategy], Field(min_length=1, max_length=MOST_ENTRIES)]
    """Strategies compared, by name."""
    correlations: dict[Key, CorrelationBetween] = Field(default_factory=dict)
    """Uncertain parameters that are not drawn independently, by name."""
    budget: Budget | None = None
    """What `treatpath budget` asks; left out = no such question."""
    research: Research | None = None
    """What `treatpath voi` asks of studies; left out = no such question."""
    sources: dict[Key, Source] = Field(default_factory=dict)
    """Bibliography of the numbers above."""

    @property
    def horizon_minutes(self) -> int:
        """Follow-up of each patient from referral [minutes]."""
        return round(self.horizon_years * MINUTES_PER_YEAR)

    def minutes_by_day(self, resource: str, n_days: int) -> NDArray[np.int64]:
        """Return the minutes a resource offers on each day from day 0, closures and holidays counted.

        Parameters
        ----------
        resource : str
            Key of the resource.
        n_days : int
            Number of days wanted.

        Returns
        -------
        ndarray of int64, shape (n_days,)
            0 on closed days; `sim.domain.clinic.UNLIMITED` on open days without a limit [minutes].
        """
        return self.resources[resource].minutes_by_day(n_days, self.care.holidays)

    def atoms(self) -> list[tuple[str, Atom]]:
        """Return each parameter or curve with its dotted path, in file order."""
        found: list[tuple[str, Atom]] = []
        _collect(self, "", found)
        return found

    def cited_sources(self) -> dict[str, Source]:
        """Return the sources that some parameter cites, by key, in alphabetical order."""
        cited = {atom.source for _, atom in self.atoms()} - UNSOURCED
        return {key: self.sources[key] for key in sorted(cited)}


def _collect(node: object, path: str, found: list[tuple[str, Atom]]) -> None:
    """Add the atoms of a part to those found; every check walks over all of them, so it must be quick."""
    if isinstance(node, Atom):
        found.append((path, node))
    elif isinstance(node, BaseModel):
        for name, child in node.__dict__.items():
            if not isinstance(child, _LEAVES):
                _collect(child, f"{path}.{name}" if path else name, found)
    elif isinstance(node, dict):
        for name, child in node.items():
            _collect(child, f"{path}.{name}", found)
    elif isinstance(node, tuple):
        for position, child in enumerate(node):
            _collect(child, f"{path}.{position}", found)
