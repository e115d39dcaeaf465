"""What one strategy costs for what it achieves, against another: one measure of one pair at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.comparison import ACHIEVED, achieved, clinical_tables
from sim.analysis.fieller import fieller_interval
from sim.analysis.precision import (
    ROUNDING,
    FloatArray,
    differs_from_zero,
    half_width,
    mean_and_error,
    ratio_difference,
)
from sim.analysis.present_values import arms
from sim.domain.cross_checks import not_found
from sim.errors import AnalysisError
from sim.results import Results

NMB, PER_QALY = "nmb", "cost_per_qaly"
AVERAGE = {f"cost_per_{one}": many for one, many in ACHIEVED.items()}
"""Differences of all costs over all achieved, and what is achieved."""
OVER_COMPARATOR = {f"extra_cost_per_{one}": many for one, many in ACHIEVED.items()}
"""Differences of extra cost over what is achieved in addition, both strategies against the comparator."""
PER_GAIN = {f"cost_per_extra_{one}": many for one, many in ACHIEVED.items()} | {PER_QALY: "qaly"}
"""Extra cost of one strategy over the other for what it achieves in addition."""
MEASURES = (NMB, *PER_GAIN, *OVER_COMPARATOR, *AVERAGE)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Achievements:
    """What strategies cost and achieve per referred patient, by replication.

    Parameters
    ----------
    strategies : sequence of str
        Keys.
    cost, qaly, nmb : ndarray, shape (n_strategies, n_replications)
        Discounted cost [currency] and QALYs, and net monetary benefit [currency].
    gained : mapping of str to ndarray, shape (n_strategies, n_replications)
        Responders, remitters and depression-free days.
    comparator : str
        Strategy that increments are counted from.
    """

    strategies: Sequence[str]
    cost: FloatArray
    qaly: FloatArray
    nmb: FloatArray
    gained: Mapping[str, FloatArray]
    comparator: str

    def effect(self, name: str) -> FloatArray:
        """Return QALYs or another achievement by strategy and replication."""
        return self.qaly if name == "qaly" else self.gained[name]


@dataclass(frozen=True, slots=True)
class Contrast:
    """One measure of one strategy against another.

    Parameters
    ----------
    strategy, against : str
        Keys; differences are those of the first less the second.
    measure : str
        One of `MEASURES`.
    value : float or None
        Difference in the measure [currency]; of `PER_GAIN` the ratio of differences, such as the ICER of the
        pair [currency/QALY], None where the difference in what is achieved cannot be told from zero.
    se, low, high : float or None
        Standard error (None of `PER_GAIN`) and 95 % interval; None where undefined.
    is_clear : bool
        True if the interval excludes zero; of `PER_GAIN` if there is a ratio.
    n_replications : int
        Number of paired replications.
    """

    strategy: str
    against: str
    measure: str
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    is_clear: bool
    n_replications: int


def gained_by(results: Results, scenario: str) -> dict[str, FloatArray]:
    """Return responders, remitters and depression-free days by strategy and replication."""
    return achieved(clinical_tables(results, arms(results, scenario)))


def pair_of(text: str, strategies: Sequence[str]) -> Pair:
    """Return the two strategies that a text such as ``ketamine_home,ketamine_iv`` names.

    Parameters
    ----------
    text : str
        Two keys with a comma between them.
    strategies : sequence of str
        Keys that are known.

    Returns
    -------
    tuple of str
        Both keys.

    Raises
    ------
    AnalysisError
        If there are not two, they are the same, or one is unknown.
    """
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or names[0] == names[1]:
        raise AnalysisError(f"--pair: must be two different strategies with a comma between, got {text!r}")
    for name in names:
        if name not in strategies:
            raise AnalysisError(f"--pair: {not_found(name, 'strategy', strategies)}")
    return names[0], names[1]


def contrast(found: Achievements, pair: Pair, measure: str) -> Contrast | None:
    """Compare two strategies by one measure.

    Parameters
    ----------
    found : Achievements
        Costs and achievements.
    pair : tuple of str
        Keys of the strategy and of the one it is set against.
    measure : str
        One of `MEASURES`.

    Returns
    -------
    Contrast or None
        None where a ratio is undefined, such as cost per responder where nobody responds. Of
        `OVER_COMPARATOR` also where one of the two is the comparator, costs less, or does not achieve more
        beyond chance: such ratios rank nothing.

    Notes
    -----
    Everything is paired by replication. A difference of two ratios of means has the error of the delta
    method (`sim.analysis.precision.ratio_difference`), a ratio of differences an interval by Fieller's
    theorem. `AVERAGE` counts all care, also of those who do not respond: where background care is most of
    the cost, it rewards responders more than money, and can rank strategies otherwise than what they cost
    in addition (`OVER_COMPARATOR`).
    """
    if measure in PER_GAIN:
        return _per_gain(found, pair, measure)
    difference, error = _difference(found, pair, measure)
    if np.isnan(difference):
        return None
    count = found.cost.shape[1]
    half = half_width(error, count)
    is_clear = bool(abs(difference) > max(half, ROUNDING * np.abs(found.cost).max()))
    value, se, low, high = (
        _known(number) for number in (difference, error, difference - half, difference + half)
    )
    return Contrast(*pair, measure, value, se, low, high, is_clear=is_clear, n_replications=count)


def _difference(found: Achievements, pair: Pair, measure: str) -> tuple[FloatArray, FloatArray]:
    """Return the difference in a measure and its error; nan where undefined."""
    first, second = (found.strategies.index(key) for key in pair)
    if measure == NMB:
        return mean_and_error(found.nmb[first] - found.nmb[second])
    cost, gained = found.cost, found.effect((AVERAGE | OVER_COMPARATOR)[measure])
    if measure in OVER_COMPARATOR:
        base = found.strategies.index(found.comparator)
        cost, gained = cost - cost[base], gained - gained[base]
        if not all(differs_from_zero(gained[place]) and cost[place].mean() > 0 for place in (first, second)):
            return np.array(np.nan), np.array(np.nan)
    return ratio_difference(cost[first], gained[first], cost[second], gained[second])


def _per_gain(found: Achievements, pair: Pair, measure: str) -> Contrast:
    first, second = (found.strategies.index(key) for key in pair)
    gained = found.effect(PER_GAIN[measure])
    interval = fieller_interval(found.cost[first] - found.cost[second], gained[first] - gained[second])
    ratio, low, high = interval or (None, None, None)
    count = found.cost.shape[1]
    return Contrast(
        *pair, measure, ratio, None, low, high, is_clear=interval is not None, n_replications=count
    )


def _known(number: FloatArray) -> float | None:
    return None if np.isnan(number) else float(number)
