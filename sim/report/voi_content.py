"""A decision analysis as plain values for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from sim.analysis.decision import Decision, TrialValue
from sim.analysis.draw_table import DrawTable
from sim.analysis.icers import INSTEAD, Icer, icers
from sim.analysis.information_ranking import rank
from sim.analysis.partial_information import PartialInformation
from sim.analysis.precision import mean_and_error
from sim.analysis.table_comparison import frontier_rows
from sim.worlds.stored import StoredUnknown

Row = dict[str, Any]
IN_WORDS = ("unit", "distribution", "source", "grade", "value")
"""What is said of a parameter besides its plain name."""
MOSTLY_CHANCE = 1 / 2
"""Share of chance from which on the error of EVPI is a lower bound and its check too large."""


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
        `StoredUnknown` by path; columns of tables from elsewhere are called as they are.
    """

    title: str
    strategies: Mapping[str, str]
    parameters: Mapping[str, StoredUnknown] = field(default_factory=dict)

    def parameter(self, name: str) -> str:
        """Return the plain name of a parameter or group."""
        return self.parameters[name].label if name in self.parameters else name


def voi_content(decision: Decision, names: Names, setting: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a decision analysis as plain values, ready for JSON.

    Parameters
    ----------
    decision : Decision
        From `sim.analysis.decision.decide`.
    names : Names
        Plain names.
    setting : mapping, optional
        What the numbers rest on, plain values.

    Returns
    -------
    dict
        The ``setting``. By willingness to pay ``wtp``: ``evpi``, ``evpi_se``, ``evpi_with_chance``, ``ceac``
        (by strategy), ``ceaf``, ``ceaf_strategy``, ``expected_loss`` (by strategy), ``evppi`` and
        ``group_evppi`` (by parameter), ``chance_share`` (None without replications) and
        ``is_told_from_chance``. At ``chosen_wtp``: ``frontier`` (see
        Notes), ``ranking`` (a row per parameter and group, with its noise floor, and for parameters of a
        scenario what is known of them), ``evsi`` (a row per trial and size), ``population``, ``chance``.

    Notes
    -----
    ``icer`` of the frontier is the ratio of means. ``icer_low`` and ``icer_high`` hold the error of these
    means over draws (Fieller, 95 %), not the uncertainty of the ratio; where means cannot be told apart
    there is ``icer_reason`` instead.
    """
    curves, table = decision.curves, decision.table
    at = np.arange(len(curves.wtp))
    return {
        "title": names.title,
        "setting": dict(setting or {}),
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
        "chance_share": None if curves.chance_share is None else curves.chance_share.tolist(),
        "is_told_from_chance": curves.is_told.tolist(),
        "frontier": _frontier(table),
        "evppi": {name: decision.evppi_curves[name].tolist() for name in decision.evppi},
        "group_evppi": {name: decision.evppi_curves[name].tolist() for name in decision.group_evppi},
        "chosen_wtp": decision.question.chosen,
        "chosen_is_told": bool(decision.chosen_curves.is_told[0]),
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


def _frontier(table: DrawTable) -> list[Row]:
    """Return the frontier with intervals of its ratios, or why there are none."""
    cost, effect = (values.mean(axis=1).T for values in (table.cost, table.effect))
    found = dict(zip(table.strategies, icers(cost, effect), strict=True))
    place = {key: position for position, key in enumerate(table.strategies)}
    return [
        row
        | {
            "icer_low": _finite(found[row["strategy"]].interval.low),
            "icer_high": _finite(found[row["strategy"]].interval.high),
            "icer_reason": _reason(found[row["strategy"]], effect, place[row["strategy"]]),
        }
        for row in frontier_rows(table.strategies, cost.mean(axis=1), effect.mean(axis=1))
    ]


def _reason(found: Icer, effect: np.ndarray, place: int) -> str | None:
    """Return why there is no interval, in draws where the reason counts them."""
    if found.versus is None or found.reason is None:
        return found.reason
    mean, error = mean_and_error(effect[place] - effect[found.versus])
    told = f"difference in effect {mean:.2g} ± {error:.2g} cannot be told from zero"
    return f"{told} ({effect.shape[1]} draws); {INSTEAD}"


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


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
            "is_told_from_noise": one.is_told,
            **_in_words(names.parameters.get(one.name)),
        }
        for one in rank(found)
    ]


def _in_words(unknown: StoredUnknown | None) -> Row:
    known = {} if unknown is None else asdict(unknown)
    return {name: known.get(name) for name in IN_WORDS}


def _trial_rows(key: str, one: TrialValue) -> list[Row]:
    sizes, population, error = one.by_size, one.population_value, one.population_error
    return [
        {
            "trial": key,
            "label": one.plan.label,
            "n_per_arm": int(sizes.sizes[place]),
            "evsi": float(sizes.value[place]),
            "evsi_se": float(sizes.error[place]),
            "ceiling": sizes.ceiling,
            "cost": None if one.cost is None else float(one.cost[place]),
            "population_evsi": None if population is None else float(population[place]),
            "population_evsi_se": None if error is None else float(error[place]),
            "enbs": None if one.net is None else float(one.net[place]),
            "enbs_se": None if one.net is None or error is None else float(error[place]),
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
        "evpi": decision.population_evpi,
    }


def _chance(decision: Decision) -> Row | None:
    """Tell how much of the spread between draws is chance, for the best strategy and the next."""
    if decision.nested is None or decision.chance_share is None:
        return None
    return {
        "strategies": [decision.table.strategies[place] for place in decision.leaders],
        "share_of_variance": decision.chance_share,
        "is_most": decision.chance_share > MOSTLY_CHANCE,
        "nested_evpi": decision.nested.value,
        "nested_evpi_se": decision.nested.error,
        "evpi_with_chance": decision.nested.uncorrected,
    }
