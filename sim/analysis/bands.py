"""Subgroups of patients by what they bring: severity, failed trials, age, distance or insurance.

Membership is settled at referral, so that a treatment cannot move anybody from one subgroup to another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.precision import FloatArray
from sim.domain.cross_checks import not_found
from sim.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

N_QUARTERS = 4
"""Bands of equal size, where no cut points are given."""
INSURANCE = "insurance"
_COLUMN = {
    "severity": "severity", "failed_trials": "failed_trials", "age": "age_years",
    "distance": "distance_miles", INSURANCE: "payer",
}  # fmt: skip
_UNIT = {
    "severity": "MADRS points", "failed_trials": "failed trials", "age": "years", "distance": "miles",
}  # fmt: skip
ATTRIBUTES = tuple(_COLUMN)
"""What subgroups can be made by."""
_WHOLE = frozenset({"failed_trials"})


@dataclass(frozen=True, slots=True)
class Bands:
    """Subgroups, and who is in which.

    Parameters
    ----------
    by : str
        One of `ATTRIBUTES`.
    labels : tuple of str
        Plain names in order of the attribute; payers in file order.
    low, high : ndarray, shape (n_groups,)
        From ``low`` to below ``high``; infinite at the ends, nan for payers.
    group : ndarray of int64, shape (n_patients,)
        Subgroup of each patient.
    """

    by: str
    labels: tuple[str, ...]
    low: FloatArray
    high: FloatArray
    group: NDArray[np.int64]


def bands(patients: pd.DataFrame, by: str, cuts: Sequence[float] | None = None) -> Bands:
    """Divide patients into subgroups.

    Parameters
    ----------
    patients : pandas.DataFrame
        Rows of ``Results.patients``.
    by : str
        One of `ATTRIBUTES`.
    cuts : sequence of float, optional
        Where one subgroup ends and the next begins, increasing; who lies on a cut belongs to the upper one.
        Left out: the quartiles of these patients, in whole points, trials, years or miles.

    Returns
    -------
    Bands
        Subgroups without a patient are left out.

    Raises
    ------
    AnalysisError
        If the attribute is unknown or the cuts do not increase.
    """
    if by not in ATTRIBUTES:
        raise AnalysisError(f"by: {not_found(by, 'patient attribute for subgroups', ATTRIBUTES)}")
    if by == INSURANCE:
        return _by_payer(patients, cuts)
    value = patients[_COLUMN[by]].to_numpy().astype(np.float64)
    inner = _quartiles(value) if cuts is None else _checked(cuts)
    if by in _WHOLE:
        inner = np.unique(np.ceil(inner))
    ends = np.concatenate([[-np.inf], inner, [np.inf]])
    labels = [_label(by, low, high) for low, high in pairwise(ends.tolist())]
    return _inhabited(
        Bands(by, tuple(labels), ends[:-1], ends[1:], np.searchsorted(inner, value, side="right"))
    )


def _quartiles(value: FloatArray) -> FloatArray:
    """Return the quartiles, rounded to whole numbers."""
    return np.unique(np.round(np.quantile(value, np.arange(1, N_QUARTERS) / N_QUARTERS)))


def _checked(cuts: Sequence[float]) -> FloatArray:
    """Return cut points that are numbers and increase."""
    inner = np.array(cuts, dtype=np.float64)
    if not len(inner) or not np.isfinite(inner).all() or (np.diff(inner) <= 0).any():
        raise AnalysisError(f"cuts: must be numbers that increase, got {list(cuts)}; write them like 25,35")
    return inner


def _by_payer(patients: pd.DataFrame, cuts: Sequence[float] | None) -> Bands:
    """Divide patients by their main payer."""
    if cuts is not None:
        raise AnalysisError(f"cuts: must be left out for {INSURANCE}, got {list(cuts)}; payers have no order")
    payer = patients["payer"].cat
    names = tuple(str(key).replace("_", " ") for key in payer.categories)
    unknown = np.full(len(names), np.nan)
    return _inhabited(Bands(INSURANCE, names, unknown, unknown, payer.codes.to_numpy().astype(np.int64)))


def _inhabited(found: Bands) -> Bands:
    """Leave out subgroups without a patient."""
    kept, group = np.unique(found.group, return_inverse=True)
    labels = tuple(found.labels[position] for position in kept)
    return Bands(found.by, labels, found.low[kept], found.high[kept], group.astype(np.int64))


def _label(by: str, low: float, high: float) -> str:
    """Name a band in words."""
    unit = _UNIT[by]
    if by in _WHOLE:
        last = high - 1
        if np.isinf(low):
            return f"up to {last:g} {unit}"
        if np.isinf(high):
            return f"{low:g} or more {unit}"
        return f"{low:g} to {last:g} {unit}" if low < last else f"{unit}: {low:g}"
    if np.isinf(low):
        return f"below {high:g} {unit}"
    return f"{low:g} {unit} or more" if np.isinf(high) else f"{low:g} to below {high:g} {unit}"
