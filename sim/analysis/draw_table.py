"""Costs and effects of strategies, draw by draw: what every probabilistic analysis starts from.

A table comes from this model's stored draws under chosen output settings, or from any other model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.increments import net_monetary_benefit
from sim.analysis.output_settings import OutputSettings
from sim.analysis.precision import FloatArray
from sim.errors import AnalysisError
from sim.outcomes.perspectives import amount_counted
from sim.results import ScenarioSettings
from sim.worlds.sums import Worlds


@dataclass(frozen=True, slots=True)
class DrawTable:
    """Mean cost and effect per person of every strategy in every draw.

    Parameters
    ----------
    strategies : tuple of str
        Keys or names.
    cost, effect : ndarray, shape (n_draws, n_inner, n_strategies)
        By replication within a draw; one replication where a model has no chance [currency, QALY].
    parameters : tuple of str
        Paths or names of what was drawn; may be empty.
    values : ndarray, shape (n_draws, n_parameters)
        Drawn values.
    """

    strategies: tuple[str, ...]
    cost: FloatArray
    effect: FloatArray
    parameters: tuple[str, ...]
    values: FloatArray

    @property
    def n_draws(self) -> int:
        """Number of draws."""
        return len(self.cost)

    @property
    def n_inner(self) -> int:
        """Replications within each draw."""
        return int(self.cost.shape[1])

    def net_benefit(self, wtp: float) -> FloatArray:
        """Return net monetary benefit, shape (n_draws, n_inner, n_strategies) [currency]."""
        return net_monetary_benefit(self.cost, self.effect, wtp)

    def column(self, parameter: str) -> FloatArray:
        """Return the drawn values of one parameter, shape (n_draws,)."""
        return self.values[:, self.parameters.index(parameter)]

    def only(self, strategies: Sequence[str]) -> DrawTable:
        """Return the table with some strategies, in the order they have here."""
        kept = [place for place, key in enumerate(self.strategies) if key in strategies]
        keys = tuple(self.strategies[place] for place in kept)
        return replace(self, strategies=keys, cost=self.cost[..., kept], effect=self.effect[..., kept])

    def without_parameters(self) -> DrawTable:
        """Return the table without what was drawn."""
        return replace(self, parameters=(), values=self.values[:, :0])


def draw_table(worlds: Worlds, stored: ScenarioSettings, asked: OutputSettings) -> DrawTable:
    r"""Return costs and effects of stored worlds under chosen output settings.

    Parameters
    ----------
    worlds : Worlds
        The same number of replications of each world.
    stored : ScenarioSettings
        The scenario's own settings.
    asked : OutputSettings
        Perspective, discount rates, drug price and price year to use.

    Returns
    -------
    DrawTable
        Means per referred patient; effect in QALYs.

    Raises
    ------
    AnalysisError
        If worlds were stored at a rate of 0 and another is asked for: nothing tells then when in its year an
        amount fell.

    Notes
    -----
    At the scenario's own rates, and without discounting, sums of days are exact. At another rate r an
    amount A of a year, worth P at the scenario's rate r0, is taken to fall at its mean time
    :math:`t = \ln(A / P) / \ln(1 + r_0)`, and is worth :math:`A (1 + r)^{-t}`; the error is of the order
    of :math:`\ln(1 + r) \ln((1 + r) / (1 + r_0)) / 24`, below 1e-4 for rates up to 5 %, and at most three
    times that where amounts fall at both ends of a year.
    """
    for name in ("discount_rate_costs", "discount_rate_effects"):
        _check_rate(name, getattr(stored, name), getattr(asked, name))
    rates = stored.discount_rate_costs, asked.discount_rate_costs
    money = amount_counted(
        _worth(worlds.cost, worlds.cost_discounted, *rates),
        _worth(worlds.covered, worlds.covered_discounted, *rates),
        asked.perspective,
    )
    effect = _worth(
        worlds.qaly, worlds.qaly_discounted, stored.discount_rate_effects, asked.discount_rate_effects
    )
    n_inner, n_strategies = worlds.n_inner, len(worlds.strategies)
    shape = -1, n_inner, n_strategies
    return DrawTable(
        strategies=worlds.strategies,
        cost=money[:, :, asked.counted].sum(axis=-1).sum(axis=-1).reshape(shape) * asked.price_factor,
        effect=effect.sum(axis=-1).reshape(shape),
        parameters=worlds.parameters,
        values=worlds.values[::n_inner],
    )


def _check_rate(name: str, own_rate: float, rate: float) -> None:
    if own_rate == 0 < rate:
        raise AnalysisError(
            f"{name}: must be 0 where draws were made at a rate of 0, got {rate:g}; "
            f"make them anew with --set economics.{name}={rate:g}"
        )


def _worth(amount: FloatArray, discounted: FloatArray, own_rate: float, rate: float) -> FloatArray:
    """Return amounts by year, on the last axis, at a discount rate."""
    if rate == own_rate:
        return discounted
    if rate == 0:
        return amount
    middle = np.broadcast_to(np.arange(amount.shape[-1]) + 1 / 2, amount.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_time = np.log(amount / discounted) / np.log1p(own_rate)
    time = np.where(np.isfinite(mean_time), mean_time, middle)
    return amount * (1 + rate) ** -time
