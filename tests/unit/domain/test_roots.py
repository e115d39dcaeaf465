"""Roots of rising functions."""

from __future__ import annotations

import math

import pytest

from sim.domain.roots import root_of_rising


@pytest.mark.parametrize(
    ("function", "low", "high", "root"),
    [
        (lambda x: x * x - 2, 0, 2, math.sqrt(2)),
        (lambda x: math.exp(x) - 5, -10, 10, math.log(5)),
        (lambda x: math.tanh(50 * (x - 0.3)), 0, 1, 0.3),
        (lambda x: x, 0, 1, 0),
        (lambda x: x - 1, 0, 1, 1),
        (lambda x: (x > 0.3) - 0.5, 0, 1, 0.3),
    ],
)
def test_the_root_is_found_to_the_last_digits(function, low, high, root):
    assert root_of_rising(function, low, high) == pytest.approx(root, abs=1e-15, rel=4e-15)


def test_without_a_root_the_nearer_end_is_given():
    assert root_of_rising(lambda x: x + 1, 0, 1) == 0
    assert root_of_rising(lambda x: x - 3, 0, 1) == 1


def test_a_smooth_function_takes_few_steps():
    asked = []
    root_of_rising(lambda x: asked.append(x) or math.expm1(x) - 1, 0, 2)
    assert len(asked) < 15


def test_a_function_flat_at_its_root_ends_after_a_bounded_number_of_steps():
    asked = []
    root = root_of_rising(lambda x: asked.append(x) or x**9, -1, 4)
    assert abs(root) < 1e-15
    assert len(asked) == 102
