"""The map of a strategy, drawn from its scenario: who goes which way, and by which numbers."""

from __future__ import annotations

from dataclasses import dataclass

from sim.domain.scenario import Scenario
from sim.domain.strategies import Line, Strategy
from sim.domain.treatments import ScreeningRule, ToleranceAnswer, Treatment
from sim.report.numbers import counted, significant
from sim.report.pathway_drawing import Drawing, Row

REFERRED, SCREENED, USUAL, WELL_ALONE, LEFT = "referred", "screened", "usual", "well", "left"
ANSWERS = {
    ToleranceAnswer.NONE: "no answer",
    ToleranceAnswer.HIGHER_DOSE: "a higher dose",
    ToleranceAnswer.SHORTER_INTERVAL: "a shorter interval",
    ToleranceAnswer.SWITCH: "the next line after a relapse",
}


@dataclass(frozen=True, slots=True)
class PathwayMap:
    """A strategy as a map.

    Parameters
    ----------
    mermaid : str
        The map as Mermaid text.
    parts : dict
        Where there are several lines or parts of a mix, the same for each alone, by its title.
    sentences : list of str
        The same in words, a sentence per box.
    numbers : list of dict
        A row per number: ``mark, number, value, unit, path``. A mark may stand for several.
    """

    mermaid: str
    parts: dict[str, str]
    sentences: list[str]
    numbers: list[Row]


def pathway_map(scenario: Scenario, strategy: str) -> PathwayMap:
    """Return the map of a strategy.

    Parameters
    ----------
    scenario : Scenario
        Where it is defined.
    strategy : str
        Key of the strategy.

    Returns
    -------
    PathwayMap
        With a frame for each line of a sequence, and for each part of a mix.
    """
    drawing = Drawing(scenario, names={LEFT: "Left"})
    chosen = scenario.strategies[strategy]
    drawing.place(REFERRED, "Referred", kind="end")
    if chosen.mix is None:
        _part(drawing, chosen, strategy, "", REFERRED)
    else:
        for key, portion in chosen.mix.items():
            path = f"strategies.{strategy}.mix.{key}"
            part = scenario.strategies[key]
            mark = drawing.plain(path, portion, f"Share of {part.label}", "probability")
            name = drawing.place(f"part_{key}", part.label, kind="end")
            drawing.way(REFERRED, name, f"{portion:.0%} {mark}")
            _part(drawing, part, key, part.label, name)
    _usual_care(drawing)
    rows = sorted(drawing.rows, key=lambda row: not str(row["mark"]).isdecimal())
    parts = {group: drawing.mermaid(group) for group in drawing.groups}
    return PathwayMap(drawing.mermaid(), parts, drawing.sentences, rows)


def _part(drawing: Drawing, strategy: Strategy, key: str, title: str, source: str) -> None:
    """Draw the lines of one strategy."""
    if not strategy.lines:
        drawing.way(source, USUAL, "no treatment is offered")
        return
    screened = _screening(drawing)
    drawing.way(source, screened)
    drawing.way(screened, _offer(key, 0))
    for number, line in enumerate(strategy.lines):
        treatment = drawing.scenario.treatments[line.treatment].label
        numbered = f"Line {number + 1}: {treatment}" if len(strategy.lines) > 1 else ""
        group = ", ".join(filter(None, (title, numbered)))
        _line(drawing, _LineAt(strategy, key, number, line, group))


def _screening(drawing: Drawing) -> str:
    """Draw the screening appointment, which all pathways share."""
    if SCREENED not in drawing.places:
        drawing.place(
            SCREENED, "Screening appointment",
            f"from {drawing.value('care.referral_lead', 'days')} after referral",
            f"{drawing.share('care.screening_no_show')} miss one, "
            f"{drawing.share('care.rebooks')} of these book again",
        )  # fmt: skip
        drawing.way(
            SCREENED, LEFT, f"wait longer than they accept {drawing.mark('care.patience')}", is_out=True
        )
    return SCREENED


@dataclass(frozen=True, slots=True)
class _LineAt:
    """One line of a strategy, and where it stands."""

    strategy: Strategy
    key: str
    number: int
    line: Line
    group: str

    @property
    def next_place(self) -> str:
        """Where those go for whom this line is over."""
        lines = self.strategy.lines or ()
        return _offer(self.key, self.number + 1) if self.number + 1 < len(lines) else USUAL


def _offer(key: str, number: int) -> str:
    return f"offer_{key}_{number + 1}"


def _line(drawing: Drawing, at: _LineAt) -> None:
    """Draw one line: screening rules, and the course of each treatment it can lead to."""
    line, treatments = at.line, drawing.scenario.treatments
    offer, again = _offer(at.key, at.number), _conditions(drawing, at, ScreeningRule.DEFER)
    drawing.place(
        offer, f"Line {at.number + 1}: {treatments[line.treatment].label}", "do conditions forbid it?",
        again and f"{again}: again after {drawing.value('care.deferral', 'days')}",
        kind="choice", group=at.group,
    )  # fmt: skip
    decide = _course(drawing, at, line.treatment)
    drawing.way(offer, decide, "no")
    if routed := _conditions(drawing, at, ScreeningRule.ROUTE):
        if line.route_to is not None:
            drawing.way(offer, _course(drawing, at, line.route_to), f"{routed}: routed")
        else:
            drawing.way(offer, at.next_place, f"{routed}: not eligible", is_out=True)
    if barred := _conditions(drawing, at, ScreeningRule.EXCLUDE):
        drawing.way(offer, at.next_place, f"{barred}: not eligible", is_out=True)
    if line.instead_of_waiting is not None and line.instead_of_waiting != line.treatment:
        other = _course(drawing, at, line.instead_of_waiting)
        drawing.way(decide, other, "instead of waiting longer, if they want to")


def _conditions(drawing: Drawing, at: _LineAt, rule: ScreeningRule) -> str:
    """Return how many conditions a rule is for, with their letter; empty without one."""
    conditions = drawing.scenario.population.conditions
    screening = drawing.scenario.treatments[at.line.treatment].screening
    found = [key for key in conditions if screening.get(key) == rule]
    if not found:
        return ""
    mark = drawing.letter(
        [f"population.conditions.{key}.prevalence" for key in found], [conditions[key].label for key in found]
    )
    return f"{counted(len(found), 'condition')} {mark}"


def _course(drawing: Drawing, at: _LineAt, key: str) -> str:
    """Draw the course of a treatment in a line; return its first place."""
    treatment = drawing.scenario.treatments[key]
    base, path = f"{at.key}_{at.number + 1}_{key}", f"treatments.{key}"
    first = f"start_{base}"
    if first in drawing.places:
        return first
    _start(drawing, at, first, key, treatment)
    drawing.place(f"induction_{base}", *_induction(drawing, path, treatment), group=at.group)
    drawing.place(f"assessed_{base}", *_assessment(drawing, path, treatment), kind="choice", group=at.group)
    drawing.way(first, f"induction_{base}", "first session")
    drawing.way(f"induction_{base}", f"assessed_{base}")
    drawing.way(f"induction_{base}", at.next_place, "stopped for harm", is_out=True)
    leave = f"by own decision {drawing.mark(f'{path}.dropout.per_induction_session')}"
    drawing.way(f"induction_{base}", LEFT, leave, is_out=True)
    if treatment.induction.extension_sessions is not None:
        more = drawing.value(f"{path}.induction.extension_sessions", "more sessions")
        drawing.way(f"assessed_{base}", f"induction_{base}", f"partial response: {more}, once")
    drawing.way(f"assessed_{base}", at.next_place, "no response", is_out=True)
    drawing.place(f"held_{base}", *_held(drawing, path, treatment), group=at.group)
    drawing.way(f"assessed_{base}", f"held_{base}", "response")
    if treatment.maintenance is not None:
        leave = f"by own decision {drawing.mark(f'{path}.dropout.per_maintenance_session')}"
        drawing.way(f"held_{base}", LEFT, leave, is_out=True)
    _relapse(drawing, at, base, path)
    return first


def _start(drawing: Drawing, at: _LineAt, first: str, key: str, treatment: Treatment) -> None:
    path = f"treatments.{key}.uptake"
    lines = [f"Start of {treatment.label}", f"{drawing.share(f'{path}.accepts')} want it"]
    if treatment.uptake.by_distance is not None:
        lines.append(f"fewer from far away {drawing.mark(f'{path}.by_distance')}")
    if treatment.uptake.approval is not None:
        lines.append(f"{drawing.share(f'{path}.approval')} approved by the insurer")
    if treatment.uptake.approval_days is not None:
        lines.append(f"after {drawing.value(f'{path}.approval_days', 'days')}")
    lines.append(f"from {drawing.value('care.start_lead', 'days')} after the decision")
    if treatment.preparation and drawing.scenario.care.preparation is not None:
        lines.append("a preparation visit first")
    drawing.place(first, *lines, group=at.group)
    drawing.way(first, at.next_place, "not wanted or not approved", is_out=True)
    waited = f"wait longer than they accept {drawing.mark('care.patience')}"
    drawing.way(first, LEFT, waited, is_out=True)


def _induction(drawing: Drawing, path: str, treatment: Treatment) -> list[str]:
    lines = [
        f"Induction of {treatment.label}",
        f"{drawing.value(f'{path}.induction.sessions', 'sessions')}, every "
        f"{drawing.value(f'{path}.induction.interval', 'days')}",
        f"{drawing.share('care.session_no_show')} of sessions are missed",
    ]
    stops = [f"{path}.harms.{key}.stops" for key in treatment.harms]
    if stops:
        mark = drawing.letter(stops, [f"{harm.label}: ends treatment" for harm in treatment.harms.values()])
        lines.append(f"{counted(len(stops), 'harm')} can end it {mark}")
    return lines


def _assessment(drawing: Drawing, path: str, treatment: Treatment) -> list[str]:
    if treatment.effect.response is not None:
        effect = f"{drawing.share(f'{path}.effect.response')} respond in the source"
    else:
        other = drawing.scenario.treatments[str(treatment.effect.relative_to)].label
        effect = f"odds of response {drawing.value(f'{path}.effect.odds_ratio')} times those of {other}"
    lag = f"{drawing.value(f'{path}.induction.assessment_lag', 'days')} after the last session"
    goal = f"response: improved by {drawing.share('illness.definitions.response')}"
    return ["Assessment", lag, goal, effect]


def _held(drawing: Drawing, path: str, treatment: Treatment) -> list[str]:
    """Say what keeps a response."""
    maintenance = treatment.maintenance
    if maintenance is None:
        return ["Well, no sessions", f"hazard of relapse {drawing.mark(f'{path}.durability.relapse_hazard')}"]
    steps = []
    for number, step in enumerate(maintenance.steps):
        where = f"{path}.maintenance.steps.{number}"
        sessions = f"{drawing.value(f'{where}.sessions', 'sessions')} " if step.sessions is not None else ""
        steps.append(f"{sessions}every {drawing.value(f'{where}.interval', 'days')}")
    lines = [f"Maintenance of {treatment.label}", *steps]
    if maintenance.limit is not None:
        lines.append(f"for at most {drawing.value(f'{path}.maintenance.limit', 'days')}")
    lines.append(
        f"hazard of relapse {drawing.mark(f'{path}.durability.relapse_hazard')} times "
        f"{drawing.value(f'{path}.maintenance.protects_responders')}, in firm responses "
        f"{drawing.value(f'{path}.maintenance.protects_remitters')}"
    )
    if treatment.tolerance is not None:
        lines += [
            f"{drawing.share(f'{path}.tolerance.share')} lose this protection after "
            f"{drawing.value(f'{path}.tolerance.after_sessions', 'sessions')}:",
            f"{ANSWERS[treatment.tolerance.answer]} gives back {drawing.share(f'{path}.tolerance.restores')}",
        ]
    return lines


def _relapse(drawing: Drawing, at: _LineAt, base: str, path: str) -> None:
    """Draw what follows a relapse: the same again, or the next line."""
    own = at.line.max_reinductions
    limit = drawing.scenario.care.max_reinductions if own is None else own
    where = "care.max_reinductions"
    if own is not None:
        where = f"strategies.{at.key}.lines.{at.number}.max_reinductions"
    mark = drawing.plain(where, limit, "Re-inductions before the next line", "count")
    drawing.place(
        f"relapse_{base}", "Relapse", f"noticed after {drawing.value('care.relapse_noticed', 'days')}",
        group=at.group,
    )  # fmt: skip
    drawing.way(f"held_{base}", f"relapse_{base}")
    if limit:
        times = "once" if limit == 1 else f"{significant(limit)} times"
        drawing.way(f"relapse_{base}", f"start_{base}", f"the same again, at most {times} {mark}")
    later = f"after that {mark}" if limit else f"no re-induction {mark}"
    drawing.way(f"relapse_{base}", at.next_place, later)


def _usual_care(drawing: Drawing) -> None:
    """Draw the natural course, which ends all pathways."""
    also = "and the way of all who left" if any(way.target == LEFT for way in drawing.ways) else ""
    drawing.place(USUAL, "Usual care", "no (further) treatment of this programme", also, kind="end")
    drawing.place(
        WELL_ALONE, "Well without treatment",
        f"lost again at {drawing.value('illness.natural.relapse_hazard')} a year",
    )  # fmt: skip
    drawing.way(USUAL, WELL_ALONE, f"improve at {drawing.value('illness.natural.improvement_hazard')} a year")
    drawing.way(WELL_ALONE, USUAL, "relapse")


def map_told(scenario: Scenario, strategy: str, drawn: PathwayMap) -> str:
    """Return what the map shows in one sentence.

    Parameters
    ----------
    scenario : Scenario
        Labels.
    strategy : str
        Key of the strategy.
    drawn : PathwayMap
        Its map.

    Returns
    -------
    str
        Text equivalent of the drawing.
    """
    chosen = scenario.strategies[strategy]
    what = f"“{chosen.label}”"
    if chosen.mix is not None:
        parts = " and ".join(f"“{scenario.strategies[key].label}”" for key in chosen.mix)
        what = f"the mix {what} of {parts}"
    return f"Map of {what}: {len(drawn.sentences)} boxes, told in words below."
