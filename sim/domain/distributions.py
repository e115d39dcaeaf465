"""Distributions of a parameter, written in a scenario as ``{beta: {alpha: 5, beta: 5}}``.

Each kind answers the same four questions: quantile, mean, standard deviation and
support. Quantiles take uniforms, so one uniform always means one value (inverse CDF).
"""

from __future__ import annotations

import math
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.domain.frozen import Frozen, Number

FloatArray = NDArray[np.float64]
LARGEST_EXPONENT = 700
"""Above, exp() leaves the range of floating-point numbers."""
UNIFORM_VARIANCE_DIVISOR = 12
TRIANGLE_CORNERS = 3
TRIANGLE_VARIANCE_DIVISOR = 18
Positive = Annotated[Number, Field(gt=0)]


class Beta(Frozen):
    """Beta distribution on [0, 1]."""

    alpha: Positive
    """First shape; successes when read off a count."""
    beta: Positive
    """Second shape; failures when read off a count."""

    def ppf(self, u: FloatArray) -> FloatArray:
        """Return the quantile of each uniform."""
        from scipy.special import betaincinv  # noqa: PLC0415

        return np.asarray(betaincinv(self.alpha, self.beta, u), dtype=np.float64)

    @property
    def mean(self) -> float:
        """Expected value."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def sd(self) -> float:
        """Standard deviation."""
        total = self.alpha + self.beta
        return math.sqrt(self.alpha * self.beta / (total * total * (total + 1)))

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest possible value."""
        return 0.0, 1.0


class Gamma(Frozen):
    """Gamma distribution on the positive half line."""

    shape: Positive
    """Shape; (mean / sd) squared."""
    scale: Positive
    """Scale; mean / shape."""

    def ppf(self, u: FloatArray) -> FloatArray:
        """Return the quantile of each uniform."""
        from scipy.special import gammaincinv  # noqa: PLC0415

        return np.asarray(self.scale * gammaincinv(self.shape, u), dtype=np.float64)

    @property
    def mean(self) -> float:
        """Expected value."""
        return self.shape * self.scale

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return math.sqrt(self.shape) * self.scale

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest possible value."""
        return 0.0, math.inf


class LogNormal(Frozen):
    """Lognormal distribution, given by the normal of its logarithm."""

    mu: Number
    """Mean of the logarithm; the median is exp(mu)."""
    sigma: Positive
    """Standard deviation of the logarithm."""

    @model_validator(mode="after")
    def _mean_and_sd_exist(self) -> Self:
        variance = self.sigma * self.sigma
        if max(variance, self.mu + variance / 2) > LARGEST_EXPONENT:
            raise ValueError(
                f"lognormal must have sigma^2 and mu + sigma^2/2 of at most {LARGEST_EXPONENT}, "
                f"got mu {self.mu:g} and sigma {self.sigma:g}"
            )
        return self

    def ppf(self, u: FloatArray) -> FloatArray:
        """Return the quantile of each uniform."""
        from scipy.special import ndtri  # noqa: PLC0415

        return np.asarray(np.exp(self.mu + self.sigma * ndtri(u)), dtype=np.float64)

    @property
    def mean(self) -> float:
        """Expected value."""
        return math.exp(self.mu + self.sigma**2 / 2)

    @property
    def median(self) -> float:
        """Value with half of the probability below it."""
        return math.exp(self.mu)

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return self.mean * math.sqrt(math.expm1(self.sigma**2))

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest possible value."""
        return 0.0, math.inf


class Normal(Frozen):
    """Normal distribution."""

    mean: Number
    """Expected value."""
    sd: Positive
    """Standard deviation."""

    def ppf(self, u: FloatArray) -> FloatArray:
        """Return the quantile of each uniform."""
        from scipy.special import ndtri  # noqa: PLC0415

        return np.asarray(self.mean + self.sd * ndtri(u), dtype=np.float64)

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest possible value."""
        return -math.inf, math.inf


class Uniform(Frozen):
    """Uniform distribution between two bounds."""

    low: Number
    """Lower bound."""
    high: Number
    """Upper bound."""

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"uniform must have low < high, got {self.low} and {self.high}")
        return self

    def ppf(self, u: FloatArray) -> FloatArray:
        """Return the quantile of each uniform."""
        return self.low + (self.high - self.low) * u

    @property
    def mean(self) -> float:
        """Expected value."""
        return (self.low + self.high) / 2

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return (self.high - self.low) / math.sqrt(UNIFORM_VARIANCE_DIVISOR)

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest possible value."""
        return self.low, self.high


class Triangular(Frozen):
    """Triangular distribution."""

    low: Number
    """Lower bound."""
    mode: Number
    """Most likely value."""
    high: Number
    """Upper bound."""

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError(
                f"triangular must have low <= mode <= high and low < high, "
                f"got {self.low}, {self.mode} and {self.high}"
            )
        return self

    def ppf(self, u: FloatArray) -> FloatArray:
        """Return the quantile of each uniform."""
        width = self.high - self.low
        split = (self.mode - self.low) / width
        left = self.low + np.sqrt(u * width * (self.mode - self.low))
        right = self.high - np.sqrt((1 - u) * width * (self.high - self.mode))
        return np.where(u < split, left, right)

    @property
    def mean(self) -> float:
        """Expected value."""
        return (self.low + self.mode + self.high) / TRIANGLE_CORNERS

    @property
    def sd(self) -> float:
        """Standard deviation."""
        a, c, b = self.low, self.mode, self.high
        return math.sqrt((a * a + b * b + c * c - a * b - a * c - b * c) / TRIANGLE_VARIANCE_DIVISOR)

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest possible value."""
        return self.low, self.high


Kind = Beta | Gamma | LogNormal | Normal | Uniform | Triangular


class Distribution(Frozen):
    """How uncertain a parameter is: exactly one of the named kinds."""

    beta: Beta | None = None
    """For probabilities and shares."""
    gamma: Gamma | None = None
    """For costs and other positive amounts."""
    lognormal: LogNormal | None = None
    """For ratios and rates."""
    normal: Normal | None = None
    """For differences and scores."""
    uniform: Uniform | None = None
    """When only a range is known."""
    triangular: Triangular | None = None
    """When a range and a best guess are known."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        named = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(named) != 1:
            raise ValueError(f"distribution must name exactly one kind, got {named or 'none'}")
        return self

    @property
    def kind(self) -> Kind:
        """The one kind that is given."""
        return next(
            kind
            for kind in (self.beta, self.gamma, self.lognormal, self.normal, self.uniform, self.triangular)
            if kind is not None
        )
