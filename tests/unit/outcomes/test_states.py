from __future__ import annotations

from sim.domain.events import Event
from sim.outcomes.states import STATES, state_intervals


def _stretches(history):
    states = state_intervals(history)
    return [
        (STATES[state].value, round(float(start), 4), round(float(stop), 4))
        for state, start, stop in zip(states.state, states.start, states.stop, strict=True)
    ]


def test_states_follow_assessments_relapses_and_natural_improvement(make_history):
    history = make_history(
        [
            (0, 0, Event.REFERRED),
            (20, 0, Event.ASSESSED, {"reason": 1}),
            (30, 0, Event.ASSESSED, {"reason": 2}),
            (40, 0, Event.RELAPSED),
            (60, 0, Event.IMPROVED_NATURALLY, {"reason": 3}),
            (90, 0, Event.DIED, {"reason": 1}),
        ]
    )
    assert _stretches(history) == [
        ("depressed", 0, 20),
        ("depressed", 20, 30),
        ("response", 30, 40),
        ("depressed", 40, 60),
        ("remission", 60, 90),
    ]


def test_no_response_leaves_a_patient_depressed(make_history):
    history = make_history(
        [(3, 0, Event.REFERRED), (20, 0, Event.ASSESSED, {"reason": 0}), (50, 0, Event.HORIZON)]
    )
    assert _stretches(history) == [("depressed", 3, 20), ("depressed", 20, 50)]


def test_stretches_without_length_are_left_out(make_history):
    history = make_history(
        [(0, 0, Event.REFERRED), (0, 0, Event.ASSESSED, {"reason": 3}), (50, 0, Event.HORIZON)]
    )
    assert _stretches(history) == [("remission", 0, 50)]
