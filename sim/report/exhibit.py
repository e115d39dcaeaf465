"""A figure that can stand alone: chart, caption that says what it rests on, numbers, finding in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from sim.analysis.precision import plain
from sim.domain.economics import DrugPrice
from sim.report.numbers import NOTHING, Number, cents, counted, money, significant, with_error
from sim.report.tables import Table
from sim.report.words import DRUG_PRICES, PERSPECTIVES

if TYPE_CHECKING:
    import altair as alt

    from sim.analysis.output_settings import OutputSettings
    from sim.results import ScenarioSettings

DOLLARS = "USD"
WHOLE_FROM = 10
"""Dollars from here on are written without cents."""
CHANCE_ONLY = "± standard error between replications (chance only)"
"""What stands behind a mean over replications."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the numbers of a figure rest on; None where a table from elsewhere does not say.

    Parameters
    ----------
    currency, price_year, perspective : str, int and str, optional
        Of every amount; the perspective is a key of `sim.domain.economics.Perspective`, or plain words.
    horizon_years, discount_rate_costs, discount_rate_effects : float, optional
        Time counted, and annual rates.
    n_patients, n_draws, n_replications : int, optional
        Patients in each arm, draws of parameters, replications (of each draw where there are draws).
    wtp : float, optional
        Chosen willingness to pay [currency/unit of effect].
    effect : str
        Unit of effect, in the singular; in the plural its first word takes an s.
    person : str
        Whom amounts are counted per.
    price_index_source : str, optional
        Citation of the index that moved prices to the price year.
    drug_price : str, optional
        A key of `sim.domain.economics.DrugPrice`.
    """

    currency: str | None = None
    price_year: int | None = None
    perspective: str | None = None
    horizon_years: float | None = None
    discount_rate_costs: float | None = None
    discount_rate_effects: float | None = None
    n_patients: int | None = None
    n_draws: int | None = None
    n_replications: int | None = None
    wtp: float | None = None
    effect: str = "QALY"
    person: str = "referred patient"
    price_index_source: str | None = None
    drug_price: str | None = None

    @classmethod
    def of(
        cls,
        settings: ScenarioSettings,
        output: OutputSettings,
        *,
        n_draws: int | None = None,
        n_replications: int | None = None,
    ) -> Self:
        """Return what results of a scenario rest on.

        Parameters
        ----------
        settings : ScenarioSettings
            Currency, horizon and patients.
        output : OutputSettings
            Perspective, price year, drug price, discount rates and willingness to pay that were asked for.
        n_draws, n_replications : int, optional
            Draws of parameters, and replications (of each draw).

        Returns
        -------
        Basis
            With nothing left unsaid but draws and replications that are not given.
        """
        return cls(
            currency=settings.currency,
            price_year=output.price_year,
            perspective=str(output.perspective),
            horizon_years=settings.horizon_years,
            discount_rate_costs=output.discount_rate_costs,
            discount_rate_effects=output.discount_rate_effects,
            n_patients=settings.n_patients,
            n_draws=n_draws,
            n_replications=n_replications,
            wtp=output.wtp,
            price_index_source=settings.price_index_source,
            drug_price=str(output.drug_price),
        )

    @property
    def unit(self) -> str:
        """Unit of amounts in the title of an axis, such as ``[USD 2024]``."""
        if self.currency is None:
            return "[as in the table given]"
        return f"[{self.currency}{'' if self.price_year is None else f' {self.price_year}'}]"

    @property
    def effects(self) -> str:
        """Unit of effect in the plural.

        Examples
        --------
        >>> Basis().effects, Basis(effect="unit of effect").effects
        ('QALYs', 'units of effect')
        """
        head, of, rest = self.effect.partition(" of ")
        return f"{head}s{of}{rest}"

    def sign(self, form: str) -> str:
        """Return a number format of Vega with the sign of the currency, if it has one."""
        return f"${form}" if self.currency == DOLLARS else form

    def amount(self, value: Number) -> str:
        """Return an amount as text.

        Examples
        --------
        >>> Basis(currency="USD").amount(-1234.5), Basis().amount(0.123), Basis().amount(float("nan"))
        ('-$1,234', '0.123', '-')
        """
        if value is None or plain(value) is None:
            return NOTHING
        if self.currency != DOLLARS:
            return significant(value)
        return money(value) if abs(value) >= WHOLE_FROM or value == 0 else cents(value)

    def with_error(self, value: Number, error: Number) -> str:
        """Return an amount with its standard error, which has the same unit.

        Examples
        --------
        >>> Basis(currency="USD").with_error(1200.0, 30.0), Basis().with_error(0.5, float("nan"))
        ('$1,200 ± 30', '0.5')
        """
        return with_error(plain(value), plain(error), self.amount)

    @property
    def ratio(self) -> str:
        """Name of incremental cost-effectiveness ratios.

        Examples
        --------
        >>> Basis().ratio
        'Cost per QALY gained'
        """
        return f"Cost per {self.effect} gained"

    def per_effect(self, value: Number) -> str:
        """Return an amount per unit of effect.

        Examples
        --------
        >>> Basis(currency="USD").per_effect(50_000)
        '$50,000 per QALY'
        """
        return f"{self.amount(value)} per {self.effect}"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A figure with everything that belongs to it.

    Parameters
    ----------
    title : str
        What it shows.
    chart : altair chart
        The drawing; its own title is the same.
    caption : str
        How to read it and what it rests on, from `caption_of`.
    table : Table
        The numbers drawn.
    alt : str
        The finding, for those who do not see the drawing.
    """

    title: str
    chart: alt.TopLevelMixin
    caption: str
    table: Table
    alt: str


def caption_of(
    basis: Basis,
    shows: str = "",
    *,
    notes: Sequence[str] = (),
    at_wtp: bool = False,
    discounted: bool = True,
    spread: str = "",
) -> str:
    """Return a caption: what is shown, then units, perspective, time, size; every caption comes from here.

    Parameters
    ----------
    basis : Basis
        What the numbers rest on.
    shows : str
        Sentences that say how to read the figure; none below tables, which say so in their titles.
    notes : sequence of str
        More sentences.
    at_wtp : bool
        Whether the figure holds at the chosen willingness to pay only.
    discounted : bool
        False where amounts are not discounted whatever the rates.
    spread : str
        What stands behind a ±, such as `CHANCE_ONLY`.

    Returns
    -------
    str
        Such as ``... USD 2024, payer perspective, 5 years, ...; 2,000 patients per strategy, 1,000 draws.``

    Examples
    --------
    >>> caption_of(Basis(n_draws=1000), "Extra cost against extra effect.")
    'Extra cost against extra effect. Units as in the table given; 1,000 draws of parameters.'
    """
    facts = ", ".join(_facts(basis, discounted=discounted, at_wtp=at_wtp))
    sentence = "; ".join(part for part in (facts, ", ".join(_sizes(basis)), spread) if part)
    return " ".join(part for part in (shows, *notes, f"{sentence[:1].upper()}{sentence[1:]}.") if part)


def _facts(basis: Basis, *, discounted: bool, at_wtp: bool) -> Iterator[str]:
    """Yield units, perspective and time; what a model must state and does not is named as missing."""
    yield _money(basis)
    if basis.drug_price == DrugPrice.NET:
        yield f"drugs {DRUG_PRICES[basis.drug_price]}"
    if basis.perspective is not None:
        yield f"{PERSPECTIVES.get(basis.perspective, basis.perspective)} perspective"
    elif basis.currency is not None:
        yield "perspective not stated"
    if basis.horizon_years is not None:
        yield counted(basis.horizon_years, "year")
    if not discounted:
        yield "not discounted"
    elif basis.discount_rate_costs is not None and basis.discount_rate_effects is not None:
        costs, effects = basis.discount_rate_costs, basis.discount_rate_effects
        yield f"discounted {costs:.1%} (costs) and {effects:.1%} (effects) a year"
    if at_wtp and basis.wtp is not None:
        yield f"at a willingness to pay of {basis.per_effect(basis.wtp)}"


def _money(basis: Basis) -> str:
    """Return currency and price year, and the index that moved prices there."""
    if basis.currency is None:
        return "units as in the table given"
    moved = "" if basis.price_index_source is None else f" (prices moved by {basis.price_index_source})"
    return f"{basis.currency} {basis.price_year or '(price year not stated)'}{moved}"


def _sizes(basis: Basis) -> Iterator[str]:
    if basis.n_patients is not None:
        yield f"{counted(basis.n_patients, 'patient')} per strategy"
    yield f"{counted(basis.n_draws, 'draw')} of parameters" if basis.n_draws else "no draws of parameters"
    if basis.n_replications is not None:
        yield counted(basis.n_replications, "replication") + (" of each draw" if basis.n_draws else "")
