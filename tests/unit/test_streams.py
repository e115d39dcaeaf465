from __future__ import annotations

import numpy as np
import pytest

from sim.streams import Streams


def test_a_larger_cohort_leaves_the_first_patients_untouched() -> None:
    streams = Streams(seed=7, replication=3)
    assert np.array_equal(streams.uniforms("uptake", 50), streams.uniforms("uptake", 500)[:50])


def test_names_occurrences_replications_and_seeds_give_different_luck() -> None:
    first = Streams(seed=1, replication=0).uniforms("uptake", 20)
    others = [
        Streams(seed=1, replication=0).uniforms("upkeep", 20),
        Streams(seed=1, replication=0).uniforms("uptake", 20, occurrence=1),
        Streams(seed=1, replication=1).uniforms("uptake", 20),
        Streams(seed=2, replication=0).uniforms("uptake", 20),
    ]
    assert all(not np.array_equal(first, other) for other in others)


def test_seed_zero_reproduces_itself_and_differs_from_seed_one() -> None:
    zero = Streams(seed=0, replication=0).uniforms("uptake", 20)
    assert np.array_equal(zero, Streams(seed=0, replication=0).uniforms("uptake", 20))
    assert not np.array_equal(zero, Streams(seed=1, replication=0).uniforms("uptake", 20))


def test_uniforms_are_uniform() -> None:
    u = Streams(seed=5, replication=0).uniforms("uptake", 100_000)
    assert abs(u.mean() - 1 / 2) < 4 * np.sqrt(1 / 12 / u.size)
    assert u.min() > 0
    assert u.max() < 1


def test_a_block_holds_one_stream_for_each_occurrence() -> None:
    streams = Streams(seed=5, replication=2)
    block = streams.block("session/dropout", 10, 4)
    assert np.array_equal(block[:, 3], streams.uniforms("session/dropout", 10, occurrence=3))


@pytest.mark.parametrize(
    ("seed", "replication", "name"), [(-1, 0, "seed"), (2**32, 0, "seed"), (0, -1, "replication")]
)
def test_a_seed_outside_32_bits_is_refused(seed: int, replication: int, name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name} must lie in \[0, 2\*\*32\), got"):
        Streams(seed=seed, replication=replication)
