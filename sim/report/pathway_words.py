"""Plain words and colors for the stages of a pathway and for where patients are on it."""

from __future__ import annotations

from sim.domain.scenario import Scenario
from sim.outcomes.care_states import CareState
from sim.outcomes.pathway_stages import CourseEnd, Screening, Stage, Start
from sim.units import DAYS_PER_YEAR

STAGES = {
    Stage.REFERRED: "Referred",
    Stage.PATHWAY: "Part of the mix",
    Stage.SCREENING: "Screening",
    Stage.START: "Start",
    Stage.FIRST_COURSE: "First course",
    Stage.HALF_YEAR: "At 6 months",
    Stage.YEAR: "At 1 year",
}
STATES = {
    CareState.WAITING_SCREENING: "Waiting for screening",
    CareState.WAITING_START: "Waiting for treatment",
    CareState.INDUCTION: "Induction",
    CareState.MAINTENANCE: "Well, in maintenance",
    CareState.WELL: "Well, no sessions",
    CareState.RELAPSED: "Relapsed",
    CareState.LATER_LINE: "Next line",
    CareState.USUAL_CARE: "Usual care",
    CareState.LEFT: "Left",
    CareState.DIED: "Died",
}
MEANINGS = {
    CareState.WAITING_SCREENING: "referred or put off, and not yet found eligible",
    CareState.WAITING_START: "eligible, or to be treated again, before the first session of a course",
    CareState.INDUCTION: "from the first session of a course to its assessment",
    CareState.MAINTENANCE: "in response or remission, with maintenance sessions",
    CareState.WELL: "in response or remission without sessions, also by natural improvement or after leaving",
    CareState.RELAPSED: "the response is lost, and not yet noticed",
    CareState.LATER_LINE: "waiting for a second or later treatment, or in its induction",
    CareState.USUAL_CARE: "depressed, without a (further) treatment of this programme",
    CareState.LEFT: "depressed, after leaving by own decision",
    CareState.DIED: "died of any cause",
}
COLORS = {
    CareState.WAITING_SCREENING: "#767676",
    CareState.WAITING_START: "#9A6A00",
    CareState.INDUCTION: "#8856C8",
    CareState.MAINTENANCE: "#0072B2",
    CareState.WELL: "#166F63",
    CareState.RELAPSED: "#D55E00",
    CareState.LATER_LINE: "#C76CE7",
    CareState.USUAL_CARE: "#807144",
    CareState.LEFT: "#CC79A7",
    CareState.DIED: "#6E6EA6",
}
"""At least 3:1 on a white and on a dark page; the names stand beside them everywhere."""
NODE_COLORS: dict[str, CareState] = {
    Screening.ELIGIBLE: CareState.INDUCTION,
    Screening.AFTER_DEFERRAL: CareState.LATER_LINE,
    Screening.PUT_OFF: CareState.WAITING_START,
    Screening.INELIGIBLE: CareState.USUAL_CARE,
    Screening.NOT_OFFERED: CareState.USUAL_CARE,
    Start.STARTED: CareState.INDUCTION,
    Start.DECLINED: CareState.USUAL_CARE,
    Start.NOT_APPROVED: CareState.WAITING_START,
    Start.LEFT_WAITING: CareState.LEFT,
    Start.IMPROVED: CareState.WELL,
    CourseEnd.REMISSION: CareState.MAINTENANCE,
    CourseEnd.RESPONSE: CareState.WELL,
    CourseEnd.NO_RESPONSE: CareState.USUAL_CARE,
    CourseEnd.LEFT_EARLY: CareState.LEFT,
    CourseEnd.HARMED: CareState.RELAPSED,
}
"""Places of other stages have the color of the state they are most like; the others are gray."""
NODES: dict[str, str] = {
    Stage.REFERRED: "Referred",
    Screening.ELIGIBLE: "Eligible",
    Screening.AFTER_DEFERRAL: "Eligible after a delay",
    Screening.PUT_OFF: "Put off, never eligible",
    Screening.INELIGIBLE: "Not eligible",
    Screening.NOT_SCREENED: "Never screened",
    Screening.NOT_OFFERED: "Usual care by design",
    Start.STARTED: "Started",
    Start.DECLINED: "Decided against it",
    Start.NOT_APPROVED: "Not approved",
    Start.LEFT_WAITING: "Left before the start",
    Start.IMPROVED: "Well before the start",
    Start.NOT_BEGUN: "Not started by the end",
    CourseEnd.REMISSION: "Remission",
    CourseEnd.RESPONSE: "Response",
    CourseEnd.NO_RESPONSE: "No response",
    CourseEnd.LEFT_EARLY: "Left early",
    CourseEnd.HARMED: "Stopped for harm",
    CourseEnd.UNFINISHED: "Not assessed",
    CourseEnd.NEVER_STARTED: "Never started",
}
BY_NAME = {state.name.lower(): state for state in CareState}


def stage_label(stage: Stage, scenario: Scenario) -> str:
    """Return a stage in words."""
    if stage != Stage.END:
        return STAGES[stage]
    years = scenario.horizon_years
    if years < 1:
        return f"At {years * DAYS_PER_YEAR:.0f} days"
    return f"At {years:g} year{'' if years == 1 else 's'}"


def node_label(stage: Stage, node: str, scenario: Scenario) -> str:
    """Return a place of a stage in words.

    Parameters
    ----------
    stage : Stage
        The stage.
    node : str
        Key of the place; of a part of a mix, that of its strategy.
    scenario : Scenario
        Labels of strategies.

    Returns
    -------
    str
        A few words.
    """
    if stage == Stage.PATHWAY:
        return scenario.strategies[node].label
    state = BY_NAME.get(node)
    return NODES[node] if state is None else STATES[state]


def node_color(stage: Stage, node: str, position: int) -> str:
    """Return the color of a place.

    Parameters
    ----------
    stage : Stage
        The stage.
    node : str
        Key of the place.
    position : int
        Place in the stage, from 0, which tells parts of a mix apart.

    Returns
    -------
    str
        Hexadecimal.
    """
    if stage == Stage.PATHWAY:
        return list(COLORS.values())[1 + position % (len(COLORS) - 1)]
    return COLORS[BY_NAME.get(node, NODE_COLORS.get(node, CareState.WAITING_SCREENING))]
