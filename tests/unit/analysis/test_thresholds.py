"""Switch points of net benefit along one figure: closed forms, ties, several in one interval, errors."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.thresholds import switch_points


def lines(values, *strategies):
    """Return net benefit of straight lines, given as (intercept, slope), with one replication."""
    return np.array([[[a + b * x for a, b in strategies]] for x in values])


def found(values, *strategies):
    switches = switch_points(np.array(values, dtype=float), lines(values, *strategies))
    return [(one.value, one.former, one.latter) for one in switches]


def test_two_lines_switch_where_they_meet():
    assert found([0, 10], (0, 0), (-3, 1)) == [(3, 0, 1)]


def test_no_switch_where_one_is_best_throughout():
    assert found([0, 5, 10], (5, 0), (1, 0.1), (2, 0.2)) == []


def test_lines_that_meet_beyond_the_range_do_not_count():
    assert found([0, 10], (0, 0), (-11, 1)) == []


def test_three_lines_switch_twice_within_one_interval():
    assert found([0, 10], (0, 0), (-2, 1), (-10, 3)) == [(2, 0, 1), (4, 1, 2)]


def test_a_line_below_the_upper_envelope_has_no_switch():
    assert found([0, 10], (0, 0), (-5, 1), (-4, 2)) == [(2, 0, 2)]


def test_of_three_lines_through_one_point_the_steepest_takes_over():
    assert found([0, 10], (0, 0), (-4, 1), (-8, 2)) == [(4, 0, 2)]


def test_figures_may_fall_as_they_rise():
    assert found([0, 4, 10], (9, -1), (3, 0), (-12, 2)) == [(6, 0, 1), (7.5, 1, 2)]


def test_a_switch_at_a_point_is_found_once():
    assert found([0, 1, 2], (0, 0), (-1, 1)) == [(1, 0, 1)]


def test_a_switch_at_a_bend_is_found_once():
    values = np.array([0.0, 1.0, 2.0])
    net_benefit = np.array([[[0.0, -2.0]], [[0.0, 0.0]], [[0.0, 5.0]]])
    assert [(one.value, one.former, one.latter) for one in switch_points(values, net_benefit)] == [(1, 0, 1)]


def test_lines_that_touch_do_not_switch():
    values = np.array([0.0, 1.0, 2.0])
    touching = np.array([[[0.0, -1.0]], [[0.0, 0.0]], [[0.0, -1.0]]])
    assert switch_points(values, touching) == []


def test_equal_strategies_do_not_switch():
    assert found([0, 1, 2], (1, 1), (1, 1)) == []


def test_equal_up_to_a_point_the_one_that_rises_from_there_takes_over():
    values = np.array([0.0, 1.0, 2.0, 3.0])
    net_benefit = np.array([[[0.0, -1.0]], [[0.0, 0.0]], [[0.0, 0.0]], [[0.0, 1.0]]])
    assert [(one.value, one.former, one.latter) for one in switch_points(values, net_benefit)] == [(2, 0, 1)]


def test_of_equals_at_the_first_point_the_one_that_rises_counts_as_best():
    assert found([0, 1], (0, 0), (0, 1)) == []


def test_a_strategy_may_come_and_go():
    values = np.array([0.0, 1.0, 2.0])
    net_benefit = np.array([[[0.0, -1.0]], [[0.0, 3.0]], [[0.0, -1.0]]])
    assert [(one.value, one.former, one.latter) for one in switch_points(values, net_benefit)] == [
        (0.25, 0, 1),
        (1.75, 1, 0),
    ]


def test_one_point_has_no_switch():
    assert switch_points(np.array([1.0]), np.array([[[0.0, 1.0]]])) == []


def test_one_replication_tells_no_error():
    (switch,) = switch_points(np.array([0.0, 10.0]), lines([0, 10], (0, 0), (-3, 1)))
    assert np.isnan(switch.error)


def test_the_error_of_a_price_is_that_of_the_difference_over_the_sessions():
    """Difference 600 - 3 x, moved by -9, 0 and 9: switch at 200, standard error sqrt(27) / 3."""
    values = np.array([100.0, 300.0])
    shift = np.array([-9.0, 0.0, 9.0])
    net_benefit = np.stack([np.add.outer(600 - 3 * values, shift), np.zeros((2, 3))], axis=-1)
    (switch,) = switch_points(values, net_benefit)
    assert switch.value == pytest.approx(200)
    assert switch.error == pytest.approx(np.sqrt(27) / 3)


def test_the_error_is_the_spread_of_switch_points_over_many_runs():
    random = np.random.default_rng(1)
    values, n_runs, n_replications = np.array([0.0, 1.0]), 2_000, 20
    told, errors = [], []
    for _ in range(n_runs):
        sessions = 10 + random.normal(0, 0.5, n_replications)
        gain = 4 + random.normal(0, 0.5, n_replications)
        difference = gain - np.multiply.outer(values, sessions)
        (switch,) = switch_points(values, np.stack([difference, np.zeros_like(difference)], axis=-1))
        told.append(switch.value)
        errors.append(switch.error)
    spread = np.std(told, ddof=1)
    assert abs(np.mean(told) - 0.4) < 4 * spread / np.sqrt(n_runs)
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(spread, rel=4 / np.sqrt(2 * n_runs))
