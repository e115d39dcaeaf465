"""A strategy: lines of treatment, or a mix of other strategies sharing one clinic."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.domain.frozen import Frozen, Key, Label, Number, Whole
from sim.domain.patients import ROUNDING

MOST_LINES = 50
"""Lines one strategy may have."""


class Line(Frozen):
    """One position in a strategy."""

    treatment: Key
    """Treatment given in this line."""
    route_to: Key | None = None
    """Treatment for those whom screening routes elsewhere; left out = they are not eligible."""
    instead_of_waiting: Key | None = None
    """Treatment that those who give up waiting for the first session of this line take if they may and want
    to, with the same patience; left out = they leave the programme."""
    max_reinductions: Annotated[Whole, Field(ge=0, le=10)] | None = None
    """Re-inductions after relapse in this line; left out = the programme's rule."""


class Strategy(Frozen):
    """A whole policy: what is offered first, and what next."""

    label: Label
    """Plain name."""
    lines: Annotated[tuple[Line, ...], Field(max_length=MOST_LINES)] | None = None
    """Lines in order; an empty list is usual care without a new treatment."""
    mix: dict[Key, Annotated[Number, Field(gt=0, le=1)]] | None = None
    """Share of patients by strategy, all sharing one clinic; instead of lines."""

    @model_validator(mode="after")
    def _lines_or_mix(self) -> Self:
        if (self.lines is None) == (self.mix is None):
            raise ValueError("strategy must give either lines or mix, got neither or both")
        if self.mix is not None and abs(sum(self.mix.values()) - 1) > ROUNDING:
            raise ValueError(f"mix must add up to 1, got {sum(self.mix.values()):g}")
        return self
