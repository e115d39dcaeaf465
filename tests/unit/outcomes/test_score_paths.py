from __future__ import annotations

import numpy as np
import pytest

from sim.domain.events import Event
from sim.outcomes.score_paths import depression_free_days, score_paths
from sim.outcomes.totals import totals_of_changes

TWO_PATIENTS = [
    (0, 0, Event.REFERRED),
    (0, 0, Event.SCORE, {"value": 30.0, "target": 30.0}),
    (4, 0, Event.SCORE, {"value": 30.0, "target": 10.0, "until": 14}),
    (9, 0, Event.SCORE, {"value": 20.0, "target": 26.0, "until": 12}),
    (31.5, 0, Event.DIED),
    (1.25, 1, Event.REFERRED),
    (1.25, 1, Event.SCORE, {"value": 40.0, "target": 20.0}),
    (7, 1, Event.SCORE, {"value": 22.0, "target": 2.0, "until": 60}),
    (50, 1, Event.HORIZON),
]


def _one(make_history, *rows):
    return make_history([(0, 0, Event.REFERRED), *rows, (50, 0, Event.HORIZON)])


def _pieces(paths):
    """Start, stop, score and slope of the pieces that last."""
    rests = zip(paths.bend, paths.stop, paths.rest, np.zeros(len(paths.rest)), strict=True)
    moves = zip(paths.start, paths.bend, paths.score, paths.slope, strict=True)
    pieces = [tuple(round(float(number), 6) for number in piece) for piece in (*moves, *rests)]
    return sorted(piece for piece in pieces if piece[1] > piece[0])


def test_a_score_moves_straight_to_its_target_and_stays(make_history):
    history = _one(make_history, (0, 0, Event.SCORE, {"value": 30.0, "target": 10.0, "until": 20}))
    assert _pieces(score_paths(history)) == [(0, 20, 30, -1), (20, 50, 10, 0)]


def test_a_new_score_cuts_the_old_path(make_history):
    history = _one(
        make_history,
        (0, 0, Event.SCORE, {"value": 30.0, "target": 10.0, "until": 20}),
        (5, 0, Event.SCORE, {"value": 25.0, "target": 25.0, "until": 5}),
    )
    assert _pieces(score_paths(history)) == [(0, 5, 30, -1), (5, 50, 25, 0)]


def test_the_end_of_follow_up_cuts_the_path(make_history):
    history = _one(make_history, (0, 0, Event.SCORE, {"value": 30.0, "target": 10.0, "until": 100}))
    assert _pieces(score_paths(history)) == [(0, 50, 30, -0.2)]


def test_of_two_scores_at_one_moment_the_later_holds(make_history):
    history = _one(
        make_history,
        (0, 0, Event.SCORE, {"value": 30.0, "target": 30.0}),
        (0, 0, Event.SCORE, {"value": 20.0, "target": 20.0}),
    )
    assert _pieces(score_paths(history)) == [(0, 50, 20, 0)]


def _by_day(start, stop, level, slope, *, n_days):
    """Integrate one straight piece over each day."""
    day = np.arange(n_days)
    since, until = np.clip(start, day, day + 1), np.clip(stop, day, day + 1)
    return (until - since) * (level + slope * ((since + until) / 2 - start))


def test_the_changes_of_a_path_add_up_to_its_pieces(make_history):
    paths = score_paths(make_history(TWO_PATIENTS))
    _, at, jump, bend = paths.changes()
    pieces = np.array(_pieces(paths))
    expected = sum(_by_day(*piece, n_days=60) for piece in pieces)
    np.testing.assert_allclose(totals_of_changes(at, jump, bend, 60), expected, atol=1e-4)
    by_hand = 4 * 30 + 5 * 25 + 3 * 23 + 19.5 * 26 + 5.75 * 20 + 43 * (22 - 43 * 20 / 53 / 2)
    assert expected.sum() == pytest.approx(by_hand, abs=1e-2)


def test_paths_without_any_score_do_not_change(make_history):
    paths = score_paths(make_history([(0, 0, Event.REFERRED), (9, 0, Event.HORIZON)]))
    assert [len(column) for column in paths.changes()] == [0, 0, 0, 0]


@pytest.mark.parametrize(("score", "days"), [(0.0, 50), (7.0, 50), (18.5, 25), (30.0, 0), (45.0, 0)])
def test_a_constant_score_counts_its_share_of_depression_free_days(make_history, tiny, score, days):
    history = _one(make_history, (0, 0, Event.SCORE, {"value": score, "target": score}))
    assert depression_free_days(score_paths(history), tiny.illness.definitions) == pytest.approx(days)


def test_depression_free_days_agree_with_dense_quadrature(make_history, tiny):
    history = _one(
        make_history,
        (0, 0, Event.SCORE, {"value": 45.0, "target": 2.0, "until": 17}),
        (30, 0, Event.SCORE, {"value": 2.0, "target": 2.0 + 1e-8, "until": 31}),
        (33, 0, Event.SCORE, {"value": 2.0, "target": 26.0, "until": 60}),
    )
    middle = (np.arange(500_000) + 0.5) / 10_000
    score = np.interp(middle, [0, 17, 33, 50], [45, 2, 2, 2 + 24 * 17 / 27])
    dense = np.clip((30 - score) / (30 - 7), 0, 1).mean() * 50
    assert depression_free_days(score_paths(history), tiny.illness.definitions) == pytest.approx(
        dense, rel=1e-6
    )
