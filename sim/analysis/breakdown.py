"""Means over replications for figures: costs by category, clinical columns, weekly curves, utilization."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.output_settings import output_settings, scenario_names
from sim.analysis.precision import FloatArray, mean_and_error
from sim.analysis.present_values import arms, cost_by_row, discount_by_row, of_scenario
from sim.outcomes.totals import sums
from sim.results import CLINICAL_VALUES, Results

if TYPE_CHECKING:
    import pandas as pd
    from pandas.core.groupby import DataFrameGroupBy


def cost_by_category(
    results: Results,
    *,
    scenario: str | None = None,
    perspective: str | None = None,
    discount_rate_costs: float | None = None,
    drug_price: str | None = None,
    price_year: int | None = None,
) -> pd.DataFrame:
    """Return the discounted mean cost per referred patient of each strategy by category.

    Parameters
    ----------
    results : Results
        Results of a run.
    scenario : str, optional
        Only this scenario; left out = all.
    perspective : str, optional
        Whose costs count; left out = the scenario's own.
    discount_rate_costs : float, optional
        Annual effective rate; left out = the scenario's own.
    drug_price : str, optional
        ``list``, or ``net`` of rebates, which are amounts below 0; left out = the scenario's own.
    price_year : int, optional
        Year in whose prices costs are shown; left out = the scenario's own.

    Returns
    -------
    pandas.DataFrame
        Columns ``scenario, strategy, category, cost, cost_se``; categories without cost are left out.
        Per strategy the costs add up to that of the comparison table.
    """
    import pandas as pd  # noqa: PLC0415

    tables = []
    for name in scenario_names(results, scenario):
        settings = output_settings(
            results.settings[name], perspective=perspective, discount_rate_costs=discount_rate_costs,
            drug_price=drug_price, price_year=price_year,
        )  # fmt: skip
        found, flows = arms(results, name), of_scenario(results.flows, name)
        amount = cost_by_row(flows, settings) * discount_by_row(flows, settings.discount_rate_costs)
        categories = list(flows["category"].cat.categories)
        n_cells = len(found.strategies) * len(found.replications)
        cell = flows["category"].cat.codes.to_numpy() * np.int64(n_cells) + found.cells(flows)
        summed = sums(cell, amount, len(categories) * n_cells).reshape(len(categories), *found.shape)
        mean, error = mean_and_error(summed.transpose(1, 0, 2))
        row, column = np.nonzero(mean)
        tables.append(
            pd.DataFrame(
                {
                    "scenario": name,
                    "strategy": [found.strategies[i] for i in row],
                    "category": [categories[i] for i in column],
                    "cost": mean[row, column],
                    "cost_se": error[row, column],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def clinical_means(results: Results, *, scenario: str | None = None) -> pd.DataFrame:
    """Return all clinical columns as means over replications, with their errors.

    Parameters
    ----------
    results : Results
        Results of a run.
    scenario : str, optional
        Only this scenario; left out = all.

    Returns
    -------
    pandas.DataFrame
        Columns ``scenario, strategy``, then each clinical column and ``<column>_se``.
    """
    import pandas as pd  # noqa: PLC0415

    def table(name: str) -> pd.DataFrame:
        found, clinical = arms(results, name), of_scenario(results.clinical, name)
        columns: dict[str, FloatArray] = {}
        for column in CLINICAL_VALUES:
            columns[column], columns[f"{column}_se"] = mean_and_error(found.table(clinical, column))
        return pd.DataFrame({"scenario": name, "strategy": list(found.strategies), **columns})

    return pd.concat(map(table, scenario_names(results, scenario)), ignore_index=True)


def mean_curves(results: Results, *, scenario: str | None = None) -> pd.DataFrame:
    """Return weekly curves as means over replications.

    Parameters
    ----------
    results : Results
        Results of a run.
    scenario : str, optional
        Only this scenario; left out = all.

    Returns
    -------
    pandas.DataFrame
        Columns ``scenario, strategy, measure, week, value, value_se``.
    """
    table = _by_week(results, "curves", "measure", scenario)["value"].agg(["mean", "sem"]).reset_index()
    return table.rename(columns={"mean": "value", "sem": "value_se"})


def mean_utilization(results: Results, *, scenario: str | None = None) -> pd.DataFrame:
    """Return the use of resources by week as means over replications.

    Parameters
    ----------
    results : Results
        Results of a run.
    scenario : str, optional
        Only this scenario; left out = all.

    Returns
    -------
    pandas.DataFrame
        Columns ``scenario, strategy, resource, week, used_minutes, offered_minutes, fillable_minutes,
        utilization, fullness``: used of those offered, and of those that whole visits can fill. From the
        second on nan for resources without a limit, the last two also in weeks that offer nothing.
    """
    groups = _by_week(results, "utilization", "resource", scenario)
    table = groups[["used_minutes", "offered_minutes", "fillable_minutes"]].mean().reset_index()
    offered, fillable = table["offered_minutes"], table["fillable_minutes"]
    return table.assign(
        utilization=table["used_minutes"] / offered.where(offered > 0),
        fullness=table["used_minutes"] / fillable.where(fillable > 0),
    )


def _by_week(results: Results, frame: str, column: str, scenario: str | None) -> DataFrameGroupBy:
    """Group a weekly frame by all but the replication."""
    chosen = results.frames[frame]
    if scenario is not None:
        chosen = of_scenario(chosen, scenario_names(results, scenario)[0])
    return chosen.groupby(["scenario", "strategy", column, "week"], observed=True, sort=True)
