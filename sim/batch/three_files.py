"""Draws as three tables that other programs read: costs, effects and parameters, a row per draw.

SAVI, BCEAweb and the R packages BCEA and voi take this form: a column per strategy or parameter, no index.
"""

from __future__ import annotations

from pathlib import Path

from sim.analysis.draw_table import DrawTable
from sim.stored.files import new_directory

COSTS, EFFECTS, PARAMETERS = "costs.csv", "effects.csv", "parameters.csv"


def write_three_files(directory: Path, table: DrawTable) -> None:
    """Write costs, effects and parameters of a table of draws to a new directory.

    Parameters
    ----------
    directory : Path
        Must not exist yet, or be empty.
    table : DrawTable
        What to write; replications of a draw are averaged.

    Raises
    ------
    AnalysisError
        If the directory holds something already or cannot be written.
    """
    import pandas as pd  # noqa: PLC0415

    cost, effect = (values.mean(axis=1) for values in (table.cost, table.effect))
    with new_directory(directory) as complete:
        for name, columns, values in (
            (COSTS, table.strategies, cost),
            (EFFECTS, table.strategies, effect),
            (PARAMETERS, table.parameters, table.values),
        ):
            if len(columns):
                pd.DataFrame(values, columns=list(columns)).to_csv(complete / name, index=False)
