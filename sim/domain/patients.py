"""Who is referred: the profile patients are drawn from, and what may stand in the way of a treatment."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.domain.frozen import Flag, Frozen, Key, Label, Number, Whole
from sim.domain.parameters import (
    HIGHEST_SCORE,
    Count,
    LogSd,
    Madrs,
    Miles,
    Parameter,
    Probability,
    Years,
)

ROUNDING = 1e-6
"""By how much shares that should add up to 1 may miss it."""
LOWEST_ADMITTED = 1
"""Lowest score anybody can be referred with: an improvement is a share of it [MADRS points]."""
LONGEST_ARRIVALS_DAYS = 36_525
"""Days within which everybody must be referred: a century."""


class Condition(Frozen):
    """A contraindication or a missing precondition, drawn once per patient."""

    label: Label
    """Plain name."""
    prevalence: Probability
    """Share of referred patients who have it."""
    women_under_50_only: Flag = False
    """True when only women under 50 can have it; prevalence is then among them."""
    resolves: Probability | None = None
    """Chance that it is settled by the time of re-screening; none means never."""


class AgeProfile(Frozen):
    """Age at referral: a normal distribution cut at both ends."""

    mean: Years
    """Mean before cutting."""
    sd: Years
    """Standard deviation before cutting."""
    youngest: Annotated[Number, Field(ge=18, le=100)] = 18
    """Youngest age; under 18 is never admitted [years]."""
    oldest: Annotated[Number, Field(gt=18, le=100)] = 90
    """Oldest age [years]."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.youngest < self.oldest:
            raise ValueError(f"youngest must be below oldest {self.oldest:g}, got {self.youngest:g}")
        return self


class SeverityProfile(Frozen):
    """Depression score (MADRS, 0-60) at referral: a normal distribution cut at both ends."""

    mean: Madrs
    """Mean before cutting."""
    sd: Madrs
    """Standard deviation before cutting."""
    lowest: Annotated[Number, Field(ge=LOWEST_ADMITTED, le=HIGHEST_SCORE)] = 20
    """Lowest score admitted."""
    highest: Annotated[Number, Field(gt=0, le=HIGHEST_SCORE)] = HIGHEST_SCORE
    """Highest possible score."""


class ArrivalPeriod(Frozen):
    """From one day on, how many referrals a week arrive."""

    from_day: Annotated[Whole, Field(ge=0, le=LONGEST_ARRIVALS_DAYS)]
    """First day of the period, counted from day 0."""
    per_week: Annotated[Number, Field(gt=0, le=100_000)]
    """Mean number of referrals a week."""


class Population(Frozen):
    """The profile every patient of the cohort is drawn from."""

    label: Label
    """Who these people are."""
    age: AgeProfile
    female: Probability
    """Share of women."""
    severity: SeverityProfile
    failed_trials_mean: Count
    """Mean number of failed adequate antidepressant trials ; below 1, none or one."""
    failed_trials_sd: Count
    """Standard deviation of that number."""
    distance_median: Miles
    """Median distance from home to the clinic."""
    distance_log_sd: LogSd
    """Standard deviation of the logarithm of that distance."""
    payers: dict[Key, Probability]
    """Share of patients by main payer; the shares add up to 1."""
    self_pay: tuple[Key, ...] = ()
    """Those of ``payers`` that pay for nothing: their patients have no insurer."""
    conditions: Annotated[dict[Key, Condition], Field(max_length=60)]
    """Contraindications and access limits by name."""
    arrivals: tuple[ArrivalPeriod, ...] | None = None
    """Open programme with weekly referrals; left out: everybody is referred on day 0."""

    @model_validator(mode="after")
    def _payers_add_up(self) -> Self:
        total = sum(share.value for share in self.payers.values())
        if abs(total - 1) > ROUNDING:
            raise ValueError(f"payers must add up to 1, got {total:g}")
        if unknown := [name for name in self.self_pay if name not in self.payers]:
            raise ValueError(
                f"self_pay must name some of payers ({', '.join(self.payers)}), got {', '.join(unknown)}"
            )
        if self.arrivals is not None:
            days = [period.from_day for period in self.arrivals]
            if not days or days[0] != 0 or any(b <= a for a, b in pairwise(days)):
                raise ValueError(f"arrivals must start on day 0 and increase, got from_day {days}")
        return self

    def covered_shares(
        self, general: Parameter, by_payer: Mapping[str, Parameter] | None
    ) -> tuple[float, ...]:
        """Return the share of a price that each payer pays, in the order of ``payers``.

        Parameters
        ----------
        general : Parameter
            Share paid by payers that are not named.
        by_payer : mapping or None
            Share by name of the payer, where it differs.

        Returns
        -------
        tuple of float
            0 for those in ``self_pay``.
        """
        named = by_payer or {}
        return tuple(
            0.0 if payer in self.self_pay else named.get(payer, general).value for payer in self.payers
        )
