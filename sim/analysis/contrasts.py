"""What one strategy costs for what it achieves, against another: one measure of one pair at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.comparison import ACHIEVED, achieved, clinical_tables
from sim.analysis.fieller import fieller_interval
from sim.analysis.precision import ROUNDING, FloatArray, half_width, mean_and_error, ratio_difference
from sim.analysis.present_values import arms
from sim.domain.cross_checks import not_found
from sim.errors import AnalysisError
from sim.results import Results

NMB, PER_QALY = "nmb", "cost_per_qaly"
RATIOS = {f"cost_per_{one}": many for one, many in ACHIEVED.items()}
"""Average ratios that are compared, and what each divides the cost by."""
MEASURES = (*RATIOS, NMB, PER_QALY)
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
    """

    strategies: Sequence[str]
    cost: FloatArray
    qaly: FloatArray
    nmb: FloatArray
    gained: Mapping[str, FloatArray]


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
        Difference in the measure [currency]; of ``cost_per_qaly`` the ICER of the pair [currency/QALY], None
        where the difference in QALYs cannot be told from zero.
    se, low, high : float or None
        Standard error (None of an ICER) and 95 % interval; None where undefined.
    is_clear : bool
        True if the interval excludes zero; of ``cost_per_qaly`` if there is an ICER.
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
        None where a ratio is undefined, such as cost per responder where nobody responds.

    Notes
    -----
    Everything is paired by replication. A difference of two ratios of means has the error of the delta
    method (`sim.analysis.precision.ratio_difference`), the ICER of the pair an interval by Fieller's theorem.
    """
    first, second = (found.strategies.index(key) for key in pair)
    if measure == PER_QALY:
        return _icer(found, pair)
    if measure == NMB:
        difference, error = mean_and_error(found.nmb[first] - found.nmb[second])
    else:
        gained = found.gained[RATIOS[measure]]
        difference, error = ratio_difference(
            found.cost[first], gained[first], found.cost[second], gained[second]
        )
    if np.isnan(difference):
        return None
    count = found.cost.shape[1]
    half = half_width(error, count)
    is_clear = bool(abs(difference) > max(half, ROUNDING * np.abs(found.cost).max()))
    value, se, low, high = (
        _known(number) for number in (difference, error, difference - half, difference + half)
    )
    return Contrast(*pair, measure, value, se, low, high, is_clear=is_clear, n_replications=count)


def _icer(found: Achievements, pair: Pair) -> Contrast:
    first, second = (found.strategies.index(key) for key in pair)
    interval = fieller_interval(
        found.cost[first] - found.cost[second], found.qaly[first] - found.qaly[second]
    )
    ratio, low, high = interval or (None, None, None)
    return Contrast(
        *pair,
        PER_QALY,
        ratio,
        None,
        low,
        high,
        is_clear=interval is not None,
        n_replications=found.cost.shape[1],
    )


def _known(number: FloatArray) -> float | None:
    return None if np.isnan(number) else float(number)
