"""Minutes that whole visits can fill: against all combinations, and in an account."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from sim.domain.events import Event
from sim.domain.scenario import Scenario
from sim.outcomes.account import account
from sim.outcomes.fillable import fillable_minutes, most_filled


@pytest.mark.parametrize("lengths", [[7], [6, 10], [6, 10, 15], [9, 12, 30], [5, 8, 13], [4, 7], [25, 60]])
def test_what_visits_fill_is_the_best_of_all_combinations(lengths):
    limit = 130
    sums = {
        sum(number * length for number, length in zip(numbers, lengths, strict=True))
        for numbers in product(*(range(limit // length + 1) for length in lengths))
    }
    best = [max(total for total in sums if total <= amount) for amount in range(limit)]
    assert most_filled(np.arange(limit), lengths).tolist() == best


def test_many_minutes_are_filled_but_for_less_than_the_common_divisor():
    assert most_filled(np.array([10**8 + 3]), [60, 25, 480]).tolist() == [10**8]


def test_visits_that_take_no_minutes_fill_none():
    assert most_filled(np.array([480]), [0]).tolist() == [0]


@pytest.fixture
def mixed_lengths(tiny_tree):
    """Return a scenario whose chairs offer 288 minutes a day to visits of an hour, and tablets take 40."""
    tiny_tree["resources"]["chairs"]["units"] = 0.6
    tiny_tree["resources"]["phones"] = dict(tiny_tree["resources"]["chairs"], units=None, label="Telephones")
    tablets = tiny_tree["treatments"]["tablets"]["session"]["needs"]
    tablets["chairs"] = tablets["chairs"] | {"value": 40, "range": [20, 60]}
    tiny_tree["strategies"]["alone"] = {"label": "Infusion", "lines": [{"treatment": "infusion"}]}
    tiny_tree["care"]["holidays"] = [{"from_day": 2, "until_day": 3}]
    return Scenario.model_validate(tiny_tree)


def test_only_visits_of_the_strategy_fill_a_day(mixed_lengths):
    filled = fillable_minutes(mixed_lengths, 7)
    assert filled["alone"]["chairs"].tolist() == [240, 240, 0, 240, 240, 0, 0]
    # three of 40 and two of 60, or one of 40 and four of 60
    assert filled["infusion"]["chairs"].tolist() == [280, 280, 0, 280, 280, 0, 0]
    assert filled["usual_care"] == {}


def test_an_account_tells_fillable_minutes_by_week(mixed_lengths, make_log, make_cohort):
    log = make_log([(0, 0, Event.REFERRED, {"target": 1.0}), (14, 0, Event.HORIZON)])
    outcome = account(log, make_cohort(1), mixed_lengths, "alone")
    assert (outcome.offered_minutes[0, 0], outcome.fillable_minutes[0, 0]) == (4 * 288, 4 * 240)
