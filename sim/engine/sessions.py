"""Hold a session: harms, death from the procedure, the score's next step, tolerance; then what follows."""

from __future__ import annotations

from sim.domain.events import NEVER, Event
from sim.domain.parameters import HIGHEST_SCORE
from sim.engine.appointments import NO_DAY, book, first_free_day, first_open_day
from sim.engine.booking import book_session, day_of, due_day, session_attempt, stop_getting_worse
from sim.engine.draws import HARM_STOP, SESSION_DEATH, SESSION_NO_SHOW, uniform
from sim.engine.event_log import EventLog, record
from sim.engine.hazards import ASSESSMENT, INTEGRATION, NOTHING, Clinic, plan_of, wake_at
from sim.engine.patient import Patient
from sim.engine.plan import HIGHER_DOSE, SHORTER_INTERVAL, TreatmentPlan
from sim.engine.scores import move_score
from sim.units import DAYS_PER_WEEK, MINUTES_PER_DAY

GOES_ON = 0


def session_is_missed(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> bool:
    """Return True when the patient does not come; the place is lost."""
    draw = uniform(clinic.draws, patient.number, SESSION_NO_SHOW, session_attempt(patient, clinic))
    chance = clinic.care.session_no_show
    if draw >= chance:
        patient.misses = 0
        return False
    record(
        log, now, patient.number, Event.SESSION_MISSED, patient.treatment, patient.course, patient.session,
        0, draw, chance, patient.wished_day * MINUTES_PER_DAY,
    )  # fmt: skip
    return True


def hold_session(patient: Patient, now: int, clinic: Clinic, log: EventLog, plan: TreatmentPlan) -> int:
    """Hold a session; return DIED or STOPPED_FOR_HARM when the course ends here, else GOES_ON."""
    if patient.session == 0:
        begin_course(patient, now, log)
    harms, stopping_harm, stopping_chance = harms_of_session(patient, clinic, plan)
    record(
        log, now, patient.number, Event.SESSION, plan.number, patient.course, patient.session, harms,
        patient.dose, 1.0 if patient.in_maintenance else 0.0, patient.wished_day * MINUTES_PER_DAY,
    )  # fmt: skip
    held = patient.sessions_held
    if plan.session_death > 0.0:
        draw = uniform(clinic.draws, patient.number, SESSION_DEATH, held)
        if draw < plan.session_death:
            return Event.DIED
    patient.session += 1
    patient.sessions_held += 1
    patient.line_sessions += 1
    patient.last_day = day_of(now)
    if patient.in_maintenance:
        patient.maintained += 1
        answer_tolerance(patient, now, plan, log)
    else:
        step_score(patient, now, clinic, log, plan)
    if stopping_harm >= 0:
        patient.is_barred = True
        record(
            log, now, patient.number, Event.STOPPED_FOR_HARM, plan.number, patient.course, patient.session,
            stopping_harm, uniform(clinic.draws, patient.number, HARM_STOP, held), stopping_chance,
        )  # fmt: skip
        return Event.STOPPED_FOR_HARM
    return GOES_ON


def begin_course(patient: Patient, now: int, log: EventLog) -> None:
    """Note the first session of a course; the natural course stands still until it ends."""
    stop_getting_worse(patient, now, log)
    patient.course_start_day, patient.in_course = day_of(now), True
    record(
        log, now, patient.number, Event.COURSE_STARTED, patient.treatment, patient.course, 0, 0, 0.0, 0.0,
        patient.decided_at,
    )  # fmt: skip


def harms_of_session(patient: Patient, clinic: Clinic, plan: TreatmentPlan) -> tuple[int, int, float]:
    """Return the harms of this session (bit set), the one that ends the treatment or -1, and its chance."""
    harms, stopping, goes_on = 0, -1, 1.0
    held = patient.sessions_held
    for position in range(plan.n_harms):
        chance = plan.harm_probability[position][patient.line_sessions]
        if uniform(clinic.draws, patient.number, plan.harm_purpose[position], held) < chance:
            harms |= 1 << position
            goes_on *= 1.0 - plan.harm_stops[position]
            stops = uniform(clinic.draws, patient.number, HARM_STOP, held) < 1.0 - goes_on
            if stopping < 0 and stops:
                stopping = position
    return harms, stopping, 1.0 - goes_on


def step_score(patient: Patient, now: int, clinic: Clinic, log: EventLog, plan: TreatmentPlan) -> None:
    """Let the score fall by this session's share of the final improvement of the course."""
    share = plan.onset[patient.session - 1]
    share += patient.speed * (1.0 - share)
    columns = clinic.care.columns
    course = columns.improvement + plan.number * columns.n_courses + patient.course
    reached = clinic.fates[patient.number, course] * share
    target = max(min(patient.severity * (1.0 - reached), HIGHEST_SCORE), 0.0)
    move_score(patient, now, target, now + plan.onset_minutes[patient.session - 1], log)


def answer_tolerance(patient: Patient, now: int, plan: TreatmentPlan, log: EventLog) -> None:
    """Let tolerance show in those prone to it, and the clinic answer once."""
    is_prone = patient.tolerance_luck < plan.tolerance_share
    if patient.is_tolerant or not is_prone or patient.maintained < plan.tolerance_after:
        return
    patient.is_tolerant = True
    record(
        log, now, patient.number, Event.TOLERANT, plan.number, patient.course, patient.session, 0,
        patient.tolerance_luck, plan.tolerance_share,
    )  # fmt: skip
    if plan.tolerance_answer == HIGHER_DOSE:
        patient.dose = plan.dose_ratio
        record(
            log,
            now,
            patient.number,
            Event.DOSE_RAISED,
            plan.number,
            patient.course,
            patient.session,
            0,
            patient.dose,
        )
    elif plan.tolerance_answer == SHORTER_INTERVAL:
        patient.interval_ratio = plan.interval_ratio
        record(
            log, now, patient.number, Event.INTERVAL_SHORTENED, plan.number, patient.course,
            patient.session, 0, patient.interval_ratio,
        )  # fmt: skip


def after_session(patient: Patient, now: int, clinic: Clinic, log: EventLog) -> int:
    """Go on after a session: integration visit, next session, assessment, or the end of maintenance."""
    plan = plan_of(patient, clinic)
    if patient.in_maintenance:
        if 0 < plan.maintenance_limit <= now - patient.maintenance_since:
            record(
                log,
                now,
                patient.number,
                Event.MAINTENANCE_ENDED,
                plan.number,
                patient.course,
                patient.session,
            )
            return stay_without_sessions(patient, now, clinic)
        return book_session(patient, now, clinic, log, now + 1)
    if is_integration_due(patient, clinic, plan):
        patient.integrated_session = patient.session
        day = integration_day(patient, clinic, plan)
        if day != NO_DAY:
            return wake_at(patient, now, clinic, day * MINUTES_PER_DAY, INTEGRATION)
        record(
            log, now, patient.number, Event.INTEGRATION_SKIPPED, plan.number, patient.course, patient.session
        )
    if patient.session >= patient.target_sessions:
        assessed_at = max(now, patient.last_day * MINUTES_PER_DAY + plan.assessment_lag)
        return wake_at(patient, now, clinic, assessed_at, ASSESSMENT)
    return book_session(patient, now, clinic, log, now)


def is_integration_due(patient: Patient, clinic: Clinic, plan: TreatmentPlan) -> bool:
    """Return True when this session is followed by an integration visit that was not yet offered."""
    if not plan.has_preparation or patient.integrated_session == patient.session:
        return False
    position = 0
    while (
        position < clinic.care.n_integrations and clinic.care.integration_after[position] != patient.session
    ):
        position += 1
    return position < clinic.care.n_integrations


def integration_day(patient: Patient, clinic: Clinic, plan: TreatmentPlan) -> int:
    """Book an integration visit before the next session, or within a week of the last one."""
    care, books = clinic.care, clinic.books
    latest = patient.last_day + DAYS_PER_WEEK
    if patient.session < patient.target_sessions:
        latest = first_open_day(books, plan.needs, due_day(patient, plan))
    latest = min(latest, day_of(patient.horizon))
    wished = first_open_day(books, care.integration_needs, patient.last_day + 1)
    if wished == NO_DAY or wished > latest:
        return NO_DAY
    day = first_free_day(books, care.integration_needs, wished, latest)
    if day != NO_DAY:
        book(books, care.integration_needs, day)
        patient.wished_day, patient.booked_day, patient.booked_visit = wished, day, INTEGRATION
    return day


def stay_without_sessions(patient: Patient, now: int, clinic: Clinic) -> int:
    """Go on responding without further sessions: protection fades after the next due day."""
    if patient.last_day == day_of(now):
        patient.overdue_after = now + patient.overdue_length
    patient.in_maintenance = False
    return wake_at(patient, now, clinic, NEVER, NOTHING)
