from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.streams import Streams, purpose_of


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
    ("address", "name"),
    [
        ((-1, 0, 0), "seed"),
        ((2**32, 0, 0), "seed"),
        ((0, -1, 0), "replication"),
        ((0, 0, -1), "first"),
        ((0, 0, 2**32), "first"),
    ],
)
def test_an_address_outside_32_bits_is_refused(address: tuple[int, int, int], name: str) -> None:
    seed, replication, first = address
    with pytest.raises(ValueError, match=rf"{name} must lie in \[0, 2\*\*32\), got"):
        Streams(seed=seed, replication=replication, first=first)


@pytest.mark.parametrize("first", [1, 2, 3, 4, 5, 1_000, 2**31 - 1])
def test_a_chunk_of_patients_has_the_luck_of_the_whole_cohort(first: int) -> None:
    start = first - first % 4 - (4 if first >= 4 else 0)
    whole = Streams(seed=7, replication=3, first=start).uniforms("uptake", first - start + 20, occurrence=2)
    chunk = Streams(seed=7, replication=3, first=first).uniforms("uptake", 20, occurrence=2)
    assert np.array_equal(chunk, whole[first - start :])


@given(first=st.integers(0, 500), n=st.integers(0, 50), seed=st.integers(0, 2**32 - 1))
def test_a_chunk_is_a_slice_of_the_cohort_that_begins_with_patient_0(first: int, n: int, seed: int) -> None:
    whole = Streams(seed=seed, replication=1).exponentials("relapse", first + n)
    chunk = Streams(seed=seed, replication=1, first=first).exponentials("relapse", n)
    assert np.array_equal(chunk, whole[first:])


def test_a_block_of_a_chunk_is_a_slice_of_the_block_of_the_cohort() -> None:
    whole = Streams(seed=5, replication=2).block("session/dropout", 30, 4)
    assert np.array_equal(
        Streams(seed=5, replication=2, first=13).block("session/dropout", 17, 4), whole[13:]
    )


def test_neighbouring_patients_occurrences_and_purposes_share_no_uniform() -> None:
    streams = Streams(seed=11, replication=0)
    names = ("uptake", "approval", "session/dropout")
    drawn = np.concatenate([streams.block(name, 400, 5).ravel() for name in names])
    assert np.unique(drawn).size == drawn.size


def test_the_luck_of_a_seed_is_the_same_in_every_release() -> None:
    drawn = Streams(seed=20_261_121, replication=3, first=6).uniforms("uptake", 3, occurrence=2)
    assert drawn.tolist() == [0.5376267274043175, 0.15218795007880548, 0.5327628040401416]


def test_purposes_are_told_by_name_and_fit_a_signed_word() -> None:
    assert purpose_of("uptake") == 3_746_271_153_893_469_739
    others = [purpose_of(f"harm/{number}") for number in range(1_000)]
    assert len(set(others)) == 1_000
    assert min(others) >= 0
    assert max(others) < 2**63
