"""A draw looked up by its address alone, in plain Python and compiled, is the draw of the streams."""

from __future__ import annotations

from hashlib import blake2b
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from builders import with_attributes
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import heap_clock
from sim.engine.draws import Draws
from sim.engine.draws import uniform as uniform_by_column
from sim.engine.records import draws_record
from sim.streams import SEED_SCHEME, SMALLEST_UNIFORM, Streams, purpose_of

LARGEST = 2**64 - 1
KNOWN_ANSWERS = [
    (
        [0, 0, 0, 0],
        [0, 0],
        [0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B],
    ),
    (
        [LARGEST] * 4,
        [LARGEST] * 2,
        [0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0],
    ),
    (
        [0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89],
        [0x452821E638D01377, 0xBE5466CF34E90C6C],
        [0xA528F45403E61D95, 0x38C72DBD566E9788, 0xA5A1610E72FD18B5, 0x57BD43B5E52B7FE6],
    ),
]
"""Counter, key and words of ``philox4x64 10`` in the file ``kat_vectors`` of Random123 (D. E. Shaw Research,
the authors of Philox): all zeros, all ones, digits of pi."""
word = st.integers(0, LARGEST) | st.sampled_from([0, 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, LARGEST])
half_word = st.integers(0, 2**32 - 1)


def numpy_words(counter: list[int], key: list[int]) -> list[int]:
    """Return the four words at a counter; NumPy steps it before the first block."""
    before = (sum(part << (64 * place) for place, part in enumerate(counter)) - 1) % 2**256
    parts = [before >> (64 * place) & LARGEST for place in range(4)]
    generator = np.random.Philox(counter=np.array(parts, np.uint64), key=np.array(key, np.uint64))
    return [int(drawn) for drawn in generator.random_raw(4)]


def words(philox: Any, counter: list[int], key: list[int]) -> list[int]:
    """Return all four words of a counter whose last part is 0."""
    parts = [np.uint64(part) for part in (*counter[:3], *key)]
    with np.errstate(over="ignore"):
        return [int(philox(*parts, place)) for place in range(4)]


@pytest.fixture(scope="module")
def compiled_philox(compiled_clock: ModuleType) -> Any:
    """Return the function of the compiled clock as one that Python can call."""
    from numba import njit

    return njit(compiled_clock.philox.py_func)


@pytest.fixture(scope="module")
def compiled_uniform(compiled_clock: ModuleType) -> Any:
    """Return the function of the compiled clock as one that Python can call."""
    from numba import njit

    return njit(compiled_clock.uniform.py_func)


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN_ANSWERS)
def test_numpy_gives_the_published_words(counter: list[int], key: list[int], expected: list[int]) -> None:
    assert numpy_words(counter, key) == expected


def test_the_plain_function_gives_the_published_words() -> None:
    counter, key, expected = KNOWN_ANSWERS[0]
    assert words(heap_clock.philox, counter, key) == expected


def test_the_compiled_function_gives_the_published_words(compiled_philox: Any) -> None:
    counter, key, expected = KNOWN_ANSWERS[0]
    assert words(compiled_philox, counter, key) == expected


@given(counter=st.tuples(word, word, word), key=st.tuples(word, word))
def test_the_plain_function_gives_numpys_words(counter: tuple[int, int, int], key: tuple[int, int]) -> None:
    assert words(heap_clock.philox, [*counter, 0], [*key]) == numpy_words([*counter, 0], [*key])


@settings(max_examples=200)
@given(counter=st.tuples(word, word, word), key=st.tuples(word, word))
def test_the_compiled_function_gives_numpys_words(
    compiled_philox: Any, counter: tuple[int, int, int], key: tuple[int, int]
) -> None:
    assert words(compiled_philox, [*counter, 0], [*key]) == numpy_words([*counter, 0], [*key])


@given(left=word, right=word)
def test_the_high_word_is_that_of_the_exact_product(left: int, right: int) -> None:
    with np.errstate(over="ignore"):
        assert int(heap_clock.high_word(np.uint64(left), np.uint64(right))) == left * right >> 64


def draw_at(uniform: Any, streams: Streams, patient: int, purpose: int, occurrence: int) -> float:
    address = draws_record(Draws(streams, n_patients=1))
    if uniform is heap_clock.uniform:
        address = with_attributes(address)
    with np.errstate(over="ignore"):
        return float(uniform(address, patient, purpose, occurrence))


addresses = given(
    seed=half_word,
    replication=half_word,
    first=st.integers(0, 2**31) | st.integers(0, 9),
    patient=st.integers(0, 2**31 - 1) | st.integers(0, 9),
    purpose=st.integers(0, 2**63 - 1),
    occurrence=st.integers(0, 2**40) | st.integers(0, 9),
)


@addresses
def test_a_plain_draw_by_address_is_that_of_the_streams(
    seed: int, replication: int, first: int, patient: int, purpose: int, occurrence: int
) -> None:
    found = draw_at(heap_clock.uniform, Streams(seed, replication, first), patient, purpose, occurrence)
    assert found == Streams(seed, replication, first + patient).numbered(purpose, 1, occurrence)[0]


@addresses
def test_a_compiled_draw_by_address_is_that_of_the_streams(
    compiled_uniform: Any,
    seed: int,
    replication: int,
    first: int,
    patient: int,
    purpose: int,
    occurrence: int,
) -> None:
    found = draw_at(compiled_uniform, Streams(seed, replication, first), patient, purpose, occurrence)
    assert found == Streams(seed, replication, first + patient).numbered(purpose, 1, occurrence)[0]


@pytest.mark.parametrize("first", [0, 1, 2, 3, 6, 4_001])
def test_all_patients_of_a_chunk_find_their_own_draw(first: int) -> None:
    streams, purpose = Streams(3, 2, first), purpose_of("uptake")
    column = streams.numbered(purpose, 30, 5)
    found = [draw_at(heap_clock.uniform, streams, patient, purpose, 5) for patient in range(30)]
    assert found == column.tolist()
    assert found == [uniform_by_column(Draws(streams, 30), patient, purpose, 5) for patient in range(30)]


def test_a_draw_is_never_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap_clock, "philox", lambda *_: np.uint64(0))
    assert draw_at(heap_clock.uniform, Streams(1, 0), 0, 0, 0) == SMALLEST_UNIFORM > 0


def test_a_draw_is_never_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap_clock, "philox", lambda *_: np.uint64(LARGEST))
    assert draw_at(heap_clock.uniform, Streams(1, 0), 0, 0, 0) == 1 - 2.0**-53


def test_draws_are_made_once_for_all_patients_when_first_asked_for() -> None:
    draws = Draws(Streams(1, 0), 3)
    uniform_by_column(draws, 2, purpose_of("uptake"), 1)
    uniform_by_column(draws, 0, purpose_of("uptake"), 1)
    assert list(draws.columns) == [(purpose_of("uptake"), 1)]
    assert len(draws.columns[purpose_of("uptake"), 1]) == 3


def test_the_scheme_told_in_manifests_is_that_of_the_streams() -> None:
    assert (
        "Key: seed, replication. Counter, lowest word first: patient // 4 + 1, occurrence, purpose, 0; of its "
        in SEED_SCHEME
    )
    seed, replication, patient, occurrence, name = 5, 2, 13, 7, "session/dropout"
    digest = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little") % 2**63
    counter = [patient // 4 + 1, occurrence, digest, 0]
    word = numpy_words(counter, [seed, replication])[patient % 4]
    drawn = Streams(seed, replication).uniforms(name, patient + 1, occurrence=occurrence)[patient]
    assert drawn == max((word >> 11) * 2.0**-53, 2.0**-54)
