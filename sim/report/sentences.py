"""Say each row of the event log in a plain sentence, with the rule or draw behind it.

A draw lies between 0 and 1 and was fixed before the clock started; something with a
chance of 0.3 happens when the draw is below 0.3.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.domain.events import NO_TREATMENT, WHILE_WAITING, Death, Event, Leaving, Outcome
from sim.report.setting import Row, Setting, day_of
from sim.report.words import DEATHS, LEAVINGS, MISSED, OUTCOMES

Told = tuple[str, str]
Telling = Callable[[Row, Setting], Told]


def describe(row: Row, setting: Setting) -> Told:
    """Return what happened and why.

    Parameters
    ----------
    row : numpy.void
        One row of the event log.
    setting : Setting
        What the row's numbers refer to.

    Returns
    -------
    tuple of str
        The sentence, and the reason (empty when the rule is plain from the sentence).
    """
    return SENTENCES[Event(int(row["event"]))](row, setting)


def _drawn(row: Row, outcome: str) -> str:
    """Say how a draw stood against its chance."""
    draw, chance = float(row["value"]), float(row["target"])
    relation = "below" if draw < chance else "not below"
    return f"{outcome}: draw {draw:.3f} is {relation} {chance:.3f}"


def _waited(row: Row) -> str:
    """Say how long the appointment came after the wished day."""
    days = day_of(row["time"]) - day_of(row["until"])
    if days <= 0:
        return "no wait beyond the wished day"
    return f"the first free place came {_days(days)} after the wished day"


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _ordinal_session(row: Row) -> str:
    return f"session {int(row['session']) + 1}"


def _referred(row: Row, setting: Setting) -> Told:
    cohort, patient = setting.cohort, setting.patient
    conditions = [
        condition.label
        for position, condition in enumerate(setting.scenario.population.conditions.values())
        if int(cohort.conditions[patient]) >> position & 1
    ]
    who = "woman" if cohort.is_female[patient] else "man"
    payer = list(setting.scenario.population.payers)[int(cohort.payer[patient])].replace("_", " ")
    trials = int(cohort.failed_trials[patient])
    tried = f"{trials} earlier treatment {'trial' if trials == 1 else 'trials'} without enough effect"
    text = (
        f"A {who} of {cohort.age_years[patient]:.0f} with depression is referred, with a score of "
        f"{row['value']:.0f} (MADRS) and {tried}, living {cohort.distance_miles[patient]:.0f} miles "
        f"from the clinic; main payer: {payer}."
    )
    found = f" On record: {', '.join(conditions)}." if conditions else ""
    if setting.scenario.strategies[setting.strategy].mix is None:
        return text + found, ""
    return text + found, f"within the mix, the draw assigns the pathway '{setting.policy().label}'"


def _screened(row: Row, setting: Setting) -> Told:
    del setting
    return "The screening appointment takes place.", _waited(row)


def _screening_missed(row: Row, setting: Setting) -> Told:
    del setting
    return "The screening appointment is missed.", _drawn(row, "missing an appointment")


def _eligible(row: Row, setting: Setting) -> Told:
    again = " at re-screening" if row["reason"] else ""
    return (
        f"Screening{again} finds nothing against {setting.treatment_name(row)}.",
        "no condition on record excludes, defers or routes",
    )


def _deferred(row: Row, setting: Setting) -> Told:
    return (
        f"{setting.treatment_name(row)} is put off; the next screening is due on day {day_of(row['until'])}.",
        f"to be settled first: {setting.condition_name(row)}",
    )


def _routed(row: Row, setting: Setting) -> Told:
    return (
        f"The offer changes to {setting.treatment_name(row)}.",
        f"screening rule: {setting.condition_name(row)}",
    )


def _ineligible(row: Row, setting: Setting) -> Told:
    return (
        f"{setting.treatment_name(row)} is not offered.",
        f"screening rule: {setting.condition_name(row)}",
    )


def _declined(row: Row, setting: Setting) -> Told:
    return f"The patient decides against {setting.treatment_name(row)}.", _drawn(
        row, "accepting, distance included"
    )


def _not_approved(row: Row, setting: Setting) -> Told:
    return f"{setting.treatment_name(row)} is not approved for payment.", _drawn(row, "approval")


def _prepared(row: Row, setting: Setting) -> Told:
    return f"A visit prepares for {setting.treatment_name(row)}.", _waited(row)


def _course_started(row: Row, setting: Setting) -> Told:
    return (
        f"Course {int(row['course']) + 1} begins: {setting.treatment_name(row)}.",
        f"decided on day {day_of(row['until'])}",
    )


def _session(row: Row, setting: Setting) -> Told:
    phase = "maintenance" if row["target"] else "induction"
    dose = "" if float(row["value"]) in {0.0, 1.0} else f", at {row['value']:.2g} times the first dose"
    harm = _harms(row, setting)
    return (
        f"{_ordinal_session(row).capitalize()} ({phase}){dose} of {setting.treatment_name(row)}.{harm}",
        _waited(row),
    )


def _harms(row: Row, setting: Setting) -> str:
    """Name what was felt in a session, red flags apart."""
    felt = [harm for position, harm in enumerate(setting.harms(row)) if int(row["reason"]) >> position & 1]
    flags = ", ".join(harm.label for harm in felt if harm.red_flag)
    others = ", ".join(harm.label for harm in felt if not harm.red_flag)
    told = f" Side effects: {others}." if others else ""
    return f"{told} Red flag: {flags}; help is called at once." if flags else told


def _session_missed(row: Row, setting: Setting) -> Told:
    return (
        f"{_ordinal_session(row).capitalize()} of {setting.treatment_name(row)} is missed.",
        _drawn(row, "missing an appointment"),
    )


def _cancelled(row: Row, setting: Setting) -> Told:
    visit = (
        "The screening appointment"
        if row["treatment"] == NO_TREATMENT
        else _ordinal_session(row).capitalize()
    )
    return f"{visit} is cancelled ahead; its place is free again.", _drawn(row, "cancelling ahead")


def _integrated(row: Row, setting: Setting) -> Told:
    del setting
    return "An integration visit takes place.", _waited(row)


def _score(row: Row, setting: Setting) -> Told:
    del setting
    now, goal = float(row["value"]), float(row["target"])
    way = "ease" if goal < now else "worsen"
    if abs(goal - now) < 1 / 2:
        return f"Symptoms stay at about {goal:.0f} points.", ""
    return f"Symptoms start to {way}, from {now:.0f} to {goal:.0f} points by day {day_of(row['until'])}.", ""


def _assessed(row: Row, setting: Setting) -> Told:
    definitions, change = setting.scenario.illness.definitions, float(row["target"])
    moved = f"improved by {change:.0%}" if change >= 0 else f"worsened by {-change:.0%}"
    return (
        f"Assessment at {row['value']:.0f} points: {OUTCOMES[Outcome(int(row['reason']))]}.",
        f"{moved} since referral; response needs "
        f"{definitions.response.value:.0%}, remission {definitions.remission.value:g} points or fewer",
    )


def _tolerant(row: Row, setting: Setting) -> Told:
    return f"{setting.treatment_name(row)} no longer protects as before (tolerance).", _drawn(
        row, "being prone to it"
    )


def _dose_raised(row: Row, setting: Setting) -> Told:
    return (
        f"The dose of {setting.treatment_name(row)} is raised to {row['value']:.2g} times the first.",
        "the clinic's answer to tolerance",
    )


def _interval_shortened(row: Row, setting: Setting) -> Told:
    return (
        f"Sessions of {setting.treatment_name(row)} move closer together: "
        f"{row['value']:.2g} of the planned interval.",
        "the clinic's answer to tolerance",
    )


def _relapsed(row: Row, setting: Setting) -> Told:
    del setting
    when = "during maintenance" if row["reason"] else "without maintenance"
    return (
        f"Depression returns (relapse) {when}, at {row['value']:.0f} points.",
        "the risk added up since the response reached this patient's own threshold, drawn before the start",
    )


def _reinduction(row: Row, setting: Setting) -> Told:
    return (
        f"Another course of {setting.treatment_name(row)} is decided.",
        f"it helped before; re-induction {int(row['reason'])} of at most {_most_reinductions(row, setting)}",
    )


def _most_reinductions(row: Row, setting: Setting) -> int:
    """Return the limit of the line that gives the row's treatment, or the programme's."""
    policy, limit = setting.policy(), setting.scenario.care.max_reinductions
    keys = list(setting.scenario.treatments)
    for line in policy.lines or ():
        given = {line.treatment, line.route_to}
        if line.max_reinductions is not None and keys[int(row["treatment"])] in given:
            return line.max_reinductions
    return limit


def _next_line(row: Row, setting: Setting) -> Told:
    del setting
    return f"The strategy moves on to line {int(row['reason']) + 1}.", "the line before offers nothing more"


def _dropped_out(row: Row, setting: Setting) -> Told:
    leaving = Leaving(int(row["reason"]))
    if leaving in WHILE_WAITING:
        reason = f"{row['value']:.0f} days beyond the wished day are longer than this patient accepts"
    elif leaving not in MISSED:
        reason = _drawn(row, "leaving")
    elif row["value"] < row["target"]:
        reason = f"{setting.scenario.care.most_misses} appointments missed in a row lead to discharge"
    else:
        reason = _drawn(row, "booking again after a missed appointment")
    return f"The patient leaves the programme {LEAVINGS[leaving]}.", reason


def _stopped_for_harm(row: Row, setting: Setting) -> Told:
    harms, position = setting.harms(row), int(row["reason"])
    harm = harms[position].label if 0 <= position < len(harms) else "a side effect"
    return f"{setting.treatment_name(row)} is stopped because of {harm}.", _drawn(
        row, "stopping after the side effects of this session"
    )


def _improved_naturally(row: Row, setting: Setting) -> Told:
    del setting
    return (
        f"Symptoms improve on their own: {OUTCOMES[Outcome(int(row['reason']))]}.",
        "natural course, drawn before the start",
    )


def _died(row: Row, setting: Setting) -> Told:
    del setting
    cause, _, rule = DEATHS[Death(int(row["reason"]))].partition("; ")
    return f"The patient dies {cause}.", rule


def _horizon(row: Row, setting: Setting) -> Told:
    del row
    years = setting.scenario.horizon_years
    return f"Follow-up ends after {years:g} {'year' if years == 1 else 'years'}.", ""


def _fixed(text: str, reason: str) -> Telling:
    """Return a sentence that is always the same but for the treatment's name, where it says {}."""

    def tell(row: Row, setting: Setting) -> Told:
        return text.format(setting.treatment_name(row)), reason

    return tell


SENTENCES: dict[Event, Telling] = {
    Event.REFERRED: _referred,
    Event.SCREENED: _screened,
    Event.SCREENING_MISSED: _screening_missed,
    Event.ELIGIBLE: _eligible,
    Event.DEFERRED: _deferred,
    Event.ROUTED: _routed,
    Event.INELIGIBLE: _ineligible,
    Event.DECLINED: _declined,
    Event.NOT_APPROVED: _not_approved,
    Event.PREPARED: _prepared,
    Event.COURSE_STARTED: _course_started,
    Event.SESSION: _session,
    Event.SESSION_MISSED: _session_missed,
    Event.INTEGRATED: _integrated,
    Event.INTEGRATION_SKIPPED: _fixed(
        "The integration visit is left out.", "no free place before the next session"
    ),
    Event.SCORE: _score,
    Event.ASSESSED: _assessed,
    Event.EXTENDED: _fixed("The induction with {} is extended.", "a partial response earns further sessions"),
    Event.MAINTENANCE_STARTED: _fixed(
        "Maintenance with {} is booked.", "responders are offered sessions to stay well"
    ),
    Event.MAINTENANCE_ENDED: _fixed("Maintenance with {} ends.", "its time limit is reached"),
    Event.TOLERANT: _tolerant,
    Event.DOSE_RAISED: _dose_raised,
    Event.INTERVAL_SHORTENED: _interval_shortened,
    Event.RELAPSED: _relapsed,
    Event.REINDUCTION: _reinduction,
    Event.NEXT_LINE: _next_line,
    Event.DROPPED_OUT: _dropped_out,
    Event.STOPPED_FOR_HARM: _stopped_for_harm,
    Event.USUAL_CARE: _fixed(
        "Usual care goes on without a further new treatment.",
        "the natural course of the illness applies from here",
    ),
    Event.IMPROVED_NATURALLY: _improved_naturally,
    Event.DIED: _died,
    Event.HORIZON: _horizon,
    Event.CANCELLED: _cancelled,
    Event.CHANGED_PATHWAY: _fixed(
        "The patient takes {} instead of waiting longer.", "the wait is longer than this patient accepts"
    ),
    Event.NO_PLACE: _fixed("No appointment can be had until the end of follow-up.", "all books are full"),
}
