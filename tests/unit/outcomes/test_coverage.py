"""What insurers pay depends on the patient's payer; what things cost does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from builders import Tree

from sim.domain.economics import CATEGORIES, IMPACT_INVENTORY, Category, Perspective
from sim.domain.scenario import Scenario
from sim.engine.simulate import event_logs
from sim.outcomes.account import account
from sim.outcomes.coverage import coverage
from sim.outcomes.patient_account import patient_flows
from sim.outcomes.perspectives import amount_counted
from sim.outcomes.prices import price_list

N_PATIENTS = 40
COVERED = (
    Category.SCREENING, Category.DRUG, Category.SESSION, Category.INTEGRATION, Category.ADVERSE_EVENTS,
    Category.BACKGROUND,
)  # fmt: skip


def _share(value: float) -> Tree:
    return {
        "value": value, "unit": "probability", "range": [0, 1], "source": "assumption", "grade": "assumption",
    }  # fmt: skip


@pytest.fixture
def by_payer(tiny_tree: Tree) -> Scenario:
    """Two payers with shares of their own, one of whom pays nothing for infusions, and self-payers."""
    tiny_tree["run"]["n_patients"] = N_PATIENTS
    tiny_tree["population"]["payers"] = {
        "commercial": _share(0.4), "medicaid": _share(0.4), "none": _share(0.2),
    }  # fmt: skip
    tiny_tree["population"]["self_pay"] = ["none"]
    tiny_tree["treatments"]["infusion"]["prices"]["covered_by"] = {"medicaid": _share(0)}
    tiny_tree["treatments"]["tablets"]["prices"]["drug_day"] |= {"value": 0.5, "range": [0, 1]}
    tiny_tree["economics"]["visit_covered_by"] = {"medicaid": _share(0.95)}
    return Scenario.model_validate(tiny_tree)


def test_payers_alike_make_one_group(tiny: Scenario, by_payer: Scenario) -> None:
    assert coverage(tiny).group.tolist() == [0, 0]
    assert coverage(by_payer).group.tolist() == [0, 1, 2]
    assert coverage(by_payer).visits.tolist() == [[0.8], [0.95], [0]]
    assert coverage(by_payer).treatments.tolist() == [[0.5, 0.5], [0.5, 0], [0, 0]]
    assert price_list(tiny).n_groups == 1


@pytest.mark.parametrize(
    ("payer", "session", "screening"), [(0, 0.5, 0.8), (1, 0, 0.95), (2, 0, 0)], ids=["half", "none", "self"]
)
def test_the_covered_part_is_that_of_the_patients_payer(
    make_log, make_cohort, infusion_course, by_payer, payer, session, screening
):
    cohort = replace(make_cohort(1), payer=np.array([payer]))
    outcome = account(make_log(infusion_course), cohort, by_payer, "infusion")
    cost, covered = outcome.cost.sum(axis=1), outcome.covered.sum(axis=1)
    share = {
        category: covered[row] / cost[row] for row, category in enumerate(CATEGORIES) if cost[row]
    }  # fmt: skip
    assert share[Category.SESSION] == pytest.approx(session)
    assert share[Category.DRUG] == pytest.approx(session)
    for category in (Category.SCREENING, Category.INTEGRATION, Category.ADVERSE_EVENTS, Category.BACKGROUND):
        assert share[category] == pytest.approx(screening)
    assert {category for category, part in share.items() if part} <= set(COVERED)


@pytest.fixture
def accounts(by_payer, tiny_tree):
    """By strategy, log, cohort and outcome, and the outcome where all payers pay alike."""
    del tiny_tree["treatments"]["infusion"]["prices"]["covered_by"]
    del tiny_tree["economics"]["visit_covered_by"]
    tiny_tree["population"]["self_pay"] = []
    alike = Scenario.model_validate(tiny_tree)
    return {
        strategy: (
            log, cohort, account(log, cohort, by_payer, strategy), account(log, cohort, alike, strategy),
        )
        for strategy, log, cohort in event_logs(by_payer, 0)
    }  # fmt: skip


def test_what_things_cost_and_gain_does_not_depend_on_who_pays(accounts):
    for _, _, differing, alike in accounts.values():
        np.testing.assert_allclose(differing.cost, alike.cost, rtol=1e-12)
        np.testing.assert_allclose(differing.qaly, alike.qaly, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(differing.life_years, alike.life_years, rtol=1e-12)
        assert differing.clinical.keys() == alike.clinical.keys()
        assert differing.covered.sum() != pytest.approx(alike.covered.sum(), rel=1e-3)


@pytest.mark.parametrize("perspective", [Perspective.PAYER, Perspective.PATIENT, Perspective.SOCIETAL])
def test_patients_followed_one_by_one_add_up_to_the_account(accounts, by_payer, perspective):
    counted = [CATEGORIES.index(category) for category in IMPACT_INVENTORY[perspective]]
    for log, cohort, outcome, _ in accounts.values():
        end = int(log["time"].max())
        single = sum(
            patient_flows(log, cohort, by_payer, patient).cost_until(end, perspective)
            for patient in range(cohort.n_patients)
        )
        whole = amount_counted(outcome.cost[counted], outcome.covered[counted], perspective).sum()
        assert single == pytest.approx(whole * cohort.n_patients, rel=1e-9)
