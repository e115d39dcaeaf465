"""Many scenarios are told in one table, a line each."""

from __future__ import annotations

import numpy as np

from sim.report.answer import ask
from sim.report.overview import HEADER, overview_row, overview_table

PAIRS = {"a": [(100.0, 1.0), (300.0, 1.0)], "b": [(50.0, 1.0), (50.0, 1.0)]}


def test_a_line_names_the_best_and_how_clear_its_lead_is(make_results) -> None:
    row = overview_row(ask(make_results(PAIRS), "tiny", {"wtp": 1000.0}))
    assert row[:3] == ("tiny", "b", "a")
    assert len(row) == len(HEADER)
    assert row[-1].startswith("$150 (-$1,121 to $1,421)")


def test_a_single_replication_has_a_lead_without_an_interval(make_results) -> None:
    pairs = {key: values[:1] for key, values in PAIRS.items()}
    assert overview_row(ask(make_results(pairs), "tiny"))[-1] == "$50"


def test_a_single_strategy_has_no_lead(make_results) -> None:
    row = overview_row(ask(make_results({"a": PAIRS["a"]}), "tiny"))
    assert (row[1], row[2], row[-1]) == ("a", "-", "-")


def test_the_table_says_where_more_is_to_be_had() -> None:
    table = overview_table([("x",) * len(HEADER)] * 30, "look there")
    assert (table.title, table.notes[-1], len(table.rows)) == ("30 scenarios", "look there", 30)


def test_a_tie_goes_to_the_first(make_results) -> None:
    row = overview_row(ask(make_results({"a": PAIRS["b"], "b": PAIRS["b"]}), "tiny"))
    assert row[1] == "a"
    assert not np.isnan(float(row[3].strip("$")))
