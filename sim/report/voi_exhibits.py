"""The figures of a decision analysis, in the order in which they answer the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.decision import Decision
from sim.analysis.increment_draws import increment_cloud, increment_ellipses, increment_means
from sim.analysis.value_curves import ValueCurves, value_curves
from sim.report.exhibit import Basis, Exhibit
from sim.report.frontier_figures import frontier_plane
from sim.report.information_figures import evppi_bars, evsi_curve
from sim.report.numbers import counted
from sim.report.plane_figures import ce_plane
from sim.report.sensitivity_figures import inmb_intervals
from sim.report.voi import discounting, people_a_year
from sim.report.voi_content import Names, voi_content
from sim.report.voi_frontier import ratio_notes
from sim.report.wtp_figures import acceptability_curves, evpi_curve, expected_loss_curves

if TYPE_CHECKING:
    import pandas as pd

GRID = 61
BEYOND = 2
"""Curves reach to so many times the largest willingness to pay asked for."""
MOST_OUTLINED = 3
"""Outlines of more clouds than that hide each other."""
GAINS, SURE, WORTH = PARTS = ("gains", "sure", "worth")
"""What figures tell, in the order in which they answer the question."""
CHANCE_IN = "The spread of draws holds chance of simulated patients besides uncertainty."
CHANCE_OUT = "Chance of simulated patients is taken out."
NOT_TOLD = "Where draws differ by no more than chance, uncertainty cannot be told and shows as none."


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
        each trial whose result reaches people.
    """
    parts = voi_parts(decision, names, basis, comparator=comparator)
    return [exhibit for part in PARTS for exhibit in parts[part]]


def voi_parts(decision: Decision, names: Names, basis: Basis, *, comparator: str) -> dict[str, list[Exhibit]]:
    """Return the figures of a decision analysis by what they tell.

    Parameters
    ----------
    decision, names, basis, comparator
        As for `voi_exhibits`.

    Returns
    -------
    dict
        By `PARTS`: what strategies cost and gain; how sure the choice is; what knowing more would be worth.
    """
    table, labels = decision.table, names.strategies
    base = table.strategies.index(comparator)
    content = voi_content(decision, names)
    curves = _fine_curves(decision)
    frames = _curve_frames(curves, table.strategies)
    means = increment_means(table, base, decision.question.chosen)
    outlines = increment_ellipses(table, base) if len(means) <= MOST_OUTLINED else None
    by_draw = [
        ce_plane(increment_cloud(table, base), means, labels, basis, comparator=comparator, ellipse=outlines),
        inmb_intervals(means, labels, basis, comparator=comparator),
    ]
    by_wtp = [
        acceptability_curves(frames["probability"], frames["frontier"], labels, basis),
        expected_loss_curves(frames["loss"], frames["evpi"], labels, basis),
        evpi_curve(frames["evpi"], basis),
    ]
    if table.n_inner > 1:
        out = CHANCE_OUT if curves.is_told.all() else f"{CHANCE_OUT} {NOT_TOLD}"
        by_draw, by_wtp = _noted(by_draw, CHANCE_IN), _noted(by_wtp, out)
    *sure, perfect = by_wtp
    return {
        GAINS: [_frontier(content, basis), *by_draw],
        SURE: sure,
        WORTH: [perfect, *_information(decision, content, basis)],
    }


def _information(decision: Decision, content: Mapping[str, Any], basis: Basis) -> list[Exhibit]:
    """Return the figures of parameters, where there are some, and of trials."""
    import pandas as pd  # noqa: PLC0415

    trials = _trial_exhibits(decision, content["evsi"], basis)
    if not content["ranking"]:
        return trials
    return [evppi_bars(pd.DataFrame(content["ranking"]), basis, evpi=decision.evpi.value), *trials]


def _noted(exhibits: Sequence[Exhibit], note: str) -> list[Exhibit]:
    """Return exhibits whose captions say besides what is done with chance."""
    return [replace(one, caption=f"{one.caption} {note}".rstrip()) for one in exhibits]


def _frontier(content: Mapping[str, Any], basis: Basis) -> Exhibit:
    """Return the frontier without ratios that chance could explain; intervals stand in the caption."""
    import pandas as pd  # noqa: PLC0415

    rows, labels = content["frontier"], content["labels"]
    told = [row | {"icer": row["icer"] if row["icer_low"] is not None else None} for row in rows]
    figure = frontier_plane(pd.DataFrame(told), labels, basis)
    return _noted([figure], " ".join(ratio_notes(content, basis)))[0]


def _fine_curves(decision: Decision) -> ValueCurves:
    """Return curves over a fine grid."""
    asked = decision.question
    highest = BEYOND * max(*asked.wtp, asked.chosen)
    grid = np.unique([*np.linspace(0, highest, GRID), *asked.wtp, asked.chosen])
    return value_curves(decision.table, grid.tolist(), fewest=asked.fewest)


def _curve_frames(curves: ValueCurves, keys: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return curves in long form."""
    import pandas as pd  # noqa: PLC0415

    grid, best = curves.wtp, [keys[place] for place in curves.best]
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
    exhibits = []
    for key, one in decision.trials.items():
        if not one.people:
            continue
        frame = pd.DataFrame([row for row in rows if row["trial"] == key])
        frame["evsi"], frame["evsi_se"] = frame["population_evsi"], frame["population_evsi_se"]
        until = counted(asked.decision_years, "year")
        who = f"{people_a_year(asked)}, from {one.plan.years:g} to {until} from now, {discounting(asked)}"
        exhibits.append(evsi_curve(frame, basis, trial=one.plan.label, population=who))
    return exhibits
