"""A treatment: who may have it, how a course runs, what it does, what it costs.

All treatments are one type; an eighth treatment is an edit of a scenario file.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.domain.clinic import Visit
from sim.domain.frozen import Flag, Frozen, Key, Label
from sim.domain.parameters import (
    Curve,
    Days,
    Fade,
    Hours,
    Madrs,
    Money,
    MoneyPerDay,
    Probability,
    Ratio,
    SessionDeaths,
    Sessions,
    Utility,
)
from sim.units import Unit

MOST_SESSIONS = 100


class Setting(StrEnum):
    """Where a treatment is given."""

    HOME = "home"
    CLINIC = "clinic"
    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"


class ScreeningRule(StrEnum):
    """What a condition means for one treatment."""

    EXCLUDE = "exclude"
    """Never this treatment."""
    DEFER = "defer"
    """Treat the condition first, then screen again."""
    ROUTE = "route"
    """Not here: take the line's ``route_to`` treatment, or exclude when it has none."""


class Uptake(Frozen):
    """Whether an eligible patient starts."""

    accepts: Probability
    """Chance that the patient wants this treatment when offered."""
    approval: Probability | None = None
    """Chance that the insurer approves in the end; left out = no approval needed."""
    approval_days: Days | None = None
    """Days the approval takes."""
    by_distance: Curve | None = None
    """Relative chance of starting by distance band; ``at`` holds the lower ends, from 0 [miles]."""

    @model_validator(mode="after")
    def _bands_from_zero(self) -> Self:
        bands = self.by_distance
        if bands is None:
            return self
        if bands.unit != Unit.RATIO or bands.at is None or bands.at[0] != 0 or min(bands.values) < 0:
            raise ValueError("by_distance must give ratios of at least 0 by miles (at), beginning at 0")
        return self


class Basis(StrEnum):
    """Of whom a published response share was counted."""

    STARTERS = "starters"
    """All who had a first session; leaving early counts as no response."""
    ASSESSED = "assessed"
    """Those who completed the induction and were assessed."""


class Effect(Frozen):
    """What a course does to the score of one who completes it."""

    response: Probability | None = None
    """Share with at least the responder's improvement at the end of induction."""
    relative_to: Key | None = None
    """Treatment whose response this one is relative to, instead of ``response``."""
    odds_ratio: Ratio | None = None
    """Odds ratio of response against ``relative_to``."""
    remission_ratio: Probability
    """Remitters as a share of responders."""
    remission_score: Madrs
    """Score at or below which the source counted remission, on the MADRS."""
    baseline_mean: Madrs
    """Mean score of the source's patients before treatment."""
    baseline_sd: Madrs
    """Standard deviation of that score."""
    basis: Basis | None = None
    """Whether ``response`` counts all starters or those assessed; relative effects take the other's."""
    onset: Curve
    """Share of the full improvement reached, the last being 1: after each session (the last value holds for
    later ones), or by days since the first session (``at``) for a drug that is taken every day."""
    onset_days: Days | None = None
    """Days after a session until its share is reached; left out when ``onset`` runs by days."""

    @model_validator(mode="after")
    def _one_way_to_respond(self) -> Self:
        relative = self.relative_to is not None and self.odds_ratio is not None
        if (self.response is not None) == relative or (self.relative_to is None) != (self.odds_ratio is None):
            raise ValueError(
                "effect must give either response, or relative_to with odds_ratio, got neither or both"
            )
        if (self.response is None) != (self.basis is None):
            raise ValueError("basis must be given with response, and only there")
        values = self.onset.values
        if any(not 0 <= v <= 1 for v in values) or any(b < a for a, b in pairwise(values)):
            raise ValueError(f"onset must rise within [0, 1], got {list(values)}")
        if values[-1] != 1:
            raise ValueError(f"onset must end at 1, got {values[-1]:g}")
        if self.onset.at is not None and self.onset.at[0] != 0:
            raise ValueError(f"onset by days must begin at day 0, got {self.onset.at[0]:g}")
        if (self.onset.at is None) != (self.onset_days is not None):
            raise ValueError("onset_days must be given when onset runs by sessions, and only then")
        return self


class Induction(Frozen):
    """The first sessions of a course, up to the assessment."""

    sessions: Sessions
    """Sessions before the assessment."""
    interval: Days
    """Days from one session to the next."""
    extension_sessions: Sessions | None = None
    """Further sessions for partial responders, once; left out = none."""
    assessment_lag: Days
    """Days from the last session to the assessment."""

    @property
    def n_sessions(self) -> int:
        """Whole sessions before the assessment."""
        return round(self.sessions.value)

    @property
    def n_extension(self) -> int:
        """Whole further sessions for partial responders."""
        return round(self.extension_sessions.value) if self.extension_sessions else 0


class MaintenanceStep(Frozen):
    """A stretch of maintenance with one spacing."""

    sessions: Sessions | None = None
    """Sessions in this stretch; left out = until the end."""
    interval: Days
    """Days from one session to the next."""


class Maintenance(Frozen):
    """Sessions that protect responders against relapse."""

    steps: Annotated[tuple[MaintenanceStep, ...], Field(min_length=1)]
    """Spacing, stretch by stretch; the last is open-ended."""
    limit: Days | None = None
    """Longest time in maintenance; left out = no limit."""
    protects_responders: Ratio
    """Hazard ratio of relapse on time, for responses above ``illness.relapse.low_score``."""
    protects_remitters: Ratio
    """Hazard ratio of relapse on time, for firm responses."""

    @model_validator(mode="after")
    def _last_is_open(self) -> Self:
        if any(step.sessions is None for step in self.steps[:-1]) or self.steps[-1].sessions is not None:
            raise ValueError("steps must give sessions for each stretch but the last, which is open-ended")
        return self


class Durability(Frozen):
    """How long a response lasts without maintenance."""

    relapse_hazard: Curve
    """Hazard of relapse of a patient of average frailty by days since response (``at``) [per year]."""
    frailty_variance: Ratio
    """Variance of the gamma frailty (mean 1); it makes the population's hazard fall over time."""
    holds_after: Sessions | None = None
    """Induction sessions it takes for a response to hold by itself; after fewer, and without maintenance,
    it begins to fade at once. Left out = it always holds."""
    after_relapse_on_treatment: Ratio
    """Hazard ratio of a later relapse for those who relapsed while in maintenance."""

    @model_validator(mode="after")
    def _hazard_by_day(self) -> Self:
        curve = self.relapse_hazard
        if curve.unit != Unit.PER_YEAR:
            raise ValueError(f"relapse_hazard must be in '{Unit.PER_YEAR}', got '{curve.unit}'")
        if curve.at is None or curve.at[0] != 0:
            raise ValueError(
                f"relapse_hazard must say at which days it starts, beginning at 0, got {curve.at}"
            )
        if min(curve.values) < 0:
            raise ValueError(f"relapse_hazard must be at least 0, got {min(curve.values):g}")
        return self


class ToleranceAnswer(StrEnum):
    """What the clinic does when maintenance stops protecting."""

    NONE = "none"
    HIGHER_DOSE = "higher_dose"
    SHORTER_INTERVAL = "shorter_interval"
    SWITCH = "switch"


class Tolerance(Frozen):
    """A subgroup in whom maintenance loses its protection after some sessions."""

    share: Probability
    """Share of patients who are prone."""
    after_sessions: Sessions
    """Maintenance sessions until protection is lost."""
    answer: ToleranceAnswer
    """The clinic's answer."""
    restores: Probability
    """Share of the lost protection that the answer gives back."""
    dose_ratio: Ratio
    """Dose after an increase relative to before; scales the drug cost."""
    interval_ratio: Ratio
    """Interval after shortening relative to before."""


class Harm(Frozen):
    """One kind of adverse event."""

    label: Label
    """Plain name."""
    probability: Probability
    """Chance at the first session, or of at least one during the induction, as ``period`` says;
    when the source waited for reports, what was reported."""
    period: Annotated[str, Field(pattern="^(session|induction)$")]
    """``session``: chance at the first session; ``induction``: chance of at least one by its end."""
    fade: Fade
    """Chance at each further session relative to the one before (1 = no fading)."""
    days: Days
    """How long it lasts."""
    disutility: Utility
    """Loss of utility while it lasts."""
    cost: Money
    """Cost of dealing with one event."""
    stops: Probability
    """Chance that an event ends the treatment."""
    asked: Flag
    """True when the source asked patients or measured it; False when it waited for reports, which then
    stand for more events (``care.reported_unasked``)."""
    red_flag: Flag = False
    """True when it calls for help at once: remote call or emergency visit."""


class Dropout(Frozen):
    """Leaving by one's own decision, apart from waiting."""

    per_induction_session: Probability
    """Chance of not coming back after each induction session."""
    per_maintenance_session: Probability
    """Chance of not coming back after each maintenance session."""


class TreatmentPrices(Frozen):
    """What is paid for a treatment; tariffs hold staff and place already."""

    drug_session: Money
    """Drug charged per session, when not inside the session's price."""
    drug_day: MoneyPerDay
    """Drug charged per day while the course lasts, for daily drugs."""
    covered: Probability
    """Share of session and drug prices an insurer pays; those who pay themselves
    (``population.self_pay``) pay all of it."""
    covered_by: Annotated[dict[Key, Probability], Field(min_length=1)] | None = None
    """The same for payers who differ, by their name in ``population.payers``."""
    programme_drug: Money
    """What a provider pays for the drug of one session."""
    hospital_day: MoneyPerDay | None = None
    """Hospital stay per day of induction, for in-patients."""
    monitoring_course: Money | None = None
    """Tests before a course (blood, urine, heart trace), paid with its first session, and again before a
    re-induction; left out = none."""
    monitoring_session: Money | None = None
    """Tests on the way, per session kept, where no price of a session holds them; left out = none."""
    rebate: Probability | None = None
    """Share of what insurers pay for the drug at its list price that comes back to them; left out = none."""


class Treatment(Frozen):
    """One therapy in one setting."""

    label: Label
    """Plain name."""
    setting: Setting
    """Where it is given."""
    route: Label
    """Route of administration."""
    screening: dict[Key, ScreeningRule]
    """What each condition of the population means for this treatment; not named = no obstacle."""
    uptake: Uptake
    session: Visit
    """What one session takes and costs."""
    companion_hours: Hours
    """Time of a companion or support person per session, the drive included."""
    recovery_hours: Hours
    """Patient's time lost after a session (no driving, rest)."""
    induction: Induction
    maintenance: Maintenance | None = None
    effect: Effect
    durability: Durability
    tolerance: Tolerance | None = None
    harms: Annotated[dict[Key, Harm], Field(max_length=30)]
    session_mortality: SessionDeaths
    """Deaths caused by the procedure."""
    dropout: Dropout
    preparation: Flag = True
    """True when the programme's preparation and integration visits belong to the course."""
    prices: TreatmentPrices

    @model_validator(mode="after")
    def _curves_fit(self) -> Self:
        induction = self.induction
        extension = induction.extension_sessions.value if induction.extension_sessions else 0
        sessions = induction.sessions.value + extension
        if not 1 <= sessions <= MOST_SESSIONS:
            raise ValueError(f"induction must have 1 to {MOST_SESSIONS} sessions, got {sessions:g}")
        lag, onset = induction.assessment_lag.value, self.effect.onset_days
        if onset is not None and lag < onset.value:
            raise ValueError(f"assessment_lag must be at least onset_days {onset.value:g}, got {lag:g}")
        return self
