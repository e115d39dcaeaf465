"""The timeline of one patient: exact lines, marks for every event, totals, and what differs elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.batch.tracing import Trace
from sim.domain.events import Event
from sim.outcomes.fates import Fate, fates
from sim.report import timeline_figures as figures
from sim.report.follow import follow
from sim.report.story import score_at
from sim.report.timeline import FOUND_BY, LANE_OF, LANES, MAINTENANCE, SESSION, difference, summary, timeline
from sim.units import MINUTES_PER_DAY


@pytest.fixture
def traced(tiny):
    return Trace(tiny, "infusion").run()


@pytest.fixture
def treated(traced):
    """Return somebody who responded."""
    return int(np.flatnonzero(fates(traced.log, traced.cohort.n_patients)[Fate.RESPONDED])[0])


@pytest.fixture
def one(traced, tiny, treated):
    return timeline(traced.log, traced.cohort, tiny, "infusion", treated)


def test_the_story_is_the_one_that_is_told_elsewhere(one, tiny, treated):
    assert one.entries == follow(tiny, "infusion", treated)


def test_the_line_is_the_score_at_every_moment(one, traced, treated):
    rows = traced.log[traced.log["patient"] == treated]
    days, scores = zip(*one.score, strict=True)
    moments = np.linspace(days[0], days[-1], 300)[1:-1]
    away = [moment for moment in moments if min(abs(moment - day) for day in days) > 1e-3]
    expected = [
        score_at(rows, round(moment * MINUTES_PER_DAY), start=float(traced.cohort.severity[treated]))
        for moment in away
    ]
    assert np.interp(away, days, scores) == pytest.approx(expected, abs=0.05)


def test_the_line_goes_from_referral_to_the_end_of_follow_up(one, tiny):
    assert one.days == (one.entries[0].day, pytest.approx(one.entries[0].day + tiny.horizon_minutes / 1440))


def test_costs_never_fall_and_end_where_the_story_ends(one):
    costs = [point.value for point in one.cost]
    assert costs == sorted(costs)
    assert one.total_cost == costs[-1] == one.entries[-1].cost


def test_every_event_but_referral_and_scores_has_a_mark(one):
    marked = [mark.entry.event for mark in one.marks]
    assert marked == [entry.event for entry in one.entries if entry.event not in {"score", "referred"}]
    assert {mark.lane for mark in one.marks} <= set(LANES)


def test_sessions_are_counted_with_and_without_maintenance(one):
    lanes = [mark.lane for mark in one.marks]
    assert one.n_sessions == lanes.count(SESSION) + lanes.count(MAINTENANCE) > 0


def test_every_lane_has_a_shape_of_its_own_and_every_fate_has_words():
    assert set(figures.SHAPE_OF) == set(LANES)
    assert len(set(figures.SHAPE_OF.values())) == len(LANES)
    assert set(FOUND_BY) == set(Fate)
    assert set(LANE_OF) <= set(Event)


def test_the_summary_tells_sessions_days_and_cost(one):
    bare = replace(one, n_sessions=1, days_well=12.4, total_cost=3456.7, marks=[])
    assert summary(bare, "payer") == (
        f"{one.label}: 1 session, 0 relapses, 12 of {one.days[1] - one.days[0]:.0f} days well "
        "(depression-free), $3,457 in all (payer perspective, undiscounted)."
    )


@pytest.mark.parametrize(
    ("cost", "well", "sessions", "told"),
    [
        (100.0, -3.0, 2, "costs $100 more, has 3 fewer days well and comes to 2 more sessions."),
        (-50.0, 0.2, -1, "costs $50 less, has as many days well and comes to 1 fewer session."),
        (0.0, 5.0, 0, "costs the same, has 5 more days well and comes to as many sessions."),
    ],
)
def test_the_difference_is_told_in_a_sentence(one, cost, well, sessions, told):
    other = replace(
        one,
        label="Another",
        total_cost=one.total_cost + cost,
        days_well=one.days_well + well,
        n_sessions=one.n_sessions + sessions,
    )
    assert difference(one, other) == f"With Another instead of {one.label}, this person {told}"


def test_charts_are_sound_and_the_table_has_a_row_for_each_event(one, tiny):
    labels = {key: strategy.label for key, strategy in tiny.strategies.items()}
    charts = [
        figures.score_chart(one, tiny.illness.definitions, labels, one.days),
        figures.marks_chart(one, one.days, figures.lanes_of(one)),
        figures.cost_chart(one, labels, one.days, one.total_cost, "Cost so far [USD]"),
    ]
    assert [chart.to_dict()["height"] > 0 for chart in charts] == [True] * 3
    assert list(figures.table(one)["what"]) == [entry.text for entry in one.entries]
