"""Two ways to choose are one: the highest net benefit and the cost-effectiveness frontier.

Costs and effects are whole numbers and the willingness to pay a fraction, so that nothing is rounded.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.frontier import ON_FRONTIER, frontier
from sim.analysis.increments import net_monetary_benefit

ANY = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40)), min_size=1, max_size=9)
DEARER_IS_BETTER = st.tuples(
    *(st.lists(st.integers(0, most), min_size=9, max_size=9).map(sorted) for most in (200, 40))
).map(lambda sides: list(zip(*sides, strict=True)))
POINTS = ANY | DEARER_IS_BETTER
"""Costs and effects; of the second kind few are dominated and many extendedly so."""
WTP = st.fractions(0, 300, max_denominator=60)


def _benefits(points, wtp):
    costs, effects = np.array(points, dtype=object).T
    return net_monetary_benefit(costs, effects, wtp)


def _frontier(points):
    """Return positions on the frontier from the cheapest on, and exact ICERs of all but the first."""
    standings = frontier(*zip(*points, strict=True))
    chain = sorted((i for i, s in enumerate(standings) if s.status == ON_FRONTIER), key=points.__getitem__)
    assert [standings[i].versus for i in chain] == [None, *chain[:-1]]
    exact = [
        Fraction(points[dearer][0] - points[cheaper][0], points[dearer][1] - points[cheaper][1])
        for cheaper, dearer in pairwise(chain)
    ]
    assert [standings[i].icer for i in chain[1:]] == [float(icer) for icer in exact]
    return chain, exact


@given(points=POINTS, wtp=WTP)
def test_whatever_the_willingness_to_pay_the_highest_net_benefit_is_on_the_frontier(points, wtp):
    benefits = _benefits(points, wtp)
    chain, _ = _frontier(points)
    assert benefits[chain].max() == benefits.max()


@given(points=POINTS)
def test_the_highest_net_benefit_changes_hands_exactly_at_the_icers(points):
    chain, icers = _frontier(points)
    for (cheaper, dearer), icer in zip(pairwise(chain), icers, strict=True):
        at = _benefits(points, icer)
        assert at[cheaper] == at[dearer] == at.max()
        below, above = (_benefits(points, icer + step) for step in (Fraction(-1, 10**6), Fraction(1, 10**6)))
        assert below[cheaper] > below[dearer]
        assert above[dearer] > above[cheaper]


@given(points=POINTS)
def test_between_two_icers_the_highest_net_benefit_stays_with_one_strategy(points):
    chain, icers = _frontier(points)
    limits = [Fraction(0), *icers, (icers[-1] if icers else 0) + Fraction(2)]
    for position, (low, high) in zip(chain, pairwise(limits), strict=True):
        benefits = _benefits(points, (low + high) / 2)
        assert benefits[position] == benefits.max()
