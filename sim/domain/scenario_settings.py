"""What is kept of a scenario beside its results, so that they can be read without the scenario file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from sim.domain.reach import resources_by_step
from sim.domain.scenario import Scenario

_OUTPUT_SETTINGS = (
    "perspective", "currency", "comparator", "price_year", "wtp",
    "discount_rate_costs", "discount_rate_effects",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScenarioSettings:
    """What an analysis needs to know of a scenario: output settings, sizes and names.

    Parameters
    ----------
    title, digest : str
        Plain title, and hash of the scenario.
    perspective, currency, comparator, price_year, wtp, discount_rate_costs, discount_rate_effects
        As in the scenario's ``economics``.
    horizon_years, n_patients, seed
        As in the scenario; patients are per strategy and replication.
    strategies, resources : mapping
        Label by key, in file order.
    needed : mapping
        By strategy and step, keys of the resources that serve it (`sim.domain.reach.resources_by_step`).
    payers : list of str
        Keys in file order.
    """

    title: str
    digest: str
    perspective: str
    currency: str
    comparator: str
    price_year: int
    discount_rate_costs: float
    discount_rate_effects: float
    wtp: float
    horizon_years: float
    n_patients: int
    seed: int
    strategies: Mapping[str, str]
    resources: Mapping[str, str]
    needed: Mapping[str, Mapping[str, list[str]]]
    payers: list[str]

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Return the settings of a scenario."""
        economics = scenario.economics
        return cls(
            title=scenario.title,
            digest=scenario.digest,
            **{name: getattr(economics, name) for name in _OUTPUT_SETTINGS},
            horizon_years=scenario.horizon_years,
            n_patients=scenario.run.n_patients,
            seed=scenario.run.seed,
            strategies={key: strategy.label for key, strategy in scenario.strategies.items()},
            resources={key: resource.label for key, resource in scenario.resources.items()},
            needed={key: resources_by_step(scenario, key) for key in scenario.strategies},
            payers=list(scenario.population.payers),
        )
