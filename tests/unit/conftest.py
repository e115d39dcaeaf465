"""Fixtures for literal results: costs and QALYs by strategy and replication."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from sim.domain.scenario import Scenario
from sim.results import CLINICAL_VALUES, COLUMNS, KEYS, Results, ScenarioSettings

Pairs = Mapping[str, list[tuple[float, float]]]


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS[name]))


@pytest.fixture
def make_results(tiny: Scenario) -> Callable[..., Results]:
    """Return a function from {strategy: [(cost, qaly) of each replication]} to undiscounted results."""

    def make(pairs: Pairs, *, name: str = "tiny", first_replication: int = 0, **clinical: float) -> Results:
        settings = replace(
            ScenarioSettings.of(tiny),
            discount_rate_costs=0.0,
            discount_rate_effects=0.0,
            comparator=next(iter(pairs)),
            strategies={key: key for key in pairs},
        )
        keyed = [
            (dict(zip(KEYS, (name, strategy, first_replication + number), strict=True)), cost, qaly)
            for strategy, replications in pairs.items()
            for number, (cost, qaly) in enumerate(replications)
        ]
        values = dict.fromkeys(CLINICAL_VALUES, 0.5) | {"n_patients": 100.0} | clinical
        return Results(
            clinical=_frame("clinical", [keys | values for keys, _, _ in keyed]),
            flows=_frame(
                "flows",
                [
                    keys | {"category": "session", "day": 0, "cost": cost, "covered": cost / 4}
                    for keys, cost, _ in keyed
                ]
                + [
                    keys | {"category": "travel", "day": 365, "cost": 10.0, "covered": 0.0}
                    for keys, _, _ in keyed
                ],
            ),
            health=_frame(
                "health", [keys | {"day": 0, "qaly": qaly, "life_years": 1.0} for keys, _, qaly in keyed]
            ),
            curves=_frame(
                "curves", [keys | {"measure": "score", "week": 0, "value": cost} for keys, cost, _ in keyed]
            ),
            utilization=_frame(
                "utilization",
                [
                    keys | {"resource": "chairs", "week": 0, "used_minutes": cost, "offered_minutes": 200.0}
                    for keys, cost, _ in keyed
                ],
            ),
            settings={name: settings},
            manifest={"version": "1"},
        )

    return make
