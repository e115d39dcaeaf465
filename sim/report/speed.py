"""Figures of `treatpath bench` as tables of text: how fast, where the time goes, how it grows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.report.numbers import NOTHING, count, share
from sim.report.tables import Table

Content = Mapping[str, Any]
NAIVE = "naive"
"""Name of the version to compare with, among the clocks."""
RATIOS = ("cost_ratio", "processor_ratio", "clock_ratio_per_event")
MEBIBYTE = 2**20
WORDED = 3
"""First columns that hold words."""


def speed_tables(content: Content) -> list[Table]:
    """Return the tables of one measurement.

    Parameters
    ----------
    content : mapping
        From `sim.batch.bench.bench`.

    Returns
    -------
    list of Table
        Speed of each scenario and clock, growth of the cost per patient, then whole runs.
    """
    tables = [
        Table(
            f"Speed of one process: {count(content['n_patients'])} patients, "
            f"median of {content['repeats']} repeats",
            (
                "Scenario", "Capacity", "Clock", "Patient-arms a second", "Times naive", "Events a second",
                "ns per event", "Luck", "Clock's share", "Outcomes",
            ),
            tuple(_speeds(content)),
            n_worded=WORDED,
        ),
        Table(
            f"Cost per patient: {count(content['large'])} patients against {count(content['small'])}",
            ("Scenario", "What grows", "Clock", "Cost of a patient", "In processor time", "Clock per event"),
            tuple(
                (
                    part["scenario"], row["label"], row["clock"],
                    *(f"{row[key]:.2f}" for key in RATIOS),
                )
                for part in content["scenarios"]
                for row in part["growth"]
            ),
            n_worded=WORDED,
        ),
    ]  # fmt: skip
    return tables + ([_whole_runs(content)] if content["whole_runs"] else [])


def _whole_runs(content: Content) -> Table:
    return Table(
        "Whole runs, from scenario to results",
        (
            "Run", "Scenario", "Clock", "Patients", "Strategies", "Draws", "Processes", "Seconds",
            "Patient-arms a second", "Peak memory, MiB",
        ),
        tuple(
            (
                run["label"], run["scenario"], run["clock"], count(run["n_patients"]),
                count(run["n_strategies"]), count(run["n_draws"]), count(run["workers"]),
                f"{run['seconds']:.2f}", count(run["patient_arms_per_second"]),
                NOTHING if run["peak_bytes"] is None else count(run["peak_bytes"] / MEBIBYTE),
            )
            for run in content["whole_runs"]
        ),
        n_worded=WORDED,
    )  # fmt: skip


def _speeds(content: Content) -> Iterator[tuple[str, ...]]:
    for part in content["scenarios"]:
        capacity = "limited" if part["has_limits"] else "unlimited"
        naive = part["naive"]
        for name, timing in part["clocks"].items():
            rate = timing["patient_arms_per_second"]
            times = f"{rate / naive['patient_arms_per_second']:.1f}" if naive else NOTHING
            shares = (share(timing["shares"][key]) for key in ("luck", "clock", "outcomes"))
            yield (
                part["scenario"], capacity, name, count(rate), times, count(timing["events_per_second"]),
                count(timing["ns_per_event"]), *shares,
            )  # fmt: skip
        if naive:
            yield (
                part["scenario"], capacity, NAIVE, count(naive["patient_arms_per_second"]), "1.0",
                count(naive["events_per_second"]), count(naive["ns_per_event"]), NOTHING, NOTHING, NOTHING,
            )  # fmt: skip
