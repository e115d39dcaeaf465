"""What is asked of a programme's capacity: read, checked against the scenario, and made definite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.analysis.output_settings import output_settings
from sim.analysis.staffing_targets import Target, read_targets
from sim.batch.run import Job
from sim.batch.settings import with_settings
from sim.batch.staffing_runs import limited, measured
from sim.domain.cross_checks import not_found
from sim.domain.scenario import Scenario
from sim.engine.clocks import AUTO
from sim.errors import ScenarioError
from sim.results import ScenarioSettings

REPLICATIONS = 8
MOST_STAFFINGS = 150


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


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that can be asked of its scenario, with nothing left open.

    Parameters
    ----------
    targets : sequence of Target
        What is to be met; may be empty.
    strategy : str
        The one to plan for.
    drawn_on : mapping
        Resources that each strategy draws on, in file order.
    searched : sequence of str
        Resources whose staffing may change, in file order.
    """

    targets: Sequence[Target]
    strategy: str
    drawn_on: Mapping[str, Sequence[str]]
    searched: Sequence[str]


def understood(scenario: Scenario, question: Question) -> Asked:
    """Return what a question asks of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Today's staffing.
    question : Question
        As asked.

    Returns
    -------
    Asked
        With the strategy and the resources chosen that the question leaves open.

    Raises
    ------
    ScenarioError
        If the question cannot be asked of this scenario; tells every mistake that shows at once.
    """
    targets = _checked(scenario, question)
    drawn_on, strategy = _strategy(scenario, question.strategy)
    searched = _searched(scenario, strategy, drawn_on[strategy], question.resources)
    _check_steps(question.steps, searched)
    return Asked(targets, strategy, drawn_on, searched)


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
