"""Results of two runs are held against each other: paired or apart, with an error, the important first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.analysis.changed_results import changed_rows, n_clear, why_not_paired
from sim.analysis.measured import REPLICATION, Measured, Values
from sim.analysis.precision import half_width_apart

OLD, NEW = [1.0, 2.0, 3.0, 6.0], [2.0, 4.0, 5.0, 7.0]


def measured(values: dict[str, Any], told: dict[str, Any] | None = None, **more: Any) -> Measured:
    columns = {
        name: value if isinstance(value, Values) else Values(np.array([value]))
        for name, value in values.items()
    }
    n_values = max((value.amount.shape[1] for value in columns.values()), default=1)
    base = Measured(REPLICATION, 0, 10, 1, ("a",), np.arange(n_values), columns, told or {})
    return replace(base, **more)


def row(old: Measured, new: Measured) -> dict[str, Any]:
    rows, _ = changed_rows("s", old, new)
    assert len(rows) == 1
    return rows[0]


def test_paired_differences_have_the_error_of_the_differences() -> None:
    found = row(measured({"cost": OLD}), measured({"cost": NEW}))
    differences = np.array([1.0, 2.0, 2.0, 1.0])
    error = differences.std(ddof=1) / 2
    half = error * stats.t.ppf(0.975, 3)
    assert (found["old"], found["new"], found["difference"], found["is_paired"]) == (3.0, 4.5, 1.5, True)
    assert (found["se"], found["low"], found["high"]) == pytest.approx((error, 1.5 - half, 1.5 + half))
    assert found["old_se"] == pytest.approx(np.std(OLD, ddof=1) / 2)
    assert found["is_clear"] is True


def test_unpaired_differences_have_the_root_of_the_sum_of_squared_errors() -> None:
    found = row(measured({"cost": OLD}), measured({"cost": [*NEW, 9.0]}, seed=1))
    welch = stats.ttest_ind([*NEW, 9.0], OLD, equal_var=False).confidence_interval(0.95)
    assert found["is_paired"] is False
    assert found["se"] == pytest.approx(
        np.hypot(np.std(OLD, ddof=1) / 2, np.std([*NEW, 9.0], ddof=1) / 5**0.5)
    )
    assert (found["low"], found["high"]) == pytest.approx((welch.low, welch.high))
    assert found["is_clear"] is False


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"seed": 5}, "seeds differ (0 and 5)"),
        ({"n_patients": 20}, "patients differ (10 and 20)"),
        ({"n_inner": 2}, "replications of a draw differ (1 and 2)"),
        ({"numbers": np.arange(1, 5)}, "replications differ (0 to 3, and 1 to 4)"),
        ({}, None),
    ],
)
def test_runs_are_paired_when_seed_patients_and_numbers_are_the_same(
    more: dict[str, Any], reason: str | None
) -> None:
    assert why_not_paired(measured({"cost": OLD}), measured({"cost": NEW}, **more)) == reason


def test_a_ratio_has_the_error_of_the_delta_method() -> None:
    among = np.array([[1.0, 2.0, 1.5, 2.5]])
    old, new = (Values(np.array([values]), among) for values in (OLD, NEW))
    found = row(measured({"cost_per_responder": old}), measured({"cost_per_responder": new}))
    ratio = np.mean(NEW) / among.mean() - np.mean(OLD) / among.mean()
    moves = [
        (np.array(values) - np.mean(values) / among.mean() * among[0]) / among.mean() for values in (NEW, OLD)
    ]
    assert found["difference"] == pytest.approx(ratio)
    assert found["se"] == pytest.approx((moves[0] - moves[1]).std(ddof=1) / 2)


def test_a_ratio_that_is_undefined_in_both_runs_has_not_changed() -> None:
    old, new = (Values(np.array([values]), np.zeros((1, 4))) for values in (OLD, NEW))
    assert changed_rows("s", measured({"r": old}), measured({"r": new})) == ([], 1)


def test_what_is_the_same_is_counted_and_not_told() -> None:
    old = measured({"cost": OLD, "qaly": [np.nan] * 4, "n_patients": [9.0] * 4}, {"status": ["on frontier"]})
    more = measured({"cost": OLD, "qaly": [np.nan] * 5, "n_patients": [9.0] * 5}, {"status": ["on frontier"]})
    assert changed_rows("s", old, more) == ([], 4)


def test_a_value_defined_in_other_replications_is_not_paired() -> None:
    found = row(measured({"cost": OLD}), measured({"cost": [2.0, 4.0, 5.0, np.nan]}))
    assert (found["is_paired"], found["new"]) == (False, pytest.approx(11 / 3))


def test_a_single_replication_tells_no_chance() -> None:
    found = row(measured({"cost": [1.0]}), measured({"cost": [2.0]}))
    assert (found["difference"], found["se"], found["low"], found["is_clear"]) == (1.0, None, None, None)


def test_a_difference_without_spread_is_clear_unless_it_is_rounding() -> None:
    assert row(measured({"cost": [5.0, 6.0]}), measured({"cost": [6.0, 7.0]}))["is_clear"] is True
    assert row(measured({"cost": [5.0, 6.0]}), measured({"cost": [5.0, 6.0 + 1e-14]}))["is_clear"] is False


def test_a_value_that_is_new_has_no_difference() -> None:
    found = row(measured({"cost": [np.nan] * 4}), measured({"cost": NEW}))
    assert (found["old"], found["new"], found["difference"], found["is_clear"]) == (None, 4.5, None, None)


def test_words_and_ratios_without_an_error_are_told() -> None:
    old = measured({}, {"status": ["dominated"], "icer": [None], "icer_versus": ["b"]})
    new = measured({}, {"status": ["on frontier"], "icer": [5.0], "icer_versus": ["b"]})
    rows, n_compared = changed_rows("s", old, new)
    assert [(one["column"], one["old"], one["new"], one["difference"]) for one in rows] == [
        ("status", "dominated", "on frontier", None),
        ("icer", None, 5.0, None),
    ]
    assert n_compared == 3


def test_words_come_first_then_what_is_clear_by_column_and_size() -> None:
    values = {"response_share": 0.1, "cost": 3.0, "nmb": 2.0}
    old = measured({**dict.fromkeys(values, OLD), "qaly": [0.0, 5.0, 0.0, 5.0]}, {"status": ["dominated"]})
    new = measured(
        {
            **{name: [one + more for one in OLD] for name, more in values.items()},
            "qaly": [5.0, 0.0, 5.0, 1.0],
        },
        {"status": ["on frontier"]},
    )
    rows, _ = changed_rows("s", old, new)
    assert [one["column"] for one in rows] == ["status", "nmb", "cost", "response_share", "qaly"]
    assert n_clear(rows) == 3


def test_strategies_that_one_run_lacks_are_not_compared() -> None:
    both = {"cost": Values(np.array([OLD, NEW]))}
    old, new = measured(both, strategies=("a", "b")), measured(both, strategies=("b", "c"))
    rows, n_compared = changed_rows("s", old, new)
    assert ([one["strategy"] for one in rows], n_compared) == (["b"], 1)


def test_the_interval_of_independent_means_is_that_of_welch() -> None:
    first, second = np.array([1.0, 4.0, 2.0]), np.array([3.0, 9.0, 5.0, 4.0, 8.0])
    errors = [values.std(ddof=1) / np.sqrt(len(values)) for values in (first, second)]
    welch = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    half = half_width_apart(np.array(errors[0]), 3, np.array(errors[1]), 5)
    assert 2 * half == pytest.approx(welch.high - welch.low)


def test_independent_means_without_spread_have_no_width_and_a_single_one_has_none() -> None:
    zero = np.zeros(2)
    assert half_width_apart(zero, 3, zero, 3).tolist() == [0.0, 0.0]
    assert np.isnan(half_width_apart(zero, 1, zero, 3)).all()
