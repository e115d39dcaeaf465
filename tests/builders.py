"""Change a scenario tree in one line; read an event log in one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.domain.events import Event
from sim.domain.scenario import Scenario
from sim.engine.clocks import COMPILED, SIMPY
from sim.engine.simulate import Replication, event_log, prepare

Tree = dict[str, Any]
ENDLESS = 1e6


def atom(value: float, unit: str) -> Tree:
    """Return a number that is certain, and an assumption."""
    return {
        "value": value,
        "unit": unit,
        "source": "assumption",
        "grade": "assumption",
        "range": [value, value],
    }


def curve(values: Sequence[float], unit: str, at: Sequence[float] | None = None) -> Tree:
    """Return numbers that belong together, each at its position if there are any."""
    where = {} if at is None else {"at": list(at)}
    return {"values": list(values), "unit": unit, "source": "assumption", "grade": "assumption"} | where


def set_value(tree: Tree, path: str, value: float) -> None:
    """Give the atom at a dotted path another value, with a range around it."""
    node: Any = tree
    for name in path.split("."):
        node = node[int(name)] if isinstance(node, list) else node[name]
    node.pop("distribution", None)
    node |= {"value": value, "range": [value, value]}


def without_chance_events(tree: Tree) -> Tree:
    """Take out drop-out, no-shows, harms, deaths, natural course, impatience and lead times."""
    care, illness = tree["care"], tree["illness"]
    for name in ("screening_no_show", "session_no_show", "referral_lead", "start_lead"):
        set_value(care, name, 0)
    set_value(care, "patience", ENDLESS)
    care.pop("preparation", None)
    care.pop("integration", None)
    care["integration_after"] = []
    set_value(illness, "natural.improvement_hazard", 0)
    set_value(illness, "mortality.relative_risk", 0)
    for state in ("depressed", "response", "remission"):
        set_value(illness, f"mortality.suicide.{state}", 0)
    for condition in tree["population"]["conditions"].values():
        set_value(condition, "prevalence", 0)
    for treatment in tree["treatments"].values():
        treatment["harms"] = {}
        set_value(treatment, "uptake.accepts", 1)
        set_value(treatment, "dropout.per_induction_session", 0)
        set_value(treatment, "dropout.per_maintenance_session", 0)
        set_value(treatment, "session_mortality", 0)
    return tree


def unlimited(tree: Tree) -> Tree:
    """Take the number of units of every resource away and open it every day."""
    for resource in tree["resources"].values():
        resource.pop("units", None)
        resource["open_minutes"] = [480] * 7
    return tree


def with_attributes(record: Any) -> Any:
    """Return a record, or an array of them, whose fields plain Python reads and writes as attributes."""
    return record.view((np.record, record.dtype))


def log_of(tree: Tree, strategy: str, replication: int = 0, clock: str = SIMPY) -> np.ndarray:
    """Simulate one strategy of a scenario tree and return its event log."""
    return event_log(prepare(Scenario.model_validate(tree), replication), strategy, clock)


def unequal_logs(prepared: Replication) -> dict[str, str]:
    """Return the strategies whose logs differ between the clocks, each with the first row that does."""
    differences = {
        strategy: first_difference(
            event_log(prepared, strategy, SIMPY), event_log(prepared, strategy, COMPILED)
        )
        for strategy in prepared.scenario.strategies
    }
    return {strategy: difference for strategy, difference in differences.items() if difference}


def first_difference(left: np.ndarray, right: np.ndarray) -> str:
    """Tell where two logs differ first, bit by bit; nothing when they do not."""
    if left.tobytes() == right.tobytes():
        return ""
    pairs = enumerate(zip(left, right, strict=False))
    unequal = (
        f"row {number}: {row}, not {other}"
        for number, (row, other) in pairs
        if row.tobytes() != other.tobytes()
    )
    return next(unequal, f"{len(left)} rows, not {len(right)}")


def rows(log: np.ndarray, event: Event, **equal: int) -> np.ndarray:
    """Return the rows of one event, further narrowed by equal columns."""
    chosen = log["event"] == event
    for column, value in equal.items():
        chosen &= log[column] == value
    return log[chosen]
