"""The plan for capacity in words and tables."""

from __future__ import annotations

import pytest

from sim.report.staffing import staffing_caption, staffing_sentences, staffing_tables


def row(value, *, saving=1000.0, cost=500.0, wait=-2.0, pays=True, kind="unit"):
    return {
        "value": value, "se": 100.0, "saving": saving, "saving_se": 50.0, "qaly": 0.25, "qaly_se": 0.05,
        "wait_change": wait, "wait_change_se": 0.5, "is_clear": True, "shortens_wait": True,
        "cost_of_unit": cost, "net_value": value - cost, "pays": pays, "step": 1.0, "kind": kind,
    }  # fmt: skip


def staffing(chairs, nurses, cost, wait):
    target = {
        "target": "median_wait_days <= 14", "column": "median_wait_days", "value": wait, "se": 0.5,
        "is_met": wait <= 14, "share_met": 0.875, "chance_met": 0.96,
    }  # fmt: skip
    return {
        "staffing": {"chairs": chairs, "nurses": nurses}, "open_days": {"nurses": 1}, "cost": cost,
        "cost_by_resource": {"chairs": cost / 4, "nurses": cost * 3 / 4}, "wait": wait, "wait_se": 0.5,
        "left_before_start_share": 0.1, "utilization": {"chairs": 0.9, "nurses": 0.5}, "targets": [target],
    }  # fmt: skip


@pytest.fixture
def content():
    return {
        "strategy_label": "Infusion", "other_strategies": [], "wait_column": "median_wait_days",
        "resources": {"chairs": "Chairs", "nurses": "Nurses"}, "may_change": ["chairs"],
        "currency": "USD", "price_year": 2025, "perspective": "sector", "wtp": 100_000, "years": 2.9,
        "horizon_years": 2, "n_patients": 750, "n_replications": 8, "n_staffings": 40,
        "today": staffing(2.0, 1.0, 40_000.0, 20.0), "joint": [],
        "value_of_one_more": {"chairs": row(26_000.0), "nurses": row(5_000.0, kind="day a week")},
        "bottleneck": "chairs", "bottleneck_by": "value", "bottleneck_together": None,
    }  # fmt: skip


@pytest.fixture
def answered(content):
    answer = staffing(3.0, 1.5, 50_000.0, 13.0)
    fewer = {
        "resource": "chairs", **staffing(2.0, 1.5, 45_000.0, 15.0), "saving": 5_000.0, "longer": 2.0,
        "longer_se": 0.2, "is_distinguishable": True, "is_met": False,
    }  # fmt: skip
    return content | {
        "is_met": True, "answer": answer, "targets": answer["targets"], "cost": 50_000.0,
        "search": {"claim": "no cheaper staffing meets the target"}, "neighbors": [fewer],
        "certainty": {"cost_low": 45_000.0, "cost_high": 55_000.0},
        "frontier": [{**answer, "is_met": True}], "at_answer": None,
    }  # fmt: skip


def test_the_bottleneck_is_told_with_its_worth_and_its_cost(content):
    assert staffing_sentences(content) == [
        "Bottleneck today: Chairs. One more is worth $26,000 ± 100 a year (0.25 ± 0.05 QALYs, $1,000 less "
        "spent on care); its paid hours cost $500: it pays for itself."
    ]


def test_the_answer_comes_first_with_its_certainty(answered):
    first, second, *_ = staffing_sentences(answered)
    assert first == (
        "The cheapest staffing with median_wait_days <= 14 costs $50,000 a year in paid hours: Chairs 3 and "
        "Nurses 1.5 on 1 day. It gives median_wait_days 13.0 ± 0.5. Today's costs $40,000 and gives "
        "median_wait_days 20.0 ± 0.5."
    )
    assert second == (
        "Of 40 staffings simulated: no cheaper staffing meets the target. The target holds in 87.5% of "
        "replications, and on average with a chance of 96.0%; the cheapest cost lies between $45,000 and "
        "$55,000 (95 %)."
    )


def test_resources_that_bind_together_are_named_together(content):
    joint = row(9_000.0) | {
        "resources": ["chairs", "nurses"], "apart": 0.0, "more_than_apart": 9_000.0,
        "more_than_apart_se": 100.0, "binds_together": True, "waits_together": True,
    }  # fmt: skip
    named = {
        "bottleneck": None,
        "bottleneck_by": "value together",
        "bottleneck_together": ["chairs", "nurses"],
    }
    (sentence,) = staffing_sentences(content | named | {"joint": [joint]})
    assert sentence == (
        "Bottleneck today: Chairs and Nurses together; more of one alone is worth nothing. One more of each is "
        "worth $9,000 ± 100 a year and changes the wait by -2.0 ± 0.5 days."
    )


def test_a_bottleneck_of_waits_alone_is_not_called_worth_it(content):
    waits = {"bottleneck": "nurses", "bottleneck_by": "wait"}
    (sentence,) = staffing_sentences(content | waits)
    assert sentence.startswith("Bottleneck today: Nurses. One more day a week shortens the wait by 2.0 days;")
    assert "is not above 0 beyond chance" in sentence


def test_one_replication_tells_no_bottleneck(content):
    (sentence,) = staffing_sentences(content | {"n_replications": 1})
    assert "at least two replications" in sentence


def test_the_tables_show_todays_staffing_beside_the_cheapest(answered):
    tables = staffing_tables(answered)
    assert tables[0].rows[1] == (
        "Nurses (fixed)",
        "1 on 1 day",
        "$30,000",
        "50.0%",
        "1.5 on 1 day",
        "$37,500",
        "50.0%",
    )
    assert [len(one) for table in tables for one in table.rows] == [
        len(table.header) for table in tables for _ in table.rows
    ]


def test_the_caption_tells_money_time_and_errors(content):
    caption = staffing_caption(content)
    assert "at $100,000 per QALY, healthcare sector perspective, USD 2025" in caption
    assert "per year of the 2.9 years" in caption
    assert "8 replications (chance only)" in caption
