"""What the strategies of one scenario came to in one stored run, value by value, to set against another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.comparison import ACHIEVED, columns_without_error, tables_by_replication
from sim.analysis.draw_summary import compared_values
from sim.analysis.draw_table import draw_table
from sim.analysis.increments import increments
from sim.analysis.output_settings import output_settings
from sim.analysis.precision import FloatArray, plain
from sim.analysis.present_values import arms, of_scenario
from sim.domain.columns import CLINICAL_VALUES
from sim.results import Results
from sim.worlds.stored import ProbabilisticScenario

REPLICATION, DRAW = "replication", "draw"
AS_IT_IS = "_base"
"""End of the names of columns that tell the scenario as it is, beside its draws."""
WITHOUT_ERROR = ("status", "icer_versus", "icer", *(f"incremental_cost_per_{one}" for one in ACHIEVED))
"""Columns that have no standard error."""


@dataclass(frozen=True, slots=True)
class Values:
    """One column: a mean, or a ratio of two means.

    Parameters
    ----------
    amount : ndarray, shape (n_strategies, n)
        By strategy and replication or draw; nan where undefined.
    among : ndarray, shape (n_strategies, n), optional
        What the mean amount is divided by the mean of.
    """

    amount: FloatArray
    among: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What the strategies of one scenario came to.

    Parameters
    ----------
    unit : str
        What values are counted by: `REPLICATION` or `DRAW`.
    seed, n_patients, n_inner : int
        Root of all luck; patients per strategy, and replications of each draw.
    strategies : tuple of str
        Keys.
    numbers : ndarray of int64
        Numbers of the replications or draws.
    values : mapping of str to Values
        Columns with an error.
    told : mapping of str to sequence
        Columns without one, a value per strategy: numbers, words or None.
    """

    unit: str
    seed: int
    n_patients: int
    n_inner: int
    strategies: tuple[str, ...]
    numbers: NDArray[np.int64]
    values: Mapping[str, Values]
    told: Mapping[str, Sequence[Any]]


def measured_run(results: Results, scenario: str) -> Measured:
    """Return what a scenario of a run came to, under its own output settings.

    Parameters
    ----------
    results : Results
        Results of a run.
    scenario : str
        Name of the scenario.

    Returns
    -------
    Measured
        The columns of `sim.analysis.comparison.compare`, and all clinical columns.

    Raises
    ------
    AnalysisError
        If a replication is missing.
    """
    settings = results.settings[scenario]
    found = arms(results, scenario)
    tables = tables_by_replication(results, found, output_settings(settings))
    clinical = of_scenario(results.clinical, scenario)
    others = {name: found.table(clinical, name) for name in CLINICAL_VALUES if name not in tables}
    values = {name: Values(table) for name, table in (tables | others).items()}
    for one, many in ACHIEVED.items():
        values[f"cost_per_{one}"] = Values(tables["cost"], tables[many])
    without = columns_without_error(found.strategies, tables)
    return Measured(
        unit=REPLICATION,
        seed=settings.seed,
        n_patients=settings.n_patients,
        n_inner=1,
        strategies=found.strategies,
        numbers=found.replications,
        values=values,
        told={name: [plain(value) for value in without[name]] for name in WITHOUT_ERROR},
    )


def measured_draws(one: ProbabilisticScenario) -> Measured:
    """Return what a scenario came to over draws, and as it is, under its own output settings.

    Parameters
    ----------
    one : ProbabilisticScenario
        Draws of a scenario.

    Returns
    -------
    Measured
        ``cost, qaly, nmb`` by draw, means of its replications; the same against the comparator
        (``incremental_...``); and of the scenario as it is by replication (``..._base``).
    """
    output = output_settings(one.settings)
    drawn, base = (draw_table(worlds, one.settings, output) for worlds in (one.drawn, one.base))
    comparator = drawn.strategies.index(output.comparator)
    means = {name: table.mean(axis=1).T for name, table in compared_values(drawn, output).items()}
    more = {f"incremental_{name}": increments(table, comparator) for name, table in means.items()}
    as_it_is = {f"{name}{AS_IT_IS}": table[0].T for name, table in compared_values(base, output).items()}
    return Measured(
        unit=DRAW,
        seed=one.settings.seed,
        n_patients=one.settings.n_patients,
        n_inner=drawn.n_inner,
        strategies=drawn.strategies,
        numbers=one.drawn.numbers,
        values={name: Values(table) for name, table in (means | more | as_it_is).items()},
        told={},
    )
