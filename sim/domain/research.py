"""Studies that could still be done, and whom their answer would serve: for the value of information."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.domain.frozen import Frozen, Key, Label, Whole
from sim.domain.parameters import Money, PeoplePerYear, Years

MOST_PER_ARM = 1_000_000


class Trial(Frozen):
    """A randomized trial that counts who responds at the end of the induction."""

    label: Label
    """Plain name."""
    arms: Annotated[tuple[Key, ...], Field(min_length=1, max_length=6)]
    """Treatments whose response is counted among all who start, leaving early being no response."""
    sizes: Annotated[tuple[Annotated[Whole, Field(ge=1, le=MOST_PER_ARM)], ...], Field(min_length=1)]
    """People in each arm that are considered, increasing."""
    fixed_cost: Money
    """Cost of the trial whatever its size."""
    cost_per_person: Money
    """Cost of each person in it, beyond care."""
    years: Years
    """Time until its result can change decisions."""

    @model_validator(mode="after")
    def _sizes_increase(self) -> Self:
        if any(later <= earlier for earlier, later in pairwise(self.sizes)):
            raise ValueError(f"sizes must increase, got {list(self.sizes)}")
        if len(set(self.arms)) < len(self.arms):
            raise ValueError(f"arms must differ, got {list(self.arms)}")
        return self


class Research(Frozen):
    """Whom better knowledge would serve, and which trials could bring it."""

    people_per_year: PeoplePerYear
    """People who face the decision in a year."""
    decision_years: Years
    """How long the decision stays relevant."""
    trials: dict[Key, Trial]
    """Trials that are considered, by name."""
