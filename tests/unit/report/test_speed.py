"""Figures of speed as tables."""

from __future__ import annotations

import pytest

from sim.report.speed import speed_tables

FIGURES = {
    "patient_arms_per_second": 8000.4,
    "events_per_second": 200_000.0,
    "ns_per_event": 5000.0,
    "shares": {"luck": 0.2, "clock": 0.7, "outcomes": 0.1},
}
NAIVE = FIGURES | {"patient_arms_per_second": 1600.08}


@pytest.fixture
def content():
    growth = {
        "clock": "simpy",
        "label": "more patients",
        "cost_ratio": 1.234,
        "processor_ratio": 1.2,
        "clock_ratio_per_event": 1.5,
    }
    part = {
        "scenario": "base",
        "has_limits": False,
        "clocks": {"simpy": FIGURES},
        "naive": None,
        "growth": [growth],
    }
    return {
        "n_patients": 2000,
        "repeats": 5,
        "small": 1000,
        "large": 100_000,
        "scenarios": [part],
        "whole_runs": [],
    }


def test_a_clock_has_one_row(content):
    (row,) = speed_tables(content)[0].rows
    assert row == (
        "base", "unlimited", "simpy", "8,000", "-", "200,000", "5,000", "20.0%", "70.0%", "10.0%",
    )  # fmt: skip


def test_the_naive_version_comes_below_and_clocks_are_told_as_multiples_of_it(content):
    content["scenarios"][0]["naive"] = NAIVE
    clock, naive = speed_tables(content)[0].rows
    assert clock[4] == "5.0"
    assert naive[2:5] == ("naive", "1,600", "1.0")
    assert naive[-3:] == ("-", "-", "-")


def test_growth_has_its_own_table(content):
    table = speed_tables(content)[1]
    assert table.title == "Cost per patient: 100,000 patients against 1,000"
    assert table.rows == (("base", "more patients", "simpy", "1.23", "1.20", "1.50"),)


def test_whole_runs_have_their_own_table_when_there_are_any(content):
    assert len(speed_tables(content)) == 2
    run = {
        "label": "parameter draws", "scenario": "base", "clock": "compiled", "n_patients": 1000,
        "n_strategies": 7, "n_draws": 100, "workers": 2, "seconds": 12.345, "peak_bytes": None,
        "patient_arms_per_second": 56_703.1,
    }  # fmt: skip
    stream = run | {"peak_bytes": 3 * 2**30}
    (drawn, streamed) = speed_tables(content | {"whole_runs": [run, stream]})[2].rows
    assert drawn == (
        "parameter draws", "base", "compiled", "1,000", "7", "100", "2", "12.35", "56,703", "-",
    )  # fmt: skip
    assert streamed[-1] == "3,072"
