"""Sums over the patients of each subgroup, kept so that other output settings cost next to nothing.

What is heavy (millions of rows of single patients) is added up once; perspective, discount rates and
willingness to pay are applied to the sums afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.bands import Bands, bands
from sim.analysis.output_settings import OutputSettings
from sim.analysis.precision import FloatArray
from sim.analysis.present_values import Arms, arms, of_scenario
from sim.domain.economics import CATEGORIES, Category
from sim.errors import AnalysisError
from sim.outcomes.discounting import discount_factors
from sim.outcomes.follow_up import year_of
from sim.outcomes.perspectives import amount_counted
from sim.outcomes.totals import counts, sums
from sim.results import Results

if TYPE_CHECKING:
    import pandas as pd

IntArray = NDArray[np.int64]
_IDLE = CATEGORIES.index(Category.IDLE_CAPACITY)
MONEY = ("cost", "covered")
HEALTH = ("qaly", "life_years")
ACHIEVED = ("started", "responded", "remitted", "depression_free_days")


class _Daily(NamedTuple):
    """Means of all patients by day: the cell of strategy, replication (category) and year, and amounts."""

    cell: IntArray
    day: IntArray
    amounts: tuple[FloatArray, FloatArray]


@dataclass(frozen=True, slots=True)
class SubgroupTotals:
    """Undiscounted sums over the patients of each subgroup, of one scenario.

    Parameters
    ----------
    found : Arms
        Strategies and replications.
    bands : Bands
        The subgroups; ``group`` is that of the patients of all replications, one after the other.
    n_patients : ndarray, shape (n_groups, n_replications)
        Patients, the same in every strategy.
    achieved : mapping
        Sums of `ACHIEVED`, each of shape (n_groups, n_strategies, n_replications).
    cost, covered : ndarray, shape (n_groups, n_strategies, n_replications, n_categories, n_years)
        Without idle capacity [currency].
    qaly, life_years : ndarray, shape (n_groups, n_strategies, n_replications, n_years)
        Health [years].
    flows, health : _Daily
        Means of all patients by day, from which average discount factors are taken.
    """

    found: Arms
    bands: Bands
    n_patients: FloatArray
    achieved: dict[str, FloatArray]
    cost: FloatArray
    covered: FloatArray
    qaly: FloatArray
    life_years: FloatArray
    flows: _Daily
    health: _Daily


class SubgroupValues(NamedTuple):
    """Discounted sums over the patients of each subgroup.

    Parameters
    ----------
    cost, qaly, life_years : ndarray, shape (n_groups, n_strategies, n_replications)
        Cost under the chosen perspective [currency], health [years].
    """

    cost: FloatArray
    qaly: FloatArray
    life_years: FloatArray


def subgroup_totals(
    results: Results, scenario: str, *, by: str, cuts: Sequence[float] | None = None
) -> SubgroupTotals:
    """Add up single patients by subgroup.

    Parameters
    ----------
    results : Results
        Of a run that kept single patients.
    scenario : str
        Name of the scenario.
    by, cuts
        As for `sim.analysis.bands.bands`.

    Returns
    -------
    SubgroupTotals
        To be used with any output settings.

    Raises
    ------
    AnalysisError
        If single patients were not kept, or the subgroups make no sense.
    """
    found = arms(results, scenario)
    patients = _patients(results, found)
    n_replications = len(found.replications)
    cells = found.cells(patients)
    first = cells < n_replications
    made = bands(patients[first], by, cuts)
    numbers = patients["patient"].to_numpy()
    group_of = np.zeros((n_replications, int(numbers.max()) + 1), dtype=np.int64)
    group_of[cells[first], numbers[first]] = made.group
    add = _Adder(found, group_of, len(made.labels))
    flows, health = (
        of_scenario(results.patient_flows, scenario),
        of_scenario(results.patient_health, scenario),
    )
    n_years = int(health["year"].max()) + 1
    category = flows["category"].cat.codes.to_numpy()
    in_category = category * np.int64(n_years) + flows["year"].to_numpy()
    in_year = health["year"].to_numpy().astype(np.int64)
    return SubgroupTotals(
        found=found,
        bands=made,
        n_patients=add.patients(made.group, cells[first]),
        achieved=add(patients, ACHIEVED),
        **add(flows, MONEY, in_category, (len(CATEGORIES), n_years)),
        **add(health, HEALTH, in_year, (n_years,)),
        flows=_daily(results.flows, found, MONEY, n_years),
        health=_daily(results.health, found, HEALTH, n_years),
    )


def _patients(results: Results, found: Arms) -> pd.DataFrame:
    """Return the single patients of a scenario, after a check that all are there."""
    patients = results.patients
    n_arms, held = int(np.prod(found.shape)), 0
    if len(patients):
        patients = of_scenario(patients, found.scenario)
        held = len(np.unique(found.cells(patients)))
    if held < n_arms:
        raise AnalysisError(
            f"scenario '{found.scenario}': subgroups must have the single patients of every strategy and "
            f"replication, got those of {held} of {n_arms}; run with --patient-totals"
        )
    return patients


@dataclass(frozen=True, slots=True)
class _Adder:
    """Adds up columns of frames of single patients by subgroup, strategy and replication."""

    found: Arms
    group_of: IntArray
    n_groups: int

    def patients(self, group: IntArray, replication: IntArray) -> FloatArray:
        """Count patients of one strategy; shape (n_groups, n_replications)."""
        n_replications = self.found.shape[1]
        return counts(group * n_replications + replication, self.n_groups * n_replications).reshape(
            self.n_groups, n_replications
        )

    def __call__(
        self,
        frame: pd.DataFrame,
        columns: Sequence[str],
        inner: IntArray | None = None,
        inner_shape: tuple[int, ...] = (),
    ) -> dict[str, FloatArray]:
        """Return sums of each column, of shape (n_groups, n_strategies, n_replications, *inner_shape)."""
        n_strategies, n_replications = self.found.shape
        cell = self.found.cells(frame)
        group = self.group_of[cell % n_replications, frame["patient"].to_numpy()]
        cell += group * (n_strategies * n_replications)
        if inner is not None:
            cell *= int(np.prod(inner_shape))
            cell += inner
        shape = (self.n_groups, n_strategies, n_replications, *inner_shape)
        return {
            name: sums(cell, frame[name].to_numpy().astype(np.float64), int(np.prod(shape))).reshape(shape)
            for name in columns
        }


def _daily(frame: pd.DataFrame, found: Arms, names: tuple[str, str], n_years: int) -> _Daily:
    """Return the rows of a frame by day with the cell each belongs to."""
    rows = of_scenario(frame, found.scenario)
    day = rows["day"].to_numpy()
    cell = found.cells(rows)
    if "category" in rows:
        cell = cell * len(CATEGORIES) + rows["category"].cat.codes.to_numpy()
    first, second = (rows[name].to_numpy() for name in names)
    return _Daily(cell * n_years + year_of(day), day, (first, second))


def subgroup_values(totals: SubgroupTotals, output: OutputSettings) -> SubgroupValues:
    r"""Discount the sums of each subgroup under chosen output settings.

    Parameters
    ----------
    totals : SubgroupTotals
        Undiscounted sums.
    output : OutputSettings
        Perspective, discount rates, drug price and price year.

    Returns
    -------
    SubgroupValues
        Sums over patients; added up over subgroups and divided by the patients, the present values of
        `sim.analysis.present_values.present_values`.

    Notes
    -----
    Single patients are kept by year. The amount :math:`a_{gcy}` of a subgroup, category and year is
    multiplied by the average factor of all patients of the same strategy and replication,
    :math:`\sum_{d \in y} f_{cd} v_d / \sum_{d \in y} f_{cd}`, with :math:`f` the counted flow and
    :math:`v` the factor of a day. So subgroups add up to the whole. What is left out is that a subgroup
    may be treated earlier within a year than the others: of an amount, at most the discount of a year.

    Idle capacity belongs to nobody: every referred patient bears the same share of it.
    """
    return SubgroupValues(
        cost=_discounted_cost(totals, output),
        **{name: _discounted(totals, name, output.discount_rate_effects) for name in ("qaly", "life_years")},
    )


def _discounted_cost(totals: SubgroupTotals, output: OutputSettings) -> FloatArray:
    counted, perspective = output.counted, output.perspective
    daily = totals.flows
    shape = totals.cost.shape[1:]
    flow = amount_counted(*daily.amounts, perspective)
    present, whole = _by_cell(daily, flow, output.discount_rate_costs, shape)
    # The flows of a category have one sign; only the rest of a wholly covered cost varies, by rounding.
    factor = np.clip(_ratio(present, whole), 0, 1)
    each = amount_counted(totals.cost, totals.covered, perspective) * factor
    idle = (present[..., _IDLE, :] * counted[_IDLE]).sum(axis=-1)
    cost: FloatArray = each[..., counted, :].sum(axis=(-1, -2))
    cost += totals.n_patients[:, np.newaxis, :] * idle
    return cost * output.price_factor


def _discounted(totals: SubgroupTotals, name: str, discount_rate: float) -> FloatArray:
    each: FloatArray = getattr(totals, name)
    daily = totals.health
    amount = daily.amounts[HEALTH.index(name)]
    value: FloatArray = (each * _ratio(*_by_cell(daily, amount, discount_rate, each.shape[1:]))).sum(axis=-1)
    return value


def _by_cell(
    daily: _Daily, amount: FloatArray, discount_rate: float, shape: tuple[int, ...]
) -> tuple[FloatArray, FloatArray]:
    """Add up amounts by cell, discounted and not."""
    n_days, n_cells = int(daily.day.max(initial=0)) + 1, int(np.prod(shape))
    factors = discount_factors(n_days, discount_rate)[daily.day]
    present, whole = sums(daily.cell, amount * factors, n_cells), sums(daily.cell, amount, n_cells)
    return present.reshape(shape), whole.reshape(shape)


def _ratio(present: FloatArray, whole: FloatArray) -> FloatArray:
    """Return average factors, 0 where nothing flows."""
    factor: FloatArray = np.divide(present, whole, out=np.zeros_like(present), where=whole != 0)
    return factor
