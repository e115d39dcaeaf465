"""Coherence of deterministic comparisons, whatever the table."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.table_comparison import compare_table, frontier_rows

WHOLE = st.integers(-1000, 1000)
POINTS = st.lists(st.tuples(WHOLE, WHOLE), min_size=2, max_size=8, unique=True)


def table_of(points):
    cost, effect = np.array(points, dtype=float).T
    return [f"s{cost_}_{effect_}" for cost_, effect_ in points], cost, effect


@given(points=POINTS, shuffle=st.randoms(use_true_random=False))
def test_permuting_rows_permutes_results(points, shuffle):
    names, cost, effect = table_of(points)
    order = list(range(len(points)))
    shuffle.shuffle(order)
    rows = compare_table(names, cost, effect, wtp=50.0, comparator=names[0])
    permuted = compare_table(
        [names[i] for i in order], cost[order], effect[order], wtp=50.0, comparator=names[0]
    )
    assert permuted == [rows[i] for i in order]


@given(points=POINTS, place=st.integers(0, 7), dearer=st.integers(0, 50), worse=st.integers(0, 50))
def test_adding_a_dominated_strategy_changes_no_other_row(points, place, dearer, worse):
    names, cost, effect = table_of(points)
    better = place % len(points)
    rows = compare_table(names, cost, effect, wtp=50.0)
    more = compare_table(
        [*names, "added"],
        np.append(cost, cost[better] + dearer),
        np.append(effect, effect[better] - worse),
        wtp=50.0,
    )
    assert more[:-1] == rows
    assert more[-1]["status"] == "dominated"


@given(points=POINTS)
def test_icers_rise_along_the_frontier_from_the_cheapest_on(points):
    rows = frontier_rows(*table_of(points))
    icers = [row["icer"] for row in rows if row["icer"] is not None]
    on_frontier = [row for row in rows if row["status"] == "on frontier"]
    assert all(icer > 0 for icer in icers)
    assert all(later >= earlier for earlier, later in pairwise(icers))
    assert len(icers) == len(on_frontier) - 1


@given(points=POINTS, wtp=st.floats(0.01, 1000))
def test_the_strategy_worth_most_is_on_the_frontier(points, wtp):
    rows = compare_table(*table_of(points), wtp=wtp)
    most = max(row["nmb"] for row in rows)
    best = [row["status"] for row in rows if row["nmb"] >= most - 1e-9]
    assert "on frontier" in best
