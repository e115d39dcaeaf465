"""Published results that the model should repeat: what was seen, in which study, how it is measured."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.domain.cross_checks import not_found
from sim.domain.frozen import Flag, Frozen, Key, Number, Prose, Text, Whole
from sim.domain.measures import Measure
from sim.domain.scenario import CrossCheckError

Row = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*$")]
"""Name of a published figure: its key in the table of evidence."""


class Kind(StrEnum):
    """What a published figure was used for."""

    FIT = "fit"
    """It solved a parameter: the model must repeat it within Monte-Carlo error."""
    CHECK = "check"
    """It solved nothing: the model should lie in its prediction interval."""


class Spread(Frozen):
    """How much the same figure differs between studies, for prediction intervals."""

    range: tuple[Number, Number] | None = None
    """Range that holds about 95 % of studies."""
    values: tuple[Number, ...] | None = None
    """Instead of a range: the figures of several studies."""
    note: Prose
    """Where they come from."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.range is None) == (self.values is None):
            raise ValueError("spread must give either range or values, got both or neither")
        if self.range and not self.range[0] < self.range[1]:
            raise ValueError(f"range must run from low to high, got {list(self.range)}")
        if self.values is not None and len(self.values) <= 2:
            raise ValueError(f"values must be at least three, got {len(self.values)}")
        return self


class Target(Frozen):
    """One published figure and how the model measures it."""

    study: Key
    """Study scenario, by the name of its file."""
    strategy: Key
    """Strategy of that scenario."""
    kind: Kind
    """Used to solve a parameter, or not."""
    quantity: Prose
    """What was reported, in plain words."""
    published: Number
    """The figure."""
    interval: tuple[Number, Number] | None = None
    """Its 95 % confidence interval."""
    n: Whole | None = None
    """Patients it was counted among."""
    source: Key
    """Key of the bibliography."""
    checked: Flag = False
    """True when the figure was re-read in its source."""
    measure: Measure
    """What is counted in the model."""
    informs: tuple[Text, ...] = ()
    """Fits: dotted paths of the parameters it solved."""
    own_rate: Flag = False
    """Fits: True when it is the study's own acute rate, changed in its scenario only."""
    spread: Key | None = None
    """Checks: which spread between studies widens its interval; left out = none."""
    note: Prose | None = None
    """Definitions and conversions."""
    miss: Prose | None = None
    """Why it is believed to lie outside, if it does."""

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        is_fit = self.kind is Kind.FIT
        if is_fit != (bool(self.informs) or self.own_rate):
            raise ValueError("informs or own_rate must be given for a fit, and only there")
        if is_fit and self.spread is not None:
            raise ValueError(f"spread must be left out for a fit, got '{self.spread}'")
        if not is_fit and self.interval is None:
            raise ValueError("interval must be given for a check, got nothing")
        if self.interval and not self.interval[0] <= self.published <= self.interval[1]:
            raise ValueError(
                f"published must lie in its interval {list(self.interval)}, got {self.published:g}"
            )
        return self


class Targets(Frozen):
    """The published figures the model is held against."""

    spreads: dict[Key, Spread]
    """Spread between studies, by name."""
    targets: dict[Row, Target]
    """By their key in the table of evidence."""
    left_out: dict[Row, Prose]
    """Figures that cannot be repeated, with the reason."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [
            (f"targets.'{key}'.spread", not_found(target.spread, "spread", self.spreads))
            for key, target in self.targets.items()
            if target.spread is not None and target.spread not in self.spreads
        ]
        both = sorted(set(self.targets) & set(self.left_out))
        problems += [(f"left_out.'{key}'", "must not be a target as well") for key in both]
        if problems:
            raise CrossCheckError(problems)
        return self
