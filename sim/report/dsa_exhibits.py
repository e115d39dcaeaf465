"""The figures of a deterministic sensitivity analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.report.choice_figures import threshold_line, two_way
from sim.report.exhibit import Basis, Exhibit
from sim.report.sensitivity_figures import tornado

Content = Mapping[str, Any]
SETTING = (
    "currency", "price_year", "perspective", "horizon_years", "discount_rate_costs", "discount_rate_effects",
    "n_patients", "wtp",
)  # fmt: skip


def dsa_exhibits(content: Content) -> list[Exhibit]:
    """Return the figures of a deterministic analysis.

    Parameters
    ----------
    content : mapping
        From `sim.batch.dsa.dsa`.

    Returns
    -------
    list of Exhibit
        Tornado, a line for each figure along which switch points were looked for, the grid of two figures.
    """
    import pandas as pd  # noqa: PLC0415

    labels, setting = content["labels"], content["setting"]
    basis = Basis(**{name: setting[name] for name in SETTING}, n_replications=setting["replications"])
    strategy, comparator = content["pair"]
    rows = [row for row in content["one_way"] if row["inmb_low"] is not None and row["inmb_high"] is not None]
    exhibits = []
    if rows:
        frame = pd.DataFrame(rows).rename(columns={"path": "parameter"})
        exhibits.append(tornado(frame, labels, basis, strategy=strategy, comparator=comparator))
    for line in content["thresholds"]:
        switches = pd.DataFrame(line["switch_points"], columns=["value", "from", "to"])
        name = f"{line['label']} [{line['unit']}]"
        exhibits.append(threshold_line(pd.DataFrame(line["line"]), switches, labels, basis, parameter=name))
    if content["two_way"] is not None:
        grid = content["two_way"]
        titles = [f"{grid[axis]['label']} [{grid[axis]['unit']}]" for axis in ("x", "y")]
        base = grid["x"]["value"], grid["y"]["value"]
        frame = pd.DataFrame(grid["rows"])
        exhibits.append(two_way(frame, labels, basis, x_title=titles[0], y_title=titles[1], base=base))
    return exhibits
