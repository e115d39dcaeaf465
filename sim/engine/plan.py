"""A scenario turned into the plain numbers that visits read: minutes, bit sets, tables.

Times are in minutes, hazards per minute. Nothing here changes during a run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.domain.clinic import PriorityRule, Visit
from sim.domain.effects import harm_by_session, onset_by_session
from sim.domain.events import NO_TREATMENT
from sim.domain.parameters import Parameter
from sim.domain.scenario import Scenario
from sim.domain.strategies import Strategy
from sim.domain.treatments import Maintenance, ScreeningRule, ToleranceAnswer, Treatment
from sim.engine.appointments import NOTHING_NEEDED, Needs
from sim.engine.widths import NATURAL_EPISODES, Columns, columns_of, widths
from sim.streams import purpose_of
from sim.units import DAYS_PER_MONTH, MINUTES_PER_DAY, MINUTES_PER_YEAR, PER_100_000, minutes_from_days

ANSWERS = (
    ToleranceAnswer.NONE,
    ToleranceAnswer.HIGHER_DOSE,
    ToleranceAnswer.SHORTER_INTERVAL,
    ToleranceAnswer.SWITCH,
)
HIGHER_DOSE = ANSWERS.index(ToleranceAnswer.HIGHER_DOSE)
SHORTER_INTERVAL = ANSWERS.index(ToleranceAnswer.SHORTER_INTERVAL)
SWITCH = ANSWERS.index(ToleranceAnswer.SWITCH)
RULES = (PriorityRule.MAINTENANCE, PriorityRule.REINDUCTION, PriorityRule.SEVERITY)
MAINTENANCE_FIRST = RULES.index(PriorityRule.MAINTENANCE)
REINDUCTION_FIRST = RULES.index(PriorityRule.REINDUCTION)
RESTORING = frozenset({ToleranceAnswer.HIGHER_DOSE, ToleranceAnswer.SHORTER_INTERVAL})


@dataclass(frozen=True, slots=True)
class TreatmentPlan:
    """One treatment in the numbers of the clock; see `sim.domain.treatments` for their meaning.

    The defaults are those of no treatment at all.
    """

    number: int
    exclude: int = 0
    defer: int = 0
    route: int = 0
    approval: float = 1.0
    approval_minutes: int = 0
    needs: Needs = NOTHING_NEEDED
    sessions: int = 0
    interval: int = 0
    extension: int = 0
    assessment_lag: int = 0
    onset: tuple[float, ...] = ()
    onset_minutes: tuple[int, ...] = ()
    has_maintenance: bool = False
    n_limited_steps: int = 0
    step_end: tuple[int, ...] = ()
    step_interval: tuple[int, ...] = ()
    maintenance_limit: int = 0
    protection: tuple[float, float] = (1.0, 1.0)
    n_hazards: int = 1
    hazard_start: tuple[int, ...] = (0,)
    hazard: tuple[float, ...] = (0.0,)
    relative_hazard: tuple[float, float] = (1.0, 1.0)
    holds_after: int = 0
    after_relapse_on_treatment: float = 1.0
    tolerance_share: float = 0.0
    tolerance_after: int = 0
    tolerance_answer: int = 0
    restores: float = 0.0
    dose_ratio: float = 1.0
    interval_ratio: float = 1.0
    n_harms: int = 0
    harm_purpose: tuple[int, ...] = ()
    harm_probability: tuple[tuple[float, ...], ...] = ()
    harm_stops: tuple[float, ...] = ()
    session_death: float = 0.0
    dropout_induction: float = 0.0
    dropout_maintenance: float = 0.0
    has_preparation: bool = False


@dataclass(frozen=True, slots=True)
class Pathway:
    """Lines of one strategy: positions of treatments, -1 for none; share of patients up to this pathway."""

    share: float
    n_lines: int
    treatments: tuple[int, ...]
    routes: tuple[int, ...]
    instead: tuple[int, ...]
    max_reinductions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The pathways of one strategy: one, or the parts of a mix."""

    n_pathways: int
    pathways: tuple[Pathway, ...]


@dataclass(frozen=True, slots=True)
class CarePlan:
    """Rules of the programme and the illness in the numbers of the clock."""

    referral_lead: int
    screening_needs: Needs
    screening_no_show: float
    rebooks: float
    most_misses: int
    session_no_show: float
    cancels: float
    cancel_notice: int
    worsening: float
    has_waiting_list: bool
    n_rules: int
    rules: tuple[int, ...]
    severe_from: float
    deferral: int
    start_lead: int
    preparation_needs: Needs
    has_preparation: bool
    integration_needs: Needs
    n_integrations: int
    integration_after: tuple[int, ...]
    relapse_noticed: int
    response: float
    partial_response: float
    remission: float
    low_score: float
    relapse_minutes: int
    improvement_minutes: int
    natural_hazard: float
    n_episodes: int
    n_natural_episodes: int
    suicide: tuple[float, float, float]
    columns: Columns
    treatments: tuple[TreatmentPlan, ...]
    """By position; the natural course comes last, as a plan of which only the relapse hazard is used."""
    natural: int


def care_plan(scenario: Scenario) -> CarePlan:
    """Return the numbers of a scenario that visits read: times in minutes, hazards per minute."""
    width = widths(scenario)
    care, illness = scenario.care, scenario.illness
    preparation, integration = care.preparation, care.integration
    suicide = illness.mortality.suicide
    return CarePlan(
        referral_lead=minutes_from_days(care.referral_lead.value),
        screening_needs=_needs(scenario, care.screening),
        screening_no_show=care.screening_no_show.value,
        rebooks=care.rebooks.value,
        most_misses=care.most_misses,
        session_no_show=care.session_no_show.value,
        cancels=care.cancels.value if care.cancels else 0.0,
        cancel_notice=minutes_from_days(care.cancel_notice.value) if care.cancel_notice else 0,
        worsening=care.worsening.value / (DAYS_PER_MONTH * MINUTES_PER_DAY) if care.worsening else 0.0,
        has_waiting_list=care.waiting_list is not None,
        n_rules=len(care.waiting_list.order) if care.waiting_list else 0,
        rules=tuple(RULES.index(rule) for rule in care.waiting_list.order) if care.waiting_list else (),
        severe_from=(care.waiting_list and care.waiting_list.severe_from) or 0.0,
        deferral=minutes_from_days(care.deferral.value),
        start_lead=minutes_from_days(care.start_lead.value),
        preparation_needs=_needs(scenario, preparation),
        has_preparation=preparation is not None,
        integration_needs=_needs(scenario, integration),
        n_integrations=len(care.integration_after) if integration is not None else 0,
        integration_after=care.integration_after if integration is not None else (),
        relapse_noticed=minutes_from_days(care.relapse_noticed.value),
        response=illness.definitions.response.value,
        partial_response=illness.definitions.partial_response.value,
        remission=illness.definitions.remission.value,
        low_score=illness.relapse.low_score.value,
        relapse_minutes=minutes_from_days(illness.relapse.days.value),
        improvement_minutes=minutes_from_days(illness.natural.improvement_days.value),
        natural_hazard=illness.natural.improvement_hazard.value / MINUTES_PER_YEAR,
        n_episodes=width.episodes,
        n_natural_episodes=NATURAL_EPISODES,
        suicide=(
            suicide.depressed.value / MINUTES_PER_YEAR,
            suicide.response.value / MINUTES_PER_YEAR,
            suicide.remission.value / MINUTES_PER_YEAR,
        ),
        columns=columns_of(scenario),
        treatments=(
            *(
                _treatment_plan(scenario, number, treatment, width.sessions)
                for number, treatment in enumerate(scenario.treatments.values())
            ),
            _natural_plan(scenario),
        ),
        natural=len(scenario.treatments),
    )


def policy_of(scenario: Scenario, strategy: Strategy) -> Policy:
    """Return the pathways of a strategy, each with the share of patients in it and those before."""
    parts = {None: 1.0} if strategy.mix is None else strategy.mix
    shares = np.cumsum(list(parts.values())).tolist()
    found = [
        _pathway(scenario, strategy if key is None else scenario.strategies[key], share)
        for key, share in zip(parts, shares, strict=True)
    ]
    return Policy(len(found), tuple(found))


def _pathway(scenario: Scenario, strategy: Strategy, share: float) -> Pathway:
    position = {key: number for number, key in enumerate(scenario.treatments)}
    lines = strategy.lines or ()
    usual = scenario.care.max_reinductions
    return Pathway(
        share=share,
        n_lines=len(lines),
        treatments=tuple(position[line.treatment] for line in lines),
        routes=tuple(position[line.route_to] if line.route_to else NO_TREATMENT for line in lines),
        instead=tuple(
            position[line.instead_of_waiting] if line.instead_of_waiting else NO_TREATMENT for line in lines
        ),
        max_reinductions=tuple(
            usual if line.max_reinductions is None else line.max_reinductions for line in lines
        ),
    )


def _needs(scenario: Scenario, visit: Visit | None) -> Needs:
    position = {key: number for number, key in enumerate(scenario.resources)}
    if visit is None:
        return NOTHING_NEEDED
    whole = visit.whole_minutes
    return Needs(len(whole), tuple(position[name] for name in whole), tuple(whole.values()))


def _treatment_plan(scenario: Scenario, number: int, treatment: Treatment, width: int) -> TreatmentPlan:
    induction, tolerance = treatment.induction, treatment.tolerance
    masks = {rule: _mask(scenario, treatment, rule) for rule in ScreeningRule}
    step_end, step_interval = _steps(treatment.maintenance)
    approval = treatment.uptake.approval
    onset, onset_days = onset_by_session(treatment)
    return TreatmentPlan(
        number=number,
        exclude=masks[ScreeningRule.EXCLUDE],
        defer=masks[ScreeningRule.DEFER],
        route=masks[ScreeningRule.ROUTE],
        approval=approval.value if approval else 1.0,
        approval_minutes=minutes_from_days(treatment.uptake.approval_days.value)
        if treatment.uptake.approval_days
        else 0,
        needs=_needs(scenario, treatment.session),
        sessions=induction.n_sessions,
        interval=minutes_from_days(induction.interval.value),
        extension=induction.n_extension,
        assessment_lag=minutes_from_days(induction.assessment_lag.value),
        onset=onset,
        onset_minutes=tuple(minutes_from_days(days) for days in onset_days),
        has_maintenance=treatment.maintenance is not None,
        n_limited_steps=len(step_end),
        step_end=step_end,
        step_interval=step_interval,
        maintenance_limit=_limit(treatment.maintenance),
        protection=_protection(treatment.maintenance),
        n_hazards=len(treatment.durability.relapse_hazard.values),
        hazard_start=tuple(minutes_from_days(day) for day in treatment.durability.relapse_hazard.at or ()),
        hazard=tuple(rate / MINUTES_PER_YEAR for rate in treatment.durability.relapse_hazard.values),
        relative_hazard=(1.0, scenario.illness.relapse.remitters.value),
        holds_after=_whole(treatment.durability.holds_after),
        after_relapse_on_treatment=treatment.durability.after_relapse_on_treatment.value,
        tolerance_share=tolerance.share.value if tolerance else 0.0,
        tolerance_after=_whole(tolerance.after_sessions) if tolerance else 0,
        tolerance_answer=ANSWERS.index(tolerance.answer) if tolerance else 0,
        restores=tolerance.restores.value if tolerance and tolerance.answer in RESTORING else 0.0,
        dose_ratio=tolerance.dose_ratio.value if tolerance else 1.0,
        interval_ratio=tolerance.interval_ratio.value if tolerance else 1.0,
        n_harms=len(treatment.harms),
        harm_purpose=tuple(purpose_of(f"harm/{name}") for name in treatment.harms),
        harm_probability=_harm_tables(scenario, treatment, width),
        harm_stops=tuple(harm.stops.value for harm in treatment.harms.values()),
        session_death=treatment.session_mortality.value * PER_100_000,
        dropout_induction=treatment.dropout.per_induction_session.value,
        dropout_maintenance=treatment.dropout.per_maintenance_session.value,
        has_preparation=treatment.preparation,
    )


def _harm_tables(scenario: Scenario, treatment: Treatment, width: int) -> tuple[tuple[float, ...], ...]:
    sessions, reported = treatment.induction.n_sessions, scenario.care.reported_unasked.value
    return tuple(
        harm_by_session(harm, sessions, width, reported_unasked=reported) for harm in treatment.harms.values()
    )


def _whole(count: Parameter | None) -> int:
    return round(count.value) if count else 0


def _natural_plan(scenario: Scenario) -> TreatmentPlan:
    rate = scenario.illness.natural.relapse_hazard.value / MINUTES_PER_YEAR
    return TreatmentPlan(number=len(scenario.treatments), hazard=(rate,))


def _mask(scenario: Scenario, treatment: Treatment, rule: ScreeningRule) -> int:
    names = list(scenario.population.conditions)
    return sum(1 << names.index(name) for name, given in treatment.screening.items() if given is rule)


def _steps(maintenance: Maintenance | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if maintenance is None:
        return (), ()
    counts = [_whole(step.sessions) for step in maintenance.steps]
    ends = np.cumsum(counts).tolist()
    return tuple(ends[:-1]), tuple(minutes_from_days(step.interval.value) for step in maintenance.steps)


def _limit(maintenance: Maintenance | None) -> int:
    return minutes_from_days(maintenance.limit.value) if maintenance and maintenance.limit else 0


def _protection(maintenance: Maintenance | None) -> tuple[float, float]:
    if maintenance is None:
        return 1.0, 1.0
    return maintenance.protects_responders.value, maintenance.protects_remitters.value
