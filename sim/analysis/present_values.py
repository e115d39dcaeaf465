"""Discounted costs and health of every strategy and replication, under chosen output settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.output_settings import OutputSettings
from sim.analysis.precision import FloatArray
from sim.domain.economics import DrugPrice, Perspective, categories_counted
from sim.errors import AnalysisError
from sim.outcomes.discounting import discount_factors
from sim.outcomes.perspectives import amount_counted
from sim.outcomes.totals import sums
from sim.results import Results

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Arms:
    """Which strategies and replications of one scenario there are.

    Parameters
    ----------
    scenario : str
        Name of the scenario.
    strategies : tuple of str
        In the order of the scenario.
    replications : ndarray of int64, shape (n_replications,)
        Numbers, increasing; the same for all strategies.
    """

    scenario: str
    strategies: tuple[str, ...]
    replications: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of strategies and of replications."""
        return len(self.strategies), len(self.replications)

    def cells(self, frame: pd.DataFrame) -> NDArray[np.int64]:
        """Return the position of each row in a raveled strategy-by-replication table."""
        names = list(frame["strategy"].cat.categories)
        position = np.array(
            [self.strategies.index(name) if name in self.strategies else -1 for name in names]
        )
        row = position[frame["strategy"].cat.codes.to_numpy()]
        cells: NDArray[np.int64] = row * len(self.replications) + np.searchsorted(
            self.replications, frame["replication"].to_numpy()
        )
        return cells

    def table(self, frame: pd.DataFrame, column: str) -> FloatArray:
        """Return a column of a frame with one row per strategy and replication, as a table."""
        values = np.full(self.shape, np.nan)
        values.ravel()[self.cells(frame)] = frame[column].to_numpy()
        return values


@dataclass(frozen=True, slots=True)
class PresentValues:
    """Discounted means per referred patient.

    Parameters
    ----------
    cost, qaly, life_years : ndarray, shape (n_strategies, n_replications)
        Cost under the chosen perspective [currency], health [years].
    """

    cost: FloatArray
    qaly: FloatArray
    life_years: FloatArray


def of_scenario(frame: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Return the rows of one scenario."""
    names = list(frame["scenario"].cat.categories)
    if len(names) == 1:
        return frame
    return frame[frame["scenario"].cat.codes.to_numpy() == names.index(scenario)]


def arms(results: Results, scenario: str) -> Arms:
    """Return the strategies and replications of a scenario.

    Parameters
    ----------
    results : Results
        Stored results.
    scenario : str
        Name of the scenario.

    Returns
    -------
    Arms
        In the order of the scenario.

    Raises
    ------
    AnalysisError
        If a strategy lacks a replication that another has.
    """
    frame = of_scenario(results.clinical, scenario)
    present = set(frame["strategy"])
    strategies = tuple(key for key in results.settings[scenario].strategies if key in present)
    found = Arms(scenario, strategies, np.unique(frame["replication"].to_numpy()).astype(np.int64))
    held = np.isin(np.arange(len(strategies) * len(found.replications)), found.cells(frame))
    if not held.all():
        missing = int(np.argmin(held))
        strategy, replication = divmod(missing, len(found.replications))
        raise AnalysisError(
            f"scenario '{scenario}': every strategy must have the same replications, got none with number "
            f"{found.replications[replication]} for '{strategies[strategy]}'; run what is missing"
        )
    return found


def present_values(results: Results, found: Arms, settings: OutputSettings) -> PresentValues:
    """Return discounted cost and health of every strategy and replication.

    Parameters
    ----------
    results : Results
        Stored results.
    found : Arms
        Strategies and replications of one scenario.
    settings : OutputSettings
        Perspective, discount rates, drug price and price year.

    Returns
    -------
    PresentValues
        Means per referred patient.
    """
    health = of_scenario(results.health, found.scenario)
    cells = found.cells(health)
    factors = discount_by_row(health, settings.discount_rate_effects)
    flows = of_scenario(results.flows, found.scenario)
    cost = cost_by_row(flows, settings) * discount_by_row(flows, settings.discount_rate_costs)
    return PresentValues(
        cost=_summed(found.cells(flows), cost, found),
        qaly=_summed(cells, health["qaly"].to_numpy() * factors, found),
        life_years=_summed(cells, health["life_years"].to_numpy() * factors, found),
    )


def discount_by_row(frame: pd.DataFrame, discount_rate: float) -> FloatArray:
    """Return the discount factor of the day of each row."""
    day = frame["day"].to_numpy()
    factors: FloatArray = discount_factors(int(day.max(initial=0)) + 1, discount_rate)[day]
    return factors


def cost_by_row(flows: pd.DataFrame, settings: OutputSettings) -> FloatArray:
    """Return the undiscounted amount that counts of each row of flows, in prices of the year asked for."""
    return counted_cost(flows, settings.perspective, settings.drug_price) * settings.price_factor


def counted_cost(
    flows: pd.DataFrame, perspective: Perspective, drug_price: DrugPrice = DrugPrice.LIST
) -> FloatArray:
    """Return the undiscounted amount a perspective counts of each row of flows, in the scenario's prices."""
    inventory = categories_counted(perspective, drug_price)
    counts = np.array([name in inventory for name in flows["category"].cat.categories])
    amount = amount_counted(flows["cost"].to_numpy(), flows["covered"].to_numpy(), perspective)
    counted: FloatArray = amount * counts[flows["category"].cat.codes.to_numpy()]
    return counted


def _summed(cells: NDArray[np.int64], amount: FloatArray, found: Arms) -> FloatArray:
    n_strategies, n_replications = found.shape
    return sums(cells, amount, n_strategies * n_replications).reshape(found.shape)
