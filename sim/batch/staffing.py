"""Plan capacity: what one more of each resource is worth, and the cheapest staffing that meets a target.

All staffings are simulated with the same patients and the same luck, so that differences are paired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sim.analysis.output_settings import OutputSettings, output_settings
from sim.analysis.staffing_targets import Target, read_targets
from sim.batch.clock import arms_of, ready_clock
from sim.batch.executors import processes, stop
from sim.batch.manifest import describe_run, now
from sim.batch.run import Job, count_workers
from sim.batch.settings import with_settings
from sim.batch.staffing_answer import answer_content
from sim.batch.staffing_ladders import Rung, ladders, rung_of
from sim.batch.staffing_runs import Runs, limited, measured
from sim.batch.staffing_worth import Plan, worth_content
from sim.domain.cross_checks import not_found
from sim.domain.scenario import Scenario
from sim.engine.clocks import AUTO
from sim.errors import ScenarioError
from sim.results import ScenarioSettings
from sim.units import DAYS_PER_YEAR

REPLICATIONS = 8
MOST_STAFFINGS = 150
USUAL_STAFFINGS = 20
"""Staffings expected, when it is decided whether worker processes are worth their start."""
Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a scenario.

    Parameters
    ----------
    targets : sequence of str
        Such as ``median_wait_days<=14``; none = only what capacity is worth.
    strategy : str, optional
        Left out = the first that draws on a resource with a limit.
    resources : sequence of str, optional
        Resources that may change; left out = all with a limit that the strategy draws on.
    steps : mapping
        Units of one step, by resource.
    output : mapping
        ``wtp``, ``perspective`` and discount rates, where they differ from the scenario's.
    replications, most_staffings : int
        Replications of each staffing, and staffings simulated at most in the search.
    workers : int, optional
        Worker processes.
    engine : str
        Clock: ``simpy``, ``compiled``, or ``auto`` for the one that ends sooner.
    """

    targets: Sequence[str] = ()
    strategy: str | None = None
    resources: Sequence[str] | None = None
    steps: Mapping[str, float] = field(default_factory=dict)
    output: Mapping[str, Any] = field(default_factory=dict)
    replications: int = REPLICATIONS
    most_staffings: int = MOST_STAFFINGS
    workers: int | None = None
    engine: str = AUTO


def plan_capacity(
    scenario: Scenario,
    question: Question,
    *,
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
    on_progress : callable, optional
        Called with the number of staffings begun.
    command : str, optional
        The command as typed, for the manifest.

    Returns
    -------
    dict
        Plain values, ready for JSON. Always ``staffing``, ``cost``, ``wait``, ``value_of_one_more`` and
        what names, units and errors belong to them.

    Raises
    ------
    ScenarioError
        If the question cannot be asked of this scenario; tells every mistake.
    JobError
        If a replication fails.
    """
    started = now()
    targets = _checked(scenario, question)
    used, strategy = _strategy(scenario, question.strategy)
    searched = _searched(scenario, strategy, used[strategy], question.resources)
    _check_steps(question.steps, searched)
    kept = _only(scenario, strategy, question.replications)
    output = output_settings(ScenarioSettings.of(kept), **question.output)
    steps = ladders(kept, searched, used[strategy], question.steps)
    usual = [kept] * USUAL_STAFFINGS
    workers = count_workers(question.workers, usual, question.replications)
    clock = ready_clock(question.engine, [kept], arms_of(usual))
    with _pool(workers) as executor:
        runs = Runs(kept, strategy, output, clock=clock, executor=executor, on_progress=on_progress)
        plan = Plan(runs, steps, targets, _fixed(kept, searched, used[strategy]))
        content = _described(scenario, strategy, used, plan)
        content |= _today(plan) | worth_content(plan, plan.today)
        if targets:
            content |= answer_content(plan, question.most_staffings)
    content["n_staffings"] = runs.n_staffings
    manifest = describe_run([kept], started=started, workers=workers, engine=clock, command=command)
    return content | {"manifest": manifest}


def _checked(scenario: Scenario, question: Question) -> list[Target]:
    """Return the targets; tell every mistake of the question that needs no run to be seen."""
    mistakes: list[str] = []
    targets: list[Target] = []
    try:
        targets = read_targets(question.targets)
    except ScenarioError as error:
        mistakes.append(str(error))
    if question.strategy is not None and question.strategy not in scenario.strategies:
        mistakes.append(f"--strategy: {not_found(question.strategy, 'strategy', scenario.strategies)}")
    mistakes += [
        f"{option}: {not_found(key, 'resource', scenario.resources)}"
        for option, keys in (("--resources", question.resources or ()), ("--step", question.steps))
        for key in keys
        if key not in scenario.resources
    ]
    mistakes += [
        f"--step: {key} must be above 0, got {step:g}"
        for key, step in question.steps.items()
        if not 0 < step < float("inf")
    ]
    for option, number in (("replications", question.replications), ("most", question.most_staffings)):
        if number < 1:
            mistakes.append(f"--{option}: must be at least 1, got {number}")
    if mistakes:
        raise ScenarioError("\n".join(mistakes))
    return targets


def _strategy(scenario: Scenario, asked: str | None) -> tuple[dict[str, list[str]], str]:
    """Return the resources each strategy draws on, and the strategy to plan for."""
    # One patient is enough to see them: they follow from the pathway, not from who walks it.
    few = with_settings(scenario, {"run.n_patients": 1})
    results = Job(few, 0).run()
    output = output_settings(ScenarioSettings.of(scenario))
    used = {key: measured(results, few, key, output).use for key in scenario.strategies}
    reachable = {key: list(use) for key, use in used.items()}
    if asked is not None:
        return reachable, asked
    first = next((key for key, use in used.items() if limited(use)), None)
    if first is None:
        raise ScenarioError(
            f"{scenario.name}: no strategy draws on a resource with a limit, so nobody waits; give units, "
            "such as --set resources.<name>.units=2"
        )
    return reachable, first


def _searched(
    scenario: Scenario, strategy: str, reachable: Sequence[str], asked: Sequence[str] | None
) -> list[str]:
    """Return the resources whose staffing may change, in file order."""
    usable = [key for key in reachable if scenario.resources[key].units is not None]
    if asked is not None:
        mistakes = [
            f"--resources: '{key}' "
            + ("has no limit; give it units" if key in reachable else f"is not used by '{strategy}'")
            for key in asked
            if key not in usable
        ]
        if mistakes:
            raise ScenarioError("\n".join(mistakes))
        return [key for key in usable if key in asked]
    if not usable:
        raise ScenarioError(
            f"--strategy: '{strategy}' draws on no resource with a limit, so nobody waits; choose another"
        )
    return usable


def _check_steps(steps: Mapping[str, float], searched: Sequence[str]) -> None:
    unused = [f"--step: '{key}' is not among the resources that may change" for key in steps]
    wrong = [text for key, text in zip(steps, unused, strict=True) if key not in searched]
    if wrong:
        raise ScenarioError("\n".join(wrong))


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


def _described(scenario: Scenario, strategy: str, used: Mapping[str, Sequence[str]], plan: Plan) -> Content:
    """Say what was asked, of whom, and in which money."""
    output: OutputSettings = plan.runs.output
    others = [key for key, names in used.items() if key != strategy and names]
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "strategy": strategy,
        "strategy_label": scenario.strategies[strategy].label,
        "other_strategies": others,
        "resources": {key: plan.label(key) for key in (*plan.fixed, *plan.today)},
        "may_change": list(plan.today),
        "currency": scenario.economics.currency,
        "price_year": scenario.economics.price_year,
        "perspective": output.perspective.value,
        "wtp": output.wtp,
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
def _pool(workers: int) -> Iterator[Executor | None]:
    """Keep one pool of worker processes for all staffings; none with one worker."""
    if workers == 1:
        yield None
        return
    executor = processes(workers)
    try:
        yield executor
    except BaseException:
        stop(executor)
        raise
    executor.shutdown()
