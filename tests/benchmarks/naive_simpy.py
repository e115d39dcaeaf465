"""The same pathway as most people would write it with SimPy: what `treatpath bench` compares the engine with.

One process per patient, `Resource.request()` for rooms and staff, random numbers drawn where they are needed,
the event log as a list of dictionaries, and a pandas frame from which costs and QALYs are computed.
Times are in days. It reads the same scenario and does the same work, but shares no patient, draw or clock with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import simpy

from sim.domain.clinic import Visit
from sim.domain.effects import harm_by_session, improvement_of, natural_improvement_of, onset_by_session
from sim.domain.parameters import HIGHEST_SCORE
from sim.domain.scenario import Scenario
from sim.domain.treatments import ScreeningRule, Setting, Treatment

Steps = Generator[simpy.Event, Any, Any]
MINUTES, YEAR, WEEK = 1440, 365.25, 7
ROUNDING = 1e-9
MOST_SESSIONS, RAMP_STEPS, TRIALS_OF_RESISTANCE = 1000, 4, 2
HELD, MISSED, LATE, WAITS = "held", "missed", "late", "waits"
COURSE_ENDS = (
    "course_started", "next_line", "reinduction", "usual_care", "dropped_out", "stopped_for_harm",
    "maintenance_ended",
)  # fmt: skip


class EndOfFollowUp(Exception):  # noqa: N818
    """The patient died or the horizon was reached."""


class Relapsed(Exception):  # noqa: N818
    """A response was lost."""


class Improved(Exception):  # noqa: N818
    """A patient without treatment responded by nature."""


class Course:
    """What a treatment does, worked out once from its published figures."""

    def __init__(self, scenario: Scenario, key: str) -> None:
        treatment: Treatment = scenario.treatments[key]
        induction, maintenance = treatment.induction, treatment.maintenance
        self.key, self.treatment = key, treatment
        self.sessions = round(induction.sessions.value)
        self.extension = round(induction.extension_sessions.value) if induction.extension_sessions else 0
        self.improvement = improvement_of(scenario, key)
        self.onset, self.onset_days = onset_by_session(treatment)
        self.harms = [
            (
                name,
                harm,
                harm_by_session(
                    harm,
                    self.sessions,
                    MOST_SESSIONS,
                    reported_unasked=scenario.care.reported_unasked.value,
                ),
            )
            for name, harm in treatment.harms.items()
        ]
        self.steps = [
            (step.sessions.value if step.sessions else math.inf, step.interval.value)
            for step in (maintenance.steps if maintenance else ())
        ]


class Clinic:
    """Rooms and staff as SimPy resources that work on open days only; a half post works at half speed."""

    def __init__(self, env: simpy.Environment, scenario: Scenario, n_days: int) -> None:
        self.env, self.scenario = env, scenario
        self.units: dict[str, simpy.Resource] = {}
        self.slowness: dict[str, float] = {}
        self.open_days: dict[str, list[float]] = {}
        for name, resource in scenario.resources.items():
            capacity = math.inf if resource.units is None else math.ceil(resource.units)
            self.units[name] = simpy.Resource(env, capacity=capacity)
            self.slowness[name] = 1.0 if resource.units is None else capacity / resource.units
            minutes = np.array([resource.open_minutes[day % WEEK] for day in range(n_days)])
            for closure in (*resource.closures, *scenario.care.holidays):
                minutes[closure.from_day : closure.until_day] = 0
            for change in resource.changes:
                minutes[change.from_day :] *= min(change.units / resource.units, 1)
            self.open_days[name] = (minutes / MINUTES).tolist()

    def needs(self, visit: Visit) -> list[tuple[str, float]]:
        """Return what a visit needs and for how long, in days; always in the same order."""
        taken = visit.minutes_taken
        return [
            (name, taken[name] * self.slowness[name] / MINUTES)
            for name in self.scenario.resources
            if name in taken
        ]

    def next_opening(self, visit: Visit, time: float) -> float:
        """Return the first moment from a time on when everything a visit needs is open long enough."""
        if time == math.inf:
            return time
        needs = [(self.open_days[name], days) for name, days in self.needs(visit)]
        day = math.floor(time)
        n_days = min(len(open_days) for open_days, _ in needs)
        while day < n_days:
            start = max(time, day)
            if all(start - day + length <= open_days[day] + ROUNDING for open_days, length in needs):
                return start
            day += 1
        return math.inf


class Patient:
    """One patient: who they are, how they are, and the process that follows them."""

    def __init__(self, number: int, arrival: float, model: Model) -> None:
        self.number, self.model, self.scenario = number, model, model.scenario
        self.env, self.rng, self.care = model.env, model.rng, model.scenario.care
        population, rng = self.scenario.population, self.rng
        self.referral, self.horizon = arrival, arrival + self.scenario.horizon_years * YEAR
        self.age = self.cut_normal(population.age, population.age.youngest, population.age.oldest)
        self.severity = self.cut_normal(
            population.severity, population.severity.lowest, population.severity.highest
        )
        self.is_female = rng.random() < population.female.value
        self.miles = population.distance_median.value * math.exp(
            population.distance_log_sd.value * rng.standard_normal()
        )
        mean, variance = population.failed_trials_mean.value - 1, population.failed_trials_sd.value**2
        if variance > mean > 0:
            self.failed_trials = 1 + rng.negative_binomial(mean**2 / (variance - mean), mean / variance)
        else:
            self.failed_trials = 1 + rng.poisson(max(mean, 0))
        self.conditions = set()
        for name, condition in population.conditions.items():
            has = rng.random() < condition.prevalence.value
            if has and not (condition.women_under_50_only and not (self.is_female and self.age < 50)):
                self.conditions.add(name)
        self.death_at = self.background_death()
        self.responsiveness, self.tolerance_luck = rng.standard_normal(), rng.random()
        self.state, self.score_from, self.score_to = "depressed", self.severity, self.severity
        self.score_since = self.score_until = arrival
        self.course: Course | None = None
        self.course_number, self.line, self.reinductions, self.deferred_line = -1, -1, 0, -1
        self.session, self.line_sessions, self.misses = 0, 0, 0
        self.in_course = self.in_maintenance = self.is_listed = self.has_left = False
        self.is_tolerant = self.is_barred = self.is_firm = False
        self.speed = self.scenario.illness.improvement.speed_spread.value * rng.random()
        self.dose = self.interval_ratio = self.rehold = self.frailty = 1.0
        self.responded_at = self.last_day = self.overdue_after = self.overdue_length = 0.0
        self.frailties: dict[str, float] = {}

    def cut_normal(self, profile: Any, low: float, high: float) -> float:
        if profile.sd.value <= 0:
            return min(max(profile.mean.value, low), high)
        while True:
            value = self.rng.normal(profile.mean.value, profile.sd.value)
            if low <= value <= high:
                return value

    def background_death(self) -> float:
        mortality = self.scenario.illness.mortality
        table = mortality.female if self.is_female else mortality.male
        for year in range(math.ceil(self.scenario.horizon_years)):
            chance = np.interp(self.age + year, table.at, table.values)
            hazard = -math.log1p(-chance) * mortality.relative_risk.value
            time = self.rng.exponential(1 / hazard) if hazard > 0 else math.inf
            if time < 1:
                return self.referral + (year + time) * YEAR
        return math.inf

    def log(self, event: str, **more: Any) -> None:
        self.model.events.append(
            {
                "time": self.env.now,
                "patient": self.number,
                "event": event,
                "treatment": self.course.key if self.course else None,
                "course": self.course_number,
                "session": self.session,
                **more,
            }
        )

    def score(self) -> float:
        if self.env.now >= self.score_until:
            return self.score_to
        part = (self.env.now - self.score_since) / (self.score_until - self.score_since)
        return self.score_from + (self.score_to - self.score_from) * part

    def move_score(self, target: float, days: float) -> None:
        self.score_from, self.score_since = self.score(), self.env.now
        self.score_to, self.score_until = target, self.env.now + days
        self.log("score", score=self.score_from, target=target, until=self.score_until)

    # Time passes.

    def protection(self, time: float) -> float:
        """Return the hazard ratio of maintenance; it fades in steps while a session is overdue."""
        if self.overdue_length == 0 or self.course is None:
            return 1.0
        maintenance = self.course.treatment.maintenance
        ratio = (
            maintenance.protects_remitters.value if self.is_firm else maintenance.protects_responders.value
        )
        if self.is_tolerant:
            tolerance = self.course.treatment.tolerance
            restores = (
                tolerance.restores.value if tolerance.answer in {"higher_dose", "shorter_interval"} else 0
            )
            ratio = 1 - restores * (1 - ratio)
        if time < self.overdue_after:
            return ratio
        step = math.floor((time - self.overdue_after) * RAMP_STEPS / self.overdue_length + ROUNDING)
        return 1.0 if step >= RAMP_STEPS else ratio + (1 - ratio) * (2 * step + 1) / (2 * RAMP_STEPS)

    def relapse_rate(self) -> tuple[float, float]:
        """Return the hazard of relapse per day now, and until when it holds."""
        now, illness = self.env.now, self.scenario.illness
        if self.course is None:
            return illness.natural.relapse_hazard.value / YEAR, math.inf
        curve, since = self.course.treatment.durability.relapse_hazard, now - self.responded_at
        piece = max(position for position, day in enumerate(curve.at) if day <= since + ROUNDING)
        until = self.responded_at + curve.at[piece + 1] if piece + 1 < len(curve.at) else math.inf
        if self.overdue_length > 0:
            step = self.overdue_length / RAMP_STEPS
            passed = math.floor((now - self.overdue_after) / step + ROUNDING) + 1
            if passed <= RAMP_STEPS:
                until = min(until, self.overdue_after + max(passed, 0) * step)
        rate = curve.values[piece] / YEAR * self.frailty * self.rehold * self.protection(now)
        return rate * (illness.relapse.remitters.value if self.is_firm else 1), until

    def live(self, until: float, requests: Sequence[simpy.Event] = ()) -> Steps:
        """Let time pass until a moment, or until all requests are granted, unless something befalls the patient."""
        while True:
            if requests and all(request.triggered for request in requests):
                return True
            if self.env.now >= self.horizon:
                self.end("horizon")
            if self.env.now >= self.death_at:
                self.end("died", reason="background")
            if self.env.now >= until:
                return False
            illness, holds_until = self.scenario.illness, math.inf
            change, change_rate = None, 0.0
            if self.state != "depressed":
                change = Relapsed
                change_rate, holds_until = self.relapse_rate()
            elif not self.in_course:
                change, change_rate = Improved, illness.natural.improvement_hazard.value / YEAR
            suicide_rate = getattr(illness.mortality.suicide, self.state).value / YEAR
            rate = change_rate + suicide_rate
            stop = min(until, self.horizon, self.death_at, holds_until)
            happens = self.env.now + self.rng.exponential(1 / rate) if rate > 0 else math.inf
            timeout = self.env.timeout(max(min(stop, happens) - self.env.now, 0))
            yield self.env.all_of(requests) | timeout if requests else timeout
            if happens < stop and self.env.now >= happens:
                if self.rng.random() * rate < suicide_rate:
                    self.end("died", reason="suicide")
                raise change

    def end(self, event: str, **more: Any) -> None:
        self.log(event, **more)
        raise EndOfFollowUp

    def attend(
        self, visit: Visit, earliest: float, patience: float, no_show: float = 0.0, latest: float = math.inf
    ) -> Steps:
        """Wait for an open day and for every resource of a visit, hold each as long as needed, let go."""
        clinic = self.model.clinic
        wished = clinic.next_opening(visit, max(earliest, self.env.now))
        if wished > latest:
            return LATE
        yield from self.live(wished)
        gives_up = min(wished + patience, latest)
        needs = clinic.needs(visit)
        requests = {name: clinic.units[name].request() for name, _ in needs}
        try:
            granted = yield from self.live(gives_up, list(requests.values()))
            if not granted:
                return LATE
            start = clinic.next_opening(
                visit, self.env.now
            )  # granted after hours: first in line next morning
            if start > self.env.now:
                yield from self.live(min(start, gives_up))
                if start > gives_up:
                    return LATE
            self.wished, day = wished, math.floor(self.env.now)
            is_missed = self.rng.random() < no_show
            held = 0.0
            for name, length in sorted(needs, key=lambda need: need[1]):
                if length > held:
                    yield self.env.timeout(length - held)
                    held = length
                clinic.units[name].release(requests.pop(name))
            self.visit_day = day
            return MISSED if is_missed else HELD
        finally:
            for name, request in requests.items():
                if request.triggered:
                    clinic.units[name].release(request)
                else:
                    request.cancel()

    # The pathway: each stage returns the next one.

    def follow(self) -> Steps:
        self.log("referred", score=self.severity)
        self.move_score(self.severity, 0)
        self.lines = self.model.lines_for(self)
        stage, self.is_listed = (self.screening, True) if self.lines else (self.usual_care, False)
        self.earliest = self.env.now + self.care.referral_lead.value
        try:
            while True:
                try:
                    stage = yield from stage()
                except Relapsed:
                    stage = self.relapse
                except Improved:
                    stage = self.improve
        except EndOfFollowUp:
            return

    def is_discharged(self) -> bool:
        self.misses += 1
        return self.rng.random() >= self.care.rebooks.value or self.misses >= self.care.most_misses

    def screening(self) -> Steps:
        care = self.care
        while True:
            patience = self.rng.exponential(care.patience.value)
            came = yield from self.attend(
                care.screening, math.ceil(self.earliest), patience, care.screening_no_show.value
            )
            if came == LATE:
                return self.drop_out("waiting for screening")
            if came == HELD:
                break
            self.log("screening_missed")
            if self.is_discharged():
                return self.drop_out("missed screening")
            self.earliest = self.visit_day + 1
        self.misses = 0
        self.log("screened", wished=self.wished)
        if self.line < 0 or self.line_sessions == 0:
            self.next_line = max(self.line, 0)
        elif self.reinductions >= self.max_reinductions():
            self.next_line = self.line + 1
        else:
            self.reinductions += 1
            self.next_line = self.line
        return self.offer

    def max_reinductions(self) -> int:
        own = self.lines[self.line].max_reinductions
        return self.care.max_reinductions if own is None else own

    def offer(self) -> Steps:
        yield from ()
        for number in range(self.next_line, len(self.lines)):
            if number != self.line:
                self.line, self.reinductions, self.line_sessions = number, 0, 0
                if number > 0:
                    self.log("next_line", line=number)
            key = self.eligible_treatment()
            if key == WAITS:
                self.earliest = self.env.now + self.care.deferral.value
                return self.screening
            if key is None:
                continue
            uptake = self.scenario.treatments[key].uptake
            if self.rng.random() >= self.acceptance(uptake):
                self.log("declined", offered=key)
            elif uptake.approval is not None and self.rng.random() >= uptake.approval.value:
                self.log("not_approved", offered=key)
            else:
                self.begin_line(key)
                days = uptake.approval_days.value if uptake.approval_days else 0
                self.earliest = self.env.now + self.care.start_lead.value + days
                return self.start_course
        return self.usual_care

    def eligible_treatment(self) -> str | None:
        line = self.lines[self.line]
        key = line.treatment
        rules = self.rules_met(key)
        if ScreeningRule.ROUTE in rules.values() and ScreeningRule.EXCLUDE not in rules.values():
            if line.route_to is None:
                self.log("ineligible", offered=key)
                return None
            key = line.route_to
            rules = self.rules_met(key)
            self.log("routed", offered=key)
        if ScreeningRule.EXCLUDE in rules.values() or ScreeningRule.ROUTE in rules.values():
            self.log("ineligible", offered=key)
            return None
        if rules and self.deferred_line != self.line:
            self.deferred_line = self.line
            self.log("deferred", offered=key)
            return WAITS
        for name in rules:
            if self.rng.random() >= self.scenario.population.conditions[name].resolves.value:
                self.log("ineligible", offered=key)
                return None
            self.conditions.remove(name)
        self.log("eligible", offered=key)
        return key

    def rules_met(self, key: str) -> dict[str, ScreeningRule]:
        screening = self.scenario.treatments[key].screening
        return {name: rule for name, rule in screening.items() if name in self.conditions}

    def acceptance(self, uptake: Any) -> float:
        if uptake.by_distance is None:
            return uptake.accepts.value
        band = max(number for number, miles in enumerate(uptake.by_distance.at) if miles <= self.miles)
        return uptake.accepts.value * uptake.by_distance.values[band]

    def begin_line(self, key: str) -> None:
        self.course = self.model.courses[key]
        self.decided_at = self.env.now
        self.is_tolerant = self.is_barred = False
        self.rehold = self.dose = self.interval_ratio = 1.0
        if key not in self.frailties:
            variance = self.course.treatment.durability.frailty_variance.value
            drawn = self.rng.gamma(1 / variance, variance) if variance > 0 else 1.0
            power = self.scenario.illness.relapse.failed_trials.value
            self.frailties[key] = drawn * ((1 + self.failed_trials) / (1 + TRIALS_OF_RESISTANCE)) ** power
        self.frailty = self.frailties[key]

    def start_course(self) -> Steps:
        self.course_number += 1
        self.session, self.misses, self.overdue_length = 0, 0, 0.0
        self.target, self.is_extended, self.in_maintenance = self.course.sessions, False, False
        self.patience = self.rng.exponential(self.care.patience.value)
        self.earliest = math.ceil(self.earliest)
        if self.course.treatment.preparation and self.care.preparation:
            came = yield from self.attend(self.care.preparation, self.earliest, self.patience)
            if came == LATE:
                return self.drop_out("waiting for treatment")
            self.log("prepared", wished=self.wished)
            self.earliest = self.visit_day + 1
        return self.induction

    def induction(self) -> Steps:
        course, dropout = self.course, self.course.treatment.dropout.per_induction_session.value
        while self.session < self.target:
            due = max(self.earliest, self.due_day())
            came = yield from self.attend(
                course.treatment.session, due, self.patience_now(course.treatment.induction.interval.value),
                self.care.session_no_show.value,
            )  # fmt: skip
            if came != HELD:
                leaving = self.not_held(came)
                if leaving is not None:
                    return leaving
                continue
            if self.session == 0:
                self.begin_course()
            if self.hold_session() is not None:
                return self.fail_line()
            if self.session < self.target and self.rng.random() < dropout:
                return self.drop_out("induction")
            yield from self.integration()
        yield from self.live(
            max(self.last_day + course.treatment.induction.assessment_lag.value, self.env.now)
        )
        return self.assess()

    def patience_now(self, interval: float) -> float:
        return self.patience if self.session == 0 else max(self.patience, interval)

    def not_held(self, came: str) -> Callable[[], Steps] | None:
        if came == LATE:
            return self.drop_out("waiting for treatment" if self.session == 0 else "waiting for a session")
        self.log("session_missed", wished=self.wished)
        if self.is_discharged():
            return self.drop_out("missed session")
        self.earliest = self.visit_day + 1
        return None

    def due_day(self) -> float:
        if self.session == 0:
            return 0
        interval = self.course.treatment.induction.interval.value
        by_start = math.floor(self.course_start + self.session * interval)
        return max(by_start, self.last_day + max(math.floor(interval), 1))

    def begin_course(self) -> None:
        self.in_course, self.course_start = True, self.visit_day
        self.log("course_started", decided=self.decided_at)
        rho = self.scenario.illness.improvement.across_courses.value
        z = math.sqrt(rho) * self.responsiveness + math.sqrt(1 - rho) * self.rng.standard_normal()
        u = (1 + math.erf(z / math.sqrt(2))) / 2
        self.improvement = float(self.course.improvement.quantile(np.array(u)))

    def hold_session(self) -> str | None:
        """Hold a session; return the harm that ends the treatment, or None."""
        self.misses = 0
        treatment, harms, stopping = self.course.treatment, [], None
        for name, harm, chances in self.course.harms:
            if self.rng.random() < chances[min(self.line_sessions, MOST_SESSIONS - 1)]:
                harms.append(name)
                if stopping is None and self.rng.random() < harm.stops.value:
                    stopping = name
        self.log("session", harms=harms, dose=self.dose, maintenance=self.in_maintenance, wished=self.wished)
        if self.rng.random() < treatment.session_mortality.value / 100_000:
            self.end("died", reason="procedure")
        self.session += 1
        self.line_sessions += 1
        self.last_day = self.visit_day
        if self.in_maintenance:
            self.maintained += 1
            self.answer_tolerance()
        else:
            step = self.session - 1
            share = self.course.onset[step]
            share += self.speed * (1 - share)
            target = self.severity * (1 - self.improvement * share)
            self.move_score(max(min(target, HIGHEST_SCORE), 0), self.course.onset_days[step])
        if stopping is not None:
            self.is_barred = True
            self.log("stopped_for_harm", harm=stopping)
        return stopping

    def answer_tolerance(self) -> None:
        tolerance = self.course.treatment.tolerance
        if tolerance is None or self.is_tolerant or self.tolerance_luck >= tolerance.share.value:
            return
        if self.maintained < tolerance.after_sessions.value:
            return
        self.is_tolerant = True
        self.log("tolerant")
        if tolerance.answer == "higher_dose":
            self.dose = tolerance.dose_ratio.value
            self.log("dose_raised", dose=self.dose)
        elif tolerance.answer == "shorter_interval":
            self.interval_ratio = tolerance.interval_ratio.value
            self.log("interval_shortened", ratio=self.interval_ratio)

    def integration(self) -> Steps:
        care, treatment = self.care, self.course.treatment
        if (
            care.integration is None
            or not treatment.preparation
            or self.session not in care.integration_after
        ):
            return
        latest = self.last_day + WEEK
        if self.session < self.target:
            latest = self.model.clinic.next_opening(treatment.session, self.due_day())
        came = yield from self.attend(care.integration, self.last_day + 1, math.inf, latest=latest)
        self.log("integrated" if came == HELD else "integration_skipped")

    def assess(self) -> Callable[[], Steps]:
        definitions, score = self.scenario.illness.definitions, self.score()
        improvement, outcome = 1 - score / self.severity, "none"
        if score <= definitions.remission.value:
            outcome = "remission"
        elif improvement >= definitions.response.value:
            outcome = "response"
        elif improvement >= definitions.partial_response.value:
            outcome = "partial"
        self.log("assessed", outcome=outcome, score=score)
        if outcome in {"remission", "response"}:
            return self.respond(outcome)
        if outcome == "partial" and self.course.extension > 0 and not self.is_extended:
            self.is_extended, self.target = True, self.course.sessions + self.course.extension
            self.log("extended")
            return self.induction
        return self.fail_line()

    def respond(self, outcome: str) -> Callable[[], Steps]:
        self.begin_response(outcome, self.score())
        treatment = self.course.treatment
        if treatment.maintenance is not None:
            return self.maintenance
        holds = treatment.durability.holds_after
        return self.relapse if holds and self.session < holds.value else self.stay

    def maintenance(self) -> Steps:
        treatment = self.course.treatment
        self.in_maintenance, self.maintained, started = True, 0, self.env.now
        self.log("maintenance_started")
        while True:
            interval = self.maintenance_interval()
            due = self.last_day + max(math.floor(interval), 1)
            wished = self.model.clinic.next_opening(treatment.session, due)
            self.overdue_after = wished if wished < math.inf else due
            self.overdue_length = max(interval, 1)
            came = yield from self.attend(
                treatment.session, max(due, self.earliest), self.patience_now(interval),
                self.care.session_no_show.value,
            )  # fmt: skip
            if came != HELD:
                leaving = self.not_held(came)
                if leaving is not None:
                    return leaving
                continue
            if self.hold_session() is not None:
                return self.fail_line()
            if self.rng.random() < treatment.dropout.per_maintenance_session.value:
                return self.drop_out("maintenance")
            limit = treatment.maintenance.limit
            if limit is not None and self.env.now - started >= limit.value:
                self.log("maintenance_ended")
                return self.stay

    def maintenance_interval(self) -> float:
        held, step = 0.0, 0
        while self.maintained >= held + self.course.steps[step][0]:
            held += self.course.steps[step][0]
            step += 1
        return self.course.steps[step][1] * self.interval_ratio

    def stay(self) -> Steps:
        """Go on responding without sessions."""
        if self.last_day == math.floor(self.env.now):
            self.overdue_after = self.env.now + self.overdue_length
        self.in_maintenance = False
        yield from self.live(math.inf)

    def relapse(self) -> Steps:
        self.log("relapsed", score=self.score(), maintenance=self.in_maintenance)
        if self.in_maintenance:
            self.rehold = self.course.treatment.durability.after_relapse_on_treatment.value
        self.state, self.in_course, self.in_maintenance, self.overdue_length = "depressed", False, False, 0.0
        self.move_score(self.severity, self.scenario.illness.relapse.days.value)
        self.earliest = self.env.now + self.care.relapse_noticed.value
        if self.has_left or not self.is_listed:
            return self.usual_care
        if self.course is None:
            return self.screening
        yield from self.live(self.earliest)
        switches = self.is_tolerant and self.course.treatment.tolerance.answer == "switch"
        if self.is_barred or switches or self.reinductions >= self.max_reinductions():
            return self.end_line()
        self.reinductions += 1
        self.decided_at = self.env.now
        self.log("reinduction")
        self.earliest = self.env.now + self.care.start_lead.value
        return self.start_course

    def improve(self) -> Steps:
        """Respond by nature; who was waiting for a treatment leaves the list until a relapse."""
        if self.course is not None and self.session == 0:
            self.course_number -= 1
        self.course = None
        better = self.model.natural.quantile_of_responders(np.array(self.rng.random()))
        target = self.severity * (1 - float(better))
        is_remission = target <= self.scenario.illness.definitions.remission.value
        outcome = "remission" if is_remission else "response"
        self.log("improved_naturally", outcome=outcome)
        self.move_score(target, self.scenario.illness.natural.improvement_days.value)
        self.begin_response(outcome, target)
        yield from self.live(math.inf)

    def begin_response(self, outcome: str, score: float) -> None:
        self.state, self.responded_at, self.overdue_length = outcome, self.env.now, 0.0
        self.is_firm = score <= self.scenario.illness.relapse.low_score.value

    def usual_care(self) -> Steps:
        self.course, self.in_maintenance, self.in_course, self.is_listed = None, False, False, False
        self.rehold, self.is_tolerant, self.overdue_length = 1.0, False, 0.0
        self.log("usual_care")
        yield from self.live(math.inf)

    def drop_out(self, reason: str) -> Callable[[], Steps]:
        self.log("dropped_out", reason=reason)
        self.has_left = True
        if self.state != "depressed":
            return self.stay
        if self.score_to < self.severity:
            self.move_score(self.severity, self.scenario.illness.relapse.days.value)
        return self.usual_care

    def fail_line(self) -> Callable[[], Steps]:
        if self.state != "depressed":
            return self.stay
        self.move_score(self.severity, self.scenario.illness.relapse.days.value)
        return self.end_line()

    def end_line(self) -> Callable[[], Steps]:
        self.course, self.in_course, self.in_maintenance, self.overdue_length = None, False, False, 0.0
        self.next_line = self.line + 1
        return self.offer


class Model:
    """One strategy of one replication: patients, clinic, log."""

    def __init__(self, scenario: Scenario, strategy: str, replication: int) -> None:
        self.scenario, self.strategy = scenario, scenario.strategies[strategy]
        self.rng = np.random.default_rng([scenario.run.seed, replication])
        self.env, self.events = simpy.Environment(), []
        self.courses = {key: Course(scenario, key) for key in scenario.treatments}
        self.natural = natural_improvement_of(scenario)
        self.arrivals = self.arrival_days()
        n_days = math.ceil(self.arrivals[-1] + scenario.horizon_years * YEAR) + 2
        self.clinic = Clinic(self.env, scenario, n_days)
        self.patients: list[Patient] = []

    def arrival_days(self) -> list[float]:
        periods, day, days = self.scenario.population.arrivals, 0.0, []
        while len(days) < self.scenario.run.n_patients:
            if periods is not None:
                per_week = [period.per_week for period in periods if period.from_day <= day][-1]
                day += self.rng.exponential(WEEK / per_week)
            days.append(day)
        return days

    def lines_for(self, patient: Patient) -> Any:
        if self.strategy.mix is None:
            return self.strategy.lines or ()
        shares = list(self.strategy.mix.values())
        key = list(self.strategy.mix)[self.rng.choice(len(shares), p=np.array(shares) / sum(shares))]
        return self.scenario.strategies[key].lines or ()

    def source(self) -> Steps:
        for number, day in enumerate(self.arrivals):
            if day > self.env.now:
                yield self.env.timeout(day - self.env.now)
            patient = Patient(number, self.env.now, self)
            self.patients.append(patient)
            self.env.process(patient.follow())

    def run(self) -> pd.DataFrame:
        self.env.process(self.source())
        self.env.run()
        return pd.DataFrame(self.events)


def simulate(scenario: Scenario, strategy: str, replication: int = 0) -> dict[str, float]:
    """Run one strategy and return its results, means per referred patient unless their name says otherwise."""
    model = Model(scenario, strategy, replication)
    log = model.run()
    n_patients = scenario.run.n_patients
    started = log[log["event"] == "course_started"]["patient"].unique()
    assessed = log[(log["event"] == "assessed") & (log["course"] == 0)].groupby("patient")["outcome"].last()
    sessions = log[log["event"] == "session"]
    first = sessions.groupby("patient")["time"].first()
    referral = pd.Series([patient.referral for patient in model.patients])
    waits = (first - referral.loc[first.index]).median()
    lumps, flows = lump_costs(model, log), running_costs(model, log)
    qaly, life_years = health(model, log)
    n_started = len(started)
    return {
        "n_rows": len(log),
        "started_share": n_started / n_patients,
        "response_share": assessed.isin(["response", "remission"]).sum() / n_started
        if n_started
        else math.nan,
        "remission_share": (assessed == "remission").sum() / n_started if n_started else math.nan,
        "sessions_per_starter": len(sessions) / n_started if n_started else math.nan,
        "median_wait_days": float(waits),
        "cost": (lumps["sector"].sum() + flows["sector"].sum()) / n_patients,
        "societal_cost": (lumps["societal"].sum() + flows["societal"].sum()) / n_patients,
        "qaly": qaly / n_patients,
        "life_years": life_years / n_patients,
    }


def present(rate: float, start: pd.Series, stop: pd.Series) -> pd.Series:
    """Return the discounted days of each stretch, valued at its middle."""
    return (stop - start) * (1 + rate) ** (-(start + stop) / 2 / YEAR)


def until_next(rows: pd.DataFrame, ends: pd.Series) -> pd.Series:
    """Return when each row is followed by the same patient's next one, or by the end of follow-up."""
    return rows.groupby("patient")["time"].shift(-1).fillna(rows["patient"].map(ends))


def ends_of(log: pd.DataFrame) -> pd.Series:
    return log[log["event"].isin(["died", "horizon"])].set_index("patient")["time"]


def lump_costs(model: Model, log: pd.DataFrame) -> pd.DataFrame:
    """Return the discounted cost of each visit and session, by perspective."""
    scenario, care = model.scenario, model.scenario.care
    economics, treatments = scenario.economics, scenario.treatments
    money = economics.in_prices_of_year
    visits = {"screened": care.screening, "prepared": care.preparation, "integrated": care.integration}
    visits = {event: visit for event, visit in visits.items() if visit is not None}
    rows = log[log["event"].isin([*visits, "session"])].copy()
    is_session = rows["event"] == "session"
    prices = {event: money(visit.price) for event, visit in visits.items()}
    hours = {event: visit.patient_minutes.value / 60 for event, visit in visits.items()}
    by_treatment = pd.DataFrame(
        {
            key: {
                "price": money(treatment.session.price)
                + (money(tests) if (tests := treatment.prices.monitoring_session) else 0.0),
                "drug": money(treatment.prices.drug_session),
                "hours": treatment.session.patient_minutes.value / 60 + treatment.recovery_hours.value,
                "companion": treatment.companion_hours.value,
                "travels": float(treatment.setting in {Setting.CLINIC, Setting.OUTPATIENT}),
            }
            for key, treatment in treatments.items()
        }
    ).T
    terms = by_treatment.reindex(rows["treatment"]).set_index(rows.index)
    harm_cost = {
        (key, name): money(harm.cost)
        for key, treatment in treatments.items()
        for name, harm in treatment.harms.items()
    }
    harms = [
        sum(harm_cost[key, name] for name in names) if isinstance(names, list) else 0.0
        for key, names in zip(
            rows["treatment"], rows["harms"] if "harms" in rows else [None] * len(rows), strict=True
        )
    ]
    dose = rows.get("dose", 1.0)
    rows["sector"] = np.where(
        is_session, terms["price"] + terms["drug"] * dose + harms, rows["event"].map(prices)
    )
    miles = (
        rows["patient"].map(pd.Series([patient.miles for patient in model.patients])) * 2 * terms["travels"]
    )
    patient_hours = np.where(
        is_session, terms["hours"] + miles / economics.driving_speed.value, rows["event"].map(hours)
    )
    rows["societal"] = (
        rows["sector"]
        + np.where(is_session, miles * money(economics.mile), 0)
        + patient_hours * money(economics.patient_hour)
        + np.where(is_session, terms["companion"] * money(economics.companion_hour), 0)
    )
    factor = (1 + economics.discount_rate_costs) ** (-rows["time"] / YEAR)
    return rows[["sector", "societal"]].mul(factor, axis=0)


def running_costs(model: Model, log: pd.DataFrame) -> pd.DataFrame:
    """Return the discounted costs of states, daily drugs and hospital days, by perspective."""
    scenario, ends = model.scenario, ends_of(log)
    money, rate = scenario.economics.in_prices_of_year, scenario.economics.discount_rate_costs
    states = log[log["event"].isin(["referred", "assessed", "relapsed", "improved_naturally"])]
    outcome = states["outcome"] if "outcome" in states else pd.Series("none", index=states.index)
    state = outcome.where(outcome.isin(["response", "remission"]), "depressed")
    days = present(rate, states["time"], until_next(states, ends))
    background, productivity = (
        state.map(
            {name: money(getattr(amounts, name)) / YEAR for name in ("depressed", "response", "remission")}
        )
        * days
        for amounts in (scenario.illness.background_cost, scenario.illness.productivity_loss)
    )
    bounds = log[log["event"].isin(COURSE_ENDS)]
    stops = until_next(bounds, ends)
    courses = bounds[bounds["event"] == "course_started"]
    assessed = log[log["event"] == "assessed"].groupby(["patient", "course"])["time"].last()
    discharge = pd.Series(
        assessed.reindex(pd.MultiIndex.from_frame(courses[["patient", "course"]])).to_numpy(),
        index=courses.index,
    )
    stop = stops.loc[courses.index]
    prices = {key: treatment.prices for key, treatment in scenario.treatments.items()}
    drug = courses["treatment"].map({key: money(price.drug_day) for key, price in prices.items()})
    ward = courses["treatment"].map(
        {key: money(price.hospital_day) if price.hospital_day else 0.0 for key, price in prices.items()}
    )
    before = {key: price.monitoring_course for key, price in prices.items()}
    tests = courses["treatment"].map({key: money(price) if price else 0.0 for key, price in before.items()})
    treated = drug * present(rate, courses["time"], stop) + tests * (1 + rate) ** (-courses["time"] / YEAR)
    treated += ward * present(rate, courses["time"], np.minimum(discharge.fillna(np.inf), stop))
    sector = pd.concat([background, treated])
    return pd.DataFrame({"sector": sector, "societal": pd.concat([background + productivity, treated])})


def health(model: Model, log: pd.DataFrame) -> tuple[float, float]:
    """Return discounted QALYs and life-years of all patients together."""
    scenario, ends = model.scenario, ends_of(log)
    utility, rate = scenario.illness.utility, scenario.economics.discount_rate_effects
    moves = log[log["event"] == "score"]
    stop = until_next(moves, ends)
    bend = np.minimum(moves["until"], stop)
    length = (moves["until"] - moves["time"]).where(moves["until"] > moves["time"], 1)
    reached = moves["score"] + (moves["target"] - moves["score"]) * (bend - moves["time"]) / length
    points = present(rate, moves["time"], bend) * (moves["score"] + reached) / 2
    points += present(rate, bend, stop) * moves["target"]
    referred = log[log["event"] == "referred"]
    alive = present(rate, referred["time"], referred["patient"].map(ends)).sum()
    lost = {
        (key, name): abs(harm.disutility.value) * harm.days.value / YEAR
        for key, treatment in scenario.treatments.items()
        for name, harm in treatment.harms.items()
    }
    sessions = log[log["event"] == "session"]
    harmed = sum(
        (1 + rate) ** (-time / YEAR) * sum(lost[key, name] for name in names)
        for time, key, names in zip(
            sessions["time"], sessions["treatment"], sessions.get("harms", ()), strict=True
        )
    )
    qaly = (utility.at_zero.value * alive + utility.per_point.value * points.sum()) / YEAR - harmed
    return qaly, alive / YEAR
