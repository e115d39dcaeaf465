from __future__ import annotations

import pytest

from sim.analysis.frontier import frontier

# A textbook exercise: five mutually exclusive programmes and doing nothing (cost, effect).
TEXTBOOK = {
    "nothing": (0.0, 0.0),
    "a": (20_000.0, 1.0),  # extendedly dominated by nothing and b
    "b": (30_000.0, 4.0),
    "c": (50_000.0, 3.0),  # dominated by b
    "d": (60_000.0, 6.0),
    "e": (110_000.0, 7.0),
}


def _standings():
    costs, effects = zip(*TEXTBOOK.values(), strict=True)
    return dict(zip(TEXTBOOK, frontier(costs, effects), strict=True))


def test_a_textbook_table_gets_its_statuses():
    assert {name: standing.status for name, standing in _standings().items()} == {
        "nothing": "on frontier",
        "a": "extendedly dominated",
        "b": "on frontier",
        "c": "dominated",
        "d": "on frontier",
        "e": "on frontier",
    }


def test_a_textbook_table_gets_its_icers_against_the_next_cheaper_on_the_frontier():
    standings = _standings()
    assert {name: (s.icer, s.versus) for name, s in standings.items() if s.icer is not None} == {
        "b": (7_500, 0),
        "d": (15_000, 2),
        "e": (50_000, 4),
    }


def test_a_strategy_that_saves_money_and_adds_health_dominates():
    cheaper, dearer = frontier([10.0, 20.0], [1.0, 0.5])
    assert (cheaper.status, cheaper.icer, dearer.status, dearer.icer) == (
        "on frontier",
        None,
        "dominated",
        None,
    )


def test_of_equal_costs_the_better_is_on_the_frontier():
    assert [s.status for s in frontier([10.0, 10.0], [1.0, 2.0])] == ["dominated", "on frontier"]


def test_of_two_equal_strategies_the_later_is_dominated():
    assert [s.status for s in frontier([10.0, 10.0], [1.0, 1.0])] == ["on frontier", "dominated"]


def test_strategies_on_one_line_are_all_on_the_frontier():
    assert [s.icer for s in frontier([0.0, 10.0, 20.0], [0.0, 1.0, 2.0])] == [None, 10, 10]


def test_extended_dominance_reaches_back_over_several_strategies():
    standings = frontier([0.0, 10.0, 21.0, 24.0], [0.0, 1.0, 2.0, 9.0])
    assert [s.status for s in standings] == ["on frontier", *["extendedly dominated"] * 2, "on frontier"]
    assert standings[3].icer == pytest.approx(24 / 9)


def test_one_strategy_alone_is_on_the_frontier():
    assert frontier([5.0], [1.0])[0].status == "on frontier"
