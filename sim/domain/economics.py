"""Perspectives, cost categories and the settings that change an answer without a new run."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.domain.frozen import Frozen, Key, Number, Whole
from sim.domain.parameters import (
    Curve,
    Money,
    MoneyPerHour,
    MoneyPerMile,
    Parameter,
    Probability,
    Speed,
)


class Perspective(StrEnum):
    """Whose costs count."""

    SECTOR = "sector"
    PAYER = "payer"
    PATIENT = "patient"
    PROGRAMME = "programme"
    SOCIETAL = "societal"


class DrugPrice(StrEnum):
    """At which price drugs count."""

    LIST = "list"
    """As charged."""
    NET = "net"
    """Less the rebates that come back to insurers."""


class Category(StrEnum):
    """What a flow of money is for."""

    SCREENING = "screening"
    DRUG = "drug"
    SESSION = "session"
    MONITORING = "monitoring"
    VISITS = "visits"
    INTEGRATION = "integration"
    ADVERSE_EVENTS = "adverse_events"
    BACKGROUND = "background"
    HOSPITAL = "hospital"
    TRAVEL = "travel"
    PATIENT_TIME = "patient_time"
    COMPANION_TIME = "companion_time"
    PRODUCTIVITY = "productivity"
    STAFF = "staff"
    IDLE_CAPACITY = "idle_capacity"
    PROGRAMME_DRUG = "programme_drug"
    SETUP = "setup"
    REBATE = "rebate"


CATEGORIES = tuple(Category)
"""Cost categories in the order of their position in arrays."""
_CARE = frozenset(
    {
        Category.SCREENING, Category.DRUG, Category.SESSION, Category.MONITORING, Category.VISITS,
        Category.INTEGRATION, Category.ADVERSE_EVENTS, Category.BACKGROUND, Category.HOSPITAL,
    }
)  # fmt: skip
IMPACT_INVENTORY: dict[Perspective, frozenset[Category]] = {
    Perspective.SECTOR: _CARE,
    Perspective.PAYER: _CARE,
    Perspective.PATIENT: _CARE | {Category.TRAVEL},
    Perspective.PROGRAMME: frozenset(
        {Category.STAFF, Category.IDLE_CAPACITY, Category.PROGRAMME_DRUG, Category.SETUP}
    ),
    Perspective.SOCIETAL: _CARE
    | {Category.TRAVEL, Category.PATIENT_TIME, Category.COMPANION_TIME, Category.PRODUCTIVITY},
}
"""Which categories count where, with drugs at list prices; `categories_counted` adds rebates. A payer counts
the covered part of care, a patient the rest."""


def categories_counted(perspective: Perspective, drug_price: DrugPrice) -> frozenset[Category]:
    """Return the categories of cost that count.

    Parameters
    ----------
    perspective : Perspective
        Whose costs.
    drug_price : DrugPrice
        Whether the rebates on drugs count, as amounts below 0.

    Returns
    -------
    frozenset of Category
        Rebates belong to whoever counts the price of drugs; all of them are an insurer's, none a patient's.
    """
    inventory = IMPACT_INVENTORY[perspective]
    with_rebates = drug_price is DrugPrice.NET and Category.DRUG in inventory
    return inventory | {Category.REBATE} if with_rebates else inventory


LARGEST_WTP = 1e15
SMALLEST_INDEX, LARGEST_INDEX = 1e-6, 1e6
"""Numbers a price index may have."""
Rate = Annotated[Number, Field(ge=0, le=1)]


class Economics(Frozen):
    """Output settings, price index and unit costs shared by all treatments."""

    perspective: Perspective
    """Whose costs count, unless another is asked for."""
    currency: Annotated[str, Field(pattern="^USD$")]
    """Currency of every amount."""
    price_year: Whole
    """Year in whose prices results are shown."""
    discount_rate_costs: Rate
    """Annual effective discount rate for costs."""
    discount_rate_effects: Rate
    """Annual effective discount rate for QALYs and life-years."""
    wtp: Annotated[Number, Field(gt=0, le=LARGEST_WTP)]
    """Willingness to pay for one QALY, in the money of the year whose prices are shown."""
    comparator: Key
    """Strategy that increments are counted from."""
    drug_price: DrugPrice = DrugPrice.LIST
    """Whether rebates on drugs count (``net``) or not (``list``)."""
    price_index: Curve
    """Price index of medical care by year (``at``)."""
    patient_hour: MoneyPerHour
    """Value of an hour of the patient's time."""
    companion_hour: MoneyPerHour
    """Value of an hour of a companion's time."""
    mile: MoneyPerMile
    """Cost of driving a mile."""
    driving_speed: Speed
    """Speed on the way to the clinic."""
    visit_covered: Probability
    """Share of screening, visits, adverse events and background care an insurer pays; those who pay
    themselves (``population.self_pay``) pay all of it."""
    visit_covered_by: Annotated[dict[Key, Probability], Field(min_length=1)] | None = None
    """The same for payers who differ, by their name in ``population.payers``."""
    setup: Money
    """What setting up the programme costs, per referred patient."""

    @model_validator(mode="after")
    def _index_by_year(self) -> Self:
        years, numbers = self.price_index.at, self.price_index.values
        if years is None or min(numbers) <= 0:
            raise ValueError("price_index must give numbers above 0 by year (at)")
        if not SMALLEST_INDEX <= min(numbers) <= max(numbers) <= LARGEST_INDEX:
            raise ValueError(
                f"price_index must lie in [{SMALLEST_INDEX:g}, {LARGEST_INDEX:g}], "
                f"got {min(numbers):g} to {max(numbers):g}"
            )
        if broken := [year for year in years if year != round(year)]:
            raise ValueError(f"price_index must be by whole years (at), got {broken[0]:g}")
        return self

    @property
    def index_by_year(self) -> dict[int, float]:
        """Price index by year."""
        return dict(zip(map(round, self.price_index.at or ()), self.price_index.values, strict=True))

    def in_prices_of_year(self, parameter: Parameter) -> float:
        """Return an amount in prices of ``price_year``.

        Parameters
        ----------
        parameter : Parameter
            Amount of money with its own price year.

        Returns
        -------
        float
            Amount moved by the ratio of the price index of both years.
        """
        if parameter.price_year is None:
            raise ValueError("only an amount of money with a price year can be moved to another year")
        index = self.index_by_year
        return parameter.value * index[self.price_year] / index[parameter.price_year]
