"""From accounts of strategies and replications to tidy frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.domain.economics import CATEGORIES
from sim.domain.remembered import remembered
from sim.domain.scenario import Scenario
from sim.outcomes.account import StrategyOutcome
from sim.outcomes.patient_totals import PatientTotals, patient_columns
from sim.results import CLINICAL_VALUES, COLUMNS, CURVE_MEASURES, KEYS, Results, ScenarioSettings

if TYPE_CHECKING:
    import pandas as pd

Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Accounted:
    """What one strategy achieved and cost in one replication, and perhaps what single patients did.

    Parameters
    ----------
    replication : int
        Number of the replication, from 0.
    outcome : StrategyOutcome
        Means per referred patient.
    patients : PatientTotals or None
        What single patients cost and gained; None = not kept.
    """

    replication: int
    outcome: StrategyOutcome
    patients: PatientTotals | None = None


def results_of(
    scenario: Scenario, accounted: Iterable[Accounted], manifest: Mapping[str, Any] | None = None
) -> Results:
    """Return the results of some strategies and replications.

    Parameters
    ----------
    scenario : Scenario
        What was simulated.
    accounted : iterable of Accounted
        In any order; all with their single patients, or none.
    manifest : mapping, optional
        How the run was made.

    Returns
    -------
    Results
        Sorted in the order of the scenario's strategies, and by replication.
    """
    order = {key: position for position, key in enumerate(scenario.strategies)}
    chosen = sorted(accounted, key=lambda one: (order[one.outcome.strategy], one.replication))
    outcomes = [one.outcome for one in chosen]
    parts = {
        "clinical": [
            {name: np.array([outcome.clinical[name]]) for name in CLINICAL_VALUES} for outcome in outcomes
        ],
        "flows": [_flows(outcome) for outcome in outcomes],
        "health": [_health(outcome) for outcome in outcomes],
        "curves": [_curves(outcome) for outcome in outcomes],
        "utilization": [_utilization(outcome, list(scenario.resources)) for outcome in outcomes],
    }
    if patients := [one.patients for one in chosen if one.patients is not None]:
        parts |= patient_columns(patients)
    keys = {
        "strategy": np.array([order[outcome.strategy] for outcome in outcomes], dtype=np.int8),
        "replication": np.array([one.replication for one in chosen], dtype=np.int32),
    }
    names, settings = _names(scenario), _settings(scenario)
    return Results(
        **{name: _frame(name, columns, keys, names) for name, columns in parts.items()},
        settings={scenario.name: settings},
        manifest=dict(manifest or {}),
    )


@remembered
def _settings(scenario: Scenario) -> ScenarioSettings:
    return ScenarioSettings.of(scenario)


@remembered
def _names(scenario: Scenario) -> dict[str, pd.CategoricalDtype]:
    """Return the names each column can hold."""
    import pandas as pd  # noqa: PLC0415

    names = {
        "scenario": [scenario.name],
        "strategy": list(scenario.strategies),
        "category": [category.value for category in CATEGORIES],
        "measure": list(CURVE_MEASURES),
        "resource": list(scenario.resources),
        "payer": list(scenario.population.payers),
    }
    return {column: pd.CategoricalDtype(known) for column, known in names.items()}


def _frame(
    name: str,
    parts: list[Columns],
    keys: Columns,
    names: dict[str, pd.CategoricalDtype],
) -> pd.DataFrame:
    """Stack columns below each other, with the key of each part and names in front."""
    import pandas as pd  # noqa: PLC0415

    values = COLUMNS[name][len(KEYS) :]
    stacked = {column: np.concatenate([part[column] for part in parts]) for column in values}
    lengths = [len(part[values[0]]) for part in parts]
    columns = {
        "scenario": np.zeros(sum(lengths), dtype=np.int8),
        **{key: np.repeat(numbers, lengths) for key, numbers in keys.items()},
        **stacked,
    }
    for column in names.keys() & columns.keys():
        columns[column] = pd.Categorical.from_codes(columns[column], dtype=names[column])
    return pd.DataFrame(columns)


def _flows(outcome: StrategyOutcome) -> Columns:
    category, day = np.nonzero((outcome.cost != 0) | (outcome.covered != 0))
    return {
        "category": category,
        "day": day.astype(np.int32),
        "cost": outcome.cost[category, day],
        "covered": outcome.covered[category, day],
    }


def _health(outcome: StrategyOutcome) -> Columns:
    day = np.arange(len(outcome.qaly), dtype=np.int32)
    return {"day": day, "qaly": outcome.qaly, "life_years": outcome.life_years}


def _curves(outcome: StrategyOutcome) -> Columns:
    lengths = [len(outcome.curves[measure]) for measure in CURVE_MEASURES]
    value = np.concatenate([outcome.curves[measure] for measure in CURVE_MEASURES])
    known = ~np.isnan(value)
    week = np.concatenate([np.arange(length, dtype=np.int32) for length in lengths])
    return {
        "measure": np.repeat(np.arange(len(lengths)), lengths)[known],
        "week": week[known],
        "value": value[known],
    }


def _utilization(outcome: StrategyOutcome, resources: list[str]) -> Columns:
    n_resources, n_weeks = outcome.used_minutes.shape
    return {
        "resource": np.repeat([resources.index(name) for name in outcome.resources], n_weeks).astype(
            np.int64
        ),
        "week": np.tile(np.arange(n_weeks, dtype=np.int32), n_resources),
        "used_minutes": outcome.used_minutes.ravel(),
        "offered_minutes": outcome.offered_minutes.ravel(),
        "fillable_minutes": outcome.fillable_minutes.ravel(),
        "wanted_minutes": outcome.wanted_minutes.ravel(),
    }
