"""The cheapest staffing that meets the targets, its neighbors, its certainty and the frontier around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sim.analysis.staffing_frontier import Tried, certainty, frontier
from sim.analysis.staffing_targets import is_clear_miss
from sim.analysis.staffing_values import clinical_values, fullness, value_row
from sim.batch.staffing_ladders import Rung, Staffing, check_room, level_with, lowest_level
from sim.batch.staffing_search import BudgetSpent, Found, Levels, Space, cheapest
from sim.batch.staffing_worth import Plan, worth_content
from sim.errors import ScenarioError

FIRST = 4
"""Replications after which a clear miss is given up."""
BUSY = 0.7
"""Share of the busiest week's work for which the search first makes room."""
MORE_STEPS, FEWER_STEPS = 4, 2
"""Steps walked from the answer up and down, for the frontier."""
Content = dict[str, Any]
NO_ANSWER: Content = dict.fromkeys(
    ("is_met", "answer", "targets", "search", "neighbors", "certainty", "frontier", "at_answer")
)
"""What there is without a target."""


def answer_content(plan: Plan, most_staffings: int) -> Content:
    """Return the cheapest staffing that meets the targets and what belongs to it.

    Parameters
    ----------
    plan : Plan
        The programme, with at least one target.
    most_staffings : int
        Staffings simulated at most in the search.

    Returns
    -------
    dict
        ``is_met``, the answer itself (``staffing``, ``open_days``, ``cost``, ``wait``, ``targets`` …),
        ``search``, ``neighbors``, ``certainty``, ``frontier`` and ``at_answer`` (values there). When
        nothing meets the targets, the largest staffing tried stands in for the answer.
    """
    probe = _Probe(plan, most_staffings)
    found = cheapest(probe.space, probe, probe.guess, probe.today)
    levels = found.levels or probe.space.highest
    staffing = probe.staffing(levels)
    is_met = found.levels is not None
    content: Content = NO_ANSWER | {"is_met": is_met, "answer": plan.described(staffing)}
    content |= {key: content["answer"][key] for key in ("staffing", "open_days", "cost", "wait", "wait_se")}
    content["targets"] = content["answer"]["targets"]
    content["search"] = {
        "is_complete": found.is_complete,
        "claim": _claim(found),
        "most_staffings": most_staffings,
        "highest": {key: rung.units for key, rung in probe.staffing(probe.space.highest).items()},
    }
    if found.levels is not None:
        content["neighbors"] = [_neighbor(plan, staffing, fewer) for fewer in probe.fewer(levels)]
        _walk(probe, levels)
    staffings = [one for one, _ in plan.runs.complete()]
    tried = [Tried(plan.cost(one), measured) for one, measured in plan.runs.complete()]
    if found.levels is not None:
        place = staffings.index(staffing)
        content["certainty"] = certainty(tried, place, plan.targets, plan.runs.scenario.run.seed)
    shown = [place for place, one in enumerate(staffings) if not probe.has_plenty(one)]
    chosen = frontier([tried[place] for place in shown], plan.wait)
    content["frontier"] = [_point(plan, staffings[shown[place]]) for place in chosen]
    content["at_answer"] = worth_content(plan, staffing) if found.levels is not None else None
    return content


def _claim(found: Found) -> str:
    """Say what is known of the answer."""
    if found.levels is None:
        return "even the largest staffing tried misses the target"
    if found.is_complete:
        return (
            "no cheaper staffing meets the target in these replications, provided that more staff never "
            "makes it worse"
        )
    return "the cheapest one seen before the search was cut short; a cheaper one may exist"


def _neighbor(plan: Plan, staffing: Staffing, fewer: Staffing) -> Content:
    """Compare the answer with the staffing one step below it in one resource."""
    resource = next(key for key in staffing if staffing[key] != fewer[key])
    saved = plan.cost(staffing) - plan.cost(fewer)
    less, more = plan.runs.measure(fewer), plan.runs.measure(staffing)
    row = value_row(less, more, wtp=plan.runs.output.wtp, wait=plan.wait, cost_of_unit=saved)
    told = plan.described(fewer)
    longer = row["wait_change"]
    return {
        "resource": resource,
        **{key: told[key] for key in ("staffing", "open_days", "cost", "wait", "wait_se", "targets")},
        "saving": saved,
        "longer": None if longer is None else -longer,
        "longer_se": row["wait_change_se"],
        "is_distinguishable": row["shortens_wait"],
        "is_met": all(target["is_met"] for target in told["targets"]),
    }


def _point(plan: Plan, staffing: Staffing) -> Content:
    told = plan.described(staffing)
    return {key: told[key] for key in ("staffing", "open_days", "cost", "wait", "wait_se")} | {
        "is_met": all(target["is_met"] for target in told["targets"])
    }


def _walk(probe: _Probe, levels: Levels) -> None:
    """Simulate staffings around the answer, so that the frontier shows what more and less would do."""
    up = levels
    for _ in range(MORE_STEPS):
        position = probe.fullest(up)[0]
        up = (*up[:position], up[position] + 1, *up[position + 1 :])
        probe.plan.runs.measure(probe.staffing(up))
    down = probe.staffing(levels)
    for _ in range(FEWER_STEPS):
        options = list(probe.fewer(probe.levels_of(down)))
        if not options:
            return
        here = probe.wait(down)
        down = min(options, key=lambda fewer: probe.harm(here, down, fewer))


class _Probe:
    """Tries staffings by level for the search."""

    def __init__(self, plan: Plan, most_staffings: int) -> None:
        self.plan, self._most = plan, most_staffings
        self._begun = plan.runs.n_staffings
        self._levels: dict[tuple[Rung, ...], Levels] = {}
        self.space, self.guess = self._space_and_guess()

    def _space_and_guess(self) -> tuple[Space, Levels]:
        """Return the levels in question, up to where no resource could make anybody wait, and a start."""
        plan, today = self.plan, self.plan.today
        scenario, names = plan.runs.scenario, [ladder.resource for ladder in plan.ladders]
        ample = plan.runs.unlimited(names).use
        lowest, highest, guess, costs = [], [], [], []
        for ladder in plan.ladders:
            busiest = ample[ladder.resource].peak_minutes
            bottom = lowest_level(scenario, ladder)
            # All the work of the busiest week could fall on one day.
            roomy = level_with(ladder, busiest * today[ladder.resource].days)
            top = max(bottom + 1, roomy, ladder.today_level + 1)
            lowest.append(bottom)
            highest.append(top)
            guess.append(level_with(ladder, busiest * BUSY))
            last = ladder.rung(top + MORE_STEPS).units
            check_room(scenario, ladder, max(last, ladder.rung(top).units + ladder.unit))
            costs.append(
                [plan.cost_of(ladder.resource, ladder.rung(level)) for level in range(bottom, top + 1)]
            )
        return Space(tuple(lowest), tuple(highest), costs), tuple(guess)

    @property
    def today(self) -> Levels:
        """Levels of today's staffing."""
        return tuple(ladder.today_level for ladder in self.plan.ladders)

    def staffing(self, levels: Levels) -> dict[str, Rung]:
        """Return the staffing at some levels."""
        rungs = [ladder.rung(level) for ladder, level in zip(self.plan.ladders, levels, strict=True)]
        self._levels[tuple(rungs)] = levels
        return {ladder.resource: rung for ladder, rung in zip(self.plan.ladders, rungs, strict=True)}

    def levels_of(self, staffing: Staffing) -> Levels:
        """Return the levels of a staffing made by `staffing`."""
        return self._levels[tuple(staffing.values())]

    def meets(self, levels: Levels) -> bool:
        """Tell whether the mean over replications meets every target; clear misses are cut short."""
        runs, targets = self.plan.runs, self.plan.targets
        if runs.n_staffings - self._begun >= self._most:
            raise BudgetSpent
        try:
            first = runs.measure(self.staffing(levels), FIRST)
        except ScenarioError:
            return False
        if len(first) < runs.n_replications and any(
            is_clear_miss(target, clinical_values(first, target.column)) for target in targets
        ):
            return False
        measurements = runs.measure(self.staffing(levels))
        return all(
            target.is_met_on_average(clinical_values(measurements, target.column)) for target in targets
        )

    def fullest(self, levels: Levels) -> Sequence[int]:
        """Return the positions of the resources, the fullest first."""
        positions = range(len(levels))
        try:
            first = self.plan.runs.measure(self.staffing(levels), FIRST)
        except ScenarioError:
            return sorted(positions, key=lambda position: levels[position] - self.space.lowest[position])
        full = [fullness(first, ladder.resource) for ladder in self.plan.ladders]
        return sorted(positions, key=lambda position: full[position], reverse=True)

    def fewer(self, levels: Levels) -> list[dict[str, Rung]]:
        """Return the possible staffings one step below, each in one resource."""
        found = []
        for position, level in enumerate(levels):
            if level > self.space.lowest[position]:
                below = self.staffing((*levels[:position], level - 1, *levels[position + 1 :]))
                try:
                    self.plan.runs.measure(below)
                except ScenarioError:
                    continue
                found.append(below)
        return found

    def has_plenty(self, staffing: Staffing) -> bool:
        """Tell whether a staffing has more of some resource than could ever be needed."""
        levels = self._levels.get(tuple(staffing.values()))
        return levels is not None and self.space.has_plenty(levels)

    def wait(self, staffing: Staffing) -> float:
        """Return the mean wait under a staffing."""
        return float(clinical_values(self.plan.runs.measure(staffing), self.plan.wait).mean())

    def harm(self, here: float, staffing: Staffing, fewer: Staffing) -> float:
        """Return the wait added for each unit of money saved; endless where the wait is undefined."""
        saved = self.plan.cost(staffing) - self.plan.cost(fewer)
        longer = self.wait(fewer) - here
        return math.inf if math.isnan(longer) or saved <= 0 else longer / saved
