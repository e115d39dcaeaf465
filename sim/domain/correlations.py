"""Uncertain numbers that move together, such as the intercept and the slope of one fit.

A correlation with a number that is certain has no effect.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.domain.frozen import Frozen, Text
from sim.domain.parameters import SignedCorrelation

Path = Annotated[Text, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]
"""Dotted path of a parameter."""


class CorrelationBetween(Frozen):
    """Correlation of two uncertain parameters, on the scale of normal scores (Gaussian copula)."""

    of: Path
    """Parameter that follows; may stand here once."""
    to: Path
    """Parameter it follows, which itself follows no other."""
    correlation: SignedCorrelation
    """Correlation of their normal scores; 1 = always at the same quantile."""
