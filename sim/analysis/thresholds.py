"""Where the choice changes: switch points of net benefit along one figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.analysis.precision import FloatArray, mean_and_error


@dataclass(frozen=True, slots=True)
class SwitchPoint:
    """A value at which another strategy becomes the one of highest net benefit.

    Parameters
    ----------
    value : float
        Value of the figure.
    error : float
        Monte-Carlo standard error of it; nan with one replication.
    former, latter : int
        Position of the best strategy below and above.
    """

    value: float
    error: float
    former: int
    latter: int


def switch_points(values: FloatArray, net_benefit: FloatArray) -> list[SwitchPoint]:
    r"""Return where the best strategy changes along a figure.

    Parameters
    ----------
    values : ndarray, shape (n_points,)
        Values of the figure, increasing.
    net_benefit : ndarray, shape (n_points, n_replications, n_strategies)
        Net benefit; replications meet the same patients at every point [currency].

    Returns
    -------
    list of SwitchPoint
        In increasing order; none when one strategy is best throughout.

    Notes
    -----
    Between neighboring points net benefit is taken as linear, which it is in a price. Along the lines of
    two strategies, whose means differ by :math:`d(x)`, the switch is at :math:`d(x) = 0`; its standard
    error is :math:`\mathrm{SE}(d) / |d'|` by the delta method, with the error of the paired difference there.
    """
    mean = net_benefit.mean(axis=1)
    return [
        switch
        for left in range(len(values) - 1)
        for switch in _within(values[left : left + 2], mean[left : left + 2], net_benefit[left : left + 2])
    ]


def _within(ends: FloatArray, mean: FloatArray, net_benefit: FloatArray) -> Iterator[SwitchPoint]:
    """Walk along the upper envelope of straight lines from one point to the next."""
    slope = mean[1] - mean[0]
    best, at = _best(mean[0], slope), 0.0
    while True:
        gap, closing = mean[0, best] - mean[0], slope - slope[best]
        with np.errstate(divide="ignore", invalid="ignore"):
            meets = np.where(closing > 0, gap / closing, np.inf)
        meets[meets < at] = np.inf
        latter = int(np.lexsort((-slope, meets))[0])
        if not meets[latter] < 1:
            return
        at = float(meets[latter])
        difference = (net_benefit[..., latter] - net_benefit[..., best]).T @ np.array([1 - at, at])
        width = ends[1] - ends[0]
        error = float(mean_and_error(difference)[1]) * width / closing[latter]
        yield SwitchPoint(float(ends[0] + at * width), float(error), best, latter)
        best = latter


def _best(mean: FloatArray, slope: FloatArray) -> int:
    """Return the best strategy just after a point: of equal ones the one that rises fastest."""
    return int(np.lexsort((-slope, -mean))[0])
