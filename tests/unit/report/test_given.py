"""The comparison of a table from elsewhere: the answer, and cells without units."""

from __future__ import annotations

import numpy as np

from sim.analysis.table_comparison import compare_table
from sim.report.given import Given, given_answer, given_table

NAMES = ["none", "drug", "clinic"]


def rows(wtp=None):
    return compare_table(NAMES, np.array([0.0, 30_000, 50_000.5]), np.array([0.0, 4, 3.25]), wtp=wtp)


def test_the_table_has_no_net_benefit_without_a_willingness_to_pay():
    table = given_table(rows(), Given("none", None))
    assert table.title == "Costs and effects (extra: against none)"
    assert table.rows == (
        ("none", "0", "0", "-", "-", "cheapest on the frontier"),
        ("drug", "30,000", "4", "30,000", "4", "7,500 (against none)"),
        ("clinic", "50,000.5", "3.25", "50,000.5", "3.25", "dominated"),
    )


def test_net_benefits_are_told_with_a_willingness_to_pay():
    table = given_table(rows(20_000.0), Given("none", 20_000.0))
    assert table.rows[1][5:7] == ("50,000", "50,000")


def test_the_answer_names_what_is_worth_most_or_the_frontier():
    assert given_answer(rows(20_000.0), Given("none", 20_000.0)) == (
        "At 20,000 per unit of effect, drug is worth most: a net benefit of 50,000."
    )
    assert given_answer(rows(), Given("none", None)) == (
        "On the frontier, from the cheapest on: none and drug. Give --wtp to see which is worth most."
    )
    assert "none and drug are equally worth most" in given_answer(rows(7500.0), Given("none", 7500.0))
