"""The budget question: how many people a year, which mix of strategies now, which one instead, how soon."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.domain.frozen import Frozen, Key, Number, Prose, Whole
from sim.domain.parameters import PeoplePerYear
from sim.domain.patients import ROUNDING

MOST_YEARS = 5
Share = Annotated[Number, Field(ge=0, le=1)]


class Budget(Frozen):
    """A change of the mix of strategies that a budget holder plans.

    Strategies are looked up when a budget is asked for, not when the file is read: a scenario that replaces
    all strategies inherits this section and need not mend it.
    """

    eligible_per_year: PeoplePerYear
    """People referred in each year, evenly through the year, the same number every year."""
    years: Annotated[Whole, Field(ge=1, le=MOST_YEARS)]
    """Years the budget is made for."""
    current: Annotated[dict[Key, Share], Field(min_length=1)]
    """Share of the people by strategy as it is now."""
    new: Annotated[dict[Key, Share], Field(min_length=1)]
    """Share of the people by strategy once the change is complete."""
    uptake: Annotated[tuple[Share, ...], Field(min_length=1, max_length=MOST_YEARS)]
    """Share of the way from the current to the new mix, by year of referral; at least one for each year."""

    note: Prose | None = None
    """What mixes and uptake rest on, such as a plan or an assumption."""

    @model_validator(mode="after")
    def _mixes_add_up(self) -> Self:
        for name, mix in (("current", self.current), ("new", self.new)):
            if abs(sum(mix.values()) - 1) > ROUNDING:
                raise ValueError(f"{name} must add up to 1, got {sum(mix.values()):g}")
        if len(self.uptake) < self.years:
            raise ValueError(
                f"uptake must give a share for each of the {self.years} years, got {len(self.uptake)}"
            )
        return self
