"""The answer in a sentence, the tables of text, and how numbers are written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.output_settings import OutputSettings
from sim.domain.economics import DrugPrice, Perspective
from sim.report.answer import PERSPECTIVES, Question, answer, caption
from sim.report.numbers import joined
from sim.report.tables import capacity_tables, comparison_tables
from sim.results import ScenarioSettings

LABELS = {"a": "Alpha", "b": "Beta", "c": "Gamma"}


@pytest.fixture
def settings(tiny):
    base = ScenarioSettings.of(tiny)
    return ScenarioSettings(**{name: getattr(base, name) for name in base.__slots__} | {"strategies": LABELS})


def a_question(settings, cost, effect, *, comparator="a", wtp=100_000.0):
    cost, effect = np.array(cost, dtype=float), np.array(effect, dtype=float)
    return Question(
        scenario="tiny",
        settings=settings,
        output=OutputSettings(comparator, wtp, Perspective.SECTOR, 0.03, 0.03, DrugPrice.LIST, 2025, 1),
        strategies=tuple(LABELS)[: len(cost)],
        n_replications=cost.shape[1],
        cost=cost,
        effect=effect,
        benefit=wtp * effect - cost,
    )


def test_a_clear_lead_is_told_with_its_interval_and_its_increments(settings):
    cost = [[1000, 1010, 990], [2000, 2010, 1990]]
    effect = [[0.5, 0.51, 0.49], [0.6, 0.61, 0.59]]
    assert answer(a_question(settings, cost, effect)) == (
        "At $100,000 per QALY (healthcare sector perspective), Beta is worth most: its net benefit exceeds "
        "that of Alpha, the next best, by $9,000 per referred patient (95 % interval $9,000 to $9,000, "
        "3 replications). Against Alpha it costs $1,000 more and gains 0.100 QALYs."
    )


def test_an_interval_that_spans_zero_is_no_clear_difference(settings):
    cost = [[1000, 1000, 1000], [1000, 1000, 1000]]
    effect = [[0.50, 0.52, 0.48], [0.51, 0.50, 0.50]]
    told = answer(a_question(settings, cost, effect))
    assert "there is no clear difference between Beta and Alpha: Beta leads Alpha by $333" in told


def test_the_caption_names_the_index_its_year_and_net_prices(settings):
    source = {"price_index_source": "Office of Prices"}
    settings = ScenarioSettings(**{name: getattr(settings, name) for name in settings.__slots__} | source)
    question = replace(
        a_question(settings, [[1000, 1001]], [[0.5, 0.5]]),
        output=OutputSettings("a", 1.0, Perspective.SECTOR, 0, 0, DrugPrice.NET, 2023, 0.9),
    )
    assert "USD 2023 (prices moved by Office of Prices), drugs net of rebates, healthcare" in caption(
        question
    )


def test_every_strategy_within_chance_of_the_best_is_named(settings):
    cost = [[1000, 1010], [1005, 1000], [90_000, 90_001]]
    effect = [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]
    assert "between Beta and Alpha: " in answer(a_question(settings, cost, effect))


def test_one_replication_tells_no_difference_from_chance(settings):
    told = answer(a_question(settings, [[1000], [2000]], [[0.5], [0.6]]))
    assert "Beta comes out best in this single replication; run at least two" in told


def test_one_strategy_has_nothing_to_be_compared_with(settings):
    told = answer(a_question(settings, [[1000, 1001]], [[0.5, 0.5]]))
    assert told == "There is only one strategy, Alpha: nothing to compare."


def test_the_best_strategy_is_not_compared_with_itself(settings):
    told = answer(a_question(settings, [[1000, 1001], [2000, 2001]], [[0.6, 0.6], [0.5, 0.5]]))
    assert "Against" not in told


def test_the_caption_says_what_an_economic_table_must_say(settings):
    told = caption(a_question(settings, [[1000, 1001]], [[0.5, 0.5]]))
    assert told == (
        "Means per referred patient. USD 2025 (prices moved by an assumed index), healthcare sector perspective, "
        "1 year, discounted 3.0% (costs) and 3.0% (effects) a year, at a willingness to pay of $100,000 per QALY; "
        "200 patients per strategy, no draws of parameters, 2 replications; ± standard error between replications "
        "(chance only)."
    )


def test_every_perspective_has_plain_words():
    assert set(PERSPECTIVES) == {str(perspective) for perspective in Perspective}


def a_row(strategy, **changes):
    names = ("started_share", "response_share", "remission_share", "relapse_free_12m", "dropout_share")
    row = dict.fromkeys(names, 0.5) | {"median_wait_days": 14.0, "cost": 1000.0, "qaly": 0.5, "nmb": 49_000.0}
    row |= {
        "incremental_cost": 10.0,
        "incremental_qaly": -0.1,
        "icer": None,
        "icer_versus": None,
        "status": "dominated",
    }
    return row | {"strategy": strategy} | changes


def test_tables_write_values_with_errors_and_dashes_where_there_is_nothing():
    does, _ = comparison_tables(
        [a_row("a", response_share=None, started_share_se=0.012)], LABELS, comparator="a"
    )
    assert does.rows == (("Alpha", "50.0% ± 1.2", "-", "50.0%", "50.0%", "14.0", "50.0%"),)


def test_dominance_is_told_in_words_and_a_ratio_with_what_it_is_against():
    rows = [
        a_row("a", incremental_cost=None, incremental_qaly=None, status="on frontier"),
        a_row("b", icer=12_345.6, icer_low=900, icer_high=20_000, icer_versus="a", status="on frontier"),
        a_row("c"),
    ]
    _, worth = comparison_tables(rows, LABELS, comparator="a")
    assert [row[-1] for row in worth.rows] == [
        "cheapest on the frontier",
        "$12,346 ($900 to $20,000; against Alpha)",
        "dominated",
    ]
    assert worth.rows[0][3:5] == ("-", "-")
    assert "against Alpha" in worth.title


def test_an_interval_that_reaches_below_zero_is_no_negative_ratio():
    row = a_row("b", icer=100.0, icer_low=-5.0, icer_high=300.0, icer_versus="a", status="on frontier")
    _, worth = comparison_tables([row], LABELS, comparator="a")
    assert worth.rows[0][-1] == "$100 (a saving to $300; against Alpha)"


def test_a_refused_ratio_is_explained_below_the_table():
    row = a_row("b", icer_versus="a", status="on frontier", icer_reason="difference not told")
    _, worth = comparison_tables([row], LABELS, comparator="a")
    assert worth.rows[0][-1] == "none: see below"
    assert worth.notes == ("No cost per QALY gained of Beta against Alpha: difference not told.",)


RESOURCES = {"chairs": "Chairs", "rooms": "Rooms"}


def a_waiting_row(strategy, *loads, bottleneck=None):
    waits = ("median_screening_wait_days", "p90_screening_wait_days", "median_wait_days", "p90_wait_days")
    names = ("resource", "utilization", "peak_utilization", "full_weeks")
    return dict.fromkeys(waits, 12.0) | {
        "strategy": strategy,
        "left_before_start_share": 0.25,
        "left_before_start_share_se": 0.01,
        "maintenance_delay_days": None,
        "resources": [dict(zip(names, load, strict=True)) for load in loads],
        "busiest": loads[0][0] if loads else None,
        "bottleneck": bottleneck,
    }


def test_the_table_of_waits_names_the_bottleneck_in_plain_words():
    rows = [
        a_waiting_row("a", ("chairs", 0.61, 0.98, 1), ("rooms", 0.1, 0.2, 0), bottleneck="chairs"),
        a_waiting_row("b", ("rooms", 0.3, 0.5, 0)),
        a_waiting_row("c"),
    ]
    waits, _ = capacity_tables(rows, LABELS, RESOURCES)
    assert waits.rows[0][:7] == ("Alpha", "12.0", "12.0", "12.0", "12.0", "25.0% ± 1.0", "-")
    assert [row[-1] for row in waits.rows] == [
        "Chairs (bottleneck: nearly full in 1 week)",
        "Rooms (room in every week)",
        "-",
    ]


def test_the_table_of_resources_tells_how_busy_each_is():
    rows = [a_waiting_row("a", ("chairs", 0.61, 0.98, 1)), a_waiting_row("b", ("rooms", 0.3, 0.5, 0))]
    _, use = capacity_tables(rows, LABELS, RESOURCES)
    assert use.header == ("Resource", "Alpha", "Beta")
    assert use.rows == (("Chairs", "61% (98%)", "-"), ("Rooms", "-", "30% (50%)"))


def test_without_limited_resources_there_is_no_table_of_waits():
    assert capacity_tables([], LABELS, RESOURCES) == []


def test_names_with_commas_are_kept_apart():
    assert joined(["A, then B", "C", "D"]) == "A, then B; C and D"
