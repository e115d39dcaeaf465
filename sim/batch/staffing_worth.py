"""What one more of each resource is worth, alone and together, at a given staffing."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sim.analysis.precision import mean_and_error
from sim.analysis.staffing_targets import Target, target_row, wait_column
from sim.analysis.staffing_values import (
    Measurement,
    bottleneck,
    clinical_values,
    fullness,
    gains,
    joint_row,
    value_row,
)
from sim.batch.staffing_ladders import UNIT, Ladder, Rung, Staffing, yearly_cost
from sim.batch.staffing_runs import Runs

MOST_TOGETHER = 4
"""Nearly full resources of which pairs are tried, the fullest first."""
PAIR = 2
DECIMALS = 9
"""Of units, so that 1.4 is one more than 0.4."""
LEFT = "left_before_start_share"
Content = dict[str, Any]
Measured = Mapping[str, Sequence[Measurement]]


@dataclass(frozen=True)
class Plan:
    """The staffings of one programme: how to simulate, price and describe them.

    Parameters
    ----------
    runs : Runs
        Simulates staffings.
    ladders : sequence of Ladder
        One for each resource that may change.
    targets : sequence of Target
        What is to be met; may be empty.
    fixed : mapping
        Rungs of the other resources with a limit: they stay as they are.
    """

    runs: Runs
    ladders: Sequence[Ladder]
    targets: Sequence[Target]
    fixed: Staffing = field(default_factory=dict)

    @property
    def today(self) -> dict[str, Rung]:
        """Today's staffing of the resources that may change."""
        return {ladder.resource: ladder.today for ladder in self.ladders}

    @property
    def wait(self) -> str:
        """Clinical column of the wait that is told."""
        return wait_column(self.targets)

    def label(self, resource: str) -> str:
        """Return the plain name of a resource."""
        return self.runs.scenario.resources[resource].label

    def cost_of(self, resource: str, rung: Rung) -> float:
        """Return what the paid hours of one resource cost [currency/year]."""
        n_days = self.runs.measure(self.today, 1)[0].n_days
        return yearly_cost(self.runs.scenario, resource, rung, n_days)

    def cost(self, staffing: Staffing) -> float:
        """Return what all paid hours cost, those of fixed resources too [currency/year]."""
        return sum(
            self.cost_of(resource, rung) for resource, rung in (*self.fixed.items(), *staffing.items())
        )

    def described(self, staffing: Staffing) -> Content:
        """Return a staffing with its cost, its wait and how surely it meets the targets."""
        measurements = self.runs.measure(staffing)
        wait, wait_error = (
            _plain(float(number)) for number in mean_and_error(clinical_values(measurements, self.wait))
        )
        part_week = {ladder.resource for ladder in self.ladders if ladder.more_days}
        whole = {**self.fixed, **staffing}
        return {
            "staffing": {key: rung.units for key, rung in whole.items()},
            "open_days": {key: rung.days for key, rung in staffing.items() if key in part_week},
            "cost": self.cost(staffing),
            "cost_by_resource": {key: self.cost_of(key, rung) for key, rung in whole.items()},
            "wait": wait,
            "wait_se": wait_error,
            LEFT: _plain(float(clinical_values(measurements, LEFT).mean())),
            "utilization": {key: fullness(measurements, key)[1] for key in whole},
            "targets": [
                target_row(target, clinical_values(measurements, target.column)) for target in self.targets
            ],
        }


def worth_content(plan: Plan, staffing: Staffing) -> Content:
    """Return what one more of each resource is worth a year, what binds together, and the bottleneck.

    Parameters
    ----------
    plan : Plan
        The programme.
    staffing : mapping
        Rung by resource.

    Returns
    -------
    dict
        ``value_of_one_more`` by resource, ``joint`` (pairs of nearly full resources, and the smallest set
        that only together gains something), ``bottleneck``, ``bottleneck_by`` and ``bottleneck_together``.
    """
    base = plan.runs.measure(staffing)
    more = {ladder.resource: ladder.more(staffing[ladder.resource]) for ladder in plan.ladders}
    alone = {key: plan.runs.measure({**staffing, key: rung}) for key, (rung, _) in more.items()}
    rows = {key: _row(plan, staffing, {key: more[key]}, base, alone[key]) for key in more}
    joint = [
        _joint(plan, staffing, {key: more[key] for key in together}, base, alone)
        for together in _together(plan, staffing, more, alone)
    ]
    return {"value_of_one_more": rows, "joint": joint, **bottleneck(rows, joint)}


def _row(
    plan: Plan,
    staffing: Staffing,
    more: Mapping[str, tuple[Rung, str]],
    base: Sequence[Measurement],
    larger: Sequence[Measurement],
) -> Content:
    cost = sum(plan.cost_of(key, rung) - plan.cost_of(key, staffing[key]) for key, (rung, _) in more.items())
    row = value_row(base, larger, wtp=plan.runs.output.wtp, wait=plan.wait, cost_of_unit=cost)
    steps = {
        key: {"step": round(rung.units - staffing[key].units, DECIMALS) if kind == UNIT else 1, "kind": kind}
        for key, (rung, kind) in more.items()
    }
    return row | (next(iter(steps.values())) if len(steps) == 1 else {"steps": steps})


def _joint(
    plan: Plan,
    staffing: Staffing,
    more: Mapping[str, tuple[Rung, str]],
    base: Sequence[Measurement],
    alone: Measured,
) -> Content:
    """Return what one more of several resources together is worth."""
    both = plan.runs.measure({**staffing, **{key: rung for key, (rung, _) in more.items()}})
    singles = {key: alone[key] for key in more}
    return {
        "resources": list(more),
        **_row(plan, staffing, more, base, both),
        **joint_row(base, singles, both, wtp=plan.runs.output.wtp, wait=plan.wait),
    }


def _together(
    plan: Plan, staffing: Staffing, more: Mapping[str, tuple[Rung, str]], alone: Measured
) -> list[tuple[str, ...]]:
    """Return resources worth trying together: pairs of nearly full ones, and those that bind as a set."""
    base = plan.runs.measure(staffing)
    full = {key: fullness(base, key) for key in more}
    busy = sorted((key for key in full if full[key][0] > 0), key=lambda key: full[key], reverse=True)
    pairs = list(itertools.combinations([key for key in more if key in busy[:MOST_TOGETHER]], PAIR))
    binding = _binding(plan, staffing, {key: rung for key, (rung, _) in more.items()}, alone)
    return pairs if len(binding) < PAIR or binding in pairs else [*pairs, binding]


def _binding(plan: Plan, staffing: Staffing, larger: Mapping[str, Rung], alone: Measured) -> tuple[str, ...]:
    """Return a smallest set of resources that gains something together although none gains it alone.

    Found by leaving out, of all that gain nothing alone, one after the other, the one with most room
    first; empty when all of them together gain nothing.
    """
    base = plan.runs.measure(staffing)
    gained = partial(gains, wtp=plan.runs.output.wtp, wait=plan.wait)
    kept = {key: rung for key, rung in larger.items() if not any(gained(base, alone[key]))}
    if len(kept) < PAIR:
        return ()
    whole = plan.runs.measure({**staffing, **kept})
    by_value, by_wait = gained(base, whole)
    if not (by_value or by_wait):
        return ()
    for key in sorted(kept, key=lambda key: fullness(base, key)):
        without = {name: rung for name, rung in kept.items() if name != key}
        less = plan.runs.measure({**staffing, **without})
        worth_more, waits_less = gained(less, whole)
        if not (worth_more if by_value else waits_less):
            kept, whole = without, less
    return tuple(name for name in larger if name in kept)


def _plain(number: float) -> float | None:
    return None if number != number else float(number)  # noqa: PLR0124  only nan differs from itself
