"""Run a scenario in many possible worlds: parameter draws as jobs, each boiled down to a few sums.

Draws go to workers in batches, so that the base scenario travels with ten draws and not with each. A drawn
scenario is made where it runs. Of its results only totals come back: a thousand draws of seven strategies
take some 10 MB.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.batch.clock import ready_clock
from sim.batch.run import Progress, count_workers, run_jobs
from sim.batch.settings import with_settings
from sim.design.draws import drawn_scenarios
from sim.domain.economics import Category
from sim.domain.scenario import Scenario
from sim.domain.uncertainty import FloatArray, uncertain_parameters, value_at
from sim.engine.clocks import AUTO, SIMPY
from sim.errors import ScenarioError
from sim.results import CLINICAL_VALUES

BATCH = 10
"""Draws per job: long enough that sending the scenario costs little, short enough to show progress."""
CATEGORIES = tuple(Category)
MOST_DRAWS = 100_000


@dataclass(frozen=True, slots=True)
class DrawSums:
    """What every strategy cost and achieved in every draw.

    Parameters
    ----------
    parameters, strategies : tuple of str
        Dotted paths of the drawn parameters, and keys of the strategies, in the order of the arrays.
    draws, replications : ndarray of int64, shape (n_draws,)
        Numbers of the draws, increasing, and of the patients each one met.
    values : ndarray, shape (n_draws, n_parameters)
        Values that were simulated.
    cost, covered : ndarray, shape (n_draws, n_strategies, n_categories)
        Mean per referred patient at the scenario's discount rate, and the part an insurer pays; categories
        as in `CATEGORIES` [currency].
    cost_undiscounted, covered_undiscounted : ndarray, shape (n_draws, n_strategies, n_categories)
        The same without discounting.
    qaly, life_years, qaly_undiscounted, life_years_undiscounted : ndarray, shape (n_draws, n_strategies)
        Mean per referred patient [years].
    clinical : ndarray, shape (n_draws, n_strategies, n_columns)
        Clinical columns as in `sim.results.CLINICAL_VALUES`; nan where undefined.
    """

    parameters: tuple[str, ...]
    strategies: tuple[str, ...]
    draws: NDArray[np.int64]
    replications: NDArray[np.int64]
    values: FloatArray
    cost: FloatArray
    covered: FloatArray
    cost_undiscounted: FloatArray
    covered_undiscounted: FloatArray
    qaly: FloatArray
    life_years: FloatArray
    qaly_undiscounted: FloatArray
    life_years_undiscounted: FloatArray
    clinical: FloatArray


@dataclass(frozen=True, slots=True)
class DrawBatch:
    """Some draws of one scenario that follow each other, each with all strategies.

    Parameters
    ----------
    scenario : Scenario
        The base; parameters with a distribution are drawn.
    first, n_draws : int
        Number of the first draw, and how many.
    replication : int, optional
        The patients and their luck, the same in every draw. Left out: draw number d meets those of
        replication d, so that over the draws chance averages out.
    clock : str
        Which clock drives it; results do not depend on it.
    """

    scenario: Scenario
    first: int
    n_draws: int
    replication: int | None = None
    clock: str = SIMPY

    @property
    def key(self) -> str:
        """Name of the job in messages."""
        return f"scenario '{self.scenario.name}', draws {self.first} to {self.first + self.n_draws - 1}"

    def run(self) -> DrawSums:
        """Simulate all strategies in every draw."""
        paths = tuple(uncertain_parameters(self.scenario))
        found = [
            _sums(drawn, paths, draw, draw if self.replication is None else self.replication, self.clock)
            for draw, drawn in enumerate(
                drawn_scenarios(self.scenario, self.first, self.n_draws), start=self.first
            )
        ]
        return joined(found)


def run_draws(
    scenario: Scenario,
    n_draws: int,
    *,
    first: int = 0,
    replication: int | None = None,
    n_patients: int | None = None,
    engine: str = AUTO,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> DrawSums:
    """Simulate a scenario in many draws of its uncertain parameters.

    Parameters
    ----------
    scenario : Scenario
        The base.
    n_draws : int
        How many draws.
    first : int
        Number of the first one; draws 0 to 99 and 100 to 199 join to 0 to 199.
    replication : int, optional
        As for `DrawBatch`.
    n_patients : int, optional
        Patients per strategy and draw, instead of the scenario's own.
    engine : str
        Clock, as for `sim.batch.run.simulate`.
    workers : int, optional
        Worker processes; 1 runs in this process. Left out: one per processor, or this process when the run
        is small. Results do not depend on it.
    executor : Executor, optional
        Runs the jobs instead of worker processes; it is not shut down.
    on_progress : callable, optional
        Called with (draws done, draws in all) after each batch.

    Returns
    -------
    DrawSums
        In the order of the draws.

    Raises
    ------
    ScenarioError
        If nothing is uncertain, a setting is impossible, or no draw fits together.
    JobError
        If a job fails or its process dies.
    """
    if not 1 <= n_draws <= MOST_DRAWS:
        raise ScenarioError(f"draws must lie in [1, {MOST_DRAWS}], got {n_draws}")
    if not uncertain_parameters(scenario):
        raise ScenarioError(f"scenario '{scenario.name}': some parameter must have a distribution, got none")
    changes: dict[str, object] = {} if n_patients is None else {"run.n_patients": n_patients}
    chosen = with_settings(scenario, changes)
    whole = with_settings(chosen, {"run.replications": n_draws})
    clock = ready_clock(engine, [whole])
    jobs = [
        DrawBatch(chosen, start, min(BATCH, first + n_draws - start), replication, clock)
        for start in range(first, first + n_draws, BATCH)
    ]
    count = 1 if executor else count_workers(workers, [whole], len(jobs))
    report = on_progress and (lambda done, _: on_progress(min(done * BATCH, n_draws), n_draws))
    return joined(run_jobs(jobs, workers=count, executor=executor, on_progress=report))


def joined(parts: Sequence[DrawSums]) -> DrawSums:
    """Put the draws of several parts into one, in order of their numbers.

    Parameters
    ----------
    parts : sequence of DrawSums
        Of the same scenario; no draw twice.

    Returns
    -------
    DrawSums
        All of them.

    Raises
    ------
    ValueError
        If there is none, parameters or strategies differ, or a draw comes twice.
    """
    if len({(part.parameters, part.strategies) for part in parts}) != 1:
        raise ValueError("draws must have the same parameters and strategies, and there must be one")
    arrays = [field.name for field in fields(DrawSums) if field.name not in {"parameters", "strategies"}]
    whole: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays}
    order = np.argsort(whole["draws"], kind="stable")
    numbers = whole["draws"][order]
    if (numbers[1:] == numbers[:-1]).any():
        raise ValueError("draws must be there once, got one of them twice")
    return replace(parts[0], **{name: array[order] for name, array in whole.items()})


def _sums(scenario: Scenario, paths: tuple[str, ...], draw: int, replication: int, clock: str) -> DrawSums:
    """Simulate and account for one draw; arrays with one draw each."""
    from sim.engine.simulate import event_logs  # noqa: PLC0415  imports SimPy, which only workers need
    from sim.outcomes.account import account  # noqa: PLC0415
    from sim.outcomes.discounting import discount_factors  # noqa: PLC0415

    outcomes = [
        account(log, cohort, scenario, strategy)
        for strategy, log, cohort in event_logs(scenario, replication, clock)
    ]
    n_days = max(outcome.cost.shape[-1] for outcome in outcomes)
    money = discount_factors(n_days, scenario.economics.discount_rate_costs)
    health = discount_factors(n_days, scenario.economics.discount_rate_effects)

    def table(name: str, factors: FloatArray | None = None) -> FloatArray:
        flows = [getattr(outcome, name) for outcome in outcomes]
        return np.array(
            [flow.sum(axis=-1) if factors is None else flow @ factors[: flow.shape[-1]] for flow in flows]
        )[np.newaxis]

    return DrawSums(
        parameters=paths,
        strategies=tuple(outcome.strategy for outcome in outcomes),
        draws=np.array([draw]),
        replications=np.array([replication]),
        values=np.array([[value_at(scenario, path) for path in paths]]),
        cost=table("cost", money),
        covered=table("covered", money),
        cost_undiscounted=table("cost"),
        covered_undiscounted=table("covered"),
        qaly=table("qaly", health),
        life_years=table("life_years", health),
        qaly_undiscounted=table("qaly"),
        life_years_undiscounted=table("life_years"),
        clinical=np.array([[[outcome.clinical[name] for name in CLINICAL_VALUES] for outcome in outcomes]]),
    )
