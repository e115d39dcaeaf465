"""Distributions against scipy and against numerical integration."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import integrate, stats

from sim.domain.distributions import Beta, Distribution, Gamma, LogNormal, Normal, Triangular, Uniform

PAIRS = [
    (Beta(alpha=2.5, beta=7), stats.beta(2.5, 7)),
    (Gamma(shape=3, scale=2), stats.gamma(3, scale=2)),
    (LogNormal(mu=-0.2, sigma=0.5), stats.lognorm(0.5, scale=math.exp(-0.2))),
    (Normal(mean=-1, sd=3), stats.norm(-1, 3)),
    (Uniform(low=-1, high=4), stats.uniform(-1, 5)),
    (Triangular(low=1, mode=2, high=5), stats.triang(0.25, 1, 4)),
    (Triangular(low=1, mode=1, high=5), stats.triang(0, 1, 4)),
    (Triangular(low=1, mode=5, high=5), stats.triang(1, 1, 4)),
]
U = np.array([0.001, 0.1, 0.25, 0.5, 0.9, 0.999])
every_kind = pytest.mark.parametrize(("kind", "known"), PAIRS)


@every_kind
def test_quantiles_agree_with_scipy(kind: Any, known: Any) -> None:
    assert kind.ppf(U) == pytest.approx(known.ppf(U), rel=1e-9)


@every_kind
def test_mean_and_sd_agree_with_scipy(kind: Any, known: Any) -> None:
    assert (kind.mean, kind.sd) == pytest.approx((known.mean(), known.std()), rel=1e-9)


@every_kind
def test_support_agrees_with_scipy(kind: Any, known: Any) -> None:
    assert kind.support == pytest.approx(known.support())


@every_kind
def test_the_mean_is_the_integral_of_the_quantiles(kind: Any, known: Any) -> None:
    integral, _ = integrate.quad(lambda u: float(kind.ppf(np.array(u))), 0, 1, limit=200)
    assert kind.mean == pytest.approx(integral, rel=1e-5)


def test_the_median_of_a_lognormal_is_the_exponential_of_mu() -> None:
    assert LogNormal(mu=math.log(0.8), sigma=0.4).median == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        (Uniform, {"low": 2, "high": 2}, "uniform must have low < high, got 2.0 and 2.0"),
        (
            Triangular,
            {"low": 1, "mode": 0, "high": 2},
            "triangular must have low <= mode <= high and low < high",
        ),
        (Triangular, {"low": 1, "mode": 1, "high": 1}, "got 1.0, 1.0 and 1.0"),
        (Beta, {"alpha": 0, "beta": 1}, "greater than 0"),
        (Gamma, {"shape": 1, "scale": math.inf}, "finite number"),
        (
            LogNormal,
            {"mu": 800, "sigma": 1},
            r"lognormal must have sigma\^2 and mu \+ sigma\^2/2 of at most 700, got mu 800",
        ),
        (LogNormal, {"mu": -1e6, "sigma": 1e200}, "got mu -1e\\+06 and sigma 1e\\+200"),
    ],
)
def test_impossible_shapes_are_refused(kind: Any, fields: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        kind(**fields)


def test_a_distribution_is_its_one_kind() -> None:
    assert Distribution(beta={"alpha": 5, "beta": 5}).kind == Beta(alpha=5, beta=5)


@pytest.mark.parametrize(
    ("kinds", "got"),
    [
        ({}, "none"),
        ({"beta": {"alpha": 1, "beta": 1}, "normal": {"mean": 0, "sd": 1}}, r"\['beta', 'normal'\]"),
    ],
)
def test_a_distribution_names_exactly_one_kind(kinds: Any, got: Any) -> None:
    with pytest.raises(ValidationError, match=f"distribution must name exactly one kind, got {got}"):
        Distribution(**kinds)
