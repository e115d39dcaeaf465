"""The budget question of a scenario as arrays: people by year, mix and strategy; checked in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.precision import FloatArray
from sim.domain.budget import MOST_YEARS
from sim.domain.cross_checks import not_found
from sim.domain.patients import ROUNDING
from sim.errors import AnalysisError
from sim.results import ScenarioSettings

MIXES = ("current", "new")
MOST_ELIGIBLE = 10_000_000_000
"""More people than there are."""


@dataclass(frozen=True, slots=True)
class BudgetPlan:
    """How many people a year, and how the mix changes; checked.

    Parameters
    ----------
    eligible_per_year : float
        People referred in each year.
    years : int
        Years the budget is made for.
    strategies : tuple of str
        Keys in the order of the scenario.
    shares : ndarray, shape (2, n_strategies)
        Share of the people by strategy, in the current and in the new mix.
    uptake : ndarray, shape (years,)
        Share of the way from one to the other, by year of referral.
    """

    eligible_per_year: float
    years: int
    strategies: tuple[str, ...]
    shares: FloatArray
    uptake: FloatArray

    @property
    def moved(self) -> FloatArray:
        """Share of the people who change to or from a strategy, by year; shape (years, n_strategies)."""
        current, new = self.shares
        moved: FloatArray = self.uptake[:, np.newaxis] * (new - current)
        return moved

    @property
    def people(self) -> FloatArray:
        """People referred by mix, year and strategy; shape (2, years, n_strategies)."""
        current = np.broadcast_to(self.shares[0], self.moved.shape)
        return self.eligible_per_year * np.stack([current, current + self.moved])


def budget_plan(
    settings: ScenarioSettings,
    *,
    eligible_per_year: float | None = None,
    years: int | None = None,
    uptake: Sequence[float] | None = None,
    current: Mapping[str, float] | None = None,
    new: Mapping[str, float] | None = None,
) -> BudgetPlan:
    """Return the budget question of a scenario, with what is asked for in place.

    Parameters
    ----------
    settings : ScenarioSettings
        Of the scenario.
    eligible_per_year : float, optional
        People referred in each year; this and the following are the scenario's own when left out.
    years : int, optional
        Years the budget is made for; as many as there are shares in ``uptake`` when only that is given.
    uptake : sequence of float, optional
        Share of the way from the current to the new mix, by year of referral.
    current, new : mapping, optional
        Share of the people by strategy in each mix, which add up to 1; left out = the scenario's own.

    Returns
    -------
    BudgetPlan
        Checked.

    Raises
    ------
    AnalysisError
        If the scenario has no such question, refers patients over time, or a name or number is impossible.
    """
    asked = settings.budget
    if asked is None:
        raise AnalysisError("budget: must be in the scenario, got none; add current, new and uptake to it")
    if settings.has_arrivals:
        raise AnalysisError(
            "population.arrivals: must be left out for a budget, which spreads referrals itself, got some; "
            "run it with --set population.arrivals=null"
        )
    mixes = {
        name: asked[name] if mix is None else mix for name, mix in zip(MIXES, (current, new), strict=True)
    }
    reached = asked["uptake"] if uptake is None else uptake
    usual_years = asked["years"] if uptake is None else len(uptake)
    eligible = asked["eligible_per_year"] if eligible_per_year is None else eligible_per_year
    n_years = _checked_years(usual_years if years is None else years, reached, eligible)
    return BudgetPlan(
        eligible_per_year=eligible,
        years=n_years,
        strategies=tuple(settings.strategies),
        shares=np.array([_shares(settings, mix, mixes[mix]) for mix in MIXES]),
        uptake=np.array(reached[:n_years], dtype=np.float64),
    )


def _shares(settings: ScenarioSettings, mix: str, shares: Mapping[str, float]) -> list[float]:
    """Return the shares of a mix in the order of the scenario's strategies."""
    for key in shares:
        if key not in settings.strategies:
            raise AnalysisError(f"budget.{mix}.{key}: {not_found(key, 'strategy', settings.strategies)}")
    if not all(0 <= share <= 1 for share in shares.values()) or abs(sum(shares.values()) - 1) > ROUNDING:
        told = ", ".join(f"{share:g}" for share in shares.values())
        raise AnalysisError(f"budget.{mix}: must be shares from 0 to 1 that add up to 1, got {told}")
    return [shares.get(key, 0.0) for key in settings.strategies]


def _checked_years(years: int, uptake: Sequence[float], eligible: float) -> int:
    """Return the number of years; refuse what cannot be counted."""
    mistakes = []
    if not 1 <= years <= MOST_YEARS:
        mistakes.append(f"years: must lie in 1 to {MOST_YEARS}, got {years}")
    elif len(uptake) < years:
        mistakes.append(
            f"uptake: must give a share for each of the {years} years, got {len(uptake)}; "
            "such as --uptake 0.2,0.5,1"
        )
    mistakes += [f"uptake: must lie in [0, 1], got {share:g}" for share in uptake if not 0 <= share <= 1]
    if not 0 < eligible <= MOST_ELIGIBLE:
        mistakes.append(f"eligible_per_year: must be above 0 and at most {MOST_ELIGIBLE:,}, got {eligible:g}")
    if mistakes:
        raise AnalysisError("\n".join(mistakes))
    return years
