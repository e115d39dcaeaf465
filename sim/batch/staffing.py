"""Plan capacity: what one more of each resource is worth, and the cheapest staffing that meets a target.

All staffings are simulated with the same patients and the same luck, so that differences are paired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from sim.analysis.output_settings import OutputSettings, output_settings
from sim.analysis.staffing_values import IDLE_HOURS, PAID_HOURS
from sim.batch.clock import arms_of, ready_clock
from sim.batch.executors import processes, stop
from sim.batch.manifest import describe_run, now
from sim.batch.run import count_workers
from sim.batch.settings import with_settings
from sim.batch.staffing_answer import NO_ANSWER, answer_content
from sim.batch.staffing_ladders import Rung, ladders, rung_of
from sim.batch.staffing_question import Asked, Question, understood
from sim.batch.staffing_runs import Runs, counts_paid_hours
from sim.batch.staffing_worth import Plan, worth_content
from sim.domain.scenario import Scenario
from sim.results import ScenarioSettings
from sim.units import DAYS_PER_YEAR

USUAL_STAFFINGS = 20
"""Staffings expected, when it is decided whether worker processes are worth their start."""
Content = dict[str, Any]


def plan_capacity(
    scenario: Scenario,
    question: Question,
    *,
    executor: Executor | None = None,
    on_progress: Callable[[int], None] | None = None,
    command: str | None = None,
) -> Content:
    """Return what capacity is worth and, with a target, the cheapest staffing that meets it.

    Parameters
    ----------
    scenario : Scenario
        Today's staffing.
    question : Question
        What is asked.
    executor : Executor, optional
        Runs the jobs instead of worker processes; it is not shut down.
    on_progress : callable, optional
        Called with the number of staffings begun.
    command : str, optional
        The command as typed, for the manifest.

    Returns
    -------
    dict
        Plain values, ready for JSON, always with the same keys. ``staffing``, ``cost`` and ``wait`` are
        today's without a target. With one they are the answer's if ``is_met``; else those of the
        largest staffing tried, which misses it too. The keys of `answer_content` are None without one.

    Raises
    ------
    ScenarioError
        If the question cannot be asked of this scenario; tells every mistake.
    JobError
        If a replication fails.
    """
    started = now()
    asked = understood(scenario, question)
    drawn_on = asked.drawn_on[asked.strategy]
    kept = _only(scenario, asked.strategy, question.replications)
    output = output_settings(ScenarioSettings.of(kept), **question.output)
    steps = ladders(kept, asked.searched, drawn_on, question.steps)
    usual = [kept] * USUAL_STAFFINGS
    workers = count_workers(question.workers, usual, question.replications)
    clock = ready_clock(question.engine, [kept], arms_of(usual))
    with _pool(workers, executor) as pool:
        runs = Runs(kept, asked.strategy, output, clock=clock, executor=pool, on_progress=on_progress)
        plan = Plan(runs, steps, asked.targets, _fixed(kept, asked.searched, drawn_on))
        content = _described(scenario, asked, plan)
        content |= _today(plan) | worth_content(plan, plan.today)
        content |= answer_content(plan, question.most_staffings) if asked.targets else NO_ANSWER
    content["n_staffings"] = runs.n_staffings
    known = workers if executor is None else None
    manifest = describe_run([kept], started=started, workers=known, engine=clock, command=command)
    return content | {"manifest": manifest}


def _only(scenario: Scenario, strategy: str, replications: int) -> Scenario:
    """Return the scenario with one strategy, and its parts if it is a mix."""
    wanted = {strategy, *(scenario.strategies[strategy].mix or {})}
    strategies = {
        key: one.model_dump(mode="json") for key, one in scenario.strategies.items() if key in wanted
    }
    return with_settings(
        scenario,
        {"strategies": strategies, "economics.comparator": strategy, "run.replications": replications},
    )


def _described(scenario: Scenario, asked: Asked, plan: Plan) -> Content:
    """Say what was asked, of whom, and in which money."""
    output: OutputSettings = plan.runs.output
    others = [key for key, names in asked.drawn_on.items() if key != asked.strategy and names]
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "strategy": asked.strategy,
        "strategy_label": scenario.strategies[asked.strategy].label,
        "other_strategies": others,
        "resources": {key: plan.label(key) for key in (*plan.fixed, *plan.today)},
        "may_change": list(plan.today),
        "currency": scenario.economics.currency,
        "price_year": scenario.economics.price_year,
        "perspective": output.perspective.value,
        "wtp": output.wtp,
        "value_less": PAID_HOURS if counts_paid_hours(output) else IDLE_HOURS,
        "horizon_years": scenario.horizon_years,
        "n_patients": scenario.run.n_patients,
        "n_replications": plan.runs.n_replications,
        "years": plan.runs.measure(plan.today)[0].n_days / DAYS_PER_YEAR,
        "wait_column": plan.wait,
    }


def _fixed(scenario: Scenario, searched: Sequence[str], reachable: Sequence[str]) -> dict[str, Rung]:
    """Return the resources with a limit that stay as they are."""
    return {
        key: rung_of(scenario.resources[key])
        for key in reachable
        if key not in searched and scenario.resources[key].units is not None
    }


def _today(plan: Plan) -> Content:
    """Describe today's staffing, which is also the answer when no target is asked for."""
    told = plan.described(plan.today)
    return {key: told[key] for key in ("staffing", "open_days", "cost", "wait", "wait_se")} | {"today": told}


@contextmanager
def _pool(workers: int, lent: Executor | None) -> Iterator[Executor | None]:
    """Keep one pool of worker processes for all staffings, unless one is lent; none with one worker."""
    if lent is not None or workers == 1:
        yield lent
        return
    executor = processes(workers)
    try:
        yield executor
    except BaseException:
        stop(executor)
        raise
    executor.shutdown()
