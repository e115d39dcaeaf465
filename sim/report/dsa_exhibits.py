"""The figures of a deterministic sensitivity analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.report.choice_figures import threshold_line, two_way
from sim.report.dsa import dsa_basis
from sim.report.exhibit import Exhibit
from sim.report.sensitivity_figures import tornado

Content = Mapping[str, Any]


def dsa_exhibits(content: Content) -> list[Exhibit]:
    """Return the figures of a deterministic analysis.

    Parameters
    ----------
    content : mapping
        From `sim.batch.dsa.dsa`.

    Returns
    -------
    list of Exhibit
        Tornado, a line for each parameter along which switch points were looked for, the grid of two.
    """
    import pandas as pd  # noqa: PLC0415

    labels, basis = content["labels"], dsa_basis(content)
    strategy, comparator = content["pair"]
    exhibits = []
    if any(row[f"inmb_{end}"] is not None for row in content["one_way"] for end in ("low", "high")):
        frame = pd.DataFrame(content["one_way"]).rename(columns={"path": "parameter"})
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
