from __future__ import annotations

import numpy as np
import pytest

from sim.outcomes.tally import Counted, Tally, merged, together


def _tally(n_days, number, amount, sample, strategy="infusion"):
    counted = Counted(
        {"patients": number}, {"cost": np.array(amount, dtype=float)}, {"waits": np.array(sample)}
    )
    return Tally(strategy, n_days, counted)


def test_counts_and_sums_add_up_and_samples_are_joined():
    whole = merged([_tally(2, 3.0, [1, 2], [7, 5]), _tally(2, 4.0, [10, 20], [6])])
    assert (whole.strategy, whole.n_days) == ("infusion", 2)
    assert whole.counted.counts == {"patients": 7}
    assert whole.counted.sums["cost"].tolist() == [11, 22]
    assert whole.counted.samples["waits"].tolist() == [7, 5, 6]


@pytest.mark.parametrize("late_first", [True, False])
def test_a_part_that_ends_early_adds_nothing_afterwards(late_first):
    parts = [_tally(3, 1.0, [[1, 2, 3]], [1]), _tally(1, 1.0, [[10]], [2])]
    whole = merged(parts if late_first else parts[::-1])
    assert whole.n_days == 3
    assert whole.counted.sums["cost"].tolist() == [[11, 2, 3]]


def test_merging_leaves_the_parts_as_they_were():
    parts = [_tally(1, 1.0, [1], [1]), _tally(1, 1.0, [2], [2]), _tally(1, 1.0, [4], [2])]
    assert merged(iter(parts)).counted.sums["cost"].tolist() == [7]
    assert [part.counted.sums["cost"].tolist() for part in parts] == [[1], [2], [4]]
    assert parts[0].counted.counts == {"patients": 1}


def test_without_a_tally_there_is_nothing_to_merge():
    with pytest.raises(ValueError, match="at least one tally to merge, got none"):
        merged([])


def test_tallies_of_different_strategies_are_refused():
    with pytest.raises(ValueError, match="of one strategy, got infusion and tablets"):
        merged([_tally(1, 1.0, [1], [1]), _tally(1, 1.0, [1], [1], strategy="tablets")])


def test_tallies_that_counted_different_things_are_refused():
    other = Tally("infusion", 1, Counted({"patients": 1.0}, {"cost": np.ones(1)}, {}))
    with pytest.raises(ValueError, match="must agree in samples, only one has waits"):
        merged([_tally(1, 1.0, [1], [1]), other])


def test_what_was_counted_apart_is_put_together():
    both = together([Counted(counts={"died": 1.0}), Counted(sums={"qaly": np.ones(2)}, counts={"left": 2.0})])
    assert both.counts == {"died": 1.0, "left": 2.0}
    assert both.sums["qaly"].tolist() == [1, 1]
    assert both.samples == {}


def test_a_name_that_was_counted_twice_is_refused():
    with pytest.raises(ValueError, match="names must differ, got died twice"):
        together([Counted(counts={"died": 1.0}), Counted(counts={"died": 1.0})])
