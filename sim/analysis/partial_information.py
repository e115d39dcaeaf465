"""What knowing some parameters would be worth (EVPPI), and which of them are worth studying.

One set of draws serves all parameters: net benefit is regressed on each of them. An unrelated parameter would
get a value above 0 too, because a regression follows noise, so every value comes with this noise floor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np

from sim.analysis.net_benefit import (
    FEWEST_DRAWS,
    checked_columns,
    checked_net_benefit,
    checked_pair,
    error_of_choice,
    gains,
    net_benefits,
)
from sim.analysis.precision import FloatArray
from sim.analysis.smoothing import Smoother, group_smoother, smoothers
from sim.errors import AnalysisError
from sim.streams import Streams

WHAT = "EVPPI"
N_SHUFFLES = 2000
FLOOR_LEVEL = 0.95
DRAWS_PER_MEMBER = 10
"""A group of more members than this allows could predict any results."""
FEWEST_SHUFFLES = 20
"""From fewer, no 95th percentile can be told."""


class Fit(NamedTuple):
    """Value of deciding by a regression, its standard error, and the predictions it rests on."""

    value: float
    error: float
    predicted: FloatArray


@dataclass(frozen=True, slots=True)
class PartialInformation:
    """EVPPI of a parameter or a group, per person [currency].

    Parameters
    ----------
    value : float
        EVPPI, between 0 and EVPI.
    error : float
        Monte-Carlo standard error.
    floor : float
        95th percentile of what an unrelated parameter of the same design gets.
    chance : float
        Share of unrelated parameters that would get at least this value.
    exceeds_floor : bool
        Whether the value lies above the floor, before both are cut off.
    """

    value: float
    error: float
    floor: float
    chance: float
    exceeds_floor: bool

    def at_most(self, most: float) -> Self:
        """Return the value and its floor cut off at a ceiling; what they say of each other is kept."""
        return replace(self, value=min(self.value, most), floor=min(self.floor, most))


NOTHING = PartialInformation(0.0, 0.0, 0.0, 1.0, exceeds_floor=False)
"""Of what does not vary."""
Smoothers = Mapping[str, Smoother | None]
"""Regressions on parameters and groups by name; None for what does not vary."""


def evppi(
    net_benefit: FloatArray,
    parameters: Mapping[str, FloatArray],
    groups: Mapping[str, Sequence[str]] | None = None,
    *,
    seed: int = 0,
    n_shuffles: int = N_SHUFFLES,
    fewest: int = FEWEST_DRAWS,
) -> dict[str, PartialInformation]:
    r"""Return the expected value of perfect information on each parameter and group.

    Parameters
    ----------
    net_benefit : ndarray, shape (n_draws, n_strategies)
        Net benefit by draw; chance in it widens errors and raises the floor, but does not bias the value.
    parameters : mapping of str to ndarray, shape (n_draws,)
        Values of each parameter in the same draws.
    groups : mapping of str to sequence of str, optional
        Members of each group, by name of the parameter.
    seed : int
        Seed of the shuffles behind the noise floor.
    n_shuffles : int
        Unrelated parameters that make the noise floor, at least 20.
    fewest : int
        Draws that are enough.

    Returns
    -------
    dict of str to PartialInformation
        Parameters in the given order, then groups. One that does not vary is worth 0.

    Raises
    ------
    AnalysisError
        If there are too few strategies, draws or shuffles, columns do not fit or are not finite, or a group
        names what does not exist.

    Notes
    -----
    Differences :math:`b_s - b_{s_0}` to the strategy that is best on average are regressed on the parameters
    [1]_; EVPPI is the mean of :math:`\max_s \hat g_s(x_i)`. Noise in the fits makes it too large on average,
    much so for groups, unless fits are drawn together first: see `sim.analysis.smoothing.Smoother.predicted`.
    It is at least 0 because fits keep their mean, and is cut off at EVPI, which finite samples may exceed.

    The standard error is that of the mean of :math:`b_s - b_{s_0}` over draws with
    :math:`s = \arg\max_s \hat g_s(x_i)`, the influence function of the maximum of a regression; it holds
    where the choice is clear for nearly all values of the parameter.

    For the noise floor values are handed to other draws at random, which keeps design and results and cuts
    any tie between them. All parameters without values that repeat much share one floor.

    References
    ----------
    .. [1] Strong M, Oakley JE, Brennan A. Estimating multiparameter partial expected value of perfect
       information from a probabilistic sensitivity analysis sample: a nonparametric regression approach.
       Medical Decision Making. 2014;34(3):311-326. doi:10.1177/0272989X13505910
    """
    n_draws = len(checked_net_benefit(net_benefit, WHAT, fewest=fewest))
    found = smoothers_by_name(parameters, groups or {}, n_draws)
    return evppi_by(net_benefit, found, seed=seed, n_shuffles=n_shuffles, fewest=fewest)


def evppi_by(
    net_benefit: FloatArray,
    smoothers: Smoothers,
    *,
    seed: int = 0,
    n_shuffles: int = N_SHUFFLES,
    fewest: int = FEWEST_DRAWS,
) -> dict[str, PartialInformation]:
    """Return EVPPI by regressions that are made already, see `evppi` and `smoothers_by_name`."""
    table = checked_net_benefit(net_benefit, WHAT, fewest=fewest)
    if n_shuffles < FEWEST_SHUFFLES:
        raise AnalysisError(
            f"{WHAT}: n_shuffles must be at least {FEWEST_SHUFFLES}, got {n_shuffles}; raise it"
        )
    gain = gains(table)
    varying = {name: one for name, one in smoothers.items() if one is not None}
    shared = next((one for one in varying.values() if one.is_continuous), None)
    models = {
        name: shared if shared is not None and one.is_continuous else one for name, one in varying.items()
    }
    # Smoothers that share a basis share a floor.
    distinct = {id(model.basis): model for model in reversed(models.values())}
    floors = _unrelated_values(gain, distinct, seed, n_shuffles)
    return {
        name: NOTHING if one is None else _with_floor(fit_by(one, gain), floors[id(models[name].basis)])
        for name, one in smoothers.items()
    }


def evppi_curves(
    cost: FloatArray,
    effect: FloatArray,
    wtp: FloatArray,
    parameters: Mapping[str, FloatArray],
    groups: Mapping[str, Sequence[str]] | None = None,
    *,
    fewest: int = FEWEST_DRAWS,
) -> dict[str, FloatArray]:
    """Return EVPPI over a grid of willingness to pay, without noise floors.

    Parameters
    ----------
    cost, effect : ndarray, shape (n_draws, n_strategies)
        Costs [currency] and effects [QALY] by draw.
    wtp : ndarray, shape (n_wtp,)
        Willingness to pay [currency/QALY].
    parameters, groups : mapping
        See `evppi`.
    fewest : int
        Draws that are enough.

    Returns
    -------
    dict of str to ndarray, shape (n_wtp,)
        EVPPI per person [currency], parameters first, then groups.

    Raises
    ------
    AnalysisError
        If shapes differ, or as in `evppi`.
    """
    found = smoothers_by_name(parameters, groups or {}, len(cost))
    return evppi_curves_by(cost, effect, wtp, found, fewest=fewest)


def evppi_curves_by(
    cost: FloatArray,
    effect: FloatArray,
    wtp: FloatArray,
    smoothers: Smoothers,
    *,
    fewest: int = FEWEST_DRAWS,
) -> dict[str, FloatArray]:
    """Return EVPPI over willingness to pay by regressions that are made already, see `evppi_curves`."""
    checked_pair(cost, effect, wtp, WHAT)
    grid = np.atleast_1d(np.asarray(wtp, dtype=np.float64)).tolist()
    every = [gains(net_benefits(cost, effect, value, WHAT, fewest=fewest)) for value in grid]
    return {name: np.array([fit_by(one, gain).value for gain in every]) for name, one in smoothers.items()}


def fit_by(smoother: Smoother | None, gain: FloatArray) -> Fit:
    """Return what deciding by a regression is worth, see `evppi`.

    Parameters
    ----------
    smoother : Smoother or None
        Regression on what would be known; None if it does not vary.
    gain : ndarray, shape (n_draws, n_strategies)
        Differences to the best strategy, see `sim.analysis.net_benefit.gains`.

    Returns
    -------
    Fit
        Value, standard error and predicted gains, shape (n_draws, n_strategies).
    """
    if smoother is None:
        return Fit(0.0, 0.0, np.broadcast_to(gain.mean(axis=0), gain.shape))
    predicted = smoother.predicted(gain)
    value = min(_mean_of_best(predicted), _mean_of_best(gain))
    return Fit(value, error_of_choice(gain, predicted), predicted)


def _with_floor(fit: Fit, unrelated: FloatArray) -> PartialInformation:
    reached = (1 + int((unrelated >= fit.value).sum())) / (1 + len(unrelated))
    floor = float(np.quantile(unrelated, FLOOR_LEVEL))
    return PartialInformation(fit.value, fit.error, floor, reached, exceeds_floor=fit.value > floor)


def _unrelated_values(
    gain: FloatArray, smoothers: Mapping[int, Smoother], seed: int, n_shuffles: int
) -> dict[int, FloatArray]:
    """Return EVPPI of the same values handed to other draws, each of shape (n_shuffles,)."""
    streams, ceiling = Streams(seed, 0), _mean_of_best(gain)
    values = {key: np.empty(n_shuffles) for key in smoothers}
    for number in range(n_shuffles if smoothers else 0):
        order = np.argsort(streams.uniforms("noise floor", len(gain), occurrence=number))
        for key, smoother in smoothers.items():
            values[key][number] = _mean_of_best(smoother.shuffled(order).predicted(gain))
    return {key: np.minimum(each, ceiling) for key, each in values.items()}


def _mean_of_best(gain: FloatArray) -> float:
    """Return the mean over draws of the largest gain; that of the best strategy, 0, is among them."""
    return max(float(gain.max(axis=1).mean()), 0.0)


def smoothers_by_name(
    parameters: Mapping[str, FloatArray], groups: Mapping[str, Sequence[str]], n_draws: int
) -> dict[str, Smoother | None]:
    """Return the regressions on parameters and groups, which serve every net benefit of the same draws.

    Parameters
    ----------
    parameters, groups : mapping
        See `evppi`.
    n_draws : int
        Draws of the net benefits.

    Returns
    -------
    dict of str to Smoother or None
        Parameters first, then groups; None for what does not vary.

    Raises
    ------
    AnalysisError
        If columns do not fit or are not finite, or a group names what does not exist or is too large.
    """
    columns = checked_columns(dict(parameters), n_draws, "parameter")
    members = _checked_groups(groups, columns, n_draws // DRAWS_PER_MEMBER)
    found = dict(zip(columns, smoothers(list(columns.values())), strict=True))
    return found | {name: group_smoother([columns[key] for key in keys]) for name, keys in members.items()}


def _checked_groups(
    groups: Mapping[str, Sequence[str]], columns: Mapping[str, FloatArray], most: int
) -> dict[str, list[str]]:
    for name, members in groups.items():
        unknown = [member for member in members if member not in columns]
        if name in columns:
            raise AnalysisError(f"group {name!r}: must not have the name of a parameter; rename it")
        if unknown or not members:
            got = repr(unknown[0]) if unknown else "none"
            raise AnalysisError(f"group {name!r}: members must be parameters, got {got}; correct it")
        if len(members) > most:
            raise AnalysisError(
                f"group {name!r}: must have at most {most} members, one for {DRAWS_PER_MEMBER} draws, "
                f"got {len(members)}; split it or run 'psa' with more draws"
            )
    return {name: list(members) for name, members in groups.items()}
