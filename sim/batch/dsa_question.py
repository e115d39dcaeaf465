"""What a deterministic sensitivity analysis asks, and the runs it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from sim.analysis.draw_table import draw_table
from sim.analysis.output_settings import OutputSettings, output_settings
from sim.analysis.precision import FloatArray
from sim.batch.run import Progress
from sim.batch.settings import with_settings
from sim.batch.worlds import run_points
from sim.design import dsa as design
from sim.design.points import Point
from sim.domain.cross_checks import not_found
from sim.domain.scenario import Scenario
from sim.engine.clocks import AUTO
from sim.errors import ScenarioError
from sim.results import ScenarioSettings
from sim.worlds.sums import Worlds

N_PATIENTS, REPLICATIONS, STEPS = 1000, 4, 9


@dataclass(frozen=True, slots=True)
class DsaQuestion:
    """What is asked.

    Parameters
    ----------
    parameters : sequence of str
        Paths varied one by one; none = all that have a range.
    two_way : tuple of str, optional
        Two paths varied together.
    thresholds : sequence of str
        Paths along which switch points are looked for; none = the five with the largest effect of those
        that change the choice.
    strategy, comparator : str, optional
        The pair whose difference in net benefit is shown; left out = the best and the next best.
    steps : int
        Points along each figure.
    output : mapping
        Output settings, as `sim.analysis.output_settings.output_settings` takes them.
    n_patients, replications : int
        Patients per strategy and replication, and replications of each point.
    engine : str
        Clock.
    workers : int, optional
        Worker processes.
    """

    parameters: Sequence[str] = ()
    two_way: tuple[str, str] | None = None
    thresholds: Sequence[str] = ()
    strategy: str | None = None
    comparator: str | None = None
    steps: int = STEPS
    output: Mapping[str, Any] = field(default_factory=dict)
    n_patients: int = N_PATIENTS
    replications: int = REPLICATIONS
    engine: str = AUTO
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs points of one scenario and values them under the output settings asked for."""

    scenario: Scenario
    question: DsaQuestion
    settings: ScenarioSettings
    output: OutputSettings
    executor: Executor | None
    on_progress: Progress | None

    def run(self, points: Sequence[Point]) -> tuple[Worlds, FloatArray]:
        """Return the worlds and net benefit, shape (n_points, n_replications, n_strategies)."""
        worlds = run_points(
            self.scenario, points, replications=self.question.replications, engine=self.question.engine,
            workers=self.question.workers, executor=self.executor, on_progress=self.on_progress,
        )  # fmt: skip
        table = draw_table(worlds, self.settings, self.output)
        return worlds, table.net_benefit(self.output.wtp)


def runner_of(
    scenario: Scenario, question: DsaQuestion, executor: Executor | None, on_progress: Progress | None
) -> Runner:
    """Return a runner for a scenario, sized as asked.

    Raises
    ------
    ScenarioError
        If a strategy is unknown or a size impossible; AnalysisError if an output setting is.
    """
    sized = with_settings(
        scenario, {"run.n_patients": question.n_patients, "run.replications": question.replications}
    )
    settings = ScenarioSettings.of(sized)
    output = output_settings(settings, **dict(question.output))
    mistakes = [
        f"--{name}: {not_found(key, 'strategy', settings.strategies)}"
        for name, key in (("strategy", question.strategy), ("comparator", question.comparator))
        if key is not None and key not in settings.strategies
    ]
    if mistakes:
        raise ScenarioError("\n".join(mistakes))
    return Runner(sized, question, settings, output, executor, on_progress)


def check_levers(scenario: Scenario, question: DsaQuestion) -> None:
    """Check figures and steps before anything is run.

    Raises
    ------
    ScenarioError
        If a path is no parameter with a range, two are the same, or there are too few steps.
    """
    design.check_steps(question.steps)
    design.levers(scenario, question.thresholds, "--threshold")
    if question.two_way is None:
        return
    across, up = (design.levers(scenario, [path], "--two-way")[0] for path in question.two_way)
    if across.path == up.path:
        raise ScenarioError(f"--two-way must name two different figures, got '{across.path}' twice")
