"""A cohort counted in parts has the outcomes of the cohort counted at once."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from builders import Tree, unlimited
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.cohort import Cohort
from sim.domain.scenario import Scenario
from sim.engine.simulate import event_logs
from sim.outcomes.account import StrategyOutcome, account, outcome_of, tally
from sim.outcomes.tally import merged

N_PATIENTS = 120
ARRIVALS = [{"from_day": 0, "per_week": 2.0}, {"from_day": 100, "per_week": 5.0}]
CUTS = st.sets(st.integers(1, N_PATIENTS - 1), min_size=1, max_size=3)
EXACT = (
    "started_share", "response_share", "relapse_free_6m", "median_days_to_response", "median_wait_days",
    "p90_screening_wait_days", "sessions_per_starter", "missed_share", "session_delay_days",
)  # fmt: skip
Logs = dict[str, tuple[np.ndarray, Cohort]]


def _simulated(tree: Tree) -> tuple[Scenario, Logs]:
    tree["run"] |= {"n_patients": N_PATIENTS}
    tree["population"]["arrivals"] = ARRIVALS
    scenario = Scenario.model_validate(tree)
    return scenario, {strategy: (log, cohort) for strategy, log, cohort in event_logs(scenario, 0)}


@pytest.fixture
def simulated(tiny_tree: Tree) -> tuple[Scenario, Logs]:
    return _simulated(unlimited(tiny_tree))


def _part(log: np.ndarray, cohort: Cohort, first: int, stop: int) -> tuple[np.ndarray, Cohort]:
    """Patients first to stop, numbered from 0."""
    rows = log[(log["patient"] >= first) & (log["patient"] < stop)].copy()
    rows["patient"] -= first
    columns = {field.name: getattr(cohort, field.name)[first:stop] for field in fields(cohort)}
    return rows, replace(cohort, **columns)


def _in_parts(scenario: Scenario, strategy: str, logs: Logs, cuts: set[int]) -> StrategyOutcome:
    log, cohort = logs[strategy]
    parts = [_part(log, cohort, *bounds) for bounds in pairwise([0, *sorted(cuts), cohort.n_patients])]
    return outcome_of(merged(tally(*part, scenario, strategy) for part in parts), scenario)


def _assert_alike(one: StrategyOutcome, other: StrategyOutcome) -> None:
    assert (one.strategy, one.resources) == (other.strategy, other.resources)
    for name in ("cost", "covered", "qaly", "life_years", "used_minutes", "offered_minutes"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9, atol=1e-9)
    for name in ("clinical", "curves"):
        first, second = getattr(one, name), getattr(other, name)
        assert first.keys() == second.keys()
        for key, values in first.items():
            np.testing.assert_allclose(values, second[key], rtol=1e-9, atol=1e-9, err_msg=key)


@given(cuts=CUTS)
def test_parts_of_a_cohort_add_up_to_the_whole(simulated: tuple[Scenario, Logs], cuts: set[int]) -> None:
    scenario, logs = simulated
    for strategy, (log, cohort) in logs.items():
        _assert_alike(_in_parts(scenario, strategy, logs, cuts), account(log, cohort, scenario, strategy))


def test_what_is_offered_is_counted_once_for_all_parts(tiny_tree: Tree) -> None:
    scenario, logs = _simulated(tiny_tree)
    log, cohort = logs["infusion"]
    whole = account(log, cohort, scenario, "infusion")
    assert whole.offered_minutes[0, 0] == 4 * 480 * 5
    _assert_alike(_in_parts(scenario, "infusion", logs, {30, 60, 90}), whole)


def test_whole_numbers_and_quantiles_of_parts_are_exactly_those_of_the_whole(
    simulated: tuple[Scenario, Logs],
) -> None:
    scenario, logs = simulated
    log, cohort = logs["infusion"]
    whole = account(log, cohort, scenario, "infusion")
    parts = _in_parts(scenario, "infusion", logs, {17, 80})
    np.testing.assert_array_equal(
        [parts.clinical[name] for name in EXACT], [whole.clinical[name] for name in EXACT]
    )
    np.testing.assert_array_equal(parts.used_minutes, whole.used_minutes)
    np.testing.assert_array_equal(parts.curves["start_wait_days"], whole.curves["start_wait_days"])


def test_one_part_is_the_whole_to_the_last_digit(simulated: tuple[Scenario, Logs]) -> None:
    scenario, logs = simulated
    log, cohort = logs["infusion"]
    whole = account(log, cohort, scenario, "infusion")
    same = outcome_of(merged([tally(log, cohort, scenario, "infusion")]), scenario)
    np.testing.assert_array_equal(same.cost, whole.cost)
    np.testing.assert_array_equal(same.qaly, whole.qaly)
    np.testing.assert_array_equal(list(same.clinical.values()), list(whole.clinical.values()))
