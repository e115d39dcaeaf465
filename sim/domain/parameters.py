"""A parameter is an atom: value, unit, uncertainty and source in one piece.

An atom replaces its parent's atom whole, so that a changed value can never keep the
citation of another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from sim.domain.distributions import Distribution
from sim.domain.evidence import UNSOURCED, Grade
from sim.domain.frozen import Flag, Frozen, Label, Number, Prose, Text, Whole
from sim.units import MONEY_UNITS, PERCENT, Unit


class Atom(Frozen):
    """What every number of a scenario carries beside its value."""

    unit: Unit
    """Unit, from the closed list of ``sim.units``."""
    source: Text
    """Key in the bibliography, or ``assumption``, ``what-if`` or ``sweep``."""
    locator: Prose | None = None
    """Where in the source: table, page, outcome, evidence key."""
    grade: Grade
    """Kind of evidence."""
    checked: Flag = False
    """True when the figure was re-read in its source."""
    note: Prose | None = None
    """Derivation or caveat, in a sentence."""
    label: Label | None = None
    """Plain name for sliders and tables."""

    @model_validator(mode="after")
    def _located(self) -> Self:
        if self.source not in UNSOURCED and self.locator is None:
            raise ValueError(f"locator must say where in '{self.source}' the number stands, got nothing")
        if self.source == "assumption" and self.grade not in {Grade.ASSUMPTION, Grade.EXPERT}:
            raise ValueError(f"grade of an assumption must be 'assumption' or 'expert', got '{self.grade}'")
        return self

    @property
    def is_assumption(self) -> bool:
        """True when no source stands behind the number."""
        return self.source in UNSOURCED


class Parameter(Atom):
    """One number with its unit, uncertainty and source."""

    value: Number
    """Value used in the deterministic analysis."""
    distribution: Distribution | None = None
    """Uncertainty about the value, for probabilistic analysis."""
    spread_assumed: Flag = False
    """True when the value has a source and how uncertain it is was judged."""
    range: tuple[Number, Number] | None = None
    """Plausible low and high value: slider bounds and one-way analysis."""
    price_year: Whole | None = None
    """Year whose prices the amount is in; needed for money, refused elsewhere."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [
            *_range_problems(self, self.value, self.range),
            *_distribution_problems(self, self.value, self.distribution),
            *self._money_problems(),
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _money_problems(self) -> list[str]:
        if self.unit in MONEY_UNITS and self.price_year is None:
            return [f"price_year must be given for an amount in {self.unit}, got nothing"]
        if self.unit not in MONEY_UNITS and self.price_year is not None:
            return [f"price_year must be left out for a number in {self.unit}, got {self.price_year}"]
        return []


class Curve(Atom):
    """A short list of numbers that belong together, such as an onset curve."""

    values: Annotated[tuple[Number, ...], Field(min_length=1)]
    """The numbers, in order."""
    at: tuple[Number, ...] | None = None
    """Positions the numbers belong to (ages, days), when they are not simply first, second, third."""
    distribution: Distribution | None = None
    """Uncertainty about the first number of a hazard; the others move in proportion."""
    spread_assumed: Flag = False
    """True when the value has a source and how uncertain it is was judged."""
    range: tuple[Number, Number] | None = None
    """Plausible low and high first number of a hazard; the others move in proportion."""

    @property
    def value(self) -> float:
        """The first number, which stands for the whole curve where one number must."""
        return self.values[0]

    @model_validator(mode="after")
    def _matched(self) -> Self:
        if self.at is not None:
            if len(self.at) != len(self.values):
                raise ValueError(
                    f"at must have as many numbers as values, got {len(self.at)} and {len(self.values)}"
                )
            if any(b <= a for a, b in zip(self.at, self.at[1:], strict=False)):
                raise ValueError(f"at must increase, got {list(self.at)}")
        return self

    @model_validator(mode="after")
    def _uncertain_as_a_whole(self) -> Self:
        if self.distribution is None and self.range is None:
            return self
        if self.unit != Unit.PER_YEAR or self.value <= 0:
            raise ValueError(
                f"distribution and range must be left out of a curve that is no hazard beginning above 0, "
                f"got a curve in '{self.unit}' that begins at {self.value:g}"
            )
        problems = [
            *(_range_problems(self, self.value, self.range) if self.range else ()),
            *_distribution_problems(self, self.value, self.distribution),
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _range_problems(atom: Atom, value: float, between: tuple[float, float] | None) -> list[str]:
    if between is None:
        wide = atom.is_assumption and atom.source == "assumption"
        return ["range must be given for an assumption, got nothing"] if wide else []
    low, high = between
    if not low <= high:
        return [f"range must run from low to high, got [{low}, {high}]"]
    if not low <= value <= high:
        return [f"value must lie in its range [{low}, {high}], got {value}"]
    return []


def _distribution_problems(atom: Atom, value: float, distribution: Distribution | None) -> list[str]:
    if distribution is None:
        return []
    kind = distribution.kind
    low, high = kind.support
    if not low <= value <= high:
        return [f"value must lie in the support [{low}, {high}] of its distribution, got {value}"]
    centers = [kind.mean, getattr(kind, "median", kind.mean), getattr(kind, "mode", kind.mean)]
    off = min(abs(center - value) for center in centers)
    if off > abs(value) / PERCENT and atom.note is None:
        return [
            f"value {value} and the mean of its distribution {kind.mean:.4g} must agree "
            f"within 1 %; change one, or say why in note"
        ]
    return []


@dataclass(frozen=True, slots=True)
class Bounds:
    """Unit that a parameter must have, and the values that have a meaning.

    Parameters
    ----------
    unit : Unit
        The one unit allowed.
    low, high : float
        Smallest and largest value allowed, also within the range.
    """

    unit: Unit
    low: float
    high: float

    def __call__(self, parameter: Parameter) -> Parameter:
        """Return the parameter; raise ValueError when it breaks the rules."""
        if parameter.unit != self.unit:
            raise ValueError(f"unit must be '{self.unit}', got '{parameter.unit}'")
        for number in (parameter.value, *(parameter.range or ())):
            if not self.low <= number <= self.high:
                is_percentage = self.unit is Unit.PROBABILITY and 1 < number <= PERCENT
                hint = f"; write {number / PERCENT:g}" if is_percentage else ""
                raise ValueError(
                    f"{self.unit} must lie in [{self.low:g}, {self.high:g}], got {number:g}{hint}"
                )
        return parameter


LONGEST_DAYS = 1e6
LARGEST_AMOUNT = 1e12
LARGEST_RATE = 1e4
LARGEST_RATIO = 1e4
LARGEST_COUNT = 1e3
HIGHEST_SCORE = 60
"""Highest score of the MADRS."""
HARMLESS_FADE = 1.5
OLDEST = 150
WIDEST_LOG_SD = 3
LARGEST_POWER = 3
MOST_SESSION_DEATHS = 1e5
MOST_PEOPLE_PER_YEAR = 1e9

Probability = Annotated[Parameter, AfterValidator(Bounds(Unit.PROBABILITY, 0, 1))]
Ratio = Annotated[Parameter, AfterValidator(Bounds(Unit.RATIO, 0, LARGEST_RATIO))]
PatientsPerUnit = Annotated[Parameter, AfterValidator(Bounds(Unit.RATIO, 1, LARGEST_COUNT))]
Fade = Annotated[Parameter, AfterValidator(Bounds(Unit.RATIO, 0, HARMLESS_FADE))]
Change = Annotated[Parameter, AfterValidator(Bounds(Unit.RATIO, -1, 1))]
Power = Annotated[Parameter, AfterValidator(Bounds(Unit.RATIO, 0, LARGEST_POWER))]
LogSd = Annotated[Parameter, AfterValidator(Bounds(Unit.RATIO, 0, WIDEST_LOG_SD))]
Correlation = Annotated[Parameter, AfterValidator(Bounds(Unit.CORRELATION, 0, 1))]
SignedCorrelation = Annotated[Parameter, AfterValidator(Bounds(Unit.CORRELATION, -1, 1))]
Minutes = Annotated[Parameter, AfterValidator(Bounds(Unit.MINUTES, 0, LONGEST_DAYS))]
Hours = Annotated[Parameter, AfterValidator(Bounds(Unit.HOURS, 0, LONGEST_DAYS))]
Days = Annotated[Parameter, AfterValidator(Bounds(Unit.DAYS, 0, LONGEST_DAYS))]
Years = Annotated[Parameter, AfterValidator(Bounds(Unit.YEARS, 0, OLDEST))]
Sessions = Annotated[Parameter, AfterValidator(Bounds(Unit.SESSIONS, 0, LARGEST_COUNT))]
Count = Annotated[Parameter, AfterValidator(Bounds(Unit.COUNT, 0, LARGEST_COUNT))]
RatePerYear = Annotated[Parameter, AfterValidator(Bounds(Unit.PER_YEAR, 0, LARGEST_RATE))]
PeoplePerYear = Annotated[Parameter, AfterValidator(Bounds(Unit.PEOPLE_PER_YEAR, 0, MOST_PEOPLE_PER_YEAR))]
SessionDeaths = Annotated[
    Parameter, AfterValidator(Bounds(Unit.PER_100_000_SESSIONS, 0, MOST_SESSION_DEATHS))
]
Madrs = Annotated[Parameter, AfterValidator(Bounds(Unit.MADRS, 0, HIGHEST_SCORE))]
MadrsPerMonth = Annotated[Parameter, AfterValidator(Bounds(Unit.MADRS_PER_MONTH, 0, HIGHEST_SCORE))]
Utility = Annotated[Parameter, AfterValidator(Bounds(Unit.UTILITY, -1, 1))]
UtilityPerPoint = Annotated[Parameter, AfterValidator(Bounds(Unit.UTILITY_PER_MADRS, -1, 0))]
Money = Annotated[Parameter, AfterValidator(Bounds(Unit.USD, 0, LARGEST_AMOUNT))]
MoneyPerHour = Annotated[Parameter, AfterValidator(Bounds(Unit.USD_PER_HOUR, 0, LARGEST_AMOUNT))]
MoneyPerDay = Annotated[Parameter, AfterValidator(Bounds(Unit.USD_PER_DAY, 0, LARGEST_AMOUNT))]
MoneyPerYear = Annotated[Parameter, AfterValidator(Bounds(Unit.USD_PER_YEAR, 0, LARGEST_AMOUNT))]
MoneyPerMile = Annotated[Parameter, AfterValidator(Bounds(Unit.USD_PER_MILE, 0, LARGEST_AMOUNT))]
Miles = Annotated[Parameter, AfterValidator(Bounds(Unit.MILES, 0, LARGEST_AMOUNT))]
Speed = Annotated[Parameter, AfterValidator(Bounds(Unit.MILES_PER_HOUR, 1, LARGEST_RATE))]
