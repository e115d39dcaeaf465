"""Quantiles of a sample, straight between neighbors in order, as `numpy.quantile` has them.

Only the neighbors are put in their place: for the small samples of one replication that is many times
quicker than the general function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def quantiles(sample: NDArray[Any], shares: Sequence[float]) -> list[float]:
    """Return the values below which some shares of a sample lie.

    Parameters
    ----------
    sample : ndarray, shape (n,)
        Values in any order, none of them nan.
    shares : sequence of float
        Between 0 and 1.

    Returns
    -------
    list of float
        One for each share, in the unit of the sample; nan without a value.

    Examples
    --------
    >>> quantiles(np.array([4, 1, 3, 2]), (0.5, 0.9))
    [2.5, 3.7]
    """
    last = len(sample) - 1
    if last < 0:
        return [float("nan")] * len(shares)
    positions = [share * last for share in shares]
    neighbors = {place for position in positions for place in (int(position), min(int(position) + 1, last))}
    placed = np.partition(sample, sorted(neighbors))
    return [
        _between(float(placed[int(position)]), float(placed[min(int(position) + 1, last)]), position % 1)
        for position in positions
    ]


def _between(low: float, high: float, part: float) -> float:
    """Return the value a part of the way from low to high, from the nearer end."""
    return low + (high - low) * part if part < 1 / 2 else high - (high - low) * (1 - part)
