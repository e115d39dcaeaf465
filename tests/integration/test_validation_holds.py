"""The whole validation as it ships: fits come out again, checks lie where such studies should lie."""

from __future__ import annotations

from types import ModuleType

import pytest
from as_shipped import published

from sim.analysis.agreement import agreement
from sim.batch.validate import validate
from sim.engine.clocks import COMPILED

Rows = list[dict[str, object]]


@pytest.fixture(scope="module")
def rows(compiled_clock: ModuleType) -> Rows:
    validation = published()
    observed = validate(validation, clock=COMPILED, workers=1)
    estimates = {key: estimate for study in observed for key, estimate in study.estimates.items()}
    return agreement(validation.targets, estimates)


@pytest.mark.slow
def test_every_fit_comes_out_again_within_its_monte_carlo_error(rows: Rows) -> None:
    fits = [row for row in rows if row["kind"] == "fit"]
    assert len(fits) > 50
    assert [row["target"] for row in fits if not row["inside"]] == []


@pytest.mark.slow
def test_nine_of_ten_checks_lie_in_their_prediction_interval(rows: Rows) -> None:
    checks = [row for row in rows if row["kind"] == "check"]
    outside = [row for row in checks if not row["inside"]]
    assert len(checks) >= 80
    assert len(outside) <= len(checks) / 10


@pytest.mark.slow
def test_every_figure_outside_has_a_reason_that_is_believed(rows: Rows) -> None:
    outside = [row for row in rows if row["kind"] == "check" and not row["inside"]]
    assert [row["target"] for row in outside if not row["miss"]] == []


@pytest.mark.slow
def test_opposite_figures_are_explained_by_who_was_followed_and_by_maintenance(rows: Rows) -> None:
    simulated = {str(row["target"]): float(str(row["simulated"])) for row in rows}
    # ECT at six months, 38 and 56 %: remitters in one, all responders in the other (a part of the gap).
    assert simulated["dur.ect.relapse.m6.elektd"] - simulated["dur.ect.relapse.m6"] > 0.04
    # Infusions: with maintenance most are well at six months, without it few; without any drug fewest.
    assert simulated["dur.trd.relapse.m6"] - simulated["dur.iv.relapse.m6.elektd"] > 0.2
    assert simulated["dur.iv.median_relapse.murrough"] > simulated["dur.iv.nomaint.wk4.mcinnes"]
