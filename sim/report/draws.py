"""What a probabilistic run holds: means over draws beside the scenario as it is, and what chance adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.analysis.draw_table import DrawTable, draw_table
from sim.analysis.output_settings import OutputSettings, output_settings
from sim.analysis.precision import FloatArray, mean_and_error
from sim.report.answer import PERSPECTIVES
from sim.report.console import print_report, stdout
from sim.report.numbers import counted, money, qaly, with_error
from sim.report.tables import Table
from sim.worlds.stored import ProbabilisticResults, ProbabilisticScenario

Content = Mapping[str, Any]
COMPARED = ("cost", "qaly", "nmb")


def draws_content(results: ProbabilisticResults) -> dict[str, Any]:
    """Return a summary of probabilistic results, ready for JSON.

    Parameters
    ----------
    results : ProbabilisticResults
        Of one or more scenarios.

    Returns
    -------
    dict
        ``results`` (a row per scenario and strategy, at the scenario's own output settings) and ``manifest``.
    """
    rows = [row for name, one in results.scenarios.items() for row in summary_rows(name, one)]
    return {"results": rows, "manifest": dict(results.manifest)}


def summary_rows(name: str, one: ProbabilisticScenario, asked: Content | None = None) -> list[dict[str, Any]]:
    """Return per strategy the mean over draws, the scenario as it is, and the gap between them.

    Parameters
    ----------
    name : str
        Of the scenario.
    one : ProbabilisticScenario
        Draws, and the scenario as it is.
    asked : mapping, optional
        Output settings.

    Returns
    -------
    list of dict
        ``scenario, strategy, n_draws``, and for cost, qaly and nmb the mean over draws, ``_se``, ``_base``
        (as it is), ``_base_se``, ``_gap`` (mean less base), ``_gap_se`` and ``_by_values``.

    Notes
    -----
    Mean and base differ for two reasons. Some values in use are medians or modes, not means, of their
    distributions: ``_by_values`` is the scenario at all means less the scenario as it is (same patients and
    luck). The rest comes from a model that bends: the mean of its results is not its result at the means.
    """
    output = output_settings(one.settings, **dict(asked or {}))
    drawn, base = (draw_table(worlds, one.settings, output) for worlds in (one.drawn, one.base))
    over_draws = {name: values.mean(axis=1) for name, values in _values(drawn, output).items()}
    runs = _values(base, output)
    rows = []
    for place, strategy in enumerate(drawn.strategies):
        row: dict[str, Any] = {"scenario": name, "strategy": strategy, "n_draws": drawn.n_draws}
        for column in COMPARED:
            mean, error = mean_and_error(over_draws[column][:, place])
            as_it_is = runs[column][0, :, place]
            base_mean, base_error = mean_and_error(as_it_is)
            row |= {
                column: float(mean),
                f"{column}_se": _finite(error),
                f"{column}_base": float(base_mean),
                f"{column}_base_se": _finite(base_error),
                f"{column}_gap": float(mean - base_mean),
                f"{column}_gap_se": _finite(np.hypot(error, base_error)),
                f"{column}_by_values": None,
            }
            if base.n_draws > 1:
                row[f"{column}_by_values"] = float((runs[column][1, :, place] - as_it_is).mean())
        rows.append(row)
    return rows


def _values(table: DrawTable, output: OutputSettings) -> dict[str, FloatArray]:
    """Return cost, QALYs and net benefit, shape (n_draws, n_inner, n_strategies)."""
    return {"cost": table.cost, "qaly": table.effect, "nmb": table.net_benefit(output.wtp)}


def _finite(value: FloatArray) -> float | None:
    return float(value) if np.isfinite(value) else None


def print_draws(results: ProbabilisticResults) -> None:
    """Print a summary of probabilistic results, scenario by scenario.

    Parameters
    ----------
    results : ProbabilisticResults
        Of one or more scenarios.
    """
    console = stdout()
    for name, one in results.scenarios.items():
        print_report(
            console,
            f"{one.settings.title} ({name})",
            _sentences(name, one),
            [_table(name, one)],
            draws_caption(one),
        )


def _sentences(name: str, one: ProbabilisticScenario) -> list[str]:
    n_places = sum(unknown.n_places for unknown in one.unknowns.values())
    n_drawn, rows = len(one.unknowns), summary_rows(name, one)
    verbs = "was drawn, which stands" if n_drawn == 1 else "were drawn, which stand"
    widest = max(rows, key=lambda row: abs(row["nmb_gap"]))
    strategy, gap = one.settings.strategies[widest["strategy"]], widest["nmb_gap"]
    told = [
        f"{counted(n_drawn, 'figure')} {verbs} in {counted(n_places, 'place')} of the scenario; "
        f"{one.n_fixed:,} {'has' if one.n_fixed == 1 else 'have'} a range but no distribution and did not "
        "vary (`treatpath dsa` varies them).",
        f"Mean net benefit over draws differs from that of the scenario as it is by up to "
        f"{with_error(gap, widest['nmb_gap_se'], money)} ({strategy}).",
    ]
    if widest["nmb_by_values"] is not None:
        told.append(
            f"Of that, {money(widest['nmb_by_values'])} comes from values that are the median or mode of "
            "their distribution and not its mean; the rest from a model that bends, and from chance."
        )
    return told


def _table(name: str, one: ProbabilisticScenario) -> Table:
    forms = {"cost": money, "qaly": qaly, "nmb": money}
    heads = {"cost": "Cost", "qaly": "QALYs", "nmb": "Net benefit"}
    header = ["Strategy"]
    for column in COMPARED:
        header += [f"{heads[column]}, mean of draws", "as it is", "gap"]
    rows = [
        (
            one.settings.strategies[row["strategy"]],
            *(
                with_error(row[f"{column}{part}"], row[f"{column}{part}_se"], forms[column])
                for column in COMPARED
                for part in ("", "_base", "_gap")
            ),
        )
        for row in summary_rows(name, one)
    ]
    return Table("Means over draws beside the scenario as it is", tuple(header), tuple(rows))


def draws_caption(one: ProbabilisticScenario) -> str:
    """Return what every table about draws must say about itself."""
    settings, drawn = one.settings, one.drawn
    return (
        f"{settings.currency} {settings.price_year}, {PERSPECTIVES[settings.perspective]} perspective, "
        f"{settings.horizon_years:g} years, discounted {settings.discount_rate_costs:.1%} (costs) and "
        f"{settings.discount_rate_effects:.1%} (effects) a year; {len(drawn.numbers):,} draws of "
        f"{drawn.n_inner} x {settings.n_patients:,} patients per strategy; means per referred patient ± "
        "standard error between draws (uncertainty and chance together; in a hypercube an upper bound)"
    )
