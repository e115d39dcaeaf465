"""Who pays which share: payers that differ, and those who pay themselves."""

from __future__ import annotations

import numpy as np
import pytest
from as_shipped import base_case
from builders import Tree
from pydantic import ValidationError

from sim.domain.scenario import Scenario
from sim.domain.uncertainty import drawn_values, uncertain_parameters, value_at, with_values

MEDICAID = "treatments.esketamine.prices.covered_by.medicaid"


def _share(value: float) -> Tree:
    return {
        "value": value, "unit": "probability", "range": [0, 1], "source": "assumption", "grade": "assumption",
    }  # fmt: skip


def _refusal(tree: Tree) -> str:
    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate(tree)
    return str(caught.value)


def test_payers_not_named_pay_the_general_share_and_self_payers_nothing() -> None:
    base = base_case()
    prices = base.treatments["esketamine"].prices
    shares = base.population.covered_shares(prices.covered, prices.covered_by)
    assert dict(zip(base.population.payers, shares, strict=True)) == {
        "commercial": 0.85, "medicare": 0.85, "medicaid": 0.4545, "va_tricare": 0.85, "uninsured": 0,
    }  # fmt: skip


def test_self_pay_must_name_payers(tiny_tree: Tree) -> None:
    tiny_tree["population"]["self_pay"] = ["none", "nobody"]
    assert "self_pay must name some of payers (commercial, none), got nobody" in _refusal(tiny_tree)


@pytest.mark.parametrize(
    ("section", "path"),
    [
        ("covered_by", "treatments.tablets.prices.covered_by"),
        ("visit_covered_by", "economics.visit_covered_by"),
    ],
)
def test_shares_by_payer_must_name_payers_who_pay(tiny_tree: Tree, section: str, path: str) -> None:
    tiny_tree["population"]["self_pay"] = ["none"]
    prices = tiny_tree["treatments"]["tablets"]["prices"]
    owner = prices if section == "covered_by" else tiny_tree["economics"]
    owner[section] = {"comercial": _share(0.5), "none": _share(0.5)}
    said = _refusal(tiny_tree)
    assert f"{path}.comercial: 'comercial' is not a payer of the population" in said
    assert "did you mean 'commercial'?" in said
    assert f"{path}.none: must be left out: population.self_pay says that 'none' pays for nothing" in said


def test_a_share_by_payer_is_drawn_like_any_other() -> None:
    base = base_case()
    assert MEDICAID in uncertain_parameters(base)
    (value,) = drawn_values(base, {MEDICAID: np.array([0.9])})[MEDICAID]
    drawn = with_values(base, {MEDICAID: value})
    assert value_at(drawn, MEDICAID) == value > value_at(base, MEDICAID)
