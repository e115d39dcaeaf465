"""What a described trial would be worth (EVSI), and how large it should be (ENBS).

Data of the trial are simulated from every draw of the parameters; net benefit is then regressed on what the
trial would report. Data are made by inverse CDF from the same uniforms for all sizes, so values change
smoothly with the size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.analysis.net_benefit import (
    FEWEST_DRAWS,
    checked_columns,
    checked_net_benefit,
    error_of_choice,
    gains,
)
from sim.analysis.partial_information import fit_by
from sim.analysis.precision import FloatArray
from sim.analysis.smoothing import group_smoother
from sim.errors import AnalysisError
from sim.streams import Streams

WHAT = "EVSI"


@dataclass(frozen=True, slots=True, eq=False)
class Binomial:
    """An arm that counts people with an event.

    Parameters
    ----------
    probability : ndarray, shape (n_draws,)
        Probability of the event in each draw of the parameters, such as response at six weeks.
    n : int
        People in the arm.
    """

    probability: FloatArray
    n: int

    def observed(self, uniforms: FloatArray) -> FloatArray:
        """Return the share of people with the event, by inverse CDF; shape (n_draws,)."""
        from scipy.stats import binom  # noqa: PLC0415

        return np.asarray(binom.ppf(uniforms, self.n, self.probability) / self.n)

    def checked(self, name: str, n_draws: int) -> FloatArray:
        """Return the probabilities, or say what is wrong with them."""
        column = checked_columns({name: self.probability}, n_draws, "arm")[name]
        if (column < 0).any() or (column > 1).any():
            wrong = column[(column < 0) | (column > 1)][0]
            raise AnalysisError(f"arm {name!r}: probability must lie in [0, 1], got {wrong}; correct it")
        return column


@dataclass(frozen=True, slots=True, eq=False)
class Normal:
    """An arm that reports the mean of a measurement.

    Parameters
    ----------
    mean : ndarray, shape (n_draws,)
        Expected measurement in each draw of the parameters.
    sd : float
        Standard deviation between people.
    n : int
        People in the arm.
    """

    mean: FloatArray
    sd: float
    n: int

    def observed(self, uniforms: FloatArray) -> FloatArray:
        """Return the mean over people, by inverse CDF; shape (n_draws,)."""
        from scipy.special import ndtri  # noqa: PLC0415

        return np.asarray(self.mean + self.sd / np.sqrt(self.n) * ndtri(uniforms))

    def checked(self, name: str, n_draws: int) -> FloatArray:
        """Return the means, or say what is wrong with the arm."""
        if not 0 <= self.sd < float("inf"):
            raise AnalysisError(f"arm {name!r}: sd must be finite and at least 0, got {self.sd}; correct it")
        return checked_columns({name: self.mean}, n_draws, "arm")[name]


Arm = Binomial | Normal


@dataclass(frozen=True, slots=True)
class SampleInformation:
    """EVSI of one trial, per person [currency].

    Parameters
    ----------
    value : float
        EVSI, between 0 and ``ceiling``.
    error : float
        Monte-Carlo standard error.
    ceiling : float
        EVPPI of what the arms observe: an endless trial.
    """

    value: float
    error: float
    ceiling: float


@dataclass(frozen=True, slots=True, eq=False)
class SampleSizes:
    """EVSI by people in each arm.

    Parameters
    ----------
    sizes : ndarray of int, shape (n_sizes,)
        People in each arm, increasing.
    value, error : ndarray, shape (n_sizes,)
        EVSI per person [currency] and its standard error; values never fall with the size.
    ceiling : float
        EVPPI of what the arms observe.
    """

    sizes: NDArray[np.int64]
    value: FloatArray
    error: FloatArray
    ceiling: float


def evsi(
    net_benefit: FloatArray, arms: Mapping[str, Arm], *, seed: int = 0, fewest: int = FEWEST_DRAWS
) -> SampleInformation:
    r"""Return the expected value of sample information of a trial, per person.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_strategies)
        Net benefit by draw.
    arms : mapping of str to Binomial or Normal
        What is observed, by name; names tell the streams of luck apart.
    seed : int
        Seed of the simulated data.
    fewest : int
        Draws that are enough.

    Returns
    -------
    SampleInformation
        EVSI, its standard error, and the EVPPI it cannot exceed.

    Raises
    ------
    AnalysisError
        If there are too few strategies, draws or arms, or an arm does not fit.

    Notes
    -----
    The regression of Strong and colleagues [1]_ in two steps: net benefit on what the arms observe, then
    these fits on the reports of the arms. Both have the same expectation, because reports depend on nothing
    else, but the second step is free of the noise that other parameters make. The standard error is that of
    deciding by the reports and counts this noise, so it is on the safe side.

    References
    ----------
    .. [1] Strong M, Oakley JE, Brennan A, Breeze P. Estimating the expected value of sample information using
       the probabilistic sensitivity analysis sample: a fast, nonparametric regression-based method. Medical
       Decision Making. 2015;35(5):570-583. doi:10.1177/0272989X15575286
    """
    table = checked_net_benefit(net_benefit, WHAT, fewest=fewest)
    _check_arms(arms)
    gain = gains(table)
    known = fit_by(group_smoother([arm.checked(name, len(table)) for name, arm in arms.items()]), gain)
    return _informed(gain, known.predicted, known.value, arms, seed)


def evsi_by_size(
    net_benefit: FloatArray,
    arms: Mapping[str, Arm],
    sizes: Sequence[int],
    *,
    seed: int = 0,
    fewest: int = FEWEST_DRAWS,
) -> SampleSizes:
    """Return EVSI for a range of people in each arm.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_strategies)
        Net benefit by draw.
    arms : mapping of str to Binomial or Normal
        The trial; its own sizes are ignored.
    sizes : sequence of int
        People in each arm, increasing.
    seed : int
        Seed of the simulated data, the same for all sizes.
    fewest : int
        Draws that are enough.

    Returns
    -------
    SampleSizes
        EVSI by size.

    Raises
    ------
    AnalysisError
        If sizes do not increase, or as in `evsi`.

    Notes
    -----
    More data are never worth less. What noise leaves of falls is removed by the closest values that never
    fall (isotonic least squares).
    """
    from scipy.optimize import isotonic_regression  # noqa: PLC0415

    if not sizes or any(later <= earlier for earlier, later in pairwise(sizes)):
        raise AnalysisError(f"{WHAT}: sizes must increase, got {list(sizes)}; sort them and drop repeats")
    found = [
        evsi(
            net_benefit,
            {name: replace(arm, n=size) for name, arm in arms.items()},
            seed=seed,
            fewest=fewest,
        )
        for size in sizes
    ]
    value = isotonic_regression([one.value for one in found]).x
    error = np.array([one.error for one in found])
    return SampleSizes(np.array(sizes), np.asarray(value), error, found[0].ceiling)


def enbs(value: FloatArray | float, people: FloatArray | float, cost: FloatArray | float) -> FloatArray:
    """Return the expected net benefit of sampling [currency].

    Parameters
    ----------
    value : ndarray or float
        EVSI per person [currency].
    people : ndarray or float
        Discounted people who benefit, see `sim.analysis.population_value.people_affected`.
    cost : ndarray or float
        Cost of the trial [currency].

    Returns
    -------
    ndarray
        ``value * people - cost``; a trial is worth its cost where this is above 0.
    """
    return np.asarray(np.asarray(value) * people - cost, dtype=np.float64)


def best_size(sizes: NDArray[np.int64], net: FloatArray) -> int | None:
    """Return the size with the highest expected net benefit of sampling.

    Parameters
    ----------
    sizes : ndarray of int, shape (n_sizes,)
        People in each arm.
    net : ndarray, shape (n_sizes,)
        Expected net benefit of sampling, see `enbs`.

    Returns
    -------
    int or None
        The smallest size with the highest; None if no trial is worth its cost.
    """
    best = int(np.argmax(net))
    return int(sizes[best]) if net[best] > 0 else None


def _informed(
    gain: FloatArray, known: FloatArray, ceiling: float, arms: Mapping[str, Arm], seed: int
) -> SampleInformation:
    streams = Streams(seed, 0)
    reports = [arm.observed(streams.uniforms(f"trial {name}", len(gain))) for name, arm in arms.items()]
    smoother = group_smoother(reports)
    fit = fit_by(smoother, known)
    return SampleInformation(min(fit.value, ceiling), error_of_choice(gain, fit.predicted), ceiling)


def _check_arms(arms: Mapping[str, Arm]) -> None:
    if not arms:
        raise AnalysisError(f"{WHAT}: a trial must have at least one arm, got none; describe one")
    for name, arm in arms.items():
        if arm.n < 1:
            raise AnalysisError(f"arm {name!r}: n must be at least 1, got {arm.n}; give people to the arm")
