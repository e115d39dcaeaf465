"""Where the choice changes: switch points of net benefit along one figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.precision import ROUNDING, FloatArray, mean_and_error


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
    found: list[SwitchPoint] = []
    best: int | None = None
    for left in range(len(values) - 1):
        both = slice(left, left + 2)
        switches, best = _within(values[both], mean[both], net_benefit[both], best)
        found += switches
    return found


def _within(
    ends: FloatArray, mean: FloatArray, net_benefit: FloatArray, former: int | None
) -> tuple[list[SwitchPoint], int]:
    """Walk along the upper envelope of straight lines from one point to the next.

    What was best before the first point may lose its place there. Returns what is best at the end as well.
    """
    slope = mean[1] - mean[0]

    def switch(at: float, best: int, latter: int) -> SwitchPoint:
        difference = (net_benefit[..., latter] - net_benefit[..., best]).T @ np.array([1 - at, at])
        width, closing = ends[1] - ends[0], slope[latter] - slope[best]
        error = mean_and_error(difference)[1] * width / closing if closing > 0 else np.nan
        return SwitchPoint(float(ends[0] + at * width), float(error), best, latter)

    best, at = _best(mean[0], slope, former), 0.0
    found = [] if former in {None, best} else [switch(at, former, best)]
    while True:
        gap, closing = mean[0, best] - mean[0], slope - slope[best]
        with np.errstate(divide="ignore", invalid="ignore"):
            meets = np.where(closing > 0, gap / closing, np.inf)
        meets[meets < at] = np.inf
        latter = int(np.lexsort((-slope, meets))[0])
        if not meets[latter] < 1 - ROUNDING:
            return found, best
        at = float(meets[latter])
        found.append(switch(at, best, latter))
        best = latter


def _best(mean: FloatArray, slope: FloatArray, former: int | None) -> int:
    """Return the best strategy just after a point: of equal ones that which rises fastest, or was best."""
    is_best = mean >= mean.max() - ROUNDING * np.abs(mean).max()
    rising = np.where(is_best, slope, -np.inf)
    if former is not None and rising[former] == rising.max():
        return former
    return int(rising.argmax())
