"""A figure that can stand alone: chart, caption that says what it rests on, numbers, finding in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from sim.report.answer import PERSPECTIVES
from sim.report.numbers import NOTHING, Number, counted, significant
from sim.report.tables import Table

if TYPE_CHECKING:
    import altair as alt

    from sim.analysis.output_settings import OutputSettings
    from sim.results import ScenarioSettings

DOLLARS = "USD"
WHOLE_FROM = 10
"""Dollars from here on are written without cents."""


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
            Perspective, price year, discount rates and willingness to pay that were asked for.
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
        if value is None or value != value:  # noqa: PLR0124  only NaN differs from itself
            return NOTHING
        if self.currency != DOLLARS:
            return significant(value)
        digits = f"{abs(value):,.0f}" if abs(value) >= WHOLE_FROM or value == 0 else f"{abs(value):,.2f}"
        return f"{'-' if value < 0 and digits.strip('0.,') else ''}${digits}"

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
    basis: Basis, shows: str, *, notes: Sequence[str] = (), at_wtp: bool = False, discounted: bool = True
) -> str:
    """Return a caption: what is shown, then units, perspective, time, size.

    Parameters
    ----------
    basis : Basis
        What the numbers rest on.
    shows : str
        Sentences that say how to read the figure.
    notes : sequence of str
        More sentences.
    at_wtp : bool
        Whether the figure holds at the chosen willingness to pay only.
    discounted : bool
        False where amounts are not discounted whatever the rates.

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
    sentence = f"{facts}; {', '.join(_sizes(basis))}."
    return " ".join([shows, *notes, sentence[:1].upper() + sentence[1:]])


def _facts(basis: Basis, *, discounted: bool, at_wtp: bool) -> Iterator[str]:
    """Yield units, perspective and time; what a model must state and does not is named as missing."""
    if basis.currency is None:
        yield "units as in the table given"
    else:
        yield f"{basis.currency} {basis.price_year or '(price year not stated)'}"
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


def _sizes(basis: Basis) -> Iterator[str]:
    if basis.n_patients is not None:
        yield f"{counted(basis.n_patients, 'patient')} per strategy"
    yield f"{counted(basis.n_draws, 'draw')} of parameters" if basis.n_draws else "no draws of parameters"
    if basis.n_replications is not None:
        yield counted(basis.n_replications, "replication") + (" of each draw" if basis.n_draws else "")
