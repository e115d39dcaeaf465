"""From accounts of the strategies of one replication to tidy frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.domain.scenario import Scenario
from sim.outcomes.account import CATEGORIES, StrategyOutcome
from sim.results import CLINICAL_VALUES, COLUMNS, CURVE_MEASURES, KEYS, Results, ScenarioSettings

if TYPE_CHECKING:
    import pandas as pd

Columns = dict[str, Any]


def results_of(
    scenario: Scenario,
    replication: int,
    outcomes: Sequence[StrategyOutcome],
    manifest: Mapping[str, Any] | None = None,
) -> Results:
    """Return the results of one replication.

    Parameters
    ----------
    scenario : Scenario
        What was simulated.
    replication : int
        Number of the replication, from 0.
    outcomes : sequence of StrategyOutcome
        One for each strategy, in any order.
    manifest : mapping, optional
        How the run was made.

    Returns
    -------
    Results
        Sorted in the order of the scenario's strategies.
    """
    order = list(scenario.strategies)
    chosen = sorted(outcomes, key=lambda outcome: order.index(outcome.strategy))
    keys = {"scenario": scenario.name, "replication": replication, "strategies": order}
    parts = {
        "clinical": [
            {name: np.array([outcome.clinical[name]]) for name in CLINICAL_VALUES} for outcome in chosen
        ],
        "flows": [_flows(outcome) for outcome in chosen],
        "health": [_health(outcome) for outcome in chosen],
        "curves": [_curves(outcome) for outcome in chosen],
        "utilization": [_utilization(outcome, list(scenario.resources)) for outcome in chosen],
    }
    names = {
        "category": [category.value for category in CATEGORIES],
        "measure": list(CURVE_MEASURES),
        "resource": list(scenario.resources),
    }
    strategies = [order.index(outcome.strategy) for outcome in chosen]
    return Results(
        **{name: _frame(name, columns, strategies, keys, names) for name, columns in parts.items()},
        settings={scenario.name: ScenarioSettings.of(scenario)},
        manifest=dict(manifest or {}),
    )


def _frame(
    name: str, parts: list[Columns], strategies: list[int], keys: Columns, names: dict[str, list[str]]
) -> pd.DataFrame:
    """Stack the strategies' columns below each other, with their keys and names in front."""
    import pandas as pd  # noqa: PLC0415

    values = COLUMNS[name][len(KEYS) :]
    stacked = {column: np.concatenate([part[column] for part in parts]) for column in values}
    lengths = [len(part[values[0]]) for part in parts]
    n_rows = sum(lengths)
    named = {
        "scenario": pd.Categorical.from_codes(np.zeros(n_rows, dtype=np.int8), [keys["scenario"]]),
        "strategy": pd.Categorical.from_codes(np.repeat(strategies, lengths), keys["strategies"]),
        "replication": np.full(n_rows, keys["replication"], dtype=np.int32),
    }
    for column, categories in names.items():
        if column in stacked:
            stacked[column] = pd.Categorical.from_codes(stacked[column], categories)
    return pd.DataFrame({**named, **stacked})


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
    }
