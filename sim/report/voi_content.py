"""A decision analysis as plain values for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.analysis.decision import Decision, TrialValue
from sim.analysis.partial_information import PartialInformation, rank
from sim.analysis.table_comparison import frontier_rows

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """Plain names.

    Parameters
    ----------
    title : str
        What is analyzed.
    strategies : mapping
        By key.
    parameters : mapping
        By path or column; those left out are called as they are.
    """

    title: str
    strategies: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)

    def parameter(self, name: str) -> str:
        """Return the plain name of a parameter or group."""
        return self.parameters.get(name, name)


def voi_content(decision: Decision, names: Names) -> dict[str, Any]:
    """Return a decision analysis as plain values, ready for JSON.

    Parameters
    ----------
    decision : Decision
        From `sim.analysis.decision.decide`.
    names : Names
        Plain names.

    Returns
    -------
    dict
        By willingness to pay ``wtp``: ``evpi``, ``evpi_se``, ``evpi_with_chance``, ``ceac`` (by strategy),
        ``ceaf``, ``ceaf_strategy``, ``expected_loss`` (by strategy), ``evppi`` and ``group_evppi`` (by
        parameter). At ``chosen_wtp``: ``frontier``, ``ranking`` (a row per parameter and group, with its
        noise floor), ``evsi`` (a row per trial and size), ``population``, ``chance``.
    """
    curves, table = decision.curves, decision.table
    cost, effect = (values.mean(axis=(0, 1)) for values in (table.cost, table.effect))
    at = np.arange(len(curves.wtp))
    return {
        "title": names.title,
        "labels": dict(names.strategies),
        "n_draws": table.n_draws,
        "replications_per_draw": table.n_inner,
        "wtp": curves.wtp.tolist(),
        "evpi": [one.value for one in curves.evpi],
        "evpi_se": [one.error for one in curves.evpi],
        "evpi_with_chance": [one.value for one in curves.evpi_with_chance],
        "ceac": _by_strategy(table.strategies, curves.probability),
        "ceaf": curves.probability[at, curves.best].tolist(),
        "ceaf_strategy": [table.strategies[place] for place in curves.best],
        "expected_loss": _by_strategy(table.strategies, curves.loss),
        "frontier": frontier_rows(table.strategies, cost, effect),
        "evppi": {name: decision.evppi_curves[name].tolist() for name in decision.evppi},
        "group_evppi": {name: decision.evppi_curves[name].tolist() for name in decision.group_evppi},
        "chosen_wtp": decision.question.chosen,
        "chosen_evpi": {"value": decision.evpi.value, "se": decision.evpi.error},
        "ranking": [
            *_ranking(decision.evppi, names, is_group=False),
            *_ranking(decision.group_evppi, names, is_group=True),
        ],
        "evsi": [row for key, one in decision.trials.items() for row in _trial_rows(key, one)],
        "population": _population(decision),
        "chance": _chance(decision),
    }


def _by_strategy(strategies: Sequence[str], values: np.ndarray) -> dict[str, list[float]]:
    return {key: values[:, place].tolist() for place, key in enumerate(strategies)}


def _ranking(found: Mapping[str, PartialInformation], names: Names, *, is_group: bool) -> list[Row]:
    return [
        {
            "parameter": one.name,
            "label": names.parameter(one.name),
            "is_group": is_group,
            "evppi": one.value,
            "evppi_se": one.error,
            "noise_floor": one.floor,
            "exceeds_floor": one.exceeds_floor,
            "false_discovery_rate": one.false_discovery_rate,
        }
        for one in rank(found)
    ]


def _trial_rows(key: str, one: TrialValue) -> list[Row]:
    sizes = one.by_size
    return [
        {
            "trial": key,
            "label": one.plan.label,
            "n_per_arm": int(sizes.sizes[place]),
            "evsi": float(sizes.value[place]),
            "evsi_se": float(sizes.error[place]),
            "ceiling": sizes.ceiling,
            "cost": float(one.cost[place]),
            "population_evsi": None if one.people is None else float(sizes.value[place] * one.people),
            "enbs": None if one.net is None else float(one.net[place]),
            "is_best": one.best == int(sizes.sizes[place]),
        }
        for place in range(len(sizes.sizes))
    ]


def _population(decision: Decision) -> Row | None:
    if decision.people is None:
        return None
    asked = decision.question
    return {
        "people_per_year": asked.people_per_year,
        "decision_years": asked.decision_years,
        "discount_rate": asked.discount_rate,
        "discounted_people": decision.people,
        "evpi": decision.evpi.value * decision.people,
    }


def _chance(decision: Decision) -> Row | None:
    """Tell how much of the spread between draws is chance, for the best strategy and the next."""
    if decision.parts is None or decision.nested is None:
        return None
    first, second = leaders(decision)
    return {
        "strategies": [decision.table.strategies[first], decision.table.strategies[second]],
        "share_of_variance": decision.parts.chance_share(first, second),
        "nested_evpi": decision.nested.value,
        "nested_evpi_se": decision.nested.error,
        "evpi_with_chance": decision.nested.uncorrected,
    }


def leaders(decision: Decision) -> tuple[int, int]:
    """Return the positions of the two strategies of highest mean net benefit at the chosen value."""
    mean = decision.table.net_benefit(decision.question.chosen).mean(axis=(0, 1))
    first, second = np.argsort(-mean, kind="stable")[:2]
    return int(first), int(second)
