r"""Budget impact: what a budget holder pays in each year when the mix of strategies changes.

Undiscounted, year by year, with both mixes side by side, as the good-practice report asks for. The cohort of
a run was referred on one day; here people are referred evenly through every year, and each year's people
carry their later costs into the years that follow.

Notes
-----
One person costs :math:`c_{s,d}` in day :math:`d` after referral under strategy :math:`s`. With a moment of
referral that is uniform over a year, a cost at time :math:`t` after referral [years] falls into the
:math:`k`-th year after the year of referral with probability

.. math:: w_k(t) = \max(0,\; 1 - |t - k|), \qquad k = 0, 1, 2, \dots

(so :math:`\sum_k w_k(t) = 1`), and a person referred in a year costs
:math:`C_{s,k} = \sum_d c_{s,d}\, w_k((d + 1/2) / 365.25)` in the :math:`k`-th year after it. With
:math:`N` people a year, current and new shares :math:`m_s` and :math:`m'_s`, and :math:`u_y` of the way gone
in year :math:`y`, year :math:`j` costs

.. math:: B_j = N \sum_{y \le j} \sum_s m_{s}\, C_{s,j-y}, \qquad
          B'_j = N \sum_{y \le j} \sum_s (m_s + u_y (m'_s - m_s))\, C_{s,j-y},

and the net impact is :math:`B'_j - B_j = N \sum_{y \le j} u_y \sum_s (m'_s - m_s)\, C_{s,j-y}`, taken within
each replication, because all strategies meet the same patients. People referred before the first year are
left out: they cost the same in both mixes. Costs later than the horizon of the run are missing, so years
beyond it are told as truncated.

References
----------
Sullivan SD et al. 2014, Budget impact analysis: principles of good practice (report of the ISPOR 2012 Budget
Impact Analysis Good Practice II Task Force), Value Health 17:5-14, doi:10.1016/j.jval.2013.08.2291.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.budget_plan import BudgetPlan, budget_plan
from sim.analysis.output_settings import OutputSettings, output_settings, scenario_names
from sim.analysis.precision import FloatArray
from sim.analysis.present_values import Arms, arms, cost_by_row, of_scenario
from sim.domain.economics import Perspective
from sim.errors import AnalysisError
from sim.outcomes.totals import sums
from sim.results import Results, ScenarioSettings
from sim.units import DAYS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd

SAME_TIME = 1e-6
"""Years that two times may differ by and be the same."""


@dataclass(frozen=True, slots=True)
class BudgetImpact:
    """What both mixes cost, undiscounted, in the prices asked for.

    Parameters
    ----------
    scenario : str
        Name of the scenario.
    settings : ScenarioSettings
        Names and sizes.
    output : OutputSettings
        Whose budget, price year and drug price; discounting does not apply.
    plan : BudgetPlan
        What was asked.
    categories : tuple of str
        Categories of cost, in order.
    cost : ndarray, shape (2, years, n_categories, n_replications)
        Cost of the current and the new mix [currency].
    net : ndarray, shape (years, n_replications)
        New less current [currency].
    truncated_years : tuple of int
        Years that lie beyond the follow-up of the first year's people: later costs are missing there.
    is_limited : bool
        True where resources have limits, so that costs per person depend on how many came in the run.
    """

    scenario: str
    settings: ScenarioSettings
    output: OutputSettings
    plan: BudgetPlan
    categories: tuple[str, ...]
    cost: FloatArray
    net: FloatArray
    truncated_years: tuple[int, ...]
    is_limited: bool


def budget_impact(
    results: Results,
    scenario: str | None = None,
    *,
    perspective: str | None = None,
    drug_price: str | None = None,
    price_year: int | None = None,
    eligible_per_year: float | None = None,
    years: int | None = None,
    uptake: Sequence[float] | None = None,
    current: Mapping[str, float] | None = None,
    new: Mapping[str, float] | None = None,
) -> BudgetImpact:
    """Return what a budget holder pays, year by year, under the current and the new mix.

    Parameters
    ----------
    results : Results
        Results of a run without arrivals over time.
    scenario : str, optional
        Name of the scenario; left out = the first.
    perspective : str, optional
        Whose budget; left out = the payer's.
    drug_price : str, optional
        ``list`` or ``net``; left out = the scenario's own.
    price_year : int, optional
        Year in whose prices all years are shown; left out = the scenario's own.
    eligible_per_year, years, uptake, current, new : optional
        As `budget_plan` takes them.

    Returns
    -------
    BudgetImpact
        Undiscounted, by replication; see the module for the formula.

    Raises
    ------
    AnalysisError
        As `budget_plan`, or if a setting is unknown or a replication missing.
    """
    name = scenario_names(results, scenario)[0]
    settings = results.settings[name]
    plan = budget_plan(
        settings, eligible_per_year=eligible_per_year, years=years, uptake=uptake, current=current, new=new
    )
    output = output_settings(
        settings,
        perspective=Perspective.PAYER.value if perspective is None else perspective,
        drug_price=drug_price,
        price_year=price_year,
    )
    found, flows = arms(results, name), of_scenario(results.flows, name)
    plan = _for_strategies(plan, found.strategies)
    per_person = cost_of_a_person(flows, found, output, plan.years)
    net = _by_year(plan.eligible_per_year * plan.moved, per_person).sum(axis=1)
    offered = of_scenario(results.utilization, name)["offered_minutes"]
    return BudgetImpact(
        scenario=name,
        settings=settings,
        output=output,
        plan=plan,
        categories=tuple(flows["category"].cat.categories),
        cost=np.stack([_by_year(people, per_person) for people in plan.people]),
        net=net,
        truncated_years=tuple(
            year for year in range(1, plan.years + 1) if year > settings.horizon_years + SAME_TIME
        ),
        is_limited=bool(offered.notna().any()),
    )


def year_weights(day: NDArray[np.int64], n_years: int) -> FloatArray:
    r"""Return which part of a cost falls into each year, for people referred evenly through the first.

    Parameters
    ----------
    day : ndarray of int64, shape (n,)
        Day after referral; what falls within a day counts at its middle.
    n_years : int
        Number of years, the first being that of referral.

    Returns
    -------
    ndarray, shape (n_years, n)
        :math:`\max(0, 1 - |t - k|)` with :math:`t = (d + 1/2) / 365.25`.

    Examples
    --------
    >>> year_weights(np.array([0, 182, 365, 730]), 2).round(3).tolist()
    [[0.999, 0.5, 0.0, 0.0], [0.001, 0.5, 0.999, 0.0]]
    """
    years = (day + 1 / 2) / DAYS_PER_YEAR
    weights: FloatArray = np.maximum(0, 1 - np.abs(years - np.arange(n_years)[:, np.newaxis]))
    return weights


def cost_of_a_person(flows: pd.DataFrame, found: Arms, output: OutputSettings, n_years: int) -> FloatArray:
    """Return what a person costs in the year of referral and in those after it.

    Parameters
    ----------
    flows : pandas.DataFrame
        Undiscounted flows of one scenario, by day since referral.
    found : Arms
        Its strategies and replications.
    output : OutputSettings
        Whose costs count, in which prices.
    n_years : int
        Number of years.

    Returns
    -------
    ndarray, shape (n_years, n_categories, n_strategies, n_replications)
        Mean per referred person [currency].
    """
    n_categories, n_cells = len(flows["category"].cat.categories), int(np.prod(found.shape))
    cell = flows["category"].cat.codes.to_numpy() * np.int64(n_cells) + found.cells(flows)
    amount = cost_by_row(flows, output)
    weights = year_weights(flows["day"].to_numpy(), n_years)
    summed = [sums(cell, amount * weight, n_categories * n_cells) for weight in weights]
    return np.stack(summed).reshape(n_years, n_categories, *found.shape)


def _by_year(people: FloatArray, per_person: FloatArray) -> FloatArray:
    """Add up, for each year, the costs of all people referred up to then.

    ``people`` has shape (n_years, n_strategies), and the result (n_years, n_categories, n_replications).
    """
    n_years = len(people)
    return np.stack(
        [
            sum(
                np.einsum("s,csr->cr", people[referred], per_person[year - referred])
                for referred in range(year + 1)
            )
            for year in range(n_years)
        ]
    )


def _for_strategies(plan: BudgetPlan, present: tuple[str, ...]) -> BudgetPlan:
    """Put the shares in the order of the strategies there are results of."""
    used = [key for position, key in enumerate(plan.strategies) if plan.shares[:, position].any()]
    for key in used:
        if key not in present:
            raise AnalysisError(f"budget: strategy '{key}' must have results, got none; run it too")
    order = [plan.strategies.index(key) for key in present]
    return BudgetPlan(plan.eligible_per_year, plan.years, present, plan.shares[:, order], plan.uptake)
