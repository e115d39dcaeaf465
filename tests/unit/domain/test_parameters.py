"""Parameters and curves: number, unit, uncertainty and source in one piece."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from sim.domain.parameters import Correlation, Curve, Madrs, Parameter, Probability, Ratio, Utility

CITED = {"value": 0.5, "unit": "ratio", "source": "smith2019", "locator": "Table 2", "grade": "RCT"}
GUESS = {"value": 0.5, "unit": "ratio", "source": "assumption", "grade": "assumption", "range": [0.4, 0.6]}
MONEY = CITED | {"unit": "USD", "price_year": 2024}
CURVE = {"values": [1, 2], "unit": "ratio", "source": "assumption", "grade": "expert"}


@pytest.mark.parametrize("atom", [CITED, GUESS, MONEY, GUESS | {"source": "what-if", "range": None}])
def test_a_complete_parameter_is_accepted(atom: Any) -> None:
    assert Parameter.model_validate(atom).value == 0.5


@pytest.mark.parametrize(
    ("atom", "message"),
    [
        (CITED | {"locator": None}, "locator must say where in 'smith2019' the number stands, got nothing"),
        (GUESS | {"grade": "RCT"}, "grade of an assumption must be 'assumption' or 'expert', got 'RCT'"),
        (GUESS | {"range": None}, "range must be given for an assumption, got nothing"),
        (CITED | {"range": [0.6, 0.4]}, r"range must run from low to high, got \[0.6, 0.4\]"),
        (CITED | {"range": [0.6, 0.8]}, r"value must lie in its range \[0.6, 0.8\], got 0.5"),
        (
            CITED | {"distribution": {"uniform": {"low": 1, "high": 2}}},
            r"value must lie in the support \[1.0, 2.0\] of its distribution, got 0.5",
        ),
        (
            CITED | {"distribution": {"beta": {"alpha": 48, "beta": 52}}},
            "value 0.5 and the mean of its distribution 0.48 must agree within 1 %; change one, or say why in note",
        ),
        (MONEY | {"price_year": None}, "price_year must be given for an amount in USD, got nothing"),
        (CITED | {"price_year": 2024}, "price_year must be left out for a number in ratio, got 2024"),
        (CITED | {"value": True}, "valid number"),
        (CITED | {"value": "0.5"}, "valid number"),
        (CITED | {"value": float("nan")}, "finite number"),
        (CITED | {"unit": "percent"}, "Input should be"),
    ],
)
def test_an_incomplete_parameter_is_refused(atom: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Parameter.model_validate(atom)


def test_problems_of_one_parameter_are_told_together() -> None:
    with pytest.raises(ValidationError, match=r"value must lie in its range .*; price_year must be left out"):
        Parameter.model_validate(CITED | {"range": [1, 2], "price_year": 2024})


@pytest.mark.parametrize(
    "change",
    [
        {"note": "the mean of completers"},
        {"value": 0.4, "distribution": {"lognormal": {"mu": -0.916290731874155, "sigma": 0.8}}},
        {"value": 1.0, "distribution": {"triangular": {"low": 0, "mode": 1, "high": 5}}},
    ],
)
def test_a_value_may_be_the_median_the_mode_or_explained(change: Any) -> None:
    atom = CITED | {"distribution": {"beta": {"alpha": 48, "beta": 52}}} | change
    assert Parameter.model_validate(atom).distribution is not None


def test_words_that_stand_for_no_source_are_assumptions() -> None:
    assert Parameter.model_validate(GUESS).is_assumption
    assert not Parameter.model_validate(CITED).is_assumption


@pytest.mark.parametrize(
    ("kind", "unit", "value", "message"),
    [
        (Probability, "probability", 52, r"probability must lie in \[0, 1\], got 52; write 0.52"),
        (Probability, "probability", -0.1, r"probability must lie in \[0, 1\], got -0.1$"),
        (Probability, "probability", 520, r"probability must lie in \[0, 1\], got 520$"),
        (Probability, "ratio", 0.5, "unit must be 'probability', got 'ratio'"),
        (Ratio, "ratio", -1, r"ratio must lie in \[0, 10000\], got -1"),
        (Correlation, "correlation", 2, r"correlation must lie in \[0, 1\], got 2"),
        (Madrs, "MADRS points", 61, r"MADRS points must lie in \[0, 60\], got 61"),
        (Utility, "utility", -2, r"utility must lie in \[-1, 1\], got -2"),
    ],
)
def test_each_kind_of_parameter_has_its_unit_and_bounds(
    kind: Any, unit: Any, value: Any, message: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(CITED | {"unit": unit, "value": value})
    assert re.search(message, str(caught.value.errors()[0]["ctx"]["error"]))


def test_bounds_hold_for_the_range_too() -> None:
    with pytest.raises(ValidationError, match=r"probability must lie in \[0, 1\], got 1.2"):
        TypeAdapter(Probability).validate_python(GUESS | {"unit": "probability", "range": [0.4, 1.2]})


def test_a_curve_may_give_positions() -> None:
    assert Curve.model_validate(CURVE | {"at": [0, 180]}).at == (0, 180)


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ([1], "at must have as many numbers as values, got 1 and 2"),
        ([2, 2], r"at must increase, got \[2.0, 2.0\]"),
    ],
)
def test_positions_of_a_curve_match_and_increase(at: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Curve.model_validate(CURVE | {"at": at})


def test_a_parameter_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(Parameter.model_validate(CITED), "value", 1.0)  # noqa: B010


HAZARD = {
    "values": [2.0, 0.8], "unit": "per year", "at": [0, 180], "source": "assumption", "grade": "assumption",
}  # fmt: skip


def test_a_hazard_may_be_uncertain_about_its_first_number() -> None:
    curve = Curve(**HAZARD, range=(1, 4), distribution={"gamma": {"shape": 4, "scale": 0.5}})
    assert (curve.value, curve.range) == (2.0, (1, 4))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"range": (3, 4)}, r"value must lie in its range \[3.0, 4.0\], got 2.0"),
        ({"range": (4, 1)}, r"range must run from low to high, got \[4.0, 1.0\]"),
        (
            {"distribution": {"uniform": {"low": 3, "high": 5}}},
            r"value must lie in the support \[3.0, 5.0\] of its distribution, got 2.0",
        ),
        (
            {"distribution": {"gamma": {"shape": 4, "scale": 1}}},
            r"value 2.0 and the mean of its distribution 4 must agree within 1 %",
        ),
        (
            {"range": (0, 1), "unit": "probability", "values": [0.5, 0.2]},
            r"must be left out of a curve that is no hazard beginning above 0, "
            r"got a curve in 'probability' that begins at 0.5",
        ),
        (
            {"range": (0, 1), "values": [0.0, 0.2]},
            r"no hazard beginning above 0, got a curve in 'per year' that begins at 0",
        ),
    ],
)
def test_an_uncertain_curve_that_makes_no_sense_is_refused(changed: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Curve(**(HAZARD | changed))
