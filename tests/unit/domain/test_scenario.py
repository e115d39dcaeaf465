"""The scenario as a whole."""

from __future__ import annotations


def test_the_tiny_scenario_is_complete(tiny):
    assert list(tiny.strategies) == ["usual_care", "tablets", "infusion"]
