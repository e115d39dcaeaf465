"""The comparison table: one row per strategy, under any output settings, without a new run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.by_scenario import AnyResults, by_scenario
from sim.analysis.icers import cost_of_more, icer_columns, icers
from sim.analysis.increments import increments, net_monetary_benefit
from sim.analysis.output_settings import OutputSettings, output_settings
from sim.analysis.precision import FloatArray, mean_and_error, plain, ratio_error, ratio_of_means
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
ACHIEVED = {
    "responder": "responders", "remitter": "remitters", "depression_free_day": "depression_free_days",
}  # fmt: skip
"""What cost is set against, besides QALYs: one of them, and how many per referred patient."""
EXTRA_COLUMNS = (
    "scenario", "icer_versus", "icer_low", "icer_high", "icer_reason",
    "incremental_nmb", "incremental_nmb_se",
    "cost_per_depression_free_day", "cost_per_depression_free_day_se",
    *(f"incremental_{many}{end}" for many in ACHIEVED.values() for end in ("", "_se")),
    *(f"incremental_cost_per_{one}{end}" for one in ACHIEVED for end in ("", "_low", "_high")),
)  # fmt: skip
"""Further columns; ``_low`` and ``_high`` are the ends of 95 % intervals by Fieller's theorem."""
Table = dict[str, Any]


def compare(
    results: AnyResults,
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
    results : Results, StoredResults, Path or str
        Results of a run, or the directory they are stored in, which is read scenario by scenario.
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
        If a name is unknown, a number impossible, a replication missing, or a directory cannot be read.

    Notes
    -----
    Values are means over replications, per referred patient; ``cost``, ``qaly`` and ``life_years`` are
    discounted, ``depression_free_days`` is not. Increments are paired by replication and null for the
    comparator. ICERs are fully incremental, against the next cheaper strategy on the frontier
    (``icer_versus``), whatever the comparator. Responders and remitters are counted per referred patient
    in each replication. Errors come from the spread between replications; those of cost per responder,
    remitter and depression-free day from the delta method. An ICER has no error (null) but an interval by
    Fieller's theorem, ``icer_low`` to ``icer_high``; where its difference in QALYs cannot be told from zero
    it is null, and ``icer_reason`` says so. What one more responder, remitter or depression-free day costs
    against the comparator (``incremental_cost_per_...``) is given only where a strategy costs more and,
    beyond chance, achieves more. ``incremental_nmb`` always has an error.

    Examples
    --------
    >>> from sim import simulate
    >>> table = compare(simulate("base", patients=10, replications=2, workers=1), perspective="payer")
    >>> table[["strategy", "cost", "qaly", "nmb", "status"]].shape
    (7, 5)
    """
    import pandas as pd  # noqa: PLC0415

    tables = []
    for name, of_one in by_scenario(results, scenario):
        settings = output_settings(
            of_one.settings[name], comparator=comparator, wtp=wtp, perspective=perspective,
            discount_rate_costs=discount_rate_costs, discount_rate_effects=discount_rate_effects,
            drug_price=drug_price, price_year=price_year,
        )  # fmt: skip
        tables.append(pd.DataFrame(_table(of_one, arms(of_one, name), settings)))
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
    columns = {name: [plain(value) for value in frame[name].tolist()] for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def achieved(clinical: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return how many of `ACHIEVED` there are per referred patient, by strategy and replication.

    Parameters
    ----------
    clinical : mapping of str to ndarray, shape (n_strategies, n_replications)
        At least ``started_share, response_share, remission_share, depression_free_days``.

    Returns
    -------
    dict of str to ndarray, shape (n_strategies, n_replications)
        ``responders, remitters, depression_free_days``; nobody responds where nobody starts.
    """
    return {
        "responders": np.nan_to_num(clinical["started_share"] * clinical["response_share"]),
        "remitters": np.nan_to_num(clinical["started_share"] * clinical["remission_share"]),
        "depression_free_days": clinical["depression_free_days"],
    }


def clinical_tables(results: Results, found: Arms) -> dict[str, FloatArray]:
    """Return the clinical columns of a comparison by strategy and replication."""
    clinical = of_scenario(results.clinical, found.scenario)
    return {name: found.table(clinical, name) for name in (*CLINICAL_MEANS, "depression_free_days")}


def tables_by_replication(results: Results, found: Arms, settings: OutputSettings) -> dict[str, FloatArray]:
    """Return every column of a comparison that is a mean over replications, replication by replication.

    Parameters
    ----------
    results : Results
        Results of a run.
    found : Arms
        Strategies and replications of one scenario.
    settings : OutputSettings
        Perspective, rates, willingness to pay and comparator.

    Returns
    -------
    dict of str to ndarray, shape (n_strategies, n_replications)
        Clinical columns, ``cost, qaly, life_years, nmb, responders, remitters`` per referred patient, and
        ``incremental_...``, which is nan for the comparator.
    """
    values = clinical_tables(results, found)
    present = present_values(results, found, settings)
    values |= {"cost": present.cost, "qaly": present.qaly, "life_years": present.life_years}
    values["nmb"] = net_monetary_benefit(present.cost, present.qaly, settings.wtp)
    values |= achieved(values)
    comparator = found.strategies.index(settings.comparator)
    counted = ("cost", "qaly", "nmb", *ACHIEVED.values())
    return values | {f"incremental_{name}": increments(values[name], comparator) for name in counted}


def _table(results: Results, found: Arms, settings: OutputSettings) -> Table:
    """Return the columns of one scenario."""
    values = tables_by_replication(results, found, settings)
    table: Table = {"scenario": found.scenario, "strategy": list(found.strategies)}
    sizes = found.table(of_scenario(results.clinical, found.scenario), "n_patients")
    table["n_patients"] = sizes[:, 0].astype(np.int64)
    for name, by_replication in values.items():
        table[name], table[f"{name}_se"] = mean_and_error(by_replication)
    for one, many in ACHIEVED.items():
        table[f"cost_per_{one}"] = ratio_of_means(values["cost"], values[many])
        table[f"cost_per_{one}_se"] = ratio_error(values["cost"], values[many])
    return table | columns_without_error(found.strategies, values)


def columns_without_error(strategies: Sequence[str], values: Mapping[str, FloatArray]) -> Table:
    """Return the columns of a comparison that have an interval, a reason or nothing instead of an error.

    Parameters
    ----------
    strategies : sequence of str
        Keys.
    values : mapping of str to ndarray, shape (n_strategies, n_replications)
        From `tables_by_replication`.

    Returns
    -------
    dict
        Those of `sim.analysis.icers.icer_columns`, and ``incremental_cost_per_...`` with both ends of their
        intervals; a value for each strategy.
    """
    table = icer_columns(strategies, icers(values["cost"], values["qaly"]))
    for one, many in ACHIEVED.items():
        more = values["incremental_cost"], values[f"incremental_{many}"]
        table |= _costs_of_more(f"incremental_cost_per_{one}", *more)
    return table


def _costs_of_more(column: str, costs: FloatArray, effects: FloatArray) -> Table:
    """Return what one more unit of effect costs, with its interval, for all strategies."""
    ratios = np.array([cost_of_more(*pair) for pair in zip(costs, effects, strict=True)])
    return {f"{column}{end}": ratios[:, place] for place, end in enumerate(("", "_low", "_high"))}
