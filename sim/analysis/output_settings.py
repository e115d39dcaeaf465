"""Output settings: what a scenario says, unless something else is asked for; checked in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.cross_checks import not_found
from sim.domain.economics import CATEGORIES, LARGEST_WTP, DrugPrice, Perspective, categories_counted
from sim.errors import AnalysisError
from sim.results import Results, ScenarioSettings


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """Settings that change an answer without a new run.

    Parameters
    ----------
    comparator : str
        Strategy that increments are counted from.
    wtp : float
        Willingness to pay [currency/QALY].
    perspective : Perspective
        Whose costs count.
    discount_rate_costs, discount_rate_effects : float
        Annual effective rates [1/year].
    drug_price : DrugPrice
        Whether rebates on drugs count.
    price_year : int
        Year in whose prices costs are shown; the willingness to pay is meant in the same money.
    price_factor : float
        What an amount in the scenario's own prices is multiplied by: the ratio of the price index of
        ``price_year`` to that of the scenario's price year.
    """

    comparator: str
    wtp: float
    perspective: Perspective
    discount_rate_costs: float
    discount_rate_effects: float
    drug_price: DrugPrice
    price_year: int
    price_factor: float

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Which categories of cost count, in the order of `sim.domain.economics.CATEGORIES`."""
        inventory = categories_counted(self.perspective, self.drug_price)
        return np.array([category in inventory for category in CATEGORIES])


def output_settings(
    settings: ScenarioSettings,
    *,
    comparator: str | None = None,
    wtp: float | None = None,
    perspective: str | None = None,
    discount_rate_costs: float | None = None,
    discount_rate_effects: float | None = None,
    drug_price: str | None = None,
    price_year: int | None = None,
) -> OutputSettings:
    """Return the settings asked for, with those of the scenario where nothing is asked.

    Parameters
    ----------
    settings : ScenarioSettings
        What the scenario says.
    comparator, wtp, perspective, discount_rate_costs, discount_rate_effects : optional
        Used instead.
    drug_price, price_year : optional
        Used instead. The willingness to pay stays as it is when only the price year changes: it is then
        meant in the money of that year.

    Returns
    -------
    OutputSettings
        Checked.

    Raises
    ------
    AnalysisError
        If a name is unknown or a number impossible.
    """
    year = settings.price_year if price_year is None else price_year
    chosen = OutputSettings(
        comparator=settings.comparator if comparator is None else comparator,
        wtp=settings.wtp if wtp is None else wtp,
        perspective=_perspective(settings.perspective if perspective is None else perspective),
        discount_rate_costs=_rate("discount_rate_costs", discount_rate_costs, settings.discount_rate_costs),
        discount_rate_effects=_rate(
            "discount_rate_effects", discount_rate_effects, settings.discount_rate_effects
        ),
        drug_price=_drug_price(settings.drug_price if drug_price is None else drug_price),
        price_year=year,
        price_factor=_price_factor(settings, year),
    )
    check_comparator(chosen.comparator, settings.strategies)
    check_wtp(chosen.wtp)
    return chosen


def check_comparator(comparator: str, strategies: Iterable[str]) -> None:
    """Check that a comparator is one of the strategies.

    Raises
    ------
    AnalysisError
        If it is not.
    """
    names = list(strategies)
    if comparator not in names:
        raise AnalysisError(f"comparator: {not_found(comparator, 'strategy', names)}")


def check_wtp(wtp: float) -> None:
    """Check a willingness to pay.

    Raises
    ------
    AnalysisError
        If it is not above 0, or beyond all reason.
    """
    if not wtp > 0:
        raise AnalysisError(f"wtp: must be above 0, got {wtp!r}")
    if wtp > LARGEST_WTP:
        raise AnalysisError(f"wtp: must be at most {LARGEST_WTP:g}, got {wtp!r}")


def scenario_names(results: Results, scenario: str | None) -> Sequence[str]:
    """Return one scenario by name, or all when none is named.

    Raises
    ------
    AnalysisError
        If there is no such scenario.
    """
    if scenario is None:
        return list(results.settings)
    if scenario not in results.settings:
        raise AnalysisError(f"scenario: {not_found(scenario, 'scenario of these results', results.settings)}")
    return [scenario]


def _perspective(name: str) -> Perspective:
    try:
        return Perspective(name)
    except ValueError:
        raise AnalysisError(
            f"perspective: {not_found(str(name), 'perspective', list(Perspective))}"
        ) from None


def _drug_price(name: str) -> DrugPrice:
    try:
        return DrugPrice(name)
    except ValueError:
        raise AnalysisError(f"drug_price: {not_found(str(name), 'drug price', list(DrugPrice))}") from None


def _price_factor(settings: ScenarioSettings, year: int) -> float:
    """Return by how much prices differ between a year and the scenario's own."""
    if str(year) not in settings.price_index:
        known = ", ".join(settings.price_index)
        raise AnalysisError(f"price_year: must be a year of the price index ({known}), got {year}")
    return settings.price_index[str(year)] / settings.price_index[str(settings.price_year)]


def _rate(name: str, asked: float | None, usual: float) -> float:
    rate = usual if asked is None else asked
    if not 0 <= rate <= 1:
        hint = "; write 3 % as 0.03" if rate > 1 else ""
        raise AnalysisError(f"{name}: must lie in [0, 1], got {rate!r}{hint}")
    return rate
