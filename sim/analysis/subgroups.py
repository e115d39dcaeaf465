"""Subgroups: what each strategy costs and gains among patients of one kind, and where another one is best.

Read subgroups with care. Their differences follow from what the model assumes about severity, failed
trials, distance and insurance, not from trials that compared subgroups. Intervals hold chance between
replications only, are those of one comparison each, and are not widened for the number of subgroups
looked at: with many of them, some will differ by chance, and the strategy that comes out best does so
partly by luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.increments import net_monetary_benefit
from sim.analysis.output_settings import OutputSettings, output_settings, scenario_names
from sim.analysis.precision import FloatArray, half_width, ratio_error
from sim.analysis.subgroup_totals import SubgroupTotals, SubgroupValues, subgroup_totals, subgroup_values
from sim.results import Results

if TYPE_CHECKING:
    import pandas as pd

VALUES = (
    "started_share", "response_share", "remission_share", "cost", "qaly", "life_years",
    "depression_free_days", "nmb", "incremental_cost", "incremental_qaly", "incremental_nmb",
)  # fmt: skip
COLUMNS = (
    "scenario", "by", "subgroup", "low", "high", "strategy", "n_patients", "patient_share", *VALUES,
    *(f"{name}_se" for name in VALUES),
)  # fmt: skip
CHOICES = (
    "scenario", "by", "subgroup", "best", "overall_best", "rival", "lead", "lead_se", "lead_low", "lead_high",
    "is_clear",
)  # fmt: skip


def subgroups(
    results: Results,
    *,
    by: str,
    cuts: Sequence[float] | None = None,
    scenario: str | None = None,
    comparator: str | None = None,
    wtp: float | None = None,
    perspective: str | None = None,
    discount_rate_costs: float | None = None,
    discount_rate_effects: float | None = None,
    drug_price: str | None = None,
    price_year: int | None = None,
) -> pd.DataFrame:
    """Compare the strategies within subgroups of patients.

    Parameters
    ----------
    results : Results
        Of a run that kept single patients (``simulate(..., patient_totals=True)``).
    by : str
        What the subgroups differ in: ``severity``, ``failed_trials``, ``age``, ``distance`` or
        ``insurance``, all as they were at referral.
    cuts : sequence of float, optional
        Where one subgroup ends and the next begins; left out = quartiles of the patients, rounded.
    scenario : str, optional
        Only this scenario; left out = all, below each other.
    comparator, wtp, perspective, discount_rate_costs, discount_rate_effects, drug_price, price_year
        As for `sim.analysis.comparison.compare`.

    Returns
    -------
    pandas.DataFrame
        One row per subgroup and strategy, with `COLUMNS`; see `subgroup_table`.

    Raises
    ------
    AnalysisError
        If single patients were not kept, a name is unknown or a number impossible.
    """
    import pandas as pd  # noqa: PLC0415

    tables = []
    for name in scenario_names(results, scenario):
        output = output_settings(
            results.settings[name], comparator=comparator, wtp=wtp, perspective=perspective,
            discount_rate_costs=discount_rate_costs, discount_rate_effects=discount_rate_effects,
            drug_price=drug_price, price_year=price_year,
        )  # fmt: skip
        tables.append(subgroup_table(subgroup_totals(results, name, by=by, cuts=cuts), output))
    return pd.concat(tables, ignore_index=True)


def subgroup_table(totals: SubgroupTotals, output: OutputSettings) -> pd.DataFrame:
    r"""Return what each strategy costs and gains in each subgroup.

    Parameters
    ----------
    totals : SubgroupTotals
        From `sim.analysis.subgroup_totals.subgroup_totals`; may be used again with other settings.
    output : OutputSettings
        Perspective, rates, willingness to pay and comparator.

    Returns
    -------
    pandas.DataFrame
        One row per subgroup and strategy, with `COLUMNS`. ``n_patients`` counts those of all replications,
        ``patient_share`` is their share of all. Means are per referred patient of the subgroup,
        ``response_share`` and ``remission_share`` per patient of it who started; increments are nan for
        the comparator.

    Notes
    -----
    Replications hold different numbers of patients of a kind. A mean is therefore a ratio of sums over
    replications, :math:`\sum_r x_r / \sum_r n_r`, and its error that of a ratio (`ratio_error`), paired by
    replication for increments. So subgroup means, weighted by their patients, give the mean of all.
    """
    import pandas as pd  # noqa: PLC0415

    values, n_groups = subgroup_values(totals, output), len(totals.bands.labels)
    n_strategies, _ = totals.found.shape
    columns = _named(totals, values, output)
    among = totals.n_patients.sum(axis=-1)
    made, strategies = totals.bands, totals.found.strategies
    table = {
        "scenario": totals.found.scenario,
        "by": made.by,
        "subgroup": np.repeat(np.array(made.labels, dtype=object), n_strategies),
        "low": np.repeat(made.low, n_strategies),
        "high": np.repeat(made.high, n_strategies),
        "strategy": np.tile(np.array(strategies, dtype=object), n_groups),
        "n_patients": np.repeat(among.astype(np.int64), n_strategies),
        "patient_share": np.repeat(among / among.sum(), n_strategies),
        **{name: column.ravel() for name, column in columns.items()},
    }
    return pd.DataFrame(table)[list(COLUMNS)]


def _named(totals: SubgroupTotals, values: SubgroupValues, output: OutputSettings) -> dict[str, FloatArray]:
    """Return means and errors by name, each of shape (n_groups, n_strategies)."""
    everybody = np.broadcast_to(totals.n_patients[:, np.newaxis, :], values.cost.shape)
    started = totals.achieved["started"]
    benefit = net_monetary_benefit(values.cost, values.qaly, output.wtp)
    comparator = totals.found.strategies.index(output.comparator)
    summed = {
        "started_share": (started, everybody),
        "response_share": (totals.achieved["responded"], started),
        "remission_share": (totals.achieved["remitted"], started),
        "cost": (values.cost, everybody),
        "qaly": (values.qaly, everybody),
        "life_years": (values.life_years, everybody),
        "depression_free_days": (totals.achieved["depression_free_days"], everybody),
        "nmb": (benefit, everybody),
    }
    for name, amount in (("cost", values.cost), ("qaly", values.qaly), ("nmb", benefit)):
        differences = amount - amount[:, [comparator]]
        differences[:, comparator] = np.nan
        summed[f"incremental_{name}"] = (differences, everybody)
    columns = {}
    for name, (amount, among) in summed.items():
        columns[name], columns[f"{name}_se"] = _mean(amount, among)
    return columns


def _mean(amount: FloatArray, among: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the ratio of sums over replications, and its error; nan where there is nobody."""
    number = among.sum(axis=-1)
    mean = np.divide(amount.sum(axis=-1), number, out=np.full(number.shape, np.nan), where=number > 0)
    return mean, np.where(np.isnan(mean), np.nan, ratio_error(amount, among))


def subgroup_choices(totals: SubgroupTotals, output: OutputSettings) -> pd.DataFrame:
    """Return which strategy is best in each subgroup, and whether that is clear of chance.

    Parameters
    ----------
    totals : SubgroupTotals
        Sums by subgroup.
    output : OutputSettings
        Perspective, rates and willingness to pay.

    Returns
    -------
    pandas.DataFrame
        One row per subgroup, with `CHOICES`. ``best`` is the strategy of the highest net benefit there,
        ``overall_best`` that of all patients. ``rival`` is the one ``best`` is held against: the overall
        best where another is best here, else the second. ``lead`` is the difference of net benefit
        between them, with its error and a 95 % interval of Student's t over replications (nan with one);
        ``is_clear`` tells whether the interval lies above zero.
    """
    import pandas as pd  # noqa: PLC0415

    values = subgroup_values(totals, output)
    benefit = net_monetary_benefit(values.cost, values.qaly, output.wtp)
    overall = int(np.argmax(benefit.sum(axis=(0, -1))))
    keys = totals.found.strategies
    rows: list[dict[str, Any]] = []
    for label, of_group, number in zip(totals.bands.labels, benefit, totals.n_patients, strict=True):
        ranked = np.argsort(-of_group.sum(axis=-1), kind="stable").tolist()
        best = ranked[0]
        rival = overall if best != overall else ranked[min(1, len(ranked) - 1)]
        lead, error = _mean(of_group[best] - of_group[rival], number)
        half = half_width(error, benefit.shape[-1])
        rows.append(
            {
                "scenario": totals.found.scenario, "by": totals.bands.by, "subgroup": label,
                "best": keys[best], "overall_best": keys[overall], "rival": keys[rival],
                "lead": float(lead), "lead_se": float(error), "lead_low": float(lead - half),
                "lead_high": float(lead + half), "is_clear": bool(lead - half > 0),
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(CHOICES))
