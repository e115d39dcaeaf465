"""The warm-up of an open programme, found where it is known."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.warm_up import warm_up_length


def by_definition(values):
    """Minimize the marginal standard error over all places to cut but the last five."""
    statistics = [
        ((values[cut:] - values[cut:].mean()) ** 2).sum() / (len(values) - cut) ** 2
        for cut in range(len(values) - 5)
    ]
    return int(np.argmin(statistics))


def test_the_cut_is_that_of_the_definition():
    values = np.random.default_rng(1).normal(size=60) + 10 - 8 * np.exp(-np.arange(60) / 6)
    assert warm_up_length(values) == by_definition(values) > 5


def test_a_settled_series_is_not_cut():
    assert warm_up_length(np.tile([4.0, 6.0], 20)) == 0


def test_a_clinic_without_waits_has_no_warm_up():
    assert warm_up_length(np.zeros(30)) == 0


def test_a_ramp_is_cut_where_it_ends():
    values = np.concatenate([np.arange(12.0), np.tile([12.0, 13.0], 30)])
    assert warm_up_length(values) == 12


def test_a_growing_queue_has_no_steady_state():
    noise = np.random.default_rng(2).normal(size=80)
    assert warm_up_length(np.arange(80.0) + noise) is None


def test_weeks_in_which_nobody_was_served_are_passed_over():
    values = np.concatenate([[np.nan, 0.0, np.nan, 2.0, 4.0], np.tile([12.0, 13.0], 30)])
    assert warm_up_length(values) == 5


@pytest.mark.parametrize("values", [np.arange(9.0), np.full(40, np.nan)])
def test_few_weeks_tell_no_steady_state(values):
    assert warm_up_length(values) is None
