"""The plan for capacity in words and tables."""

from __future__ import annotations

import pytest

from sim.report.staffing import staffing_caption, staffing_sentences
from sim.report.staffing_tables import folded, staffing_tables
from sim.report.tables import Table


def row(value, *, saving=1000.0, cost=500.0, idle=200.0, wait=-2.0, kind="unit"):
    return {
        "value": value, "se": 100.0, "saving": saving, "saving_se": 50.0, "qaly": 0.25, "qaly_se": 0.05,
        "wait_change": wait, "wait_change_se": 0.5, "is_clear": True, "shortens_wait": True,
        "cost_of_unit": cost, "cost_besides": idle, "cost_besides_se": 10.0, "net_value": value - idle,
        "net_value_se": 110.0, "pays": value > idle, "loses": value < idle, "step": 1.0, "kind": kind,
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
        "currency": "USD", "price_year": 2025, "perspective": "sector", "value_less": "idle hours", "wtp": 100_000, "years": 2.9,
        "horizon_years": 2, "n_patients": 750, "n_replications": 8, "n_staffings": 40,
        "today": staffing(2.0, 1.0, 40_000.0, 20.0), "joint": [],
        "value_of_one_more": {"chairs": row(26_000.0), "nurses": row(5_000.0, kind="day a week")},
        "bottleneck": "chairs", "bottleneck_by": "value", "bottleneck_together": None,
        "shortens_wait_most": None, "shortens_wait_most_for_hours": None,
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
        "spent on care). Its paid hours cost $500, but prices of care pay for hours used; idle hours added cost "
        "$200: it pays for itself ($25,800 ± 110 a year left)."
    ]


@pytest.mark.parametrize(
    ("one_more", "end"),
    [
        (
            row(300.0, cost=900.0, idle=700.0),
            "idle hours added cost $700: that is more than it is worth (-$400 ± 110 a year left).",
        ),
        (
            row(300.0, idle=300.0),
            "idle hours added cost $300: it is not clear whether that pays ($0 ± 110 a year left).",
        ),
        (
            row(300.0, idle=-50.0),
            "fill more idle hours than it adds, by $50: it pays for itself ($350 ± 110 a year left).",
        ),
    ],
)
def test_worth_is_set_against_idle_hours_where_prices_pay_for_used_ones(content, one_more, end):
    (sentence,) = staffing_sentences(content | {"value_of_one_more": {"chairs": one_more}})
    assert sentence.endswith(end)


def test_the_programme_sets_worth_against_all_paid_hours(content):
    paid = content | {"perspective": "programme", "value_less": "paid hours"}
    one_more = row(300.0, cost=900.0, idle=900.0)
    (sentence,) = staffing_sentences(paid | {"value_of_one_more": {"chairs": one_more}})
    assert sentence.endswith(
        "Its paid hours cost $900: that is more than it is worth (-$600 ± 110 a year left)."
    )
    assert staffing_tables(paid)[1].header[-2:] == ("Paid hours", "Worth less paid hours")
    assert "all those of one more, used or idle, are set against it" in staffing_caption(paid)


def test_each_table_of_values_says_which_hours_are_set_against_the_worth(content):
    table = staffing_tables(content)[1]
    assert table.header[-3:] == ("Paid hours", "Idle hours it adds", "Worth less idle hours")
    assert table.rows[0][-3:] == ("0.5", "0.2 ± 0.0", "25.8 ± 0.1")
    assert table.rows[1][0] == "Nurses (day a week)"
    assert "only idle hours are set against the worth" in staffing_caption(content)


def test_what_changes_nothing_in_any_replication_is_a_plain_zero(content):
    nothing = row(0.0, saving=0.0, wait=0.0) | {"se": 0.0, "saving_se": 0.0, "wait_change_se": 0.0}
    table = staffing_tables(content | {"value_of_one_more": {"chairs": nothing}})[1]
    assert table.rows[0][1:5] == ("0", "0", "0.25 ± 0.05", "0")


def test_what_is_rounded_to_zero_has_no_sign(content):
    little = row(-1.0, saving=-1.0, wait=-0.01) | {"qaly": -0.001}
    table = staffing_tables(content | {"value_of_one_more": {"chairs": little}})[1]
    assert [cell.split()[0] for cell in table.rows[0][1:5]] == ["0.0", "0.0", "0.00", "0.0"]


def test_long_names_and_headings_go_on_in_another_line():
    name = "Therapist for preparation and integration"
    table = folded(Table("Title", ("Resource", "Worth less idle hours"), ((name, "-166.8 ± 10.1"),)))
    assert table.header == ("\nResource", "Worth less\nidle hours")
    assert table.rows == (("Therapist for preparation\nand integration", "-166.8 ± 10.1"),)


def test_the_answer_comes_first_with_its_certainty(answered):
    first, second, *_ = staffing_sentences(answered)
    assert first == (
        "The cheapest staffing with median_wait_days <= 14 costs $50,000 a year in paid hours: Chairs 3 and "
        "Nurses 1.5 on 1 day. It gives median_wait_days 13.0 ± 0.5. Today's costs $40,000 and gives "
        "median_wait_days 20.0 ± 0.5."
    )
    assert second == (
        "Of 40 staffings simulated: no cheaper staffing meets the target. The target holds in 7 of 8 "
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
        "Bottleneck today: Chairs and Nurses together; more of one alone is worth nothing that 8 replications can "
        "prove. One more of each is worth $9,000 ± 100 a year and changes the wait by -2.0 ± 0.5 days."
    )


def test_a_bottleneck_of_waits_alone_is_not_called_worth_it(content):
    unclear = row(50.0, kind="day a week") | {"is_clear": False}
    waits = {"bottleneck": "nurses", "bottleneck_by": "wait", "value_of_one_more": {"nurses": unclear}}
    (sentence,) = staffing_sentences(content | waits)
    assert sentence.startswith(
        "Bottleneck today: Nurses. One more day a week shortens the wait by 2.0 ± 0.5 days;"
    )
    assert "is not above 0 beyond chance" in sentence


def test_one_replication_tells_no_bottleneck(content):
    (sentence,) = staffing_sentences(content | {"n_replications": 1})
    assert "at least two replications" in sentence


def test_the_tables_show_todays_staffing_beside_the_cheapest(answered):
    tables = staffing_tables(answered)
    assert tables[0].rows[1] == (
        "Nurses (fixed)",
        "1 on 1 day",
        "30.0",
        "50.0%",
        "1.5 on 1 day",
        "37.5",
        "50.0%",
    )
    assert [len(one) for table in tables for one in table.rows] == [
        len(table.header) for table in tables for _ in table.rows
    ]


def test_a_cost_that_every_resample_shares_is_told_in_words(answered):
    same = {"certainty": {"cost_low": 50_000.0, "cost_high": 50_000.0}}
    many = answered | same | {"n_replications": 10}
    assert "the cheapest cost does not depend on which replications" in staffing_sentences(many)[1]
    assert "cheapest cost" not in staffing_sentences(answered | same)[1]


def test_an_answer_that_chance_may_have_made_is_called_uncertain(answered):
    target = answered["targets"][0] | {"share_met": 0.5, "chance_met": 0.5}
    sentence = staffing_sentences(answered | {"targets": [target]})[1]
    assert "The answer is uncertain: the target holds in 4 of 8 replications" in sentence


def test_what_shortens_the_wait_is_told_beside_what_is_worth_most(content):
    nurses = row(5_000.0, cost=90.0, wait=-9.0)
    rows = {"chairs": row(26_000.0), "nurses": nurses}
    same = {"shortens_wait_most": "nurses", "shortens_wait_most_for_hours": "nurses"}
    _, sentence = staffing_sentences(content | same | {"value_of_one_more": rows})
    assert sentence == (
        "Nurses: one more shortens the wait most, also for its paid hours: by 9.0 ± 0.5 days for $90 a year."
    )
    apart = {"shortens_wait_most": "nurses", "shortens_wait_most_for_hours": "chairs"}
    _, most, thrifty = staffing_sentences(content | apart | {"value_of_one_more": rows})
    assert most == "Nurses: one more shortens the wait most: by 9.0 ± 0.5 days for $90 a year."
    assert thrifty == (
        "Chairs: one more shortens the wait most for its paid hours: by 2.0 ± 0.5 days for $500 a year."
    )


def test_a_shorter_wait_that_costs_more_than_its_qalys_is_not_called_worth_it(content):
    named = {"bottleneck": "nurses", "bottleneck_by": "wait"}
    (sentence,) = staffing_sentences(content | named | {"value_of_one_more": {"nurses": row(-400.0)}})
    assert sentence == (
        "Bottleneck today: Nurses. One more shortens the wait by 2.0 ± 0.5 days, but treating more people "
        "costs $400 ± 100 a year more than its QALYs are worth at $100,000 per QALY."
    )


def test_no_bottleneck_is_what_the_replications_cannot_prove(content):
    (sentence,) = staffing_sentences(content | {"bottleneck": None, "bottleneck_by": None})
    assert "worth nothing that 8 replications can prove" in sentence


def test_the_answer_is_marked_on_the_frontier_and_compared_with_one_step_less(answered):
    neighbors, frontier = staffing_tables(answered)[-2:]
    assert neighbors.rows[0][0] == "Chairs: 2 instead of 3"
    assert frontier.rows[0][:3] == ("50.0", "13.0 ± 0.5", "yes, cheapest")


def test_the_caption_tells_money_time_and_errors(content):
    caption = staffing_caption(content)
    assert "at $100,000 per QALY, healthcare sector perspective, USD 2025" in caption
    assert "per year of the 2.9 years" in caption
    assert "8 replications (chance only)" in caption
