"""The figures of a decision analysis, in the order in which they answer the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.decision import Decision, ValueCurves, value_curves
from sim.analysis.increment_draws import increment_cloud, increment_ellipses, increment_means
from sim.report.exhibit import Basis, Exhibit
from sim.report.frontier_figures import frontier_plane
from sim.report.information_figures import evppi_bars, evsi_curve
from sim.report.plane_figures import ce_plane
from sim.report.sensitivity_figures import inmb_intervals
from sim.report.voi_content import Names, voi_content
from sim.report.wtp_figures import acceptability_curves, evpi_curve, expected_loss_curves

if TYPE_CHECKING:
    import pandas as pd

GRID = 61
BEYOND = 2
"""Curves reach to so many times the largest willingness to pay asked for."""


def voi_exhibits(decision: Decision, names: Names, basis: Basis, *, comparator: str) -> list[Exhibit]:
    """Return the figures of a decision analysis.

    Parameters
    ----------
    decision : Decision
        From `sim.analysis.decision.decide`.
    names : Names
        Plain names.
    basis : Basis
        What the numbers rest on.
    comparator : str
        Key of the strategy increments are counted from.

    Returns
    -------
    list of Exhibit
        Frontier, plane, net benefit, acceptability, expected loss, EVPI; where there are parameters, EVPPI;
        where there are people, each trial.
    """
    import pandas as pd  # noqa: PLC0415

    table, labels = decision.table, names.strategies
    base = table.strategies.index(comparator)
    content = voi_content(decision, names)
    frames = _curve_frames(decision)
    means = increment_means(table, base, decision.question.chosen)
    exhibits = [
        frontier_plane(pd.DataFrame(content["frontier"]), labels, basis),
        ce_plane(
            increment_cloud(table, base), means, labels, basis, comparator=comparator,
            ellipse=increment_ellipses(table, base),
        ),
        inmb_intervals(means, labels, basis, comparator=comparator),
        acceptability_curves(frames["probability"], frames["frontier"], labels, basis),
        expected_loss_curves(frames["loss"], frames["evpi"], labels, basis),
        evpi_curve(frames["evpi"], basis),
    ]  # fmt: skip
    if content["ranking"]:
        exhibits.append(evppi_bars(pd.DataFrame(content["ranking"]), basis, evpi=decision.evpi.value))
    return exhibits + _trial_exhibits(decision, content["evsi"], basis)


def _curve_frames(decision: Decision) -> dict[str, pd.DataFrame]:
    """Return curves over a fine grid in long form."""
    import pandas as pd  # noqa: PLC0415

    asked = decision.question
    highest = BEYOND * max(*asked.wtp, asked.chosen)
    grid = np.unique([*np.linspace(0, highest, GRID), *asked.wtp, asked.chosen])
    curves = value_curves(decision.table, grid.tolist(), fewest=asked.fewest)
    keys = decision.table.strategies
    best = [keys[place] for place in curves.best]
    at = np.arange(len(grid))
    evpi = {"wtp": grid, "evpi": [one.value for one in curves.evpi]}
    return {
        "probability": _long(curves, keys, "probability"),
        "loss": _long(curves, keys, "loss"),
        "frontier": pd.DataFrame(
            {"wtp": grid, "strategy": best, "probability": curves.probability[at, curves.best]}
        ),
        "evpi": pd.DataFrame(evpi),
    }


def _long(curves: ValueCurves, strategies: Sequence[str], name: str) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    values = getattr(curves, name)
    return pd.DataFrame(
        {
            "wtp": np.repeat(curves.wtp, len(strategies)),
            "strategy": np.tile(list(strategies), len(curves.wtp)),
            name: values.ravel(),
        }
    )


def _trial_exhibits(decision: Decision, rows: Sequence[Mapping[str, Any]], basis: Basis) -> list[Exhibit]:
    """Return a figure of each trial whose value for the population is known."""
    import pandas as pd  # noqa: PLC0415

    asked = decision.question
    if decision.people is None:
        return []
    exhibits = []
    for key, one in decision.trials.items():
        frame = pd.DataFrame([row for row in rows if row["trial"] == key])
        people = one.people or 0.0
        frame["evsi"], frame["evsi_se"] = frame["population_evsi"], frame["evsi_se"] * people
        who = (
            f"{asked.people_per_year:,.0f} people a year, from {one.plan.years:g} to "
            f"{asked.decision_years:g} years from now, discounted {asked.discount_rate:.1%} a year"
        )
        exhibits.append(evsi_curve(frame, basis, trial=one.plan.label, population=who))
    return exhibits
