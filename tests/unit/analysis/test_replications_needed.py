"""Replications are added until chance moves no difference by more than is wanted."""

from __future__ import annotations

import math

import pytest

from sim.analysis.replications_needed import MOST, largest_error, next_number

PAIRS = {"a": [(0.0, 1.0), (0.0, 1.0)], "b": [(100.0, 1.0), (300.0, 1.0)], "c": [(100.0, 1.0), (300.0, 1.0)]}


def test_the_pair_that_is_least_clear_decides(make_results) -> None:
    results = make_results(PAIRS)
    assert largest_error(results, "tiny", 2) == pytest.approx(math.sqrt(200.0**2 / 2 / 2), rel=1e-12)


def test_equal_luck_cancels_in_a_difference(make_results) -> None:
    results = make_results({key: PAIRS[key] for key in ("b", "c")})
    assert largest_error(results, "tiny", 2) == 0.0


def test_one_strategy_has_no_difference(make_results) -> None:
    assert largest_error(make_results({"b": PAIRS["b"]}), "tiny", 2) == 0.0


def test_later_replications_do_not_count(make_results) -> None:
    longer = {key: [*pairs, (9e9, 1.0)] for key, pairs in PAIRS.items()}
    assert largest_error(make_results(longer), "tiny", 2) == largest_error(make_results(PAIRS), "tiny", 2)


@pytest.mark.parametrize(
    ("number", "error", "precision", "expected"),
    [
        (10, 5.0, 5.0, 10), (10, 6.0, 5.0, 15), (10, 5.01, 5.0, 11), (10, 500.0, 5.0, 40),
        (MOST - 1, 500.0, 5.0, MOST), (MOST, 500.0, 5.0, MOST), (MOST + 5, 500.0, 5.0, MOST + 5),
    ],
)  # fmt: skip
def test_the_next_number_follows_the_square_of_the_error(number, error, precision, expected) -> None:
    assert next_number(number, error, precision) == expected
