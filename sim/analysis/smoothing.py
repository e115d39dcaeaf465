"""Regression of results on parameters: what a draw's parameters alone say about its results.

A smoother is a fixed orthonormal basis whose coefficients are shrunk; how much is chosen for each result by
generalized cross-validation, in closed form. Every parameter is replaced by the normal scores of its ranks,
so all parameters without ties share one basis up to the order of its rows: it is factored once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sim.analysis.precision import FloatArray

IntArray = NDArray[np.int64]
DEGREE = 3
"""Cubic splines."""
INNER_KNOTS = 6
N_BASIS = INNER_KNOTS + DEGREE + 1
"""Splines of one parameter; a parameter with at most so many values is averaged by value instead."""
MOST_MEMBERS_WITH_PRODUCTS = 5
"""Groups of more members are additive."""
PRODUCT_ROUGHNESS = 2.0
"""Sum of squared second derivatives of the product of two normal scores, the same everywhere."""
PENALTIES = np.concatenate([np.logspace(-7, 5, 49), [np.inf]])
"""Multiples of the roughness that cross-validation chooses from; the last allows straight lines only."""
CAUTION = 1.4
"""Factor on the degrees of freedom in cross-validation; above 1 it guards against chasing noise."""
TINY = 1e-10
"""Share of the largest eigenvalue below which a direction counts as empty."""
MOST_OF_ONE_VALUE = 0.01
"""Share of draws with the same value up to which a parameter counts as continuous."""
GAUSS_POINT = 3**-0.5
"""Two-point Gauss-Legendre nodes, exact for the square of the (straight) second derivative of a cubic."""
BLOM = 3 / 8
"""Offset of ranks in normal scores."""


@dataclass(frozen=True, slots=True, eq=False)
class Smoother:
    """Regression on one parameter or a group of parameters.

    Parameters
    ----------
    basis : ndarray, shape (n_draws, n_columns)
        Orthonormal columns that span constants too; rows in the order of the parameter.
    roughness : ndarray, shape (n_columns,)
        Penalty of each column, at least 0; 0 is never shrunk.
    shares : ndarray, shape (n_penalties, n_columns)
        What each of `PENALTIES` keeps of a column of that roughness.
    row : ndarray of int, shape (n_draws,)
        Row of the basis that belongs to each draw.
    is_continuous : bool
        Whether it is of one parameter of which no value takes more than 1 % of draws: unrelated ones of
        these get the same by chance, however their values are rounded.
    """

    basis: FloatArray
    roughness: FloatArray
    shares: FloatArray
    row: IntArray
    is_continuous: bool = False

    def fitted(self, results: FloatArray) -> FloatArray:
        r"""Return what the parameter predicts of each result.

        Parameters
        ----------
        results : ndarray, shape (n_draws, n_results)
            Any quantities by draw, each with its own degree of smoothing.

        Returns
        -------
        ndarray, shape (n_draws, n_results)
            Fitted values; their mean is that of the results.

        Notes
        -----
        With basis :math:`Z`, coefficients :math:`c = Z^T y` and roughness :math:`s` the fit is
        :math:`Z D_\lambda c` with :math:`D_\lambda = 1 / (1 + \lambda s)`. The penalty :math:`\lambda`
        minimizes generalized cross-validation,
        :math:`n\,\mathrm{RSS} / (n - \gamma\,\mathrm{tr} D_\lambda)^2` [1]_, with :math:`\gamma = 1.4` [2]_.

        References
        ----------
        .. [1] Craven P, Wahba G. Smoothing noisy data with spline functions. Numerische Mathematik.
           1978;31(4):377-403. doi:10.1007/BF01404567
        .. [2] Kim YJ, Gu C. Smoothing spline Gaussian regression: more scalable computation via efficient
           approximation. Journal of the Royal Statistical Society B. 2004;66(2):337-356.
           doi:10.1046/j.1467-9868.2003.05316.x
        """
        center = results.mean(axis=0)
        return np.asarray(self._fit(results - center)[0] + center)

    def predicted(self, results: FloatArray) -> FloatArray:
        r"""Return fitted values that spread as the true regression does.

        Parameters
        ----------
        results : ndarray, shape (n_draws, n_results)
            Any quantities by draw.

        Returns
        -------
        ndarray, shape (n_draws, n_results)
            Fitted values drawn together to their mean.

        Notes
        -----
        A fit spreads more than what it estimates, by the noise it has picked up,
        :math:`v = \hat\sigma^2\,\mathrm{tr} D^2` (the constant aside), with
        :math:`\hat\sigma^2 = \mathrm{RSS} / \mathrm{tr}(I - D)^2`; a maximum over strategies takes this for
        information. Deviations are therefore multiplied by :math:`(1 - v / \sum_i \hat g_i^2)^{1/2}`, or by 0
        where this is not defined. It matters where many parameters explain little: for groups, and with few
        draws.
        """
        center = results.mean(axis=0)
        apart = results - center
        fit, kept = self._fit(apart)
        picked_up = (kept**2).sum(axis=0) - 1
        left = len(apart) - 2 * kept.sum(axis=0) + (kept**2).sum(axis=0)
        noise = ((apart - fit) ** 2).sum(axis=0) / np.maximum(left, 1.0) * picked_up
        spread = (fit**2).sum(axis=0)
        share = np.divide(noise, spread, out=np.ones_like(spread), where=spread > 0)
        return np.asarray(fit * np.sqrt(np.maximum(1 - share, 0)) + center)

    def _fit(self, apart: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return fits of centered results, and the shares kept, shape (n_columns, n_results)."""
        in_order = np.empty_like(apart)
        in_order[self.row] = apart
        coefficients = self.basis.T @ in_order
        kept = self._kept(coefficients, (apart**2).sum(axis=0))
        return np.asarray((self.basis @ (coefficients * kept))[self.row]), kept

    def _kept(self, coefficients: FloatArray, total: FloatArray) -> FloatArray:
        """Return the share kept of each coefficient, by generalized cross-validation."""
        kept = self.shares
        squares = coefficients**2
        unexplained = total - (2 * kept - kept**2) @ squares
        n_draws = len(self.row)
        room = np.maximum(n_draws - CAUTION * kept.sum(axis=1), 1.0)
        # Rounding may leave less than nothing unexplained where the fit is perfect.
        score = np.maximum(unexplained, TINY**2 * total) / room[:, np.newaxis] ** 2
        return np.asarray(kept[np.argmin(score, axis=0)].T)

    def shuffled(self, order: IntArray) -> Smoother:
        """Return the smoother of the same values handed to other draws, unrelated to any result."""
        return replace(self, row=self.row[order])


def _shares_kept(roughness: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        penalty = PENALTIES[:, np.newaxis] * roughness
    return np.asarray(1 / (1 + np.where(roughness > 0, penalty, 0)))


def smoothers(columns: Sequence[FloatArray]) -> list[Smoother | None]:
    """Return the smoother of each single parameter.

    Parameters
    ----------
    columns : sequence of ndarray, shape (n_draws,)
        Values of each parameter by draw.

    Returns
    -------
    list of Smoother or None
        None for a parameter that does not vary. Parameters without ties share one basis. A parameter of at
        most ten distinct values is averaged by value.

    Notes
    -----
    Cubic splines on normal scores of ranks, with knots at quantiles of the scores and the integral of the
    squared second derivative as roughness; fits are the same under any increasing transformation of the
    parameter.
    """
    shared: Smoother | None = None
    found: list[Smoother | None] = []
    for column in columns:
        if len(np.unique(column)) < len(column):
            one = _smoother(column)
            found.append(one and replace(one, is_continuous=_is_continuous(column)))
            continue
        if shared is None:
            shared = _smoother(np.arange(len(column), dtype=np.float64))
        row = np.argsort(np.argsort(column))
        found.append(shared and replace(shared, row=row, is_continuous=True))
    return found


def _is_continuous(column: FloatArray) -> bool:
    _, times = np.unique(column, return_counts=True)
    return bool(times.max() <= MOST_OF_ONE_VALUE * len(column))


def group_smoother(columns: Sequence[FloatArray]) -> Smoother | None:
    """Return the smoother of several parameters together.

    Parameters
    ----------
    columns : sequence of ndarray, shape (n_draws,)
        Values of each member by draw.

    Returns
    -------
    Smoother or None
        None if no member varies.

    Notes
    -----
    A sum of one smooth curve for each member and, in groups of two to five members, of the product of the
    normal scores of each pair. Interactions of other shapes, and all interactions in larger groups, are not
    seen: the value of such a group is then a lower bound.
    """
    varying = [column for column in columns if column.min() < column.max()]
    if len(varying) < 2:
        return _smoother(varying[0]) if varying else None
    parts = [_columns(column) for column in varying]
    designs = [design for design, _ in parts]
    penalties = [penalty for _, penalty in parts]
    if len(varying) <= MOST_MEMBERS_WITH_PRODUCTS:
        scores = [normal_scores(column) for column in varying]
        products = [one * other for one, other in combinations(scores, 2)]
        designs.append(np.column_stack(products))
        penalties.append(PRODUCT_ROUGHNESS * np.eye(len(products)))
    return _diagonalized(np.column_stack(designs), _block_diagonal(penalties))


def normal_scores(values: FloatArray) -> FloatArray:
    """Return standard normal quantiles of the ranks of values; equal values share the mean rank."""
    from scipy.special import ndtri  # noqa: PLC0415
    from scipy.stats import rankdata  # noqa: PLC0415

    return np.asarray(ndtri((rankdata(values) - BLOM) / (len(values) + 1 - 2 * BLOM)))


def _smoother(column: FloatArray) -> Smoother | None:
    return _diagonalized(*_columns(column)) if column.min() < column.max() else None


def _columns(column: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the design of one parameter, shape (n_draws, n_columns), and its penalty matrix."""
    distinct, which = np.unique(column, return_inverse=True)
    if len(distinct) <= N_BASIS:
        return np.eye(len(distinct))[which], np.zeros((len(distinct), len(distinct)))
    return _splines(normal_scores(column))


def _splines(scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return cubic B-splines at the scores and the integrals of products of their second derivatives."""
    from scipy.interpolate import BSpline  # noqa: PLC0415

    breaks = np.quantile(np.unique(scores), np.linspace(0, 1, INNER_KNOTS + 2))
    knots = np.concatenate([breaks[:1].repeat(DEGREE), breaks, breaks[-1:].repeat(DEGREE)])
    splines = BSpline(knots, np.eye(N_BASIS), DEGREE)
    half = np.diff(breaks) / 2
    middle = breaks[:-1] + half
    nodes = np.concatenate([middle - GAUSS_POINT * half, middle + GAUSS_POINT * half])
    bends = splines.derivative(2)(nodes)
    penalty = bends.T @ (np.tile(half, 2)[:, np.newaxis] * bends)
    return np.asarray(splines(scores)), np.asarray(penalty)


def _diagonalized(design: FloatArray, penalty: FloatArray) -> Smoother:
    """Turn columns so that they are orthonormal and the penalty is diagonal; drop empty directions."""
    sizes, directions = np.linalg.eigh(design.T @ design)
    full = sizes > TINY * sizes[-1]
    into = directions[:, full] / np.sqrt(sizes[full])
    roughness, turn = np.linalg.eigh(into.T @ penalty @ into * len(design))
    roughness = np.where(roughness < TINY * max(roughness[-1], TINY), 0, roughness)
    return Smoother(
        design @ (into @ turn), roughness, shares=_shares_kept(roughness), row=np.arange(len(design))
    )


def _block_diagonal(blocks: Sequence[FloatArray]) -> FloatArray:
    from scipy.linalg import block_diag  # noqa: PLC0415

    return np.asarray(block_diag(*blocks), dtype=np.float64)
