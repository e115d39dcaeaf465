"""Means over draws beside the scenario as it is, and the gap between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.analysis.draw_table import DrawTable, draw_table
from sim.analysis.output_settings import OutputSettings, output_settings
from sim.analysis.precision import FloatArray, mean_and_error
from sim.worlds.stored import ProbabilisticScenario

Row = dict[str, Any]
COMPARED = ("cost", "qaly", "nmb")


def summary_rows(name: str, one: ProbabilisticScenario, asked: Mapping[str, Any] | None = None) -> list[Row]:
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
    over_draws = {name: values.mean(axis=1) for name, values in compared_values(drawn, output).items()}
    runs = compared_values(base, output)
    rows = []
    for place, strategy in enumerate(drawn.strategies):
        row: Row = {"scenario": name, "strategy": strategy, "n_draws": drawn.n_draws}
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


def compared_values(table: DrawTable, output: OutputSettings) -> dict[str, FloatArray]:
    """Return what `COMPARED` names, each of shape (n_draws, n_inner, n_strategies)."""
    return {"cost": table.cost, "qaly": table.effect, "nmb": table.net_benefit(output.wtp)}


def _finite(value: FloatArray) -> float | None:
    return float(value) if np.isfinite(value) else None
