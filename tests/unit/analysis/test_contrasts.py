"""Pairs of strategies, named and counted."""

from __future__ import annotations

import pytest

from sim.analysis.contrasts import gained_by, pair_of
from sim.errors import AnalysisError

LABELS = ("home", "clinic", "usual")


def test_a_pair_is_two_keys_with_a_comma_between():
    assert pair_of("home, clinic", list(LABELS)) == ("home", "clinic")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("home", "--pair: must be two different strategies with a comma between, got 'home'"),
        ("home,home", "must be two different strategies with a comma between, got 'home,home'"),
        ("home,clinic,usual", "must be two different strategies"),
        ("home,clinik", "--pair: 'clinik' is not a strategy; did you mean 'clinic'"),
    ],
)
def test_an_impossible_pair_is_refused_in_words(text, message):
    with pytest.raises(AnalysisError, match=message):
        pair_of(text, list(LABELS))


def test_responders_are_counted_per_referred_patient(make_results):
    results = make_results(
        {"a": [(1.0, 1.0)]}, started_share=0.5, response_share=0.4, remission_share=float("nan")
    )
    gained = gained_by(results, "tiny")
    assert gained["responders"].tolist() == [[0.2]]
    assert gained["remitters"].tolist() == [[0.0]]
