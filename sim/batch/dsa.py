"""Deterministic sensitivity analysis of a scenario: run its points and say what changes the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, replace
from typing import Any

from sim.analysis.comparison import to_rows
from sim.analysis.one_way import best_and_lead, one_way_table, pair_of
from sim.analysis.precision import FloatArray, mean_and_error, plain
from sim.batch.dsa_lines import thresholds, two_way
from sim.batch.dsa_question import THRESHOLD, DsaQuestion, Runner, check_question, runner_of
from sim.batch.run import Progress
from sim.design import dsa as design
from sim.design.dsa import Lever
from sim.design.points import contradiction
from sim.domain.scenario import Scenario
from sim.errors import ScenarioError
from sim.worlds.sums import Worlds

MOST_THRESHOLDS = 5
"""Figures whose switch points are looked for without being asked."""
TIED = ".effect.odds_ratio"
"""End of the path of an effect that no trial measured directly: always looked at."""


def dsa(
    scenario: Scenario,
    question: DsaQuestion,
    *,
    alternatives: Sequence[Scenario] = (),
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Answer a question by deterministic sensitivity analysis.

    Parameters
    ----------
    scenario : Scenario
        What is analyzed.
    question : DsaQuestion
        What is asked.
    alternatives : sequence of Scenario
        Other scenarios held against it, as structural alternatives.
    executor : Executor, optional
        Runs the jobs; it is not shut down.
    on_progress : callable, optional
        Called with (points done, points in all) in each part.

    Returns
    -------
    dict
        Plain values: ``scenario``, ``pair``, ``base`` (a row per strategy), ``one_way`` (a row per figure,
        largest spread first), ``impossible``, ``two_way``, ``thresholds``, ``scenarios``, ``setting``.

    Raises
    ------
    ScenarioError
        If a path, a strategy or a size is impossible, or there is only one strategy.
    JobError
        If a job fails.
    """
    for one in (scenario, *alternatives):
        if len(one.strategies) == 1:
            raise ScenarioError(f"scenario '{one.name}': must have two strategies to compare, got one")
    runner = runner_of(scenario, question, executor, on_progress)
    others = [_unpaired(one, question, executor, on_progress) for one in alternatives]
    check_question(runner.scenario, question)
    chosen = design.levers(runner.scenario, question.parameters)
    worlds, net_benefit = runner.run(design.one_way(runner.scenario, chosen))
    pair = pair_of(worlds.strategies, net_benefit[0], question.strategy, question.comparator)
    rows = _one_way_rows(chosen, worlds, net_benefit, pair)
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "labels": dict(runner.settings.strategies),
        "pair": [worlds.strategies[place] for place in pair],
        "setting": _setting(runner),
        "base": _base_rows(worlds, net_benefit[0]),
        "one_way": rows,
        "impossible": _impossible(runner.scenario, chosen, worlds),
        "thresholds": thresholds(runner, _searched(question, chosen, rows, runner.scenario), pair),
        "two_way": two_way(runner),
        "scenarios": _scenarios(runner, worlds, net_benefit, others) if alternatives else [],
    }


def _setting(runner: Runner) -> dict[str, Any]:
    settings, output = runner.settings, runner.output
    return {
        "currency": settings.currency,
        "horizon_years": settings.horizon_years,
        "n_patients": settings.n_patients,
        "replications": runner.question.replications,
        "price_index_source": settings.price_index_source,
        **{name: value for name, value in asdict(output).items() if name != "comparator"},
    }


def _base_rows(worlds: Worlds, net_benefit: FloatArray) -> list[dict[str, Any]]:
    mean, error = mean_and_error(net_benefit.T)
    return [
        {"strategy": key, "nmb": float(one), "nmb_se": plain(se)}
        for key, one, se in zip(worlds.strategies, mean, error, strict=True)
    ]


def _one_way_rows(
    chosen: Sequence[Lever], worlds: Worlds, net_benefit: FloatArray, pair: tuple[int, int]
) -> list[dict[str, Any]]:
    frame = one_way_table(net_benefit, worlds.numbers, len(chosen), strategy=pair[0], comparator=pair[1])
    for name in ("best_base", "best_low", "best_high"):
        frame[name] = [worlds.strategies[place] if place >= 0 else None for place in frame[name]]
    for name in ("high", "low", "value", "unit", "label", "path"):
        frame.insert(0, name, [getattr(lever, name) for lever in chosen])
    frame["n_places"] = [len(lever.paths) for lever in chosen]
    return to_rows(frame.sort_values("spread", ascending=False, kind="stable"))


def _impossible(scenario: Scenario, chosen: Sequence[Lever], worlds: Worlds) -> list[dict[str, Any]]:
    """Say which ends contradict other values, and how."""
    held = set(worlds.numbers.tolist())
    ends = [(lever, end) for lever in chosen for end in (lever.low, lever.high)]
    return [
        {
            "path": lever.path,
            "label": lever.label,
            "value": end,
            "reason": contradiction(scenario, design.point(scenario, lever, end)),
        }
        for number, (lever, end) in enumerate(ends, start=1)
        if number not in held
    ]


def _searched(
    question: DsaQuestion, chosen: Sequence[Lever], rows: Sequence[Mapping[str, Any]], scenario: Scenario
) -> list[Lever]:
    """Return the figures along which switch points are looked for."""
    if question.thresholds:
        return design.levers(scenario, question.thresholds, option=THRESHOLD)
    changing = [row["path"] for row in rows if row["changes_choice"]][:MOST_THRESHOLDS]
    tied = [row["path"] for row in rows if row["path"].endswith(TIED) and row["path"] not in changing]
    by_path = {lever.path: lever for lever in chosen}
    return [by_path[path] for path in [*changing, *tied]]


def _unpaired(
    scenario: Scenario, question: DsaQuestion, executor: Executor | None, on_progress: Progress | None
) -> Runner:
    """Return the runner of a scenario as it is, which need not have the pair that is compared."""
    return runner_of(scenario, replace(question, strategy=None, comparator=None), executor, on_progress)


def _scenarios(
    runner: Runner, worlds: Worlds, net_benefit: FloatArray, others: Sequence[Runner]
) -> list[dict[str, Any]]:
    """Say what is best in each scenario as it is; of the first, point 0 was run already."""
    return [_as_it_is(runner, worlds, net_benefit), *(_as_it_is(one, *one.run([{}])) for one in others)]


def _as_it_is(runner: Runner, worlds: Worlds, net_benefit: FloatArray) -> dict[str, Any]:
    best, lead, error = best_and_lead(net_benefit[:1])
    return {
        "scenario": runner.scenario.name,
        "title": runner.scenario.title,
        "strategy": worlds.strategies[best[0]],
        "label": runner.settings.strategies[worlds.strategies[best[0]]],
        "lead": float(lead[0]),
        "lead_se": plain(error[0]),
        "base": _base_rows(worlds, net_benefit[0]),
    }
