"""What every strategy cost and achieved in many worlds: sets of values for what is unknown.

A world is a draw of a probabilistic analysis or a point of a deterministic one. Amounts are kept by category
and calendar year, undiscounted and at the scenario's own rates, so that perspective, willingness to pay and
discount rates can be chosen afterwards. Nothing is analyzed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
NAMES = ("parameters", "strategies", "treatments")
NUMBERS = ("world", "replication")
MONEY = ("cost", "covered", "cost_discounted", "covered_discounted")
HEALTH = ("qaly", "life_years", "qaly_discounted", "life_years_discounted")
BY_YEAR = (*MONEY, *HEALTH)
"""Arrays whose last axis are years; a world that ends earlier is filled with zeros."""


@dataclass(frozen=True, slots=True)
class Worlds:
    """Sums of one or more worlds, one row per world and replication.

    Parameters
    ----------
    parameters : tuple of str
        Dotted path of each unknown, or setting that was varied.
    strategies, treatments : tuple of str
        Keys, in the order of the scenario.
    world, replication : ndarray of int64, shape (n_rows,)
        Number of the world, increasing, and of the patients it met.
    values : ndarray, shape (n_rows, n_parameters)
        Values that were simulated.
    response : ndarray, shape (n_rows, n_treatments)
        Expected share of those who start each treatment who respond at the end of its induction.
    cost, covered : ndarray, shape (n_rows, n_strategies, n_categories, n_years)
        Mean per referred patient, undiscounted, and the part an insurer pays; categories as in
        `CATEGORIES`, years of 365.25 days from day 0 [currency].
    cost_discounted, covered_discounted : ndarray, shape (n_rows, n_strategies, n_categories, n_years)
        The same at the scenario's discount rate.
    qaly, life_years, qaly_discounted, life_years_discounted : ndarray, shape (n_rows, n_strategies, n_years)
        Mean per referred patient [years].
    clinical : ndarray, shape (n_rows, n_strategies, n_columns)
        Clinical columns as in `sim.domain.columns.CLINICAL_VALUES`; nan where undefined.
    """

    parameters: tuple[str, ...]
    strategies: tuple[str, ...]
    treatments: tuple[str, ...]
    world: IntArray
    replication: IntArray
    values: FloatArray
    response: FloatArray
    cost: FloatArray
    covered: FloatArray
    cost_discounted: FloatArray
    covered_discounted: FloatArray
    qaly: FloatArray
    life_years: FloatArray
    qaly_discounted: FloatArray
    life_years_discounted: FloatArray
    clinical: FloatArray

    @property
    def n_inner(self) -> int:
        """Replications of each world; the first world tells."""
        return int((self.world == self.world[0]).sum())

    @property
    def numbers(self) -> IntArray:
        """Number of each world, once; shape (n_worlds,)."""
        return np.unique(self.world)

    def arrays(self) -> dict[str, Any]:
        """Return all arrays by name, each with a row per world and replication."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name not in NAMES}

    def without_values(self) -> Worlds:
        """Return the same without the values of parameters."""
        return replace(self, parameters=(), values=self.values[:, :0])


def joined(parts: Sequence[Worlds]) -> Worlds:
    """Put the worlds of several parts into one, in order of their numbers.

    Parameters
    ----------
    parts : sequence of Worlds
        Of the same scenario; no world and replication twice.

    Returns
    -------
    Worlds
        All of them.

    Raises
    ------
    ValueError
        If there is none, parameters or strategies differ, or one comes twice.
    """
    if len({(part.parameters, part.strategies, part.treatments) for part in parts}) != 1:
        raise ValueError("worlds must have the same parameters and strategies, and there must be one")
    n_years = max(part.qaly.shape[-1] for part in parts)
    arrays = [
        {
            name: _widened(array, n_years) if name in BY_YEAR else array
            for name, array in part.arrays().items()
        }
        for part in parts
    ]
    whole: dict[str, Any] = {name: np.concatenate([part[name] for part in arrays]) for name in arrays[0]}
    order = np.lexsort((whole["replication"], whole["world"]))
    keys = np.stack([whole["world"], whole["replication"]])[:, order]
    if (keys[:, 1:] == keys[:, :-1]).all(axis=0).any():
        raise ValueError("worlds must be there once, got one of them twice")
    return replace(parts[0], **{name: array[order] for name, array in whole.items()})


def _widened(array: FloatArray, n_years: int) -> FloatArray:
    """Fill the last axis with zeros up to so many years."""
    missing = n_years - array.shape[-1]
    return np.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, missing)]) if missing else array
