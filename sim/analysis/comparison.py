"""The comparison table: one row per strategy, under any output settings, without a new run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.frontier import Standing, frontier
from sim.analysis.increments import increments, net_monetary_benefit
from sim.analysis.output_settings import OutputSettings, output_settings, scenario_names
from sim.analysis.precision import FloatArray, mean_and_error, ratio_error
from sim.analysis.present_values import Arms, arms, of_scenario, present_values
from sim.results import Results

if TYPE_CHECKING:
    import pandas as pd

CLINICAL_MEANS = (
    "eligible_share", "started_share", "response_share", "remission_share", "relapse_free_6m",
    "relapse_free_12m", "median_days_to_response", "median_wait_days", "sessions_per_starter",
    "dropout_share",
)  # fmt: skip
COLUMNS = (
    "strategy", "n_patients", *CLINICAL_MEANS, "cost", "qaly", "life_years", "depression_free_days",
    "cost_per_responder", "cost_per_remitter", "incremental_cost", "incremental_qaly", "icer", "nmb",
    "status",
)  # fmt: skip
"""Columns of the table, before the errors."""
WITHOUT_ERROR = frozenset({"strategy", "n_patients", "status"})
ERROR_COLUMNS = tuple(f"{column}_se" for column in COLUMNS if column not in WITHOUT_ERROR)
"""Standard errors between replications; that of an ICER is always undefined."""
EXTRA_COLUMNS = ("scenario", "icer_versus")
Table = dict[str, Any]


def compare(
    results: Results,
    *,
    scenario: str | None = None,
    comparator: str | None = None,
    wtp: float | None = None,
    perspective: str | None = None,
    discount_rate_costs: float | None = None,
    discount_rate_effects: float | None = None,
    drug_price: str | None = None,
    price_year: int | None = None,
) -> pd.DataFrame:
    """Compare the strategies of each scenario.

    Parameters
    ----------
    results : Results
        Results of a run.
    scenario : str, optional
        Only this scenario; left out = all, below each other.
    comparator : str, optional
        Strategy that increments are counted from. This and the following are the scenario's own when
        left out.
    wtp : float, optional
        Willingness to pay [currency/QALY].
    perspective : str, optional
        Whose costs count.
    discount_rate_costs, discount_rate_effects : float, optional
        Annual effective rates [1/year].
    drug_price : str, optional
        ``list``, or ``net`` of the rebates that come back to insurers.
    price_year : int, optional
        Year in whose prices costs are shown; ``wtp`` stays as it is, and is then meant in that money.

    Returns
    -------
    pandas.DataFrame
        One row per strategy in the order of the scenario, with `COLUMNS`, `ERROR_COLUMNS` and
        `EXTRA_COLUMNS`; nan or None where undefined.

    Raises
    ------
    AnalysisError
        If a name is unknown, a number impossible, or a replication missing.

    Notes
    -----
    Values are means over replications, per referred patient; ``cost``, ``qaly`` and ``life_years`` are
    discounted, ``depression_free_days`` is not. Increments are paired by replication and null for the
    comparator. ICERs are fully incremental, against the next cheaper strategy on the frontier
    (``icer_versus``), whatever the comparator. Responders and remitters are counted per referred patient
    in each replication. Errors come from the spread between replications; those of cost per responder
    and remitter from the delta method; an ICER has none (null), use that of ``nmb``.
    """
    import pandas as pd  # noqa: PLC0415

    tables = []
    for name in scenario_names(results, scenario):
        settings = output_settings(
            results.settings[name], comparator=comparator, wtp=wtp, perspective=perspective,
            discount_rate_costs=discount_rate_costs, discount_rate_effects=discount_rate_effects,
            drug_price=drug_price, price_year=price_year,
        )  # fmt: skip
        tables.append(pd.DataFrame(_table(results, arms(results, name), settings)))
    return pd.concat(tables, ignore_index=True)[[*COLUMNS, *ERROR_COLUMNS, *EXTRA_COLUMNS]]


def to_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame, ready for JSON.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any frame.

    Returns
    -------
    list of dict
        Plain Python values by column; None where a value is missing or not finite.
    """
    columns = {name: [_plain(value) for value in frame[name].tolist()] for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: object) -> object:
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _table(results: Results, found: Arms, settings: OutputSettings) -> Table:
    """Return the columns of one scenario."""
    clinical = of_scenario(results.clinical, found.scenario)
    values = {name: found.table(clinical, name) for name in (*CLINICAL_MEANS, "depression_free_days")}
    present = present_values(results, found, settings)
    comparator = found.strategies.index(settings.comparator)
    values |= {
        "cost": present.cost,
        "qaly": present.qaly,
        "life_years": present.life_years,
        "incremental_cost": increments(present.cost, comparator),
        "incremental_qaly": increments(present.qaly, comparator),
        "nmb": net_monetary_benefit(present.cost, present.qaly, settings.wtp),
    }
    table: Table = {"scenario": found.scenario, "strategy": list(found.strategies)}
    table["n_patients"] = found.table(clinical, "n_patients")[:, 0].astype(np.int64)
    for name, by_replication in values.items():
        table[name], table[f"{name}_se"] = mean_and_error(by_replication)
    for name, share in (("cost_per_responder", "response_share"), ("cost_per_remitter", "remission_share")):
        achieving = np.nan_to_num(values["started_share"] * values[share])
        table[name] = _ratio(table["cost"], achieving.mean(axis=1))
        table[f"{name}_se"] = ratio_error(values["cost"], achieving)
    return table | _frontier_columns(found, frontier(list(table["cost"]), list(table["qaly"])))


def _frontier_columns(found: Arms, standings: list[Standing]) -> Table:
    return {
        "status": [standing.status for standing in standings],
        "icer": np.array([np.nan if s.icer is None else s.icer for s in standings]),
        "icer_se": np.full(len(standings), np.nan),
        "icer_versus": [None if s.versus is None else found.strategies[s.versus] for s in standings],
    }


def _ratio(amount: FloatArray, among: FloatArray) -> FloatArray:
    """Divide, with nan where there is nobody."""
    ratio = np.full(len(amount), np.nan)
    np.divide(amount, among, out=ratio, where=among > 0)
    return ratio
