"""Parameters in the order of what it would be worth to know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.analysis.partial_information import PartialInformation

MOST_FALSE = 0.1
"""Largest false discovery rate of a parameter that is told from noise."""


class Ranked(NamedTuple):
    """One parameter in the order of what it would be worth to know it.

    Parameters
    ----------
    name : str
        Parameter or group.
    value, error, floor : float
        See `PartialInformation`.
    exceeds_floor : bool
        Whether the value lies above the noise floor; one in twenty unrelated parameters does.
    false_discovery_rate : float
        Expected share of unrelated parameters among this one and those with smaller ``chance``.
    """

    name: str
    value: float
    error: float
    floor: float
    exceeds_floor: bool
    false_discovery_rate: float

    @property
    def is_told(self) -> bool:
        """Whether it is told from noise: above the floor, also among so many that are looked at."""
        return self.exceeds_floor and self.value > 0 and self.false_discovery_rate <= MOST_FALSE


def rank(found: Mapping[str, PartialInformation]) -> list[Ranked]:
    """Return parameters in the order of their EVPPI, the one most worth studying first.

    Parameters
    ----------
    found : mapping of str to PartialInformation
        EVPPI by name, of single parameters or of groups; do not mix a group with its members.

    Returns
    -------
    list of Ranked
        Largest value first; equal values in the given order.

    Notes
    -----
    The false discovery rate is that of Benjamini and Hochberg [1]_ on ``chance``.

    References
    ----------
    .. [1] Benjamini Y, Hochberg Y. Controlling the false discovery rate: a practical and powerful approach to
       multiple testing. Journal of the Royal Statistical Society B. 1995;57(1):289-300.
       doi:10.1111/j.2517-6161.1995.tb02031.x
    """
    rates = dict(zip(found, _false_discovery_rates([one.chance for one in found.values()]), strict=True))
    return [
        Ranked(name, one.value, one.error, one.floor, one.exceeds_floor, rates[name])
        for name, one in sorted(found.items(), key=lambda pair: -pair[1].value)
    ]


def _false_discovery_rates(chances: Sequence[float]) -> list[float]:
    order = np.argsort(chances)
    scaled = np.asarray(chances)[order] * len(chances) / np.arange(1, len(chances) + 1)
    rates = np.empty(len(chances))
    rates[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return [float(rate) for rate in rates]
