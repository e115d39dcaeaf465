"""Follow a patient: one simulated person's way through one or two strategies, with reasons."""

from __future__ import annotations

import numpy as np
import streamlit as st

from sim.batch.tracing import Traced
from sim.domain.scenario import Scenario
from sim.outcomes.fates import Fate, fates
from sim.report import timeline_figures as figures
from sim.report.numbers import money
from sim.report.story import Entry
from sim.report.timeline import FOUND_BY, Timeline, difference, summary, timeline
from sim.report.words import PERSPECTIVES
from sim.ui import link, session
from sim.ui.charts import draw_charts
from sim.ui.places import ANYBODY, FOLLOW_PATIENT, FOLLOW_STRATEGY, FOLLOW_WHO
from sim.ui.traced import traced
from sim.ui.view import View
from sim.ui.words import plain

BESIDE, NOTHING = "follow_beside", "nothing"
RESPONDED = str(Fate.RESPONDED)
"""Whom the page shows at first, where there is such a person."""
FIRST = ("ketamine_home", "ketamine_iv")
"""Strategies that are followed at first, where there are such."""


def page(view: View) -> None:
    """Draw the page."""
    scenario = view.choice.scenario
    st.title("Follow a patient")
    st.markdown(
        "The same person meets the same luck in every strategy (common random numbers), so what differs "
        "is the treatment. One simulated story explains the model; it is no forecast for anyone, and two "
        "stories say nothing about which treatment is better on average: that is on the page Compare."
    )
    strategy, beside = _strategies(scenario)
    one = traced(scenario, strategy)
    patient = _patient(one)
    told = [timeline(one.log, one.cohort, scenario, strategy, patient)]
    if beside != NOTHING:
        other = traced(scenario, beside)
        told.append(timeline(other.log, other.cohort, scenario, beside, patient))
    _draw(scenario, told)


def _strategies(scenario: Scenario) -> tuple[str, str]:
    """Draw the choice of one pathway, and of another beside it."""
    labels = {key: strategy.label for key, strategy in scenario.strategies.items()}
    order = [*(key for key in FIRST if key in labels), *(key for key in labels if key not in FIRST)]
    left, right = st.columns(2)
    with left:
        strategy = link.choose(
            "Pathway", list(labels), key=FOLLOW_STRATEGY, default=order[0], format_func=labels.__getitem__
        )
    others = [key for key in labels if key != strategy]
    default = next((key for key in order if key != strategy), NOTHING)
    with right:
        beside = link.choose(
            "The same patient in", [*others, NOTHING], key=BESIDE, default=default,
            format_func=(labels | {NOTHING: "no other pathway"}).__getitem__,
        )  # fmt: skip
    return strategy, beside


def _patient(one: Traced) -> int:
    """Draw the choice of a patient, among those with a certain fate if the reader wants."""
    n_patients = one.cohort.n_patients
    having = fates(one.log, n_patients)
    options = [ANYBODY, *(str(fate) for fate in Fate if having[fate].any())]
    words = {ANYBODY: f"anybody ({n_patients:,} people)"} | {
        str(fate): f"somebody who {FOUND_BY[fate]} ({np.count_nonzero(having[fate]):,})" for fate in Fate
    }
    first, second, third = st.columns([2, 1, 1], vertical_alignment="bottom")
    with first:
        who = link.choose(
            "Show", options, key=FOLLOW_WHO, default=RESPONDED if RESPONDED in options else ANYBODY,
            format_func=words.__getitem__, help="Found in the events simulated for the first pathway.",
        )  # fmt: skip
    found = np.arange(n_patients) if who == ANYBODY else np.flatnonzero(having[Fate(who)])
    asked = link.seeded(
        FOLLOW_PATIENT, 0, int, lambda number: isinstance(number, int) and 0 <= number < n_patients
    )
    session.set_value(FOLLOW_PATIENT, _next(found, asked - 1))
    with second:
        patient = int(
            link.number(
                "Patient number", key=FOLLOW_PATIENT, default=0, low=0, high=n_patients - 1,
                help="Numbers of people who do not match are skipped.",
            )
        )  # fmt: skip
    with third:
        st.button(
            "Another patient", icon=":material/person_search:", width="stretch", key="follow another",
            on_click=session.set_value, args=(FOLLOW_PATIENT, _next(found, patient)),
        )  # fmt: skip
    return patient


def _next(found: np.ndarray, after: int) -> int:
    """Return the first of the patients found after a number, from the beginning when there is none."""
    later = found[found > after]
    return int(later[0] if len(later) else found[0])


def _draw(scenario: Scenario, told: list[Timeline]) -> None:
    """Draw one timeline, or two beside each other on the same axes."""
    perspective = PERSPECTIVES[scenario.economics.perspective]
    st.markdown(f"**Patient {told[0].patient}.** {plain(told[0].entries[0].text)}")
    if len(told) > 1:
        st.markdown(f"## {plain(difference(*told))}")
    labels = {key: strategy.label for key, strategy in scenario.strategies.items()}
    days = (min(one.days[0] for one in told), max(one.days[1] for one in told))
    most = max(point.value for one in told for point in one.cost)
    lanes = figures.lanes_of(*told)
    for place, (column, one) in enumerate(zip(st.columns(len(told)), told, strict=True)):
        with column:
            sentence = summary(one, perspective)
            st.markdown(f"**{plain(sentence)}**")
            cost = f"Cost so far [{scenario.economics.currency}]"
            draw_charts(
                [
                    (
                        figures.score_chart(one, scenario.illness.definitions, labels, days),
                        f"Depression score by day. {sentence} The transcript below tells the same in words.",
                    ),
                    (
                        figures.marks_chart(one, days, lanes),
                        f"{len(one.marks)} events by day and kind; the transcript below lists them.",
                    ),
                    (
                        figures.cost_chart(one, labels, days, most, cost),
                        f"Cost so far by day, ending at {money(one.total_cost)}.",
                    ),
                ],
                figures.table(one),
                f"patient {place}",
                f"One simulated person; score exact between events; cost in prices of "
                f"{scenario.economics.price_year}, {perspective} perspective, undiscounted; day 0 is a "
                "Monday.",
            )
            with st.expander(
                f"Transcript with reasons ({len(one.entries)} events)", icon=":material/article:"
            ):
                _tell(one.entries)


def _tell(entries: list[Entry]) -> None:
    """Write the story, a heading per day."""
    lines: list[str] = []
    date = None
    for entry in entries:
        if entry.date != date:
            date = entry.date
            cost = plain(money(entry.cost))
            lines.append(f"\n**{date}** · score {entry.score:.0f} · cost so far {cost}\n")
        reason = f" *({plain(entry.reason)})*" if entry.reason else ""
        lines.append(f"- {plain(entry.text)}{reason}")
    st.markdown("\n".join(lines))
