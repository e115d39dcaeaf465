"""The illness itself: definitions, natural course, mortality, utility and background cost by state."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from sim.domain.frozen import Frozen
from sim.domain.parameters import (
    Change,
    Correlation,
    Curve,
    Days,
    Madrs,
    MoneyPerYear,
    Power,
    Probability,
    RatePerYear,
    Ratio,
    Utility,
    UtilityPerPoint,
)
from sim.units import Unit


class State(StrEnum):
    """Clinical state, as the last assessment or relapse left it."""

    DEPRESSED = "depressed"
    RESPONSE = "response"
    REMISSION = "remission"


class Definitions(Frozen):
    """What counts as response, partial response and remission."""

    response: Probability
    """Improvement on the score, relative to referral, that counts as response."""
    partial_response: Probability
    """Improvement that earns an extension of the induction."""
    remission: Madrs
    """Score at or below which a patient is in remission."""
    depression_free: Madrs
    """Score at or below which a day counts as free of depression."""
    relapse: Madrs
    """Score at or above which a patient who responded counts as relapsed."""
    fully_symptomatic: Madrs
    """Score at or above which a day counts as fully symptomatic; between, a part of a day."""


class Improvement(Frozen):
    """Shape of the improvement of a course: some hardly improve, the others around a high mean.

    The share of improvers and their mean are solved from response and remission.
    """

    improver_concentration: Ratio
    """Alpha plus beta of the improvers' beta distribution."""
    unimproved_low: Change
    """Lowest change of those who hardly improve, as a share of the score (negative = worse)."""
    unimproved_high: Change
    """Highest change of those who hardly improve."""
    speed_spread: Probability
    """How far patients differ in speed: 0 = all follow the onset curve of a treatment; at 1 the fastest have
    the full effect from the first session on, and the others lie evenly between."""
    across_courses: Correlation
    """Correlation of a patient's responsiveness across courses and lines (Gaussian copula)."""
    context: Ratio
    """Odds ratio of response from visits and expectancy, the same for all treatments."""


class NaturalCourse(Frozen):
    """What happens without a new treatment."""

    improvement_hazard: RatePerYear
    """Hazard of a spontaneous response."""
    remission_ratio: Probability
    """Remitters as a share of spontaneous responders."""
    relapse_hazard: RatePerYear
    """Hazard of losing it again."""
    improvement_days: Days
    """Days over which the score falls."""


class Relapse(Frozen):
    """What all treatments share about losing a response."""

    days: Days
    """Days until the score is back where it was at referral."""
    low_score: Madrs
    """Score at or below which a response counts as firm, whatever a study calls remission."""
    remitters: Ratio
    """Hazard ratio of relapse of firm responses against the others."""
    without_drugs: Ratio
    """Hazard ratio of relapse of those who take no antidepressant after a course."""
    failed_trials: Power
    """Power of (1 + failed trials) / 3 in the hazard: how relapse grows with earlier failures, 1 at two."""


class ByState(Frozen):
    """One amount per clinical state."""

    depressed: MoneyPerYear
    response: MoneyPerYear
    remission: MoneyPerYear


class RateByState(Frozen):
    """One rate per clinical state."""

    depressed: RatePerYear
    response: RatePerYear
    remission: RatePerYear


class Mortality(Frozen):
    """Death from all causes but suicide by age and sex, and suicide by clinical state."""

    male: Curve
    """Annual probability of death by exact age (``at``), men."""
    female: Curve
    """Annual probability of death by exact age (``at``), women."""
    relative_risk: Ratio
    """All-cause mortality of these patients relative to the population, without suicide."""
    suicide: RateByState
    """Suicide by clinical state."""

    @model_validator(mode="after")
    def _tables(self) -> Self:
        for name in ("male", "female"):
            table: Curve = getattr(self, name)
            if (
                table.at is None
                or table.unit != Unit.PROBABILITY
                or not all(0 <= q < 1 for q in table.values)
            ):
                raise ValueError(f"{name} must give probabilities in [0, 1) at exact ages, got {table.unit}")
        return self


class UtilityLine(Frozen):
    """Utility as a straight line of the score, one line for everybody."""

    at_zero: Utility
    """Utility at a score of 0."""
    per_point: UtilityPerPoint
    """Change of utility per point of the score."""


class Illness(Frozen):
    """Depression as it runs, whatever the treatment."""

    definitions: Definitions
    improvement: Improvement
    natural: NaturalCourse
    relapse: Relapse
    mortality: Mortality
    utility: UtilityLine
    background_cost: ByState
    """Other health care by state."""
    productivity_loss: ByState
    """Lost production by state."""
