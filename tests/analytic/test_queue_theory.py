"""Waits of the engine against Markov chains, and the chains against closed forms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from builders import Tree, first_difference, log_of, rows, set_value, without_chance_events
from queue_chains import Waits, booked_ahead, called_from_a_list

from sim.domain.events import Event, Leaving
from sim.engine.clocks import SIMPY
from sim.units import DAYS_PER_WEEK, MINUTES_PER_DAY

PER_DAY = 1.2
GIVING_UP = 0.5
DAYS_AHEAD = 10
N_PATIENTS = 11_000
WARM_UP = 1_000
REPLICATIONS = 24
SHOWN_DAYS = 4
NEVER_GIVES_UP = 1e-12


@dataclass(frozen=True)
class Estimate:
    """Mean over replications and its standard error."""

    mean: float
    error: float


@pytest.fixture
def clinic(tiny_tree: Tree) -> Tree:
    """One screening appointment a day, every day of the week; nobody is treated."""
    tree = without_chance_events(tiny_tree)
    tree["horizon_years"] = 0.2
    tree["run"]["n_patients"] = N_PATIENTS
    tree["population"]["arrivals"] = [{"from_day": 0, "per_week": PER_DAY * DAYS_PER_WEEK}]
    tree["resources"]["chairs"] |= {"units": 1, "open_minutes": [60] * DAYS_PER_WEEK}
    set_value(tree, "care.patience", 1 / GIVING_UP)
    for treatment in tree["treatments"].values():
        set_value(treatment, "uptake.accepts", 0)
    return tree


def observed(log: np.ndarray) -> dict[str, float]:
    """Return the waits of the referrals after the warm-up in the log of one replication."""
    n = N_PATIENTS - WARM_UP
    seen = rows(log, Event.SCREENED)
    seen = seen[seen["patient"] >= WARM_UP]
    gone = rows(log, Event.DROPPED_OUT, reason=Leaving.WAITING_FOR_SCREENING)
    days = (seen["time"] - seen["until"]) / MINUTES_PER_DAY
    by_day = {f"seen after {day} days": float(np.sum(days == day)) / n for day in range(SHOWN_DAYS)}
    return {
        "give up": float(np.sum(gone["patient"] >= WARM_UP)) / n,
        "mean wait": float(days.mean()),
        **by_day,
    }


def expected(waits: Waits, shown_days: int) -> dict[str, float]:
    by_day = {f"seen after {day} days": float(waits.seen_after[day]) for day in range(shown_days)}
    return {"give up": 1 - waits.seen, "mean wait": waits.mean_days, **by_day}


def simulated(tree: Tree, clock: str) -> dict[str, Estimate]:
    """Return the same figures of the engine, with the error seen between independent replications."""
    logs = (log_of(tree, "infusion", replication, clock) for replication in range(REPLICATIONS))
    parts = [observed(log) for log in logs]
    columns = {name: np.array([part[name] for part in parts]) for name in parts[0]}
    return {
        name: Estimate(float(values.mean()), float(values.std(ddof=1)) / len(parts) ** 0.5)
        for name, values in columns.items()
    }


def assert_agree(tree: Tree, waits: Waits, shown_days: int, clock: str) -> None:
    assert (
        first_difference(log_of(tree, "infusion", clock=clock), log_of(tree, "infusion", clock=SIMPY)) == ""
    )
    estimates, theory = simulated(tree, clock), expected(waits, shown_days)
    off = {name: (estimates[name].mean - theory[name]) / estimates[name].error for name in theory}
    assert max(abs(distance) for distance in off.values()) < 4, off
    precision = {name: estimates[name].error / theory[name] for name in theory}
    assert max(precision.values()) < 0.02, precision


@pytest.mark.slow
def test_waits_and_give_ups_equal_the_markov_chain_of_a_clinic_that_books_ahead(
    clinic: Tree, quickest_clock: str
) -> None:
    waits = booked_ahead(PER_DAY, GIVING_UP, DAYS_AHEAD)
    assert waits.lost < 1e-4
    assert_agree(clinic, waits, SHOWN_DAYS, quickest_clock)


@pytest.mark.slow
def test_waits_and_give_ups_equal_the_markov_chain_of_a_clinic_that_calls_from_a_list(
    clinic: Tree, quickest_clock: str
) -> None:
    clinic["care"]["waiting_list"] = {}
    # Fewer wait three days than when booked ahead, too few for an error of 2 %.
    assert_agree(clinic, called_from_a_list(PER_DAY, GIVING_UP, places=1), SHOWN_DAYS - 1, quickest_clock)


def test_looking_further_ahead_does_not_change_the_chain_of_a_clinic_that_books_ahead() -> None:
    near, far = (booked_ahead(PER_DAY, GIVING_UP, n_days) for n_days in (8, DAYS_AHEAD))
    assert far.lost < near.lost < 1e-3
    assert far.mean_days == pytest.approx(near.mean_days, rel=1e-3)
    assert far.seen == pytest.approx(near.seen, rel=1e-5)


@pytest.mark.parametrize("per_day", [0.1, 0.3])
def test_without_giving_up_who_books_ahead_waits_as_in_a_queue_with_constant_service(per_day: float) -> None:
    # A day's place is a service of one day: the wait of M/D/1, by Pollaczek and Khinchine.
    waits = booked_ahead(per_day, NEVER_GIVES_UP, 9)
    assert waits.mean_days == pytest.approx(per_day / (2 * (1 - per_day)), rel=1e-5)
    assert waits.seen == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize("per_day", [0.1, 0.5, 0.8])
def test_without_giving_up_who_is_called_waits_as_in_a_queue_with_constant_service(per_day: float) -> None:
    waits = called_from_a_list(per_day, NEVER_GIVES_UP, places=1)
    assert waits.mean_days == pytest.approx(per_day / (2 * (1 - per_day)), rel=1e-6)
    assert waits.seen == pytest.approx(1)
    assert waits.lost < 1e-6


def test_when_nobody_waits_a_day_only_the_first_referral_of_a_day_is_seen() -> None:
    first = (1 - np.exp(-PER_DAY)) / PER_DAY
    assert booked_ahead(PER_DAY, 5_000, 4).seen == pytest.approx(first, rel=1e-4)
    assert called_from_a_list(PER_DAY, 50, places=1).seen == pytest.approx(first)


def test_when_nobody_waits_a_day_as_many_are_called_as_there_are_places() -> None:
    chance = np.exp(-PER_DAY) * np.array([1, PER_DAY])
    called = 2 - 2 * chance[0] - chance[1]
    assert called_from_a_list(PER_DAY, 50, places=2).seen == pytest.approx(called / PER_DAY)


def test_a_list_wastes_no_place_that_someone_waits_for() -> None:
    ahead, listed = booked_ahead(PER_DAY, GIVING_UP, 9), called_from_a_list(PER_DAY, GIVING_UP, places=1)
    assert ahead.seen < listed.seen
    assert listed.seen * PER_DAY < 1
