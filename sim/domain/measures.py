"""What is counted in a simulated study: who, when, and by which criterion."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.domain.frozen import Flag, Frozen, Key, Number, Whole

Share = Annotated[Number, Field(ge=0, le=1)]
DaysCount = Annotated[Number, Field(ge=0)]
SessionCount = Annotated[Whole, Field(ge=1)]


class Among(StrEnum):
    """Of whom a share is counted."""

    STARTERS = "starters"
    """All who had a first session."""
    ASSESSED = "assessed"
    """Those of them who completed the first induction."""
    RESPONDERS = "responders"
    """Those who responded at the end of the first induction, remission included."""
    REMITTERS = "remitters"
    """Responders in remission then."""
    SHORT_OF_REMISSION = "short_of_remission"
    """Responders not in remission then."""


class Moment(StrEnum):
    """A moment of the first course."""

    ASSESSMENT = "assessment"
    """Last assessment of the first course."""
    LAST_SESSION = "last_session"
    """Full effect of the last induction session held, for those who left early as well."""


class Phase(StrEnum):
    """Part of the first course."""

    INDUCTION = "induction"
    MAINTENANCE = "maintenance"


class Criterion(Frozen):
    """What counts, on the score: all that is given must hold."""

    improvement: Share | None = None
    """Least improvement since referral, as a share of the score."""
    score: Number | None = None
    """Highest score [MADRS points]."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.improvement is None and self.score is None:
            raise ValueError("criterion must give improvement, score or both, got neither")
        return self


class ScoreAt(Frozen):
    """Share whose score meets a criterion at a time or a moment of the first course."""

    what: Literal["score_at"]
    among: Literal[Among.STARTERS, Among.ASSESSED]
    criterion: Criterion
    days: DaysCount | None = None
    """Days since the first session."""
    moment: Moment | None = None
    """Instead of days."""
    unless_at_days: DaysCount | None = None
    """Only those who did not meet the criterion at this earlier day."""

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.days is None) == (self.moment is None):
            raise ValueError("score_at must give either days or moment, got both or neither")
        return self


class FirstReached(Frozen):
    """Share who met a criterion at the full effect of a session of the first induction, or of one before."""

    what: Literal["first_reached"]
    criterion: Criterion
    sessions: SessionCount | None = None
    """By this session."""
    days: DaysCount | None = None
    """Instead of sessions: by this day since the first session."""
    of_reachers: Flag = False
    """True counts among those who meet it by the end of the first course, else among all starters."""
    later: Flag = False
    """True turns it round: the share who met it later than that (of reachers)."""

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.days is None) == (self.sessions is None):
            raise ValueError("first_reached must give either days or sessions, got both or neither")
        return self


class RelapseBy(Frozen):
    """Kaplan-Meier share of first-course responders who relapsed."""

    what: Literal["relapse_by"]
    among: Literal[Among.RESPONDERS, Among.REMITTERS, Among.SHORT_OF_REMISSION]
    days: DaysCount
    """Days since the assessment, or since the landmark."""
    landmark_days: DaysCount = 0
    """Only those still well and under treatment so long after the assessment; time runs from then."""
    censors_leaving: Flag = False
    """True ends observation when a patient leaves, as trials do."""
    remitters: Share | None = None
    """Share of remitters in the study, to which both groups are weighted; left out = as they are."""

    @model_validator(mode="after")
    def _of_all_responders(self) -> Self:
        if self.remitters is not None and self.among is not Among.RESPONDERS:
            raise ValueError(f"remitters must be given among responders only, got among {self.among}")
        return self


class RelapseHazardRatio(Frozen):
    """Hazard ratio of relapse against another strategy, from one Cox model."""

    what: Literal["relapse_hazard_ratio"]
    among: Literal[Among.RESPONDERS, Among.REMITTERS, Among.SHORT_OF_REMISSION]
    against: Key
    """Strategy in the denominator."""
    landmark_days: DaysCount = 0
    """As for `RelapseBy`."""
    until_days: DaysCount
    """Observation ends so long after the landmark."""
    censors_leaving: Flag = False
    """As for `RelapseBy`."""


class StillWell(Frozen):
    """Share of starters who responded and have neither relapsed nor left some days after the assessment."""

    what: Literal["still_well"]
    days: DaysCount


class SessionsHeld(Frozen):
    """Share of starters with at least so many sessions in the first course."""

    what: Literal["sessions_held"]
    at_least: SessionCount
    within_days: DaysCount | None = None
    """Days since the first session; left out = ever."""


class Left(Frozen):
    """Share who left the first course of their own accord or for a harm."""

    what: Literal["left"]
    phase: Phase | None = None
    """Only in this phase; of those who began it. Left out = either, of starters."""
    within_days: DaysCount | None = None
    """Days since the first session (of the phase); left out = ever."""
    stays: Flag = False
    """True turns it round: the share who did not."""


class Maintained(Frozen):
    """Share of starters who went on to maintenance in the first course."""

    what: Literal["maintained"]
    is_not: Flag = False
    """True turns it round."""


class HarmSeen(Frozen):
    """Share of starters (or sessions) with a harm in the first course."""

    what: Literal["harm_seen"]
    harm: Key | None = None
    """Name of the harm; left out = any."""
    among: Literal[Among.STARTERS, Among.ASSESSED] = Among.STARTERS
    """Of whom, unless sessions are counted."""
    phase: Phase | None = None
    """Only in this phase; for maintenance the share is of those who had such a session."""
    sessions: SessionCount | None = None
    """Only in the first so many sessions."""
    within_days: DaysCount | None = None
    """Only in so many days since the first session (of the phase)."""
    after_days: DaysCount | None = None
    """Only from so many days after the first session (of the phase) on, among those who had one then."""
    per_session: Flag = False
    """True counts sessions instead of patients."""


class StoppedForHarm(Frozen):
    """Share of starters whose treatment ended for a harm."""

    what: Literal["stopped_for_harm"]
    within_days: DaysCount | None = None
    """Days since the first session; left out = ever."""


class StateAt(Frozen):
    """Share of referred patients alive who meet a criterion on the score at a day since referral."""

    what: Literal["state_at"]
    days: DaysCount
    criterion: Criterion
    given_days: DaysCount | None = None
    """Only those who met the criterion at this earlier day."""
    is_not: Flag = False
    """True turns it round."""


class SecondCourse(Frozen):
    """Share responding to a second course, among those who began one after a relapse."""

    what: Literal["second_course"]
    criterion: Criterion
    days: DaysCount | None = None
    """Days since its first session; left out = at its last assessment before maintenance."""
    after_days: DaysCount = 0
    """Only those whose relapse began at least so many days after the assessment of the first course."""
    relapsed_in_maintenance: Flag
    """True: only those whose relapse came during maintenance; False: only the others."""


Measured = (
    ScoreAt
    | FirstReached
    | RelapseBy
    | RelapseHazardRatio
    | StillWell
    | SessionsHeld
    | Left
    | Maintained
    | HarmSeen
    | StoppedForHarm
    | StateAt
    | SecondCourse
)


class Difference(Frozen):
    """Difference of a share between two strategies of a study."""

    what: Literal["difference"]
    of: Annotated[Measured, Field(discriminator="what")]
    against: Key
    """Strategy that is taken off."""


Measure = Annotated[Measured | Difference, Field(discriminator="what")]
