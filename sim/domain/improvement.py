"""How much a completed course improves the score: a mixture solved from response and remission.

Some patients hardly improve; the others improve around a high mean. Two numbers, the share of
improvers and their mean, are solved so that the published response and remission rates come
out on the study's own scale and baseline. A single bell curve cannot serve: at STAR*D step 3
(17 % respond, 14 % remit) it would make the average patient far worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.domain.roots import root_of_rising

FloatArray = NDArray[np.float64]

BASELINE_POINTS = 41
GRID_POINTS = 1001
TABLES_KEPT = 64
SOLUTIONS_KEPT = 256
ROUNDING = 1e-9
"""By how much, in relation, everybody may be more than everybody."""
LOWEST_MEAN, HIGHEST_MEAN = 0.3, 0.985
LOWEST_BASELINE, HIGHEST_BASELINE = 20.0, 60.0


@dataclass(frozen=True, slots=True)
class ImprovementShape:
    """What all treatments share about the shape of improvement.

    Parameters
    ----------
    concentration : float
        Alpha plus beta of the improvers' beta distribution.
    unimproved_low, unimproved_high : float
        Range of the change of those who hardly improve, as a share of the score.
    response : float
        Improvement that counts as response.
    """

    concentration: float
    unimproved_low: float
    unimproved_high: float
    response: float


@dataclass(frozen=True, slots=True)
class Improvement:
    """Distribution of the final improvement of a course, as a share of the score at referral.

    Parameters
    ----------
    improver_share : float
        Share of patients in the improving part.
    improver_mean : float
        Mean improvement of that part.
    shape : ImprovementShape
        The fixed part of the distribution.
    """

    improver_share: float
    improver_mean: float
    shape: ImprovementShape

    @property
    def mean(self) -> float:
        """Expected improvement as a share of the score."""
        unimproved = (self.shape.unimproved_low + self.shape.unimproved_high) / 2
        return self.improver_share * self.improver_mean + (1 - self.improver_share) * unimproved

    def quantile(self, u: FloatArray) -> FloatArray:
        """Return the improvement at each uniform; larger uniforms mean more improvement.

        Parameters
        ----------
        u : ndarray, any shape
            Uniforms in (0, 1).

        Returns
        -------
        ndarray, same shape
            Improvement as a share of the score at referral; negative is worsening.
        """
        grid, cumulative = _table(self)
        return np.asarray(np.interp(u, cumulative, grid), dtype=np.float64)

    def quantile_of_responders(self, u: FloatArray) -> FloatArray:
        """Return the improvement at each uniform among those who respond."""
        grid, cumulative = _table(self)
        below = float(np.interp(self.shape.response, grid, cumulative))
        return np.maximum(self.quantile(below + (1 - below) * u), self.shape.response)


@dataclass(frozen=True, slots=True)
class Scale:
    """How a study measured, and the shape of improvement.

    Parameters
    ----------
    remission_score : float
        Score at or below which remission was counted [MADRS points].
    baseline_mean, baseline_sd : float
        Scores of the study's patients before treatment [MADRS points].
    shape : ImprovementShape
        What all treatments share.
    """

    remission_score: float
    baseline_mean: float
    baseline_sd: float
    shape: ImprovementShape


def solve_improvement(response: float, remission_ratio: float, scale: Scale) -> Improvement:
    """Solve the share and the mean of improvers from published rates.

    Parameters
    ----------
    response : float
        Share of patients who respond, in [0, 1).
    remission_ratio : float
        Remitters as a share of responders, in (0, 1).
    scale : Scale
        How the study measured both.

    Returns
    -------
    Improvement
        A distribution with P(x >= response) = ``response`` and, at the study's baselines,
        P(score <= remission_score) = ``remission_ratio`` times that.

    Raises
    ------
    ValueError
        When no mean between 0.3 and 0.985 gives the ratio, or more than all would improve.
    """
    mean = _solved_mean(remission_ratio, scale)
    most = _responding(mean, scale.shape)
    if response > most * (1 + ROUNDING):
        raise ValueError(
            f"response must be at most {most:.3f} with remission_ratio {remission_ratio:g}, got {response:g}"
        )
    return Improvement(improver_share=min(response / most, 1.0), improver_mean=mean, shape=scale.shape)


def responders_among_improvers(remission_ratio: float, scale: Scale) -> float:
    """Return the largest share of patients who can respond with a given ratio of remission.

    Parameters
    ----------
    remission_ratio : float
        Remitters as a share of responders.
    scale : Scale
        How the study measured.

    Returns
    -------
    float
        Share who respond when everybody is an improver.

    Raises
    ------
    ValueError
        When no mean improvement gives the ratio.
    """
    return _responding(_solved_mean(remission_ratio, scale), scale.shape)


def possible_ratios(response: float, scale: Scale) -> tuple[float, float]:
    """Return the lowest and the highest ratio of remission that a share of responders allows.

    Parameters
    ----------
    response : float
        Share of patients who respond.
    scale : Scale
        How the study measured.

    Returns
    -------
    low, high : float
        Remitters as a share of responders. Where many respond, improvers must improve much, and so
        many of them remit.
    """
    mean = root_of_rising(lambda mean: _responding(mean, scale.shape) - response, LOWEST_MEAN, HIGHEST_MEAN)
    return _ratio(mean, scale), _ratio(HIGHEST_MEAN, scale)


@lru_cache(maxsize=SOLUTIONS_KEPT)
def _solved_mean(remission_ratio: float, scale: Scale) -> float:
    """Return the mean of improvers at which the ratio of remission comes out."""
    low, high = _ratio(LOWEST_MEAN, scale), _ratio(HIGHEST_MEAN, scale)
    if not low <= remission_ratio <= high:
        raise ValueError(
            f"remission_ratio must lie in [{low:.3f}, {high:.3f}] to be reached at these "
            f"baselines, got {remission_ratio:g}"
        )
    return root_of_rising(lambda mean: _ratio(mean, scale) - remission_ratio, LOWEST_MEAN, HIGHEST_MEAN)


def _ratio(mean: float, scale: Scale) -> float:
    """Return the share of responding improvers who remit at the study's baselines; 0 where none respond."""
    above = _above(mean, scale.shape, _thresholds(scale))
    if above[-1] == 0:
        return 0.0
    return float(above[:-1].sum() / (len(above) - 1) / above[-1])


def _responding(mean: float, shape: ImprovementShape) -> float:
    return float(_above(mean, shape, np.array([shape.response]))[0])


@lru_cache(maxsize=SOLUTIONS_KEPT)
def _thresholds(scale: Scale) -> FloatArray:
    """Return the improvement it takes to remit, by quantile of the baseline, and last to respond."""
    from scipy.special import ndtri  # noqa: PLC0415

    quantiles = (np.arange(BASELINE_POINTS) + 1 / 2) / BASELINE_POINTS
    baselines = np.clip(
        scale.baseline_mean + scale.baseline_sd * ndtri(quantiles), LOWEST_BASELINE, HIGHEST_BASELINE
    )
    return np.append(np.maximum(1 - scale.remission_score / baselines, 0.0), scale.shape.response)


def _above(mean: float, shape: ImprovementShape, threshold: FloatArray) -> FloatArray:
    """Return the probability that an improver reaches each threshold."""
    from scipy.special import betainc  # noqa: PLC0415

    alpha = mean * shape.concentration
    return np.asarray(
        1 - betainc(alpha, shape.concentration - alpha, np.clip(threshold, 0, 1)), dtype=np.float64
    )


@lru_cache(maxsize=TABLES_KEPT)
def _table(improvement: Improvement) -> tuple[FloatArray, FloatArray]:
    """Return improvements and their cumulative probability, both increasing."""
    shape = improvement.shape
    grid = np.unique(np.append(np.linspace(shape.unimproved_low, 1, GRID_POINTS), shape.response))
    unimproved = np.clip((grid - shape.unimproved_low) / (shape.unimproved_high - shape.unimproved_low), 0, 1)
    improved = 1 - _above(improvement.improver_mean, shape, grid)
    cumulative = (1 - improvement.improver_share) * unimproved + improvement.improver_share * improved
    rising = np.append(True, np.diff(cumulative) > 0)
    return grid[rising], cumulative[rising]
