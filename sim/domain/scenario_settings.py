"""What an analysis needs to know of a scenario once it has run: it travels with stored results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from sim.domain.evidence import UNSOURCED
from sim.domain.reach import resources_by_step
from sim.domain.scenario import Scenario

_OUTPUT_SETTINGS = (
    "perspective", "currency", "comparator", "price_year", "wtp",
    "discount_rate_costs", "discount_rate_effects", "drug_price",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScenarioSettings:
    """What an analysis needs to know of a scenario: output settings, sizes and names.

    Parameters
    ----------
    title, digest : str
        Plain title, and hash of the scenario.
    perspective, currency, comparator, price_year, wtp, discount_rate_costs, discount_rate_effects, drug_price
        As in the scenario's ``economics``.
    price_index : mapping
        Price index by year, written as text; amounts move to another year by the ratio of two of them.
    price_index_source : str
        Citation of that index.
    horizon_years, n_patients, seed
        As in the scenario; patients are per strategy and replication.
    strategies, resources : mapping
        Label by key, in file order.
    needed : mapping
        By strategy and step, keys of the resources that serve it (`sim.domain.reach.resources_by_step`).
    has_arrivals : bool
        True for an open programme, False for a cohort referred on day 0.
    budget : mapping or None
        The scenario's budget question as plain values: ``eligible_per_year, years, current, new, uptake``.
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
    drug_price: str
    price_index: Mapping[str, float]
    price_index_source: str
    horizon_years: float
    n_patients: int
    seed: int
    strategies: Mapping[str, str]
    resources: Mapping[str, str]
    needed: Mapping[str, Mapping[str, list[str]]]
    has_arrivals: bool
    budget: Mapping[str, Any] | None
    payers: list[str]

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Return the settings of a scenario."""
        economics = scenario.economics
        return cls(
            title=scenario.title,
            digest=scenario.digest,
            **{name: getattr(economics, name) for name in _OUTPUT_SETTINGS},
            price_index={str(year): index for year, index in economics.index_by_year.items()},
            price_index_source=_index_source(scenario),
            horizon_years=scenario.horizon_years,
            n_patients=scenario.run.n_patients,
            seed=scenario.run.seed,
            strategies={key: strategy.label for key, strategy in scenario.strategies.items()},
            resources={key: resource.label for key, resource in scenario.resources.items()},
            needed={key: resources_by_step(scenario, key) for key in scenario.strategies},
            has_arrivals=scenario.population.arrivals is not None,
            budget=_budget(scenario),
            payers=list(scenario.population.payers),
        )


def _budget(scenario: Scenario) -> dict[str, Any] | None:
    """Return the budget question as plain values, such as JSON has."""
    if scenario.budget is None:
        return None
    plain = scenario.budget.model_dump(mode="json")
    return plain | {"eligible_per_year": scenario.budget.eligible_per_year.value}


def _index_source(scenario: Scenario) -> str:
    """Return what the price index is, in words."""
    source = scenario.economics.price_index.source
    return "an assumed index" if source in UNSOURCED else scenario.sources[source].citation
