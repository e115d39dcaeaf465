"""Any model's deterministic table: textbook values, and what is known of nothing stays empty."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.comparison import COLUMNS, ERROR_COLUMNS
from sim.analysis.table_comparison import compare_table, frontier_rows
from sim.errors import AnalysisError

NAMES = ["none", "a", "b", "c", "d"]
COST = np.array([0.0, 20_000, 30_000, 50_000, 60_000])
EFFECT = np.array([0.0, 1, 4, 3, 6])


def column(rows, name):
    return [row[name] for row in rows]


def test_a_textbook_table_has_its_frontier_and_icers():
    rows = compare_table(NAMES, COST, EFFECT)
    assert column(rows, "status") == [
        "on frontier", "extendedly dominated", "on frontier", "dominated", "on frontier",
    ]  # fmt: skip
    assert column(rows, "icer") == [None, None, 7500, None, 15_000]
    assert column(rows, "icer_versus") == [None, None, "none", None, "b"]
    assert [reason is None for reason in column(rows, "icer_reason")] == [False, False, True, False, True]


def test_increments_are_counted_from_the_first_strategy_unless_another_is_named():
    assert column(compare_table(NAMES, COST, EFFECT), "incremental_cost") == [
        None, 20_000, 30_000, 50_000, 60_000,
    ]  # fmt: skip
    rows = compare_table(NAMES, COST, EFFECT, comparator="b", wtp=10_000)
    assert column(rows, "incremental_qaly") == [-4, -3, None, -1, 2]
    assert column(rows, "incremental_nmb") == [-10_000, -20_000, None, -30_000, -10_000]


def test_net_benefit_needs_a_willingness_to_pay():
    assert column(compare_table(NAMES, COST, EFFECT), "nmb") == [None] * 5
    assert column(compare_table(NAMES, COST, EFFECT, wtp=20_000), "nmb") == [
        0, 0, 50_000, 10_000, 60_000,
    ]  # fmt: skip


def test_rows_have_every_column_of_a_comparison_and_no_errors():
    rows = compare_table(NAMES, COST, EFFECT, wtp=1.0)
    assert [row for row in rows if set(row) < {*COLUMNS, *ERROR_COLUMNS}] == []
    assert {row[name] for row in rows for name in ERROR_COLUMNS} == {None}
    assert column(rows, "response_share") == [None] * 5


def test_the_icer_of_hiv_combination_therapy_is_that_of_the_book():
    """Mono and combination therapy of Briggs, Claxton, Sculpher 2006, in figures the heemod package tests."""
    cost, effect = np.array([44_663.4535637, 50_601.6513312]), np.array([7.9912066, 8.9373889])
    icer = compare_table(["mono", "combination"], cost, effect)[1]["icer"]
    assert icer == pytest.approx(6275.9556, abs=1e-3)


def test_negative_numbers_and_zero_are_fine():
    rows = compare_table(["a", "b"], np.array([-10.0, 0.0]), np.array([-1.0, 0.0]))
    assert (rows[1]["icer"], rows[1]["status"]) == (10, "on frontier")


def test_what_overflows_is_empty():
    rows = compare_table(["a", "b"], np.array([-1e308, 1e308]), np.array([0.0, 1.0]))
    assert (rows[1]["incremental_cost"], rows[1]["icer"]) == (None, None)


def test_the_frontier_lists_every_strategy_from_the_cheapest_on():
    order = [4, 0, 3, 1, 2]
    rows = frontier_rows([NAMES[i] for i in order], COST[order], EFFECT[order])
    assert column(rows, "strategy") == NAMES
    assert rows[2] == {
        "strategy": "b", "cost": 30_000, "effect": 4, "icer": 7500, "status": "on frontier",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"comparator": "e"}, "comparator: 'e' is not a strategy"),
        ({"wtp": 0.0}, "wtp: must be above 0, got 0.0"),
        ({"wtp": float("inf")}, r"wtp: must be at most 1e\+15, got inf"),
    ],
)
def test_impossible_settings_are_refused_in_words(asked, message):
    with pytest.raises(AnalysisError, match=message):
        compare_table(NAMES, COST, EFFECT, **asked)


@pytest.mark.parametrize(
    ("names", "cost", "message"),
    [
        (["a"], [1.0, 2.0], "must have one number for each strategy"),
        ([], [], "must have one number for each strategy"),
        (["a", "a"], [1.0, 2.0], "must have different names, got one twice"),
        (["a", "b"], [1.0, np.nan], "must be finite, got a number that is not"),
    ],
)
def test_impossible_arrays_are_a_mistake_of_the_caller(names, cost, message):
    with pytest.raises(ValueError, match=message):
        compare_table(names, np.array(cost), np.ones(len(cost)))
